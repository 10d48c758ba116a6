//===- SetParams.cpp - Fixes the parameters of operators -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Seq/Seq.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Verifier.h"
#include "seqmix/Derive/Passes.h"
#include "llvm/ADT/StringSet.h"

namespace seqmix {
#define GEN_PASS_DEF_SETPARAMS
#include "seqmix/Derive/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

class SetParamsPass : public seqmix::impl::SetParamsBase<SetParamsPass> {
public:
  using SetParamsBase::SetParamsBase;
  void runOnOperation() override;

private:
  /// The value of a parameter from text; null with a diagnostic.
  Attribute parse(Location loc, StringRef name, StringRef text, bool isType);
  LogicalResult setParams(seq::OperatorOp op, llvm::StringSet<> &used);
};

Attribute SetParamsPass::parse(Location loc, StringRef name, StringRef text,
                               bool isType) {
  Builder b(&getContext());
  if (isType) {
    if (text == "f32")
      return TypeAttr::get(b.getF32Type());
    if (text == "bf16")
      return TypeAttr::get(b.getBF16Type());
    if (text == "f16")
      return TypeAttr::get(b.getF16Type());
    emitError(loc) << "type parameter " << name
                   << " must be f32, bf16 or f16, found " << text;
    return {};
  }
  int64_t value = 0;
  if (text.getAsInteger(10, value) || value <= 0 || value > 65536) {
    emitError(loc) << "parameter " << name
                   << " must be an integer from 1 to 65536, found " << text;
    return {};
  }
  return b.getI64IntegerAttr(value);
}

LogicalResult SetParamsPass::setParams(seq::OperatorOp op,
                                       llvm::StringSet<> &used) {
  NamedAttrList values(op.getParams());
  for (const std::string &entry : params) {
    auto [name, text] = StringRef(entry).split('=');
    Attribute old = values.get(name);
    if (!old)
      continue;
    used.insert(name);
    Attribute value = parse(op.getLoc(), name, text, isa<TypeAttr>(old));
    if (!value)
      return failure();
    values.set(name, value);
  }
  // An alias names a parameter declared before it, so one step resolves it.
  for (NamedAttribute param : op.getParams())
    for (Attribute value = values.get(param.getName());
         auto alias = dyn_cast<FlatSymbolRefAttr>(value);
         value = values.get(param.getName()))
      values.set(param.getName(), values.get(alias.getValue()));
  op.setParamsAttr(values.getDictionary(&getContext()));

  AttrTypeReplacer replacer;
  replacer.addReplacement([&](seq::ElemType elem) -> std::optional<Type> {
    if (auto type = op.getParams().getAs<TypeAttr>(elem.getName()))
      return type.getValue();
    return std::nullopt;
  });
  replacer.recursivelyReplaceElementsIn(op, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
  // Rules that depend on values (a parameter that another must equal, an index
  // in range) are checked again now that they are known.
  return mlir::verify(op);
}

void SetParamsPass::runOnOperation() {
  llvm::StringSet<> used;
  SmallVector<seq::OperatorOp> operators(
      getOperation().getOps<seq::OperatorOp>());
  for (const std::string &entry : params)
    if (StringRef(entry).find('=') == StringRef::npos) {
      getOperation().emitError("a parameter is set as NAME=VALUE, found ")
          << entry;
      return signalPassFailure();
    }
  for (seq::OperatorOp op : operators)
    if (failed(setParams(op, used)))
      return signalPassFailure();
  for (const std::string &entry : params) {
    StringRef name = StringRef(entry).split('=').first;
    if (used.contains(name))
      continue;
    InFlightDiagnostic diag = emitError(
        operators.empty() ? getOperation().getLoc() : operators[0].getLoc());
    diag << "there is no parameter " << name << " to set";
    for (seq::OperatorOp op : operators) {
      diag << "; @" << op.getSymName() << " has ";
      llvm::interleaveComma(op.getParams(), diag, [&](NamedAttribute param) {
        diag << param.getName().getValue();
      });
    }
    return signalPassFailure();
  }
}

} // namespace
