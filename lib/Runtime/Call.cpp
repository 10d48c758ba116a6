//===- Call.cpp - Arrays bound to a module --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Call.h"
#include "Draw.h"
#include "Element.h"
#include "Npy.h"

#include <cstring>

using namespace seqmix::runtime;

seqmix_call::seqmix_call(const seqmix_module &module) : module(module) {
  auto add = [&](const ArraySpec &spec, bool isResult) {
    Argument &argument = arguments.emplace_back();
    argument.array.spec = &spec;
    argument.isResult = isResult;
  };
  for (const ArraySpec &spec : module.manifest.operands)
    add(spec, false);
  for (const ArraySpec &spec : module.manifest.results)
    add(spec, true);
}

/// "operand 'q'".
static std::string describe(bool isResult, const std::string &name) {
  return (isResult ? "result '" : "operand '") + name + "'";
}

std::string seqmix_call::Argument::str() const {
  std::string text = describe(isResult, array.spec->name);
  return source == Source::File ? text + " (" + file + ")" : text;
}

//===----------------------------------------------------------------------===//
// Finding and binding
//===----------------------------------------------------------------------===//

Error seqmix_call::find(const std::string &name,
                        const Argument *&argument) const {
  std::string known;
  for (const Argument &candidate : arguments) {
    if (candidate.array.spec->name == name) {
      argument = &candidate;
      return Error::success();
    }
    known += (known.empty() ? "" : ", ") + candidate.array.spec->name;
  }
  return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT,
                     module.manifest.operatorName,
                     " has no operand or result '", name, "'; it has ", known);
}

Error seqmix_call::find(const std::string &name, Argument *&argument) {
  const Argument *found = nullptr;
  if (Error error = std::as_const(*this).find(name, found))
    return error;
  argument = const_cast<Argument *>(found);
  return Error::success();
}

/// Checks all of an array that can be checked without the others.
static Error checkArray(const Manifest &manifest, const ArraySpec &spec,
                        const std::string &what, const seqmix_array &array,
                        Layout &layout) {
  if (array.dtype != spec.dtype)
    return Error::make(SEQMIX_STATUS_MISMATCH, what, ": expected elements ",
                       seqmix_dtype_name(spec.dtype), ", found ",
                       seqmix_dtype_name(array.dtype));
  constexpr int32_t maxRank = 32;
  if (array.rank < 0 || array.rank > maxRank ||
      (array.rank > 0 && !array.shape))
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, what,
                       ": expected a rank of 0 to ", maxRank,
                       " and a shape, found rank ", array.rank,
                       array.shape ? "" : " and no shape");
  std::vector<int64_t> shape(array.shape, array.shape + array.rank);
  if (Error error = Sizes(manifest).bindShape(spec, what, shape))
    return error;

  int64_t bytes = 0;
  if (!checkedBytes(shape, getElementBytes(spec.dtype), bytes))
    return Error::make(SEQMIX_STATUS_MISMATCH, what, ": the shape ",
                       formatShape(shape), " does not fit 64 bits");
  layout = Layout::contiguous(std::move(shape));
  if (array.rank > 0 && array.strides)
    layout.strides.assign(array.strides, array.strides + array.rank);
  for (int64_t stride : layout.strides)
    if (stride < 0 || layout.strides.back() != 1)
      return Error::make(SEQMIX_STATUS_MISMATCH, what,
                         ": expected strides of at least 0, the last 1, "
                         "found ",
                         formatShape(layout.strides));
  if (!checkedSpan(layout, getElementBytes(spec.dtype), bytes))
    return Error::make(SEQMIX_STATUS_MISMATCH, what, ": the strides ",
                       formatShape(layout.strides), " do not fit 64 bits");
  if (!array.data && layout.hasElements())
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, what,
                       ": expected data, found a null pointer");
  uintptr_t address = reinterpret_cast<uintptr_t>(array.data);
  if (address % static_cast<uintptr_t>(getElementBytes(spec.dtype)) != 0)
    return Error::make(SEQMIX_STATUS_MISMATCH, what,
                       ": expected data aligned to ",
                       getElementBytes(spec.dtype), " bytes");
  return Error::success();
}

