//===- CountCosts.cpp - What an entry computes and moves ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "dialects/Kernel/Kernel.h"
#include "dialects/Stream/Stream.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/Matchers.h"
#include "seqmix/Derive/Passes.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/TypeSwitch.h"
#include <map>
#include <set>

namespace seqmix {
#define GEN_PASS_DEF_COUNTCOSTS
#include "seqmix/Derive/Passes.h.inc"
} // namespace seqmix

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

namespace {

/// What one run of a region computes.
struct Work {
  int64_t multiplyAdds = 0;
  /// By name: exp, log1p, div …
  std::map<std::string, int64_t> functions;
  /// Read element by element, by position, beside the tiles.
  int64_t bytesRead = 0;

  bool isEmpty() const {
    return multiplyAdds == 0 && functions.empty() && bytesRead == 0;
  }
  std::string str() const;
};

} // namespace

static int64_t bytesOf(Type type) {
  return llvm::divideCeil(getElementTypeOrSelf(type).getIntOrFloatBitWidth(),
                          8);
}

std::string Work::str() const {
  SmallVector<std::string> parts;
  if (multiplyAdds)
    parts.push_back(std::to_string(multiplyAdds) + " multiply-adds");
  for (auto &[name, count] : functions)
    parts.push_back(std::to_string(count) + " " + name);
  if (bytesRead)
    parts.push_back(std::to_string(bytesRead) + " bytes read by position");
  return llvm::join(parts, ", ");
}

/// Counts an op that runs so many times, if it is more than an addition, a
/// multiplication, a comparison or a move.
static void countScalar(Operation &op, int64_t times, Work &work) {
  if (auto load = dyn_cast<memref::LoadOp>(op)) {
    work.bytesRead += times * bytesOf(load.getType());
    return;
  }
  if (isa<arith::DivFOp>(op))
    work.functions["div"] += times;
  // These are one instruction, or two.
  if (isa<math::MathDialect>(op.getDialect()) &&
      !isa<math::AbsFOp, math::CopySignOp, math::FloorOp, math::FmaOp>(op))
    work.functions[op.getName().stripDialect().str()] += times;
}

/// Whether a body adds a product to what it has so far.
static bool accumulatesProducts(linalg::LinalgOp op) {
  if (op.getNumReductionLoops() == 0)
    return false;
  return llvm::any_of(op.getBlock()->getOps<arith::AddFOp>(), [&](auto add) {
    auto isSum = [&](Value value) {
      auto argument = dyn_cast<BlockArgument>(value);
      return argument && argument.getArgNumber() >=
                             static_cast<unsigned>(op.getNumDpsInputs());
    };
    auto isProduct = [](Value value) {
      return value.getDefiningOp<arith::MulFOp>() != nullptr;
    };
    return (isSum(add.getLhs()) && isProduct(add.getRhs())) ||
           (isSum(add.getRhs()) && isProduct(add.getLhs()));
  });
}

static void countLinalg(linalg::LinalgOp op, Work &work) {
  int64_t times = 1;
  for (int64_t range : op.getStaticLoopRanges())
    times *= range;
  if (isa<linalg::ContractOp>(op) || accumulatesProducts(op))
    work.multiplyAdds += times;
  for (Operation &inner : op.getBlock()->without_terminator())
    countScalar(inner, times, work);
}

/// The exponentials of gates on a tile op: those of a ratio a pair where a
/// token has one gate, else those of rows that are scaled before and after.
static void countGates(OperandRange gates, int64_t pairs, Work &work) {
  if (gates.empty())
    return;
  auto type = cast<ShapedType>(gates.front().getType());
  work.functions["exp"] +=
      type.getRank() == 1 ? pairs : 2 * type.getNumElements();
}

