//===- Operator.td - The operator and its return --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_OPERATOR_TD
#define SEQMIX_DIALECTS_SEQ_OPS_OPERATOR_TD

include "dialects/Seq/ops/Base.td"

def Seq_OperatorOp : Seq_Op<"operator", [Symbol, IsolatedFromAbove,
    SingleBlock, DeclareOpInterfaceMethods<OpAsmOpInterface, ["getAsmBlockArgumentNames"]>]> {
  let summary = "one layer, as its paper states it";
  let description = [{
    Names the layer's parameters (fixed when it is compiled), its run-time
    sizes, its operands and its results.

    **Sizes.** `HK divides H` lets heads share: whatever is computed for head
    `h` of `H` reads head `h / (H / HK)` of an `HK` axis. `S = T` makes S another
    name for the size T.

    **Operands** may state a domain, from which checks, random inputs and the
    bench draw: `{unit = "K"}` (norm 1 along K; `{unit}`: along the last axis), `{nonpositive}`, `{range =
    [0.0, 1.0]}`, `{normal = [0.0, 1.0]}` (mean and deviation; also the default), `{fan_in = "J"}` (normal, of deviation J^-1/2),
    `{integer = [0, "S"]}` (end excluded), `{sorted = [0, "S"]}`. Operands that belong together say
    so: under `{of = "a", range = [-1.0, 0.0]}` an operand is the operand a, each element times a factor from
    the domain beside. A domain is a hint: the compiler never relies on it.

    **Preconditions**
    - C1: parameter, size, operand and result names are each unique.
    - C2: every axis of an operand or a result is a parameter with an integer
      value or a size.
    - C3: an element type is f32, bf16, f16, i32 or a type parameter.
    - C4: a `divides` or `=` rule names declared sizes, and no rule is about a size that another rule derives.
    - C5: `seq.return` gives one value a result, with the same axes and kind.
    - C6: `of` stands beside the domain of its factors, on real numbers, and names an operand of real numbers that is
      declared before, with no axes but those of the operand itself.

    **Example**

    ```mlir
    seq.operator @scale params(K = 128, E = bf16) sizes(B, T)
        (%x: [B, T, K] x E, %a: [B, T] {range = [0.0, 1.0]}) -> (y: [B, T, K] x E) {
      %y = seq.mul %x, %a : [B, T, K] x E, [B, T]
      seq.return %y : [B, T, K]
    }
    ```

    Created by users. Removed by the passes of Derive, which turn it into one
    `kernel.entry` a form.
  }];
  let arguments = (ins
    SymbolNameAttr:$sym_name,
    DictionaryAttr:$params,
    StrArrayAttr:$sizes,
    DictionaryAttr:$divides,
    DictionaryAttr:$equals,
    StrArrayAttr:$operand_names,
    TypeArrayAttr:$operand_types,
    ArrayAttr:$operand_domains,
    StrArrayAttr:$result_names,
    TypeArrayAttr:$result_types);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
  let extraClassDeclaration = [{
    /// The value of an integer parameter, if there is one of that name.
    std::optional<int64_t> getIntParam(::llvm::StringRef name);
    /// Whether the name is a run-time size (one that a rule derives counts).
    bool isRuntimeSize(::llvm::StringRef name);
    /// The size a name stands for, through rules like `S = T`.
    ::mlir::StringAttr canonicalSize(::mlir::StringAttr name);
    /// For a size that divides another: that other one; else the name itself.
    ::mlir::StringAttr groupOf(::mlir::StringAttr name);
    /// The operand whose buffer result `result` may be: the initial state it comes from, if it is returned as it is.
    std::optional<unsigned> getInitialState(unsigned result);
    /// The operand that the domain of `operand` names by `of`: a multiple of it is drawn.
    std::optional<unsigned> getDrawnOf(unsigned operand);
  }];
}

def Seq_ReturnOp : Seq_Op<"return", [Terminator, Pure, HasParent<"OperatorOp">]> {
  let summary = "gives the operator's results, in order";
  let description = [{
    Each value is stored in the element type of its result; its axes are the result's, in any order.

    **Example**

    ```mlir
    seq.return %o, %s : [B, T, H, V], [B, H, K, V]
    ```
  }];
  let arguments = (ins Variadic<Seq_Array>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` custom<ShortTypes>(type($values)))?";
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_OPERATOR_TD
