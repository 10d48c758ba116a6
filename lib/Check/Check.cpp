//===- Check.cpp - Compiled code against the interpreter
//-------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Check/Check.h"
#include "Execute.h"
#include "dialects/Seq/Seq.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "seqmix/Driver/Driver.h"
#include "seqmix/InitAll.h"
#include "seqmix/Reference/Elements.h"
#include "seqmix/Reference/RandomInputs.h"
#include "seqmix/Reference/Signature.h"
#include "seqmix/runtime.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include <cmath>
#include <cstring>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::check;

//===----------------------------------------------------------------------===//
// A compiled program and its meaning
//===----------------------------------------------------------------------===//

struct Checker::Program {
  std::string key;
  MLIRContext context;
  OwningOpRef<ModuleOp> module;
  seq::OperatorOp op;
  reference::Signature signature;
  /// Of packed sequences: the size that is 1, and that of their number.
  std::string batch, count;
  std::string folder;
  std::string explanation;
  seqmix_module *artifact = nullptr;
  seqmix_status loadStatus = SEQMIX_STATUS_OK;
  std::string loadError;

  ~Program() { seqmix_module_destroy(artifact); }
};

struct Checker::Inputs {
  reference::Sizes sizes;
  std::vector<reference::Array> operands;
  std::vector<reference::Array> results;
};

/// What tells compilations apart.
static std::string keyOf(const Case &c) {
  const CompileOptions &o = c.compile;
  std::string key = o.target + " " + o.arch + " " + o.elem + " " + o.form;
  for (const std::string &param : o.params)
    key += " " + param;
  if (o.chunk)
    key += " chunk=" + std::to_string(*o.chunk);
  if (o.packed)
    key += " packed";
  if (o.split != 1)
    key += " split=" + std::to_string(o.split);
  return key;
}

/// What tells inputs and reference results apart.
static std::string inputsOf(const Case &c) {
  std::string key = c.compile.elem;
  for (const std::string &param : c.compile.params)
    key += " " + param;
  for (auto &[name, value] : c.sizes)
    key += " " + name + "=" + std::to_string(value);
  return key + (c.extremes ? " extremes " : " ") + std::to_string(c.seed);
}

std::string check::describe(const Case &c) {
  const CompileOptions &o = c.compile;
  std::string text = o.elem.empty() ? "default" : o.elem;
  for (const std::string &param : o.params)
    text += " " + param;
  for (auto &[name, value] : c.sizes)
    text += " " + name + "=" + std::to_string(value);
  if (o.form != "auto")
    text += " form=" + o.form;
  if (o.chunk)
    text += " chunk=" + std::to_string(*o.chunk);
  if (!o.arch.empty())
    text += " arch=" + o.arch;
  if (o.packed)
    text += " packed";
  if (o.split != 1)
    text += " split=" + std::to_string(o.split);
  if (c.entry != "main")
    text += " entry=" + c.entry;
  if (c.extremes)
    text += " extremes";
  if (c.threads != Case().threads && c.entry != "steps")
    for (int threads : c.threads)
      text += " threads=" + std::to_string(threads);
  if (c.repeat != 1)
    text += " repeat=" + std::to_string(c.repeat);
  if (c.seed)
    text += " seed=" + std::to_string(c.seed);
  return text;
}

Checker::Checker(std::string name, std::string spec, std::string folder)
    : name(std::move(name)), spec(std::move(spec)), folder(std::move(folder)) {}

Checker::~Checker() = default;

