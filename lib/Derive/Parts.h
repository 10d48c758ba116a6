//===- Parts.h - Parts of a sequence, and what they leave in memory -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sequence is cut by its length and an option alone, never by how many
// threads there are, so that what is computed from the parts is bit-equal for
// any number of them.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_PARTS_H
#define SEQMIX_LIB_DERIVE_PARTS_H

#include "LoopBuilder.h"

namespace seqmix {

/// An array with a value for each part, along an axis that comes first.
struct PartArray {
  mlir::Value array;
  Axes axes;
};

class Parts {
public:
  /// What is shorter is not cut.
  static constexpr int64_t leastLength = 256;

  Parts() = default;
  /// Cuts a sequence of the operator into at most `most` parts, multiples of
  /// `tile`. Packed sequences are cut each by its own length, and as many parts
  /// are counted as if there were one: those past its end are empty.
  Parts(mlir::OpBuilder &b, seq::OperatorOp op, kernel::EntryOp entry,
        mlir::StringAttr sequence, int64_t tile, int64_t most,
        const seq::Packing *packing);

  explicit operator bool() const { return static_cast<bool>(axis); }

  /// An array of f32 over the parts, run-time axes, and axes of static size.
  PartArray makeArray(mlir::ArrayRef<mlir::StringAttr> runtimeAxes,
                      mlir::ArrayRef<mlir::StringAttr> axes,
                      mlir::ArrayRef<int64_t> sizes);

  /// The axis of the parts as one of a loop.
  LoopAxis loopAxis() const { return {axis, 1, count}; }
  /// First and end position of the part at hand, in a region of a loop that
  /// streams over the sequence.
  std::pair<mlir::Value, mlir::Value> range();

private:
  mlir::Value sizeOf(mlir::StringAttr size);
  mlir::Value constant(int64_t value);
  /// How many parts a sequence is to have, and how long each then is.
  mlir::Value countFor(mlir::Value total, mlir::Value most);
  mlir::Value lengthFor(mlir::Value total, mlir::Value wish);

  mlir::OpBuilder *b = nullptr;
  seq::OperatorOp op;
  kernel::EntryOp entry;
  mlir::StringAttr axis, sequence;
  int64_t tile = 0;
  /// The length of a part; null where each sequence has its own.
  mlir::Value length;
  mlir::Value count;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_PARTS_H
