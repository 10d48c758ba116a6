//===- Contract.cpp - Matrix products: roles of dimensions, choice of code
//---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Lowering.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix::cuda;

int64_t Contraction::count(ArrayRef<unsigned> dims) const {
  int64_t count = 1;
  for (unsigned dim : dims)
    count *= sizes[dim];
  return count;
}

void Contraction::place(BlockBuilder &b, ArrayRef<unsigned> dims, Value linear,
                        MutableArrayRef<Value> coordinates) const {
  SmallVector<int64_t> extents;
  for (unsigned dim : dims)
    extents.push_back(sizes[dim]);
  for (auto [dim, value] : llvm::zip(dims, b.delinearize(linear, extents)))
    coordinates[dim] = value;
}

bool Contraction::isInnermost(unsigned operand, ArrayRef<unsigned> dims) const {
  AffineMap map = cast<linalg::LinalgOp>(*op).getIndexingMapsArray()[operand];
  return !dims.empty() && map.getNumResults() > 0 &&
         map.getResults().back().isFunctionOfDim(dims.back());
}

Value Contraction::load(BlockBuilder &b, unsigned operand,
                        ArrayRef<Value> coordinates) const {
  AffineMap map = cast<linalg::LinalgOp>(*op).getIndexingMapsArray()[operand];
  return memref::LoadOp::create(b, op->getOperand(operand),
                                b.apply(map, coordinates));
}

void Contraction::store(BlockBuilder &b, Value value,
                        ArrayRef<Value> coordinates) const {
  AffineMap map = cast<linalg::LinalgOp>(*op).getIndexingMapsArray()[2];
  memref::StoreOp::create(b, value, op->getOperand(2),
                          b.apply(map, coordinates));
}

std::optional<Contraction>
seqmix::cuda::matchContraction(linalg::ContractOp op) {
  auto generic = cast<linalg::LinalgOp>(*op);
  Contraction c;
  c.op = op;
  c.sizes = generic.getStaticLoopRanges();
  if (llvm::any_of(c.sizes, ShapedType::isDynamic))
    return std::nullopt;
  auto maps = generic.getIndexingMapsArray();
  for (unsigned i = 0; i < 3; ++i) {
    Type element = getElementTypeOrSelf(op->getOperand(i).getType());
    bool narrow = element.isBF16() || element.isF16();
    if (!isa<MemRefType>(op->getOperand(i).getType()) ||
        !BlockBuilder::isSimple(maps[i]) ||
        !(element.isF32() || (i < 2 && narrow)))
      return std::nullopt;
  }
  for (unsigned dim = 0; dim < c.sizes.size(); ++dim) {
    bool a = maps[0].isFunctionOfDim(dim), b = maps[1].isFunctionOfDim(dim),
         out = maps[2].isFunctionOfDim(dim);
    if (a && b && out)
      c.batch.push_back(dim);
    else if (a && out)
      c.m.push_back(dim);
    else if (b && out)
      c.n.push_back(dim);
    else if (a && b)
      c.k.push_back(dim);
    else
      return std::nullopt;
  }
  return c;
}

LogicalResult seqmix::cuda::lowerContract(BlockBuilder &b,
                                          linalg::ContractOp op, Type product) {
  std::optional<Contraction> c = matchContraction(op);
  // Matrix times vector is a reduction; other types are none of ours to speed
  // up.
  if (!c || c->count(c->m) == 1 || c->count(c->n) == 1)
    return lowerGeneric(b, cast<linalg::LinalgOp>(*op));
  bool fitsMma =
      c->count(c->m) >= 8 && c->count(c->n) >= 4 && c->count(c->k) >= 8;
  if (fitsMma && (product.isBF16() || product.isF16()))
    lowerContractMma(b, *c, product);
  else
    lowerContractFma(b, *c);
  return success();
}
