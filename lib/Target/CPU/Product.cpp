//===- Product.cpp - A contraction read as a matrix product ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace seqmix::cpu;

static bool isFloat(Value memref, bool onlyF32) {
  auto type = dyn_cast<MemRefType>(memref.getType());
  if (!type)
    return false;
  Type element = type.getElementType();
  return element.isF32() || (!onlyF32 && (element.isBF16() || element.isF16()));
}

/// Whether the body is out + a · b, operands widened first.
static bool isMultiplyAdd(linalg::LinalgOp op) {
  mlir::Block &body = *op.getBlock();
  auto strip = [](Value value) {
    while (auto extend = value.getDefiningOp<arith::ExtFOp>())
      value = extend.getIn();
    return value;
  };
  auto sum = body.getTerminator()->getOperand(0).getDefiningOp<arith::AddFOp>();
  if (!sum)
    return false;
  Value carried = body.getArgument(2);
  Value term = sum.getLhs() == carried ? sum.getRhs() : sum.getLhs();
  if (sum.getLhs() != carried && sum.getRhs() != carried)
    return false;
  auto product = term.getDefiningOp<arith::MulFOp>();
  if (!product)
    return false;
  Value x = strip(product.getLhs()), y = strip(product.getRhs());
  return (x == body.getArgument(0) && y == body.getArgument(1)) ||
         (x == body.getArgument(1) && y == body.getArgument(0));
}

FailureOr<Product> seqmix::cpu::matchProduct(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics() || op.hasDynamicShape())
    return failure();
  if (op->getNumOperands() != 3 || op.getNumDpsInits() != 1 ||
      !llvm::all_of(op.getIndexingMapsArray(), [](AffineMap map) {
        return map.isProjectedPermutation() && map.getNumResults() > 0;
      }))
    return failure();
  if (!isFloat(op->getOperand(0), false) ||
      !isFloat(op->getOperand(1), false) || !isFloat(op->getOperand(2), true) ||
      !isMultiplyAdd(op) || !isLastContiguous(op->getOperand(2)))
    return failure();

  Product p;
  SmallVector<AffineMap> maps = op.getIndexingMapsArray();
  p.a = op->getOperand(0), p.aMap = maps[0];
  p.b = op->getOperand(1), p.bMap = maps[1];
  p.out = op->getOperand(2), p.outMap = maps[2];
  p.ranges = op.getStaticLoopRanges();
  // b is the operand that moves along the output's rows.
  p.n = p.outMap.getDimPosition(p.outMap.getNumResults() - 1);
  if (!p.bMap.isFunctionOfDim(p.n)) {
    std::swap(p.a, p.b);
    std::swap(p.aMap, p.bMap);
  }
  if (!p.bMap.isFunctionOfDim(p.n) || p.aMap.isFunctionOfDim(p.n))
    return failure();

  // The longest of the candidates.
  std::optional<unsigned> m, k;
  for (unsigned dim = 0; dim < p.ranges.size(); ++dim) {
    bool inA = p.aMap.isFunctionOfDim(dim), inB = p.bMap.isFunctionOfDim(dim);
    bool inOut = p.outMap.isFunctionOfDim(dim);
    if (inA && !inB && inOut && (!m || p.ranges[dim] > p.ranges[*m]))
      m = dim;
    if (inA && inB && !inOut && (!k || p.ranges[dim] > p.ranges[*k]))
      k = dim;
    if (inA + inB + inOut < 2)
      return failure();
  }
  if (!m || !k || p.ranges[*m] < 2 || llvm::is_contained(p.ranges, 0))
    return failure();
  p.m = *m, p.k = *k;
  if (auto lower = op->getAttrOfType<DenseI64ArrayAttr>("kernel.lower")) {
    ArrayRef<int64_t> loops = lower.asArrayRef();
    p.isOutLower = loops[0] == p.m && loops[1] == p.n;
    p.isFactorLower = loops[0] == p.m && loops[1] == p.k;
  }
  for (unsigned dim = 0; dim < p.ranges.size(); ++dim)
    if (dim != p.m && dim != p.n && dim != p.k)
      p.outer.push_back(dim);
  return p;
}