Checker::Program *Checker::prepare(const Case &c, std::string &error) {
  std::string key = keyOf(c);
  auto known = llvm::find_if(
      programs, [&](const auto &program) { return program->key == key; });
  if (known != programs.end()) {
    programs.splice(programs.begin(), programs, known);
    return programs.front().get();
  }
  if (programs.size() >= 8)
    programs.pop_back();

  llvm::raw_string_ostream errors(error);
  auto program = std::make_unique<Program>();
  program->folder =
      folder + "/" + std::to_string(std::hash<std::string>{}(key));
  FailureOr<std::vector<CompiledOperator>> compiled =
      compileTo(program->folder, llvm::MemoryBuffer::getMemBuffer(spec, name),
                c.compile, errors);
  if (failed(compiled))
    return nullptr;
  if (compiled->size() != 1) {
    errors << "expected one operator, found " << compiled->size();
    return nullptr;
  }

  program->explanation = compiled->front().explanation;

  DialectRegistry registry;
  registerAllDialects(registry);
  program->context.appendDialectRegistry(registry);
  ScopedDiagnosticHandler handler(&program->context, [&](Diagnostic &d) {
    errors << d << "\n";
    return success();
  });
  program->module = parseSourceString<ModuleOp>(spec, &program->context);
  if (!program->module)
    return nullptr;
  llvm::Expected<PipelineOptions> options = makePipelineOptions(c.compile);
  if (!options) {
    errors << llvm::toString(options.takeError());
    return nullptr;
  }
  PassManager pm(&program->context);
  addStage(pm, Stage::Seq, *options);
  if (failed(pm.run(*program->module)))
    return nullptr;
  program->op = *program->module->getOps<seq::OperatorOp>().begin();
  program->signature = reference::getSignature(program->op);
  if (c.compile.packed) {
    FailureOr<seq::Packing> packing = seq::getPacking(program->op);
    if (failed(packing))
      return nullptr;
    program->signature = reference::getSignature(program->op, *packing);
    program->batch = packing->batch.str();
    program->count = packing->count.str();
  }

  std::string manifest =
      program->folder + "/" + compiled->front().name + ".json";
  seqmix_error failure{};
  program->loadStatus =
      seqmix_module_load(manifest.c_str(), &program->artifact, &failure);
  if (program->loadStatus != SEQMIX_STATUS_OK)
    program->loadError = failure.message;
  program->key = key;
  programs.push_front(std::move(program));
  return programs.front().get();
}

//===----------------------------------------------------------------------===//
// Inputs
//===----------------------------------------------------------------------===//

/// Sizes that the case leaves open: batch 2, 4 heads over half as many key
/// heads, 100 tokens, 24 of anything else.
static int64_t defaultSize(const reference::Signature &signature,
                           const std::string &name,
                           const std::map<std::string, int64_t> &given) {
  if (auto rule = signature.divides.find(name);
      rule != signature.divides.end()) {
    auto other = given.find(rule->second);
    int64_t whole = other != given.end()
                        ? other->second
                        : defaultSize(signature, rule->second, given);
    return whole % 2 ? whole : whole / 2;
  }
  if (name == "B")
    return 2;
  if (name == "T" || name == "S")
    return 100;
  return name == "H" ? 4 : 24;
}

bool Checker::draw(Program &program, const Case &c, Inputs &inputs,
                   std::string &error) {
  llvm::raw_string_ostream errors(error);
  ScopedDiagnosticHandler handler(&program.context, [&](Diagnostic &d) {
    errors << d << "\n";
    return success();
  });
  for (auto &[size, value] : c.sizes)
    if (!llvm::is_contained(program.signature.sizes, size)) {
      errors << "there is no size " << size << " to set; the operator's are "
             << llvm::join(program.signature.sizes, ", ");
      return false;
    }
  for (const std::string &size : program.signature.sizes) {
    auto given = c.sizes.find(size);
    inputs.sizes[size] = given != c.sizes.end()  ? given->second
                         : size == program.batch ? 1
                         : size == program.count
                             ? 7
                             : defaultSize(program.signature, size, c.sizes);
  }
  bool packed = c.compile.packed;
  auto draw = packed ? reference::drawPacked : reference::drawOperands;
  FailureOr<std::vector<reference::Array>> operands =
      draw(program.op, inputs.sizes, {c.seed, c.extremes});
  if (failed(operands))
    return false;
  inputs.operands = std::move(*operands);
  auto interpret =
      packed ? reference::interpretPacked : reference::interpretOperator;
  FailureOr<std::vector<reference::Array>> results =
      interpret(program.op, inputs.operands, inputs.sizes, /*threads=*/0);
  if (failed(results))
    return false;
  inputs.results = std::move(*results);
  return true;
}

//===----------------------------------------------------------------------===//
// Running and comparing
//===----------------------------------------------------------------------===//