Error seqmix_call::setArray(const std::string &name,
                            const seqmix_array *array) {
  Argument *argument = nullptr;
  if (Error error = find(name, argument))
    return error;
  Layout layout;
  if (array)
    if (Error error =
            checkArray(module.manifest, *argument->array.spec,
                       describe(argument->isResult, name), *array, layout))
      return error;
  argument->storage.reset();
  argument->array.data = array ? array->data : nullptr;
  argument->array.layout = std::move(layout);
  argument->source = array ? Source::Caller : Source::None;
  prepared.reset();
  return Error::success();
}

Error seqmix_call::readNpy(const std::string &name, const std::string &path) {
  Argument *argument = nullptr;
  if (Error error = find(name, argument))
    return error;
  if (argument->isResult)
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, "'", name,
                       "' is a result, expected an operand");
  const ArraySpec &spec = *argument->array.spec;
  std::string what = describe(/*isResult=*/false, name);
  std::vector<int64_t> shape;
  HostBuffer data;
  if (Error error = ::readNpy(path, spec.dtype, shape, data))
    return Error::make(error.getCode(), what, ": ", error.getMessage());
  if (Error error = Sizes(module.manifest)
                        .bindShape(spec, what + " (" + path + ")", shape))
    return error;
  argument->array.layout = Layout::contiguous(std::move(shape));
  argument->array.data = data.get();
  argument->storage = std::move(data);
  argument->source = Source::File;
  argument->file = path;
  prepared.reset();
  return Error::success();
}

Error seqmix_call::writeNpy(const std::string &name,
                            const std::string &path) const {
  const Argument *argument = nullptr;
  if (Error error = find(name, argument))
    return error;
  if (argument->source == Source::None)
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, argument->str(),
                       " is not set");
  const BoundArray &array = argument->array;
  return ::writeNpy(path, array.spec->dtype, array.layout, array.data);
}

Error seqmix_call::getArray(const std::string &name,
                            seqmix_array &array) const {
  const Argument *argument = nullptr;
  if (Error error = find(name, argument))
    return error;
  if (argument->source == Source::None)
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, argument->str(),
                       " is not set");
  const BoundArray &bound = argument->array;
  array.data = bound.data;
  array.dtype = bound.spec->dtype;
  array.rank = static_cast<int32_t>(bound.layout.shape.size());
  array.shape = bound.layout.shape.data();
  array.strides = bound.layout.strides.data();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Sizes
//===----------------------------------------------------------------------===//

Error seqmix_call::setSize(const std::string &name, int64_t value) {
  const Manifest &manifest = module.manifest;
  if (!manifest.isSize(name) && !manifest.isDerived(name)) {
    std::string known;
    for (const auto *names : {&manifest.sizes, &manifest.derived})
      for (const std::string &size : *names)
        known += (known.empty() ? "" : ", ") + size;
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, manifest.operatorName,
                       " has no run-time size '", name, "'; it has ", known);
  }
  prepared.reset();
  if (value < 0)
    fixedSizes.erase(name);
  else
    fixedSizes[name] = {value, "set"};
  return Error::success();
}

Error seqmix_call::getSize(const std::string &name, int64_t &value) const {
  if (!prepared)
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT,
                       "the call is not prepared");
  std::optional<int64_t> found = prepared->lookup(name);
  if (!found)
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT,
                       module.manifest.operatorName, " has no size '", name,
                       "'");
  value = *found;
  return Error::success();
}

Error seqmix_call::inferSizes(Sizes &sizes) const {
  for (const Argument &argument : arguments)
    if (argument.isGiven())
      if (Error error = sizes.bindShape(*argument.array.spec, argument.str(),
                                        argument.array.layout.shape))
        return error;
  for (const auto &[name, fixed] : fixedSizes)
    if (Error error = sizes.bind(name, fixed.value, fixed.source))
      return error;
  return sizes.propagate();
}

