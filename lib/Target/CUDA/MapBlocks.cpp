//===- MapBlocks.cpp - One block of threads a task
//---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CUDA/Launch.h"
#include "lib/Target/CUDA/Passes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

namespace seqmix::cuda {
#define GEN_PASS_DEF_MAPBLOCKS
#include "lib/Target/CUDA/Passes.h.inc"
} // namespace seqmix::cuda

using namespace mlir;
using namespace seqmix;

/// Address spaces of NVPTX.
static constexpr unsigned kGlobal = 1, kShared = 3;

static constexpr StringLiteral kSharedName = "seqmix_shared";

/// Makes a memref from a pointer, sizes and strides (i64 values).
static Value makeMemRef(ImplicitLocOpBuilder &b, MemRefType type, Value pointer,
                        ValueRange sizes, ValueRange strides) {
  Type i64 = b.getI64Type();
  int64_t rank = type.getRank();
  SmallVector<Type> fields = {pointer.getType(), pointer.getType(), i64};
  if (rank)
    fields.append(2, LLVM::LLVMArrayType::get(i64, rank));
  Type structType = LLVM::LLVMStructType::getLiteral(b.getContext(), fields);
  Value descriptor = LLVM::PoisonOp::create(b, structType);
  auto insert = [&](Value value, ArrayRef<int64_t> position) {
    descriptor = LLVM::InsertValueOp::create(b, descriptor, value, position);
  };
  insert(pointer, {0});
  insert(pointer, {1});
  insert(LLVM::ConstantOp::create(b, i64, b.getI64IntegerAttr(0)), {2});
  for (int64_t i = 0; i < rank; ++i) {
    insert(sizes[i], {3, i});
    insert(strides[i], {4, i});
  }
  return UnrealizedConversionCastOp::create(b, TypeRange{type},
                                            ValueRange{descriptor})
      .getResult(0);
}

static Value makeBytes(ImplicitLocOpBuilder &b, MemRefType type,
                       Value pointer) {
  Type i64 = b.getI64Type();
  Value size = LLVM::ConstantOp::create(
      b, i64, b.getI64IntegerAttr(type.getNumElements()));
  Value one = LLVM::ConstantOp::create(b, i64, b.getI64IntegerAttr(1));
  return makeMemRef(b, type, pointer, size, one);
}

namespace {
/// Writes the kernels of one entry.
class Mapper {
public:
  Mapper(kernel::EntryOp entry, gpu::GPUModuleOp module)
      : entry(entry), module(module) {}

  LogicalResult run() {
    SmallVector<kernel::ParallelOp> parallels(
        entry.getBody().getOps<kernel::ParallelOp>());
    for (Operation &op : entry.getBody().front())
      if (!isa<kernel::ParallelOp>(op) && !isMemoryEffectFree(&op))
        return op.emitOpError(
            "stands between the tasks of an entry, where only "
            "arithmetic on sizes is expected");
    for (auto [i, parallel] : llvm::enumerate(parallels))
      mapParallel(parallel, getKernelName(entry, i));
    Block &block = entry.getBody().front();
    while (!block.empty())
      block.back().erase();
    return success();
  }

private:
  static std::string getKernelName(kernel::EntryOp entry, unsigned i) {
    return cuda::getKernelName(entry, i);
  }

  /// The arrays and sizes of the entry from the kernel's parameters.
  void bindArguments(ImplicitLocOpBuilder &b, Block &body, IRMapping &mapping);
  void bindScratch(ImplicitLocOpBuilder &b, kernel::ParallelOp parallel,
                   Block &body, Value block, IRMapping &mapping);
  void mapParallel(kernel::ParallelOp parallel, const std::string &name);
  void cloneTask(ImplicitLocOpBuilder &b, kernel::ParallelOp parallel,
                 Value number, IRMapping &mapping);

  kernel::EntryOp entry;
  gpu::GPUModuleOp module;
};
} // namespace

void Mapper::bindArguments(ImplicitLocOpBuilder &b, Block &body,
                           IRMapping &mapping) {
  unsigned slot = 0, numSizes = entry.getSizes().size();
  for (unsigned i = 0; i < numSizes; ++i)
    mapping.map(entry.getBody().getArgument(i),
                arith::IndexCastOp::create(b, b.getIndexType(),
                                           body.getArgument(slot++)));
  for (auto [i, attr] : llvm::enumerate(entry.getArrays())) {
    Value array = entry.getArray(i);
    auto type = cast<MemRefType>(array.getType());
    auto axes = cast<DictionaryAttr>(attr).getAs<ArrayAttr>("axes");
    Value pointer = LLVM::IntToPtrOp::create(
        b, LLVM::LLVMPointerType::get(b.getContext(), kGlobal),
        body.getArgument(slot++));
    SmallVector<Value> sizes, strides;
    for (int64_t d = 0; d < type.getRank(); ++d) {
      if (type.isDynamicDim(d)) {
        Value size = entry.getSize(cast<StringAttr>(axes[d]).getValue());
        sizes.push_back(
            body.getArgument(cast<BlockArgument>(size).getArgNumber()));
      } else {
        sizes.push_back(LLVM::ConstantOp::create(
            b, b.getI64Type(), b.getI64IntegerAttr(type.getDimSize(d))));
      }
      strides.push_back(body.getArgument(slot++));
    }
    mapping.map(array, makeMemRef(b, type, pointer, sizes, strides));
  }
}

