//===- SeqCompiler.h - Steps of seq programs --------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_REFERENCE_SEQCOMPILER_H
#define SEQMIX_LIB_REFERENCE_SEQCOMPILER_H

#include "Nest.h"
#include "Program.h"
#include "dialects/Seq/Seq.h"
#include "seqmix/Reference/Interpreter.h"

namespace seqmix::reference {

/// What all regions of an operator share while it is interpreted.
struct OperatorContext {
  seq::OperatorOp op;
  Sizes sizes;
  unsigned threads;

  int64_t getSize(mlir::StringAttr axis) const {
    return sizes.at(axis.getValue().str());
  }
  /// Ops are handles whose methods are not const.
  seq::OperatorOp getOp() const { return op; }
};

/// Compiles the ops of one region. Values may have axes beside those of their
/// types: attention evaluates its regions for many keys at once, along an axis
/// that no program can name.
class SeqCompiler {
public:
  SeqCompiler(const OperatorContext &context, Program &program,
              SeqCompiler *parent)
      : context(context), scope(program, parent ? &parent->scope : nullptr) {}

  /// Compiles all ops of a block but its terminator.
  mlir::LogicalResult compile(mlir::Block &block, Code &code);

  /// A new slot for a value of the given axes.
  Place makePlace(llvm::ArrayRef<mlir::StringAttr> axes,
                  llvm::ArrayRef<int64_t> shape);
  Place makePlace(llvm::ArrayRef<mlir::StringAttr> axes);

  Scope &getScope() { return scope; }
  const OperatorContext &getContext() const { return context; }
  Program &getProgram() { return scope.getProgram(); }

  /// The place of an operand; every operand has one, by SSA.
  Place get(mlir::Value value) { return *scope.lookup(value); }

private:
  mlir::LogicalResult compileOp(mlir::Operation &op, Code &code);
  void compileElementwise(seq::ElementwiseOpInterface op, Code &code);
  void compileContraction(mlir::Operation *op, const Place &x, const Place &y,
                          mlir::ArrayAttr over, Code &code);
  void compileSlice(seq::SliceOp op, Code &code);
  void compileAt(seq::AtOp op, Code &code);
  void defineConstant(mlir::Value value, double number);

  /// The axes of a result: those of its type, then those that only the
  /// operands' places have.
  Place makeResult(mlir::Value result, llvm::ArrayRef<Place> operands,
                   mlir::ArrayAttr without = {});

  /// A place with an axis where `place` has one that divides it, if `axes` has
  /// only the divided one.
  Place expandGroups(Place place, llvm::ArrayRef<mlir::StringAttr> axes,
                     Code &code);

  const OperatorContext &context;
  Scope scope;
};

/// The stride of a place along a named axis, 0 if it has none.
int64_t getStrideOf(const Place &place, mlir::StringAttr axis);

/// A part of an array: at one index of each parallel axis (an axis that divides
/// one is read at the index over the ratio), at one position of a sequence,
/// whole along inner axes.
class Window {
public:
  /// `inner` are the axes of the part, in its order.
  Window(const OperatorContext &context, const Place &whole,
         llvm::ArrayRef<mlir::StringAttr> parallel, mlir::StringAttr sequence,
         llvm::ArrayRef<mlir::StringAttr> inner);

  int64_t getOffset(llvm::ArrayRef<int64_t> index, int64_t position) const {
    int64_t offset = position * sequenceStride;
    for (const Parallel &axis : parallelAxes)
      offset += index[axis.number] / axis.ratio * axis.stride;
    return offset;
  }
  void read(double *part, const double *whole, llvm::ArrayRef<int64_t> index,
            int64_t position) const {
    inward.copy(part, whole + getOffset(index, position));
  }
  void write(double *whole, const double *part, llvm::ArrayRef<int64_t> index,
             int64_t position) const {
    outward.copy(whole + getOffset(index, position), part);
  }

private:
  struct Parallel {
    unsigned number;
    int64_t ratio, stride;
  };
  llvm::SmallVector<Parallel> parallelAxes;
  int64_t sequenceStride = 0;
  Nest inward{2}, outward{2};
};

/// The sizes of the parallel axes, and their indices from a number.
class Grid {
public:
  Grid(const OperatorContext &context, llvm::ArrayRef<mlir::StringAttr> axes);
  int64_t getCount() const { return count; }
  llvm::SmallVector<int64_t, 4> getIndex(int64_t number) const;

private:
  llvm::SmallVector<int64_t, 4> sizes;
  int64_t count = 1;
};

mlir::LogicalResult compileRecurrence(seq::RecurrenceOp op, SeqCompiler &outer,
                                      Code &code);
mlir::LogicalResult compileAttention(seq::AttentionOp op, SeqCompiler &outer,
                                     Code &code);

} // namespace seqmix::reference

#endif // SEQMIX_LIB_REFERENCE_SEQCOMPILER_H