namespace {

/// The bytes of an array as it is stored.
std::vector<char> encode(const reference::ArrayDeclaration &declaration,
                         const reference::Array &array) {
  std::vector<char> bytes(array.data.size() *
                          reference::getElementBytes(declaration.element));
  reference::encodeElements(declaration.element, array.data, bytes.data());
  return bytes;
}

/// The error of a result, and whether its non-finite elements are the
/// reference's.
struct Difference {
  double error = 0;
  bool sameNonFinite = true;
};

/// The least positive number that a type stores, 0 for integers.
double getLeast(Type type) {
  auto real = dyn_cast<FloatType>(type);
  return real ? llvm::APFloat::getSmallest(real.getFloatSemantics())
                    .convertToDouble()
              : 0;
}

/// Of results x stored in a type; what it has no number for is no error.
Difference compare(Type element, ArrayRef<double> x, ArrayRef<double> y) {
  double unstored = getLeast(element) / 2;
  double difference = 0, norm = 0;
  Difference result;
  for (auto [a, b] : llvm::zip(x, y)) {
    if (!std::isfinite(b)) {
      bool same = std::isnan(b) ? std::isnan(a) : a == b;
      result.sameNonFinite &= same;
      continue;
    }
    if (!std::isfinite(a)) {
      result.sameNonFinite = false;
      continue;
    }
    if (std::fabs(a - b) > unstored)
      difference += (a - b) * (a - b);
    norm += b * b;
  }
  result.error = std::sqrt(difference) / std::max(std::sqrt(norm), 1e-30);
  return result;
}

} // namespace

/// The axis that a recurrence's step can be applied along, one token at a time:
/// empty if the operator is none, or carries a state that its step would
/// forget.
static std::string getSequence(seq::OperatorOp op, seqmix_module *artifact) {
  std::string sequence;
  size_t carried = 0, returned = 0;
  op.walk([&](seq::RecurrenceOp recurrence) {
    sequence = recurrence.getSequence().str();
    carried += recurrence.getInitial().size();
  });
  seqmix_array_info info{};
  for (size_t i = 0; i < op.getResultNames().size(); ++i)
    if (seqmix_module_result_info(artifact, i, &info, nullptr) ==
            SEQMIX_STATUS_OK &&
        info.may_alias)
      ++returned;
  return carried == returned ? sequence : "";
}

Report Checker::check(const Case &c, const Bounds &bounds) {
  Report report;
  auto end = [&](Outcome outcome, const Twine &reason) {
    report.outcome = outcome;
    report.reason = reason.str();
    return report;
  };
  auto fail = [&](const Twine &reason) { return end(Outcome::Failed, reason); };
  std::string error;
  Program *program = prepare(c, error);
  if (!program)
    return fail(error);
  report.explanation = program->explanation;
  if (program->loadStatus == SEQMIX_STATUS_UNSUPPORTED)
    return end(Outcome::Skipped, program->loadError);
  if (program->loadStatus != SEQMIX_STATUS_OK)
    return fail(program->loadError);
  std::string inputsKey = inputsOf(c);
  if (!lastInputs || inputsKey != lastKey) {
    lastInputs = std::make_unique<Inputs>();
    lastKey = inputsKey;
    if (!draw(*program, c, *lastInputs, error)) {
      lastInputs.reset();
      return fail(error);
    }
  }
  Inputs &inputs = *lastInputs;

  Buffers stored;
  for (auto [declaration, array] :
       llvm::zip(program->signature.operands, inputs.operands))
    stored.push_back(encode(declaration, array));
  std::string sequence;
  if (c.entry == "steps") {
    sequence = getSequence(program->op, program->artifact);
    if (sequence.empty())
      return end(Outcome::Skipped,
                 "expected a recurrence that takes its states "
                 "as operands and gives them as results");
  }
  Executable executable{program->artifact, program->signature, inputs.sizes,
                        inputs.operands, inputs.results};
  auto runOn = [&](int threads) {
    return sequence.empty()
               ? execute(executable, stored, c.entry, threads)
               : executeSteps(executable, stored, sequence, threads);
  };
  Execution first = runOn(1);
  if (first.status == SEQMIX_STATUS_UNSUPPORTED)
    return end(Outcome::Skipped, first.message);
  if (first.status != SEQMIX_STATUS_OK)
    return fail(first.message);
  // The same bytes on any number of threads, as often as it is run.
  std::string differs;
  bool cuda = c.compile.target == "cuda";
  for (int round = 0; round < (cuda ? 0 : c.repeat) && differs.empty(); ++round)
    for (int threads : c.threads) {
      Execution next = runOn(threads);
      if (next.status != SEQMIX_STATUS_OK)
        return fail(next.message);
      if (next.results != first.results && differs.empty())
        differs = "one and " + std::to_string(threads) + " threads differ" +
                  (round ? " in run " + std::to_string(round + 1) : "");
    }

  bool ok = report.ran = true;
  std::string reason;
  for (auto [declaration, array, bytes] :
       llvm::zip(program->signature.results, inputs.results, first.results)) {
    std::vector<double> numbers(array.data.size());
    reference::decodeElements(declaration.element, bytes.data(), numbers);
    Difference difference = compare(declaration.element, numbers, array.data);
    bool f32 = program->op.getParams().getAs<TypeAttr>("E") == nullptr ||
               program->op.getParams().getAs<TypeAttr>("E").getValue().isF32();
    double bound = f32 ? bounds.f32 : bounds.narrow;
    report.errors.push_back({declaration.name, difference.error});
    if (!(difference.error <= bound)) {
      ok = false;
      reason = (Twine(declaration.name) + " is over the bound " +
                llvm::Twine(std::to_string(bound)))
                   .str();
    }
    if (!difference.sameNonFinite) {
      ok = false;
      reason = declaration.name +
               " is not finite where the reference is, or the reverse";
    }
  }
  if (!differs.empty()) {
    ok = false;
    reason = differs;
  }
  return ok ? end(Outcome::Passed, "") : fail(reason);
}

