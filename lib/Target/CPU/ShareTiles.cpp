//===- ShareTiles.cpp - One function for linalg ops that do the same ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Each op is copied into a function of its own, the pointers of its tiles and
// the scalars that it reads as arguments. Functions of the same text are one.
//
//===----------------------------------------------------------------------===//

#include "lib/Target/CPU/ArgumentStruct.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Product.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"
#include "mlir/Transforms/RegionUtils.h"
#include "llvm/ADT/StringMap.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_SHARETILES
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

namespace {

/// The strides of a tile that lies dense in its rows; none if they are not
/// known or rows may have padding, which the vectoriser looks for.
std::optional<SmallVector<int64_t>> stridesOf(Value value) {
  auto type = dyn_cast<MemRefType>(value.getType());
  if (!type || !type.hasStaticShape())
    return std::nullopt;
  SmallVector<int64_t> strides;
  int64_t offset;
  if (failed(type.getStridesAndOffset(strides, offset)) ||
      llvm::is_contained(strides, ShapedType::kDynamic))
    return std::nullopt;
  if (!strides.empty() && type.getShape().back() % 16 != 0)
    return std::nullopt;
  return strides;
}

/// An op as a function that it could call.
class Candidate {
public:
  Candidate(linalg::LinalgOp op, LLVM::LLVMFuncOp task, StringRef name)
      : op(op), task(task), name(name) {
    FailureOr<Product> product = matchProduct(op);
    if (succeeded(product))
      fill = getFillBefore(op, *product);
  }

  bool isShareable(int64_t points);
  /// The function, before `task`.
  LLVM::LLVMFuncOp makeFunction();
  /// Calls such a function in place of the op.
  void callInstead(LLVM::LLVMFuncOp function);

private:
  SmallVector<Value> captures();
  Type argumentType(Type type) {
    if (type.isIndex())
      return IntegerType::get(type.getContext(), 64);
    return type;
  }

  linalg::LinalgOp op;
  /// What the op starts from, if it is a product; or null.
  linalg::FillOp fill;
  LLVM::LLVMFuncOp task;
  StringRef name;
};

} // namespace

/// Scalars that the op's body reads from outside, but for constants.
SmallVector<Value> Candidate::captures() {
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(op->getRegions(), used);
  SmallVector<Value> values;
  for (Value value : used)
    if (!matchPattern(value, m_Constant()))
      values.push_back(value);
  return values;
}

bool Candidate::isShareable(int64_t points) {
  int64_t total = 1;
  for (int64_t range : op.getStaticLoopRanges())
    total *= range;
  if (total < points || op->getNumResults() != 0)
    return false;
  // What is done beside a product is one piece of code with it.
  Operation *previous = op->getPrevNode();
  if (previous && previous->hasAttr("kernel.beside"))
    return false;
  // A function would pack its factor for each block of rows anew.
  FailureOr<Product> product = matchProduct(op);
  if (op->hasAttr("kernel.packed") ||
      (succeeded(product) && getLoopToPackBefore(op, *product)))
    return false;
  for (Value operand : op->getOperands())
    if (!stridesOf(operand))
      return false;
  return llvm::all_of(captures(), [](Value value) {
    return value.getType().isIntOrIndexOrFloat();
  });
}

LLVM::LLVMFuncOp Candidate::makeFunction() {
  OpBuilder b(task);
  Location loc = op.getLoc();
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Value> scalars = captures();
  SmallVector<Type> inputs(op->getNumOperands(), pointer);
  for (Value scalar : scalars)
    inputs.push_back(argumentType(scalar.getType()));
  auto function = LLVM::LLVMFuncOp::create(
      b, loc, name,
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(b.getContext()),
                                  inputs),
      LLVM::Linkage::Internal);
  // Of the task: the processor and its vectors.
  for (NamedAttribute attribute : task->getAttrs())
    if (!llvm::is_contained({"sym_name", "function_type", "linkage"},
                            attribute.getName().getValue()))
      function->setAttr(attribute.getName(), attribute.getValue());
  function.setNoInline(true);
  b.setInsertionPointToStart(function.addEntryBlock(b));

  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
  };
  IRMapping mapping;
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    auto type = cast<MemRefType>(operand.getType());
    SmallVector<int64_t> numbers = *stridesOf(operand);
    SmallVector<Value> sizes, strides;
    for (int64_t size : type.getShape())
      sizes.push_back(constant(size));
    for (int64_t stride : numbers)
      strides.push_back(constant(stride));
    auto own = MemRefType::get(
        type.getShape(), type.getElementType(),
        StridedLayoutAttr::get(b.getContext(), /*offset=*/0, numbers));
    // A tile that comes twice is one value of the op, and one here.
    if (!mapping.contains(operand))
      mapping.map(operand, makeMemRef(b, loc, own, function.getArgument(i),
                                      sizes, strides));
  }
  unsigned next = op->getNumOperands();
  for (Value scalar : scalars) {
    Value argument = function.getArgument(next++);
    if (scalar.getType().isIndex())
      argument = arith::IndexCastOp::create(b, loc, scalar.getType(), argument);
    mapping.map(scalar, argument);
  }
  llvm::SetVector<Value> used;
  getUsedValuesDefinedAbove(op->getRegions(), used);
  for (Value value : used)
    if (!mapping.contains(value))
      b.clone(*value.getDefiningOp(), mapping);
  if (fill) {
    b.clone(*fill.getInputs()[0].getDefiningOp(), mapping);
    b.clone(*fill, mapping);
  }
  b.clone(*op, mapping);
  LLVM::ReturnOp::create(b, loc, ValueRange());
  return function;
}