Error seqmix_call::defaultSizes(const std::string &entryName) {
  const Entry *entry = nullptr;
  if (Error error = module.manifest.findEntry(entryName, entry))
    return error;
  Sizes sizes(module.manifest);
  if (Error error = inferSizes(sizes))
    return error;
  Sizes complete = sizes;
  if (Error error = complete.addDefaults(*entry))
    return error;
  for (const std::string &name : module.manifest.sizes)
    if (!sizes.lookup(name))
      if (std::optional<int64_t> value = complete.lookup(name))
        fixedSizes[name] = {*value, "default"};
  prepared.reset();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

Error seqmix_call::allocate(Argument &argument, std::vector<int64_t> shape,
                            Source source) {
  bool isReusable = argument.storage && argument.source == source &&
                    argument.array.layout.shape == shape;
  if (isReusable)
    return Error::success();
  int64_t bytes = 0;
  if (!checkedBytes(shape, getElementBytes(argument.array.spec->dtype), bytes))
    return Error::make(SEQMIX_STATUS_MISMATCH, argument.str(), ": the shape ",
                       formatShape(shape), " does not fit 64 bits");
  HostBuffer storage = allocateBytes(bytes);
  if (!storage)
    return Error::make(SEQMIX_STATUS_OUT_OF_MEMORY, "no memory for ", bytes,
                       " bytes of ", argument.str(), " ", formatShape(shape));
  argument.array.data = storage.get();
  argument.array.layout = Layout::contiguous(std::move(shape));
  argument.storage = std::move(storage);
  argument.source = source;
  return Error::success();
}

Error seqmix_call::draw(uint64_t seed) {
  Sizes sizes(module.manifest);
  if (Error error = inferSizes(sizes))
    return error;
  prepared.reset();
  uint64_t index = 0;
  for (Argument &argument : arguments) {
    ++index;
    if (argument.isResult || argument.isGiven())
      continue;
    std::vector<int64_t> shape;
    if (Error error = sizes.getShape(*argument.array.spec, shape))
      return error;
    if (Error error = allocate(argument, std::move(shape), Source::Drawn))
      return error;
    // An operand's numbers do not depend on which others are drawn.
    uint64_t own = seed * 0x9E3779B97F4A7C15 + index * 0xD1B54A32D192ED03;
    // Operands come first, and one that others are drawn from before them.
    const std::optional<Domain> &domain = argument.array.spec->domain;
    const BoundArray *of =
        domain && domain->of ? &arguments[*domain->of].array : nullptr;
    if (Error error = ::draw(argument.array, of, sizes, own))
      return error;
  }
  return Error::success();
}

Error seqmix_call::checkOperandsSet() const {
  std::string missing;
  for (const Argument &argument : arguments)
    if (!argument.isResult && argument.source == Source::None)
      missing += (missing.empty() ? "" : "; ") + argument.str() + " " +
                 argument.array.spec->str();
  if (missing.empty())
    return Error::success();
  return Error::make(SEQMIX_STATUS_MISMATCH, module.manifest.operatorName,
                     ": not set: ", missing,
                     "; give an array for each operand");
}

/// Whether the memory from the first to the last element of two arrays meets.
static bool overlaps(const BoundArray &lhs, const BoundArray &rhs) {
  auto interval = [](const BoundArray &array) {
    int64_t bytes = 0;
    (void)checkedSpan(array.layout, getElementBytes(array.spec->dtype), bytes);
    uintptr_t first = reinterpret_cast<uintptr_t>(array.data);
    return std::pair(first, first + static_cast<uintptr_t>(bytes));
  };
  auto [lhsFirst, lhsEnd] = interval(lhs);
  auto [rhsFirst, rhsEnd] = interval(rhs);
  return lhsFirst < rhsEnd && rhsFirst < lhsEnd && lhsFirst != lhsEnd &&
         rhsFirst != rhsEnd;
}

Error seqmix_call::checkOverlap() const {
  for (size_t i = module.manifest.operands.size(); i < arguments.size(); ++i)
    for (size_t j = 0; j < i; ++j) {
      const BoundArray &result = arguments[i].array;
      const BoundArray &other = arguments[j].array;
      bool isSame = result.data == other.data &&
                    result.layout.strides == other.layout.strides &&
                    result.spec->dtype == other.spec->dtype;
      bool isAllowed = isSame && !arguments[j].isResult &&
                       result.spec->mayAlias == other.spec->name;
      if (!isAllowed && overlaps(result, other))
        return Error::make(SEQMIX_STATUS_MISMATCH, arguments[i].str(),
                           " overlaps ", arguments[j].str(), " in memory");
    }
  return Error::success();
}

Error seqmix_call::checkOffsets() const {
  const std::optional<Packed> &packed = module.manifest.packed;
  if (!packed)
    return Error::success();
  const Argument *argument = nullptr;
  if (Error error = find(packed->offsets, argument))
    return error;
  const auto *values = static_cast<const int32_t *>(argument->array.data);
  int64_t count = argument->array.layout.getElements();
  int64_t total = *prepared->lookup(packed->total);
  for (int64_t i = 0; i < count; ++i) {
    int64_t low = i == 0 ? 0 : values[i - 1];
    bool isGood = i == 0 ? values[0] == 0 : values[i] >= low;
    if (isGood && (i + 1 < count || values[i] == total))
      continue;
    std::string expected = i == 0 ? "0"
                           : !isGood
                               ? "at least " + std::to_string(low)
                               : packed->total + " = " + std::to_string(total);
    return Error::make(
        SEQMIX_STATUS_MISMATCH, argument->str(),
        ": expected positions that start at 0, do not decrease and end at ",
        packed->total, "; expected ", expected, " at ", i, ", found ",
        values[i]);
  }
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Running
//===----------------------------------------------------------------------===//

Error seqmix_call::prepare() {
  if (prepared)
    return Error::success();
  if (Error error = checkOperandsSet())
    return error;
  Sizes sizes(module.manifest);
  if (Error error = inferSizes(sizes))
    return error;
  // After the arrays that were given, so that it is a drawn one that is wrong.
  for (const Argument &argument : arguments)
    if (argument.source == Source::Drawn)
      if (Error error = sizes.bindShape(*argument.array.spec, argument.str(),
                                        argument.array.layout.shape))
        return error;
  if (Error error = sizes.propagate())
    return error;
  if (Error error = sizes.check())
    return error;
  for (Argument &argument : arguments) {
    if (!argument.isResult || argument.isGiven())
      continue;
    std::vector<int64_t> shape;
    if (Error error = sizes.getShape(*argument.array.spec, shape))
      return error;
    if (Error error = allocate(argument, std::move(shape), Source::Allocated))
      return error;
  }
  if (Error error = checkOverlap())
    return error;
  prepared.emplace(std::move(sizes));
  return Error::success();
}

Error seqmix_call::run(const seqmix_run_options &options) {
  if (options.threads < 0 || options.repeat < 0)
    return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT,
                       "expected threads and repeat to be at least 0, found ",
                       options.threads, " and ", options.repeat);
  const Entry *entry = nullptr;
  if (Error error =
          module.manifest.findEntry(options.entry ? options.entry : "", entry))
    return error;
  if (Error error = prepare())
    return error;
  if (Error error = prepared->checkRequired(*entry))
    return error;
  if (Error error = checkOffsets())
    return error;

  Invocation invocation{module.manifest,
                        *entry,
                        *prepared,
                        {},
                        options.threads,
                        options.repeat ? options.repeat : 1,
                        options.milliseconds,
                        &workspace};
  for (Argument &argument : arguments) {
    const BoundArray &array = argument.array;
    if (argument.source == Source::Allocated)
      std::memset(array.data, 0xFF,
                  static_cast<size_t>(array.layout.getElements() *
                                      getElementBytes(array.spec->dtype)));
    invocation.arrays.push_back(array);
  }
  return module.executable->run(invocation);
}
