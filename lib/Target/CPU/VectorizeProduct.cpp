//===- VectorizeProduct.cpp - f32 products as micro-kernels ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// out[m, n] += Σ_k a[m, k] b[k, n], with out contiguous in n. A micro-kernel
// keeps MR rows × NR columns of out in registers over the whole of K; a row of
// b is NR / lanes loads, an element of a is one broadcast.

#include "lib/Target/CPU/GenericBody.h"
#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace seqmix::cpu;

namespace {

/// Elements of a packed panel: 64 KiB.
constexpr int64_t kStackElements = 16384;

/// Rows and vectors of columns that a micro-kernel holds.
struct RegisterBlock {
  int64_t rows;
  int64_t vectors;
};

class ProductEmitter {
public:
  ProductEmitter(const Product &product, Operation *op, OpBuilder &builder,
                 int64_t lanes, PackedFactors &factors)
      : p(product), op(op), v(builder, op->getLoc(), lanes), factors(factors),
        ivs(product.ranges.size()) {}

  /// Whether the sums of a block of out are in registers over all of K.
  bool sumsAtOnce() const {
    return p.ranges[p.k] <= depthLimit(chooseBlock().vectors);
  }
  /// Adds the product to out; or puts it there.
  void emit(bool overwrite) {
    fromZero = overwrite;
    emitOuter(p.outer);
  }

private:
  void emitOuter(ArrayRef<unsigned> dims);
  void emitPanels();
  void forPanels(function_ref<void(Value, int64_t, int64_t)> body);
  void emitPanel(Value n, int64_t vectors, int64_t columns);
  void emitRows(Value n, RegisterBlock block, int64_t columns, Value k0,
                int64_t depth);
  void emitKernel(Value m, Value n, RegisterBlock block, int64_t columns,
                  Value k0, int64_t depth);
  void packAhead();
  void pack(Value n, int64_t vectors, int64_t columns, Value k0, int64_t depth);
  void packRows(Value n, int64_t vectors, int64_t columns, Value k0,
                int64_t depth);
  void packTransposed(Value n, Value column, int64_t columns, int64_t panel,
                      Value k0, Value k, int64_t depth);

  RegisterBlock chooseBlock() const;
  bool isTransposed() const;
  bool mustPack(bool ahead = false) const;
  void widenA();
  Value loadA(Value m, Value k);
  SmallVector<Value> place(AffineMap map, Value m, Value n, Value k);
  int64_t lanesOf(Value memref, int64_t count, bool write) const;
  int64_t depthLimit(int64_t vectors) const;

  const Product &p;
  Operation *op;
  VectorBuilder v;
  /// Sums start from zero, not from what out holds.
  bool fromZero = false;
  PackedFactors &factors;
  SmallVector<Value> ivs;
  /// Packed b of the panel at hand: depth × panel width, or null.
  Value packed;
  /// Where the panel at hand starts in it.
  Value packedFirst;
  /// All panels of b, packed ahead of a loop, or null.
  Value ahead;
  /// a in f32, as it lies, or null.
  Value wideA;
};

} // namespace

//===----------------------------------------------------------------------===//
// Decisions
//===----------------------------------------------------------------------===//

/// 8 × 3 or 8 × 2 of 32 registers, 6 × 2 of 16: enough independent sums to hide
/// the latency of a multiply-add, and few enough that nothing spills.
RegisterBlock ProductEmitter::chooseBlock() const {
  int64_t vectors = llvm::divideCeil(p.ranges[p.n], v.lanes);
  if (v.registers() < 32)
    return {vectors == 1 ? 8 : 6, std::min<int64_t>(vectors, 2)};
  if (vectors == 1)
    return {16, 1};
  return {8, vectors == 3 ? 3 : 2};
}

/// Whether rows of b along n are apart, but along k contiguous.
bool ProductEmitter::isTransposed() const {
  return isLastContiguous(p.b) &&
         p.bMap.getDimPosition(p.bMap.getNumResults() - 1) == p.k;
}

bool ProductEmitter::mustPack(bool ahead) const {
  bool contiguous = isLastContiguous(p.b) &&
                    p.bMap.getDimPosition(p.bMap.getNumResults() - 1) == p.n;
  bool isF32 = cast<MemRefType>(p.b.getType()).getElementType().isF32();
  // Widening pays once it serves several row blocks.
  return !contiguous ||
         (!isF32 && (ahead || p.ranges[p.m] > 2 * chooseBlock().rows));
}

