//===- Options.cpp - The command line of seqmix-run -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Options.h"

#include <charconv>
#include <limits>
#include <string_view>

using namespace seqmix::run;

const char *const seqmix::run::helpText =
    R"(usage: seqmix-run DIR/op.json --in q=q.npy ... --out o=o.npy ... [options]
       seqmix-run DIR/op.json --bench [--size T=4096 ...] [options]

Runs a compiled operator on .npy files, or measures it.

  --in NAME=FILE    read the operand NAME (repeat for each operand)
  --out NAME=FILE   write the result NAME
  --entry NAME      main (default), step, or an entry's form or symbol
  --threads N       CPU threads (default: OMP_NUM_THREADS, else all cores)
  --bench           run repeatedly and print median, least and greatest time;
                    operands without --in are drawn from their domains
  --size NAME=N     a run-time size for drawn operands (default: B = 1,
                    T = 1024, H = 4, the others by the operator's rules)
  --repeat N        measured repetitions of --bench (default 20), after one
                    that is not measured
  --seed N          seed of drawn operands (default 0)
  --help            print this
  --version         print the version

Elements of files: f32 '<f4', f16 '<f2', i32 '<i4', bf16 its bit pattern '<u2'
('|V2' is read too). Result files appear only once all of them are complete.
Exit status: 0 on success, 1 on any error.
)";

namespace {

class Parser {
public:
  Parser(int argc, char **argv, Options &options, std::string &message)
      : argc(argc), argv(argv), options(options), message(message) {}

  bool parse();

private:
  bool fail(const std::string &text) {
    message = text + "; see seqmix-run --help";
    return false;
  }

  bool parseFlag(std::string_view argument);
  /// The value of a flag: after its '=', or the next argument.
  bool takeValue(std::string &value);
  bool takePair(std::string &name, std::string &value, const char *form);
  template <typename Integer>
  bool parseInteger(std::string_view text, Integer least, Integer &value);
  template <typename Integer> bool takeInteger(Integer least, Integer &value);
  bool takeFile(std::vector<std::pair<std::string, std::string>> &files,
                const char *form);
  bool takeSize();
  bool check();

  int argc;
  char **argv;
  Options &options;
  std::string &message;
  int position = 1;
  std::string flag;
  bool hasInlineValue = false;
  std::string inlineValue;
};

} // namespace

bool Parser::takeValue(std::string &value) {
  if (hasInlineValue) {
    value = inlineValue;
    return true;
  }
  if (position == argc)
    return fail("expected a value after " + flag + ", found none");
  value = argv[position++];
  return true;
}

bool Parser::takePair(std::string &name, std::string &value, const char *form) {
  std::string text;
  if (!takeValue(text))
    return false;
  size_t equal = text.find('=');
  if (equal == std::string::npos || equal == 0 || equal + 1 == text.size())
    return fail("expected " + flag + " " + form + ", found '" + text + "'");
  name = text.substr(0, equal);
  value = text.substr(equal + 1);
  return true;
}

template <typename Integer>
bool Parser::parseInteger(std::string_view text, Integer least,
                          Integer &value) {
  auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc() && end == text.data() + text.size() &&
      value >= least)
    return true;
  return fail("expected an integer of at least " + std::to_string(least) +
              " for " + flag + ", found '" + std::string(text) + "'");
}

template <typename Integer>
bool Parser::takeInteger(Integer least, Integer &value) {
  std::string text;
  return takeValue(text) && parseInteger(text, least, value);
}

bool Parser::takeFile(std::vector<std::pair<std::string, std::string>> &files,
                      const char *form) {
  std::string name, path;
  if (!takePair(name, path, form))
    return false;
  for (const auto &[otherName, otherPath] : files) {
    if (otherName == name)
      return fail(flag + " " + name + " is given twice");
    if (otherPath == path && flag == "--out")
      return fail("two results go to the file " + path);
  }
  files.emplace_back(std::move(name), std::move(path));
  return true;
}

bool Parser::takeSize() {
  std::string name, text;
  int64_t value = 0;
  if (!takePair(name, text, "NAME=N") || !parseInteger<int64_t>(text, 0, value))
    return false;
  options.sizes.emplace_back(std::move(name), value);
  return true;
}

bool Parser::parseFlag(std::string_view argument) {
  size_t equal = argument.find('=');
  hasInlineValue = equal != std::string_view::npos;
  flag = argument.substr(0, equal);
  inlineValue = hasInlineValue ? argument.substr(equal + 1) : "";

  if (flag == "--in")
    return takeFile(options.inputs, "NAME=FILE");
  if (flag == "--out")
    return takeFile(options.outputs, "NAME=FILE");
  if (flag == "--size")
    return takeSize();
  if (flag == "--entry")
    return takeValue(options.entry);
  if (flag == "--threads")
    return takeInteger<int32_t>(1, options.threads);
  if (flag == "--repeat")
    return takeInteger<int32_t>(1, options.repeat);
  if (flag == "--seed")
    return takeInteger<uint64_t>(0, options.seed);
  bool *toggle = flag == "--bench"     ? &options.bench
                 : flag == "--help"    ? &options.help
                 : flag == "-h"        ? &options.help
                 : flag == "--version" ? &options.version
                                       : nullptr;
  if (!toggle)
    return fail("unknown option " + flag);
  if (hasInlineValue)
    return fail("expected no value for " + flag + ", found '" + inlineValue +
                "'");
  *toggle = true;
  return true;
}

bool Parser::parse() {
  while (position < argc) {
    std::string_view argument = argv[position++];
    if (argument.starts_with("-") && argument != "-") {
      if (!parseFlag(argument))
        return false;
    } else if (options.manifest.empty() && !argument.empty()) {
      options.manifest = argument;
    } else {
      return fail("expected one manifest, found '" + std::string(argument) +
                  "' too");
    }
  }
  return options.help || options.version || check();
}

bool Parser::check() {
  if (options.manifest.empty())
    return fail("expected a manifest (the .json file that seqmixc wrote), "
                "found none");
  if (!options.bench && options.outputs.empty())
    return fail("expected --out NAME=FILE or --bench, found neither");
  if (!options.bench && !options.sizes.empty())
    return fail("--size needs --bench: without it, sizes are those of the "
                "files");
  return true;
}

bool seqmix::run::parseOptions(int argc, char **argv, Options &options,
                               std::string &message) {
  return Parser(argc, argv, options, message).parse();
}
