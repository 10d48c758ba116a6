//===- Pipeline.cpp - All stages and passes, in order ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Pipeline/Pipeline.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/Passes.h"
#include "seqmix/Derive/Passes.h"
#include "seqmix/Pipeline/Passes.h"
#include "seqmix/Tile/Passes.h"
#include "llvm/ADT/StringSwitch.h"

using namespace mlir;
using namespace seqmix;

//===----------------------------------------------------------------------===//
// The passes
//===----------------------------------------------------------------------===//

/// The operator as it will be compiled: parameters and sub-steps spelt out.
static void addSeqStage(OpPassManager &pm, const PipelineOptions &options) {
  SetParamsOptions params;
  llvm::append_range(params.params, options.params);
  pm.addPass(createSetParams(params));
  pm.addPass(createUnrollSubsteps());
}

/// The operator becomes an entry a form, each with one stream over tiles.
static void addDeriveStage(OpPassManager &pm, const PipelineOptions &options) {
  DeriveFormsOptions derive;
  derive.form = options.form;
  if (options.chunk)
    derive.chunk = *options.chunk;
  derive.packed = options.packed;
  derive.split = options.split;
  Target::AttentionTiles tiles =
      options.tiles ? *options.tiles : options.target->attentionTiles();
  derive.queryTile = tiles.queries;
  derive.keyTile = tiles.keys;
  derive.queryGroup = tiles.group;
  pm.addPass(createDeriveForms(derive));
  pm.addPass(createFuseElementwise());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  pm.nest<kernel::EntryOp>().addPass(createCountCosts());
}

/// The stream becomes tasks over tiles in scratch; the target describes them.
static void addTileStage(OpPassManager &pm, const PipelineOptions &options) {
  OpPassManager &entry = pm.nest<kernel::EntryOp>();
  if (options.target->worksByRows()) {
    entry.addPass(createRepeatElementwise());
    entry.addPass(createFuseReductions());
  }
  if (options.target->takesNarrowFactors()) {
    entry.addPass(createFactorGates());
    entry.addPass(createCSEPass());
    entry.addPass(createNarrowProducts());
  }
  entry.addPass(createLowerStream());
  entry.addPass(createFixSizes());
  entry.addPass(createExpandTileOps());
  if (options.target->worksByRows()) {
    entry.addPass(createViewArrays());
    entry.addPass(createBlockRows());
  }
  if (options.target->takesNarrowFactors())
    entry.addPass(createPairTiles());
  entry.addPass(createPlaceWorkspace());
  PlaceScratchOptions scratch;
  scratch.nearBytes = options.target->nearBytes(options.targetOptions);
  entry.addPass(createPlaceScratch(scratch));
  entry.addPass(createCanonicalizerPass());
  entry.addPass(createCSEPass());

  DescribeEntriesOptions describe;
  describe.target = options.target->name().str();
  describe.arch = options.targetOptions.arch;
  pm.addPass(createDescribeEntries(describe));
}

void seqmix::addStage(OpPassManager &pm, Stage stage,
                      const PipelineOptions &options) {
  switch (stage) {
  case Stage::Seq:
    return addSeqStage(pm, options);
  case Stage::Derive:
    return addDeriveStage(pm, options);
  case Stage::Tile:
    return addTileStage(pm, options);
  case Stage::Target:
    return options.target->addLowering(pm, options.targetOptions);
  case Stage::Emit:
    return;
  }
}

//===----------------------------------------------------------------------===//
// Names
//===----------------------------------------------------------------------===//

static constexpr std::pair<Stage, StringLiteral> stageNames[] = {
    {Stage::Seq, "seq"},       {Stage::Derive, "derive"}, {Stage::Tile, "tile"},
    {Stage::Target, "target"}, {Stage::Emit, "emit"},
};

StringRef seqmix::getStageName(Stage stage) {
  return stageNames[unsigned(stage)].second;
}

std::optional<Stage> seqmix::parseStage(StringRef name) {
  for (auto &[stage, stageName] : stageNames)
    if (stageName == name)
      return stage;
  return std::nullopt;
}

std::optional<Target::AttentionTiles> seqmix::parseTiles(StringRef text) {
  Target::AttentionTiles tiles;
  SmallVector<StringRef> numbers;
  text.split(numbers, 'x');
  int64_t *places[] = {&tiles.queries, &tiles.keys, &tiles.group};
  if (numbers.size() < 2 || numbers.size() > 3)
    return std::nullopt;
  for (auto [number, place] : llvm::zip(numbers, places))
    if (number.getAsInteger(10, *place))
      return std::nullopt;
  return tiles;
}

//===----------------------------------------------------------------------===//
// The pipeline by name
//===----------------------------------------------------------------------===//

namespace {

struct PipelineFlags : PassPipelineOptions<PipelineFlags> {
  ListOption<std::string> params{*this, "params",
                                 llvm::cl::desc("Parameters: K=64,E=bf16")};
  Option<std::string> form{*this, "form", llvm::cl::init("auto"),
                           llvm::cl::desc("The form to derive")};
  Option<int64_t> chunk{*this, "chunk", llvm::cl::init(0),
                        llvm::cl::desc("Tokens a chunk")};
  Option<std::string> tiles{*this, "tiles",
                            llvm::cl::desc("Tiles of attention: 32x128x16")};
  Option<int64_t> split{*this, "split", llvm::cl::init(1),
                        llvm::cl::desc("Parts of a sequence at most")};
  Option<bool> packed{*this, "packed", llvm::cl::init(false),
                      llvm::cl::desc("Sequences are packed")};
  Option<std::string> target{*this, "target", llvm::cl::init("cpu"),
                             llvm::cl::desc("The target")};
  Option<std::string> arch{*this, "arch",
                           llvm::cl::desc("The target's architecture")};
  Option<std::string> stopAfter{*this, "stop-after", llvm::cl::init("target"),
                                llvm::cl::desc("The last stage to run")};
};

} // namespace

static LogicalResult
addPipeline(OpPassManager &pm, StringRef text,
            function_ref<LogicalResult(const Twine &)> emitError) {
  PipelineFlags flags;
  if (failed(flags.parseFromString(text)))
    return emitError("expected options of seqmix-pipeline, found '" + text +
                     "'");
  PipelineOptions options;
  llvm::append_range(options.params, flags.params);
  options.form = flags.form;
  if (flags.chunk.getNumOccurrences())
    options.chunk = flags.chunk;
  if (!flags.tiles.empty() && !(options.tiles = parseTiles(flags.tiles)))
    return emitError("expected tiles such as 32x128x16, found '" + flags.tiles +
                     "'");
  options.packed = flags.packed;
  options.split = flags.split;
  options.targetOptions.arch = flags.arch;
  options.target = getTarget(flags.target);
  if (!options.target)
    return emitError("expected a target, found '" + flags.target + "'");
  std::optional<Stage> last = parseStage(flags.stopAfter);
  if (!last)
    return emitError("expected a stage as stop-after, found '" +
                     flags.stopAfter + "'");
  for (auto &[stage, name] : stageNames)
    if (stage <= *last)
      addStage(pm, stage, options);
  return success();
}

void seqmix::registerPipelines() {
  registerPipelinePasses();
  registerPassPipeline(
      "seqmix-pipeline", "The whole compiler, up to a stage", addPipeline,
      [](function_ref<void(const detail::PassOptions &)> handler) {
        handler(PipelineFlags());
      });
}
