//===- TileBuilder.cpp - Named-axis values as tiles
//------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "TileBuilder.h"
#include "dialects/Seq/Broadcast.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// Axes
//===----------------------------------------------------------------------===//

StringAttr TileBuilder::canonical(StringAttr axis) {
  return op.groupOf(op.canonicalSize(axis));
}

Axes TileBuilder::tileAxes(ArrayRef<StringAttr> axes) {
  Axes result;
  for (StringAttr axis : axes) {
    // A tile loaded along a renamed sequence keeps the name it is bound by.
    StringAttr name = sizes.contains(axis) ? axis : canonical(axis);
    if (sizes.contains(name))
      result.push_back(name);
  }
  return result;
}

void TileBuilder::arrange(Axes &axes) {
  if (auto it = llvm::find(axes, row); it != axes.end())
    std::rotate(axes.begin(), it, it + 1);
  if (auto it = llvm::find(axes, lane); it != axes.end())
    std::rotate(it, it + 1, axes.end());
}

AffineMap TileBuilder::mapOf(ArrayRef<StringAttr> axes,
                             ArrayRef<StringAttr> loops) {
  SmallVector<AffineExpr> exprs;
  for (StringAttr axis : axes)
    exprs.push_back(
        b.getAffineDimExpr(llvm::find(loops, axis) - loops.begin()));
  return AffineMap::get(loops.size(), 0, exprs, b.getContext());
}

RankedTensorType TileBuilder::typeOf(ArrayRef<StringAttr> axes, Type element) {
  SmallVector<int64_t> shape;
  for (StringAttr axis : axes)
    shape.push_back(sizes.lookup(axis));
  return RankedTensorType::get(shape, element);
}

//===----------------------------------------------------------------------===//
// Tiles
//===----------------------------------------------------------------------===//

Value TileBuilder::empty(ArrayRef<StringAttr> axes, Type element) {
  RankedTensorType type = typeOf(axes, element);
  return tensor::EmptyOp::create(b, loc, type.getShape(), element);
}

Tile TileBuilder::constant(double value) {
  return {arith::ConstantOp::create(b, loc, b.getF32FloatAttr(value)), {}};
}

/// A tensor of rank 0 read as the scalar it holds.
Value TileBuilder::scalarOf(const Tile &tile) {
  if (isa<RankedTensorType>(tile.value.getType()))
    return tensor::ExtractOp::create(b, loc, tile.value, ValueRange());
  return tile.value;
}

Tile TileBuilder::map(ArrayRef<Tile> inputs, Body body,
                      std::optional<Axes> resultAxes, Type element) {
  Axes axes;
  if (resultAxes)
    axes = *resultAxes;
  else
    for (const Tile &input : inputs)
      axes = seq::broadcastAxes(axes, input.axes);
  if (!resultAxes)
    arrange(axes);
  if (axes.empty()) {
    SmallVector<Value> scalars;
    for (const Tile &input : inputs)
      scalars.push_back(scalarOf(input));
    return {body(b, loc, scalars), {}};
  }
  // Scalars are captured; tensors are operands. A tensor without axes is one
  // too, of rank 0.
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  for (const Tile &input : inputs)
    if (isa<RankedTensorType>(input.value.getType())) {
      operands.push_back(input.value);
      maps.push_back(mapOf(input.axes, axes));
    }
  maps.push_back(mapOf(axes, axes));
  SmallVector<utils::IteratorType> iterators(axes.size(),
                                             utils::IteratorType::parallel);
  Type resultElement = element ? element : b.getF32Type();
  Value init = empty(axes, resultElement);
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), operands, init, maps, iterators,
      [&](OpBuilder &nested, Location l, ValueRange args) {
        SmallVector<Value> scalars;
        unsigned next = 0;
        for (const Tile &input : inputs)
          scalars.push_back(isa<RankedTensorType>(input.value.getType())
                                ? args[next++]
                                : input.value);
        linalg::YieldOp::create(nested, l, body(nested, l, scalars));
      });
  return {generic.getResult(0), axes};
}

