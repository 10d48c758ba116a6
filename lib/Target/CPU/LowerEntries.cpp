//===- LowerEntries.cpp - The C ABI of each kernel.entry
//-------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "lib/Target/CPU/ArgumentStruct.h"
#include "lib/Target/CPU/Dispatch.h"
#include "lib/Target/CPU/Isa.h"
#include "lib/Target/CPU/LowerCalls.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Validation.h"
#include "lib/Target/CPU/Vectors.h"
#include "lib/Target/CPU/Workspace.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/AttrTypeSubElements.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Matchers.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_LOWERENTRIES
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;
using namespace seqmix;
using namespace seqmix::cpu;

static int64_t scratchBytes(BlockArgument scratch) {
  return llvm::alignTo(cast<MemRefType>(scratch.getType()).getNumElements(),
                       64);
}

int64_t seqmix::cpu::getWorkspaceSlice(kernel::EntryOp entry) {
  int64_t slice = 0;
  for (auto parallel : entry.getBody().getOps<kernel::ParallelOp>())
    slice = std::max(slice, scratchBytes(parallel.getNear()) +
                                scratchBytes(parallel.getFar()));
  return slice;
}

/// Whether an op has products that a unit for matrices of bf16 can do.
static bool hasProductsOfPairs(kernel::EntryOp entry, Operation *op) {
  if (!entry.getProductType().isBF16())
    return false;
  return op
      ->walk([](linalg::LinalgOp product) {
        return isProductOfPairs(product) ? WalkResult::interrupt()
                                         : WalkResult::advance();
      })
      .wasInterrupted();
}

/// The sets whose code for an entry differs from that of a lower one.
static SmallVector<Isa> usefulOf(kernel::EntryOp entry, ArrayRef<Isa> isas) {
  SmallVector<Isa> useful(isas);
  if (isas.size() > 1 && !hasProductsOfPairs(entry, entry))
    llvm::erase_if(useful,
                   [](const Isa &isa) { return isa.unit != MatrixUnit::None; });
  return useful;
}

namespace {

/// Lowers one entry.
class EntryLowering {
public:
  EntryLowering(kernel::EntryOp entry, ArrayRef<Isa> isas)
      : entry(entry), isas(usefulOf(entry, isas)), b(entry),
        loc(entry.getLoc()),
        pointer(LLVM::LLVMPointerType::get(entry.getContext())),
        parallels(entry.getBody().getOps<kernel::ParallelOp>()),
        slice(getWorkspaceSlice(entry)) {}

  LogicalResult lower();

private:
  LLVM::LLVMFuncOp makeFunction(StringRef name, Type result,
                                ArrayRef<Type> inputs, bool isPublic);
  void makeTask(unsigned index, const Isa &isa);
  void configureTiles();
  void makeWorkspaceQuery();
  void makeEntry();
  Value runAll(ArgumentStruct &arguments, Value argumentPointer);
  void cloneOp(Operation &op, ArgumentStruct &arguments, IRMapping &mapping);
  Value sharedBytes(ArgumentStruct &arguments);
  void runOne(ArgumentStruct &arguments, Value argumentPointer, Value count,
              Value task);
  Value chooseTask(unsigned index, Value level);
  std::string taskName(unsigned index, const Isa &isa) {
    return (entry.getSymName() + ".task" + Twine(index) + "." + isa.name).str();
  }
  Value integer(int64_t value, unsigned width = 64) {
    return arith::ConstantOp::create(
        b, loc, b.getIntegerAttr(b.getIntegerType(width), value));
  }
  Value isNull(Value value) {
    Value null = LLVM::ZeroOp::create(b, loc, pointer);
    return LLVM::ICmpOp::create(b, loc, LLVM::ICmpPredicate::eq, value, null);
  }

