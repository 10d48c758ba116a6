//===- BlockRows.cpp - Ops that share rows, done some rows at a time ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Tile/Passes.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/Interfaces/ViewLikeInterface.h"

namespace seqmix {
#define GEN_PASS_DEF_BLOCKROWS
#include "seqmix/Tile/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

namespace {

/// The buffer that a memref is, or is a view of.
Value rootOf(Value memref) {
  while (auto view = memref.getDefiningOp<ViewLikeOpInterface>())
    memref = view.getViewSource();
  return memref;
}

/// How an op goes through its rows: the loop, how often it turns, and for each
/// operand the dimension that moves with it, or none.
struct Rows {
  unsigned loop;
  int64_t count;
  SmallVector<std::optional<unsigned>> dims;
};

/// Consecutive ops each of which computes a row from the same row of what those
/// before it computed, and from what none of them writes.
class Run {
public:
  bool add(linalg::LinalgOp op);
  bool isWorthBlocks(int64_t block) const;
  void emitBlocks(int64_t block);
  bool empty() const { return ops.empty(); }

private:
  struct Use {
    /// The memref itself and its dimension of rows, where it is used by rows.
    Value byRows;
    unsigned dim = 0;
    /// Whether a block reads rows of others, so that none may write them.
    bool isShared = false;
    bool isWritten = false;
  };
  bool mayUse(OpOperand &operand, std::optional<unsigned> dim, bool write);
  bool isTemporary(Value memref) const;
  Value block(OpBuilder &b, Location loc, Value memref, unsigned dim, Value row,
              int64_t block);