/// All lanes where the row reaches that far, else those that count.
int64_t ProductEmitter::lanesOf(Value memref, int64_t count, bool write) const {
  if (count >= v.lanes)
    return v.lanes;
  RowSpace space = getRowSpace(memref);
  int64_t end = llvm::alignTo(p.ranges[p.n], v.lanes);
  return end <= (write ? space.writable : space.readable) ? v.lanes : count;
}

/// Elements along K of a panel that is packed at a time, at most.
int64_t ProductEmitter::depthLimit(int64_t vectors) const {
  return kStackElements / (vectors * v.lanes) / v.lanes * v.lanes;
}

//===----------------------------------------------------------------------===//
// Packing b: panels of depth × (vectors · lanes) f32
//===----------------------------------------------------------------------===//

SmallVector<Value> ProductEmitter::place(AffineMap map, Value m, Value n,
                                         Value k) {
  SmallVector<Value> at(ivs);
  at[p.m] = m, at[p.n] = n, at[p.k] = k;
  return evaluateMap(v, map, at);
}

/// `columns` (at most lanes) columns from n + column by `depth` (at most lanes)
/// elements of K from k0 + k.
void ProductEmitter::packTransposed(Value n, Value column, int64_t columns,
                                    int64_t panel, Value k0, Value k,
                                    int64_t depth) {
  SmallVector<Value> rows;
  for (int64_t lane = 0; lane < v.lanes; ++lane) {
    if (lane >= columns) {
      rows.push_back(v.zero(v.b.getF32Type()));
      continue;
    }
    Value at = v.add(v.add(n, column), lane);
    Value row = v.load(p.b, place(p.bMap, {}, at, v.add(k0, k)), depth);
    rows.push_back(v.convert(row, v.b.getF32Type()));
  }
  transposeInRegisters(v, rows);
  for (int64_t i = 0; i < depth; ++i)
    vector::StoreOp::create(
        v.b, v.loc, rows[i], packed,
        ValueRange{
            v.add(v.add(v.mul(v.add(k, i), panel), column), packedFirst)});
}

/// Row by row along n, widened or gathered.
void ProductEmitter::packRows(Value n, int64_t vectors, int64_t columns,
                              Value k0, int64_t depth) {
  bool contiguous = isLastContiguous(p.b) &&
                    p.bMap.getDimPosition(p.bMap.getNumResults() - 1) == p.n;
  v.loop(depth, 1, [&](Value k) {
    for (int64_t j = 0; j < vectors; ++j) {
      int64_t count = std::min(v.lanes, columns - j * v.lanes);
      Value column = v.add(n, j * v.lanes);
      Value row;
      if (contiguous)
        row = v.load(p.b, place(p.bMap, {}, column, v.add(k0, k)),
                     lanesOf(p.b, count, /*write=*/false));
      else
        row = v.gather(
            p.b,
            [&](int64_t lane) {
              return place(p.bMap, {}, v.add(column, lane), v.add(k0, k));
            },
            count);
      row = v.convert(row, v.b.getF32Type());
      vector::StoreOp::create(
          v.b, v.loc, row, packed,
          ValueRange{v.add(v.add(v.mul(k, vectors * v.lanes), j * v.lanes),
                           packedFirst)});
    }
  });
}

void ProductEmitter::pack(Value n, int64_t vectors, int64_t columns, Value k0,
                          int64_t depth) {
  if (!isTransposed()) {
    packRows(n, vectors, columns, k0, depth);
    return;
  }
  int64_t full = depth / v.lanes * v.lanes;
  int64_t panel = vectors * v.lanes;
  auto packColumns = [&](Value column, int64_t count) {
    v.loop(full, v.lanes, [&](Value k) {
      packTransposed(n, column, count, panel, k0, k, v.lanes);
    });
    if (full < depth)
      packTransposed(n, column, count, panel, k0, v.index(full), depth - full);
  };
  int64_t whole = columns / v.lanes * v.lanes;
  v.loop(whole, v.lanes, [&](Value at) { packColumns(at, v.lanes); });
  if (whole < columns)
    packColumns(v.index(whole), columns - whole);
}

//===----------------------------------------------------------------------===//
// Widening a
//===----------------------------------------------------------------------===//

/// Whether a is contiguous along K; else it is along m.
static bool isAlongK(const Product &p) {
  return p.aMap.getDimPosition(p.aMap.getNumResults() - 1) == p.k;
}

