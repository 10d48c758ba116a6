//===- PairTiles.cpp - Two tiles at a time, one's products beside ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "dialects/Kernel/Kernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

namespace seqmix {
#define GEN_PASS_DEF_PAIRTILES
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

/// How much arithmetic an op has for vectors: its functions count most.
int64_t arithmeticOf(Operation &op) {
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic || generic.hasDynamicShape())
    return 0;
  int64_t each = 0, points = 1;
  for (Operation &inner : generic.getBlock()->without_terminator())
    each += isa<math::MathDialect>(inner.getDialect()) ? 8 : 1;
  for (int64_t range : generic.getStaticLoopRanges())
    points *= range;
  return each * points;
}

/// The tiles of a loop, and what they do where nothing is left out: behind
/// conditions one in the other, a list of ops with a product before its
/// arithmetic and one after it.
class TilePair {
public:
  /// Fails if the loop is not such a one.
  static FailureOr<TilePair> match(scf::ForOp loop);
  void rewrite();

private:
  explicit TilePair(scf::ForOp loop) : loop(loop) {}

  void clonePath(OpBuilder &b, IRMapping &mapping, bool onlyConditions);
  Value condition(OpBuilder &b, Value iv);
  void emitPair(OpBuilder &b, Value first, Value second);

  scf::ForOp loop;
  /// From the outermost in.
  SmallVector<scf::IfOp> conditions;
  /// The list, and of it the product before, the arithmetic, the product after.
  SmallVector<Operation *> ops;
  size_t before = 0, arithmetic = 0, after = 0;
};

} // namespace

FailureOr<TilePair> TilePair::match(scf::ForOp loop) {
  if (!loop->hasAttr("kernel.rows") || loop.getNumResults() != 0)
    return failure();
  TilePair pair(loop);
  Block *block = loop.getBody();
  while (true) {
    scf::IfOp inner;
    for (Operation &op : block->without_terminator()) {
      if (auto found = dyn_cast<scf::IfOp>(op)) {
        if (inner || found.getNumResults() != 0)
          return failure();
        inner = found;
      } else if (!isa<kernel::PrefetchOp>(op) && !isMemoryEffectFree(&op) &&
                 !hasSingleEffect<MemoryEffects::Read>(&op)) {
        inner = {};
        break;
      }
    }
    if (!inner)
      break;
    pair.conditions.push_back(inner);
    block = inner.thenBlock();
  }
  if (pair.conditions.empty())
    return failure();

  int64_t most = 0;
  for (Operation &op : block->without_terminator()) {
    if (int64_t own = arithmeticOf(op); own > most) {
      most = own;
      pair.arithmetic = pair.ops.size();
    }
    pair.ops.push_back(&op);
  }
  auto isProduct = [&](size_t i) {
    return isa<linalg::ContractOp>(pair.ops[i]);
  };
  pair.before = pair.arithmetic;
  while (pair.before > 0 && !isProduct(pair.before))
    --pair.before;
  pair.after = pair.arithmetic;
  while (pair.after < pair.ops.size() && !isProduct(pair.after))
    ++pair.after;
  if (!most || !isProduct(pair.before) || pair.after == pair.ops.size())
    return failure();
  return pair;
}

/// What stands beside the conditions, of one tile.
void TilePair::clonePath(OpBuilder &b, IRMapping &mapping,
                         bool onlyConditions) {
  Block *block = loop.getBody();
  for (scf::IfOp inner : conditions) {
    for (Operation &op : block->without_terminator())
      if (&op != inner && !(onlyConditions && isa<kernel::PrefetchOp>(op)))
        b.clone(op, mapping);
    block = inner.thenBlock();
  }
}

