//===- Normalisers.cpp - From scores to weights ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Normalisers.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace llvm;
using namespace seqmix::reference;

/// e^score over their sum, to which e^sink may be added. If nothing has
/// weight, the weights are 0 and the logarithm −inf.
static double softmax(MutableArrayRef<double> scores, double sink) {
  double max = std::max(*llvm::max_element(scores), sink);
  if (max == -std::numeric_limits<double>::infinity()) {
    llvm::fill(scores, 0.0);
    return max;
  }
  double sum = std::exp(sink - max);
  for (double &score : scores) {
    score = std::exp(score - max);
    sum += score;
  }
  for (double &score : scores)
    score /= sum;
  return max + std::log(sum);
}

static const Normaliser normalisers[] = {
    {"softmax", 0, true,
     [](MutableArrayRef<double> scores, ArrayRef<double>) {
       return softmax(scores, -std::numeric_limits<double>::infinity());
     }},
    // A key without a value, whose score is the operand.
    {"sink", 1, true,
     [](MutableArrayRef<double> scores, ArrayRef<double> operands) {
       return softmax(scores, operands[0]);
     }},
    {"sigmoid", 0, false,
     [](MutableArrayRef<double> scores, ArrayRef<double>) {
       for (double &score : scores)
         score = 1.0 / (1.0 + std::exp(-score));
       return 0.0;
     }},
    {"relu", 0, false,
     [](MutableArrayRef<double> scores, ArrayRef<double>) {
       for (double &score : scores)
         score = std::fmax(score, 0.0);
       return 0.0;
     }},
    {"none", 0, false,
     [](MutableArrayRef<double>, ArrayRef<double>) { return 0.0; }},
};

const Normaliser *seqmix::reference::lookupNormaliser(StringRef name) {
  const auto *it = llvm::find_if(
      normalisers, [&](const Normaliser &each) { return each.name == name; });
  return it == std::end(normalisers) ? nullptr : it;
}

std::string seqmix::reference::listNormalisers() {
  return llvm::join(llvm::map_range(normalisers,
                                    [](const Normaliser &each) {
                                      return "'" + each.name.str() + "'";
                                    }),
                    ", ");
}