Tile TileBuilder::accumulate(Tile init, Tile x, Tile y,
                             ArrayRef<StringAttr> over) {
  Axes loops(init.axes);
  llvm::append_range(loops, over);
  SmallVector<utils::IteratorType> iterators(init.axes.size(),
                                             utils::IteratorType::parallel);
  iterators.append(over.size(), utils::IteratorType::reduction);
  SmallVector<AffineMap> maps = {mapOf(x.axes, loops), mapOf(y.axes, loops),
                                 mapOf(init.axes, loops)};
  auto only = [&](const Tile &in, const Tile &other) {
    return llvm::any_of(in.axes, [&](StringAttr axis) {
      return init.hasAxis(axis) && !other.hasAxis(axis);
    });
  };
  auto shared = llvm::any_of(init.axes, [&](StringAttr axis) {
    return x.hasAxis(axis) && y.hasAxis(axis);
  });
  // A matrix product proper; anything else is a plain reduction.
  if (only(x, y) && only(y, x) && !shared && !over.empty()) {
    auto contract = linalg::ContractOp::create(
        b, loc, TypeRange(init.value.getType()), ValueRange{x.value, y.value},
        ValueRange(init.value), b.getAffineMapArrayAttr(maps));
    return {contract.getResult(0), init.axes};
  }
  auto generic = linalg::GenericOp::create(
      b, loc, init.value.getType(), ValueRange{x.value, y.value}, init.value,
      maps, iterators, [](OpBuilder &nested, Location l, ValueRange args) {
        Value product = arith::MulFOp::create(nested, l, args[0], args[1]);
        Value sum = arith::AddFOp::create(nested, l, args[2], product);
        linalg::YieldOp::create(nested, l, sum);
      });
  return {generic.getResult(0), init.axes};
}

Tile TileBuilder::dot(Tile x, Tile y, ArrayRef<StringAttr> over) {
  Axes axes;
  for (StringAttr axis : seq::broadcastAxes(x.axes, y.axes))
    if (!llvm::is_contained(over, axis))
      axes.push_back(axis);
  arrange(axes);
  if (axes.empty()) {
    // A scalar result: keep it as a tensor of rank 0.
    Value init =
        tensor::EmptyOp::create(b, loc, ArrayRef<int64_t>{}, b.getF32Type());
    Value zero = constant(0.0).value;
    init = linalg::FillOp::create(b, loc, zero, init).getResult(0);
    return accumulate({init, {}}, x, y, over);
  }
  Value zero = constant(0.0).value;
  Value init = linalg::FillOp::create(b, loc, zero, empty(axes, b.getF32Type()))
                   .getResult(0);
  return accumulate({init, axes}, x, y, over);
}

Tile TileBuilder::reduce(Tile x, StringAttr axis, Value start, Body combine) {
  Axes axes(x.axes);
  axes.erase(llvm::find(axes, axis));
  Value init = axes.empty() ? Value(tensor::EmptyOp::create(
                                  b, loc, ArrayRef<int64_t>{}, start.getType()))
                            : empty(axes, start.getType());
  init = linalg::FillOp::create(b, loc, start, init).getResult(0);
  Axes loops(axes);
  loops.push_back(axis);
  SmallVector<utils::IteratorType> iterators(axes.size(),
                                             utils::IteratorType::parallel);
  iterators.push_back(utils::IteratorType::reduction);
  SmallVector<AffineMap> maps = {mapOf(x.axes, loops), mapOf(axes, loops)};
  auto generic = linalg::GenericOp::create(
      b, loc, init.getType(), x.value, init, maps, iterators,
      [&](OpBuilder &nested, Location l, ValueRange args) {
        linalg::YieldOp::create(nested, l, combine(nested, l, args));
      });
  return {generic.getResult(0), axes};
}

Tile TileBuilder::slice(Tile x, StringAttr axis, int64_t index) {
  auto type = cast<RankedTensorType>(x.value.getType());
  unsigned dim = llvm::find(x.axes, axis) - x.axes.begin();
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), extents,
      strides(type.getRank(), b.getIndexAttr(1));
  for (int64_t extent : type.getShape())
    extents.push_back(b.getIndexAttr(extent));
  offsets[dim] = b.getIndexAttr(index);
  extents[dim] = b.getIndexAttr(1);
  Axes axes(x.axes);
  axes.erase(axes.begin() + dim);
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + dim);
  Value part = tensor::ExtractSliceOp::create(
      b, loc, RankedTensorType::get(shape, type.getElementType()), x.value,
      offsets, extents, strides);
  return {part, axes};
}

Tile TileBuilder::rename(Tile x, StringAttr from, StringAttr to) {
  for (StringAttr &axis : x.axes)
    if (axis == from)
      axis = to;
  return x;
}

Tile TileBuilder::materialize(Tile x, ArrayRef<StringAttr> axes) {
  if (ArrayRef<StringAttr>(x.axes) == axes &&
      (!axes.empty() || !isa<RankedTensorType>(x.value.getType())))
    return x;
  if (axes.empty())
    return x;
  Type element = getElementTypeOrSelf(x.value.getType());
  return map(
      {x}, [](OpBuilder &, Location, ValueRange v) { return v[0]; }, Axes(axes),
      element);
}

