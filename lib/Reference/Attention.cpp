//===- Attention.cpp - seq.attention, query by query ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Normalisers.h"
#include "SeqCompiler.h"

#include <limits>

using namespace mlir;
using namespace seqmix;
using namespace seqmix::reference;

namespace {

/// A score or mask region, evaluated for all keys of a query at once.
struct PointRegion {
  Code code;
  Place result;
  /// Slots of the arguments: the score, positions on the parallel axes, of the
  /// query and of the keys.
  unsigned score = 0, query = 0, key = 0;
  SmallVector<unsigned> parallel;
};

/// Everything about one seq.attention, with the outer slots of its arrays.
struct AttentionPlan {
  const Normaliser *normaliser;
  Program program;
  std::unique_ptr<SeqCompiler> compiler;
  std::optional<PointRegion> score, mask;
  std::vector<Window> windows;
  std::vector<unsigned> wholes;
  std::optional<Window> logWindow;
  unsigned logWhole = 0;
  int64_t queries, keys, depth, width;
  Grid grid;

  enum { Query, Key, Value, Output, FirstOperand };
};

/// The work of one thread. Keys and values of the parallel index at hand are
/// kept densely.
class AttentionRunner {
public:
  AttentionRunner(const AttentionPlan &plan, Frame &frame, const Frame &outer)
      : plan(plan), frame(frame), outer(outer), query(plan.depth),
        key(plan.keys * plan.depth), value(plan.keys * plan.width),
        output(plan.width), scores(plan.keys), positions(plan.keys) {}

  void run(int64_t task);

private:
  void enter(int64_t group);
  bool runRegion(const PointRegion &region, int64_t queryPosition);
  void findAllowed(int64_t queryPosition);
  void scoreAllowed(int64_t queryPosition);

  const AttentionPlan &plan;
  Frame &frame;
  const Frame &outer;
  int64_t group = -1;
  SmallVector<int64_t, 4> index;
  std::vector<double> operands;
  std::vector<double> query, key, value, output, scores, positions;
  /// How many of `scores` and `positions` count.
  size_t allowed = 0;
};

} // namespace

/// Moves to another index of the parallel axes.
void AttentionRunner::enter(int64_t newGroup) {
  group = newGroup;
  index = plan.grid.getIndex(group);
  auto read = [&](unsigned array, int64_t position, double *part) {
    plan.windows[array].read(part, outer[plan.wholes[array]], index, position);
  };
  for (int64_t j = 0; j < plan.keys; ++j) {
    read(AttentionPlan::Key, j, key.data() + j * plan.depth);
    read(AttentionPlan::Value, j, value.data() + j * plan.width);
  }
  operands.resize(plan.normaliser->numOperands);
  for (unsigned i = 0; i < operands.size(); ++i)
    read(AttentionPlan::FirstOperand + i, 0, &operands[i]);
}

bool AttentionRunner::runRegion(const PointRegion &region,
                                int64_t queryPosition) {
  for (auto [slot, position] : llvm::zip(region.parallel, index))
    *frame[slot] = position;
  *frame[region.query] = queryPosition;
  std::copy(positions.begin(), positions.end(), frame[region.key]);
  seqmix::reference::run(region.code, frame);
  return !frame.hasFailed();
}

void AttentionRunner::findAllowed(int64_t queryPosition) {
  for (int64_t j = 0; j < plan.keys; ++j)
    positions[j] = j;
  allowed = plan.keys;
  if (!plan.mask || !runRegion(*plan.mask, queryPosition))
    return;
  allowed = 0;
  const double *holds = frame[plan.mask->result.slot];
  int64_t stride = plan.mask->result.shape.empty() ? 0 : 1;
  for (int64_t j = 0; j < plan.keys; ++j)
    if (holds[j * stride] != 0)
      positions[allowed++] = j;
}

/// A score of a key that is not allowed is never asked for.
void AttentionRunner::scoreAllowed(int64_t queryPosition) {
  for (size_t a = 0; a < allowed; ++a) {
    const double *k = key.data() + int64_t(positions[a]) * plan.depth;
    double sums[4] = {0, 0, 0, 0};
    int64_t d = 0;
    for (; d + 4 <= plan.depth; d += 4)
      for (int lane = 0; lane < 4; ++lane)
        sums[lane] += query[d + lane] * k[d + lane];
    for (; d < plan.depth; ++d)
      sums[0] += query[d] * k[d];
    scores[a] = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  }
  if (!plan.score)
    return;
  // The lanes that are left repeat an allowed key.
  std::fill(positions.begin() + allowed, positions.end(), positions[0]);
  std::fill(scores.begin() + allowed, scores.end(), scores[0]);
  std::copy(scores.begin(), scores.end(), frame[plan.score->score]);
  if (!runRegion(*plan.score, queryPosition))
    return;
  const double *result = frame[plan.score->result.slot];
  int64_t stride = plan.score->result.shape.empty() ? 0 : 1;
  for (size_t a = 0; a < allowed; ++a)
    scores[a] = result[a * stride];
}

void AttentionRunner::run(int64_t task) {
  if (task / plan.queries != group)
    enter(task / plan.queries);
  int64_t i = task % plan.queries;
  plan.windows[AttentionPlan::Query].read(
      query.data(), outer[plan.wholes[AttentionPlan::Query]], index, i);
  findAllowed(i);
  std::fill(output.begin(), output.end(), 0.0);
  double logarithm = -std::numeric_limits<double>::infinity();
  if (allowed && !frame.hasFailed()) {
    scoreAllowed(i);
    logarithm = plan.normaliser->weigh(
        MutableArrayRef(scores).take_front(allowed), operands);
    for (size_t a = 0; a < allowed; ++a) {
      const double *v = value.data() + int64_t(positions[a]) * plan.width;
      for (int64_t d = 0; d < plan.width; ++d)
        output[d] += scores[a] * v[d];
    }
  }
  if (frame.hasFailed())
    return;
  plan.windows[AttentionPlan::Output].write(
      outer[plan.wholes[AttentionPlan::Output]], output.data(), index, i);
  if (plan.logWindow)
    plan.logWindow->write(outer[plan.logWhole], &logarithm, index, i);
}

