//===- Threads.h - Writing code for the threads of a block
//-------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Coordinates inside a tile are i32 values (a tile is far smaller than 2^31)
// that are never negative; they become `index` where memory is accessed.

#ifndef SEQMIX_TARGET_CUDA_THREADS_H
#define SEQMIX_TARGET_CUDA_THREADS_H

#include "mlir/IR/AffineMap.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "llvm/ADT/STLFunctionalExtras.h"

namespace seqmix::cuda {

constexpr int64_t kWarp = 32;

/// What the threads of a function share: how many there are and who each is.
struct ThreadIds {
  int64_t threads;
  mlir::Value thread, warp, lane;
};

/// Makes the ids at the start of a function's body.
ThreadIds createThreadIds(mlir::OpBuilder &b, mlir::Location loc,
                          int64_t threads);

/// A builder that inserts before one operation of the task.
class BlockBuilder : public mlir::ImplicitLocOpBuilder {
public:
  BlockBuilder(mlir::Operation *before, const ThreadIds &ids)
      : ImplicitLocOpBuilder(before->getLoc(), before), ids(ids) {}

  using Body = llvm::function_ref<void(mlir::Value)>;

  int64_t numThreads() const { return ids.threads; }
  int64_t numWarps() const { return ids.threads / kWarp; }
  mlir::Value getThread() const { return ids.thread; }
  mlir::Value getWarp() const { return ids.warp; }
  mlir::Value getLane() const { return ids.lane; }

  mlir::Value i32(int64_t value);
  mlir::Value add(mlir::Value lhs, mlir::Value rhs);
  mlir::Value add(mlir::Value lhs, int64_t rhs);
  mlir::Value mul(mlir::Value lhs, int64_t rhs);
  mlir::Value div(mlir::Value lhs, int64_t rhs);
  mlir::Value rem(mlir::Value lhs, int64_t rhs);
  mlir::Value min(mlir::Value lhs, int64_t rhs);
  mlir::Value less(mlir::Value lhs, int64_t rhs);
  /// Both, where null is true.
  mlir::Value both(mlir::Value lhs, mlir::Value rhs);
  /// An i32 coordinate as an index.
  mlir::Value index(mlir::Value value);

  /// The coordinates of element `linear` of a row-major space.
  llvm::SmallVector<mlir::Value> delinearize(mlir::Value linear,
                                             llvm::ArrayRef<int64_t> sizes);

  /// The indices that a map gives for coordinates. The map must be `isSimple`.
  llvm::SmallVector<mlir::Value> apply(mlir::AffineMap map,
                                       llvm::ArrayRef<mlir::Value> coordinates);
  /// Whether results of the map are sums and products of dimensions and
  /// constants.
  static bool isSimple(mlir::AffineMap map);

  /// Runs the body for each number below `total`, dealt to the threads in turn.
  void forEachThread(int64_t total, Body body) {
    deal(ids.thread, ids.threads, total, body);
  }
  /// The same, dealt to warps: the body runs with all lanes of a warp.
  void forEachWarp(int64_t total, Body body) {
    deal(ids.warp, numWarps(), total, body);
  }

  using LoopBody = llvm::function_ref<llvm::SmallVector<mlir::Value>(
      mlir::Value, mlir::ValueRange)>;
  /// A loop from 0 to `count` that carries values; none if `count` is 1 or
  /// less.
  llvm::SmallVector<mlir::Value> loop(int64_t count, mlir::ValueRange init,
                                      LoopBody body);
  /// Runs the body where the condition holds (null: always).
  void when(mlir::Value condition, llvm::function_ref<void()> body);

  void barrier();

  /// The value of the lane whose number differs by `mask`; 32 or 64 bits wide.
  mlir::Value shuffleXor(mlir::Value value, int64_t mask);

private:
  void deal(mlir::Value worker, int64_t workers, int64_t total, Body body);
  mlir::Value evaluate(mlir::AffineExpr expr,
                       llvm::ArrayRef<mlir::Value> coordinates);

  const ThreadIds &ids;
};

} // namespace seqmix::cuda

#endif // SEQMIX_TARGET_CUDA_THREADS_H
