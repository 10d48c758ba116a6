//===- Execute.cpp - Running a compiled operator --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Execute.h"
#include "seqmix/Reference/Elements.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace seqmix;
using namespace seqmix::check;

static seqmix_dtype dtypeOf(Type type) {
  if (type.isBF16())
    return SEQMIX_BF16;
  if (type.isF16())
    return SEQMIX_F16;
  return type.isInteger(32) ? SEQMIX_I32 : SEQMIX_F32;
}

namespace {

/// A call of the runtime that is destroyed with its scope, and its first error.
class Call {
public:
  Call(const Executable &executable) : executable(executable) {
    keep(seqmix_call_create(executable.artifact, &call, &failure));
  }
  ~Call() { seqmix_call_destroy(call); }

  bool isOk() const { return status == SEQMIX_STATUS_OK; }

  Execution takeError() const { return {status, failure.message, {}}; }

  void bind(const std::string &name, const seqmix_array &array) {
    if (isOk())
      keep(seqmix_call_set_array(call, name.c_str(), &array, &failure));
  }

  /// Fixes every size; `sequence`, if not empty, at 1.
  void fixSizes(const std::string &sequence) {
    for (const std::string &size : executable.signature.sizes)
      if (isOk())
        keep(seqmix_call_set_size(
            call, size.c_str(),
            size == sequence ? 1 : executable.sizes.find(size)->second,
            &failure));
  }

  void run(const std::string &entry, int threads) {
    seqmix_run_options options{entry.c_str(), threads, 1, nullptr};
    if (isOk())
      keep(seqmix_call_run(call, &options, &failure));
  }

private:
  void keep(seqmix_status next) { status = next; }

  const Executable &executable;
  seqmix_call *call = nullptr;
  seqmix_status status = SEQMIX_STATUS_OK;
  seqmix_error failure{};
};

/// A contiguous array, and the slice of one token of it.
struct Bound {
  std::string name;
  seqmix_dtype dtype;
  int64_t elementBytes;
  std::vector<int64_t> shape, strides;
  int64_t tokenBytes = 0; ///< From one token to the next.
  char *data = nullptr;

  Bound(const reference::ArrayDeclaration &declaration,
        llvm::ArrayRef<int64_t> extents, const std::string &sequence)
      : name(declaration.name), dtype(dtypeOf(declaration.element)),
        elementBytes(reference::getElementBytes(declaration.element)),
        shape(extents.begin(), extents.end()) {
    int64_t stride = 1;
    strides.resize(shape.size());
    for (size_t d = shape.size(); d-- > 0;) {
      strides[d] = stride;
      stride *= shape[d];
      if (!sequence.empty() && declaration.axes[d] == sequence) {
        tokenBytes = strides[d] * elementBytes;
        shape[d] = 1;
      }
    }
    bytes = stride * elementBytes;
    // A last axis of one token is of stride 1, as the ABI wants it.
    if (!strides.empty())
      strides.back() = 1;
  }

  int64_t bytes;

  seqmix_array at(int64_t token) const {
    return {data + token * tokenBytes, dtype,
            static_cast<int32_t>(shape.size()), shape.data(), strides.data()};
  }
};

std::vector<Bound>
makeBounds(llvm::ArrayRef<reference::ArrayDeclaration> declarations,
           llvm::ArrayRef<reference::Array> arrays,
           const std::string &sequence) {
  std::vector<Bound> bounds;
  for (auto [declaration, array] : llvm::zip(declarations, arrays))
    bounds.emplace_back(declaration, array.shape, sequence);
  return bounds;
}

} // namespace

/// Runs an entry for each token, or once over all where `sequence` is empty.
static Execution executeFor(const Executable &executable,
                            const Buffers &operands, const std::string &entry,
                            const std::string &sequence, int64_t tokens,
                            int threads) {
  const reference::Signature &signature = executable.signature;
  std::vector<Bound> inputs =
      makeBounds(signature.operands, executable.operands, sequence);
  std::vector<Bound> outputs =
      makeBounds(signature.results, executable.results, sequence);
  Buffers copies = operands;
  Execution execution;
  for (auto [bound, bytes] : llvm::zip(inputs, copies))
    bound.data = bytes.data();
  // A state stays in its operand's buffer from token to token.
  execution.results.resize(outputs.size());
  std::vector<size_t> states(outputs.size(), inputs.size());
  for (size_t i = 0; i < outputs.size(); ++i) {
    seqmix_array_info info{};
    if (!sequence.empty() &&
        seqmix_module_result_info(executable.artifact, i, &info, nullptr) ==
            SEQMIX_STATUS_OK &&
        info.may_alias)
      for (size_t j = 0; j < inputs.size(); ++j)
        if (inputs[j].name == info.may_alias)
          states[i] = j;
    if (states[i] < inputs.size()) {
      outputs[i].data = inputs[states[i]].data;
      continue;
    }
    execution.results[i].resize(outputs[i].bytes);
    outputs[i].data = execution.results[i].data();
  }

  Call call(executable);
  for (int64_t token = 0; token < tokens && call.isOk(); ++token) {
    for (const std::vector<Bound> *bounds : {&inputs, &outputs})
      for (const Bound &bound : *bounds)
        if (token == 0 || bound.tokenBytes != 0)
          call.bind(bound.name, bound.at(token));
    if (token == 0)
      call.fixSizes(sequence);
    call.run(entry, threads);
  }
  if (!call.isOk())
    return call.takeError();
  for (size_t i = 0; i < outputs.size(); ++i)
    if (states[i] < inputs.size())
      execution.results[i] = copies[states[i]];
  return execution;
}

Execution check::execute(const Executable &executable, const Buffers &operands,
                         const std::string &entry, int threads) {
  return executeFor(executable, operands, entry, "", 1, threads);
}

Execution check::executeSteps(const Executable &executable,
                              const Buffers &operands,
                              const std::string &sequence, int threads) {
  return executeFor(executable, operands, "step", sequence,
                    executable.sizes.find(sequence)->second, threads);
}
