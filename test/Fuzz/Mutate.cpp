//===- Mutate.cpp - Changes of a text that know its words -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Mutate.h"
#include "seqmix/Random/Program.h"
#include <algorithm>
#include <cctype>
#include <cstring>
#include <random>
#include <string>
#include <vector>

extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t capacity);

using namespace seqmix;

namespace {

using Parts = std::vector<std::string>;

/// Kinds of words; one is exchanged for one of its kind.
enum class Kind { Value, Op, Name, Number, Text, Space, Sign };

Kind kindOf(const std::string &word) {
  unsigned char c = word[0];
  if (c == '%' || c == '@' || c == '^')
    return Kind::Value;
  if (std::isdigit(c))
    return Kind::Number;
  if (std::isalpha(c) || c == '_')
    return word.find('.') != std::string::npos ? Kind::Op : Kind::Name;
  if (c == '"')
    return Kind::Text;
  return std::isspace(c) ? Kind::Space : Kind::Sign;
}

/// The words of a text, spaces and signs among them.
Parts split(const std::string &text) {
  Parts words;
  auto isWord = [](unsigned char c) {
    return std::isalnum(c) || c == '_' || c == '.';
  };
  for (size_t i = 0; i < text.size();) {
    size_t end = i + 1;
    unsigned char c = text[i];
    if (isWord(c) || c == '%' || c == '@' || c == '^')
      while (end < text.size() && isWord(text[end]))
        ++end;
    else if (c == '"') {
      end = std::min(text.find('"', i + 1), text.size() - 1) + 1;
    } else if (std::isspace(c))
      while (end < text.size() && std::isspace((unsigned char)text[end]))
        ++end;
    words.push_back(text.substr(i, end - i));
    i = end;
  }
  return words;
}

Parts splitLines(const std::string &text) {
  Parts lines;
  for (size_t i = 0; i < text.size();) {
    size_t end = std::min(text.find('\n', i), text.size() - 1) + 1;
    lines.push_back(text.substr(i, end - i));
    i = end;
  }
  return lines;
}

std::string join(const Parts &parts) {
  std::string text;
  for (const std::string &part : parts)
    text += part;
  return text;
}

/// Words of the language, beside those that a text has already.
const Parts &wordsOf(Kind kind) {
  static const Parts ops = {
      "seq.add",      "seq.sub",        "seq.mul",       "seq.div",
      "seq.exp",      "seq.log",        "seq.sqrt",      "seq.rsqrt",
      "seq.tanh",     "seq.sigmoid",    "seq.softplus",  "seq.neg",
      "seq.abs",      "seq.erf",        "seq.sin",       "seq.cos",
      "seq.max",      "seq.min",        "seq.eq",        "seq.ne",
      "seq.lt",       "seq.ge",         "seq.and",       "seq.or",
      "seq.not",      "seq.select",     "seq.to_real",   "seq.floordiv",
      "seq.mod",      "seq.dot",        "seq.sum",       "seq.rename",
      "seq.slice",    "seq.constant",   "seq.param",     "seq.size",
      "seq.at",       "seq.recurrence", "seq.attention", "seq.substeps",
      "seq.operator", "seq.yield",      "seq.return",    "arith.constant"};
  static const Parts names = {
      "B",   "T",    "S",      "H",     "HK",      "K",           "V",
      "E",   "R",    "f32",    "bf16",  "f16",     "i32",         "i1",
      "f64", "x",    "index",  "over",  "carry",   "out",         "score",
      "inf", "mask", "params", "sizes", "divides", "unit",        "range",
      "to",  "at",   "true",   "chunk", "integer", "nonpositive", "sorted"};
  static const Parts numbers = {
      "0",   "1",   "2",          "3",
      "15",  "16",  "17",         "40",
      "64",  "255", "256",        "257",
      "0.0", "1.5", "2147483648", "9223372036854775807",
      "1e9", "999", "0.5",        "1.0e-30"};
  static const Parts texts = {
      "\"K\"",    "\"V\"",       "\"T\"",    "\"S\"",    "\"H\"", "\"softmax\"",
      "\"sink\"", "\"sigmoid\"", "\"none\"", "\"relu\"", "\"\"",  "\"R\""};
  static const Parts signs = {"(", ")", "[", "]", "{", "}",  ",",
                              ":", "=", "-", "%", "<", "->", ">"};
  static const Parts none;
  switch (kind) {
  case Kind::Op:
    return ops;
  case Kind::Name:
    return names;
  case Kind::Number:
    return numbers;
  case Kind::Text:
    return texts;
  case Kind::Sign:
    return signs;
  default:
    return none;
  }
}

class Mutator {
public:
  Mutator(std::string text, unsigned seed)
      : text(std::move(text)), engine(seed) {}

