//===- Helpers.h - Programs from text, arrays from numbers ------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TEST_UNIT_REFERENCE_HELPERS_H
#define SEQMIX_TEST_UNIT_REFERENCE_HELPERS_H

#include "dialects/Stream/Stream.h"
#include "seqmix/Reference/Interpreter.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/MemRef/IR/MemRef.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

#include <cmath>
#include <limits>

namespace seqmix::reference {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// A program, and the diagnostics that were emitted about it.
class Module {
public:
  explicit Module(llvm::StringRef text)
      : handler(&context, [&](auto &diag) { messages += diag.str() + "\n"; }) {
    context.loadDialect<seq::SeqDialect, stream::StreamDialect,
                        kernel::KernelDialect, mlir::arith::ArithDialect,
                        mlir::linalg::LinalgDialect, mlir::math::MathDialect,
                        mlir::memref::MemRefDialect,
                        mlir::tensor::TensorDialect>();
    module = mlir::parseSourceString<mlir::ModuleOp>(text, &context);
    if (!module)
      ADD_FAILURE() << messages << text.str();
  }

  template <typename Op> Op get() { return *module->getOps<Op>().begin(); }

  /// The results of its operator or entry; none after a failure, whose reason
  /// is then in `messages`.
  std::vector<Array> run(llvm::ArrayRef<Array> operands, unsigned threads = 1) {
    if (!module)
      return {};
    mlir::FailureOr<std::vector<Array>> results = mlir::failure();
    if (!module->getOps<seq::OperatorOp>().empty())
      results =
          interpretOperator(get<seq::OperatorOp>(), operands, {}, threads);
    else
      results = interpretEntry(get<kernel::EntryOp>(), operands, {}, threads);
    return succeeded(results) ? *results : std::vector<Array>();
  }

  std::string messages;

private:
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler handler;
  mlir::OwningOpRef<mlir::ModuleOp> module;
};

inline Array makeArray(llvm::ArrayRef<int64_t> shape,
                       std::vector<double> data) {
  return {{}, llvm::SmallVector<int64_t>(shape), std::move(data)};
}

/// Irregular numbers in (−1, 1).
inline Array makeNumbers(llvm::ArrayRef<int64_t> shape, int seed) {
  int64_t elements = 1;
  for (int64_t extent : shape)
    elements *= extent;
  Array array = makeArray(shape, std::vector<double>(elements));
  for (int64_t i = 0; i < elements; ++i)
    array.data[i] = std::sin(1.7 * i + 0.3 * i * i + seed);
  return array;
}

/// Compares with what a function gives at each index.
template <typename Function>
void expectNear(const Array &array, llvm::ArrayRef<int64_t> shape,
                Function function) {
  ASSERT_EQ(llvm::ArrayRef<int64_t>(array.shape), shape);
  llvm::SmallVector<int64_t> index(shape.size());
  for (size_t i = 0; i < array.data.size(); ++i) {
    size_t rest = i;
    for (size_t dim = shape.size(); dim > 0; --dim) {
      index[dim - 1] = rest % shape[dim - 1];
      rest /= shape[dim - 1];
    }
    double want = function(index);
    if (std::isfinite(want))
      ASSERT_NEAR(array.data[i], want, 1e-12) << "element " << i;
    else
      ASSERT_EQ(array.data[i], want) << "element " << i;
  }
}

} // namespace seqmix::reference

#endif // SEQMIX_TEST_UNIT_REFERENCE_HELPERS_H
