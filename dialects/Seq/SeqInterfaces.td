//===- SeqInterfaces.td - Interfaces of the seq dialect -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_SEQINTERFACES_TD
#define SEQMIX_DIALECTS_SEQ_SEQINTERFACES_TD

include "mlir/IR/OpBase.td"

def Seq_ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::seqmix::seq";
  let description = [{
    An op that computes each element of its result from the elements of its
    operands at the same named indices. It says so twice: once on doubles, for
    the interpreter, and once as scalar ops of `arith` and `math`, for every
    lowering.
  }];
  let methods = [
    InterfaceMethod<"The value on doubles; truth values are 0 and 1, positions are exact.",
      "double", "evaluate", (ins "::llvm::ArrayRef<double>":$x)>,
    InterfaceMethod<"Builds the same on scalars of type f32, index or i1.",
      "::mlir::Value", "buildScalar",
      (ins "::mlir::OpBuilder &":$b, "::mlir::Location":$loc, "::mlir::ValueRange":$x)>
  ];
}

#endif // SEQMIX_DIALECTS_SEQ_SEQINTERFACES_TD