void Mapper::bindScratch(ImplicitLocOpBuilder &b, kernel::ParallelOp parallel,
                         Block &body, Value block, IRMapping &mapping) {
  auto near = cast<MemRefType>(parallel.getNear().getType());
  auto far = cast<MemRefType>(parallel.getFar().getType());
  Value shared = LLVM::AddressOfOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext(), kShared), kSharedName);
  mapping.map(parallel.getNear(), makeBytes(b, near, shared));

  Value bytes = LLVM::ConstantOp::create(
      b, b.getI64Type(), b.getI64IntegerAttr(cuda::getFarBytes(parallel)));
  Value workspace = body.getArgument(body.getNumArguments() - 2);
  Value address =
      LLVM::AddOp::create(b, workspace, LLVM::MulOp::create(b, block, bytes));
  Value pointer = LLVM::IntToPtrOp::create(
      b, LLVM::LLVMPointerType::get(b.getContext(), kGlobal), address);
  mapping.map(parallel.getFar(), makeBytes(b, far, pointer));
}

void Mapper::mapParallel(kernel::ParallelOp parallel, const std::string &name) {
  MLIRContext *context = entry.getContext();
  unsigned slots = entry.getSizes().size() + 2;
  for (unsigned i = 0, e = entry.getArrays().size(); i < e; ++i)
    slots += 1 + cast<MemRefType>(entry.getArray(i).getType()).getRank();

  ImplicitLocOpBuilder b(parallel.getLoc(), context);
  b.setInsertionPointToEnd(module.getBody());
  SmallVector<Type> parameters(slots, b.getI64Type());
  auto func =
      gpu::GPUFuncOp::create(b, name, b.getFunctionType(parameters, {}));
  func->setAttr(gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  func.setKnownBlockSizeAttr(
      b.getDenseI32ArrayAttr({int32_t(cuda::kThreads), 1, 1}));
  func->setAttr("kernel.product_type", entry.getProductTypeAttr());

  Block &body = func.getBody().front();
  b.setInsertionPointToEnd(&body);
  IRMapping mapping;
  bindArguments(b, body, mapping);
  for (Operation &op : entry.getBody().front()) {
    if (&op == parallel.getOperation())
      break;
    if (!isa<kernel::ParallelOp>(op))
      b.clone(op, mapping);
  }

  // The grid is one-dimensional: y and z stop at 65535 blocks.
  Value block = LLVM::ZExtOp::create(
      b, b.getI64Type(), NVVM::BlockIdXOp::create(b, b.getI32Type()));
  bindScratch(b, parallel, body, block, mapping);
  Value task = arith::IndexCastUIOp::create(b, b.getIndexType(), block);
  if (cuda::getFarBytes(parallel) == 0) {
    cloneTask(b, parallel, task, mapping);
  } else {
    Value total = arith::ConstantIndexOp::create(b, 1);
    for (Value size : parallel.getGrid())
      total = arith::MulIOp::create(b, total, mapping.lookup(size));
    Value blocks = arith::IndexCastUIOp::create(
        b, b.getIndexType(), NVVM::GridDimXOp::create(b, b.getI32Type()));
    auto loop = scf::ForOp::create(b, task, total, blocks);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToStart(loop.getBody());
    cloneTask(b, parallel, loop.getInductionVar(), mapping);
  }
  b.setInsertionPointToEnd(&body);
  gpu::ReturnOp::create(b);
}

/// The task of that number; the last index of the grid is the fastest.
void Mapper::cloneTask(ImplicitLocOpBuilder &b, kernel::ParallelOp parallel,
                       Value number, IRMapping &mapping) {
  SmallVector<Value> sizes(parallel.getGrid());
  Value rest = number;
  for (int64_t i = int64_t(sizes.size()) - 1; i >= 0; --i) {
    Value index = rest;
    if (i > 0) {
      Value size = mapping.lookup(sizes[i]);
      index = arith::RemUIOp::create(b, rest, size);
      rest = arith::DivUIOp::create(b, rest, size);
    }
    mapping.map(parallel.getIndices()[i], index);
  }
  for (Operation &op : parallel.getBody().front())
    b.clone(op, mapping);
}

namespace {
struct MapBlocks : seqmix::cuda::impl::MapBlocksBase<MapBlocks> {
  using MapBlocksBase::MapBlocksBase;

  void runOnOperation() override {
    SmallVector<kernel::EntryOp> entries(
        getOperation().getOps<kernel::EntryOp>());
    if (entries.empty())
      return;
    WalkResult calls = getOperation().walk([](kernel::CallOp call) {
      call.emitOpError("expected no call of an entry from code on the host, "
                       "which this target does not launch; compile the "
                       "operator by itself, or for a CPU");
      return WalkResult::interrupt();
    });
    if (calls.wasInterrupted())
      return signalPassFailure();
    OpBuilder b(&getContext());
    b.setInsertionPointToEnd(getOperation().getBody());
    auto module =
        gpu::GPUModuleOp::create(b, getOperation().getLoc(), "seqmix_kernels");
    b.setInsertionPointToEnd(module.getBody());
    LLVM::GlobalOp::create(
        b, module.getLoc(), LLVM::LLVMArrayType::get(b.getI8Type(), 0),
        /*isConstant=*/false, LLVM::Linkage::External, kSharedName, Attribute(),
        /*alignment=*/128, /*addrSpace=*/kShared);
    for (kernel::EntryOp entry : entries) {
      if (!entry.getLaunch()) {
        FailureOr<DictionaryAttr> launch = cuda::describeLaunch(entry, arch);
        if (failed(launch))
          return signalPassFailure();
        entry.setLaunchAttr(*launch);
      }
      if (failed(Mapper(entry, module).run()))
        return signalPassFailure();
    }
  }
};
} // namespace
