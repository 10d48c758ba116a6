//===- ChunkStep.cpp - One chunk of the carries of a step -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "ChunkStep.h"

using namespace mlir;
using namespace seqmix;

/// Adds the reads that a value is computed from, but for those of `own`: the
/// solve of a carry finds what it needs itself.
void ChunkStep::collectNeeded(Value value, const CarryForm *own,
                              llvm::DenseSet<Value> &visited) {
  if (value.getParentBlock() != &op.getBody() || !visited.insert(value).second)
    return;
  if (const Read *read = form.findRead(value)) {
    if (!own || !own->findRead(value))
      needed.insert(value);
    return collectNeeded(read->vector, own, visited);
  }
  if (Operation *definition = value.getDefiningOp())
    for (Value operand : definition->getOperands())
      collectNeeded(operand, own, visited);
}

void ChunkStep::collectNeeded(bool outputs) {
  llvm::DenseSet<Value> visited;
  if (outputs)
    for (Value output : op.getYield().getOutputs())
      collectNeeded(output, nullptr, visited);
  for (const CarryForm &own : form.carries) {
    if (!isThere(own))
      continue;
    visited.clear();
    for (Value factor : own.getFactors(/*reads=*/outputs))
      collectNeeded(factor, &own, visited);
  }
}

/// Whether a value comes from nothing that is still to be found.
bool ChunkStep::isReady(Value value) {
  if (value.getParentBlock() != &op.getBody() || tiles.isBound(value))
    return true;
  if (llvm::is_contained(op.getStateArgs(), value) || form.findRead(value))
    return false;
  Operation *definition = value.getDefiningOp();
  return !definition || llvm::all_of(definition->getOperands(),
                                     [&](Value x) { return isReady(x); });
}

/// Binds the reads of a carry whose vectors are known.
bool ChunkStep::bindReads(const CarryForm &own, bool &bound) {
  for (const Read &read : own.reads) {
    if (!needed.contains(read.op.getResult()) ||
        tiles.isBound(read.op.getResult()) || !isReady(read.vector))
      continue;
    if (!chunkOf(own.state).bind(read))
      return false;
    bound = true;
  }
  return true;
}

FailureOr<SmallVector<Value>> ChunkStep::absorb(bool outputs) {
  collectNeeded(outputs);
  SmallVector<Value> next(carry.size());
  bool bound = false;
  for (const CarryForm &own : form.carries) {
    if (!isThere(own))
      continue;
    Value before = carry[own.state];
    if (own.kind == CarryForm::Kind::Maximum) {
      auto &maximum = maxima[own.state];
      maximum = std::make_unique<ChunkMaximum>(tiles, op, own, before);
      if (!maximum->absorb())
        return failure();
      next[own.state] = maximum->next();
      continue;
    }
    auto &chunk = chunks[own.state];
    chunk = std::make_unique<Chunk>(tiles, op, own, before);
    if (!chunk->absorb() || !bindReads(own, bound))
      return failure();
  }
  // A vector may come from reads of carries that come later.
  for (bound = true; bound;) {
    bound = false;
    for (const CarryForm &own : form.carries)
      if (isThere(own) && own.kind == CarryForm::Kind::Affine &&
          !bindReads(own, bound))
        return failure();
  }
  for (const CarryForm &own : form.carries)
    if (isThere(own) && own.kind == CarryForm::Kind::Affine)
      next[own.state] = chunkOf(own.state).next();
  return next;
}
