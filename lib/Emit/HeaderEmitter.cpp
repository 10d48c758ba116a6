//===- HeaderEmitter.cpp - The C header of an operator --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the header of docs/ABI.md: what all operators share, the argument
// struct with each array's meaning, and a prototype an entry.
//
//===----------------------------------------------------------------------===//

#include "Expression.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Emit/Contract.h"
#include "seqmix/Emit/Header.h"
#include "seqmix/Emit/Identifier.h"
#include "seqmix/Emit/Manifest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

/// What all operators share; once in a translation unit.
static constexpr llvm::StringLiteral abiPart = R"(#ifndef SEQMIX_ABI_H
#define SEQMIX_ABI_H

/* What an entry returns. */
enum {
  SEQMIX_OK = 0,
  /* The args pointer, or the data of an array that has elements, is null. */
  SEQMIX_NULL_POINTER = 1,
  /* A size is negative or breaks a rule. */
  SEQMIX_BAD_SIZE = 2,
  /* The stride of a last axis is not 1, or a stride is negative. */
  SEQMIX_BAD_STRIDE = 3,
  /* workspace_bytes is less than the query's answer, or workspace is null and
     some is needed. */
  SEQMIX_WORKSPACE_TOO_SMALL = 4,
  /* A result overlaps another array. */
  SEQMIX_OVERLAP = 5,
  /* This processor lacks what the object's baseline needs. */
  SEQMIX_UNSUPPORTED_CPU = 6
};

typedef void (*seqmix_task)(void *arg, int64_t index, int64_t worker);

/* Calls task(arg, i, worker) once for each i in [0, n), in any order and on any
   threads, and returns when all are done. worker lies in [0, workers); tasks
   that run at the same time have different ones. */
typedef void (*seqmix_parallel_for)(void *context, int64_t n, seqmix_task task,
                                    void *arg);

#endif /* SEQMIX_ABI_H */
)";