/// Whether nothing of a tile is left out.
Value TilePair::condition(OpBuilder &b, Value iv) {
  IRMapping mapping;
  mapping.map(loop.getInductionVar(), iv);
  clonePath(b, mapping, /*onlyConditions=*/true);
  Value all;
  for (scf::IfOp inner : conditions) {
    Value own = mapping.lookupOrDefault(inner.getCondition());
    all = all ? arith::AndIOp::create(b, loop.getLoc(), all, own).getResult()
              : own;
  }
  return all;
}

/// Both tiles, the second one behind: its product before stands beside the
/// first one's arithmetic, and the first one's product after beside its own.
void TilePair::emitPair(OpBuilder &b, Value first, Value second) {
  IRMapping mappings[2];
  for (auto [mapping, iv] :
       llvm::zip_equal(mappings, ValueRange{first, second})) {
    mapping.map(loop.getInductionVar(), iv);
    clonePath(b, mapping, /*onlyConditions=*/false);
  }
  auto emit = [&](unsigned tile, size_t from, size_t to) {
    for (size_t i = from; i < to; ++i)
      b.clone(*ops[i], mappings[tile]);
  };
  auto emitBeside = [&](unsigned tile, size_t product) {
    Operation *own = b.clone(*ops[product], mappings[tile]);
    own->setAttr("kernel.beside", b.getUnitAttr());
    emit(1 - tile, arithmetic, arithmetic + 1);
  };
  emit(0, 0, arithmetic);
  emit(1, 0, before);
  emitBeside(1, before);
  emit(1, before + 1, arithmetic);
  emit(0, arithmetic + 1, after);
  emitBeside(0, after);
  emit(0, after + 1, ops.size());
  emit(1, arithmetic + 1, ops.size());
}

void TilePair::rewrite() {
  OpBuilder b(loop);
  Location loc = loop.getLoc();
  Value step = loop.getStep(), end = loop.getUpperBound();
  Value two = arith::ConstantIndexOp::create(b, loc, 2);
  Value twice = arith::MulIOp::create(b, loc, step, two);
  auto pairs = scf::ForOp::create(b, loc, loop.getLowerBound(), end, twice);
  pairs->setAttr("kernel.rows", b.getUnitAttr());
  b.setInsertionPointToStart(pairs.getBody());
  Value first = pairs.getInductionVar();
  Value second = arith::AddIOp::create(b, loc, first, step);
  Value hasSecond =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, second, end);
  auto both = scf::IfOp::create(
      b, loc, hasSecond,
      [&](OpBuilder &inner, Location) {
        Value x = condition(inner, first), y = condition(inner, second);
        scf::YieldOp::create(
            inner, loc, arith::AndIOp::create(inner, loc, x, y).getResult());
      },
      [&](OpBuilder &inner, Location) {
        Value no = arith::ConstantIntOp::create(inner, loc, 0, 1);
        scf::YieldOp::create(inner, loc, no);
      });
  auto choice = scf::IfOp::create(b, loc, both.getResult(0),
                                  /*withElseRegion=*/true);
  OpBuilder together = choice.getThenBodyBuilder();
  emitPair(together, first, second);
  OpBuilder alone = choice.getElseBodyBuilder();
  Value next = arith::AddIOp::create(alone, loc, first, twice);
  Value limit = arith::MinUIOp::create(alone, loc, next, end);
  loop->moveBefore(choice.elseBlock()->getTerminator());
  loop.getLowerBoundMutable().assign(first);
  loop.getUpperBoundMutable().assign(limit);
}

namespace {

struct PairTilesPass : seqmix::impl::PairTilesBase<PairTilesPass> {
  void runOnOperation() override {
    // What units for matrices take and still has the range of f32.
    if (!getOperation().getProductType().isBF16())
      return;
    SmallVector<scf::ForOp> loops;
    getOperation().walk([&](scf::ForOp loop) { loops.push_back(loop); });
    for (scf::ForOp loop : loops)
      if (FailureOr<TilePair> pair = TilePair::match(loop); succeeded(pair))
        pair->rewrite();
  }
};

} // namespace