  kernel::EntryOp entry;
  SmallVector<Isa> isas;
  OpBuilder b;
  Location loc;
  Type pointer;
  SmallVector<kernel::ParallelOp> parallels;
  int64_t slice;
};

} // namespace

LLVM::LLVMFuncOp EntryLowering::makeFunction(StringRef name, Type result,
                                             ArrayRef<Type> inputs,
                                             bool isPublic) {
  b.setInsertionPoint(entry);
  auto type = LLVM::LLVMFunctionType::get(result, inputs);
  auto function = LLVM::LLVMFuncOp::create(b, loc, name, type,
                                           isPublic ? LLVM::Linkage::External
                                                    : LLVM::Linkage::Internal);
  b.setInsertionPointToStart(function.addEntryBlock(b));
  return function;
}

/// Clones an op between tasks; the workspace that they share is the start of
/// the caller's.
void EntryLowering::cloneOp(Operation &op, ArgumentStruct &arguments,
                            IRMapping &mapping) {
  auto shared = dyn_cast<kernel::WorkspaceOp>(op);
  if (!shared) {
    b.clone(op, mapping);
    return;
  }
  mapping.map(shared.getResult(),
              arguments.shared(cast<MemRefType>(shared.getResult().getType()),
                               mapping.lookup(shared.getBytes())));
}

/// The bytes of the workspace that tasks share (i64).
Value EntryLowering::sharedBytes(ArgumentStruct &arguments) {
  auto shared = kernel::WorkspaceOp::find(entry);
  if (!shared)
    return integer(0);
  IRMapping mapping;
  mapping.map(entry.getBody().getArguments(), arguments.blockArguments());
  for (Operation &op : entry.getBody().front()) {
    if (&op == shared.getOperation())
      break;
    b.clone(op, mapping);
  }
  return arith::IndexCastOp::create(b, loc, b.getI64Type(),
                                    mapping.lookup(shared.getBytes()));
}

//===----------------------------------------------------------------------===//
// Tasks
//===----------------------------------------------------------------------===//

/// All eight tile registers are of 16 rows of 64 bytes.
void EntryLowering::configureTiles() {
  auto module = entry->getParentOfType<ModuleOp>();
  constexpr llvm::StringLiteral name = "seqmix.tile_config";
  if (!module.lookupSymbol(name)) {
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(entry);
    // Palette 1; bytes 16 to 31: 8 × bytes a row, 16 bits each; 48 to 55: rows.
    SmallVector<uint8_t> config(64, 0);
    config[0] = 1;
    for (int i = 0; i < 8; ++i)
      config[16 + 2 * i] = 64, config[48 + i] = 16;
    auto type = LLVM::LLVMArrayType::get(b.getI8Type(), 64);
    auto value = DenseElementsAttr::get(
        RankedTensorType::get({64}, b.getI8Type()), ArrayRef<uint8_t>(config));
    LLVM::GlobalOp::create(b, loc, type, /*isConstant=*/true,
                           LLVM::Linkage::Internal, name, value,
                           /*alignment=*/64);
  }
  Value config = LLVM::AddressOfOp::create(b, loc, pointer, name);
  LLVM::CallIntrinsicOp::create(b, loc, b.getStringAttr("llvm.x86.ldtilecfg"),
                                ValueRange{config});
}

/// Scratch is ordinary memory here.
static void dropMemorySpaces(Operation *op) {
  AttrTypeReplacer replacer;
  replacer.addReplacement([](MemRefType type) -> std::optional<Type> {
    if (!isa_and_nonnull<kernel::MemoryKindAttr>(type.getMemorySpace()))
      return std::nullopt;
    return MemRefType::get(type.getShape(), type.getElementType(),
                           type.getLayout());
  });
  replacer.recursivelyReplaceElementsIn(op, /*replaceAttrs=*/true,
                                        /*replaceLocs=*/false,
                                        /*replaceTypes=*/true);
}