/// Counts what a region does when it runs once. Of a triangle the whole square
/// counts, which matrix units compute, but of a solve the substitution.
static Work countRegion(Region &region) {
  Work work;
  if (region.empty())
    return work;
  for (Operation &op : region.front().without_terminator())
    TypeSwitch<Operation *>(&op)
        .Case<linalg::LinalgOp>(
            [&](auto linalgOp) { countLinalg(linalgOp, work); })
        .Case<stream::ScoresOp>([&](stream::ScoresOp scores) {
          auto x = cast<ShapedType>(scores.getX().getType());
          int64_t rows = x.getDimSize(0);
          work.multiplyAdds += rows * x.getNumElements();
          countGates(scores.getGates(), rows * rows, work);
        })
        .Case<stream::ApplyOp>([&](stream::ApplyOp apply) {
          auto x = cast<ShapedType>(apply.getX().getType());
          work.multiplyAdds += x.getDimSize(0) * x.getNumElements();
          countGates(apply.getGates(), 0, work);
        })
        .Case<stream::SolveOp>([&](stream::SolveOp solve) {
          auto r = cast<ShapedType>(solve.getR().getType());
          int64_t rows = r.getDimSize(0);
          work.multiplyAdds += (rows - 1) * r.getNumElements() / 2;
          countGates(solve.getGates(), 0, work);
        })
        .Default([&](Operation *other) { countScalar(*other, 1, work); });
  return work;
}

//===----------------------------------------------------------------------===//
// Formulas
//===----------------------------------------------------------------------===//

namespace {

/// Writes index arithmetic on the sizes of an entry as a formula.
class Formula {
public:
  explicit Formula(kernel::EntryOp entry) : entry(entry) {}

  /// Null if the value is no such arithmetic.
  std::optional<std::string> write(Value value);
  /// A product of factors; "1" factors are left out.
  static std::string product(ArrayRef<std::string> factors);
  /// How many tiles there are of an axis.
  std::string tiles(StringRef axis, Value size, int64_t tile);

private:
  std::optional<std::string> writeOp(Operation *op);
  std::optional<std::string> call(StringRef name, Operation *op);
  std::optional<std::string> quotient(StringRef rounding, Operation *op);

  kernel::EntryOp entry;
};

} // namespace

/// A formula as a factor: a sum in parentheses.
static std::string inParentheses(StringRef text) {
  unsigned depth = 0;
  for (char c : text) {
    depth += (c == '(') - (c == ')');
    if (c == ' ' && depth == 0)
      return "(" + text.str() + ")";
  }
  return text.str();
}

std::string Formula::product(ArrayRef<std::string> factors) {
  SmallVector<std::string> kept;
  for (const std::string &factor : factors)
    if (factor != "1")
      kept.push_back(inParentheses(factor));
  return kept.empty() ? "1" : llvm::join(kept, "*");
}

/// Whether the size of an axis is neither a size of the entry nor a number.
static bool isComputed(Value size) {
  return !isa<BlockArgument>(size) && !matchPattern(size, m_Constant());
}

std::string Formula::tiles(StringRef axis, Value size, int64_t tile) {
  std::string text =
      isComputed(size) ? axis.str() : write(size).value_or(axis.str());
  int64_t number;
  if (!StringRef(text).getAsInteger(10, number))
    return std::to_string(llvm::divideCeil(number, tile));
  return tile == 1 ? text : "ceil(" + text + "/" + std::to_string(tile) + ")";
}

/// `min(a, b, c)`, the same term once.
std::optional<std::string> Formula::call(StringRef name, Operation *op) {
  llvm::SmallVector<std::string> terms;
  SmallVector<Value> pending(llvm::reverse(op->getOperands()));
  while (!pending.empty()) {
    Value value = pending.pop_back_val();
    if (Operation *inner = value.getDefiningOp();
        inner && inner->getName() == op->getName()) {
      llvm::append_range(pending, llvm::reverse(inner->getOperands()));
      continue;
    }
    std::optional<std::string> term = write(value);
    if (!term)
      return std::nullopt;
    if (!llvm::is_contained(terms, *term))
      terms.push_back(*term);
  }
  if (terms.size() == 1)
    return terms.front();
  return name.str() + "(" + llvm::join(terms, ", ") + ")";
}

/// `ceil(a/b)`.
std::optional<std::string> Formula::quotient(StringRef rounding,
                                             Operation *op) {
  std::optional<std::string> lhs = write(op->getOperand(0));
  std::optional<std::string> rhs = write(op->getOperand(1));
  if (!lhs || !rhs)
    return std::nullopt;
  std::string divisor = inParentheses(*rhs);
  if (StringRef(divisor).contains('*'))
    divisor = "(" + divisor + ")";
  return rounding.str() + "(" + inParentheses(*lhs) + "/" + divisor + ")";
}

