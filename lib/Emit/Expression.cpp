//===- Expression.cpp - Formulas of sizes in attributes -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Expression.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace mlir;
using namespace seqmix;

/// What a reader of manifests accepts (libseqmix_runtime).
static constexpr unsigned maxDepth = 64;

static bool isExpressionAt(Attribute attr,
                           llvm::function_ref<bool(StringRef)> isName,
                           std::string &why, unsigned depth) {
  auto fail = [&](const Twine &what) {
    why = what.str();
    llvm::raw_string_ostream(why) << ", found " << attr;
    return false;
  };
  if (depth > maxDepth)
    return fail("expected at most " + Twine(maxDepth) + " nested operations");
  if (auto integer = dyn_cast<IntegerAttr>(attr)) {
    if (integer.getValue().getSignificantBits() > 64)
      return fail("expected an integer of 64 bits");
    return true;
  }
  if (auto name = dyn_cast<StringAttr>(attr))
    return isName(name.getValue()) ||
           fail("expected the name of a size or of a parameter");

  auto dictionary = dyn_cast<DictionaryAttr>(attr);
  if (!dictionary || dictionary.size() != 1)
    return fail("expected an integer, a name, or a dictionary of one "
                "operation");
  NamedAttribute operation = *dictionary.begin();
  StringRef name = operation.getName().getValue();
  auto operands = dyn_cast<ArrayAttr>(operation.getValue());
  bool isBinary = name == "div" || name == "ceildiv";
  if (!isBinary && !llvm::is_contained({"add", "mul", "min", "max"}, name))
    return fail("expected add, mul, min, max, div or ceildiv");
  if (!operands || operands.empty() || (isBinary && operands.size() != 2))
    return fail(isBinary ? "expected an array of two operands"
                         : "expected an array of operands");
  return llvm::all_of(operands, [&](Attribute operand) {
    return isExpressionAt(operand, isName, why, depth + 1);
  });
}

bool seqmix::isExpression(Attribute attr,
                          llvm::function_ref<bool(StringRef)> isName,
                          std::string &why) {
  return isExpressionAt(attr, isName, why, 0);
}

llvm::json::Value seqmix::toJSON(Attribute expression) {
  if (auto integer = dyn_cast<IntegerAttr>(expression))
    return integer.getValue().getSExtValue();
  if (auto name = dyn_cast<StringAttr>(expression))
    return llvm::json::Value(name.getValue());
  NamedAttribute operation = *cast<DictionaryAttr>(expression).begin();
  llvm::json::Array operands;
  for (Attribute operand : cast<ArrayAttr>(operation.getValue()))
    operands.push_back(toJSON(operand));
  return llvm::json::Object{
      {operation.getName().getValue(), std::move(operands)}};
}

std::string seqmix::toText(Attribute expression) {
  if (auto integer = dyn_cast<IntegerAttr>(expression))
    return std::to_string(integer.getValue().getSExtValue());
  if (auto name = dyn_cast<StringAttr>(expression))
    return name.getValue().str();
  NamedAttribute operation = *cast<DictionaryAttr>(expression).begin();
  StringRef name = operation.getName().getValue();
  std::string text;
  llvm::raw_string_ostream os(text);
  auto operands = cast<ArrayAttr>(operation.getValue());
  if (name == "add" || name == "mul") {
    os << '(';
    llvm::interleave(
        operands, os, [&](Attribute operand) { os << toText(operand); },
        name == "add" ? " + " : " * ");
  } else {
    os << name << '(';
    llvm::interleaveComma(operands, os,
                          [&](Attribute operand) { os << toText(operand); });
  }
  os << ')';
  return text;
}