/// What an operator on bf16 or f16 computes need not be as exact as f32. Only a
/// number known here may be divided by as a reciprocal: the estimate that
/// stands for others is nothing for 0 and inf.
static void allowApproximation(Operation *op) {
  auto allow = [](arith::ArithFastMathInterface function,
                  arith::FastMathFlags flag) {
    if (arith::FastMathFlagsAttr known = function.getFastMathFlagsAttr())
      flag = flag | known.getValue();
    function->setAttr(
        function.getFastMathAttrName(),
        arith::FastMathFlagsAttr::get(function.getContext(), flag));
  };
  op->walk([&](Operation *inner) {
    if (isa<math::ExpOp, math::SqrtOp, math::TanhOp>(inner))
      allow(cast<arith::ArithFastMathInterface>(inner),
            arith::FastMathFlags::afn);
    if (auto div = dyn_cast<arith::DivFOp>(inner);
        div && matchPattern(div.getRhs(), m_Constant()))
      allow(cast<arith::ArithFastMathInterface>(inner),
            arith::FastMathFlags::arcp);
  });
}

void EntryLowering::makeTask(unsigned index, const Isa &isa) {
  Type i64 = b.getI64Type();
  LLVM::LLVMFuncOp function = makeFunction(
      taskName(index, isa), LLVM::LLVMVoidType::get(b.getContext()),
      {pointer, i64, i64}, /*isPublic=*/false);
  function.setTargetCpu(isa.cpu);
  if (!isa.features.empty())
    function.setTargetFeaturesAttr(
        LLVM::TargetFeaturesAttr::get(b.getContext(), isa.features));
  function->setAttr("kernel.lanes", b.getI64IntegerAttr(isa.lanes));
  bool hasPairs = hasProductsOfPairs(entry, parallels[index]);
  if (isa.unit != MatrixUnit::None && hasPairs)
    function->setAttr("kernel.matrix", b.getStringAttr(nameOf(isa.unit)));
  std::string width = std::to_string(isa.lanes * 32);
  function.setPreferVectorWidth(width);
  function.setPassthroughAttr(
      b.getArrayAttr({b.getStrArrayAttr({"min-legal-vector-width", width})}));
  Value argumentPointer = function.getArgument(0);
  Value taskIndex = function.getArgument(1);
  Value worker = function.getArgument(2);

  bool hasTiles = isa.unit == MatrixUnit::Tiles && hasPairs;
  if (hasTiles)
    configureTiles();

  // The entry's own values up to this task.
  kernel::ParallelOp parallel = parallels[index];
  ArgumentStruct arguments(entry, b, loc, argumentPointer);
  IRMapping mapping;
  mapping.map(entry.getBody().getArguments(), arguments.blockArguments());
  for (Operation &op : entry.getBody().front()) {
    if (&op == parallel.getOperation())
      break;
    if (op.getName() != parallel->getName())
      cloneOp(op, arguments, mapping);
  }

  // The last grid dimension moves fastest.
  Value rest = arith::IndexCastOp::create(b, loc, b.getIndexType(), taskIndex);
  unsigned rank = parallel.getGrid().size();
  for (unsigned d = rank; d-- > 0;) {
    Value size = mapping.lookup(parallel.getGrid()[d]);
    bool isFirst = d == 0;
    mapping.map(parallel.getIndices()[d],
                isFirst
                    ? rest
                    : arith::RemUIOp::create(b, loc, rest, size).getResult());
    if (!isFirst)
      rest = arith::DivUIOp::create(b, loc, rest, size);
  }

  // The worker's slice of the workspace: near, then far.
  Value base = arith::MulIOp::create(b, loc, worker, integer(slice));
  if (auto shared = kernel::WorkspaceOp::find(entry))
    base = arith::AddIOp::create(
        b, loc, base,
        arith::IndexCastOp::create(b, loc, i64,
                                   mapping.lookup(shared.getBytes())));
  auto scratch = [&](BlockArgument argument, int64_t offset) {
    auto type = cast<MemRefType>(argument.getType());
    Value at = arith::AddIOp::create(b, loc, base, integer(offset));
    Value place =
        LLVM::GEPOp::create(b, loc, pointer, b.getI8Type(),
                            arguments.workspace(), ArrayRef<LLVM::GEPArg>(at));
    mapping.map(argument, arguments.scratch(type, place));
  };
  scratch(parallel.getNear(), 0);
  scratch(parallel.getFar(), scratchBytes(parallel.getNear()));

  for (Operation &op : parallel.getBody().front())
    b.clone(op, mapping);
  if (hasTiles)
    LLVM::CallIntrinsicOp::create(
        b, loc, b.getStringAttr("llvm.x86.tilerelease"), ValueRange());
  LLVM::ReturnOp::create(b, loc, ValueRange());
  if (!entry.getProductType().isF32())
    allowApproximation(function);
  dropMemorySpaces(function);
}

