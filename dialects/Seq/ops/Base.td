//===- Base.td - What all ops of the seq dialect share --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_BASE_TD
#define SEQMIX_DIALECTS_SEQ_OPS_BASE_TD

include "dialects/Seq/SeqTypes.td"
include "dialects/Seq/SeqInterfaces.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Seq_Op<string mnemonic, list<Trait> traits = []>
    : Op<Seq_Dialect, mnemonic, traits>;

/// A pure op whose result type follows from its operands and attributes.
class Seq_PureOp<string mnemonic, list<Trait> traits = []>
    : Seq_Op<mnemonic, !listconcat(traits, [Pure, DeclareOpInterfaceMethods<InferTypeOpInterface>])>;

#endif // SEQMIX_DIALECTS_SEQ_OPS_BASE_TD
