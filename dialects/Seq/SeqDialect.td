//===- SeqDialect.td - What an operator computes, token by token ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_SEQDIALECT_TD
#define SEQMIX_DIALECTS_SEQ_SEQDIALECT_TD

include "mlir/IR/OpBase.td"

def Seq_Dialect : Dialect {
  let name = "seq";
  let cppNamespace = "::seqmix::seq";
  let summary = "what a sequence-mixing operator computes, token by token";
  let description = [{
    A `seq.operator` states one layer as its paper does: arrays with *named
    axes*, a per-token step (`seq.recurrence`) or a score, a mask and a
    normaliser (`seq.attention`), and elementwise work around them.

    Values are arrays over a set of named axes. Elementwise operations
    broadcast *by name*: `seq.mul` of a `[K, V]` state and a `[K]` gate scales
    the rows, of a `[V]` gate the columns, and `seq.mul` of a `[K]` and a `[V]`
    vector is their outer product. `seq.dot` sums products over named axes, so
    that `seq.dot %S, %k over [K]` reads the state. There is no transpose and no
    reshape: the name of an axis says what it is, its position is only storage.

    Arithmetic is on real numbers; an element type says how an operand or a
    result is *stored*. The float64 interpreter (`seqmix-interp`) defines the
    meaning of every program.

    This level knows no tile sizes, no memory and no targets. The passes of
    Derive remove it.
  }];
  let useDefaultTypePrinterParser = 1;
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

#endif // SEQMIX_DIALECTS_SEQ_SEQDIALECT_TD