bool seqmix::cpu::isZeroFill(linalg::FillOp fill, Value memref) {
  return fill.getOutputs()[0] == memref &&
         matchPattern(fill.getInputs()[0], m_AnyZeroFloat());
}

linalg::FillOp seqmix::cpu::getFillBefore(linalg::LinalgOp op,
                                          const Product &product) {
  auto fill = dyn_cast_or_null<linalg::FillOp>(op->getPrevNode());
  // A second dimension to sum over adds to what the first one left.
  bool once = llvm::all_of(product.outer, [&](unsigned dim) {
    return product.outMap.isFunctionOfDim(dim);
  });
  return fill && once && isZeroFill(fill, product.out) ? fill
                                                       : linalg::FillOp();
}

bool seqmix::cpu::isFillOfProduct(linalg::FillOp fill) {
  auto op = dyn_cast_or_null<linalg::LinalgOp>(fill->getNextNode());
  if (!op)
    return false;
  FailureOr<Product> product = matchProduct(op);
  return succeeded(product) && getFillBefore(op, *product) == fill;
}

bool seqmix::cpu::takeFill(linalg::LinalgOp op, const Product &product,
                           int64_t lanes, bool atOnce) {
  linalg::FillOp fill = getFillBefore(op, product);
  if (!fill)
    return false;
  if (atOnce) {
    fill->erase();
    return true;
  }
  LogicalResult result = vectorizeGeneric(fill, lanes);
  assert(succeeded(result) && "the product's tile is static");
  (void)result;
  return false;
}

Value seqmix::cpu::tileOf(Value memref) {
  while (!memref.getDefiningOp<memref::ViewOp>()) {
    auto view = memref.getDefiningOp<ViewLikeOpInterface>();
    if (!view)
      break;
    memref = view.getViewSource();
  }
  return memref;
}

bool seqmix::cpu::isWrittenBy(Value memref,
                              function_ref<bool(Operation *)> isOne) {
  return llvm::any_of(memref.getUsers(), [&](Operation *user) {
    // What is reached by an address, in a call or by a tile's store, is not
    // followed.
    if (isa<memref::ExtractStridedMetadataOp>(user))
      return isOne(user);
    if (isa<ViewLikeOpInterface>(user))
      return isWrittenBy(user->getResult(0), isOne);
    if (!isOne(user))
      return false;
    auto effects = dyn_cast<MemoryEffectOpInterface>(user);
    return !effects || effects.getEffectOnValue<MemoryEffects::Write>(memref);
  });
}

scf::ForOp seqmix::cpu::getLoopToPackBefore(linalg::LinalgOp op,
                                            const Product &product) {
  if (!product.outer.empty())
    return {};
  scf::ForOp outermost;
  for (Operation *parent = op->getParentOp();; parent = parent->getParentOp()) {
    if (isa<scf::IfOp>(parent))
      continue;
    auto loop = dyn_cast<scf::ForOp>(parent);
    if (!loop || !loop->hasAttr("kernel.rows") ||
        !loop.isDefinedOutsideOfLoop(product.b) ||
        isWrittenBy(product.b,
                    [&](Operation *user) { return loop->isAncestor(user); }))
      return outermost;
    outermost = loop;
  }
}

Operation *seqmix::cpu::getPlaceToPack(linalg::LinalgOp op,
                                       const Product &product) {
  Operation *place = op,
            *around = Value(product.b).getParentBlock()->getParentOp();
  if (scf::ForOp loop = getLoopToPackBefore(op, product))
    place = loop;
  while (auto parent = dyn_cast<scf::IfOp>(place->getParentOp())) {
    if (parent->isAncestor(around))
      break;
    place = parent;
  }
  return place;
}

Value &PackedFactors::find(scf::ForOp loop, const Product &p, Type element) {
  unsigned last = p.bMap.getDimPosition(p.bMap.getNumResults() - 1);
  return buffers[{loop, p.b, element, last == p.k ? 1 : 0}];
}