/// Each panel reads every element of a on its own: in f32 that is one load.
void ProductEmitter::widenA() {
  int64_t rows = p.ranges[p.m], depth = p.ranges[p.k];
  unsigned last = p.aMap.getDimPosition(p.aMap.getNumResults() - 1);
  bool isNarrow = !cast<MemRefType>(p.a.getType()).getElementType().isF32();
  int64_t line = isAlongK(p) ? depth : rows;
  int64_t width = llvm::alignTo(line, v.lanes);
  if (!isNarrow || !isLastContiguous(p.a) || (last != p.m && last != p.k) ||
      rows * depth / line * width > kStackElements)
    return;
  auto type =
      MemRefType::get({kStackElements / width, width}, v.b.getF32Type());
  wideA = getStackScratch(v, op, type);
  v.loop(rows * depth / line, 1, [&](Value outer) {
    auto widen = [&](Value inner, int64_t count) {
      Value m = isAlongK(p) ? outer : inner, k = isAlongK(p) ? inner : outer;
      Value wide = v.convert(v.load(p.a, place(p.aMap, m, {}, k), count),
                             v.b.getF32Type());
      vector::StoreOp::create(v.b, v.loc, wide, wideA,
                              ValueRange{outer, inner});
    };
    int64_t full = line / v.lanes * v.lanes;
    v.loop(full, v.lanes, [&](Value inner) { widen(inner, v.lanes); });
    if (full < line)
      widen(v.index(full), line - full);
  });
}

/// An element of a as f32.
Value ProductEmitter::loadA(Value m, Value k) {
  if (wideA)
    return memref::LoadOp::create(
        v.b, v.loc, wideA, isAlongK(p) ? ValueRange{m, k} : ValueRange{k, m});
  Value element =
      memref::LoadOp::create(v.b, v.loc, p.a, place(p.aMap, m, {}, k));
  return v.convert(element, v.b.getF32Type());
}

//===----------------------------------------------------------------------===//
// Loops
//===----------------------------------------------------------------------===//

/// One block of out in registers: rows m…, columns n…, over K from k0.
void ProductEmitter::emitKernel(Value m, Value n, RegisterBlock block,
                                int64_t columns, Value k0, int64_t depth) {
  auto count = [&](int64_t j) {
    return std::min(v.lanes, columns - j * v.lanes);
  };
  SmallVector<Value> sums;
  for (int64_t i = 0; i < block.rows; ++i)
    for (int64_t j = 0; j < block.vectors; ++j)
      sums.push_back(
          fromZero
              ? v.zero(v.b.getF32Type())
              : v.load(p.out,
                       place(p.outMap, v.add(m, i), v.add(n, j * v.lanes), {}),
                       lanesOf(p.out, count(j), /*write=*/false)));

  auto step = [&](Value k, ValueRange carried) {
    SmallVector<Value> columnsOfB;
    for (int64_t j = 0; j < block.vectors; ++j) {
      if (packed) {
        columnsOfB.push_back(vector::LoadOp::create(
            v.b, v.loc, v.type(v.b.getF32Type()), packed,
            ValueRange{
                v.add(v.add(v.mul(k, block.vectors * v.lanes), j * v.lanes),
                      packedFirst)}));
        continue;
      }
      Value row =
          v.load(p.b, place(p.bMap, {}, v.add(n, j * v.lanes), v.add(k0, k)),
                 lanesOf(p.b, count(j), /*write=*/false));
      columnsOfB.push_back(v.convert(row, v.b.getF32Type()));
    }
    SmallVector<Value> next;
    for (int64_t i = 0; i < block.rows; ++i) {
      Value element = v.broadcast(loadA(v.add(m, i), v.add(k0, k)));
      for (int64_t j = 0; j < block.vectors; ++j)
        next.push_back(vector::FMAOp::create(v.b, v.loc, element, columnsOfB[j],
                                             carried[i * block.vectors + j]));
    }
    return next;
  };
  if (p.isFactorLower && depth == p.ranges[p.k])
    sums = v.loop(v.b.createOrFold<arith::MinUIOp>(v.loc, v.add(m, block.rows),
                                                   v.index(depth)),
                  1, sums, step);
  else
    sums = v.loop(depth, 1, sums, step);

  for (int64_t i = 0; i < block.rows; ++i)
    for (int64_t j = 0; j < block.vectors; ++j)
      v.store(sums[i * block.vectors + j], p.out,
              place(p.outMap, v.add(m, i), v.add(n, j * v.lanes), {}),
              lanesOf(p.out, count(j), /*write=*/true));
}

