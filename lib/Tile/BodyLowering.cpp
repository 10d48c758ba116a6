//===- BodyLowering.cpp - One straight-line body, tensors to memrefs ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Tile/BodyLowering.h"

#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::tile;

//===----------------------------------------------------------------------===//
// Questions about ops
//===----------------------------------------------------------------------===//

/// The loops of a product over the rows and columns of scores that it has as a
/// factor: what lies above their diagonal is 0.
static DenseI64ArrayAttr lowerLoopsOf(Operation *op) {
  auto product = dyn_cast<linalg::ContractOp>(op);
  if (!product)
    return {};
  for (OpOperand *factor : product.getDpsInputOperands()) {
    if (!factor->get().getDefiningOp<stream::ScoresOp>())
      continue;
    AffineMap map = cast<linalg::LinalgOp>(op).getMatchingIndexingMap(factor);
    return DenseI64ArrayAttr::get(
        op->getContext(), {map.getDimPosition(0), map.getDimPosition(1)});
  }
  return {};
}

/// Whether an op reads what its destination held.
static bool readsInit(Operation *op, OpOperand &init) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op))
    return linalgOp.payloadUsesValueFromOperand(&init);
  return isa<stream::ApplyOp>(op);
}

/// Whether an op reads an element of an operand only to write that element of
/// `init`, so that both may be one buffer.
static bool readsWhereItWrites(Operation *op, OpOperand &operand,
                               OpOperand &init) {
  if (auto linalgOp = dyn_cast<linalg::LinalgOp>(op)) {
    // All loops take part, so that no two points share an element.
    AffineMap map = linalgOp.getMatchingIndexingMap(&operand);
    return map.isPermutation() && map == linalgOp.getMatchingIndexingMap(&init);
  }
  if (auto pad = dyn_cast<stream::PadOp>(op))
    return &operand == &pad.getSourceMutable();
  if (auto solve = dyn_cast<stream::SolveOp>(op))
    return &operand == &solve.getRMutable();
  return false;
}

