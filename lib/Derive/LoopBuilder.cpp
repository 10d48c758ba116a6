//===- LoopBuilder.cpp - The shell of an entry and its loop
//----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "LoopBuilder.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// The entry
//===----------------------------------------------------------------------===//

/// The memref of an array: parameters are static, run-time sizes dynamic,
/// strides dynamic but for the last, which is 1.
static MemRefType arrayType(seq::OperatorOp op, ArrayRef<StringAttr> axes,
                            Type element) {
  SmallVector<int64_t> shape, strides;
  for (StringAttr axis : axes) {
    shape.push_back(op.getIntParam(axis).value_or(ShapedType::kDynamic));
    strides.push_back(ShapedType::kDynamic);
  }
  if (strides.empty())
    return MemRefType::get(shape, element);
  strides.back() = 1;
  return MemRefType::get(
      shape, element,
      StridedLayoutAttr::get(op.getContext(), /*offset=*/0, strides));
}

kernel::EntryOp seqmix::buildEntry(OpBuilder &b, seq::OperatorOp op,
                                   const EntryInfo &info) {
  SmallVector<Attribute> arrays;
  SmallVector<Type> types;
  SmallVector<Location> locs;
  auto add = [&](StringAttr name, ArrayRef<StringAttr> axes, Type element,
                 DictionaryAttr domain, bool result, StringAttr alias) {
    NamedAttrList attrs;
    attrs.append("name", name);
    attrs.append("axes", b.getArrayAttr(
                             SmallVector<Attribute>(axes.begin(), axes.end())));
    attrs.append("elem", TypeAttr::get(element));
    if (domain && !domain.empty())
      attrs.append("domain", domain);
    if (result)
      attrs.append("result", b.getUnitAttr());
    if (alias)
      attrs.append("may_alias", alias);
    arrays.push_back(attrs.getDictionary(b.getContext()));
    types.push_back(arrayType(op, axes, element));
    locs.push_back(op.getLoc());
  };
  const seq::Packing *packing = info.packing;
  auto array = [&](StringAttr name, seq::ArrayType type, DictionaryAttr domain,
                   bool result, StringAttr alias) {
    add(name,
        packing ? packing->getAxes(op, type)
                : SmallVector<StringAttr>(type.getAxes()),
        type.getElementType(), domain, result, alias);
  };
  ArrayAttr sizes = packing ? packing->getSizes(op) : op.getSizes();
  for (size_t i = 0; i < sizes.size(); ++i) {
    types.push_back(b.getIndexType());
    locs.push_back(op.getLoc());
  }
  Type product = productTypeOf(op);
  for (auto [name, type, domain] :
       llvm::zip(op.getOperandNames(), op.getOperandTypes(),
                 op.getOperandDomains())) {
    auto arrayTy = cast<seq::ArrayType>(cast<TypeAttr>(type).getValue());
    array(cast<StringAttr>(name), arrayTy, cast<DictionaryAttr>(domain), false,
          {});
  }
  DictionaryAttr equals = op.getEquals(), require = info.require, packed;
  if (packing) {
    auto axis = b.getStringAttr(packing->count.getValue() + " + 1");
    NamedAttribute domain = b.getNamedAttr(
        "offsets", b.getArrayAttr({b.getI64IntegerAttr(0), packing->total}));
    add(b.getStringAttr(packing->offsets), axis, b.getI32Type(),
        b.getDictionaryAttr(domain), false, {});
    equals = packing->getEquals(op);
    NamedAttrList more(require);
    more.append(packing->batch, b.getI64IntegerAttr(1));
    require = more.getDictionary(b.getContext());
    packed = b.getDictionaryAttr(
        {b.getNamedAttr("batch", packing->batch),
         b.getNamedAttr("count", packing->count),
         b.getNamedAttr("offsets", b.getStringAttr(packing->offsets)),
         b.getNamedAttr("total", packing->total)});
  }
  for (auto [i, name] : llvm::enumerate(op.getResultNames())) {
    // A final state may be in the buffer of its initial state.
    StringAttr alias;
    if (std::optional<unsigned> initial = op.getInitialState(i);
        initial &&
        (info.readsOnce || op.getBody().getArgument(*initial).hasOneUse()))
      alias = cast<StringAttr>(op.getOperandNames()[*initial]);
    array(
        cast<StringAttr>(name),
        cast<seq::ArrayType>(cast<TypeAttr>(op.getResultTypes()[i]).getValue()),
        {}, true, alias);
  }

  SmallVector<StringRef> report(info.report.begin(), info.report.end());
  if (packing)
    report.push_back("sequences are packed: each task works on one of them");
  auto entry = kernel::EntryOp::create(
      b, op.getLoc(), b.getStringAttr(info.symbol), op.getSymNameAttr(), sizes,
      op.getDivides(), equals, op.getParams(), b.getArrayAttr(arrays),
      b.getStringAttr(info.form), require, TypeAttr::get(product), packed,
      info.chunk ? b.getI64IntegerAttr(*info.chunk) : IntegerAttr(),
      report.empty() ? ArrayAttr() : b.getStrArrayAttr(report),
      DictionaryAttr());
  Block *block = b.createBlock(&entry.getBody(), {}, types, locs);
  b.setInsertionPointToStart(block);
  return entry;
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

LoopBuilder::LoopBuilder(OpBuilder &b, seq::OperatorOp op,
                         kernel::EntryOp entry, ArrayRef<LoopAxis> axes,
                         LoopAxis stream, const seq::Packing *packing)
    : b(b), op(op), entry(entry), parallel(axes.begin(), axes.end()),
      stream(stream), packing(packing) {
  if (packing)
    parallel.insert(parallel.begin(), {packing->count, 1});
  for (NamedAttribute param : op.getParams())
    if (auto value = dyn_cast<IntegerAttr>(param.getValue()))
      sizes[param.getName()] = value.getInt();
  for (LoopAxis axis : parallel) {
    sizes.erase(axis.name);
    if (axis.tile != 1)
      sizes[axis.name] = axis.tile;
  }
  if (stream.tile != 1)
    sizes[stream.name] = stream.tile;
}

bool LoopBuilder::isPoint(StringAttr axis) const {
  return !sizes.contains(axis);
}

unsigned LoopBuilder::addOperand(unsigned operand, std::optional<Axes> axes) {
  auto type = cast<seq::ArrayType>(op.getBody().getArgument(operand).getType());
  Array array{entry.getArray(operand), {}, {}};
  if (axes) {
    array.axes = *axes;
  } else {
    llvm::append_range(array.axes, type.getAxes());
    array.loaded = op.getBody().getArgument(operand);
  }
  if (packing && !packing->isPacked(op, type))
    for (StringAttr &axis : array.axes)
      if (op.canonicalSize(axis) == packing->batch)
        axis = packing->count;
  return addInput(array);
}

unsigned LoopBuilder::addInput(const Array &array) {
  bool isStreamed = llvm::is_contained(array.axes, stream.name);
  auto &list = isStreamed ? streamed : resident;
  numbers.push_back({isStreamed, static_cast<unsigned>(list.size())});
  list.push_back(array);
  return numbers.size() - 1;
}

unsigned LoopBuilder::addInput(Value array, const Axes &axes) {
  return addInput(Array{array, axes, {}});
}

void LoopBuilder::addOutput(Value array, const Axes &axes) {
  addOutput(Array{array, axes, {}});
}

void LoopBuilder::addOutput(const Array &array) {
  bool isStreamed = llvm::is_contained(array.axes, stream.name);
  (isStreamed ? streamedResults : finalResults).push_back(array);
}

void LoopBuilder::addResult(unsigned result) {
  auto type = cast<seq::ArrayType>(
      cast<TypeAttr>(op.getResultTypes()[result]).getValue());
  // Packing adds an operand behind the operator's own.
  unsigned index = op.getOperandTypes().size() + (packing ? 1 : 0) + result;
  Array array{entry.getArray(index),
              packing ? Axes(packing->getAxes(op, type)) : Axes(type.getAxes()),
              {}};
  addOutput(array);
}

RankedTensorType LoopBuilder::tileType(const Array &array) {
  SmallVector<int64_t> shape;
  for (StringAttr axis : array.axes)
    if (auto it = sizes.find(axis); it != sizes.end())
      shape.push_back(it->second);
  return RankedTensorType::get(
      shape, cast<MemRefType>(array.array.getType()).getElementType());
}

Value LoopBuilder::loadedTile(Region &region, unsigned number) {
  auto [isStreamed, place] = numbers[number];
  return (isStreamed ? region.streamed : region.resident)[place];
}

std::pair<Value, Value> LoopBuilder::tileBounds(unsigned number) {
  auto [isStreamed, place] = numbers[number];
  const Array &array = (isStreamed ? streamed : resident)[place];
  Type element = getElementTypeOrSelf(array.array.getType());
  Type end = isa<FloatType>(element) ? Type(b.getF32Type()) : b.getIndexType();
  SmallVector<Attribute> axes(array.axes.begin(), array.axes.end());
  auto bounds = stream::BoundsOp::create(b, op.getLoc(), end, end, array.array,
                                         b.getArrayAttr(axes));
  return {bounds.getLow(), bounds.getHigh()};
}

FailureOr<Value> LoopBuilder::resultTile(TileBuilder &tiles, unsigned result,
                                         Value value) {
  Tile tile = tiles.lift(value);
  if (!tile)
    return failure();
  auto type = cast<seq::ArrayType>(
      cast<TypeAttr>(op.getResultTypes()[result]).getValue());
  Axes axes = tiles.tileAxes(type.getAxes());
  Type element = type.getElementType();
  Type from = getElementTypeOrSelf(tile.value.getType());
  bool wraps = axes.empty() && !isa<RankedTensorType>(tile.value.getType());
  if (from == element && !wraps)
    return tiles.materialize(tile, axes).value;
  auto convert = [&](OpBuilder &n, Location l, ValueRange v) -> Value {
    if (from == element)
      return v[0];
    if (element.isInteger(32))
      return arith::IndexCastOp::create(n, l, element, v[0]);
    return arith::TruncFOp::create(n, l, element, v[0]);
  };
  if (!axes.empty())
    return tiles.map({tile}, convert, axes, element).value;
  // A result tile of rank 0 is a tensor all the same.
  Value init = tensor::EmptyOp::create(b, tiles.location(), ArrayRef<int64_t>{},
                                       element);
  SmallVector<Value> operands;
  SmallVector<AffineMap> maps;
  AffineMap map = AffineMap::get(0, 0, b.getContext());
  if (!wraps) {
    operands.push_back(tile.value);
    maps.push_back(map);
  }
  maps.push_back(map);
  auto generic = linalg::GenericOp::create(
      b, tiles.location(), init.getType(), operands, init, maps,
      ArrayRef<utils::IteratorType>{},
      [&](OpBuilder &n, Location l, ValueRange args) {
        linalg::YieldOp::create(
            n, l, convert(n, l, wraps ? ValueRange(tile.value) : args));
      });
  return generic.getResult(0);
}

/// The offset of the sequence at hand or of one after it, limited to the
/// tokens there are and to `least`, as the loop itself limits it.
Value LoopBuilder::offsetAfter(int64_t sequences, Value least) {
  Location loc = op.getLoc();
  Value number =
      stream::PositionOp::create(b, loc, b.getIndexType(), packing->count);
  if (sequences)
    number = arith::AddIOp::create(
        b, loc, number, arith::ConstantIndexOp::create(b, loc, sequences));
  Value found = memref::LoadOp::create(
      b, loc, entry.getArray(op.getOperandTypes().size()), number);
  Value offset = arith::IndexCastOp::create(b, loc, b.getIndexType(), found);
  offset = arith::MaxSIOp::create(b, loc, offset, least);
  return arith::MinSIOp::create(b, loc, offset,
                                entry.getSize(packing->total.getValue()));
}

Value LoopBuilder::origin() {
  if (streamsSequences())
    return stream::OriginOp::create(b, op.getLoc(), b.getIndexType());
  return offsetAfter(0, arith::ConstantIndexOp::create(b, op.getLoc(), 0));
}

Value LoopBuilder::extent() {
  if (streamsSequences())
    return stream::ExtentOp::create(b, op.getLoc(), b.getIndexType(),
                                    stream.name);
  Value first = origin();
  return arith::SubIOp::create(b, op.getLoc(), offsetAfter(1, first), first);
}

/// The size that a region sees: of the sequence at hand, if there are many.
Value LoopBuilder::sizeOf(StringRef name) {
  if (packing && packing->isPacked(op, b.getStringAttr(name)))
    return extent();
  return entry.getSize(name);
}

Value LoopBuilder::element(unsigned operand, ArrayRef<Value> positions) {
  SmallVector<Value> place(positions);
  auto type = cast<seq::ArrayType>(op.getBody().getArgument(operand).getType());
  auto add = [&](Value &position, Value more) {
    position = arith::AddIOp::create(b, op.getLoc(), position, more);
  };
  bool overSequence = packing && packing->isPacked(op, type);
  for (auto [axis, position] : llvm::zip(type.getAxes(), place)) {
    if (packing && packing->isPacked(op, axis))
      add(position, origin());
    else if (packing && !overSequence &&
             op.canonicalSize(axis) == packing->batch)
      add(position, stream::PositionOp::create(b, op.getLoc(), b.getIndexType(),
                                               packing->count));
  }
  return memref::LoadOp::create(b, op.getLoc(), entry.getArray(operand), place);
}

LogicalResult LoopBuilder::fill(mlir::Region &region, TypeRange carry,
                                bool withResident, bool withStreamed, Fill fill,
                                SmallVectorImpl<Type> *carryTypes) {
  OpBuilder::InsertionGuard guard(b);
  SmallVector<Type> types(carry);
  if (withResident)
    for (const Array &array : resident)
      types.push_back(tileType(array));
  if (withStreamed)
    for (const Array &array : streamed)
      types.push_back(tileType(array));
  Block *block = b.createBlock(
      &region, {}, types, SmallVector<Location>(types.size(), op.getLoc()));
  TileBuilder tiles(
      b, op.getLoc(), op, sizes, [&](StringRef name) { return sizeOf(name); },
      [&](unsigned operand, ArrayRef<Value> positions) {
        return element(operand, positions);
      });
  ValueRange args = block->getArguments();
  Region view{tiles, args.take_front(carry.size()), {}, {}};
  args = args.drop_front(carry.size());
  if (withResident) {
    view.resident = args.take_front(resident.size());
    args = args.drop_front(resident.size());
  }
  view.streamed = args;
  auto bindAll = [&](ArrayRef<Array> arrays, ValueRange values) {
    for (auto [array, value] : llvm::zip(arrays, values))
      if (array.loaded)
        tiles.bindLoaded(array.loaded, value);
  };
  bindAll(withResident ? ArrayRef(resident) : ArrayRef<Array>(), view.resident);
  bindAll(withStreamed ? ArrayRef(streamed) : ArrayRef<Array>(), view.streamed);
  FailureOr<SmallVector<Value>> values = fill(view);
  if (failed(values))
    return failure();
  stream::YieldOp::create(b, op.getLoc(), *values);
  if (carryTypes)
    for (Value value : *values)
      carryTypes->push_back(value.getType());
  return success();
}

LogicalResult LoopBuilder::build(Fill init, Fill absorb, Fill absorbFull,
                                 Fill finish, Fill range, Fill classify) {
  SmallVector<Attribute> axes;
  SmallVector<Value> residentArrays, streamedArrays, streamedOut, finalOut;
  auto collect = [&](ArrayRef<Array> list, SmallVectorImpl<Value> &values) {
    for (const Array &array : list) {
      SmallVector<Attribute> names(array.axes.begin(), array.axes.end());
      axes.push_back(b.getArrayAttr(names));
      values.push_back(array.array);
    }
  };
  collect(resident, residentArrays);
  collect(streamed, streamedArrays);
  collect(streamedResults, streamedOut);
  collect(finalResults, finalOut);

  SmallVector<StringRef> parallelNames;
  SmallVector<int64_t> parallelTiles, parallelGroups;
  SmallVector<Value> parallelSizes;
  auto wholeSize = [&](const LoopAxis &axis) -> Value {
    if (axis.size)
      return axis.size;
    if (std::optional<int64_t> n = op.getIntParam(axis.name))
      return arith::ConstantIndexOp::create(b, op.getLoc(), *n);
    return entry.getSize(axis.name);
  };
  for (LoopAxis axis : parallel) {
    parallelNames.push_back(axis.name);
    parallelTiles.push_back(axis.tile);
    parallelGroups.push_back(axis.group);
    parallelSizes.push_back(wholeSize(axis));
  }
  DenseI64ArrayAttr groups;
  if (llvm::any_of(parallelGroups, [](int64_t group) { return group != 1; }))
    groups = b.getDenseI64ArrayAttr(parallelGroups);
  Value streamSize = wholeSize(stream);
  StringAttr segmentAxis;
  ArrayAttr segmentedAxes;
  Value offsets;
  if (streamsSequences()) {
    segmentAxis = packing->count;
    SmallVector<StringRef> segmented;
    for (LoopAxis axis : parallel)
      if (packing->isPacked(op, axis.name))
        segmented.push_back(axis.name);
    segmented.push_back(stream.name);
    segmentedAxes = b.getStrArrayAttr(segmented);
    offsets = entry.getArray(op.getOperandTypes().size());
  }
  auto loop = stream::LoopOp::create(
      b, op.getLoc(), b.getStrArrayAttr(parallelNames),
      b.getDenseI64ArrayAttr(parallelTiles), stream.name,
      b.getI64IntegerAttr(stream.tile), b.getArrayAttr(axes), groups,
      segmentAxis, segmentedAxes, parallelSizes, streamSize, residentArrays,
      streamedArrays, streamedOut, finalOut, offsets);

  SmallVector<Type> carry;
  if (range && failed(fill(loop.getRange(), {}, false, false, range, nullptr)))
    return failure();
  if (classify &&
      failed(fill(loop.getClassify(), {}, false, false, classify, nullptr)))
    return failure();
  if (failed(fill(loop.getInit(), {}, true, false, init, &carry)) ||
      failed(fill(loop.getAbsorb(), carry, true, true, absorb, nullptr)))
    return failure();
  if (absorbFull && failed(fill(loop.getAbsorbFull(), carry, true, true,
                                absorbFull, nullptr)))
    return failure();
  return fill(loop.getFinish(), carry, true, false, finish, nullptr);
}
