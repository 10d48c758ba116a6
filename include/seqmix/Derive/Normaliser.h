//===- Normaliser.h - From scores to weights, tile by tile ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A normaliser of attention as a stream with a carry. To add one, make a folder
// lib/Derive/Normalisers/<Name> with a class and a function
// `std::unique_ptr<Normaliser> create<Name>Normaliser()`; the build finds it.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_DERIVE_NORMALISER_H
#define SEQMIX_DERIVE_NORMALISER_H

#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <memory>

namespace seqmix {

/// What a normaliser builds with: tiles of scores are queries × keys, row
/// values have one element a query.
class RowBuilder {
public:
  using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location,
                                              mlir::ValueRange)>;
  virtual ~RowBuilder() = default;
  /// Elementwise over scores and row values; the result has the axes of the
  /// widest.
  virtual mlir::Value map(mlir::ValueRange inputs, Body body) = 0;
  /// Reduces scores over keys, from a start value.
  virtual mlir::Value reduceKeys(mlir::Value scores, double start,
                                 Body combine) = 0;
  /// A row value that is one number everywhere.
  virtual mlir::Value rows(double value) = 0;
};

class Normaliser {
public:
  virtual ~Normaliser() = default;
  /// The name by which specs ask for it.
  virtual llvm::StringRef getName() const = 0;
  /// How many operands over the parallel axes it takes.
  virtual unsigned getNumOperands() const { return 0; }
  /// Whether it has a logarithm of the denominator to give.
  virtual bool hasLogDenominator() const { return false; }

  /// How many row values it carries.
  virtual unsigned getNumCarries() const { return 0; }
  /// The row values carried, before any key.
  virtual llvm::SmallVector<mlir::Value> init(RowBuilder &b) = 0;

  struct Absorbed {
    mlir::Value weights; ///< of the tile's keys
    mlir::Value rescale; ///< a row value that scales the result so far, or null
    llvm::SmallVector<mlir::Value> carry;
  };
  /// Takes a tile of scores; those of keys that may not be read are −inf, and
  /// their weight must be 0.
  virtual Absorbed absorb(RowBuilder &b, mlir::Value scores,
                          mlir::ValueRange carry) = 0;

  struct Merged {
    mlir::Value rescale; ///< a row value that scales the sum so far, or null
    mlir::Value weight;  ///< a row value that scales the other's sum, or null
    llvm::SmallVector<mlir::Value> carry;
  };
  /// Whether `merge` is there. Without a carry sums add, which it does here.
  virtual bool hasMerge() const { return getNumCarries() == 0; }
  /// Joins the carry of other keys to that of the keys before them.
  virtual Merged merge(RowBuilder &, mlir::ValueRange, mlir::ValueRange) {
    return {};
  }

  struct Finished {
    mlir::Value scale;          ///< a row value that scales the sum, or null
    mlir::Value logDenominator; ///< a row value, or null
  };
  /// After the last key; `operands` are scalars or row values.
  virtual Finished finish(RowBuilder &b, mlir::ValueRange carry,
                          mlir::ValueRange operands) = 0;
};

/// The normaliser of that name, or null.
std::unique_ptr<Normaliser> createNormaliser(llvm::StringRef name);
/// All names, for messages.
llvm::SmallVector<std::string> getNormaliserNames();

} // namespace seqmix

#endif // SEQMIX_DERIVE_NORMALISER_H
