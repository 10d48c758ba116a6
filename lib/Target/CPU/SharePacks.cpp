//===- SharePacks.cpp - Factors that several products read ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Isa.h"
#include "lib/Target/CPU/Passes.h"
#include "lib/Target/CPU/Product.h"
#include "lib/Target/CPU/Vectors.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"

namespace seqmix::cpu {
#define GEN_PASS_DEF_SHAREPACKS
#include "lib/Target/CPU/Passes.h.inc"
} // namespace seqmix::cpu

using namespace mlir;
using namespace seqmix::cpu;

/// Packed factors of a function are 256 KiB at most.
static constexpr int64_t kMostWords = 65536;

namespace {

/// Products of one factor, in order, that is not written between them.
struct Group {
  SmallVector<linalg::LinalgOp> products;
  Operation *firstPlace, *lastPlace;
  Product first;
};

struct SharePacks : public seqmix::cpu::impl::SharePacksBase<SharePacks> {
  void runOnOperation() override {
    auto unit = getOperation()->getAttrOfType<StringAttr>("kernel.matrix");
    if (!unit || unit.getValue().empty())
      return;
    std::vector<Group> groups;
    getOperation()->walk([&](linalg::LinalgOp op) { add(groups, op); });
    int64_t number = 0, words = 0;
    Builder b(&getContext());
    for (Group &group : groups) {
      if (group.products.size() < 2)
        continue;
      words += countPackedWords(group.first);
      if (words > kMostWords)
        return;
      for (linalg::LinalgOp op : group.products)
        op->setAttr("kernel.packed", b.getI64IntegerAttr(number));
      ++number;
    }
  }

  /// Adds a product to the last group of its factor, or makes one.
  static void add(std::vector<Group> &groups, linalg::LinalgOp op) {
    if (!isProductOfPairs(op))
      return;
    Product product = *matchProduct(op);
    // Of a tile in scratch all uses are seen.
    Value tile = tileOf(product.b);
    if (!product.outer.empty() || !mayPackAhead(product) ||
        !tile.getDefiningOp<memref::ViewOp>())
      return;
    Operation *place = getPlaceToPack(op, product);
    for (Group &group : llvm::reverse(groups)) {
      if (!isSameFactor(group.first, product) ||
          group.lastPlace->getBlock() != place->getBlock())
        continue;
      bool isWritten = isWrittenBy(tile, [&](Operation *user) {
        Operation *at = place->getBlock()->findAncestorOpInBlock(*user);
        return at && !at->isBeforeInBlock(group.firstPlace) &&
               !place->isBeforeInBlock(at);
      });
      if (isWritten)
        break;
      group.products.push_back(op);
      group.lastPlace = place;
      return;
    }
    bool isWritten = isWrittenBy(
        tile, [&](Operation *user) { return place->isAncestor(user); });
    if (!isWritten)
      groups.push_back({{op}, place, place, product});
  }

  static bool isSameFactor(const Product &x, const Product &y) {
    auto isAlongK = [](const Product &p) {
      return p.bMap.getDimPosition(p.bMap.getNumResults() - 1) == p.k;
    };
    return x.b == y.b && isAlongK(x) == isAlongK(y);
  }
};

} // namespace