Tile TileBuilder::iota(Value start, StringAttr axis) {
  return map(
      {{start, {}}},
      [](OpBuilder &nested, Location l, ValueRange v) -> Value {
        Value i = linalg::IndexOp::create(nested, l, 0);
        return arith::AddIOp::create(nested, l, i, v[0]);
      },
      Axes{axis}, b.getIndexType());
}

Tile TileBuilder::add(Tile x, Tile y) {
  return map(
      {x, y},
      [](OpBuilder &n, Location l, ValueRange v) -> Value {
        return arith::AddFOp::create(n, l, v[0], v[1]);
      },
      std::nullopt, getElementTypeOrSelf(x.value.getType()));
}

Tile TileBuilder::sub(Tile x, Tile y) {
  return map(
      {x, y},
      [](OpBuilder &n, Location l, ValueRange v) -> Value {
        return arith::SubFOp::create(n, l, v[0], v[1]);
      },
      std::nullopt, getElementTypeOrSelf(x.value.getType()));
}

Tile TileBuilder::mul(Tile x, Tile y) {
  return map({x, y}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
    return arith::MulFOp::create(n, l, v[0], v[1]);
  });
}

Tile TileBuilder::neg(Tile x) {
  return map({x}, [](OpBuilder &n, Location l, ValueRange v) -> Value {
    return arith::NegFOp::create(n, l, v[0]);
  });
}

Type seqmix::productTypeOf(seq::OperatorOp op) {
  Type product = Float32Type::get(op.getContext());
  for (Attribute type : op.getOperandTypes()) {
    Type element =
        cast<seq::ArrayType>(cast<TypeAttr>(type).getValue()).getElementType();
    if (element.isBF16() || element.isF16())
      product = element;
  }
  return product;
}

/// What an f64 exponent loses when it is rounded, up to 4e-6 where the result
/// is just above 0 in f32, is put back to first order: terms of a state that
/// cancel must be right to more digits than the state is.
Value TileBuilder::expOf(OpBuilder &n, Location l, Value exponent) {
  Type f32 = n.getF32Type();
  if (!exponent.getType().isF64())
    return math::ExpOp::create(n, l, exponent);
  Value rounded = arith::TruncFOp::create(n, l, f32, exponent);
  Value exp = math::ExpOp::create(n, l, rounded);
  if (!productTypeOf(op).isF32())
    return exp;
  Value back = arith::ExtFOp::create(n, l, exponent.getType(), rounded);
  Value lost = arith::TruncFOp::create(
      n, l, f32, arith::SubFOp::create(n, l, exponent, back));
  Value one = arith::ConstantOp::create(n, l, n.getF32FloatAttr(1));
  return arith::MulFOp::create(n, l, exp,
                               arith::AddFOp::create(n, l, one, lost));
}

Tile TileBuilder::exp(Tile x) {
  return map({x}, [this](OpBuilder &n, Location l, ValueRange v) -> Value {
    return expOf(n, l, v[0]);
  });
}

Tile TileBuilder::expDifference(Tile x, Tile y) {
  return map({x, y}, [this](OpBuilder &n, Location l, ValueRange v) -> Value {
    return expOf(n, l, arith::SubFOp::create(n, l, v[0], v[1]));
  });
}

//===----------------------------------------------------------------------===//
// Values of seq
//===----------------------------------------------------------------------===//

void TileBuilder::bindLoaded(Value value, Value tensor) {
  auto type = cast<seq::ArrayType>(value.getType());
  Tile tile = {tensor, tileAxes(type.getAxes())};
  Type from = getElementTypeOrSelf(tensor.getType());
  Type to = type.isReal() ? Type(b.getF32Type()) : Type(b.getIndexType());
  if (from != to)
    tile = map(
        {tile},
        [&](OpBuilder &n, Location l, ValueRange v) -> Value {
          if (isa<FloatType>(to))
            return arith::ExtFOp::create(n, l, to, v[0]);
          return arith::IndexCastOp::create(n, l, to, v[0]);
        },
        tile.axes, to);
  bind(value, tile);
  loaded.insert(value);
}

bool TileBuilder::isLoaded(Value value) {
  while (Value other = aliases.lookup(value))
    value = other;
  return loaded.contains(value);
}

Tile TileBuilder::lift(Value value) {
  if (auto it = tiles.find(value); it != tiles.end())
    return it->second;
  if (Value other = aliases.lookup(value)) {
    Tile tile = lift(other);
    bind(value, tile);
    return tile;
  }
  Operation *definition = value.getDefiningOp();
  if (!definition) {
    emitError(value.getLoc(), "this value has no tile here");
    return {};
  }
  Location saved = loc;
  loc = definition->getLoc();
  Tile tile = liftOp(definition, value);
  loc = saved;
  if (tile)
    bind(value, tile);
  return tile;
}

