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
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace seqmix {
#define GEN_PASS_DEF_FACTORGATES
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

/// A sum that starts from a tile of which all else in it is decayed like a
/// factor of scores:
///   start + Σ_i (y_i ∘ e^(last − G))ᵀ w_i, with last the last row of G.
struct Update {
  linalg::GenericOp start;
  SmallVector<linalg::ContractOp> products;
  /// Of each product the factor, and the rows y in it.
  SmallVector<OpOperand *> factors;
  SmallVector<Value> rows;
  Value gates;
  /// The dimension of the sum that is the gates' channels.
  unsigned channel = 0;
};

/// The scores of one region that read gates.
class Factors {
public:
  explicit Factors(Block &body) : body(body) {
    for (auto scores : body.getOps<stream::ScoresOp>())
      if (scores.hasPureTensorSemantics() && !scores.getGates().empty() &&
          scores.getFactors().empty())
        ops.push_back(scores);
    for (stream::ScoresOp scores : ops) {
      count(scores.getX(), scores.getGates()[0], /*negative=*/false);
      count(scores.getY(), scores.getGates()[1], /*negative=*/true);
    }
    for (auto start : body.getOps<linalg::GenericOp>())
      findUpdate(start);
  }

  void add() {
    for (stream::ScoresOp scores : ops) {
      ImplicitLocOpBuilder b(scores.getLoc(), scores);
      ValueRange gates = scores.getGates();
      Value x = factor(b, scores.getX(), gates[0], /*negative=*/false);
      Value y = factor(b, scores.getY(), gates[1], /*negative=*/true);
      scores.getFactorsMutable().assign({x, y});
    }
    for (const Update &update : updates)
      rewrite(update);
    // What decayed the factors before.
    if (!updates.empty())
      for (Operation &op : llvm::make_early_inc_range(llvm::reverse(body)))
        if (isOpTriviallyDead(&op))
          op.erase();
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
  static Value exponential(ImplicitLocOpBuilder &b, ValueRange gate,
                           bool negative);
  Value exponentials(ImplicitLocOpBuilder &b, Value gates, bool negative);
  Value scaled(ImplicitLocOpBuilder &b, Value rows, Value gates, bool negative);
  Value factor(ImplicitLocOpBuilder &b, Value rows, Value gates, bool negative);
  void findUpdate(linalg::GenericOp start);
  bool isScaledBefore(Operation *op, Value rows, Value gates);
  Value lastOf(ImplicitLocOpBuilder &b, Value gates);
  Value reference(ImplicitLocOpBuilder &b, Value gates);
  void rewrite(const Update &update);

  Block &body;
  SmallVector<stream::ScoresOp> ops;
  SmallVector<Update> updates;
  /// Of the gates that updates decay by the reference r, in f64: 0 where they
  /// are in reach, else the last ones. Factors of these are e^(r − G).
  llvm::DenseMap<Value, Value> references;
  /// The rows that each gate scales.
  llvm::DenseMap<Gate, llvm::SmallSetVector<Value, 4>> rowsOf;
  llvm::DenseMap<Gate, Value> tiles;
  llvm::DenseMap<std::pair<Value, Gate>, Value> scaledRows;
};

} // namespace

/// An f32 tile over all dimensions of the last map's domain.
Value Factors::elementwise(ImplicitLocOpBuilder &b, ValueRange inputs,
                           Maps maps, Body body) {
  SmallVector<int64_t> shape(maps[0].getNumDims());
  for (auto [input, map] : llvm::zip(inputs, maps))
    for (auto [i, size] :
         llvm::enumerate(cast<RankedTensorType>(input.getType()).getShape()))
      shape[map.getDimPosition(i)] = size;
  Value empty = tensor::EmptyOp::create(b, shape, b.getF32Type());
  SmallVector<AffineMap> all(maps);
  all.push_back(b.getMultiDimIdentityMap(shape.size()));
  SmallVector<utils::IteratorType> parallel(shape.size(),
                                            utils::IteratorType::parallel);
  return linalg::GenericOp::create(
             b, empty.getType(), inputs, empty, all, parallel,
             [&](OpBuilder &nested, Location loc, ValueRange arguments) {
               ImplicitLocOpBuilder inner(loc, nested);
               linalg::YieldOp::create(inner,
                                       body(inner, arguments.drop_back()));
             })
      .getResult(0);
}

/// e^gate, which is at most 1, or e^−gate up to its limit, from a reference if
/// there is one.
Value Factors::exponential(ImplicitLocOpBuilder &b, ValueRange gate,
                           bool negative) {
  if (!negative)
    return math::ExpOp::create(b, tile::toF32(b, gate[0]));
  if (gate.size() == 1)
    return tile::expUpTo(b, arith::NegFOp::create(b, tile::toF32(b, gate[0])),
                         tile::factorReach);
  return tile::expUpTo(b, arith::SubFOp::create(b, gate[1], gate[0]),
                       tile::factorReach);
}

/// The exponentials of all gates as a tile.
Value Factors::exponentials(ImplicitLocOpBuilder &b, Value gates,
                            bool negative) {
  Value &tile = tiles[{gates, negative}];
  if (!tile) {
    auto rank = cast<RankedTensorType>(gates.getType()).getRank();
    SmallVector<Value> inputs = {gates};
    SmallVector<AffineMap> maps = {b.getMultiDimIdentityMap(rank)};
    if (Value from = negative ? reference(b, gates) : Value()) {
      inputs.push_back(from);
      maps.push_back(AffineMap::getMinorIdentityMap(rank, 1, b.getContext()));
    }
    tile = elementwise(b, inputs, maps,
                       [&](ImplicitLocOpBuilder &b, ValueRange x) {
                         return exponential(b, x, negative);
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
  SmallVector<Value> inputs = {rows, isTile ? exponentials(b, gates, negative)
                                            : gates};
  SmallVector<AffineMap> maps = {whole, whole};
  if (Value from = isTile || !negative ? Value() : reference(b, gates)) {
    inputs.push_back(from);
    maps.push_back(AffineMap::getMinorIdentityMap(2, 1, b.getContext()));
  }
  result = elementwise(
      b, inputs, maps, [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
        Value e = isTile ? x[1] : exponential(b, x.drop_front(), negative);
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

//===----------------------------------------------------------------------===//
// Sums that decay like scores
//===----------------------------------------------------------------------===//

/// The last row of gates, if a value is that.
static Value gatesOfLast(Value last) {
  auto slice = last.getDefiningOp<tensor::ExtractSliceOp>();
  if (!slice || !slice.hasUnitStride())
    return {};
  ArrayRef<int64_t> shape = slice.getSourceType().getShape();
  bool isLast =
      shape.size() == 2 &&
      slice.getStaticOffsets() == ArrayRef<int64_t>{shape[0] - 1, 0} &&
      slice.getStaticSizes() == ArrayRef<int64_t>{1, shape[1]} &&
      slice.getType().getRank() == 1;
  return isLast ? slice.getSource() : Value();
}

/// An elementwise op over a tile of two dimensions.
static linalg::GenericOp elementwiseOf(Value tile) {
  auto op = tile.getDefiningOp<linalg::GenericOp>();
  bool isElementwise = op && op->getNumResults() == 1 &&
                       op.getNumLoops() == 2 && op.getNumParallelLoops() == 2 &&
                       op.getIndexingMapsArray().back().isIdentity();
  return isElementwise ? op : linalg::GenericOp();
}

/// The operand that an argument of an op's body stands for, read with a map.
static Value operandOf(linalg::GenericOp op, Value value, AffineMap map) {
  auto argument = dyn_cast<BlockArgument>(value);
  if (!argument || argument.getOwner() != op.getBlock() ||
      argument.getArgNumber() >= op.getNumDpsInputs() ||
      op.getIndexingMapsArray()[argument.getArgNumber()] != map)
    return {};
  return op.getDpsInputs()[argument.getArgNumber()];
}

/// G, if a value in an op's body is e^(last − G).
static Value gatesOfDecay(linalg::GenericOp op, Value value) {
  auto map = AffineMap::getMultiDimIdentityMap(2, op.getContext());
  if (Value tile = operandOf(op, value, map)) {
    linalg::GenericOp own = elementwiseOf(tile);
    return own ? gatesOfDecay(own,
                              own.getBlock()->getTerminator()->getOperand(0))
               : Value();
  }
  auto exp = value.getDefiningOp<math::ExpOp>();
  auto narrow =
      exp ? exp.getOperand().getDefiningOp<arith::TruncFOp>() : nullptr;
  auto difference =
      narrow ? narrow.getIn().getDefiningOp<arith::SubFOp>() : nullptr;
  if (!difference)
    return {};
  Value last = operandOf(op, difference.getLhs(),
                         AffineMap::getMinorIdentityMap(2, 1, op.getContext()));
  Value gates = operandOf(op, difference.getRhs(), map);
  return last && gates && gatesOfLast(last) == gates ? gates : Value();
}

/// The rows y and gates G of a tile y ∘ e^(last − G).
static std::pair<Value, Value> matchDecayed(Value tile) {
  linalg::GenericOp op = elementwiseOf(tile);
  if (!op)
    return {};
  auto product = op.getBlock()
                     ->getTerminator()
                     ->getOperand(0)
                     .getDefiningOp<arith::MulFOp>();
  if (!product)
    return {};
  for (auto [y, decay] : {std::pair(product.getLhs(), product.getRhs()),
                          std::pair(product.getRhs(), product.getLhs())}) {
    if (auto wide = y.getDefiningOp<arith::ExtFOp>())
      y = wide.getIn();
    Value rows =
        operandOf(op, y, AffineMap::getMultiDimIdentityMap(2, op.getContext()));
    Value gates = gatesOfDecay(op, decay);
    if (rows && gates)
      return {rows, gates};
  }
  return {};
}

/// Whether scores before an op have rows times e^−G as a factor.
bool Factors::isScaledBefore(Operation *op, Value rows, Value gates) {
  return llvm::any_of(ops, [&](stream::ScoresOp scores) {
    return scores.getGates()[1] == gates &&
           withoutWidening(scores.getY()) == rows &&
           scores->isBeforeInBlock(op);
  });
}

/// Finds the products that add up from what an op computes.
void Factors::findUpdate(linalg::GenericOp start) {
  if (start->getNumResults() != 1 || !elementwiseOf(start->getResult(0)) ||
      !getElementTypeOrSelf(start->getResult(0).getType()).isF32() ||
      start.payloadUsesValueFromOperand(start.getDpsInitOperand(0)))
    return;
  Update update;
  update.start = start;
  for (Value sum = start->getResult(0); sum.hasOneUse();) {
    OpOperand &use = *sum.getUses().begin();
    auto product = dyn_cast<linalg::ContractOp>(use.getOwner());
    if (!product || !product.isDpsInit(&use))
      break;
    auto linalgOp = cast<linalg::LinalgOp>(product.getOperation());
    AffineMap out = linalgOp.getMatchingIndexingMap(&use);
    bool isDecayed = false;
    for (OpOperand *factor : product.getDpsInputOperands()) {
      auto [rows, gates] = matchDecayed(factor->get());
      if (!rows || isDecayed)
        continue;
      rows = withoutWidening(rows);
      AffineExpr channels =
          linalgOp.getMatchingIndexingMap(factor).getResult(1);
      std::optional<unsigned> channel = out.getResultPosition(channels);
      bool isFirst = update.products.empty();
      if (!channel || !isScaledBefore(product, rows, gates) ||
          (!isFirst && (gates != update.gates || *channel != update.channel)))
        return;
      isDecayed = true;
      update.gates = gates;
      update.channel = *channel;
      update.factors.push_back(factor);
      update.rows.push_back(rows);
    }
    if (!isDecayed)
      return;
    update.products.push_back(product);
    sum = product->getResult(0);
  }
  if (update.products.empty())
    return;
  references[update.gates] = Value();
  updates.push_back(update);
}

Value Factors::lastOf(ImplicitLocOpBuilder &b, Value gates) {
  auto type = cast<RankedTensorType>(gates.getType());
  int64_t rows = type.getDimSize(0), channels = type.getDimSize(1);
  return tensor::ExtractSliceOp::create(
      b, RankedTensorType::get({channels}, type.getElementType()), gates,
      ArrayRef<OpFoldResult>{b.getIndexAttr(rows - 1), b.getIndexAttr(0)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1), b.getIndexAttr(channels)},
      ArrayRef<OpFoldResult>{b.getIndexAttr(1), b.getIndexAttr(1)});
}

/// The reference of gates, or null where they need none.
Value Factors::reference(ImplicitLocOpBuilder &b, Value gates) {
  auto found = references.find(gates);
  if (found == references.end() || found->second)
    return found == references.end() ? Value() : found->second;
  Value last = lastOf(b, gates);
  auto type = cast<RankedTensorType>(last.getType());
  AffineMap one = b.getMultiDimIdentityMap(1);
  AffineMap none = AffineMap::get(1, 0, b.getContext());
  Value number =
      tensor::EmptyOp::create(b, ArrayRef<int64_t>(), b.getF32Type());
  Value zero = tile::real(b, 0, b.getF32Type());
  number = linalg::FillOp::create(b, zero, number).getResult(0);
  Value reach = linalg::GenericOp::create(
                    b, number.getType(), last, number, ArrayRef{one, none},
                    utils::IteratorType::reduction,
                    [&](OpBuilder &nested, Location loc, ValueRange x) {
                      ImplicitLocOpBuilder inner(loc, nested);
                      Value magnitude =
                          math::AbsFOp::create(inner, tile::toF32(inner, x[0]));
                      Value most =
                          arith::MaximumFOp::create(inner, x[1], magnitude);
                      linalg::YieldOp::create(inner, most);
                    })
                    .getResult(0);
  Value empty = tensor::EmptyOp::create(b, type.getShape(), b.getF64Type());
  found->second =
      linalg::GenericOp::create(
          b, type, ValueRange{last, reach}, empty, ArrayRef{one, none, one},
          utils::IteratorType::parallel,
          [&](OpBuilder &nested, Location loc, ValueRange x) {
            ImplicitLocOpBuilder inner(loc, nested);
            Value isInReach = arith::CmpFOp::create(
                inner, arith::CmpFPredicate::OLT, x[1],
                tile::real(inner, tile::factorReach, inner.getF32Type()));
            Value from = arith::SelectOp::create(
                inner, isInReach, tile::real(inner, 0, inner.getF64Type()),
                x[0]);
            linalg::YieldOp::create(inner, from);
          })
          .getResult(0);
  return found->second;
}

/// start + e^(last − r) ∘ Σ_i (y_i ∘ e^(r − G))ᵀ w_i: the factors are those of
/// the scores.
void Factors::rewrite(const Update &update) {
  linalg::ContractOp first = update.products.front();
  linalg::ContractOp last = update.products.back();
  ImplicitLocOpBuilder b(last.getLoc(), first);
  Value from = reference(b, update.gates);
  auto type = cast<RankedTensorType>(last->getResult(0).getType());
  Value empty = tensor::EmptyOp::create(b, type.getShape(), b.getF32Type());
  Value zero = tile::real(b, 0, b.getF32Type());
  first.getDpsInitsMutable()[0].assign(
      linalg::FillOp::create(b, zero, empty).getResult(0));
  for (auto [factor, rows] : llvm::zip(update.factors, update.rows))
    factor->set(scaled(b, rows, update.gates, /*negative=*/true));

  AffineMap one = b.getMultiDimIdentityMap(1);
  Value decay =
      elementwise(b, {lastOf(b, update.gates), from}, {one, one},
                  [](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
                    Value difference = arith::SubFOp::create(b, x[0], x[1]);
                    return math::ExpOp::create(b, tile::toF32(b, difference));
                  });
  b.setInsertionPointAfter(last);
  linalg::GenericOp start = update.start;
  SmallVector<Value> inputs(start.getDpsInputs());
  SmallVector<AffineMap> maps = start.getIndexingMapsArray();
  AffineMap whole = maps.pop_back_val();
  llvm::append_values(inputs, last->getResult(0), decay);
  maps.push_back(whole);
  maps.push_back(AffineMap::get(2, 0, b.getAffineDimExpr(update.channel)));
  Block &body = *start.getBlock();
  auto sum = [&](ImplicitLocOpBuilder &b, ValueRange x) -> Value {
    IRMapping mapping;
    mapping.map(body.getArguments().drop_back(), x.drop_back(2));
    for (Operation &op : body.without_terminator())
      b.clone(op, mapping);
    Value own = mapping.lookupOrDefault(body.getTerminator()->getOperand(0));
    Value rest = arith::MulFOp::create(b, x.drop_back().back(), x.back());
    return arith::AddFOp::create(b, own, rest);
  };
  Value result = elementwise(b, inputs, maps, sum);
  last->getResult(0).replaceAllUsesExcept(result, result.getDefiningOp());
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
