//===- SpecsTest.cpp - The meaning of what is derived ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// For each operator that we ship: the entry that Derive makes from it has the
// operator's own meaning, on ordinary and on extreme operands.
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "seqmix/InitAll.h"
#include "seqmix/Reference/RandomInputs.h"
#include "seqmix/Reference/Signature.h"

#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"

#include <algorithm>

using namespace seqmix;
using namespace seqmix::reference;

static std::vector<std::string> findSpecs() {
  std::vector<std::string> paths;
  std::error_code code;
  for (llvm::sys::fs::directory_iterator it(SEQMIX_SPECS, code), end;
       it != end && !code; it.increment(code))
    if (llvm::sys::path::extension(it->path()) == ".mlir")
      paths.push_back(it->path());
  std::sort(paths.begin(), paths.end());
  return paths;
}

namespace {
class Specs : public testing::TestWithParam<std::string> {
protected:
  void SetUp() override {
    static bool isRegistered = (registerAllPasses(), true);
    (void)isRegistered;
    mlir::DialectRegistry registry;
    registerAllDialects(registry);
    context.appendDialectRegistry(registry);
    context.loadAllAvailableDialects();
    // Small parameters, so that many tokens are cheap.
    module = mlir::parseSourceFile<mlir::ModuleOp>(GetParam(), &context);
    ASSERT_TRUE(module);
    for (auto op : module->getOps<seq::OperatorOp>())
      for (auto [name, value] : {std::pair("K", 8),
                                 {"V", 6},
                                 {"D", 8},
                                 {"N", 4},
                                 {"W", 9},
                                 {"WIDTH", 7},
                                 {"RADIUS", 2}})
        if (op.getIntParam(name))
          params += std::string(name) + "=" + std::to_string(value) + ",";
    ASSERT_TRUE(run("seqmix-set-params{params=" + params +
                    "E=f32},seqmix-unroll-substeps"));
  }

  bool run(const std::string &passes) {
    mlir::PassManager manager(&context);
    return succeeded(mlir::parsePassPipeline(passes, manager)) &&
           succeeded(manager.run(*module));
  }

  void compare(int64_t tokens, bool extremes);

  mlir::MLIRContext context;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string params;
};
} // namespace

/// ‖x − y‖ / ‖y‖ over what is finite in y; infinite if the rest differs.
static double getError(const std::vector<double> &x,
                       const std::vector<double> &y) {
  double difference = 0, norm = 0;
  for (size_t i = 0; i < y.size(); ++i) {
    if (std::isfinite(y[i])) {
      difference += (x[i] - y[i]) * (x[i] - y[i]);
      norm += y[i] * y[i];
    } else if (x[i] != y[i] && !(std::isnan(x[i]) && std::isnan(y[i]))) {
      return infinity;
    }
  }
  return std::sqrt(difference / std::max(norm, 1e-60));
}

void Specs::compare(int64_t tokens, bool extremes) {
  auto op = *module->getOps<seq::OperatorOp>().begin();
  Signature signature = getSignature(op);
  Sizes sizes = {{"B", 2},  {"T", tokens}, {"S", tokens + 3}, {"H", 4},
                 {"HK", 2}, {"G", 2},      {"D", 5}};
  auto operands = drawOperands(op, sizes, {/*seed=*/5, extremes});
  ASSERT_TRUE(succeeded(operands));
  auto want = interpretOperator(op, *operands);
  ASSERT_TRUE(succeeded(want));
  // Derivation consumes the operator.
  ASSERT_TRUE(run("seqmix-derive{chunk=16 query-tile=16 key-tile=16}"));
  auto found =
      interpretEntry(*module->getOps<kernel::EntryOp>().begin(), *operands);
  ASSERT_TRUE(succeeded(found));
  for (size_t i = 0; i < want->size(); ++i) {
    EXPECT_FALSE(llvm::any_of((*want)[i].data, [](double x) {
      return std::isnan(x);
    })) << signature.results[i].name;
    EXPECT_LT(getError((*found)[i].data, (*want)[i].data), 1e-12)
        << signature.results[i].name;
  }
}

TEST_P(Specs, DerivedFormsMeanTheSame) { compare(70, /*extremes=*/false); }
TEST_P(Specs, OnExtremesToo) { compare(37, /*extremes=*/true); }
TEST_P(Specs, AndOnOneToken) { compare(1, /*extremes=*/false); }

INSTANTIATE_TEST_SUITE_P(All, Specs, testing::ValuesIn(findSpecs()),
                         [](const auto &info) {
                           return llvm::sys::path::stem(info.param).str();
                         });
