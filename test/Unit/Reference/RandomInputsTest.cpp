//===- RandomInputsTest.cpp - Operands drawn from their domains -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "seqmix/Reference/RandomInputs.h"
#include "Helpers.h"

#include <algorithm>
#include <set>

using namespace seqmix::reference;

static const char text[] = R"(
  seq.operator @f params(K = 16, E = bf16) sizes(B, T, S = T)
      (%k: [B, K, T] x E {unit = "K"}, %g: [B, T, K] {nonpositive}, %b: [B, T] {range = [0.0, 2.0]},
       %x: [B, T, K] x f16, %n: [B, S] x i32 {integer = [1, "S"]}, %d: [B, T] x i32 {sorted = [0, 5]},
       %w: [K, T] {fan_in = "K"}, %z: [B] x i32) -> (y: [B, T]) {
    seq.return %b : [B, T]
  })";

static std::vector<Array> draw(Module &module, const DrawOptions &options) {
  auto operands = drawOperands(module.get<seqmix::seq::OperatorOp>(),
                               {{"B", 3}, {"T", 50}}, options);
  EXPECT_TRUE(succeeded(operands)) << module.messages;
  return *operands;
}

/// The squared norms of vectors along K of [B, K, T].
static std::vector<double> getNorms(const Array &k) {
  std::vector<double> norms(3 * 50);
  for (int64_t i = 0; i < static_cast<int64_t>(k.data.size()); ++i)
    norms[i / (16 * 50) * 50 + i % 50] += k.data[i] * k.data[i];
  return norms;
}

TEST(RandomInputs, Domains) {
  Module module(text);
  auto operands = draw(module, {});
  ASSERT_EQ(operands.size(), 8u);
  for (double norm : getNorms(operands[0]))
    EXPECT_NEAR(norm, 1, 0.02); // bf16
  auto [weakest, strongest] = std::minmax_element(
      operands[1].data.begin(), operands[1].data.end(), std::greater<double>());
  EXPECT_LE(*weakest, 0);
  EXPECT_GT(*weakest, -1e-2);
  EXPECT_LT(*strongest, -1);
  for (double number : operands[2].data)
    EXPECT_TRUE(number >= 0 && number <= 2);
  double mean = 0, squares = 0;
  for (double number : operands[3].data) {
    mean += number / operands[3].data.size();
    squares += number * number / operands[3].data.size();
  }
  EXPECT_NEAR(mean, 0, 0.1);
  EXPECT_NEAR(squares, 1, 0.15);
  std::set<double> integers(operands[4].data.begin(), operands[4].data.end());
  EXPECT_GE(*integers.begin(), 1);
  EXPECT_LT(*integers.rbegin(), 50);
  EXPECT_GT(integers.size(), 20u);
  for (int row = 0; row < 3; ++row)
    EXPECT_TRUE(std::is_sorted(operands[5].data.begin() + row * 50,
                               operands[5].data.begin() + (row + 1) * 50));
  double spread = 0;
  for (double number : operands[6].data)
    spread += number * number / operands[6].data.size();
  EXPECT_NEAR(std::sqrt(spread), 0.25, 0.03);
  EXPECT_EQ(operands[7].data, (std::vector<double>{0, 0, 0}));
}

TEST(RandomInputs, Extremes) {
  Module module(text);
  auto operands = draw(module, {/*seed=*/7, /*extremes=*/true});
  auto norms = getNorms(operands[0]);
  EXPECT_GT(llvm::count(norms, 0.0), 0);
  EXPECT_LT(llvm::count(norms, 0.0), 75);
  std::set<double> gates(operands[1].data.begin(), operands[1].data.end());
  EXPECT_EQ(gates, (std::set<double>{-infinity, -100, -20, double(-1e-6f), 0}));
  std::set<double> betas(operands[2].data.begin(), operands[2].data.end());
  EXPECT_EQ(betas, (std::set<double>{0, 1, 2}));
  EXPECT_GT(llvm::count(operands[4].data, 1.0), 10);
  EXPECT_GT(llvm::count(operands[4].data, 49.0), 10);
}

TEST(RandomInputs, SeedsGiveTheSameNumbersEverywhere) {
  Module module(text);
  auto operands = draw(module, {/*seed=*/3});
  EXPECT_EQ(operands[3].data, draw(module, {/*seed=*/3})[3].data);
  EXPECT_NE(operands[3].data, draw(module, {/*seed=*/4})[3].data);
  EXPECT_NE(operands[2].data, draw(module, {/*seed=*/4})[2].data);
  const double normal[] = {0.0362854, -0.405518, 0.47876};
  for (auto [number, want] : llvm::zip(operands[3].data, normal))
    EXPECT_NEAR(number, want, 1e-6);
  const double integers[] = {44, 9, 34, 22, 3};
  for (auto [number, want] : llvm::zip(operands[4].data, integers))
    EXPECT_EQ(number, want);
}

TEST(RandomInputs, MissingSizeIsAnError) {
  Module module(text);
  EXPECT_TRUE(failed(
      drawOperands(module.get<seqmix::seq::OperatorOp>(), {{"B", 3}}, {})));
  EXPECT_NE(module.messages.find("size 'T': expected a value"),
            std::string::npos)
      << module.messages;
}

TEST(RandomInputs, MultiplesOfAnotherOperand) {
  Module module(R"(
    seq.operator @f params(K = 4, E = bf16) sizes(B, T)
        (%a: [T, K] x E {unit = "K"}, %b: [B, K, T] x E {of = "a", range = [-1.0, 0.0]},
         %g: [B] {nonpositive}, %h: [B, T] {of = "g", range = [0.0, 2.0]}) -> (y: [B, T]) {
      seq.return %h : [B, T]
    })");
  auto op = module.get<seqmix::seq::OperatorOp>();
  auto drawn = drawOperands(op, {{"B", 3}, {"T", 50}}, {});
  ASSERT_TRUE(succeeded(drawn)) << module.messages;
  const Array &a = (*drawn)[0], &b = (*drawn)[1];
  std::set<double> factors;
  for (int64_t batch = 0; batch < 3; ++batch)
    for (int64_t k = 0; k < 4; ++k)
      for (int64_t t = 0; t < 50; ++t) {
        double factor = b.data[(batch * 4 + k) * 50 + t] / a.data[t * 4 + k];
        EXPECT_TRUE(factor >= -1.01 && factor <= 0);
        factors.insert(factor);
      }
  EXPECT_GT(factors.size(), 500u);
  // Nothing of infinity is nothing.
  auto extremes =
      drawOperands(op, {{"B", 30}, {"T", 50}}, {/*seed=*/1, /*extremes=*/true});
  ASSERT_TRUE(succeeded(extremes)) << module.messages;
  std::set<double> gates((*extremes)[3].data.begin(),
                         (*extremes)[3].data.end());
  double small = float(-1e-6f * 2);
  EXPECT_EQ(gates, (std::set<double>{-infinity, -200, -100, -40, -20, small,
                                     double(-1e-6f), 0}));
}
