//===- Apply.td - An operator applied among other ops ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_APPLY_TD
#define SEQMIX_DIALECTS_SEQ_OPS_APPLY_TD

include "dialects/Seq/ops/Base.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"

def Seq_Storage : AnyTypeOf<[AnyRankedTensor, AnyStridedMemRef], "a ranked tensor or a strided memref">;

def Seq_ApplyOp : Seq_Op<"apply", [AttrSizedOperandSegments, DestinationStyleOpInterface,
    DeclareOpInterfaceMethods<SymbolUserOpInterface>, DeclareOpInterfaceMethods<MemoryEffectsOpInterface>]> {
  let summary = "a mixer among other ops: an operator applied to tensors or buffers";
  let description = [{
    Stands in a function of the user's, among `linalg` and whatever else is
    there. `inputs` are the operator's operands and `outputs` its results, in
    order, each a dimension an axis. The op is in destination style, as those of
    `linalg` are: on tensors it gives one result an output, of its type; on
    buffers it writes the outputs and gives nothing. Every element of an output
    is written and none is read, so that `tensor.empty` will do.

    One-Shot Bufferize takes it from the one to the other. A final state may
    then stay in the buffer of its initial state (give the same tensor as input
    and as output); any other output gets a buffer of its own.

    The run-time sizes of the operator are those of the arrays. Where sizes that
    must agree are dynamic, this is asserted when the program runs. There is no
    copy for a layout: strides are passed on, the last of which must be 1.

    **Preconditions**
    - C1: the callee is a `seq.operator` of the module.
    - C2: one input an operand, one output a result, of its rank and element type.
    - C3: a dimension whose axis is a parameter is static and has its value.
    - C4: static dimensions of the same size agree, and obey its rules.
    - C5: all arrays are tensors or all are memrefs; the last stride of a memref is 1 or dynamic.

    **Example**

    ```mlir
    func.func @layer(%x: tensor<1x?x4x128xf32>, %a: tensor<1x?x4xf32>, %init: tensor<1x?x4x128xf32>) -> tensor<1x?x4x128xf32> {
      %y = seq.apply @decay ins(%x, %a : tensor<1x?x4x128xf32>, tensor<1x?x4xf32>)
                            outs(%init : tensor<1x?x4x128xf32>) -> tensor<1x?x4x128xf32>
      return %y : tensor<1x?x4x128xf32>
    }
    ```

    Created by users. `seqmix-derive` makes a `kernel.call` of it, beside the
    `kernel.entry` that it makes of the operator.
  }];
  let arguments = (ins FlatSymbolRefAttr:$callee, Variadic<Seq_Storage>:$inputs, Variadic<Seq_Storage>:$outputs);
  let results = (outs Variadic<AnyRankedTensor>:$results);
  let assemblyFormat = [{
    $callee attr-dict (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    `outs` `(` $outputs `:` type($outputs) `)` (`->` type($results)^)?
  }];
  let extraClassDeclaration = [{
    ::mlir::MutableOperandRange getDpsInitsMutable() { return getOutputsMutable(); }
  }];
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_APPLY_TD
