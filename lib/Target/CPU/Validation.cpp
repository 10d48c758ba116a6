//===- Validation.cpp - What an entry checks before it runs
//----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Validation.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

//===----------------------------------------------------------------------===//
// Small words
//===----------------------------------------------------------------------===//

Value Validation::constant(int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
}

Value Validation::boolean(bool value) {
  return arith::ConstantOp::create(b, loc, b.getBoolAttr(value));
}

Value Validation::compare(StringRef predicate, Value x, Value y) {
  return arith::CmpIOp::create(b, loc,
                               *arith::symbolizeCmpIPredicate(predicate), x, y);
}

Value Validation::either(Value x, Value y) {
  return b.createOrFold<arith::OrIOp>(loc, x, y);
}

Value Validation::both(Value x, Value y) {
  return b.createOrFold<arith::AndIOp>(loc, x, y);
}

Value Validation::address(Value pointer) {
  return LLVM::PtrToIntOp::create(b, loc, b.getI64Type(), pointer);
}

Value Validation::sizeOf(StringAttr name) {
  if (Value size = entry.getSize(name.getValue()))
    return arguments.size(cast<BlockArgument>(size).getArgNumber());
  if (auto param = entry.getParams().getAs<IntegerAttr>(name))
    return constant(param.getInt());
  return {};
}

//===----------------------------------------------------------------------===//
// The checks
//===----------------------------------------------------------------------===//

Value Validation::badSize() {
  Value bad = boolean(false);
  for (unsigned index = 0; index < arguments.numSizes(); ++index)
    bad = either(bad, compare("slt", arguments.size(index), constant(0)));
  for (NamedAttribute rule : entry.getDivides()) {
    Value divisor = sizeOf(rule.getName());
    Value whole = sizeOf(cast<StringAttr>(rule.getValue()));
    // 0 divides 0 alone.
    Value isZero = compare("eq", divisor, constant(0));
    Value safe = arith::SelectOp::create(b, loc, isZero, constant(1), divisor);
    Value rest = arith::RemSIOp::create(b, loc, whole, safe);
    Value breaks = arith::SelectOp::create(b, loc, isZero, whole, rest);
    bad = either(bad, compare("ne", breaks, constant(0)));
  }
  for (NamedAttribute rule : entry.getRequire())
    bad = either(
        bad, compare("ne", sizeOf(rule.getName()),
                     constant(cast<IntegerAttr>(rule.getValue()).getInt())));
  return bad;
}

Validation::Range Validation::range(unsigned array) {
  Value nonEmpty = boolean(true);
  Value last = constant(0);
  for (unsigned axis = 0; axis < arguments.rank(array); ++axis) {
    Value size = arguments.dim(array, axis);
    nonEmpty = both(nonEmpty, compare("sgt", size, constant(0)));
    Value steps = arith::SubIOp::create(b, loc, size, constant(1));
    last = arith::AddIOp::create(
        b, loc, last,
        arith::MulIOp::create(b, loc, steps, arguments.stride(array, axis)));
  }
  auto type = cast<MemRefType>(entry.getArray(array).getType());
  int64_t bytes = type.getElementTypeBitWidth() / 8;
  Value begin = address(arguments.data(array));
  Value elements = arith::AddIOp::create(b, loc, last, constant(1));
  Value end = arith::AddIOp::create(
      b, loc, begin, arith::MulIOp::create(b, loc, elements, constant(bytes)));
  return {begin, end, nonEmpty};
}

Value Validation::nullData(ArrayRef<Range> ranges) {
  Value bad = boolean(false);
  for (const Range &bytes : ranges)
    bad = either(bad,
                 both(bytes.nonEmpty, compare("eq", bytes.begin, constant(0))));
  return bad;
}

Value Validation::badStride() {
  Value bad = boolean(false);
  for (unsigned array = 0; array < arguments.numArrays(); ++array)
    for (unsigned axis = 0; axis < arguments.rank(array); ++axis) {
      Value stride = arguments.stride(array, axis);
      bool isLast = axis + 1 == arguments.rank(array);
      bad = either(bad, isLast ? compare("ne", stride, constant(1))
                               : compare("slt", stride, constant(0)));
    }
  return bad;
}

Value Validation::workspaceBytes(Value shared, int64_t slice, Value workers) {
  workers = arith::MaxSIOp::create(b, loc, workers, constant(1));
  Value own = arith::MulIOp::create(b, loc, workers, constant(slice));
  return b.createOrFold<arith::AddIOp>(loc, own, shared);
}

Value Validation::badWorkspace(Value shared, int64_t slice) {
  if (slice == 0 && !kernel::WorkspaceOp::find(entry))
    return boolean(false);
  Value isSerial = compare("eq", address(arguments.run()), constant(0));
  Value workers = arith::SelectOp::create(b, loc, isSerial, constant(1),
                                          arguments.workers());
  Value needed = workspaceBytes(shared, slice, workers);
  return either(compare("slt", arguments.workspaceBytes(), needed),
                compare("eq", address(arguments.workspace()), constant(0)));
}

/// Whether two arrays are one buffer with one layout.
Value Validation::isSameBuffer(unsigned result, unsigned other) {
  Value same = compare("eq", address(arguments.data(result)),
                       address(arguments.data(other)));
  if (arguments.rank(result) != arguments.rank(other))
    return boolean(false);
  for (unsigned axis = 0; axis < arguments.rank(result); ++axis)
    same = both(same, compare("eq", arguments.stride(result, axis),
                              arguments.stride(other, axis)));
  return same;
}

Value Validation::overlap(ArrayRef<Range> ranges) {
  auto dictionary = [&](unsigned array) {
    return cast<DictionaryAttr>(entry.getArrays()[array]);
  };
  auto isResult = [&](unsigned array) {
    return dictionary(array).contains("result");
  };
  Value bad = boolean(false);
  for (unsigned result = 0; result < ranges.size(); ++result) {
    if (!isResult(result))
      continue;
    for (unsigned other = 0; other < ranges.size(); ++other) {
      // Two results are compared once.
      if (other == result || (isResult(other) && other < result))
        continue;
      Value meets =
          both(both(ranges[result].nonEmpty, ranges[other].nonEmpty),
               both(compare("ult", ranges[result].begin, ranges[other].end),
                    compare("ult", ranges[other].begin, ranges[result].end)));
      auto alias = dictionary(result).getAs<StringAttr>("may_alias");
      if (alias && alias == dictionary(other).getAs<StringAttr>("name"))
        meets = both(
            meets, compare("eq", isSameBuffer(result, other), boolean(false)));
      bad = either(bad, meets);
    }
  }
  return bad;
}

Value Validation::code(Value shared, int64_t slice) {
  auto number = [&](int32_t value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
  };
  Value result = number(0);
  auto first = [&](Value fails, int32_t value) {
    result = arith::SelectOp::create(b, loc, fails, number(value), result);
  };
  SmallVector<Range> ranges;
  for (unsigned array = 0; array < arguments.numArrays(); ++array)
    ranges.push_back(range(array));
  // The last to be chosen is the first to be checked.
  first(overlap(ranges), 5);
  first(badWorkspace(shared, slice), 4);
  first(badStride(), 3);
  first(nullData(ranges), 1);
  first(badSize(), 2);
  return result;
}