  SmallVector<std::pair<linalg::LinalgOp, Rows>> ops;
  llvm::DenseMap<Value, Use> uses;
  /// What stands for a temporary inside the loop.
  IRMapping inside;
};

} // namespace

//===----------------------------------------------------------------------===//
// Analysis
//===----------------------------------------------------------------------===//

/// The rows of an op: the first dimension of what it writes.
static FailureOr<Rows> findRows(linalg::LinalgOp op) {
  if (!op.hasPureBufferSemantics() || op.hasDynamicShape())
    return failure();
  AffineMap out = op.getMatchingIndexingMap(op.getDpsInitOperand(0));
  if (out.getNumResults() == 0 || !isa<AffineDimExpr>(out.getResult(0)))
    return failure();
  unsigned first = out.getDimPosition(0);
  Rows rows{first, op.getStaticLoopRanges()[first], {}};
  if (op.getIteratorTypesArray()[rows.loop] != utils::IteratorType::parallel)
    return failure();
  for (OpOperand &operand : op->getOpOperands()) {
    AffineMap map = op.getMatchingIndexingMap(&operand);
    std::optional<unsigned> dim;
    for (auto [i, result] : llvm::enumerate(map.getResults())) {
      if (!result.isFunctionOfDim(rows.loop))
        continue;
      if (dim || !isa<AffineDimExpr>(result))
        return failure();
      dim = i;
    }
    if (!dim && op.isDpsInit(&operand))
      return failure();
    rows.dims.push_back(dim);
  }
  return rows;
}

/// Whether the run may use an operand like that.
bool Run::mayUse(OpOperand &operand, std::optional<unsigned> dim, bool write) {
  Value memref = operand.get();
  auto found = uses.find(rootOf(memref));
  if (found == uses.end())
    return true;
  const Use &use = found->second;
  if (!dim)
    return !use.isWritten;
  if (write && use.isShared)
    return false;
  bool isSame = use.byRows == memref && use.dim == dim;
  return isSame || (!write && !use.isWritten);
}

/// Adds an op if its rows fit the run.
bool Run::add(linalg::LinalgOp op) {
  // A block of rows has no diagonal, past which the whole needs nothing.
  if (op->hasAttr("kernel.lower"))
    return false;
  FailureOr<Rows> rows = findRows(op);
  if (failed(rows) || (!ops.empty() && ops[0].second.count != rows->count))
    return false;
  auto isMemRef = [](OpOperand &operand) {
    return isa<MemRefType>(operand.get().getType());
  };
  for (OpOperand &operand : op->getOpOperands())
    if (isMemRef(operand) &&
        !mayUse(operand, rows->dims[operand.getOperandNumber()],
                op.isDpsInit(&operand)))
      return false;
  // What one op both shares and writes.
  for (OpOperand &init : op.getDpsInitsMutable())
    for (OpOperand *input : op.getDpsInputOperands())
      if (isMemRef(*input) && rootOf(input->get()) == rootOf(init.get()) &&
          (input->get() != init.get() ||
           rows->dims[input->getOperandNumber()] !=
               rows->dims[init.getOperandNumber()]))
        return false;
  for (OpOperand &operand : op->getOpOperands()) {
    if (!isMemRef(operand))
      continue;
    Use &use = uses[rootOf(operand.get())];
    std::optional<unsigned> dim = rows->dims[operand.getOperandNumber()];
    // What is read in two ways crosses blocks in one of them.
    if (!dim || (use.byRows && (use.byRows != operand.get() || use.dim != dim)))
      use.isShared = true;
    if (dim && !use.byRows) {
      use.byRows = operand.get();
      use.dim = *dim;
    }
    use.isWritten |= op.isDpsInit(&operand);
  }
  ops.push_back({op, *rows});
  return true;
}

//===----------------------------------------------------------------------===//
// Decision
//===----------------------------------------------------------------------===//

/// Several ops that meet in rows, a product among them, and whole blocks:
/// enough of them to make up for what is prepared for all.
bool Run::isWorthBlocks(int64_t block) const {
  if (ops.size() < 2)
    return false;
  int64_t rows = ops[0].second.count;
  bool hasProduct = llvm::any_of(
      ops, [](auto &entry) { return isa<linalg::ContractOp>(entry.first); });
  return hasProduct && rows >= 4 * block && rows % block == 0;
}

//===----------------------------------------------------------------------===//
// Rewrite
//===----------------------------------------------------------------------===//

/// Whether a buffer is made for the run alone, and used whole and by rows: then
/// it need not hold more than a block.
bool Run::isTemporary(Value memref) const {
  auto alloc = memref.getDefiningOp<memref::AllocOp>();
  if (!alloc || alloc->getBlock() != ops[0].first->getBlock() ||
      uses.lookup(memref).isShared)
    return false;
  return llvm::all_of(memref.getUsers(), [&](Operation *user) {
    return llvm::any_of(ops, [&](auto &entry) { return entry.first == user; });
  });
}

/// The rows from `row` on of a memref.
Value Run::block(OpBuilder &b, Location loc, Value memref, unsigned dim,
                 Value row, int64_t block) {
  if (Value own = inside.lookupOrNull(memref))
    return own;
  auto type = cast<MemRefType>(memref.getType());
  if (isTemporary(memref)) {
    SmallVector<int64_t> shape(type.getShape());
    shape[dim] = block;
    Value own = memref::AllocOp::create(
        b, loc, MemRefType::get(shape, type.getElementType()));
    inside.map(memref, own);
    return own;
  }
  SmallVector<OpFoldResult> offsets(type.getRank(), b.getIndexAttr(0)), sizes,
      strides(type.getRank(), b.getIndexAttr(1));
  for (int64_t size : type.getShape())
    sizes.push_back(b.getIndexAttr(size));
  offsets[dim] = row;
  sizes[dim] = b.getIndexAttr(block);
  return memref::SubViewOp::create(b, loc, memref, offsets, sizes, strides);
}

void Run::emitBlocks(int64_t size) {
  linalg::LinalgOp first = ops[0].first;
  OpBuilder b(first);
  Location loc = first.getLoc();
  auto constant = [&](int64_t value) -> Value {
    return arith::ConstantIndexOp::create(b, loc, value);
  };
  auto loop = scf::ForOp::create(b, loc, constant(0),
                                 constant(ops[0].second.count), constant(size));
  loop->setAttr("kernel.rows", b.getUnitAttr());
  b.setInsertionPointToStart(loop.getBody());
  Value row = loop.getInductionVar();
  for (auto &[op, rows] : ops) {
    SmallVector<Value> operands;
    for (OpOperand &operand : op->getOpOperands()) {
      std::optional<unsigned> dim = rows.dims[operand.getOperandNumber()];
      operands.push_back(
          dim ? block(b, op.getLoc(), operand.get(), *dim, row, size)
              : operand.get());
    }
    Operation *own = b.clone(*op);
    own->setOperands(operands);
    unsigned rowLoop = rows.loop;
    own->walk([&](linalg::IndexOp index) {
      if (index.getDim() != rowLoop)
        return;
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointAfter(index);
      auto sum = arith::AddIOp::create(b, index.getLoc(), index, row);
      index.getResult().replaceAllUsesExcept(sum, sum);
    });
  }
  SmallVector<Value> buffers;
  for (auto &[op, rows] : ops) {
    llvm::append_range(buffers, op.getDpsInits());
    op->erase();
  }
  for (Value buffer : buffers)
    if (inside.contains(buffer) && buffer.use_empty()) {
      inside.erase(buffer);
      buffer.getDefiningOp()->erase();
    }
}

namespace {

struct BlockRowsPass : seqmix::impl::BlockRowsBase<BlockRowsPass> {
  using BlockRowsBase::BlockRowsBase;

  /// What stands between ops of a run and may stand before it.
  static bool mayStandBefore(Operation &op) {
    return isa<memref::AllocOp>(op) ||
           (isMemoryEffectFree(&op) && op.getNumRegions() == 0 &&
            !op.hasTrait<OpTrait::IsTerminator>());
  }

  void runOnBlock(Block &body) {
    auto run = std::make_unique<Run>();
    Operation *first = nullptr;
    auto end = [&] {
      if (run->isWorthBlocks(rows))
        run->emitBlocks(rows);
      run = std::make_unique<Run>();
      first = nullptr;
    };
    for (Operation &op : llvm::make_early_inc_range(body)) {
      if (first && mayStandBefore(op)) {
        op.moveBefore(first);
        continue;
      }
      auto linalgOp = dyn_cast<linalg::LinalgOp>(op);
      if (!linalgOp) {
        end();
        continue;
      }
      if (!run->add(linalgOp)) {
        end();
        run->add(linalgOp);
      }
      if (!first && !run->empty())
        first = &op;
    }
    end();
  }

  void runOnOperation() override {
    SmallVector<Block *> blocks;
    getOperation().walk([&](Block *block) { blocks.push_back(block); });
    for (Block *block : blocks)
      if (!isa<linalg::LinalgOp>(block->getParentOp()))
        runOnBlock(*block);
  }
};

} // namespace
