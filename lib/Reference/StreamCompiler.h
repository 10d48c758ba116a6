//===- StreamCompiler.h - Steps of stream programs --------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_REFERENCE_STREAMCOMPILER_H
#define SEQMIX_LIB_REFERENCE_STREAMCOMPILER_H

#include "Nest.h"
#include "Program.h"
#include "dialects/Stream/Stream.h"
#include "mlir/IR/OpDefinition.h"

namespace seqmix::reference {

/// Where a loop keeps the position of its tile on an axis, and the axis's size.
struct AxisSlots {
  unsigned position, extent;
};

/// Compiles the ops of an entry and of the regions of a loop. A scalar is a
/// place without axes, a tile one of its static shape; an array (memref) is an
/// external slot of the shape it has in this run.
class StreamCompiler {
public:
  StreamCompiler(Program &program, StreamCompiler *parent, unsigned threads)
      : threads(threads), scope(program, parent ? &parent->scope : nullptr) {}

  mlir::LogicalResult compileOp(mlir::Operation &op, Code &code);

  /// Compiles all ops of a block but its terminator.
  mlir::LogicalResult compile(mlir::Block &block, Code &code);

  /// A new slot for a value of this shape, and for one of a static type.
  Place makePlace(llvm::ArrayRef<int64_t> shape);
  Place makePlace(mlir::Type type);

  /// makePlace for a value of the scope.
  Place define(mlir::Value value);

  Scope &getScope() { return scope; }
  Program &getProgram() { return scope.getProgram(); }
  Place get(mlir::Value value) { return *scope.lookup(value); }

  /// The axes of the enclosing loop.
  llvm::DenseMap<mlir::StringAttr, AxisSlots> axes;
  /// Where it keeps the origin of its sequence, if it has segments.
  unsigned origin = 0;
  unsigned threads;

private:
  Scope scope;
};

/// A shape of a tensor, a scalar or a static memref.
llvm::SmallVector<int64_t> getStaticShape(mlir::Type type);

/// Copies `count` offsets that are known now or when the program runs.
struct MixedOffsets {
  llvm::SmallVector<int64_t> fixed;
  /// A slot, or nothing where the offset is fixed.
  llvm::SmallVector<std::optional<unsigned>> slots;

  MixedOffsets(llvm::ArrayRef<mlir::OpFoldResult> offsets,
               StreamCompiler &compiler);
  llvm::SmallVector<int64_t> read(const Frame &frame) const;
};

// The families of ops, a file each. Each returns nothing if the op is none of
// the family.
std::optional<mlir::LogicalResult>
compileScalarOp(mlir::Operation &op, StreamCompiler &compiler, Code &code);
std::optional<mlir::LogicalResult>
compileTensorOp(mlir::Operation &op, StreamCompiler &compiler, Code &code);
std::optional<mlir::LogicalResult>
compileLinalgOp(mlir::Operation &op, StreamCompiler &compiler, Code &code);
std::optional<mlir::LogicalResult>
compileTileOp(mlir::Operation &op, StreamCompiler &compiler, Code &code);

mlir::LogicalResult compileLoop(stream::LoopOp op, StreamCompiler &outer,
                                Code &code);

//===----------------------------------------------------------------------===//
// Rows
//===----------------------------------------------------------------------===//

/// A scalar op of arith or math on n elements.
using RowKernel = void (*)(double *out, const double *const *in, int64_t n);

/// Null if the op is no such op.
RowKernel getRowKernel(mlir::Operation *op);

/// The number of an attribute of arith.constant.
std::optional<double> getNumber(mlir::Attribute value);

/// Reads elements of an array at positions given by rows; fails the frame where
/// one lies outside.
void gather(Frame &frame, mlir::Operation *op, const Place &array, double *out,
            llvm::ArrayRef<const double *> positions, int64_t n);

} // namespace seqmix::reference

#endif // SEQMIX_LIB_REFERENCE_STREAMCOMPILER_H
