//===- Npy.cpp - NumPy array files ----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A file is the magic string, two bytes of version, the length of the header
// (two bytes in format 1, four in 2 and 3), the header (a Python dictionary,
// padded with spaces), and the elements.
//
//===----------------------------------------------------------------------===//

#include "Npy.h"
#include "Element.h"
#include "File.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <sys/stat.h>

using namespace seqmix::runtime;

static_assert(std::endian::native == std::endian::little,
              "files are little-endian and read as they are");

static constexpr std::string_view magic = "\x93NUMPY";
static constexpr size_t maxRank = 32;

namespace {

/// Reads the few Python literals that a header is made of.
class DictionaryParser {
public:
  DictionaryParser(std::string_view text, NpyHeader &header)
      : text(text), header(header) {}

  Error parse() {
    if (!consume('{'))
      return failExpected("'{'");
    while (!consume('}')) {
      if (Error error = parseField())
        return error;
      if (consume(','))
        continue;
      if (!consume('}'))
        return failExpected("',' or '}'");
      break;
    }
    skipSpace();
    if (position != text.size())
      return failExpected("the end of the header");
    if (!hasDescr || !hasOrder || !hasShape)
      return fail("expected the keys 'descr', 'fortran_order' and 'shape'");
    return Error::success();
  }

private:
  Error fail(const char *what) { return Error::make(SEQMIX_STATUS_FILE, what); }

  Error failExpected(const char *what) {
    return Error::make(SEQMIX_STATUS_FILE, "expected ", what, " at byte ",
                       position, " of the header");
  }

  void skipSpace() {
    while (position < text.size() &&
           (text[position] == ' ' || text[position] == '\n' ||
            text[position] == '\t' || text[position] == '\r'))
      ++position;
  }

  bool consume(char c) {
    skipSpace();
    if (position == text.size() || text[position] != c)
      return false;
    ++position;
    return true;
  }

  bool consumeWord(std::string_view word) {
    skipSpace();
    if (text.substr(position, word.size()) != word)
      return false;
    position += word.size();
    return true;
  }

  bool parseString(std::string &value) {
    char quote = consume('\'') ? '\'' : consume('"') ? '"' : '\0';
    if (!quote)
      return false;
    size_t end = text.find(quote, position);
    if (end == std::string_view::npos)
      return false;
    value = text.substr(position, end - position);
    position = end + 1;
    return value.find('\\') == std::string::npos;
  }

  Error parseField() {
    std::string key;
    if (!parseString(key))
      return failExpected("a key in quotes");
    if (!consume(':'))
      return failExpected("':'");
    if (key == "descr" && !hasDescr) {
      hasDescr = true;
      if (!parseString(header.descr))
        return failExpected("one element type in quotes");
      return Error::success();
    }
    if (key == "fortran_order" && !hasOrder) {
      hasOrder = true;
      header.fortranOrder = consumeWord("True");
      if (!header.fortranOrder && !consumeWord("False"))
        return failExpected("True or False");
      return Error::success();
    }
    if (key == "shape" && !hasShape) {
      hasShape = true;
      return parseShape();
    }
    return fail("expected each of the keys 'descr', 'fortran_order' and "
                "'shape' once, found another key");
  }

  /// A tuple: "()", "(3,)", "(3, 4)".
  Error parseShape() {
    if (!consume('('))
      return failExpected("'('");
    while (!consume(')')) {
      int64_t extent = 0;
      if (!parseExtent(extent))
        return failExpected("an extent of at most 63 bits");
      header.shape.push_back(extent);
      if (header.shape.size() > maxRank)
        return fail("expected at most 32 axes");
      if (consume(','))
        continue;
      // "(3)" is a number in Python, not a tuple.
      if (header.shape.size() == 1 || !consume(')'))
        return failExpected("',' or ')'");
      break;
    }
    return Error::success();
  }

  bool parseExtent(int64_t &extent) {
    skipSpace();
    size_t start = position;
    while (position < text.size() && text[position] >= '0' &&
           text[position] <= '9') {
      if (__builtin_mul_overflow(extent, 10, &extent) ||
          __builtin_add_overflow(extent, text[position] - '0', &extent))
        return false;
      ++position;
    }
    return position != start;
  }

  std::string_view text;
  NpyHeader &header;
  size_t position = 0;
  bool hasDescr = false;
  bool hasOrder = false;
  bool hasShape = false;
};

} // namespace

Error seqmix::runtime::parseNpyDictionary(std::string_view text,
                                          NpyHeader &header) {
  header = NpyHeader();
  return DictionaryParser(text, header).parse();
}

/// How results of `dtype` are written.
static const char *getDescr(seqmix_dtype dtype) {
  switch (dtype) {
  case SEQMIX_F32:
    return "<f4";
  case SEQMIX_BF16:
    return "<u2";
  case SEQMIX_F16:
    return "<f2";
  case SEQMIX_I32:
    return "<i4";
  case SEQMIX_DTYPE_LIMIT:
    break;
  }
  return "";
}

static bool accepts(seqmix_dtype dtype, std::string_view descr) {
  if (descr == getDescr(dtype))
    return true;
  // What ml_dtypes calls its bfloat16.
  return dtype == SEQMIX_BF16 && (descr == "|V2" || descr == "<V2");
}

