//===- Threads.cpp - Writing code for the threads of a block
//-----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CUDA/Threads.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace seqmix::cuda;

// Coordinates are small and not negative, so nothing wraps: LLVM may then move
// the widening to 64 bits past additions and fold constants into addresses.
static constexpr auto kNoWrap =
    arith::IntegerOverflowFlags::nsw | arith::IntegerOverflowFlags::nuw;

ThreadIds seqmix::cuda::createThreadIds(OpBuilder &b, Location loc,
                                        int64_t threads) {
  ThreadIds ids;
  ids.threads = threads;
  auto range = LLVM::ConstantRangeAttr::get(b.getContext(), APInt(32, 0),
                                            APInt(32, threads));
  ids.thread = NVVM::ThreadIdXOp::create(b, loc, b.getI32Type(), range);
  Value warp = arith::ConstantIntOp::create(b, loc, kWarp, 32);
  ids.warp = arith::DivUIOp::create(b, loc, ids.thread, warp);
  ids.lane = arith::RemUIOp::create(b, loc, ids.thread, warp);
  return ids;
}

Value BlockBuilder::i32(int64_t value) {
  return arith::ConstantIntOp::create(*this, value, 32);
}

Value BlockBuilder::add(Value lhs, Value rhs) {
  return createOrFold<arith::AddIOp>(lhs, rhs, kNoWrap);
}

Value BlockBuilder::add(Value lhs, int64_t rhs) {
  return rhs == 0 ? lhs : add(lhs, i32(rhs));
}

Value BlockBuilder::mul(Value lhs, int64_t rhs) {
  return rhs == 1 ? lhs : createOrFold<arith::MulIOp>(lhs, i32(rhs), kNoWrap);
}

Value BlockBuilder::div(Value lhs, int64_t rhs) {
  return rhs == 1 ? lhs : createOrFold<arith::DivUIOp>(lhs, i32(rhs));
}

Value BlockBuilder::rem(Value lhs, int64_t rhs) {
  return rhs == 1 ? i32(0) : createOrFold<arith::RemUIOp>(lhs, i32(rhs));
}

Value BlockBuilder::min(Value lhs, int64_t rhs) {
  return createOrFold<arith::MinUIOp>(lhs, i32(rhs));
}

Value BlockBuilder::less(Value lhs, int64_t rhs) {
  return createOrFold<arith::CmpIOp>(arith::CmpIPredicate::ult, lhs, i32(rhs));
}

Value BlockBuilder::both(Value lhs, Value rhs) {
  if (!lhs || !rhs)
    return lhs ? lhs : rhs;
  return createOrFold<arith::AndIOp>(lhs, rhs);
}

Value BlockBuilder::index(Value value) {
  return createOrFold<arith::IndexCastUIOp>(getIndexType(), value);
}

SmallVector<Value> BlockBuilder::delinearize(Value linear,
                                             ArrayRef<int64_t> sizes) {
  SmallVector<Value> coordinates(sizes.size());
  for (int64_t i = int64_t(sizes.size()) - 1; i >= 0; --i) {
    // The first size needs no remainder: the number is below the product.
    coordinates[i] = i == 0 ? linear : rem(linear, sizes[i]);
    if (i > 0)
      linear = div(linear, sizes[i]);
  }
  return coordinates;
}

//===----------------------------------------------------------------------===//
// Affine maps
//===----------------------------------------------------------------------===//

static bool isSimpleExpr(AffineExpr expr) {
  switch (expr.getKind()) {
  case AffineExprKind::DimId:
    return true;
  case AffineExprKind::Constant:
    return cast<AffineConstantExpr>(expr).getValue() >= 0;
  case AffineExprKind::Add:
  case AffineExprKind::Mul: {
    auto binary = cast<AffineBinaryOpExpr>(expr);
    return isSimpleExpr(binary.getLHS()) && isSimpleExpr(binary.getRHS());
  }
  default:
    return false;
  }
}

bool BlockBuilder::isSimple(AffineMap map) {
  return llvm::all_of(map.getResults(), isSimpleExpr);
}

Value BlockBuilder::evaluate(AffineExpr expr, ArrayRef<Value> coordinates) {
  if (auto dim = dyn_cast<AffineDimExpr>(expr))
    return coordinates[dim.getPosition()];
  if (auto constant = dyn_cast<AffineConstantExpr>(expr))
    return i32(constant.getValue());
  auto binary = cast<AffineBinaryOpExpr>(expr);
  Value lhs = evaluate(binary.getLHS(), coordinates);
  Value rhs = evaluate(binary.getRHS(), coordinates);
  if (expr.getKind() == AffineExprKind::Add)
    return add(lhs, rhs);
  return createOrFold<arith::MulIOp>(lhs, rhs, kNoWrap);
}

SmallVector<Value> BlockBuilder::apply(AffineMap map,
                                       ArrayRef<Value> coordinates) {
  SmallVector<Value> indices;
  for (AffineExpr expr : map.getResults())
    indices.push_back(index(evaluate(expr, coordinates)));
  return indices;
}

//===----------------------------------------------------------------------===//
// Control
//===----------------------------------------------------------------------===//

SmallVector<Value> BlockBuilder::loop(int64_t count, ValueRange init,
                                      LoopBody body) {
  if (count <= 0)
    return SmallVector<Value>(init);
  if (count == 1)
    return body(i32(0), init);
  Value lower = i32(0), upper = i32(count), step = i32(1);
  auto loop = scf::ForOp::create(*this, lower, upper, step, init);
  OpBuilder::InsertionGuard guard(*this);
  // Without carried values the builder has already made the terminator.
  setInsertionPointToStart(loop.getBody());
  SmallVector<Value> next =
      body(loop.getInductionVar(), loop.getRegionIterArgs());
  if (!init.empty())
    scf::YieldOp::create(*this, next);
  return SmallVector<Value>(loop.getResults());
}

void BlockBuilder::when(Value condition, llvm::function_ref<void()> body) {
  if (!condition)
    return body();
  auto branch = scf::IfOp::create(*this, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(*this);
  setInsertionPointToStart(branch.thenBlock());
  body();
}

void BlockBuilder::deal(Value worker, int64_t workers, int64_t total,
                        Body body) {
  // Whole rounds have a constant number, which LLVM can unroll.
  int64_t rounds = total / workers, rest = total % workers;
  loop(rounds, {}, [&](Value round, ValueRange) -> SmallVector<Value> {
    body(add(mul(round, workers), worker));
    return {};
  });
  if (rest)
    when(less(worker, rest), [&] { body(add(worker, rounds * workers)); });
}

void BlockBuilder::barrier() { NVVM::Barrier0Op::create(*this); }

Value BlockBuilder::shuffleXor(Value value, int64_t mask) {
  Type type = value.getType();
  auto shuffle = [&](Value word) -> Value {
    return NVVM::ShflOp::create(*this, word.getType(), i32(-1), word, i32(mask),
                                i32(kWarp - 1), NVVM::ShflKind::bfly,
                                UnitAttr());
  };
  if (type.isF32() || type.isInteger(32))
    return shuffle(value);
  Type words = VectorType::get(2, getI32Type());
  Value bits = LLVM::BitcastOp::create(*this, words, value);
  Value result = LLVM::PoisonOp::create(*this, words);
  for (int64_t i = 0; i < 2; ++i) {
    Value position = i32(i);
    Value word = LLVM::ExtractElementOp::create(*this, bits, position);
    result =
        LLVM::InsertElementOp::create(*this, result, shuffle(word), position);
  }
  return LLVM::BitcastOp::create(*this, type, result);
}
