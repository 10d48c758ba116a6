//===- Check.h - Compiled code against the interpreter ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles an operator, draws inputs from the domains that it states, runs the
// artifact and compares with the float64 interpreter. The error of a result is
// ‖x − y‖ / max(‖y‖, 1e-30) over the finite elements of the reference y;
// elements that are not finite must be the same ones. What the type of a result
// has no number for, half of its least positive one, counts as no difference.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_CHECK_CHECK_H
#define SEQMIX_CHECK_CHECK_H

#include "seqmix/Driver/Options.h"
#include "llvm/Support/raw_ostream.h"
#include <list>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace seqmix::check {

/// One compilation and one set of inputs.
struct Case {
  CompileOptions compile;
  /// "main" or "step": which entry runs; "steps": the step, once for each
  /// token.
  std::string entry = "main";
  /// Run-time sizes; those left out get a value fit for a check.
  std::map<std::string, int64_t> sizes;
  uint64_t seed = 0;
  /// Draw what goes wrong first (RandomInputs.h).
  bool extremes = false;
  /// The results on so many threads must be, bit by bit, those on one.
  std::vector<int> threads = {2, 7};
  /// How often each number of threads runs.
  int repeat = 1;
};

struct Bounds {
  double f32 = 1e-5;
  double narrow = 1e-2; ///< bf16 and f16
};

enum class Outcome { Passed, Failed, Skipped };

/// What came of one case.
struct Report {
  Outcome outcome = Outcome::Failed;
  /// Why the case failed or was skipped.
  std::string reason;
  /// Whether there were results to compare.
  bool ran = false;
  /// The results, in the operator's order, and the error of each.
  std::vector<std::pair<std::string, double>> errors;
  /// The form of each entry and why it has that form (CompiledOperator).
  std::string explanation;
};

class Checker {
public:
  /// `name` is how the spec is called in messages; files of artifacts go below
  /// `folder`.
  Checker(std::string name, std::string spec, std::string folder);
  ~Checker();

  /// Runs one case.
  Report check(const Case &c, const Bounds &bounds);

  /// Runs one case and prints one line: the case, the error of each result, and
  /// `ok`, `FAILED` with the reason, or `skipped` with the reason.
  Outcome run(const Case &c, const Bounds &bounds, llvm::raw_ostream &os);

  /// Compiles a case and writes its artifact, its operands and the reference
  /// results as .npy files into a folder, for `seqmix-run` on another machine.
  bool write(const Case &c, llvm::StringRef to, llvm::raw_ostream &os);

private:
  struct Program;
  struct Inputs;
  Program *prepare(const Case &c, std::string &error);
  bool draw(Program &program, const Case &c, Inputs &inputs,
            std::string &error);

  std::string name, spec, folder;
  /// The inputs of the last case and their reference results.
  std::unique_ptr<Inputs> lastInputs;
  std::string lastKey;
  /// Compiled programs, the last used in front; only so many are kept.
  std::list<std::unique_ptr<Program>> programs;
};

/// The options of a case in words.
std::string describe(const Case &c);

} // namespace seqmix::check

#endif // SEQMIX_CHECK_CHECK_H
