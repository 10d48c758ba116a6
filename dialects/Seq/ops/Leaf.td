//===- Leaf.td - Constants, parameters, sizes, elements -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_LEAF_TD
#define SEQMIX_DIALECTS_SEQ_OPS_LEAF_TD

include "dialects/Seq/ops/Base.td"

def Seq_ConstantOp : Seq_Op<"constant", [Pure, ConstantLike]> {
  let summary = "the same number everywhere";
  let description = [{
    Its type says what the number is: a real one, which may be `inf` or `-inf`,
    a position, or `true` or `false`.

    **Example**

    ```mlir
    %zero = seq.constant 0.0 : [K, V]
    %eight = seq.constant 8 : [] x index
    ```
  }];
  let arguments = (ins AnyAttrOf<[F64Attr, I64Attr, BoolAttr]>:$value);
  let results = (outs Seq_Array:$result);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasFolder = 1;
  let builders = [OpBuilder<(ins "double":$value, CArg<"::llvm::ArrayRef<::mlir::StringAttr>", "{}">:$axes)>];
  let extraClassDeclaration = [{ double getNumber(); }];
}

def Seq_ParamOp : Seq_PureOp<"param"> {
  let summary = "an integer parameter as a real number";
  let description = [{
    **Preconditions.** C1: the operator has an integer parameter of this name.

    **Example**

    ```mlir
    %n = seq.param "K"
    %c = seq.rsqrt %n : []
    ```
  }];
  let arguments = (ins StrAttr:$name);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$name attr-dict";
  let hasVerifier = 1;
}

def Seq_SizeOp : Seq_PureOp<"size"> {
  let summary = "a run-time size, or an integer parameter, as a position";
  let description = [{
    **Preconditions.** C1: the operator has a size or an integer parameter of this name.

    **Example**

    ```mlir
    %s = seq.size "S"
    %r = seq.to_real %s : [] x index
    ```
  }];
  let arguments = (ins StrAttr:$name);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$name attr-dict";
  let hasVerifier = 1;
}

def Seq_AtOp : Seq_PureOp<"at"> {
  let summary = "one element of an operand";
  let description = [{
    Reads an operand of the operator at given positions, one for each of its
    axes. An axis that divides another (`HK divides H`) is read at that
    other one's position over the ratio if the position is of the other: here positions are
    taken as they are.

    **Preconditions.** C1: as many positions as axes. C2: the array is an
    operand of the operator.

    **Example**

    ```mlir
    %p = seq.at %prefix[%b] : [B] x i32
    ```
  }];
  let arguments = (ins Seq_Array:$array, Variadic<Seq_Array>:$positions);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$array `[` $positions `]` attr-dict `:` custom<ShortType>(type($array)) custom<PositionTypes>(ref($positions), type($positions))";
  let hasVerifier = 1;
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_LEAF_TD
