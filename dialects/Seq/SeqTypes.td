//===- SeqTypes.td - Arrays with named axes ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_SEQTYPES_TD
#define SEQMIX_DIALECTS_SEQ_SEQTYPES_TD

include "dialects/Seq/SeqDialect.td"
include "mlir/IR/AttrTypeBase.td"

def Seq_Array : TypeDef<Seq_Dialect, "Array"> {
  let mnemonic = "array";
  let summary = "an array over named axes";
  let description = [{
    `!seq.array<[B, T, K] x bf16>`. Ops of this dialect write it in short, as
    `[B, T, K] x bf16`, and leave the element type out where it is `f32`, the
    type of every computed real value. `i1` is a truth value, `index` a
    position or a size; `i32` and the storage types appear on operands and
    results of the operator alone. No name appears twice.
  }];
  let parameters = (ins ArrayRefParameter<"::mlir::StringAttr">:$axes, "::mlir::Type":$elementType);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    bool hasAxis(::mlir::StringAttr axis) const { return ::llvm::is_contained(getAxes(), axis); }
    bool isReal() const;
    bool isBool() const { return getElementType().isInteger(1); }
    bool isInt() const { return !isReal() && !isBool(); }
    /// The type of a value read from this array: f32, index or i1 over the given axes.
    static ArrayType computed(::llvm::ArrayRef<::mlir::StringAttr> axes, ::mlir::Type elementType);
  }];
}

def Seq_Elem : TypeDef<Seq_Dialect, "Elem"> {
  let mnemonic = "elem";
  let summary = "an element type that is a parameter of the operator";
  let description = [{
    Names a type parameter, as `E` in `params(E = bf16)`. In the short form of
    arrays it is the bare name: `[B, T, K] x E`. `seqmix-set-params` replaces it.
  }];
  let parameters = (ins "::mlir::StringAttr":$name);
  let assemblyFormat = "`<` $name `>`";
}

#endif // SEQMIX_DIALECTS_SEQ_SEQTYPES_TD
