//===- Interpreter.h - The meaning of seq and stream programs ---*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The float64 interpreter: it gives every operator of the seq dialect, and
// every entry that Derive makes from one, its meaning in numbers, and so judges
// every lowering. All arithmetic is in double, whatever the element types say.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_REFERENCE_INTERPRETER_H
#define SEQMIX_REFERENCE_INTERPRETER_H

#include "dialects/Kernel/Kernel.h"
#include "dialects/Seq/Seq.h"

#include <map>
#include <string>
#include <vector>

namespace seqmix::reference {

/// A dense array of numbers in row-major order. `axes`, its names, may be left
/// empty on operands.
struct Array {
  std::vector<std::string> axes;
  llvm::SmallVector<int64_t> shape;
  std::vector<double> data;
};

/// Values of names: run-time sizes (derived ones too) and integer parameters.
using Sizes = std::map<std::string, int64_t>;

/// Finds every size of an operator from the shapes of its operands and checks
/// that they agree with each other, with the parameters and with the rules
/// (`HK divides H`, `S = T`). `known` gives sizes that no operand has.
mlir::FailureOr<Sizes> inferSizes(seq::OperatorOp op,
                                  llvm::ArrayRef<Array> operands,
                                  const Sizes &known = {});

/// The same for an entry.
mlir::FailureOr<Sizes> inferSizes(kernel::EntryOp op,
                                  llvm::ArrayRef<Array> operands,
                                  const Sizes &known = {});

/// The results of an operator. `threads` is how many to use, 0 for as many as
/// the machine has; the results do not depend on it.
mlir::FailureOr<std::vector<Array>>
interpretOperator(seq::OperatorOp op, llvm::ArrayRef<Array> operands,
                  const Sizes &known = {}, unsigned threads = 0);

/// The results of an operator whose sequences are packed: those that it gives
/// on each of them alone, one after the other. The last operand is
/// `cu_seqlens`.
mlir::FailureOr<std::vector<Array>>
interpretPacked(seq::OperatorOp op, llvm::ArrayRef<Array> operands,
                const Sizes &known = {}, unsigned threads = 0);

/// The results of an entry between Derive and Tile, whose work is in
/// `stream.loop` on tensors. Elements that no loop stores are NaN.
mlir::FailureOr<std::vector<Array>>
interpretEntry(kernel::EntryOp op, llvm::ArrayRef<Array> operands,
               const Sizes &known = {}, unsigned threads = 0);

} // namespace seqmix::reference

#endif // SEQMIX_REFERENCE_INTERPRETER_H
