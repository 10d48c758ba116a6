//===- Judge.h - Whether a drawn operator compiles to what it means -*- C++ -*//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_RANDOM_JUDGE_H
#define SEQMIX_RANDOM_JUDGE_H

#include "seqmix/Random/Program.h"

#include <map>

namespace seqmix::random {

struct Verdict {
  check::Outcome outcome = check::Outcome::Failed;
  /// The form of the entry for whole sequences: `chunkwise`, `streaming`, ….
  std::string form;
  /// Why the form is not chunkwise, if a recurrence has none.
  std::string reason;
  /// The errors of the results, or what went wrong.
  std::string text;
  /// What kind of failure it is: two of one kind have one cause, probably.
  std::string kind;
};

/// How many programs came out in each way.
struct Summary {
  std::map<std::string, unsigned> forms, reasons, kinds;
  unsigned counts[3] = {0, 0, 0};

  void add(const Verdict &verdict);
  /// A line a form, a reason and a kind of failure, then the counts.
  void print(llvm::raw_ostream &os) const;
};

/// Compiles, runs and compares: over whole sequences, and for a recurrence by
/// its step too. In a process of its own, so that a crash and an endless loop
/// are verdicts. Call it while this process has one thread.
Verdict judge(const Program &program, const std::string &folder);

/// The command that repeats it, for a spec in a file.
std::string getCommand(const Program &program, const std::string &file);

} // namespace seqmix::random

#endif // SEQMIX_RANDOM_JUDGE_H