std::optional<std::string> Formula::write(Value value) {
  APInt constant;
  if (matchPattern(value, m_ConstantInt(&constant)))
    return llvm::toString(constant, 10, /*Signed=*/true);
  if (auto argument = dyn_cast<BlockArgument>(value)) {
    if (argument.getOwner()->getParentOp() != entry ||
        argument.getArgNumber() >= entry.getSizes().size())
      return std::nullopt;
    auto name = cast<StringAttr>(entry.getSizes()[argument.getArgNumber()]);
    if (auto fixed = entry.getRequire().getAs<IntegerAttr>(name))
      return std::to_string(fixed.getInt());
    return name.getValue().str();
  }
  return writeOp(value.getDefiningOp());
}

std::optional<std::string> Formula::writeOp(Operation *op) {
  auto binary = [&](StringRef sign) -> std::optional<std::string> {
    std::optional<std::string> lhs = write(op->getOperand(0));
    std::optional<std::string> rhs = write(op->getOperand(1));
    if (!lhs || !rhs)
      return std::nullopt;
    if (sign == "*")
      return product({*lhs, *rhs});
    StringRef more = *rhs;
    if (sign == "+" && more.consume_front("-"))
      return *lhs + " - " + more.str();
    return *lhs + " " + sign.str() + " " + *rhs;
  };
  return TypeSwitch<Operation *, std::optional<std::string>>(op)
      .Case<stream::ExtentOp>([&](stream::ExtentOp extent) {
        return entry.canonicalSize(extent.getAxis()).str();
      })
      .Case<stream::PositionOp>([&](stream::PositionOp position) {
        return "first(" + position.getAxis().str() + ")";
      })
      .Case<arith::IndexCastOp>(
          [&](arith::IndexCastOp cast) { return write(cast.getIn()); })
      .Case<arith::AddIOp>([&](auto) { return binary("+"); })
      .Case<arith::SubIOp>([&](auto) { return binary("-"); })
      .Case<arith::MulIOp>([&](auto) { return binary("*"); })
      .Case<arith::MinSIOp, arith::MinUIOp>(
          [&](auto) { return call("min", op); })
      .Case<arith::MaxSIOp, arith::MaxUIOp>(
          [&](auto) { return call("max", op); })
      .Case<arith::CeilDivSIOp, arith::CeilDivUIOp>(
          [&](auto) { return quotient("ceil", op); })
      .Case<arith::DivSIOp, arith::FloorDivSIOp, arith::DivUIOp>(
          [&](auto) { return quotient("floor", op); })
      .Default([](Operation *) { return std::nullopt; });
}

//===----------------------------------------------------------------------===//
// The loop
//===----------------------------------------------------------------------===//

namespace {

/// Bytes a task moves once, and for each position of the stream.
struct Traffic {
  int64_t once = 0, perPosition = 0;

  std::string str(StringRef axis) const {
    std::string text = std::to_string(once) + " bytes";
    if (perPosition)
      text +=
          " and " + std::to_string(perPosition) + " for each of " + axis.str();
    return text;
  }
};

} // namespace

/// How many tiles a task takes.
static int64_t groupOf(stream::LoopOp loop) {
  std::optional<unsigned> axis = loop.getGroupedAxis();
  return axis ? loop.getGroup(*axis) : 1;
}

