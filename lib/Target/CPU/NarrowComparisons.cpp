//===- NarrowComparisons.cpp - Positions compared in 32 bits --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A mask compares positions, which are index numbers: two registers of them for
// one of f32. Where all lanes share a number and differ by the number of the
// lane alone, that is the number of the lane compared with a scalar.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/CPU/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_NARROWCOMPARISONS
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;

namespace {

/// `lane` times the number of the lane, and the scalars added and subtracted.
struct Linear {
  int64_t lane = 0;
  int64_t constant = 0;
  SmallVector<Value> plus, minus;

  void subtract(const Linear &other) {
    lane -= other.lane;
    constant -= other.constant;
    llvm::append_range(plus, other.minus);
    llvm::append_range(minus, other.plus);
  }
  void add(const Linear &other) {
    lane += other.lane;
    constant += other.constant;
    llvm::append_range(plus, other.plus);
    llvm::append_range(minus, other.minus);
  }
};

} // namespace

/// A vector of positions read that way, or nothing.
static std::optional<Linear> readLinear(Value value) {
  Linear result;
  Operation *op = value.getDefiningOp();
  if (!op)
    return std::nullopt;
  if (isa<vector::StepOp>(op)) {
    result.lane = 1;
    return result;
  }
  if (auto broadcast = dyn_cast<vector::BroadcastOp>(op)) {
    if (!broadcast.getSource().getType().isIndex())
      return std::nullopt;
    result.plus.push_back(broadcast.getSource());
    return result;
  }
  DenseElementsAttr elements;
  if (matchPattern(value, m_Constant(&elements))) {
    if (!elements.isSplat())
      return std::nullopt;
    result.constant = elements.getSplatValue<APInt>().getSExtValue();
    return result;
  }
  if (!isa<arith::AddIOp, arith::SubIOp>(op))
    return std::nullopt;
  std::optional<Linear> left = readLinear(op->getOperand(0));
  std::optional<Linear> right = readLinear(op->getOperand(1));
  if (!left || !right)
    return std::nullopt;
  if (isa<arith::AddIOp>(op))
    left->add(*right);
  else
    left->subtract(*right);
  return left;
}

/// The predicate with its sides swapped; nothing for one of unsigned numbers.
static std::optional<arith::CmpIPredicate>
swap(arith::CmpIPredicate predicate) {
  using P = arith::CmpIPredicate;
  switch (predicate) {
  case P::eq:
  case P::ne:
    return predicate;
  case P::slt:
    return P::sgt;
  case P::sle:
    return P::sge;
  case P::sgt:
    return P::slt;
  case P::sge:
    return P::sle;
  default:
    return std::nullopt;
  }
}

namespace {

struct NarrowComparison : OpRewritePattern<arith::CmpIOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::CmpIOp op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getLhs().getType());
    std::optional<arith::CmpIPredicate> swapped = swap(op.getPredicate());
    if (!type || !type.getElementType().isIndex() || !swapped)
      return rewriter.notifyMatchFailure(op, "expected signed positions");
    std::optional<Linear> left = readLinear(op.getLhs());
    std::optional<Linear> right = readLinear(op.getRhs());
    if (!left || !right)
      return rewriter.notifyMatchFailure(op, "expected lanes and scalars");
    left->subtract(*right);
    if (std::abs(left->lane) != 1)
      return rewriter.notifyMatchFailure(op, "expected one position to move");

    // ±lane + rest against 0 is the lane against ∓rest.
    Location loc = op.getLoc();
    arith::CmpIPredicate predicate = op.getPredicate();
    if (left->lane < 0)
      predicate = *swapped;
    else
      std::swap(left->plus, left->minus);
    int64_t constant = left->lane < 0 ? left->constant : -left->constant;
    auto number = [&](int64_t value) -> Value {
      return arith::ConstantIndexOp::create(rewriter, loc, value);
    };
    Value bound = number(constant);
    for (Value value : left->plus)
      bound = rewriter.createOrFold<arith::AddIOp>(loc, bound, value);
    for (Value value : left->minus)
      bound = rewriter.createOrFold<arith::SubIOp>(loc, bound, value);
    // Beyond the lanes every bound says the same.
    int64_t lanes = type.getNumElements();
    bound = arith::MaxSIOp::create(rewriter, loc, bound, number(-1));
    bound = arith::MinSIOp::create(rewriter, loc, bound, number(lanes));
    Type i32 = rewriter.getI32Type();
    VectorType narrow = VectorType::get(lanes, i32);
    Value all = vector::BroadcastOp::create(
        rewriter, loc, narrow,
        arith::IndexCastOp::create(rewriter, loc, i32, bound));
    auto numbers = llvm::to_vector(llvm::seq<int32_t>(0, lanes));
    Value lane = arith::ConstantOp::create(
        rewriter, loc, DenseElementsAttr::get(narrow, ArrayRef(numbers)));
    rewriter.replaceOpWithNewOp<arith::CmpIOp>(op, predicate, lane, all);
    return success();
  }
};

struct NarrowComparisons
    : public seqmix::cpu::impl::NarrowComparisonsBase<NarrowComparisons> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<NarrowComparison>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
