//===- TileBuilder.h - Named-axis values as tiles
//--------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rewrites values of the seq dialect as linalg on tiles. A tile has a named
// axis a dimension, so that an op of seq becomes a linalg op whose indexing
// maps follow from the names: what an array is laid out like, which of its axes
// are points of the loop and which are tiled does not matter to who lowers it.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_LIB_DERIVE_TILEBUILDER_H
#define SEQMIX_LIB_DERIVE_TILEBUILDER_H

#include "dialects/Seq/Seq.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "llvm/ADT/DenseMap.h"
#include <functional>

namespace seqmix {

using Axes = llvm::SmallVector<mlir::StringAttr, 4>;

/// A tensor over named axes; a scalar where there are none.
struct Tile {
  mlir::Value value;
  Axes axes;

  explicit operator bool() const { return static_cast<bool>(value); }
  bool hasAxis(mlir::StringAttr axis) const {
    return llvm::is_contained(axes, axis);
  }
};

/// What a matrix product of an operator may round to: the narrowest element
/// type of its operands.
mlir::Type productTypeOf(seq::OperatorOp op);

class TileBuilder {
public:
  /// The static size of each axis that tiles have; an axis that is not here is
  /// a point of the loop, along which a tile has no dimension.
  using Sizes = llvm::DenseMap<mlir::StringAttr, int64_t>;
  using Body = llvm::function_ref<mlir::Value(mlir::OpBuilder &, mlir::Location,
                                              mlir::ValueRange)>;

  /// Reads an operand at positions.
  using Element =
      std::function<mlir::Value(unsigned, llvm::ArrayRef<mlir::Value>)>;

  TileBuilder(mlir::OpBuilder &b, mlir::Location loc, seq::OperatorOp op,
              const Sizes &sizes,
              std::function<mlir::Value(llvm::StringRef)> runtimeSize,
              Element element)
      : b(b), loc(loc), op(op), sizes(sizes),
        runtimeSize(std::move(runtimeSize)), element(std::move(element)) {}

  mlir::OpBuilder &builder() { return b; }
  mlir::Location location() const { return loc; }
  void setLocation(mlir::Location l) { loc = l; }
  /// The axis that comes first in every tile that has it.
  void setRowAxis(mlir::StringAttr axis) { row = axis; }
  /// The axis that comes last in every tile that is computed and has it, so
  /// that vectors lie along it.
  void setLaneAxis(mlir::StringAttr axis) { lane = axis; }
  /// Puts the row axis first and the lane axis last.
  void arrange(Axes &axes);
  seq::OperatorOp getOperator() { return op; }

  //===--------------------------------------------------------------------===//
  // Values of seq
  //===--------------------------------------------------------------------===//

  /// Says which tile stands for a value of seq.
  void bind(mlir::Value value, Tile tile) { tiles[value] = tile; }
  /// As `bind`, for a loaded tile in its storage type: converted when used.
  void bindLoaded(mlir::Value value, mlir::Value tensor);
  /// Says that a value of seq is another one: an argument of a step is its
  /// operand.
  void alias(mlir::Value value, mlir::Value other) { aliases[value] = other; }
  bool isBound(mlir::Value value) const { return tiles.contains(value); }
  /// Whether a value is a loaded tile as it is, whose padding is 0.
  bool isLoaded(mlir::Value value);

  /// The tile of a value: bound, or built from its operands' tiles. Null, with
  /// a diagnostic, for an op that has no tile form.
  Tile lift(mlir::Value value);

  /// The dimensions that a tile of these seq axes has, in order.
  Axes tileAxes(llvm::ArrayRef<mlir::StringAttr> axes);
  /// The name an axis has in tiles: rules like S = T and HK divides H resolved.
  mlir::StringAttr canonical(mlir::StringAttr axis);

  //===--------------------------------------------------------------------===//
  // Tiles
  //===--------------------------------------------------------------------===//

  /// An elementwise op over named axes; the result has the broadcast axes, or
  /// the ones given.
  Tile map(llvm::ArrayRef<Tile> inputs, Body body,
           std::optional<Axes> resultAxes = std::nullopt,
           mlir::Type element = {});
  /// The sum of products over named axes.
  Tile dot(Tile x, Tile y, llvm::ArrayRef<mlir::StringAttr> over);
  /// `init` plus the sum of products over named axes.
  Tile accumulate(Tile init, Tile x, Tile y,
                  llvm::ArrayRef<mlir::StringAttr> over);
  /// A reduction over one axis from a start value.
  Tile reduce(Tile x, mlir::StringAttr axis, mlir::Value start, Body combine);
  /// The part at one index of an axis.
  Tile slice(Tile x, mlir::StringAttr axis, int64_t index);
  Tile rename(Tile x, mlir::StringAttr from, mlir::StringAttr to);
  /// The tile with exactly these axes, in this order: broadcast or transposed.
  Tile materialize(Tile x, llvm::ArrayRef<mlir::StringAttr> axes);
  /// The position along an axis of each element, from a start: index values.
  Tile iota(mlir::Value start, mlir::StringAttr axis);
  mlir::Value empty(llvm::ArrayRef<mlir::StringAttr> axes, mlir::Type element);
  Tile constant(double value);
  mlir::RankedTensorType typeOf(llvm::ArrayRef<mlir::StringAttr> axes,
                                mlir::Type element);
  int64_t sizeOf(mlir::StringAttr axis) const { return sizes.lookup(axis); }

  // Elementwise arithmetic on f32 or f64 tiles.
  Tile add(Tile x, Tile y);
  Tile sub(Tile x, Tile y);
  Tile mul(Tile x, Tile y);
  Tile neg(Tile x);
  /// e^x in f32. Of an f64 exponent the result has all digits if products are
  /// exact to f32, else those that the exponent has after rounding.
  Tile exp(Tile x);
  /// e^(x − y) of f64 cumulative gates: the difference is taken in f64.
  Tile expDifference(Tile x, Tile y);

private:
  mlir::Value expOf(mlir::OpBuilder &n, mlir::Location l, mlir::Value exponent);
  Tile liftOp(mlir::Operation *definition, mlir::Value value);
  mlir::Value scalarOf(const Tile &tile);
  mlir::AffineMap mapOf(llvm::ArrayRef<mlir::StringAttr> axes,
                        llvm::ArrayRef<mlir::StringAttr> loops);

  mlir::OpBuilder &b;
  mlir::Location loc;
  mlir::StringAttr row, lane;
  seq::OperatorOp op;
  const Sizes &sizes;
  std::function<mlir::Value(llvm::StringRef)> runtimeSize;
  Element element;
  llvm::DenseMap<mlir::Value, Tile> tiles;
  llvm::DenseMap<mlir::Value, mlir::Value> aliases;
  llvm::DenseSet<mlir::Value> loaded;
};

} // namespace seqmix

#endif // SEQMIX_LIB_DERIVE_TILEBUILDER_H
