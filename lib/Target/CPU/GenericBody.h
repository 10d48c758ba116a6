//===- GenericBody.h - The body of a linalg op on vectors
//------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_GENERICBODY_H
#define SEQMIX_TARGET_CPU_GENERICBODY_H

#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace seqmix::cpu {

/// The results of a map at a position, one value a dimension.
llvm::SmallVector<mlir::Value> evaluateMap(VectorBuilder &v,
                                           mlir::AffineMap map,
                                           mlir::ArrayRef<mlir::Value> at);

/// The body of a linalg op, built once for each vector. A value that is the
/// same in all lanes stays a scalar until it meets a vector.
class GenericBody {
public:
  GenericBody(mlir::linalg::LinalgOp op, VectorBuilder &v);

  /// Instructions of the body, roughly: a function is a polynomial.
  unsigned size() const { return numInstructions; }

  /// Whether every op has a vector form that is safe in lanes that hold
  /// anything.
  bool isVectorizable() const { return vectorizable; }

  /// Whether an output is combined by an associative op with a neutral element,
  /// which then may happen in another order.
  bool isReducible(unsigned output) const { return combiners[output]; }

  /// Whether the body reads an operand.
  bool uses(unsigned operand);

  /// The outputs' next values. `at` is the position in the loops; along
  /// `vectorDim`, of lane 0.
  llvm::SmallVector<mlir::Value> evaluate(mlir::ArrayRef<mlir::Value> arguments,
                                          mlir::ArrayRef<mlir::Value> at,
                                          std::optional<unsigned> vectorDim);

  /// For reducible outputs: the neutral element in all lanes, the combination
  /// of two values, and of all lanes of a vector. The neutral element of
  /// maxnumf and minnumf is infinite, and of what is combined y is a number.
  mlir::Value neutral(unsigned output);
  mlir::Value combine(unsigned output, mlir::Value x, mlir::Value y);
  mlir::Value reduce(unsigned output, mlir::Value vector);
  /// Of as many vectors as there are lanes: lane i is what vector i reduces to.
  mlir::Value reduceEach(unsigned output, llvm::ArrayRef<mlir::Value> vectors);

private:
  mlir::Operation *findCombiner(unsigned output);
  std::optional<unsigned> carriesNumbers(mlir::Operation *inner,
                                         std::optional<unsigned> vectorDim);

  mlir::linalg::LinalgOp op;
  VectorBuilder &v;
  unsigned numInstructions = 0;
  bool vectorizable = true;
  llvm::SmallVector<mlir::Operation *> combiners;
};

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_GENERICBODY_H
