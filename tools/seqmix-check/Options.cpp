//===- Options.cpp - What to check
//-----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Options.h"
#include "seqmix/Check/Cover.h"
#include "llvm/ADT/StringExtras.h"

using namespace seqmix;
using namespace seqmix::check;
namespace cl = llvm::cl;

Flags::Flags()
    : input(cl::Positional, cl::desc("SPEC"), cl::init("")),
      write("write", cl::value_desc("DIR"),
            cl::desc("Run nothing: write each case's artifact, operands and "
                     "reference results below DIR")),
      target("target", cl::init("cpu"), cl::desc("The target (default cpu)")),
      arch("arch", cl::desc("The target's architecture")),
      elem("elem", cl::value_desc("f32,bf16,f16"),
           cl::desc("Element types E, in turn (default: the spec's)")),
      form("form", cl::init("auto"), cl::value_desc("auto,sequential,…"),
           cl::desc("Forms, in turn (default auto)")),
      chunk("chunk", cl::value_desc("16,32,…"),
            cl::desc("Tokens a chunk, in turn (default: the compiler's)")),
      entry("entry", cl::init("main"), cl::value_desc("main,step,steps"),
            cl::desc("Entries, in turn: main (default), step (one token), or "
                     "steps (the step, once for each token)")),
      cover("cover", cl::init("all"), cl::value_desc("all|pairwise"),
            cl::desc("Every combination of values (default), or few cases in "
                     "which every pair occurs")),
      inputs("inputs", cl::value_desc("drawn,extremes"),
             cl::desc("Both kinds of inputs, in turn")),
      split("split", cl::value_desc("1,4,…"),
            cl::desc("Parts of a sequence at most, in turn (default 1)")),
      set("set", cl::value_desc("NAME=VALUE,…"),
          cl::desc("Values of a parameter, in turn")),
      size("size", cl::value_desc("NAME=VALUE,…"),
           cl::desc("Values of a run-time size, in turn")),
      sizes("sizes", cl::value_desc("NAME=VALUE …"),
            cl::desc("Run-time sizes that belong together, as one value of a "
                     "factor; give it for each")),
      variant("variant", cl::value_desc("NAME=VALUE …"),
              cl::desc("What else belongs together: parameters, elem=, arch=, "
                       "form=, chunk=, entry=, inputs=; give it for each")),
      seed("seed", cl::init(0), cl::desc("The seed of the inputs")),
      threads("threads", cl::CommaSeparated, cl::value_desc("N,…"),
              cl::desc("The results on N threads must be those on one, bit by "
                       "bit (default 2,7)")),
      repeat("repeat", cl::init(1), cl::value_desc("N"),
             cl::desc("Run so often on each number of threads; 0: once on one "
                      "thread and no more")),
      extremes("extremes", cl::desc("Draw extremes: gates 0 and −inf mixed, "
                                    "zero keys, ends of ranges")),
      packed("packed", cl::desc("Check packed sequences, of which some are "
                                "empty and some have one token")),
      bound("bound", cl::init(0),
            cl::desc("The largest error allowed (default 1e-5 for f32, 1e-2 "
                     "for bf16 and f16)")) {}

Bounds Flags::getBounds() const {
  if (bound > 0)
    return {bound, bound};
  return {};
}

namespace {

/// A factor of the cover: what each of its values does to a case.
struct Factor {
  std::vector<std::string> values;
  std::function<void(Case &, const std::string &)> apply;
};

std::vector<std::string> splitList(llvm::StringRef text, char separator = ',') {
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, separator, -1, /*KeepEmpty=*/false);
  return {parts.begin(), parts.end()};
}

