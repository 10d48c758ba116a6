//===- Entry.td - One compiled symbol --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_KERNEL_OPS_ENTRY_TD
#define SEQMIX_DIALECTS_KERNEL_OPS_ENTRY_TD

include "dialects/Kernel/ops/Base.td"

def Kernel_EntryOp : Kernel_Op<"entry", [Symbol, IsolatedFromAbove, SingleBlock, NoTerminator,
    DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "one compiled symbol and its contract";
  let description = [{
    The block has one `index` argument a run-time size in `sizes`, then one
    memref an array in `arrays`, operands before results. A dynamic dimension of such a memref
    is the run-time size its axis names; strides are dynamic, the last is 1.

    `arrays` holds one dictionary each: `name`, `axes` (names), `elem` (type),
    `result` (unit, on results), `may_alias` (the operand whose buffer a result may
    be), `domain`. An axis may have elements more than the size that it names: `"N + 1"`. `divides = {HK = "H"}` and `equals = {S = "T"}` are the
    operator's rules; a size that `equals` derives is not in `sizes`.
    `params` are the operator's parameters, `operator_name` its name, `form` the derived form
    (`chunkwise`, `sequential`, `step`, `streaming`) and `require` sizes that the form fixes (`{T = 1}`).
    `product_type` is the type to which a matrix product may round its operands (accumulation is f32).
    `packed` is there if sequences are packed: `total` names the size along which they lie, `batch` the one that is 1, `count`
    the number of sequences and `offsets` the array [count + 1] with the position of the first token of each.
    `chunk` (tokens a chunk) and `report` (sentences for `--explain`) are for people.

    **Preconditions**
    - C1: block arguments match `sizes` and `arrays`, ranks match axes, the
      last stride is 1.
    - C2: each axis is a size, an integer parameter, or derived by `equals`; a static dimension equals its parameter.
    - C3: a dictionary of `arrays` has `name`, `axes` and `elem`.
    - C4: `packed` names three sizes, and an array of i32 with the axis count + 1 alone.

    **Example**

    ```mlir
    kernel.entry @seqmix_scale attributes {operator_name = "scale", sizes = ["T"], params = {K = 16}, divides = {}, equals = {},
        arrays = [{name = "x", axes = ["T", "K"], elem = f32}, {name = "y", axes = ["T", "K"], elem = f32, result} ],
        form = "sequential", require = {}, product_type = f32} {
    ^bb0(%T: index, %x: memref<?x16xf32, strided<[?, 1]>>, %y: memref<?x16xf32, strided<[?, 1]>>):
    }
    ```

    Created by Derive, its body lowered by Tile and Target, read by Emit.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, StrAttr:$operator_name, StrArrayAttr:$sizes, DictionaryAttr:$divides,
    DictionaryAttr:$equals, DictionaryAttr:$params, ArrayAttr:$arrays, StrAttr:$form, DictionaryAttr:$require,
    TypeAttr:$product_type, OptionalAttr<DictionaryAttr>:$packed, OptionalAttr<I64Attr>:$chunk, OptionalAttr<StrArrayAttr>:$report,
    OptionalAttr<DictionaryAttr>:$launch);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = "$sym_name attr-dict-with-keyword $body";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The block argument of a run-time size; the name may be one that `equals` derives. Null if it is none.
    ::mlir::Value getSize(::llvm::StringRef name);
    /// The block argument of array i.
    ::mlir::Value getArray(unsigned i) { return getBody().getArgument(getSizes().size() + i); }
    /// The name a size or group axis is indexed by: HK gives H where HK divides H, S gives T where S = T; else the name.
    ::llvm::StringRef canonicalSize(::llvm::StringRef name);
  }];
}

#endif // SEQMIX_DIALECTS_KERNEL_OPS_ENTRY_TD
