//===- Elements.h - Numbers as arrays store them ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Arrays of f32, bf16, f16 and i32, between their bytes and doubles.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_REFERENCE_ELEMENTS_H
#define SEQMIX_REFERENCE_ELEMENTS_H

#include "mlir/IR/BuiltinTypes.h"

namespace seqmix::reference {

/// Bytes of an element of type f32, bf16, f16 or i32; 0 for any other type.
int64_t getElementBytes(mlir::Type element);

/// Reads elements from little-endian bytes.
void decodeElements(mlir::Type element, const void *bytes,
                    llvm::MutableArrayRef<double> numbers);

/// Writes elements as little-endian bytes, rounded to nearest, ties to even, by
/// way of f32 if they are shorter.
void encodeElements(mlir::Type element, llvm::ArrayRef<double> numbers,
                    void *bytes);

/// Rounds numbers to those that an array of this type can hold.
void roundToElements(mlir::Type element, llvm::MutableArrayRef<double> numbers);

} // namespace seqmix::reference

#endif // SEQMIX_REFERENCE_ELEMENTS_H
