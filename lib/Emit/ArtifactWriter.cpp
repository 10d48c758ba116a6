//===- ArtifactWriter.cpp - All files, or none ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Emit/ArtifactWriter.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/Twine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>
#include <vector>

using namespace seqmix;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;
namespace fs = llvm::sys::fs;
namespace path = llvm::sys::path;

static Error makeError(const Twine &what, std::error_code code,
                       const Twine &hint) {
  return llvm::createStringError(
      code, (what + ": " + code.message() + "; " + hint).str());
}

namespace {

/// The writing of several files at once. What it did it undoes, last first,
/// unless it is committed.
class Transaction {
public:
  ~Transaction() {
    if (!committed)
      undo();
    for (const std::string &name : temporaries) {
      fs::remove(name);
      llvm::sys::DontRemoveFileOnSignal(name);
    }
  }

  Error makeFolder(StringRef folder);
  Error stage(StringRef folder, const OutputFile &file);
  Error moveAll();

private:
  struct Move {
    std::string temporary;
    std::string place;
    /// Where a file that was there before is kept.
    std::string backup;
    bool isDone = false;
  };

  void undo();

  std::vector<Move> moves;
  std::vector<std::string> temporaries;
  std::vector<std::string> madeFolders;
  bool committed = false;
};

} // namespace

/// Makes the folder and those it lies in, and remembers which were missing.
Error Transaction::makeFolder(StringRef folder) {
  llvm::SmallVector<std::string> missing;
  for (StringRef part = folder; !part.empty() && !fs::exists(part);
       part = path::parent_path(part))
    missing.push_back(part.str());
  for (const std::string &part : llvm::reverse(missing)) {
    if (std::error_code code =
            fs::create_directory(part, /*IgnoreExisting=*/true, fs::all_all))
      return makeError("cannot make the folder '" + part + "'", code,
                       "give -o a folder that can be written");
    madeFolders.push_back(part);
  }
  if (!fs::is_directory(folder))
    return makeError("cannot write into '" + folder + "'",
                     std::make_error_code(std::errc::not_a_directory),
                     "a file of this name is in the way: remove it or give "
                     "-o another folder");
  return Error::success();
}

/// Writes a file's content beside its place.
Error Transaction::stage(StringRef folder, const OutputFile &file) {
  llvm::SmallString<128> place(folder);
  path::append(place, file.name);
  if (fs::is_directory(place))
    return makeError("cannot write '" + place + "'",
                     std::make_error_code(std::errc::is_a_directory),
                     "a folder of this name is in the way: remove it or give "
                     "-o another folder");

  llvm::SmallString<128> model(folder), temporary;
  path::append(model, "." + file.name + ".%%%%%%%%");
  int descriptor;
  if (std::error_code code = fs::createUniqueFile(
          model, descriptor, temporary, fs::OF_None,
          fs::all_read | fs::owner_write | fs::group_write | fs::others_write))
    return makeError("cannot write '" + place + "'", code,
                     "give -o a folder that can be written");
  temporaries.push_back(temporary.str().str());
  llvm::sys::RemoveFileOnSignal(temporary);
  llvm::raw_fd_ostream os(descriptor, /*shouldClose=*/true);
  os << file.bytes;
  os.close();
  if (std::error_code code = os.error()) {
    os.clear_error();
    return makeError("cannot write '" + place + "'", code,
                     "free some space or give -o another folder");
  }
  moves.push_back({temporary.str().str(), place.str().str(), "", false});
  return Error::success();
}

/// Moves every file to its place; one that is there is kept until all are.
Error Transaction::moveAll() {
  for (Move &move : moves) {
    if (fs::exists(move.place)) {
      std::string backup = move.temporary + ".old";
      if (std::error_code code = fs::rename(move.place, backup))
        return makeError("cannot replace '" + move.place + "'", code,
                         "remove it or give -o another folder");
      move.backup = backup;
      temporaries.push_back(backup);
    }
    if (std::error_code code = fs::rename(move.temporary, move.place))
      return makeError("cannot write '" + move.place + "'", code,
                       "give -o a folder that can be written");
    move.isDone = true;
  }
  committed = true;
  return Error::success();
}

void Transaction::undo() {
  for (Move &move : llvm::reverse(moves)) {
    if (move.isDone)
      fs::remove(move.place);
    if (!move.backup.empty())
      fs::rename(move.backup, move.place);
  }
  for (const std::string &name : temporaries)
    fs::remove(name);
  for (const std::string &folder : llvm::reverse(madeFolders))
    fs::remove(folder);
}

Error seqmix::writeFiles(StringRef folder, llvm::ArrayRef<OutputFile> files) {
  Transaction transaction;
  if (Error error = transaction.makeFolder(folder))
    return error;
  for (const OutputFile &file : files)
    if (Error error = transaction.stage(folder, file))
      return error;
  return transaction.moveAll();
}
