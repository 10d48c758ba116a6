//===- Entry.cpp - Verifier and helpers of kernel.entry -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"

using namespace mlir;
using namespace seqmix::kernel;

std::pair<StringRef, int64_t> seqmix::kernel::splitAxis(StringRef axis) {
  auto [name, more] = axis.split(" + ");
  int64_t count = 0;
  if (more.empty() || more.getAsInteger(10, count))
    return {axis, 0};
  return {name, count};
}

/// The size that a rule `derived = "size"` gives for a name, or the name.
static StringRef followEquals(DictionaryAttr equals, StringRef name) {
  if (auto to = equals.getAs<StringAttr>(name))
    return to.getValue();
  return name;
}

Value EntryOp::getSize(StringRef name) {
  StringRef wanted = followEquals(getEquals(), name);
  for (auto [index, attr] : llvm::enumerate(getSizes()))
    if (cast<StringAttr>(attr).getValue() == wanted)
      return getBody().getArgument(index);
  return {};
}

StringRef EntryOp::canonicalSize(StringRef name) {
  StringRef size = followEquals(getEquals(), name);
  if (auto to = getDivides().getAs<StringAttr>(size))
    return followEquals(getEquals(), to.getValue());
  return size;
}

/// Sizes and arrays are printed under their names.
void EntryOp::getAsmBlockArgumentNames(Region &region,
                                       OpAsmSetValueNameFn setName) {
  SmallVector<StringAttr> names;
  for (Attribute size : getSizes())
    names.push_back(dyn_cast<StringAttr>(size));
  for (Attribute array : getArrays()) {
    auto dictionary = dyn_cast<DictionaryAttr>(array);
    names.push_back(dictionary ? dictionary.getAs<StringAttr>("name")
                               : nullptr);
  }
  for (auto [argument, name] : llvm::zip(region.getArguments(), names))
    if (name)
      setName(argument, name.getValue());
}

/// Checks one dictionary of `arrays` against its block argument.
static LogicalResult verifyArray(EntryOp op, DictionaryAttr array,
                                 BlockArgument argument) {
  auto name = array.getAs<StringAttr>("name");
  auto axes = array.getAs<ArrayAttr>("axes");
  auto elem = array.getAs<TypeAttr>("elem");
  // entry_c3
  if (!name || !axes || !elem)
    return op.emitOpError("expected `name`, `axes` and `elem` in each "
                          "dictionary of `arrays`, found ")
           << array;
  for (Attribute axis : axes)
    if (!isa<StringAttr>(axis))
      return op.emitOpError("expected the axes of array ")
             << name << " to be strings, found " << axes;

  // entry_c1
  auto type = dyn_cast<MemRefType>(argument.getType());
  if (!type || type.getRank() != static_cast<int64_t>(axes.size()) ||
      type.getElementType() != elem.getValue())
    return op.emitOpError("expected block argument ")
           << argument.getArgNumber() << " (array " << name
           << ") to be a memref of rank " << axes.size()
           << " with element type " << elem.getValue() << ", found "
           << argument.getType();
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      (!strides.empty() && strides.back() != 1))
    return op.emitOpError("expected the last stride of array ")
           << name << " to be 1, found " << type;

  // entry_c2
  for (auto [dimension, attr] : llvm::enumerate(axes)) {
    auto [axis, more] = splitAxis(cast<StringAttr>(attr).getValue());
    bool isDynamic = type.isDynamicDim(dimension);
    if (op.getSize(axis)) {
      if (!isDynamic)
        return op.emitOpError("expected dimension ")
               << dimension << " of array " << name
               << " to be dynamic, because its axis '" << axis
               << "' is a run-time size; found " << type;
      continue;
    }
    auto param = op.getParams().getAs<IntegerAttr>(axis);
    if (!param)
      return op.emitOpError("axis '")
             << axis << "' of array " << name
             << " is neither in `sizes`, nor an integer in `params`, nor "
                "derived by `equals`";
    if (isDynamic || type.getDimSize(dimension) != param.getInt() + more)
      return op.emitOpError("expected dimension ")
             << dimension << " of array " << name << " to be "
             << param.getInt() + more << ", the parameter '"
             << cast<StringAttr>(attr).getValue() << "'; found " << type;
  }
  return success();
}

/// entry_c4
static LogicalResult verifyPacked(EntryOp op) {
  std::optional<DictionaryAttr> packed = op.getPacked();
  if (!packed)
    return success();
  for (StringRef key : {"total", "batch", "count"}) {
    auto size = packed->getAs<StringAttr>(key);
    if (!size || !op.getSize(size.getValue()))
      return op.emitOpError("expected `packed` to name a size as ")
             << key << ", found " << *packed;
  }
  auto count = packed->getAs<StringAttr>("count");
  auto offsets = packed->getAs<StringAttr>("offsets");
  for (Attribute attr : op.getArrays()) {
    auto array = cast<DictionaryAttr>(attr);
    if (!offsets || array.get("name") != offsets)
      continue;
    auto axes = array.getAs<ArrayAttr>("axes");
    bool fits = axes.size() == 1 && !array.contains("result") &&
                cast<TypeAttr>(array.get("elem")).getValue().isInteger(32) &&
                splitAxis(cast<StringAttr>(axes[0]).getValue()) ==
                    std::pair(count.getValue(), int64_t(1));
    if (fits)
      return success();
  }
  return op.emitOpError("expected `packed` to name as offsets an operand of "
                        "i32 with the one axis '")
         << count.getValue() << " + 1', found " << *packed;
}

LogicalResult EntryOp::verify() {
  // entry_c1
  Region &body = getBody();
  unsigned numSizes = getSizes().size();
  unsigned expected = numSizes + getArrays().size();
  if (body.getNumArguments() != expected)
    return emitOpError("expected ")
           << expected << " block arguments (" << numSizes << " sizes and "
           << getArrays().size() << " arrays), found "
           << body.getNumArguments();
  for (BlockArgument argument : body.getArguments().take_front(numSizes))
    if (!argument.getType().isIndex())
      return emitOpError("expected block argument ")
             << argument.getArgNumber() << " (size "
             << getSizes()[argument.getArgNumber()] << ") to be index, found "
             << argument.getType();

  for (auto [index, attr] : llvm::enumerate(getArrays())) {
    auto array = dyn_cast<DictionaryAttr>(attr);
    // entry_c3
    if (!array)
      return emitOpError("expected dictionaries in `arrays`, found ") << attr;
    if (failed(verifyArray(*this, array, cast<BlockArgument>(getArray(index)))))
      return failure();
  }
  return verifyPacked(*this);
}