//===----------------------------------------------------------------------===//
// Public functions
//===----------------------------------------------------------------------===//

void EntryLowering::makeWorkspaceQuery() {
  Type i64 = b.getI64Type();
  LLVM::LLVMFuncOp function = makeFunction(
      (entry.getSymName() + "_workspace").str(), i64, {pointer}, true);
  Value argumentPointer = function.getArgument(0);
  auto choice =
      scf::IfOp::create(b, loc, TypeRange{i64}, isNull(argumentPointer), true);
  LLVM::ReturnOp::create(b, loc, choice.getResults());

  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, integer(-1));
  b.setInsertionPointToStart(choice.elseBlock());
  ArgumentStruct arguments(entry, b, loc, argumentPointer);
  Validation validation(entry, arguments, b, loc);
  Value bytes = validation.workspaceBytes(sharedBytes(arguments), slice,
                                          arguments.workers());
  Value answer =
      arith::SelectOp::create(b, loc, validation.badSize(), integer(-2), bytes);
  scf::YieldOp::create(b, loc, answer);
}

/// The address of a task's function for a level, the best that it allows.
Value EntryLowering::chooseTask(unsigned index, Value level) {
  Value task;
  for (const Isa &isa : isas) {
    Value candidate =
        LLVM::AddressOfOp::create(b, loc, pointer, taskName(index, isa));
    if (!task) {
      task = candidate;
      continue;
    }
    Value has = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, level,
                                      integer(isa.level, 32));
    task = LLVM::SelectOp::create(b, loc, has, candidate, task);
  }
  return task;
}

/// Calls a task for each index in [0, count).
void EntryLowering::runOne(ArgumentStruct &arguments, Value argumentPointer,
                           Value count, Value task) {
  Type i64 = b.getI64Type();
  Type none = LLVM::LLVMVoidType::get(b.getContext());
  Value run = arguments.run();
  auto choice = scf::IfOp::create(b, loc, isNull(run), true);
  OpBuilder::InsertionGuard guard(b);

  b.setInsertionPointToStart(choice.thenBlock());
  Value zero = integer(0);
  auto loop = scf::ForOp::create(b, loc, zero, count, integer(1));
  b.setInsertionPointToStart(loop.getBody());
  LLVM::CallOp::create(
      b, loc, LLVM::LLVMFunctionType::get(none, {pointer, i64, i64}),
      ValueRange{task, argumentPointer, loop.getInductionVar(), zero});

  b.setInsertionPointToStart(choice.elseBlock());
  LLVM::CallOp::create(
      b, loc,
      LLVM::LLVMFunctionType::get(none, {pointer, i64, pointer, pointer}),
      ValueRange{run, arguments.runContext(), count, task, argumentPointer});
}

