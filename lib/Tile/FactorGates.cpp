//===- FactorGates.cpp - The factors that ratios of gates fall into -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "dialects/Stream/Stream.h"
#include "lib/Tile/Conversions.h"
#include "lib/Tile/Expand/TileBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace seqmix {
#define GEN_PASS_DEF_FACTORGATES
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

/// The scores of one region that read gates.
class Factors {
public:
  explicit Factors(Block &body) {
    for (auto scores : body.getOps<stream::ScoresOp>())
      if (scores.hasPureTensorSemantics() && !scores.getGates().empty() &&
          scores.getFactors().empty())
        ops.push_back(scores);
    for (stream::ScoresOp scores : ops) {
      count(scores.getX(), scores.getGates()[0], /*negative=*/false);
      count(scores.getY(), scores.getGates()[1], /*negative=*/true);
    }
  }

  void add() {
    for (stream::ScoresOp scores : ops) {
      ImplicitLocOpBuilder b(scores.getLoc(), scores);
      ValueRange gates = scores.getGates();
      Value x = factor(b, scores.getX(), gates[0], /*negative=*/false);
      Value y = factor(b, scores.getY(), gates[1], /*negative=*/true);
      scores.getFactorsMutable().assign({x, y});
    }
  }

private:
  /// A tile of gates and whether it stands for e^−gate.
  using Gate = std::pair<Value, unsigned>;
  using Maps = ArrayRef<AffineMap>;
  using Body = function_ref<Value(ImplicitLocOpBuilder &, ValueRange)>;

  /// The tile that is only made wider, which others scale as it is.
  static Value withoutWidening(Value tile) {
    Operation *op = tile.getDefiningOp();
    return op && tile::isWidening(op) ? op->getOperand(0) : tile;
  }
  void count(Value rows, Value gates, bool negative) {
    rowsOf[{gates, negative}].insert(withoutWidening(rows));
  }
  Value elementwise(ImplicitLocOpBuilder &b, ValueRange inputs, Maps maps,
                    Body body);
  static Value exponential(ImplicitLocOpBuilder &b, Value gate, bool negative);
  Value exponentials(ImplicitLocOpBuilder &b, Value gates, bool negative);
  Value scaled(ImplicitLocOpBuilder &b, Value rows, Value gates, bool negative);
  Value factor(ImplicitLocOpBuilder &b, Value rows, Value gates, bool negative);

  SmallVector<stream::ScoresOp> ops;
  /// The rows that each gate scales.
  llvm::DenseMap<Gate, llvm::SmallSetVector<Value, 4>> rowsOf;
  llvm::DenseMap<Gate, Value> tiles;
  llvm::DenseMap<std::pair<Value, Gate>, Value> scaledRows;
};

} // namespace

/// An f32 tile over all dimensions of the last map's domain.
Value Factors::elementwise(ImplicitLocOpBuilder &b, ValueRange inputs,
                           Maps maps, Body body) {
  auto shape = cast<RankedTensorType>(inputs[0].getType()).getShape();
  Value empty = tensor::EmptyOp::create(b, shape, b.getF32Type());
  SmallVector<AffineMap> all(maps);
  all.push_back(b.getMultiDimIdentityMap(shape.size()));
  SmallVector<utils::IteratorType> parallel(shape.size(),
                                            utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, empty.getType(), inputs, empty, all, parallel,
             [&](OpBuilder &nested, Location loc, ValueRange arguments) {
               ImplicitLocOpBuilder inner(loc, nested);
               linalg::YieldOp::create(inner, body(inner, arguments));
             })
      .getResult(0);
}

/// e^gate, which is at most 1, or e^−gate up to its limit.
Value Factors::exponential(ImplicitLocOpBuilder &b, Value gate, bool negative) {
  Value exponent = tile::toF32(b, gate);
  if (!negative)
    return math::ExpOp::create(b, exponent);
  return tile::expUpTo(b, arith::NegFOp::create(b, exponent),
                       tile::factorReach);
}

/// The exponentials of all gates as a tile.
Value Factors::exponentials(ImplicitLocOpBuilder &b, Value gates,
                            bool negative) {
  Value &tile = tiles[{gates, negative}];
  if (!tile) {
    auto rank = cast<RankedTensorType>(gates.getType()).getRank();
    tile = elementwise(b, gates, b.getMultiDimIdentityMap(rank),
                       [&](ImplicitLocOpBuilder &b, ValueRange x) {
                         return exponential(b, x[0], negative);
                       });
  }
  return tile;
}

/// Rows times their exponentials. Those that scale several tiles are formed
/// once.
Value Factors::scaled(ImplicitLocOpBuilder &b, Value rows, Value gates,
                      bool negative) {
  Gate gate(gates, negative);
  rows = withoutWidening(rows);
  Value &result = scaledRows[{rows, gate}];
  if (result)
    return result;
  bool isTile = rowsOf[gate].size() > 1;
  AffineMap whole = b.getMultiDimIdentityMap(2);
  Value by = isTile ? exponentials(b, gates, negative) : gates;
  result =
      elementwise(b, {rows, by}, {whole, whole},
                  [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                    Value e = isTile ? x[1] : exponential(b, x[1], negative);
                    return arith::MulFOp::create(b, tile::toF32(b, x[0]), e);
                  });
  return result;
}

/// Gates of channels stand under the sum, with the rows; those of tokens
/// before it.
Value Factors::factor(ImplicitLocOpBuilder &b, Value rows, Value gates,
                      bool negative) {
  bool perToken = cast<RankedTensorType>(gates.getType()).getRank() == 1;
  return perToken ? exponentials(b, gates, negative)
                  : scaled(b, rows, gates, negative);
}

namespace {

struct FactorGatesPass : seqmix::impl::FactorGatesBase<FactorGatesPass> {
  void runOnOperation() override {
    if (getOperation().getProductType().isF32())
      return;
    getOperation().walk([](stream::LoopOp loop) {
      for (Region &region : loop->getRegions())
        for (Block &body : region)
          Factors(body).add();
    });
  }
};

} // namespace