llvm::Error error(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

void applyEntry(Case &c, const std::string &entry) {
  c.entry = entry;
  if (entry == "step")
    c.sizes["T"] = 1;
  // A call a token is mostly waiting for threads; the step itself is checked on
  // several.
  if (entry == "steps" && c.threads == Case().threads)
    c.threads = {1};
}

bool isEntry(llvm::StringRef text) {
  return text == "main" || text == "step" || text == "steps";
}

bool isInputs(llvm::StringRef text) {
  return text == "drawn" || text == "extremes";
}

void applyVariant(Case &c, const std::string &text) {
  for (const std::string &word : splitList(text, ' ')) {
    auto [name, value] = llvm::StringRef(word).split('=');
    int64_t number;
    if (name == "elem")
      c.compile.elem = value.str();
    else if (name == "arch")
      c.compile.arch = value.str();
    else if (name == "form")
      c.compile.form = value.str();
    else if (name == "chunk" && !value.getAsInteger(10, number))
      c.compile.chunk = number;
    else if (name == "entry")
      applyEntry(c, value.str());
    else if (name == "inputs")
      c.extremes = value == "extremes";
    else
      c.compile.params.push_back(word);
  }
}

llvm::Error checkVariant(const std::string &text) {
  for (const std::string &word : splitList(text, ' ')) {
    auto [name, value] = llvm::StringRef(word).split('=');
    if (value.empty() || (name == "entry" && !isEntry(value)) ||
        (name == "inputs" && !isInputs(value)))
      return error("--variant: expected words NAME=VALUE, found '" + text +
                   "'");
  }
  return llvm::Error::success();
}

void applySizes(Case &c, const std::string &text) {
  for (const std::string &word : splitList(text, ' ')) {
    auto [name, value] = llvm::StringRef(word).split('=');
    c.sizes[name.str()] = std::stoll(value.str());
  }
}

llvm::Error checkSizes(const std::string &text) {
  for (const std::string &word : splitList(text, ' ')) {
    int64_t number;
    llvm::StringRef value = llvm::StringRef(word).split('=').second;
    if (value.getAsInteger(10, number) || number < 0)
      return error("--sizes: expected words NAME=NUMBER, found '" + text + "'");
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<std::vector<Case>> Flags::makeCases() const {
  for (int n : threads)
    if (n < 1)
      return error("--threads: expected at least 1, found " + llvm::Twine(n));
  if (repeat < 0)
    return error("--repeat: expected at least 0, found " +
                 llvm::Twine(repeat.getValue()));
  if (cover != "all" && cover != "pairwise")
    return error("--cover: expected all or pairwise, found '" + cover + "'");
  std::vector<Factor> factors;
  if (!elem.empty())
    factors.push_back({splitList(elem), [](Case &c, const std::string &v) {
                         c.compile.elem = v;
                       }});
  for (const std::string &text : set) {
    auto [name, values] = llvm::StringRef(text).split('=');
    if (values.empty())
      return error("--set: expected NAME=VALUE, found '" + text + "'");
    factors.push_back(
        {splitList(values), [name = name.str()](Case &c, const std::string &v) {
           c.compile.params.push_back(name + "=" + v);
         }});
  }
  if (variant.empty() || form.getNumOccurrences())
    factors.push_back({splitList(form), [](Case &c, const std::string &v) {
                         c.compile.form = v;
                       }});
  auto number = [](llvm::StringRef text, int64_t &value) {
    return !text.getAsInteger(10, value);
  };
  if (!chunk.empty()) {
    for (const std::string &v : splitList(chunk))
      if (int64_t n; !number(v, n))
        return error("--chunk: expected numbers, found '" + v + "'");
    factors.push_back({splitList(chunk), [](Case &c, const std::string &v) {
                         c.compile.chunk = std::stoll(v);
                       }});
  }
  if (!split.empty()) {
    for (const std::string &v : splitList(split))
      if (int64_t n; !number(v, n))
        return error("--split: expected numbers, found '" + v + "'");
    factors.push_back({splitList(split), [](Case &c, const std::string &v) {
                         c.compile.split = std::stoll(v);
                       }});
  }
  for (const std::string &text : size) {
    auto [name, values] = llvm::StringRef(text).split('=');
    for (const std::string &v : splitList(values))
      if (int64_t n; !number(v, n) || n < 0)
        return error("--size: expected NAME=NUMBER, found '" + text + "'");
    if (values.empty())
      return error("--size: expected NAME=NUMBER, found '" + text + "'");
    factors.push_back(
        {splitList(values), [name = name.str()](Case &c, const std::string &v) {
           c.sizes[name] = std::stoll(v);
         }});
  }
  if (!sizes.empty()) {
    for (const std::string &text : sizes)
      if (llvm::Error bad = checkSizes(text))
        return std::move(bad);
    factors.push_back({{sizes.begin(), sizes.end()}, applySizes});
  }
  for (const std::string &v : splitList(inputs))
    if (!isInputs(v))
      return error("--inputs: expected drawn or extremes, found '" + v + "'");
  if (!inputs.empty())
    factors.push_back({splitList(inputs), [](Case &c, const std::string &v) {
                         c.extremes = v == "extremes";
                       }});
  for (const std::string &v : splitList(entry))
    if (!isEntry(v))
      return error("--entry: expected main, step or steps, found '" + v + "'");
  factors.push_back({splitList(entry), applyEntry});

  // Variants last: those that differ in their schedule alone share inputs and
  // reference, which are kept from one case to the next.
  if (!variant.empty()) {
    for (const std::string &text : variant)
      if (llvm::Error bad = checkVariant(text))
        return std::move(bad);
    factors.push_back({{variant.begin(), variant.end()}, applyVariant});
  }

  std::vector<size_t> counts;
  for (const Factor &factor : factors)
    counts.push_back(factor.values.size());
  Cases cases = cover == "all" ? product(counts) : pairwise(counts);
  // The first factors change least often.
  std::sort(cases.begin(), cases.end());
  std::vector<Case> result;
  for (const std::vector<size_t> &values : cases) {
    Case c;
    c.compile.target = target;
    c.compile.arch = arch;
    c.compile.packed = packed;
    c.seed = seed;
    if (!threads.empty())
      c.threads.assign(threads.begin(), threads.end());
    c.repeat = repeat;
    c.extremes = extremes;
    for (size_t i = 0; i < factors.size(); ++i)
      factors[i].apply(c, factors[i].values[values[i]]);
    result.push_back(std::move(c));
  }
  return result;
}