/// `B*H tasks of ceil(T/64) steps; a step: …; a task besides: …`, or of 8
/// tiles of so many steps each.
static std::string sayWork(kernel::EntryOp entry, stream::LoopOp loop) {
  Formula formula(entry);
  SmallVector<std::string> factors;
  for (auto [number, axis, size, tile] :
       llvm::enumerate(loop.getParallelAxes().getAsRange<StringAttr>(),
                       loop.getParallelSizes(), loop.getParallelTiles()))
    factors.push_back(
        formula.tiles(axis.getValue(), size, tile * loop.getGroup(number)));
  int64_t group = groupOf(loop);
  std::string text = "cost: " + Formula::product(factors) + " tasks of ";
  if (group != 1)
    text += std::to_string(group) + " tiles of ";
  std::string steps = formula.tiles(loop.getStreamAxis(), loop.getStreamSize(),
                                    loop.getStreamTile());
  steps += steps == "1" ? " step" : " steps";
  if (Region &range = loop.getRange(); !range.empty()) {
    Operation *yield = range.front().getTerminator();
    std::optional<std::string> begin = formula.write(yield->getOperand(0));
    std::optional<std::string> end = formula.write(yield->getOperand(1));
    text += "at most " + steps;
    // Longer ones say nothing to anybody.
    if (begin && end && begin->size() + end->size() < 60)
      text += ", from " + *begin + " to " + *end + " of " +
              loop.getStreamAxis().str();
  } else {
    text += (loop.getSegmentAxis() ? "at most " : "") + steps;
  }
  Work step = countRegion(loop.getAbsorb());
  if (!step.isEmpty())
    text += "; a step: " + step.str();
  Work once = countRegion(loop.getInit());
  Work last = countRegion(loop.getFinish());
  once.multiplyAdds += last.multiplyAdds;
  once.bytesRead += last.bytesRead;
  for (auto &[name, count] : last.functions)
    once.functions[name] += count;
  if (!once.isEmpty())
    text += std::string(group == 1 ? "; a task" : "; a tile") +
            " besides: " + once.str();
  return text;
}

/// Axes of a loop whose sizes are computed, each once: `PARTS is min(…)`.
static void sayAxes(kernel::EntryOp entry, stream::LoopOp loop,
                    std::set<std::string> &said,
                    SmallVectorImpl<Attribute> &report) {
  auto say = [&](StringRef axis, Value size) {
    if (!isComputed(size) || !said.insert(axis.str()).second)
      return;
    std::optional<std::string> text = Formula(entry).write(size);
    report.push_back(
        StringAttr::get(entry.getContext(),
                        axis + " is " + text.value_or("known when it runs")));
  };
  for (auto [axis, size] :
       llvm::zip(loop.getParallelAxes().getAsRange<StringAttr>(),
                 loop.getParallelSizes()))
    say(axis.getValue(), size);
  say(loop.getStreamAxis(), loop.getStreamSize());
}

/// `a task reads …, writes …; carry of … bytes`.
static std::string sayMemory(stream::LoopOp loop) {
  Traffic reads, writes;
  int64_t group = groupOf(loop);
  auto isGrouped = [&](unsigned array) {
    std::optional<unsigned> axis = loop.getGroupedAxis();
    return axis && loop.movesAlong(
                       array, cast<StringAttr>(loop.getParallelAxes()[*axis]));
  };
  unsigned array = 0;
  auto add = [&](Traffic &traffic, OperandRange arrays, bool streamed) {
    for (unsigned i = 0; i < arrays.size(); ++i) {
      RankedTensorType tile = loop.getTileType(array);
      int64_t bytes = tile.getNumElements() * bytesOf(tile);
      if (isGrouped(array++))
        bytes *= group;
      if (streamed)
        traffic.perPosition += bytes / loop.getStreamTile();
      else
        traffic.once += bytes;
    }
  };
  add(reads, loop.getResident(), false);
  add(reads, loop.getStreamed(), true);
  add(writes, loop.getStreamedResults(), true);
  add(writes, loop.getFinalResults(), false);
  int64_t carry = 0;
  for (Type type : loop.getCarryTypes())
    carry +=
        group * cast<RankedTensorType>(type).getNumElements() * bytesOf(type);
  StringRef axis = loop.getStreamAxis();
  return "memory: a task reads " + reads.str(axis) + ", writes " +
         writes.str(axis) + "; its carry takes " + std::to_string(carry) +
         " bytes";
}

namespace {

struct CountCosts : seqmix::impl::CountCostsBase<CountCosts> {
  void runOnOperation() override {
    kernel::EntryOp entry = getOperation();
    SmallVector<Attribute> report;
    if (ArrayAttr known = entry.getReportAttr())
      llvm::append_range(report, known);
    Builder b(&getContext());
    std::set<std::string> said;
    entry.walk([&](stream::LoopOp loop) {
      sayAxes(entry, loop, said, report);
      report.push_back(b.getStringAttr(sayWork(entry, loop)));
      report.push_back(b.getStringAttr(sayMemory(loop)));
    });
    if (!report.empty())
      entry.setReportAttr(b.getArrayAttr(report));
  }
};

} // namespace