/// The text as part of a comment: nothing that ends one, starts one, or
/// continues a line.
static std::string comment(const Twine &text) {
  std::string result = text.str();
  for (size_t i = 0; i < result.size(); ++i) {
    char c = result[i];
    if (!llvm::isPrint(c) || c == '\\' || c == '?')
      result[i] = '_';
    else if (i > 0 && ((c == '/' && result[i - 1] == '*') ||
                       (c == '*' && result[i - 1] == '/')))
      result[i] = '_';
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Words for people
//===----------------------------------------------------------------------===//

static std::string describeNumber(Attribute attr) {
  if (auto real = dyn_cast<FloatAttr>(attr)) {
    std::string text;
    llvm::raw_string_ostream(text)
        << llvm::format("%g", real.getValueAsDouble());
    return text;
  }
  if (auto integer = dyn_cast<IntegerAttr>(attr))
    return llvm::toString(integer.getValue(), 10, /*Signed=*/true);
  if (auto name = dyn_cast<StringAttr>(attr))
    return name.getValue().str();
  return "_";
}

/// The hint about an array's values as a clause, empty if there is none.
static std::string describeDomain(DictionaryAttr domain) {
  if (!domain)
    return "";
  StringRef kind = domain.begin()->getName().getValue();
  Attribute value = domain.begin()->getValue();
  if (kind == "nonpositive")
    return ", at most 0";
  if (kind == "unit") {
    auto axis = dyn_cast<StringAttr>(value);
    return ", vectors of norm 1" +
           (axis ? " along " + axis.getValue().str() : "");
  }
  auto pair = dyn_cast<ArrayAttr>(value);
  if (!pair || pair.size() != 2)
    return "";
  std::string low = describeNumber(pair[0]), high = describeNumber(pair[1]);
  if (kind == "range")
    return ", in [" + low + ", " + high + "]";
  if (kind == "normal")
    return ", of mean " + low + " and deviation " + high;
  if (kind == "integer")
    return ", in [" + low + ", " + high + ")";
  if (kind == "sorted")
    return ", ascending in [" + low + ", " + high + ")";
  if (kind == "offsets")
    return ", ascending from " + low + " to " + high;
  return "";
}

static StringRef describeElement(StringRef elem) {
  return llvm::StringSwitch<StringRef>(elem)
      .Case("f32", "float")
      .Case("bf16", "bfloat16 bits in uint16_t")
      .Case("f16", "IEEE half bits in uint16_t")
      .Case("i32", "int32_t")
      .Default("");
}

static std::string describeArray(const ContractArray &array) {
  std::string text = array.isResult ? "Result [" : "Operand [";
  text += llvm::join(array.axes, ", ");
  text += "] of " + array.elem.str() + " (" +
          describeElement(array.elem).str() + ")";
  text += describeDomain(array.domain);
  if (!array.drawnOf.empty())
    text += ", times " + array.drawnOf.str();
  if (!array.mayAlias.empty())
    text += "; may be the very buffer of " + array.mayAlias.str();
  return text + ".";
}

//===----------------------------------------------------------------------===//
// The header
//===----------------------------------------------------------------------===//

namespace {

class HeaderWriter {
public:
  HeaderWriter(const Contract &contract, raw_ostream &os)
      : contract(contract), os(os), op(makeCIdentifier(contract.operatorName)),
        isDevice(contract.isDevice()) {}

  void write() {
    writeBanner();
    os << "#ifndef SEQMIX_OPERATOR_" << op << "_H\n#define SEQMIX_OPERATOR_"
       << op << "_H\n\n#include <stdint.h>\n\n"
       << abiPart << "\n#ifdef __cplusplus\nextern \"C\" {\n#endif\n\n";
    writeStruct();
    for (kernel::EntryOp entry : contract.entries)
      isDevice ? writeKernels(entry) : writePrototypes(entry);
    os << "#ifdef __cplusplus\n}\n#endif\n\n#endif /* SEQMIX_OPERATOR_" << op
       << "_H */\n";
  }

private:
  void writeBanner() {
    os << "/* Operator " << comment(contract.operatorName)
       << ", written by seqmixc " << getVersion() << ".\n";
    line("");
    std::string params;
    for (auto [name, value] : contract.params)
      params += name.str() + " = " + std::to_string(value) + ", ";
    if (!contract.elem.empty())
      line("Compiled for " + params + "element type " + contract.elem + ".");
    for (const ContractRule &rule : contract.divides)
      line("Rule: " + rule.lhs + " divides " + rule.rhs + ".");
    for (const ContractRule &rule : contract.equals)
      line("Rule: " + rule.lhs + " is " + rule.rhs + ".");
    kernel::EntryOp first = contract.entries.front();
    if (std::optional<DictionaryAttr> packed = first.getPacked()) {
      auto name = [&](StringRef key) {
        return packed->getAs<StringAttr>(key).getValue();
      };
      line("Packed: " + name("count") +
           " sequences lie one after the other along " + name("total") +
           "; sequence n is at " + name("offsets") + "[n]");
      line("up to " + name("offsets") + "[n + 1]. " + name("batch") +
           " is 1. An entry reads these positions as they are: they start at "
           "0,");
      line("do not decrease and end at " + name("total") +
           ". Others touch no other memory, but leave results unwritten.");
    }
    line("Strides count elements, one an axis in the order written; the last "
         "is 1.");
    os << " */\n";
  }

  void line(const Twine &text) {
    std::string safe = comment(text);
    os << (safe.empty() ? " *" : " * ") << safe << "\n";
  }

  /// A name no other field has.
  std::string makeField(const Twine &wish) {
    std::string name = makeCIdentifier(wish.str());
    while (!fields.insert(name).second)
      name += '_';
    return name;
  }

  void writeStruct() {
    // The fields whose names the ABI fixes come first to keep them.
    for (StringRef name :
         {"workspace", "workspace_bytes", "run", "run_context", "workers"})
      fields.insert(name);
    size_t slots = 5;
    os << "struct seqmix_" << op << "_args {\n";
    if (!contract.sizes.empty())
      os << "  /* Sizes; none is negative. */\n";
    for (StringRef size : contract.sizes) {
      os << "  int64_t " << makeField(size) << ";\n";
      ++slots;
    }
    for (const ContractArray &array : contract.arrays) {
      os << "\n  /* " << comment(describeArray(array)) << " */\n";
      os << "  void *" << makeField(array.name) << ";\n";
      ++slots;
      if (array.axes.empty())
        continue;
      os << "  int64_t " << makeField(array.name + "_strides") << "["
         << array.axes.size() << "];\n";
      slots += array.axes.size();
    }
    os << "\n  /* Scratch, aligned to 64 bytes; the size is what the query "
          "says or more. */\n"
          "  void *workspace;\n"
          "  int64_t workspace_bytes;\n"
          "\n  /* Who runs the tasks; null means the caller's thread, and "
          "workers is 1. */\n"
          "  seqmix_parallel_for run;\n"
          "  void *run_context;\n"
          "  int64_t workers;\n"
          "};\n\n";
    os << "/* The struct is an array of 64-bit slots. */\n"
       << "typedef char seqmix_" << op << "_args_slots[sizeof(struct seqmix_"
       << op << "_args) == " << 8 * slots << " ? 1 : -1];\n\n";
  }

  void writeForm(kernel::EntryOp entry) {
    os << "/* Form: " << comment(entry.getForm());
    if (std::optional<int64_t> chunk = entry.getChunk())
      os << ", " << *chunk << " tokens a chunk";
    os << ".";
    for (NamedAttribute rule : entry.getRequire())
      os << " Needs " << comment(rule.getName().getValue()) << " = "
         << comment(describeNumber(rule.getValue())) << ".";
  }

  void writePrototypes(kernel::EntryOp entry) {
    std::string symbol = makeCIdentifier(entry.getSymName());
    writeForm(entry);
    os << " Returns SEQMIX_OK or an error code. */\n"
       << "int32_t " << symbol << "(const struct seqmix_" << op
       << "_args *args);\n\n"
       << "/* The workspace in bytes that " << symbol
       << " needs for these sizes and workers; negative\n"
          "   on bad sizes. Reads nothing else. */\n"
       << "int64_t " << symbol << "_workspace(const struct seqmix_" << op
       << "_args *args);\n\n";
  }

  /// A device's entries are no C functions: says how to launch them.
  void writeKernels(kernel::EntryOp entry) {
    writeForm(entry);
    os << "\n";
    line("A kernel takes the struct's slots up to and including "
         "workspace_bytes, each as one");
    line("64-bit parameter; pointers are device memory. The caller validates "
         "sizes.");
    DictionaryAttr launch = entry.getLaunchAttr();
    if (Attribute workspace = launch ? launch.get("workspace") : nullptr)
      line("Workspace: " + toText(workspace) + " bytes.");
    auto launches = launch ? launch.getAs<ArrayAttr>("launches") : ArrayAttr();
    for (Attribute attr :
         launches ? launches.getValue() : ArrayRef<Attribute>())
      writeLaunch(cast<DictionaryAttr>(attr));
    os << " */\n\n";
  }

  void writeLaunch(DictionaryAttr launch) {
    auto triple = [](ArrayAttr array) {
      std::string text;
      llvm::raw_string_ostream os(text);
      llvm::interleaveComma(array, os, [&](Attribute e) { os << toText(e); });
      return text;
    };
    line("Launch " + launch.getAs<StringAttr>("kernel").getValue() +
         ": grid (" + triple(launch.getAs<ArrayAttr>("grid")) + "), block (" +
         triple(launch.getAs<ArrayAttr>("block")) + "), " +
         toText(launch.get("shared")) + " bytes of shared memory.");
  }

  const Contract &contract;
  raw_ostream &os;
  std::string op;
  bool isDevice;
  llvm::StringSet<> fields;
};

} // namespace

LogicalResult seqmix::emitHeader(ModuleOp module, raw_ostream &os) {
  FailureOr<Contract> contract = readContract(module);
  if (failed(contract))
    return failure();
  HeaderWriter(*contract, os).write();
  return success();
}
