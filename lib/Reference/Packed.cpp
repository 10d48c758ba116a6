//===- Packed.cpp - The meaning of an operator on packed sequences --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Cuts the sequences out, interprets the operator on each in a batch of 1, and
// puts the results together.
//
//===----------------------------------------------------------------------===//

#include "Nest.h"
#include "seqmix/Reference/Signature.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

/// One sequence: its number and the positions of its tokens.
struct Sequence {
  int64_t number, first, length;
};

class PackedRunner {
public:
  PackedRunner(seq::OperatorOp op, const seq::Packing &packing)
      : op(op), packing(packing), own(getSignature(op)),
        signature(getSignature(op, packing)) {}

  FailureOr<std::vector<Array>> run(ArrayRef<Array> operands,
                                    const Sizes &known, unsigned threads);

private:
  LogicalResult checkOffsets(ArrayRef<double> offsets, int64_t total);
  void copy(unsigned array, const Sequence &sequence, Array &whole, Array &part,
            bool toPart);
  /// The type of an operand, or of a result behind them.
  seq::ArrayType getType(unsigned array) {
    unsigned numOperands = op.getOperandTypes().size();
    Attribute type = array < numOperands
                         ? op.getOperandTypes()[array]
                         : op.getResultTypes()[array - numOperands];
    return cast<seq::ArrayType>(cast<TypeAttr>(type).getValue());
  }

  seq::OperatorOp op;
  const seq::Packing &packing;
  Signature own, signature;
};

} // namespace

LogicalResult PackedRunner::checkOffsets(ArrayRef<double> offsets,
                                         int64_t total) {
  for (size_t n = 0; n < offsets.size(); ++n) {
    double low = n ? offsets[n - 1] : 0;
    bool isEnd = n + 1 == offsets.size();
    if (offsets[n] >= low && (n || offsets[n] == 0) &&
        (!isEnd || offsets[n] == total))
      continue;
    return op.emitError() << "operand '" << packing.offsets
                          << "': expected positions that start at 0, do not "
                             "decrease and end at "
                          << packing.total.getValue() << " = " << total
                          << ", found " << static_cast<int64_t>(offsets[n])
                          << " at " << n;
  }
  return success();
}

/// Copies the part of an array that a sequence has out of it, or into it.
void PackedRunner::copy(unsigned array, const Sequence &sequence, Array &whole,
                        Array &part, bool toPart) {
  seq::ArrayType type = getType(array);
  bool overSequence = packing.isPacked(op, type);
  int64_t offset = 0, wholeStride = 1, partStride = 1;
  SmallVector<int64_t> wholeStrides(type.getAxes().size()),
      partStrides(type.getAxes().size());
  for (size_t d = type.getAxes().size(); d-- > 0;) {
    wholeStrides[d] = wholeStride;
    partStrides[d] = partStride;
    StringAttr axis = type.getAxes()[d];
    if (packing.isPacked(op, axis))
      offset += sequence.first * wholeStride;
    else if (!overSequence && op.canonicalSize(axis) == packing.batch)
      offset += sequence.number * wholeStride;
    wholeStride *= whole.shape[d];
    partStride *= part.shape[d];
  }
  Nest nest(2);
  for (auto [extent, to, from] :
       llvm::zip(part.shape, toPart ? partStrides : wholeStrides,
                 toPart ? wholeStrides : partStrides))
    nest.addLoop(extent, {to, from});
  nest.simplify();
  if (toPart)
    nest.copy(part.data.data(), whole.data.data() + offset);
  else
    nest.copy(whole.data.data() + offset, part.data.data());
}

FailureOr<std::vector<Array>> PackedRunner::run(ArrayRef<Array> operands,
                                                const Sizes &known,
                                                unsigned threads) {
  FailureOr<Sizes> sizes = inferSizes(signature, operands, known);
  if (failed(sizes))
    return failure();
  if (int64_t batch = sizes->at(packing.batch.getValue().str()); batch != 1)
    return op.emitError() << "expected " << packing.batch.getValue()
                          << " = 1 where sequences are packed, found " << batch;
  const std::vector<double> &offsets = operands.back().data;
  if (failed(checkOffsets(offsets, sizes->at(packing.total.getValue().str()))))
    return failure();

  std::vector<Array> results;
  for (const ArrayDeclaration &declaration : signature.results)
    results.push_back(makeArray(declaration, *sizes));
  unsigned numOperands = own.operands.size();
  for (int64_t n = 0; n + 1 < static_cast<int64_t>(offsets.size()); ++n) {
    Sequence sequence = {n, static_cast<int64_t>(offsets[n]),
                         static_cast<int64_t>(offsets[n + 1] - offsets[n])};
    Sizes alone = *sizes;
    for (StringAttr size : {packing.total, packing.other})
      if (size)
        alone[size.str()] = sequence.length;
    for (const auto &[name, other] : own.equals)
      alone[name] = alone.at(other);
    std::vector<Array> parts;
    for (unsigned i = 0; i < numOperands; ++i) {
      Array &part = parts.emplace_back(makeArray(own.operands[i], alone));
      copy(i, sequence, const_cast<Array &>(operands[i]), part, true);
    }
    FailureOr<std::vector<Array>> found =
        interpretOperator(op, parts, alone, threads);
    if (failed(found))
      return failure();
    for (auto [i, part] : llvm::enumerate(*found))
      copy(numOperands + i, sequence, results[i], part, false);
  }
  return results;
}

FailureOr<std::vector<Array>>
seqmix::reference::interpretPacked(seq::OperatorOp op, ArrayRef<Array> operands,
                                   const Sizes &known, unsigned threads) {
  FailureOr<seq::Packing> packing = seq::getPacking(op);
  if (failed(packing))
    return failure();
  return PackedRunner(op, *packing).run(operands, known, threads);
}
