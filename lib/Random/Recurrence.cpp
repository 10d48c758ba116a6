//===- Recurrence.cpp - Recurrences drawn at random -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Step.h"

using namespace seqmix::random;

Program seqmix::random::drawRecurrence(uint64_t seed) {
  Spec spec(seed * 2 + 1);
  Choice &choice = spec.choice;
  Step step(spec);
  Program program;
  size_t kind = choice.weighted({80, 14, 6});
  int64_t work = 1;
  if (kind != 1) {
    auto extent = [&] {
      return choice.chance(85) ? choice.of({16, 16, 24, 32, 40})
                               : choice.of({1, 3, 8, 17, 48, 64});
    };
    work = spec.addParam("K", extent());
    work *= spec.addParam("V", extent());
  }
  switch (kind) {
  case 0:
    drawMatrixStep(step);
    break;
  case 1:
    drawVectorStep(step);
    break;
  default:
    drawStabilisedStep(step);
    break;
  }
  // So that the interpreter takes a second at most.
  spec.longest = std::min<int64_t>(spec.longest, 1500000 / (work + 200));
  spec.drawCase(program.test);
  if (choice.chance(60))
    program.test.compile.chunk = choice.of({16, 16, 32, 64, 128});
  program.text =
      step.finish("Recurrence " + std::to_string(seed) + ", drawn at random.");
  program.bounded = spec.bounded;
  return program;
}