Outcome Checker::run(const Case &c, const Bounds &bounds,
                     llvm::raw_ostream &os) {
  Report report = check(c, bounds);
  os << name << ": " << describe(c) << ":";
  for (auto &[result, error] : report.errors)
    os << " " << result << " " << llvm::format("%.2e", error);
  switch (report.outcome) {
  case Outcome::Passed:
    os << " ok\n";
    break;
  case Outcome::Failed:
    os << " FAILED: " << report.reason << "\n";
    break;
  case Outcome::Skipped:
    os << " skipped: " << report.reason << "\n";
    break;
  }
  return report.outcome;
}

//===----------------------------------------------------------------------===//
// Cases for another machine
//===----------------------------------------------------------------------===//

/// A .npy file, format 1.0, C order.
static bool writeNpy(const Twine &path, StringRef descr,
                     ArrayRef<int64_t> shape, ArrayRef<char> bytes,
                     llvm::raw_ostream &os) {
  std::string header =
      ("{'descr': '" + descr + "', 'fortran_order': False, 'shape': (").str();
  for (int64_t extent : shape)
    header += std::to_string(extent) + ", ";
  header += "), }";
  header.append(63 - (10 + header.size()) % 64, ' ');
  header += '\n';
  std::error_code code;
  llvm::raw_fd_ostream file(path.str(), code);
  if (code) {
    os << "cannot write " << path << ": " << code.message() << "\n";
    return false;
  }
  file << StringRef("\x93NUMPY\x01\x00", 8) << static_cast<char>(header.size())
       << static_cast<char>(header.size() >> 8) << header
       << StringRef(bytes.data(), bytes.size());
  return true;
}

bool Checker::write(const Case &c, StringRef to, llvm::raw_ostream &os) {
  std::string error;
  Program *program = prepare(c, error);
  Inputs inputs;
  if (!program || !draw(*program, c, inputs, error)) {
    os << name << ": " << describe(c) << ": FAILED: " << error << "\n";
    return false;
  }
  if (llvm::sys::fs::create_directories(to)) {
    os << "cannot make the folder " << to << "\n";
    return false;
  }
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(program->folder, code), end;
       it != end && !code; it.increment(code))
    if (llvm::sys::fs::copy_file(
            it->path(), to + "/" + llvm::sys::path::filename(it->path())))
      code = std::make_error_code(std::errc::io_error);
  if (code) {
    os << "cannot copy the artifact to " << to << "\n";
    return false;
  }
  auto descr = [](Type type) {
    return type.isBF16()        ? "<u2"
           : type.isF16()       ? "<f2"
           : type.isInteger(32) ? "<i4"
                                : "<f4";
  };
  for (auto [declaration, array] :
       llvm::zip(program->signature.operands, inputs.operands))
    if (!writeNpy(to + "/in." + declaration.name + ".npy",
                  descr(declaration.element), array.shape,
                  encode(declaration, array), os))
      return false;
  for (auto [declaration, array] :
       llvm::zip(program->signature.results, inputs.results))
    if (!writeNpy(to + "/ref." + declaration.name + ".npy", "<f8", array.shape,
                  ArrayRef(reinterpret_cast<const char *>(array.data.data()),
                           array.data.size() * sizeof(double)),
                  os))
      return false;
  llvm::raw_fd_ostream text((to + "/case.txt").str(), code);
  text << program->op.getSymName() << ": " << describe(c) << "\n"
       << c.entry << "\n";
  return true;
}
