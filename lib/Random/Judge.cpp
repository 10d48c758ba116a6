//===- Judge.cpp - Whether a drawn operator compiles to what it means -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Random/Judge.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <csignal>
#include <limits>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace seqmix;
using namespace seqmix::random;
using check::Case;
using check::Outcome;
using check::Report;

/// A message without what differs from program to program: the place, numbers.
static std::string getKind(llvm::StringRef message) {
  size_t error = message.find("error: ");
  if (error != llvm::StringRef::npos)
    message = message.substr(error + 7);
  message = message.split('\n').first;
  std::string kind;
  for (char c : message) {
    if (!llvm::isDigit(c))
      kind += c;
    else if (kind.empty() || kind.back() != 'N')
      kind += 'N';
  }
  return kind;
}

/// The form of the first entry, and why it is not chunkwise.
static void readExplanation(llvm::StringRef explanation, Verdict &verdict) {
  auto [first, rest] = explanation.split('\n');
  verdict.form = first.split(": ").second.split(',').first.str();
  llvm::StringRef reason = rest.split('\n').first.trim();
  if (reason.consume_front("not chunkwise: "))
    verdict.reason = reason.str();
}

/// Runs a case. Where errors may grow, ten times what an f32 run token by token
/// is off is right.
static Report run(check::Checker &checker, const Program &program,
                  const Case &c) {
  Report report = checker.check(c, {});
  if (report.outcome != Outcome::Failed || !report.ran || program.bounded)
    return report;
  double any = std::numeric_limits<double>::infinity();
  Case sequential = c;
  sequential.compile.form = "sequential";
  Report plain = checker.check(sequential, {any, any});
  for (size_t i = 0; i < report.errors.size(); ++i) {
    double bound =
        program.text.find("E = f32") != std::string::npos ? 1e-5 : 1e-2;
    if (i >= plain.errors.size() ||
        report.errors[i].second > std::max(bound, 10 * plain.errors[i].second))
      return report;
  }
  return checker.check(c, {any, any});
}

static Verdict judgeHere(const Program &program, const std::string &folder) {
  Verdict verdict;
  llvm::raw_string_ostream text(verdict.text);
  check::Checker checker("drawn", program.text, folder);
  bool recurrence = program.text.find("seq.recurrence") != std::string::npos;
  for (const char *entry : {"main", "steps", "step"}) {
    Case c = program.test;
    c.entry = entry;
    // One token, where the step cannot be applied again and again.
    if (c.entry == "step")
      c.sizes["T"] = 1;
    if (c.entry != "main")
      text << "; " << entry;
    Report report = run(checker, program, c);
    if (c.entry == "main")
      readExplanation(report.explanation, verdict);
    if (c.entry == "steps" && report.outcome == Outcome::Skipped)
      continue;
    for (auto &[result, error] : report.errors)
      text << " " << result << " " << llvm::format("%.2e", error);
    verdict.outcome = report.outcome;
    if (report.outcome != Outcome::Passed) {
      text << " " << report.reason;
      verdict.kind = c.entry + ": " + getKind(report.reason);
      break;
    }
    if (!recurrence || c.entry == "steps")
      break;
  }
  return verdict;
}

void Summary::add(const Verdict &verdict) {
  ++counts[int(verdict.outcome)];
  if (!verdict.form.empty())
    ++forms[verdict.form];
  if (!verdict.reason.empty())
    ++reasons[verdict.reason];
  if (verdict.outcome == Outcome::Failed)
    ++kinds[verdict.kind];
}

void Summary::print(llvm::raw_ostream &os) const {
  auto list = [&](llvm::StringRef title, const auto &lines) {
    for (auto &[text, count] : lines)
      os << title << " " << count << ": " << text << "\n";
  };
  list("form", forms);
  list("not chunkwise", reasons);
  list("failure", kinds);
  os << counts[0] << " ok, " << counts[1] << " failed, " << counts[2]
     << " skipped\n";
}

//===----------------------------------------------------------------------===//
// In a process of its own
//===----------------------------------------------------------------------===//

constexpr char separator = '\x1f';
// Of processor time, so that it means the same on a busy machine.
constexpr unsigned secondsToJudge = 120;

static void send(int to, const Verdict &verdict) {
  std::string bytes = std::to_string(int(verdict.outcome));
  for (const std::string *field :
       {&verdict.form, &verdict.reason, &verdict.text, &verdict.kind})
    bytes += separator + *field;
  for (size_t sent = 0; sent < bytes.size();) {
    ssize_t n = write(to, bytes.data() + sent, bytes.size() - sent);
    if (n <= 0)
      return;
    sent += n;
  }
}

Verdict seqmix::random::judge(const Program &program,
                              const std::string &folder) {
  Verdict verdict;
  int ends[2];
  llvm::outs().flush();
  if (pipe(ends)) {
    verdict.text = verdict.kind = "cannot make a pipe";
    return verdict;
  }
  pid_t child = fork();
  if (child == 0) {
    close(ends[0]);
    rlimit limit{secondsToJudge, secondsToJudge + 1};
    setrlimit(RLIMIT_CPU, &limit);
    send(ends[1], judgeHere(program, folder));
    _exit(0);
  }
  close(ends[1]);
  std::string bytes;
  char buffer[4096];
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;)
    bytes.append(buffer, n);
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  llvm::sys::fs::remove_directories(folder);

  llvm::SmallVector<llvm::StringRef> fields;
  llvm::StringRef(bytes).split(fields, separator);
  if (fields.size() != 5) {
    int signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    verdict.kind =
        signal == SIGXCPU
            ? "took longer than " + std::to_string(secondsToJudge) + " seconds"
            : "crashed with signal " + std::to_string(signal);
    verdict.text = " " + verdict.kind;
    return verdict;
  }
  verdict.outcome = Outcome(fields[0][0] - '0');
  verdict.form = fields[1].str();
  verdict.reason = fields[2].str();
  verdict.text = fields[3].str();
  verdict.kind = fields[4].str();
  return verdict;
}

std::string seqmix::random::getCommand(const Program &program,
                                       const std::string &file) {
  const Case &c = program.test;
  std::string command = "seqmix-check " + file;
  for (auto &[name, value] : c.sizes)
    command += " --size " + name + "=" + std::to_string(value);
  if (c.compile.chunk)
    command += " --chunk " + std::to_string(*c.compile.chunk);
  if (!c.compile.arch.empty())
    command += " --arch " + c.compile.arch;
  if (c.threads != Case().threads)
    command += " --threads " + std::to_string(c.threads.front());
  if (c.extremes)
    command += " --extremes";
  return command + " --seed " + std::to_string(c.seed);
}