static RankedTensorType tensorType(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

//===----------------------------------------------------------------------===//
// Buffers
//===----------------------------------------------------------------------===//

Value tile::allocateTile(OpBuilder &builder, Location loc,
                         ArrayRef<int64_t> shape, Type element) {
  SmallVector<int64_t> padded(shape);
  if (shape.size() > 1)
    padded.back() = llvm::alignTo(padded.back(), 16);
  Value alloc =
      memref::AllocOp::create(builder, loc, MemRefType::get(padded, element));
  if (ArrayRef(padded) == shape)
    return alloc;
  SmallVector<OpFoldResult> zeros(shape.size(), builder.getIndexAttr(0));
  SmallVector<OpFoldResult> ones(shape.size(), builder.getIndexAttr(1));
  SmallVector<OpFoldResult> sizes;
  for (int64_t size : shape)
    sizes.push_back(builder.getIndexAttr(size));
  return memref::SubViewOp::create(builder, loc, alloc, zeros, sizes, ones);
}

Value BodyLowering::resolve(Value value) const {
  while (Value other = same.lookup(value))
    value = other;
  return value;
}

void BodyLowering::computeLastUses() {
  unsigned index = 0;
  for (Operation &op : body) {
    order[&op] = ++index;
    // What a folded op computes is there already.
    if (op.getNumResults() == 1 && same.count(op.getResult(0)))
      continue;
    op.walk([&](Operation *nested) {
      for (Value operand : nested->getOperands())
        if (tensorType(operand))
          lastUse[resolve(operand)] = index;
    });
  }
}

unsigned BodyLowering::addBuffer(Value memref, bool mayOverwrite) {
  buffers.push_back({memref, mayOverwrite, {}});
  return buffers.size() - 1;
}

void BodyLowering::assign(Value value, Place place) {
  places[value] = place;
  buffers[place.buffer].values.push_back(value);
}

void BodyLowering::bind(Value argument, Value memref, bool mayOverwrite) {
  assign(argument, {memref, addBuffer(memref, mayOverwrite)});
}

void BodyLowering::setCarries(ArrayRef<Value> memrefs) {
  for (Value memref : memrefs) {
    auto found = llvm::find_if(
        buffers, [&](const Buffer &buffer) { return buffer.memref == memref; });
    carries.push_back(found == buffers.end()
                          ? addBuffer(memref, /*mayOverwrite=*/true)
                          : found - buffers.begin());
  }
}

BodyLowering::Place BodyLowering::allocate(Location loc,
                                           RankedTensorType type) {
  Value memref =
      allocateTile(builder, loc, type.getShape(), type.getElementType());
  return {memref, addBuffer(memref, /*mayOverwrite=*/true)};
}

bool BodyLowering::isUndefined(Value value) const {
  return !places.count(value) && value.getDefiningOp<tensor::EmptyOp>();
}

/// Whether a value is one number everywhere and not yet stored.
bool BodyLowering::isSplat(Value value) const {
  if (places.count(value))
    return false;
  if (auto fill = value.getDefiningOp<linalg::FillOp>())
    return isUndefined(fill.getOutputs()[0]);
  return value.getDefiningOp<arith::ConstantOp>() != nullptr;
}

LogicalResult BodyLowering::fill(Value memref, Value splat) {
  Location loc = splat.getLoc();
  Value number;
  if (auto fill = splat.getDefiningOp<linalg::FillOp>()) {
    number = scalars.lookupOrDefault(fill.getInputs()[0]);
  } else {
    auto constant = splat.getDefiningOp<arith::ConstantOp>();
    auto elements = dyn_cast<SplatElementsAttr>(constant.getValue());
    if (!elements)
      return constant.emitOpError("expected the same value in every element "
                                  "of a constant tile, found ")
             << constant.getValue();
    number = arith::ConstantOp::create(builder, loc,
                                       elements.getSplatValue<TypedAttr>());
  }
  linalg::FillOp::create(builder, loc, number, memref);
  return success();
}

FailureOr<BodyLowering::Place> BodyLowering::materialise(Value value) {
  value = resolve(value);
  auto found = places.find(value);
  if (found != places.end())
    return found->second;
  Place place = allocate(value.getLoc(), tensorType(value));
  if (isSplat(value)) {
    if (failed(fill(place.memref, value)))
      return failure();
  } else if (!isUndefined(value)) {
    emitError(value.getLoc(), "expected a tile that is made in the body of "
                              "this loop, given to it, or constant");
    return failure();
  }
  assign(value, place);
  return place;
}

FailureOr<Value> BodyLowering::getMemRef(Value value) {
  FailureOr<Place> place = materialise(value);
  if (failed(place))
    return failure();
  return place->memref;
}

//===----------------------------------------------------------------------===//
// Decisions: which buffer a result goes to
//===----------------------------------------------------------------------===//

bool BodyLowering::isDeadBefore(unsigned buffer, unsigned index) const {
  return llvm::all_of(buffers[buffer].values, [&](Value value) {
    return lastUse.lookup(value) < index;
  });
}

bool BodyLowering::isDeadAfter(unsigned buffer, unsigned index) const {
  return isDeadBefore(buffer, index + 1);
}

/// Whether `op` may write its result for `init` to `memref` of a buffer.
bool BodyLowering::mayTake(unsigned buffer, Value memref, Operation *op,
                           OpOperand &init) const {
  if (!buffers[buffer].mayOverwrite || taken.contains(buffer) ||
      !isDeadAfter(buffer, order.lookup(op)))
    return false;
  for (OpOperand &operand : op->getOpOperands()) {
    if (&operand == &init)
      continue;
    auto found = places.find(resolve(operand.get()));
    if (found == places.end() || found->second.buffer != buffer)
      continue;
    if (found->second.memref != memref ||
        !readsWhereItWrites(op, operand, init))
      return false;
  }
  return true;
}

/// The carry that a value becomes, computed in place from here on; -1 if none.
int BodyLowering::findCarry(Value value) const {
  for (unsigned depth = 0; depth < 32; ++depth) {
    Value next;
    for (OpOperand &use : value.getUses()) {
      Operation *user = use.getOwner();
      if (isa<stream::YieldOp>(user) && use.getOperandNumber() < carries.size())
        return use.getOperandNumber();
      if (auto insert = dyn_cast<tensor::InsertSliceOp>(user))
        if (&use == &insert.getDestMutable())
          next = insert.getResult();
      auto op = dyn_cast<DestinationStyleOpInterface>(user);
      if (next || !op || op->getBlock() != &body || op->getNumResults() == 0)
        continue;
      if (op.isDpsInit(&use) && readsInit(op, use))
        next = op.getTiedOpResult(&use);
      else if (!op.isDpsInit(&use) && lastUse.lookup(value) == order.lookup(op))
        for (OpOperand &init : op.getDpsInitsMutable())
          if (init.get().getType() == value.getType() &&
              readsWhereItWrites(op, use, init))
            next = op.getTiedOpResult(&init);
    }
    if (!next)
      return -1;
    value = next;
  }
  return -1;
}

BodyLowering::Place
BodyLowering::chooseDestination(DestinationStyleOpInterface op, OpOperand &init,
                                bool mayAliasInputs) {
  RankedTensorType type = tensorType(init.get());
  unsigned index = order.lookup(op);

  // Where the next carry is to end up.
  int carry = findCarry(op.getTiedOpResult(&init));
  if (carry >= 0) {
    unsigned buffer = carries[carry];
    Value memref = buffers[buffer].memref;
    auto memrefType = cast<MemRefType>(memref.getType());
    if (memrefType.getShape() == type.getShape() &&
        memrefType.getElementType() == type.getElementType() &&
        mayTake(buffer, memref, op, init) &&
        (mayAliasInputs || isDeadBefore(buffer, index)))
      return {memref, buffer};
  }

  // What the op reads for the last time.
  if (mayAliasInputs)
    for (OpOperand *operand : op.getDpsInputOperands()) {
      auto found = places.find(resolve(operand->get()));
      if (found == places.end() ||
          llvm::is_contained(carries, found->second.buffer) ||
          !readsWhereItWrites(op, *operand, init))
        continue;
      auto memrefType = cast<MemRefType>(found->second.memref.getType());
      if (memrefType.getShape() == type.getShape() &&
          memrefType.getElementType() == type.getElementType() &&
          mayTake(found->second.buffer, found->second.memref, op, init))
        return found->second;
    }

  return allocate(op->getLoc(), type);
}

//===----------------------------------------------------------------------===//
// The walk
//===----------------------------------------------------------------------===//

/// Chooses where a destination is and makes it hold what the op reads there.
FailureOr<BodyLowering::Place>
BodyLowering::lowerInit(DestinationStyleOpInterface op, OpOperand &init) {
  Value value = resolve(init.get());
  if (!readsInit(op, init) || isUndefined(value))
    return chooseDestination(op, init, /*mayAliasInputs=*/true);

  if (isSplat(value)) {
    Place place = chooseDestination(op, init, /*mayAliasInputs=*/false);
    if (failed(fill(place.memref, value)))
      return failure();
    return place;
  }

  FailureOr<Place> old = materialise(value);
  if (failed(old) || mayTake(old->buffer, old->memref, op, init))
    return old;
  Place place = chooseDestination(op, init, /*mayAliasInputs=*/false);
  linalg::CopyOp::create(builder, op->getLoc(), old->memref, place.memref);
  return place;
}

void BodyLowering::cloneOnMemRefs(DestinationStyleOpInterface op,
                                  ArrayRef<Value> operands) {
  if (auto pad = dyn_cast<stream::PadOp>(*op)) {
    Value valid = arith::SubIOp::create(
        builder, op->getLoc(), extent(pad.getAxis()), position(pad.getAxis()));
    stream::PadOp::create(builder, op->getLoc(), TypeRange(), operands[0],
                          valid, operands[1], pad.getDimAttr(),
                          pad.getAxisAttr(), pad.getValueAttr());
    return;
  }
  OperationState state(op->getLoc(), op->getName(), operands, TypeRange(),
                       op->getAttrs());
  for (Region &region : op->getRegions()) {
    IRMapping mapping = scalars;
    region.cloneInto(state.addRegion(), mapping);
  }
  if (DenseI64ArrayAttr lower = lowerLoopsOf(op))
    state.addAttribute("kernel.lower", lower);
  builder.create(state);
}

LogicalResult
BodyLowering::lowerDestinationStyle(DestinationStyleOpInterface op) {
  taken.clear();
  SmallVector<Value> operands(op->getNumOperands());
  for (OpOperand &operand : op->getOpOperands()) {
    if (op.isDpsInit(&operand))
      continue;
    Value &lowered = operands[operand.getOperandNumber()];
    if (!tensorType(operand.get())) {
      lowered = scalars.lookupOrDefault(operand.get());
      continue;
    }
    FailureOr<Value> memref = getMemRef(operand.get());
    if (failed(memref))
      return failure();
    lowered = *memref;
  }

  SmallVector<std::pair<Value, Place>> results;
  for (OpOperand &init : op.getDpsInitsMutable()) {
    FailureOr<Place> place = lowerInit(op, init);
    if (failed(place))
      return failure();
    taken.insert(place->buffer);
    operands[init.getOperandNumber()] = place->memref;
    results.push_back({op.getTiedOpResult(&init), *place});
  }
  cloneOnMemRefs(op, operands);
  for (auto [result, place] : results)
    assign(result, place);
  return success();
}

LogicalResult BodyLowering::lowerSlice(tensor::ExtractSliceOp op) {
  FailureOr<Place> source = materialise(op.getSource());
  if (failed(source))
    return failure();
  auto map = [&](SmallVector<OpFoldResult> values) {
    for (OpFoldResult &value : values)
      if (auto dynamic = dyn_cast<Value>(value))
        value = scalars.lookupOrDefault(dynamic);
    return values;
  };
  SmallVector<OpFoldResult> offsets = map(op.getMixedOffsets());
  SmallVector<OpFoldResult> sizes = map(op.getMixedSizes());
  SmallVector<OpFoldResult> strides = map(op.getMixedStrides());
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      op.getType().getShape(), cast<MemRefType>(source->memref.getType()),
      offsets, sizes, strides);
  Value view = memref::SubViewOp::create(
      builder, op.getLoc(), type, source->memref, offsets, sizes, strides);
  assign(op.getResult(), {view, source->buffer});
  return success();
}

