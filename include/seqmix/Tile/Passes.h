//===- Passes.h - Passes from streams to tile programs ----------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TILE_PASSES_H
#define SEQMIX_TILE_PASSES_H

#include "dialects/Kernel/Kernel.h"
#include "mlir/Pass/Pass.h"

namespace mlir {
namespace arith {
class ArithDialect;
}
namespace linalg {
class LinalgDialect;
}
namespace math {
class MathDialect;
}
namespace memref {
class MemRefDialect;
}
namespace scf {
class SCFDialect;
}
namespace tensor {
class TensorDialect;
}
} // namespace mlir

namespace seqmix {

#define GEN_PASS_DECL
#include "seqmix/Tile/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "seqmix/Tile/Passes.h.inc"

} // namespace seqmix

#endif // SEQMIX_TILE_PASSES_H
