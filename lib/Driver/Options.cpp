//===- Options.cpp - What a user chooses ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Driver/Options.h"
#include "seqmix/Emit/Identifier.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace seqmix;
using llvm::ArrayRef;
using llvm::Error;
using llvm::StringRef;
using llvm::Twine;
namespace cl = llvm::cl;

static constexpr llvm::StringLiteral elements[] = {"f32", "bf16", "f16"};
static constexpr llvm::StringLiteral forms[] = {"auto", "chunkwise", "step",
                                                "sequential"};

//===----------------------------------------------------------------------===//
// Checks
//===----------------------------------------------------------------------===//

static Error makeError(const Twine &message) {
  return llvm::createStringError(message);
}

/// "a", "a or b", "a, b or c".
template <typename Range> static std::string joinChoices(const Range &range) {
  std::vector<std::string> names;
  for (const auto &name : range)
    names.push_back(StringRef(name).str());
  if (names.size() < 2)
    return llvm::join(names, "");
  std::string last = names.back();
  names.pop_back();
  return llvm::join(names, ", ") + " or " + last;
}

static Error checkChoice(StringRef flag, ArrayRef<llvm::StringLiteral> choices,
                         StringRef found) {
  if (llvm::is_contained(choices, found))
    return Error::success();
  return makeError(flag + ": expected " + joinChoices(choices) + ", found '" +
                   found + "'");
}

/// Appends "NAME=VALUE" to the parameters after checking both.
static Error addParam(StringRef text, llvm::StringSet<> &names,
                      std::vector<std::string> &params) {
  auto [name, value] = text.split('=');
  int64_t number;
  bool isValue = llvm::is_contained(elements, value) ||
                 (!value.getAsInteger(10, number) && number > 0);
  if (!isAbiName(name) || !isValue)
    return makeError("--set: expected NAME=VALUE with a positive integer or "
                     "an element type (" +
                     joinChoices(elements) + "), found '" + text + "'");
  if (!names.insert(name).second)
    return makeError("--set: the parameter '" + name + "' is set twice");
  params.push_back(text.str());
  return Error::success();
}

static Error resolveTarget(const CompileOptions &options,
                           PipelineOptions &result) {
  result.target = getTarget(options.target);
  if (!result.target) {
    std::vector<StringRef> names;
    for (const std::unique_ptr<Target> &target : getTargets())
      names.push_back(target->name());
    return makeError("--target: expected " + joinChoices(names) + ", found '" +
                     options.target + "'");
  }
  auto archs = result.target->archs();
  if (!options.arch.empty() && !llvm::is_contained(archs, options.arch))
    return makeError("--arch: expected " + joinChoices(archs) + " for target " +
                     options.target + ", found '" + options.arch + "'");
  auto sanitizers = result.target->sanitizers();
  if (!options.sanitizer.empty() &&
      !llvm::is_contained(sanitizers, options.sanitizer)) {
    if (sanitizers.empty())
      return makeError("--sanitize: the target " + options.target +
                       " cannot instrument its code; leave --sanitize out, or "
                       "name another target");
    return makeError("--sanitize: expected " + joinChoices(sanitizers) +
                     " for target " + options.target + ", found '" +
                     options.sanitizer + "'");
  }
  result.targetOptions.arch = options.arch;
  result.targetOptions.sanitizer = options.sanitizer;
  result.targetOptions.link = options.link;
  return Error::success();
}

llvm::Expected<PipelineOptions>
seqmix::makePipelineOptions(const CompileOptions &options) {
  PipelineOptions result;
  if (Error error = resolveTarget(options, result))
    return error;

  llvm::StringSet<> names;
  for (const std::string &param : options.params)
    if (Error error = addParam(param, names, result.params))
      return error;
  if (!options.elem.empty()) {
    if (Error error = checkChoice("--elem", elements, options.elem))
      return error;
    if (Error error = addParam("E=" + options.elem, names, result.params))
      return error;
  }

  if (Error error = checkChoice("--form", forms, options.form))
    return error;
  result.form = options.form;
  if (options.chunk && *options.chunk <= 0)
    return makeError("--chunk: expected a positive number of tokens, found " +
                     Twine(*options.chunk));
  result.chunk = options.chunk;
  if (!options.tiles.empty() && !(result.tiles = parseTiles(options.tiles)))
    return makeError("--tiles: expected queries x keys a tile, and the tiles "
                     "that share a load of keys, such as 32x128x16, found '" +
                     options.tiles + "'");
  if (options.packed && options.form == "step")
    return makeError("--packed: expected another form than 'step', which takes "
                     "one token of each sequence of a batch; packed sequences "
                     "may have one token each");
  result.packed = options.packed;
  constexpr int64_t mostParts = 1024;
  if (options.split < 1 || options.split > mostParts)
    return makeError("--split: expected 1 to " + Twine(mostParts) +
                     " parts, found " + Twine(options.split));
  result.split = options.split;
  return result;
}

//===----------------------------------------------------------------------===//
// Flags
//===----------------------------------------------------------------------===//

/// The flag's help; a function's own, because the flag only refers to it.
static StringRef describeTargets() {
  static const std::string text = [] {
    std::string text = "What to compile for (default: cpu)";
    for (const std::unique_ptr<Target> &target : getTargets())
      text +=
          "\n  " + target->name().str() + ": " + target->description().str();
    return text;
  }();
  return text;
}

CompileFlags::CompileFlags(cl::OptionCategory &category)
    : target("target", cl::desc(describeTargets()), cl::value_desc("name"),
             cl::init("cpu"), cl::cat(category)),
      arch("arch", cl::desc("The target's architecture"),
           cl::value_desc("name"), cl::cat(category)),
      params("set", cl::desc("The value of a parameter of the spec"),
             cl::value_desc("NAME=VALUE"), cl::CommaSeparated,
             cl::cat(category)),
      elem("elem", cl::desc("The element type E: f32, bf16 or f16"),
           cl::value_desc("type"), cl::cat(category)),
      form("form",
           cl::desc("The form to derive: auto, chunkwise, step or sequential"),
           cl::value_desc("name"), cl::init("auto"), cl::cat(category)),
      chunk("chunk", cl::desc("Tokens a chunk"), cl::value_desc("N"),
            cl::cat(category)),
      tiles("tiles",
            cl::desc("Tiles of attention: queries x keys, and how many tiles "
                     "of queries share a load of keys"),
            cl::value_desc("QxKxN"), cl::cat(category)),
      sanitizer("sanitize",
                cl::desc("Instrument the compiled code: address or thread; the "
                         "program that it is linked into brings the runtime"),
                cl::value_desc("tool"), cl::cat(category)),
      packed("packed",
             cl::desc("Sequences of different lengths lie one after the other, "
                      "in a batch of 1; cu_seqlens says where each begins"),
             cl::cat(category)),
      split("split",
            cl::desc("Split the keys of attention, or the tokens of a "
                     "recurrence, into at most N parts that run at a time; "
                     "results do not depend on the threads"),
            cl::value_desc("N"), cl::init(1), cl::cat(category)) {}

CompileOptions CompileFlags::get() const {
  CompileOptions options;
  options.target = target;
  options.arch = arch;
  options.params.assign(params.begin(), params.end());
  options.elem = elem;
  options.form = form;
  if (chunk.getNumOccurrences())
    options.chunk = chunk;
  options.tiles = tiles;
  options.sanitizer = sanitizer;
  options.packed = packed;
  options.split = split;
  return options;
}