LogicalResult BodyLowering::lowerInsert(tensor::InsertSliceOp op) {
  taken.clear();
  FailureOr<Place> source = materialise(op.getSource());
  if (failed(source))
    return failure();
  Value dest = resolve(op.getDest());
  Place place;
  if (isUndefined(dest)) {
    place = allocate(op.getLoc(), op.getType());
  } else {
    FailureOr<Place> old = materialise(dest);
    if (failed(old))
      return failure();
    place = *old;
    if (source->buffer == old->buffer || !buffers[old->buffer].mayOverwrite ||
        !isDeadAfter(old->buffer, order.lookup(op))) {
      place = allocate(op.getLoc(), op.getType());
      linalg::CopyOp::create(builder, op.getLoc(), old->memref, place.memref);
    }
  }
  auto map = [&](SmallVector<OpFoldResult> values) {
    for (OpFoldResult &value : values)
      if (auto dynamic = dyn_cast<Value>(value))
        value = scalars.lookupOrDefault(dynamic);
    return values;
  };
  SmallVector<OpFoldResult> offsets = map(op.getMixedOffsets());
  SmallVector<OpFoldResult> sizes = map(op.getMixedSizes());
  SmallVector<OpFoldResult> strides = map(op.getMixedStrides());
  MemRefType type = memref::SubViewOp::inferRankReducedResultType(
      op.getSourceType().getShape(), cast<MemRefType>(place.memref.getType()),
      offsets, sizes, strides);
  Value view = memref::SubViewOp::create(builder, op.getLoc(), type,
                                         place.memref, offsets, sizes, strides);
  linalg::CopyOp::create(builder, op.getLoc(), source->memref, view);
  assign(op.getResult(), place);
  return success();
}