static FailureOr<PointRegion> compileRegion(Region &region, bool hasScore,
                                            int64_t keys, SeqCompiler &inner) {
  PointRegion point;
  // No axis of a program has an empty name.
  auto lanes = StringAttr::get(region.getContext(), "");
  SmallVector<unsigned> slots;
  unsigned last = region.getNumArguments() - 1;
  for (BlockArgument argument : region.getArguments()) {
    unsigned number = argument.getArgNumber();
    bool hasLanes = number == last || (hasScore && number == 0);
    Place place =
        hasLanes ? inner.makePlace({lanes}, {keys}) : inner.makePlace({}, {});
    inner.getScope().define(argument, place);
    slots.push_back(place.slot);
  }
  point.key = slots.pop_back_val();
  point.query = slots.pop_back_val();
  if (hasScore)
    point.score = slots.front();
  point.parallel.assign(slots.begin() + hasScore, slots.end());
  if (failed(inner.compile(region.front(), point.code)))
    return failure();
  auto yield = cast<seq::YieldOp>(region.front().getTerminator());
  point.result = inner.get(yield.getOutputs().front());
  return point;
}

static LogicalResult checkNormaliser(seq::AttentionOp op,
                                     const Normaliser *normaliser) {
  if (!normaliser)
    return op.emitOpError("expected one of the normalisers ")
           << listNormalisers() << ", found '" << op.getNormaliser() << "'";
  if (op.getNormaliserOperands().size() != normaliser->numOperands)
    return op.emitOpError("normaliser '")
           << normaliser->name << "': expected " << normaliser->numOperands
           << " operands, found " << op.getNormaliserOperands().size();
  if (op.getNumResults() == 2 && !normaliser->hasDenominator)
    return op.emitOpError("normaliser '")
           << normaliser->name
           << "' has no denominator: expected one result, found 2";
  return success();
}

LogicalResult seqmix::reference::compileAttention(seq::AttentionOp op,
                                                  SeqCompiler &outer,
                                                  Code &code) {
  const Normaliser *normaliser = lookupNormaliser(op.getNormaliser());
  if (failed(checkNormaliser(op, normaliser)))
    return failure();
  const OperatorContext &context = outer.getContext();
  SmallVector<StringAttr> parallel = op.getParallelAxes();
  auto plan =
      std::make_shared<AttentionPlan>(AttentionPlan{normaliser,
                                                    {},
                                                    {},
                                                    {},
                                                    {},
                                                    {},
                                                    {},
                                                    {},
                                                    0,
                                                    0,
                                                    0,
                                                    1,
                                                    1,
                                                    Grid(context, parallel)});
  plan->compiler =
      std::make_unique<SeqCompiler>(context, plan->program, &outer);
  plan->queries = context.getSize(op.getQuerySequenceAttr());
  plan->keys = context.getSize(op.getKeySequenceAttr());
  for (auto [region, target, hasScore] :
       {std::tuple(&op.getScore(), &plan->score, true),
        std::tuple(&op.getMask(), &plan->mask, false)}) {
    if (region->empty())
      continue;
    FailureOr<PointRegion> point =
        compileRegion(*region, hasScore, plan->keys, *plan->compiler);
    if (failed(point))
      return failure();
    *target = std::move(*point);
  }

  SmallVector<StringAttr> depth = op.getContractedAxes(), width;
  for (StringAttr axis : op.getValue().getType().getAxes())
    if (!context.getOp().isRuntimeSize(axis))
      width.push_back(axis);
  for (StringAttr axis : depth)
    plan->depth *= context.getSize(axis);
  for (StringAttr axis : width)
    plan->width *= context.getSize(axis);
  auto makeWhole = [&](Value result) {
    Place place =
        outer.makePlace(cast<seq::ArrayType>(result.getType()).getAxes());
    outer.getScope().define(result, place);
    return place;
  };
  auto addWindow = [&](const Place &whole, StringAttr sequence,
                       ArrayRef<StringAttr> inner) {
    plan->windows.emplace_back(context, whole, parallel, sequence, inner);
    plan->wholes.push_back(whole.slot);
  };
  StringAttr query = op.getQuerySequenceAttr(), key = op.getKeySequenceAttr();
  addWindow(outer.get(op.getQuery()), query, depth);
  addWindow(outer.get(op.getKey()), key, depth);
  addWindow(outer.get(op.getValue()), key, width);
  addWindow(makeWhole(op.getResult(0)), query, width);
  for (Value operand : op.getNormaliserOperands())
    addWindow(outer.get(operand), {}, {});
  if (op.getNumResults() == 2) {
    Place whole = makeWhole(op.getResult(1));
    plan->logWindow.emplace(context, whole, parallel, query,
                            ArrayRef<StringAttr>());
    plan->logWhole = whole.slot;
  }

  code.push_back([=, threads = context.threads](Frame &frame) {
    runParallel(
        plan->program, frame, plan->grid.getCount() * plan->queries, threads,
        [&](Frame &own) {
          plan->compiler->getScope().bindCaptures(own, frame);
        },
        [&](Frame &own, int64_t begin, int64_t end) {
          AttentionRunner runner(*plan, own, frame);
          for (int64_t task = begin; task < end && !own.hasFailed(); ++task)
            runner.run(task);
        });
  });
  return success();
}
