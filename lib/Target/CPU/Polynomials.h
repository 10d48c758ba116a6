//===- Polynomials.h - Functions as arithmetic
//-----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TARGET_CPU_POLYNOMIALS_H
#define SEQMIX_TARGET_CPU_POLYNOMIALS_H

#include "mlir/IR/ImplicitLocOpBuilder.h"

namespace seqmix::cpu {

/// Each takes an f32 or a vector of f32 and gives the same type.

/// e^x below 2 ulp; results below 2^-126 are 0.
mlir::Value buildExp(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// e^x with a relative error of 2^-17, for vectors of 16 with AVX-512: half the
/// instructions. Results below 2^-126 are rounded.
mlir::Value buildShortExp(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
mlir::Value buildShortExp2(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// tanh x below 8 ulp without a division, for vectors of 16 with AVX-512.
mlir::Value buildShortTanh(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// 2^x, as exact as buildExp.
mlir::Value buildExp2(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// e^x and 2^x for vectors of 16, by AVX-512's scaling with powers of two:
/// about 1 ulp in two thirds of the instructions.
mlir::Value buildScaledExp(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
mlir::Value buildScaledExp2(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// log(1 + x) below 2 ulp for 0 ≤ x ≤ 1.
mlir::Value buildLog1pOfUnit(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// 1 / x for vectors of 16 and 1e-30 < x, below 1 ulp; 2^-126 for larger ones.
mlir::Value buildReciprocal(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// 1 / x and the root of x with a relative error of 2^-14, for vectors of 16
/// with AVX-512.
mlir::Value buildShortReciprocal(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
mlir::Value buildShortSqrt(mlir::ImplicitLocOpBuilder &b, mlir::Value x);
/// sin x or cos x for |x| up to 2^20.
mlir::Value buildSine(mlir::ImplicitLocOpBuilder &b, mlir::Value x,
                      bool cosine);

} // namespace seqmix::cpu

#endif // SEQMIX_TARGET_CPU_POLYNOMIALS_H