LogicalResult BodyLowering::lowerOp(Operation *op) {
  if (op->getNumResults() == 1 && same.count(op->getResult(0)))
    return success();
  if (isa<tensor::EmptyOp>(op))
    return success();
  if (op->getNumResults() == 1 && tensorType(op->getResult(0)) &&
      isSplat(op->getResult(0)))
    return success();
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op))
    return lowerSlice(slice);
  if (auto insert = dyn_cast<tensor::InsertSliceOp>(op))
    return lowerInsert(insert);
  if (auto axis = dyn_cast<stream::PositionOp>(op)) {
    scalars.map(axis.getResult(), position(axis.getAxis()));
    return success();
  }
  if (isa<stream::OriginOp>(op)) {
    scalars.map(op->getResult(0), origin);
    return success();
  }
  if (auto axis = dyn_cast<stream::ExtentOp>(op)) {
    scalars.map(axis.getResult(), extent(axis.getAxis()));
    return success();
  }
  if (auto extract = dyn_cast<tensor::ExtractOp>(op)) {
    FailureOr<Value> memref = getMemRef(extract.getTensor());
    if (failed(memref))
      return failure();
    SmallVector<Value> indices;
    for (Value position : extract.getIndices())
      indices.push_back(scalars.lookupOrDefault(position));
    scalars.map(extract.getResult(),
                memref::LoadOp::create(builder, op->getLoc(), *memref, indices)
                    .getResult());
    return success();
  }
  bool onTensors = llvm::any_of(op->getOperands(), tensorType) ||
                   llvm::any_of(op->getResults(), tensorType);
  if (onTensors) {
    auto destinationStyle = dyn_cast<DestinationStyleOpInterface>(op);
    if (destinationStyle && destinationStyle.hasPureTensorSemantics())
      return lowerDestinationStyle(destinationStyle);
    return op->emitOpError(
        "cannot be lowered to memory; on tensors expected an op in "
        "destination style, tensor.empty, tensor.extract, "
        "tensor.extract_slice, tensor.insert_slice or a constant");
  }
  builder.clone(*op, scalars);
  return success();
}

