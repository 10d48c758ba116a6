//===- Normalisers.h - From scores to weights -------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_REFERENCE_NORMALISERS_H
#define SEQMIX_LIB_REFERENCE_NORMALISERS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

#include <string>

namespace seqmix::reference {

/// A normaliser of attention, on the scores of the keys that one query may
/// read: at least one.
struct Normaliser {
  llvm::StringRef name;
  unsigned numOperands;
  /// Whether it has a denominator, so that its logarithm can be a result.
  bool hasDenominator;
  /// Turns scores into weights and gives the logarithm of the denominator.
  double (*weigh)(llvm::MutableArrayRef<double> scores,
                  llvm::ArrayRef<double> operands);
};

/// Null if there is none of this name.
const Normaliser *lookupNormaliser(llvm::StringRef name);

/// "'softmax', 'sink', …", for messages.
std::string listNormalisers();

} // namespace seqmix::reference

#endif // SEQMIX_LIB_REFERENCE_NORMALISERS_H
