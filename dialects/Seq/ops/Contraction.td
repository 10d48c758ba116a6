//===- Contraction.td - Sums over axes, renaming, slicing ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_CONTRACTION_TD
#define SEQMIX_DIALECTS_SEQ_OPS_CONTRACTION_TD

include "dialects/Seq/ops/Base.td"

def Seq_DotOp : Seq_PureOp<"dot"> {
  let summary = "the sum of products over named axes";
  let description = [{
    Multiplies, broadcasting by name, and sums over the named axes; an axis not
    summed that both have is kept once. With a state it is the read `Sᵀk`.

    **Preconditions.** C1: both are real. C2: every axis named is an axis of both, and is named once.

    **Example**

    ```mlir
    %p = seq.dot %S, %k over ["K"] : [K, V], [K]
    ```
  }];
  let arguments = (ins Seq_Array:$x, Seq_Array:$y, StrArrayAttr:$over);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$x `,` $y `over` $over attr-dict `:` custom<ShortType>(type($x)) `,` custom<ShortType>(type($y))";
  let hasVerifier = 1;
}

def Seq_SumOp : Seq_PureOp<"sum"> {
  let summary = "the sum over named axes";
  let description = [{
    **Preconditions.** C1: the array is real. C2: every axis named is one of its axes, and is named once.

    **Example**

    ```mlir
    %n = seq.sum %x2 over ["K"] : [K]
    ```
  }];
  let arguments = (ins Seq_Array:$x, StrArrayAttr:$over);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$x `over` $over attr-dict `:` custom<ShortType>(type($x))";
  let hasVerifier = 1;
}

def Seq_RenameOp : Seq_PureOp<"rename"> {
  let summary = "calls an axis by another name";
  let description = [{
    Lets a value meet an array that has the same size under another name, as
    in `r h` with `r: [D, J]` and `h: [D]`, where the parameter J equals D.

    **Preconditions.** C1: the old name is an axis, the new one is not yet. C2: both name integer parameters of one value.

    **Example**

    ```mlir
    %hj = seq.rename %h "D" to "J" : [D]
    ```
  }];
  let arguments = (ins Seq_Array:$x, StrAttr:$from, StrAttr:$to);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$x $from `to` $to attr-dict `:` custom<ShortType>(type($x))";
  let hasVerifier = 1;
}

def Seq_SliceOp : Seq_PureOp<"slice"> {
  let summary = "the part of an array at one index of an axis";
  let description = [{
    **Preconditions.** C1: the axis is one of the array's and an integer parameter. C2: the index lies in it.

    **Example**

    ```mlir
    %f = seq.slice %p "GATES" at 1 : [GATES, D]
    ```
  }];
  let arguments = (ins Seq_Array:$x, StrAttr:$axis, I64Attr:$index);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = "$x $axis `at` $index attr-dict `:` custom<ShortType>(type($x))";
  let hasVerifier = 1;
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_CONTRACTION_TD