/// Runs every kernel.parallel in turn; gives the entry's code.
Value EntryLowering::runAll(ArgumentStruct &arguments, Value argumentPointer) {
  Value level = LLVM::CallOp::create(b, loc, TypeRange{b.getI32Type()},
                                     kLevelFunction, ValueRange())
                    .getResult();
  Value lacks = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, level,
                                      integer(isas.front().level, 32));
  auto choice =
      scf::IfOp::create(b, loc, TypeRange{b.getI32Type()}, lacks, true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, integer(6, 32));

  b.setInsertionPointToStart(choice.elseBlock());
  IRMapping mapping;
  mapping.map(entry.getBody().getArguments(), arguments.blockArguments());
  unsigned index = 0;
  for (Operation &op : entry.getBody().front()) {
    auto parallel = dyn_cast<kernel::ParallelOp>(op);
    if (!parallel) {
      cloneOp(op, arguments, mapping);
      continue;
    }
    Value count = integer(1);
    for (Value size : parallel.getGrid()) {
      Value wide = arith::IndexCastOp::create(b, loc, b.getI64Type(),
                                              mapping.lookup(size));
      count = arith::MulIOp::create(b, loc, count, wide);
    }
    runOne(arguments, argumentPointer, count, chooseTask(index++, level));
  }
  scf::YieldOp::create(b, loc, integer(0, 32));
  return choice.getResult(0);
}

void EntryLowering::makeEntry() {
  Type i32 = b.getI32Type();
  LLVM::LLVMFuncOp function =
      makeFunction(entry.getSymName(), i32, {pointer}, /*isPublic=*/true);
  Value argumentPointer = function.getArgument(0);
  auto choice =
      scf::IfOp::create(b, loc, TypeRange{i32}, isNull(argumentPointer), true);
  LLVM::ReturnOp::create(b, loc, choice.getResults());
  b.setInsertionPointToStart(choice.thenBlock());
  scf::YieldOp::create(b, loc, integer(1, 32));

  b.setInsertionPointToStart(choice.elseBlock());
  ArgumentStruct arguments(entry, b, loc, argumentPointer);
  Value shared = sharedBytes(arguments);
  Value code = Validation(entry, arguments, b, loc).code(shared, slice);
  Value isGood = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, code,
                                       integer(0, 32));
  auto checked = scf::IfOp::create(b, loc, TypeRange{i32}, isGood, true);
  scf::YieldOp::create(b, loc, checked.getResults());
  b.setInsertionPointToStart(checked.elseBlock());
  scf::YieldOp::create(b, loc, code);
  b.setInsertionPointToStart(checked.thenBlock());
  Value result = runAll(arguments, argumentPointer);
  scf::YieldOp::create(b, loc, result);
}

LogicalResult EntryLowering::lower() {
  for (Operation &op : entry.getBody().front())
    if (!isa<kernel::ParallelOp>(op) && !isMemoryEffectFree(&op))
      return op.emitOpError("expected only kernel.parallel and computations of "
                            "sizes in a kernel.entry; move this op into a "
                            "kernel.parallel");
  for (unsigned index = 0; index < parallels.size(); ++index)
    for (const Isa &isa : isas)
      makeTask(index, isa);
  makeWorkspaceQuery();
  makeEntry();
  entry.erase();
  return success();
}

namespace {

struct LowerEntries : public seqmix::cpu::impl::LowerEntriesBase<LowerEntries> {
  using LowerEntriesBase::LowerEntriesBase;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<SmallVector<Isa>> isas = parseIsas(isa);
    if (failed(isas)) {
      module.emitError(
          "expected isa to be v3, v4, bf16, amx, native or all, found '")
          << isa << "'";
      return signalPassFailure();
    }
    SmallVector<kernel::EntryOp> entries(module.getOps<kernel::EntryOp>());
    if (entries.empty())
      return;
    addLevelFunction(module);
    lowerCalls(module);
    for (kernel::EntryOp entry : entries)
      if (failed(EntryLowering(entry, *isas).lower()))
        return signalPassFailure();
  }
};

} // namespace
