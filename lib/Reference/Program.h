//===- Program.h - Steps over buffers of doubles ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A region is compiled once, with all sizes known, to a list of steps. A step
// reads and writes slots; a frame holds a buffer for each slot, so that threads
// run one program on frames of their own.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_REFERENCE_PROGRAM_H
#define SEQMIX_LIB_REFERENCE_PROGRAM_H

#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/Operation.h"
#include "mlir/IR/Value.h"
#include "llvm/ADT/DenseMap.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace seqmix::reference {

/// The slots of a program.
class Program {
public:
  /// A slot whose buffer belongs to the frame.
  unsigned addSlot(int64_t elements) {
    slots.push_back({elements, std::nullopt, {}});
    return slots.size() - 1;
  }

  /// A slot whose buffer is bound when the frame is made.
  unsigned addExternal() { return addSlot(-1); }

  /// A slot that no step writes, the same number everywhere.
  unsigned addConstant(int64_t elements, double value) {
    slots.push_back({elements, value, {}});
    return slots.size() - 1;
  }

  /// A slot that no step writes, with these numbers.
  unsigned addConstant(std::vector<double> values) {
    int64_t elements = values.size();
    slots.push_back({elements, std::nullopt, std::move(values)});
    return slots.size() - 1;
  }

private:
  friend class Frame;
  struct Slot {
    int64_t elements;
    std::optional<double> fill;
    std::vector<double> values;
  };
  std::vector<Slot> slots;
};

/// What went wrong while a program ran.
struct RunError {
  mlir::Operation *op;
  std::string message;
};

/// The buffers of one run of a program.
class Frame {
public:
  explicit Frame(const Program &program) { grow(program); }

  /// Makes buffers for slots that were added since.
  void grow(const Program &program);

  double *operator[](unsigned slot) const { return data[slot]; }
  void bind(unsigned slot, double *buffer) { data[slot] = buffer; }
  void swap(unsigned a, unsigned b) { std::swap(data[a], data[b]); }

  /// Stops the run; the first error counts.
  void fail(mlir::Operation *op, std::string message) {
    if (!error)
      error = RunError{op, std::move(message)};
  }
  bool hasFailed() const { return error.has_value(); }
  const std::optional<RunError> &getError() const { return error; }

private:
  std::vector<double *> data;
  std::vector<std::unique_ptr<double[]>> owned;
  std::optional<RunError> error;
};

using Step = std::function<void(Frame &)>;
using Code = std::vector<Step>;

/// Runs all steps, or those up to the first that fails.
void run(const Code &code, Frame &frame);

/// Where a value lives: a slot that holds it densely in row-major order.
struct Place {
  unsigned slot = 0;
  /// Names of the axes; of seq values only.
  llvm::SmallVector<mlir::StringAttr, 4> axes;
  llvm::SmallVector<int64_t, 4> shape;

  int64_t getNumElements() const;
  llvm::SmallVector<int64_t, 4> getStrides() const;
};

/// The values that a region may use: its own and, through captures, those of
/// the regions around it, whose frame is another one.
class Scope {
public:
  Scope(Program &program, Scope *parent) : program(program), parent(parent) {}

  Program &getProgram() { return program; }
  void define(mlir::Value value, Place place) {
    places[value] = std::move(place);
  }

  /// Nothing if no region around defines the value.
  std::optional<Place> lookup(mlir::Value value);

  /// Lets a frame of this scope's program see what it captured of `outer`.
  void bindCaptures(Frame &inner, const Frame &outer) const {
    for (auto [innerSlot, outerSlot] : captures)
      inner.bind(innerSlot, outer[outerSlot]);
  }

private:
  Program &program;
  Scope *parent;
  llvm::DenseMap<mlir::Value, Place> places;
  std::vector<std::pair<unsigned, unsigned>> captures;
};

/// Splits [0, n) into at most `threads` ranges (0: one a hardware thread) and
/// runs `body(range, begin, end)` on each, in threads of their own.
void parallelRanges(
    int64_t n, unsigned threads,
    llvm::function_ref<void(unsigned range, int64_t begin, int64_t end)> body);

/// How many ranges that makes.
unsigned countRanges(int64_t n, unsigned threads);

/// parallelRanges where each range has a frame of its own. `setUp` binds its
/// external slots; the error of the first range that has one goes to `outer`.
void runParallel(
    const Program &program, Frame &outer, int64_t n, unsigned threads,
    llvm::function_ref<void(Frame &)> setUp,
    llvm::function_ref<void(Frame &, int64_t begin, int64_t end)> body);

} // namespace seqmix::reference

#endif // SEQMIX_LIB_REFERENCE_PROGRAM_H