void ProductEmitter::emitRows(Value n, RegisterBlock block, int64_t columns,
                              Value k0, int64_t depth) {
  int64_t rows = p.ranges[p.m];
  int64_t full = rows / block.rows * block.rows;
  auto rowsOfBlock = [&](Value m) {
    emitKernel(m, n, block, columns, k0, depth);
  };
  if (p.isOutLower && full > block.rows) {
    // Not those that are above the diagonal.
    Value first =
        v.b.createOrFold<arith::DivUIOp>(v.loc, n, v.index(block.rows));
    v.loop(v.mul(first, block.rows), v.index(full), block.rows, rowsOfBlock);
  } else {
    v.loop(full, block.rows, rowsOfBlock);
  }
  if (full < rows)
    emitKernel(v.index(full), n, {rows - full, block.vectors}, columns, k0,
               depth);
}

/// `columns` of out from n on, at most vectors · lanes.
void ProductEmitter::emitPanel(Value n, int64_t vectors, int64_t columns) {
  RegisterBlock block = chooseBlock();
  block.vectors = vectors;
  int64_t depth = p.ranges[p.k];
  if (ahead || !mustPack()) {
    packed = ahead;
    packedFirst = v.mul(n, depth);
    emitRows(n, block, columns, v.index(0), depth);
    packed = {};
    return;
  }
  packed = getStackScratch(v, op,
                           MemRefType::get({kStackElements}, v.b.getF32Type()));
  packedFirst = v.index(0);
  int64_t limit = depthLimit(vectors);
  int64_t full = depth / limit * limit;
  auto emitDepth = [&](Value k0, int64_t part) {
    pack(n, vectors, columns, k0, part);
    emitRows(n, block, columns, k0, part);
  };
  v.loop(full, limit, [&](Value k0) { emitDepth(k0, limit); });
  if (full < depth)
    emitDepth(v.index(full), depth - full);
  packed = {};
}

/// Packs all of b ahead of the loop over rows that the op is in, if there is
/// one: panel by panel, each of K rows.
void ProductEmitter::packAhead() {
  auto loop = getLoopToPackBefore(cast<linalg::LinalgOp>(op), p);
  int64_t depth = p.ranges[p.k], columns = p.ranges[p.n];
  int64_t elements = depth * llvm::alignTo(columns, v.lanes);
  if (!loop || !mustPack(/*ahead=*/true) || elements > 2 * kStackElements)
    return;
  Value &panels = factors.find(loop, p, v.b.getF32Type());
  if (!panels) {
    OpBuilder::InsertionGuard guard(v.b);
    v.b.setInsertionPoint(loop);
    packed = panels =
        getLoopScratch(v, loop, MemRefType::get({elements}, v.b.getF32Type()));
    forPanels([&](Value n, int64_t vectors, int64_t count) {
      packedFirst = v.mul(n, depth);
      pack(n, vectors, count, v.index(0), depth);
    });
    packed = {};
  }
  ahead = panels;
}

/// Calls `body` with the first column, the vectors and the columns of a panel.
void ProductEmitter::forPanels(
    function_ref<void(Value, int64_t, int64_t)> body) {
  int64_t columns = p.ranges[p.n];
  int64_t vectors = chooseBlock().vectors;
  int64_t width = vectors * v.lanes;
  int64_t full = columns / width * width;
  v.loop(full, width, [&](Value n) { body(n, vectors, width); });
  if (full < columns)
    body(v.index(full), llvm::divideCeil(columns - full, v.lanes),
         columns - full);
}

void ProductEmitter::emitPanels() {
  widenA();
  packAhead();
  forPanels([&](Value n, int64_t vectors, int64_t columns) {
    emitPanel(n, vectors, columns);
  });
}

void ProductEmitter::emitOuter(ArrayRef<unsigned> dims) {
  if (dims.empty()) {
    emitPanels();
    return;
  }
  v.loop(p.ranges[dims.front()], 1, [&](Value at) {
    ivs[dims.front()] = at;
    emitOuter(dims.drop_front());
  });
}

LogicalResult seqmix::cpu::vectorizeProduct(linalg::LinalgOp op, int64_t lanes,
                                            PackedFactors &packed) {
  FailureOr<Product> product = matchProduct(op);
  if (failed(product))
    return failure();
  OpBuilder builder(op);
  ProductEmitter emitter(*product, op, builder, lanes, packed);
  emitter.emit(takeFill(op, *product, lanes, emitter.sumsAtOnce()));
  op->erase();
  return success();
}