/// Reads up to the elements. `bytes` is the length of the file; what is left
/// of it is returned there.
static Error readHeader(std::FILE *file, int64_t &bytes, NpyHeader &header) {
  auto read = [&](void *target, size_t count) {
    if (bytes < static_cast<int64_t>(count) ||
        std::fread(target, 1, count, file) != count)
      return false;
    bytes -= static_cast<int64_t>(count);
    return true;
  };
  char start[8];
  if (!read(start, sizeof(start)) ||
      std::string_view(start, magic.size()) != magic)
    return Error::make(SEQMIX_STATUS_FILE, "expected a .npy file, found none "
                                           "of its magic string");
  int major = static_cast<unsigned char>(start[6]);
  int minor = static_cast<unsigned char>(start[7]);
  if (major < 1 || major > 3 || minor != 0)
    return Error::make(SEQMIX_STATUS_FILE,
                       "expected .npy format 1.0, 2.0 or 3.0, found ", major,
                       ".", minor);
  uint32_t length = 0;
  if (!read(&length, major == 1 ? 2 : 4) || int64_t(length) > bytes)
    return Error::make(SEQMIX_STATUS_FILE, "the file ends inside its header");
  std::string text(length, '\0');
  if (!read(text.data(), length))
    return Error::make(SEQMIX_STATUS_FILE, "the file ends inside its header");
  return parseNpyDictionary(text, header);
}

Error seqmix::runtime::readNpy(const std::string &path, seqmix_dtype dtype,
                               std::vector<int64_t> &shape, HostBuffer &data) {
  FileHandle file;
  int64_t left = 0;
  if (Error error = openForReading(path, file, left))
    return error;
  NpyHeader header;
  if (Error error = readHeader(file.get(), left, header))
    return Error::make(error.getCode(), path, ": ", error.getMessage());
  if (!accepts(dtype, header.descr))
    return Error::make(SEQMIX_STATUS_MISMATCH, path, ": expected elements '",
                       getDescr(dtype), "' (", seqmix_dtype_name(dtype),
                       dtype == SEQMIX_BF16 ? " as its bit pattern, or '|V2'"
                                            : "",
                       "), found '", header.descr, "'");
  if (header.fortranOrder)
    return Error::make(SEQMIX_STATUS_FILE, path,
                       ": expected C order, found Fortran order");
  int64_t bytes = 0;
  if (!checkedBytes(header.shape, getElementBytes(dtype), bytes))
    return Error::make(SEQMIX_STATUS_FILE, path, ": the shape ",
                       formatShape(header.shape), " does not fit 64 bits");
  if (bytes != left)
    return Error::make(SEQMIX_STATUS_FILE, path, ": expected ", bytes,
                       " bytes of elements for the shape ",
                       formatShape(header.shape), ", found ", left);
  HostBuffer buffer = allocateBytes(bytes);
  if (!buffer)
    return Error::make(SEQMIX_STATUS_OUT_OF_MEMORY, path, ": no memory for ",
                       bytes, " bytes");
  size_t count = static_cast<size_t>(bytes);
  if (std::fread(buffer.get(), 1, count, file.get()) != count)
    return Error::make(SEQMIX_STATUS_FILE, path, ": cannot read all of its ",
                       bytes, " bytes of elements");
  shape = std::move(header.shape);
  data = std::move(buffer);
  return Error::success();
}

/// Everything before the elements, as numpy.save writes it.
static std::string makePrefix(const char *descr,
                              const std::vector<int64_t> &shape) {
  std::string tuple;
  for (int64_t extent : shape)
    tuple += (tuple.empty() ? "" : ", ") + std::to_string(extent);
  if (shape.size() == 1)
    tuple += ',';
  std::string text = std::string("{'descr': '") + descr +
                     "', 'fortran_order': False, 'shape': (" + tuple + "), }";
  // Elements start at a multiple of 64.
  constexpr size_t alignment = 64, fixed = 10;
  text.append(alignment - 1 - (fixed + text.size()) % alignment, ' ');
  text += '\n';
  std::string prefix(magic);
  prefix += {'\1', '\0', static_cast<char>(text.size() & 0xFF),
             static_cast<char>(text.size() >> 8)};
  return prefix + text;
}

Error seqmix::runtime::writeNpy(const std::string &path, seqmix_dtype dtype,
                                const Layout &layout, const void *data) {
  return writeNpy(path, getDescr(dtype), getElementBytes(dtype), layout, data);
}

Error seqmix::runtime::writeNpy(const std::string &path, const char *descr,
                                int64_t elementBytes, const Layout &layout,
                                const void *data) {
  FileHandle file(std::fopen(path.c_str(), "wb"));
  if (!file)
    return Error::make(SEQMIX_STATUS_FILE, path,
                       ": cannot write: ", std::strerror(errno));
  struct stat status;
  bool isRegular =
      ::fstat(::fileno(file.get()), &status) == 0 && S_ISREG(status.st_mode);
  std::string prefix = makePrefix(descr, layout.shape);
  bool written =
      std::fwrite(prefix.data(), 1, prefix.size(), file.get()) == prefix.size();
  size_t row = static_cast<size_t>(
      (layout.shape.empty() ? 1 : layout.shape.back()) * elementBytes);
  forEachRow(layout, [&](int64_t offset) {
    written = written && std::fwrite(static_cast<const char *>(data) +
                                         offset * elementBytes,
                                     1, row, file.get()) == row;
  });
  // Only closing tells whether the last bytes found room.
  written &= std::fclose(file.release()) == 0;
  if (written)
    return Error::success();
  int reason = errno;
  // A device that is full is not ours to remove.
  if (isRegular)
    std::remove(path.c_str());
  return Error::make(SEQMIX_STATUS_FILE, path,
                     ": cannot write: ", std::strerror(reason));
}