LogicalResult BodyLowering::lower() {
  computeLastUses();
  for (Operation &op : body.without_terminator())
    if (failed(lowerOp(&op)))
      return failure();
  return success();
}

//===----------------------------------------------------------------------===//
// Carries
//===----------------------------------------------------------------------===//

LogicalResult BodyLowering::commitCarries() {
  struct Copy {
    Value from, to;
    unsigned fromBuffer, toBuffer;
  };
  SmallVector<Copy> copies;
  SmallVector<std::pair<Value, Value>> splats;
  for (auto [yielded, carry] :
       llvm::zip(body.getTerminator()->getOperands(), carries)) {
    if (isSplat(resolve(yielded))) {
      splats.push_back({resolve(yielded), buffers[carry].memref});
      continue;
    }
    FailureOr<Place> place = materialise(yielded);
    if (failed(place))
      return failure();
    if (place->memref != buffers[carry].memref)
      copies.push_back(
          {place->memref, buffers[carry].memref, place->buffer, carry});
  }
  // Carries may trade places: what a copy would overwrite is saved first.
  Location loc = body.getTerminator()->getLoc();
  for (Copy &copy : copies)
    if (llvm::any_of(copies, [&](const Copy &other) {
          return other.toBuffer == copy.fromBuffer;
        })) {
      auto type = cast<MemRefType>(copy.from.getType());
      Value saved = allocate(loc, RankedTensorType::get(type.getShape(),
                                                        type.getElementType()))
                        .memref;
      linalg::CopyOp::create(builder, loc, copy.from, saved);
      copy.from = saved;
    }
  for (const Copy &copy : copies)
    linalg::CopyOp::create(builder, loc, copy.from, copy.to);
  for (auto [splat, memref] : splats)
    if (failed(fill(memref, splat)))
      return failure();
  return success();
}

FailureOr<SmallVector<Value>> BodyLowering::takeCarries() {
  SmallVector<Value> memrefs;
  llvm::SmallSet<unsigned, 8> used;
  for (Value yielded : body.getTerminator()->getOperands()) {
    FailureOr<Place> place = materialise(yielded);
    if (failed(place))
      return failure();
    bool isWhole = buffers[place->buffer].memref == place->memref;
    if (isWhole && buffers[place->buffer].mayOverwrite &&
        used.insert(place->buffer).second) {
      memrefs.push_back(place->memref);
      continue;
    }
    Place own = allocate(yielded.getLoc(), tensorType(yielded));
    linalg::CopyOp::create(builder, yielded.getLoc(), place->memref,
                           own.memref);
    memrefs.push_back(own.memref);
  }
  return memrefs;
}
