//===- Base.td - What all ops of the stream dialect share ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_STREAM_OPS_BASE_TD
#define SEQMIX_DIALECTS_STREAM_OPS_BASE_TD

include "dialects/Stream/StreamDialect.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/DestinationStyleOpInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Stream_Op<string mnemonic, list<Trait> traits = []> : Op<Stream_Dialect, mnemonic, traits>;

#endif // SEQMIX_DIALECTS_STREAM_OPS_BASE_TD