  std::string mutate() {
    if (text.empty() || below(100) < 2)
      return below(3) ? random::drawRecurrence(engine()).text
                      : random::drawAttention(engine()).text;
    for (size_t n = 1 + below(3); n > 0; --n)
      below(100) < 70 ? mutateWord() : mutateLine();
    return text;
  }

private:
  size_t below(size_t n) { return engine() % n; }

  /// Not a space, if there is another.
  size_t pickWord(const Parts &words) {
    size_t at = below(words.size());
    for (int i = 0; i < 8 && kindOf(words[at]) == Kind::Space; ++i)
      at = below(words.size());
    return at;
  }

  void mutateWord() {
    Parts words = split(text);
    if (words.empty())
      return;
    size_t at = pickWord(words);
    switch (below(8)) {
    case 0:
      words.erase(words.begin() + at);
      break;
    case 1:
      words.insert(words.begin() + at, words[at]);
      break;
    case 2:
      std::swap(words[at], words[pickWord(words)]);
      break;
    case 3: { // everywhere
      std::string from = words[at], to = exchange(words, at);
      std::replace(words.begin(), words.end(), from, to);
      break;
    }
    default:
      words[at] = exchange(words, at);
      break;
    }
    text = join(words);
  }

  /// Another word of the same kind: one of the text's or of the language's.
  std::string exchange(const Parts &words, size_t at) {
    Kind kind = kindOf(words[at]);
    Parts same;
    for (const std::string &word : words)
      if (kindOf(word) == kind)
        same.push_back(word);
    const Parts &known = wordsOf(kind);
    if (!known.empty() && below(2))
      return known[below(known.size())];
    return same[below(same.size())];
  }

  void mutateLine() {
    Parts lines = splitLines(text);
    if (lines.empty())
      return;
    size_t at = below(lines.size()), other = below(lines.size());
    switch (below(4)) {
    case 0:
      lines.erase(lines.begin() + at);
      break;
    case 1:
      lines.insert(lines.begin() + at, lines[other]);
      break;
    case 2:
      std::swap(lines[at], lines[other]);
      break;
    default: { // a line of another program
      Parts drawn = splitLines(random::drawRecurrence(engine()).text);
      lines.insert(lines.begin() + at, drawn[below(drawn.size())]);
      break;
    }
    }
    text = join(lines);
  }

  std::string text;
  std::mt19937 engine;
};

size_t store(const std::string &text, uint8_t *data, size_t capacity) {
  size_t size = std::min(text.size(), capacity);
  std::memcpy(data, text.data(), size);
  return size;
}

} // namespace

size_t fuzz::mutate(uint8_t *data, size_t size, size_t capacity,
                    unsigned seed) {
  if (seed % 16 == 0)
    return LLVMFuzzerMutate(data, size, capacity);
  std::string text(reinterpret_cast<char *>(data), size);
  return store(Mutator(text, seed).mutate(), data, capacity);
}

size_t fuzz::crossOver(std::string_view x, std::string_view y, uint8_t *out,
                       size_t capacity, unsigned seed) {
  std::mt19937 engine(seed);
  Parts one = splitLines(std::string(x)), two = splitLines(std::string(y));
  if (one.empty() || two.empty())
    return store(std::string(x), out, capacity);
  size_t at = engine() % one.size(), from = engine() % two.size();
  size_t count = 1 + engine() % std::min<size_t>(two.size() - from, 6);
  one.insert(one.begin() + at, two.begin() + from, two.begin() + from + count);
  return store(join(one), out, capacity);
}
