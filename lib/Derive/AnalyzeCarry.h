//===- AnalyzeCarry.h - One carry as a map of itself ------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_DERIVE_ANALYZECARRY_H
#define SEQMIX_LIB_DERIVE_ANALYZECARRY_H

#include "seqmix/Derive/StepForm.h"
#include "llvm/ADT/DenseMap.h"

namespace seqmix {

/// What a value of a step is computed from, itself included, within the step.
llvm::DenseSet<mlir::Value> backwardSlice(seq::RecurrenceOp op,
                                          mlir::Value value);

/// Finds the form of one carry, whatever the others hold.
class CarryAnalysis {
public:
  CarryAnalysis(seq::RecurrenceOp op, unsigned state) : op(op) {
    form.state = state;
    slice = backwardSlice(op, next());
  }

  /// Fills `form`; false, with `obstacle` and `reason`, if there is none.
  bool run();

  CarryForm form;
  mlir::Operation *obstacle = nullptr;
  std::string reason;

private:
  bool fail(mlir::Operation *at, const llvm::Twine &why) {
    obstacle = at;
    reason = why.str();
    return false;
  }
  mlir::BlockArgument argument() { return op.getStateArgs()[form.state]; }
  mlir::Value next() { return op.getYield().getStates()[form.state]; }
  bool dependsOnState(mlir::Value value) const {
    return versions.contains(value) || outer.contains(value) ||
           vectors.contains(value);
  }
  seq::ArrayType typeOf(mlir::Value value) {
    return llvm::cast<seq::ArrayType>(value.getType());
  }
  bool isOnValue(seq::ArrayType type) {
    return form.valueAxis && type.hasAxis(form.valueAxis);
  }
  /// Whether a value has all axes of the state.
  bool isWriteShape(seq::ArrayType type) {
    return type.hasAxis(form.keyAxis) &&
           (!form.valueAxis || type.hasAxis(form.valueAxis));
  }

  bool findAxes();
  bool analyzeMaximum();
  bool visit(mlir::Operation *o);
  bool visitMul(seq::MulOp mul);
  bool visitSum(mlir::Operation *sum, mlir::Value x, mlir::Value y,
                bool negative);
  bool visitDot(seq::DotOp dot);
  bool makeWrite(mlir::Operation *at, mlir::Value value, bool negative,
                 unsigned &index);
  bool flatten(mlir::Value value, llvm::SmallVectorImpl<mlir::Value> &factors,
               bool &negative);
  std::optional<DecayFactor> decayOf(mlir::Value factor);
  bool checkValues();
  bool checkLinear(mlir::Value value);
  bool checkSubsteps(llvm::ArrayRef<unsigned> dependent);
  bool checkValueDecays(unsigned write);
  void collectReads(mlir::Value value,
                    llvm::SmallVectorImpl<const Read *> &reads);

  seq::RecurrenceOp op;
  /// What the next state is computed from.
  llvm::DenseSet<mlir::Value> slice;
  /// Values that are the state, as it is then.
  llvm::DenseMap<mlir::Value, StateVersion> versions;
  /// Products over all axes of the state that depend on it through a vector.
  llvm::DenseSet<mlir::Value> outer;
  /// Other values that depend on the state.
  llvm::DenseSet<mlir::Value> vectors;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_ANALYZECARRY_H