void Candidate::callInstead(LLVM::LLVMFuncOp function) {
  OpBuilder b(op);
  Location loc = op.getLoc();
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Value> arguments;
  for (Value operand : op->getOperands()) {
    auto type = cast<MemRefType>(operand.getType());
    auto metadata = memref::ExtractStridedMetadataOp::create(b, loc, operand);
    Value base = memref::ExtractAlignedPointerAsIndexOp::create(
        b, loc, metadata.getBaseBuffer());
    Value bytes = arith::ConstantIndexOp::create(
        b, loc, type.getElementTypeBitWidth() / 8);
    Value offset = arith::MulIOp::create(b, loc, metadata.getOffset(), bytes);
    auto toI64 = [&](Value value) -> Value {
      return arith::IndexCastOp::create(b, loc, b.getI64Type(), value);
    };
    Value start = LLVM::IntToPtrOp::create(b, loc, pointer, toI64(base));
    arguments.push_back(
        LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(), start,
                            ArrayRef<LLVM::GEPArg>(toI64(offset))));
  }
  for (Value scalar : captures())
    arguments.push_back(
        scalar.getType().isIndex()
            ? arith::IndexCastOp::create(b, loc, b.getI64Type(), scalar)
                  .getResult()
            : scalar);
  LLVM::CallOp::create(b, loc, function, arguments);
  op->erase();
  if (fill)
    fill->erase();
}

/// What a function is and does; candidates of a task have one name.
static std::string textOf(LLVM::LLVMFuncOp function) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  function->print(stream, OpPrintingFlags().useLocalScope());
  return text;
}

namespace {

struct ShareTiles : public seqmix::cpu::impl::ShareTilesBase<ShareTiles> {
  using ShareTilesBase::ShareTilesBase;

  void runOnOperation() override {
    SmallVector<LLVM::LLVMFuncOp> tasks(
        getOperation().getOps<LLVM::LLVMFuncOp>());
    for (LLVM::LLVMFuncOp task : tasks)
      share(task);
  }

  void share(LLVM::LLVMFuncOp task) {
    struct Group {
      LLVM::LLVMFuncOp function;
      SmallVector<Candidate> members;
    };
    SmallVector<Group> groups;
    llvm::StringMap<size_t> numbers;
    std::string name = (task.getSymName() + ".tile").str();
    SmallVector<linalg::LinalgOp> ops;
    task.walk([&](linalg::LinalgOp op) {
      auto fill = dyn_cast<linalg::FillOp>(*op);
      if (!fill || !isFillOfProduct(fill))
        ops.push_back(op);
    });
    for (linalg::LinalgOp op : ops) {
      Candidate candidate(op, task, name);
      if (!candidate.isShareable(points))
        continue;
      LLVM::LLVMFuncOp function = candidate.makeFunction();
      auto [it, isNew] = numbers.try_emplace(textOf(function), groups.size());
      if (isNew)
        groups.push_back({function, {}});
      else
        function.erase();
      groups[it->second].members.push_back(candidate);
    }
    unsigned number = 0;
    for (Group &group : groups) {
      if (group.members.size() == 1) {
        group.function.erase();
        continue;
      }
      group.function.setSymName(name + std::to_string(number++));
      for (Candidate &member : group.members)
        member.callInstead(group.function);
    }
  }
};

} // namespace