Tile TileBuilder::liftOp(Operation *definition, Value value) {
  if (auto c = dyn_cast<seq::ConstantOp>(definition)) {
    seq::ArrayType type = c.getType();
    if (type.isReal())
      return constant(c.getNumber());
    TypedAttr attr =
        type.isBool()
            ? TypedAttr(b.getBoolAttr(c.getNumber() != 0))
            : TypedAttr(b.getIndexAttr(static_cast<int64_t>(c.getNumber())));
    return {arith::ConstantOp::create(b, loc, attr), {}};
  }
  if (auto p = dyn_cast<seq::ParamOp>(definition))
    return constant(static_cast<double>(*op.getIntParam(p.getName())));
  if (auto s = dyn_cast<seq::SizeOp>(definition)) {
    if (std::optional<int64_t> n = op.getIntParam(s.getName()))
      return {arith::ConstantIndexOp::create(b, loc, *n), {}};
    return {runtimeSize(s.getName()), {}};
  }
  SmallVector<Tile> inputs;
  for (Value operand : definition->getOperands()) {
    if (isa<seq::AtOp>(definition) && inputs.empty()) {
      inputs.push_back({}); // The array itself is never a tile.
      continue;
    }
    inputs.push_back(lift(operand));
    if (!inputs.back())
      return {};
  }
  if (auto at = dyn_cast<seq::AtOp>(definition)) {
    SmallVector<Value> positions;
    for (const Tile &input : ArrayRef(inputs).drop_front()) {
      if (!input.axes.empty()) {
        at.emitOpError("position varies inside a tile here; give seq.at the "
                       "region's own positions");
        return {};
      }
      positions.push_back(input.value);
    }
    unsigned index = cast<BlockArgument>(at.getArray()).getArgNumber();
    Value found = element(index, positions);
    if (found.getType().isInteger(32))
      return {arith::IndexCastOp::create(b, loc, b.getIndexType(), found), {}};
    if (!found.getType().isF32())
      found = arith::ExtFOp::create(b, loc, b.getF32Type(), found);
    return {found, {}};
  }
  if (auto elementwise = dyn_cast<seq::ElementwiseOpInterface>(definition)) {
    auto type = cast<seq::ArrayType>(value.getType());
    return map(
        inputs,
        [&](OpBuilder &n, Location l, ValueRange v) {
          return elementwise.buildScalar(n, l, v);
        },
        std::nullopt, type.getElementType());
  }
  // A tile has a part only of an axis whose size is known at run time.
  ArrayAttr summed;
  if (auto d = dyn_cast<seq::DotOp>(definition))
    summed = d.getOver();
  else if (auto s = dyn_cast<seq::SumOp>(definition))
    summed = s.getOver();
  if (summed)
    for (auto name : summed.getAsRange<StringAttr>())
      if (!op.getIntParam(name)) {
        definition->emitOpError()
            << "sums over " << name.getValue()
            << ", a run-time size, which no tile has whole; sums around a "
               "mixer are over parameters";
        return {};
      }
  auto over = [&](ArrayAttr names) {
    Axes axes;
    for (auto name : names.getAsRange<StringAttr>())
      axes.push_back(canonical(name));
    return axes;
  };
  if (auto d = dyn_cast<seq::DotOp>(definition)) {
    Axes axes = over(d.getOver());
    // A constant has no axes of its own: give it those it is summed over.
    for (Tile &input : inputs)
      if (!llvm::all_of(axes, [&](StringAttr a) { return input.hasAxis(a); })) {
        Axes all(axes);
        for (StringAttr axis : input.axes)
          if (!llvm::is_contained(all, axis))
            all.push_back(axis);
        input = materialize(input, all);
      }
    return dot(inputs[0], inputs[1], axes);
  }
  if (auto s = dyn_cast<seq::SumOp>(definition)) {
    Tile sum = inputs[0];
    for (StringAttr axis : over(s.getOver())) {
      if (!sum.hasAxis(axis)) {
        Axes all(sum.axes);
        all.push_back(axis);
        sum = materialize(sum, all);
      }
      sum = reduce(sum, axis, constant(0.0).value,
                   [](OpBuilder &n, Location l, ValueRange v) -> Value {
                     return arith::AddFOp::create(n, l, v[1], v[0]);
                   });
    }
    return sum;
  }
  if (auto r = dyn_cast<seq::RenameOp>(definition))
    return rename(inputs[0], r.getFromAttr(), r.getToAttr());
  if (auto s = dyn_cast<seq::SliceOp>(definition)) {
    if (!inputs[0].hasAxis(s.getAxisAttr()))
      return inputs[0];
    return slice(inputs[0], s.getAxisAttr(), s.getIndex());
  }
  definition->emitOpError("has no tile form here");
  return {};
}
