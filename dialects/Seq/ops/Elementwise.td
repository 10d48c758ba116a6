//===- Elementwise.td - Elementwise ops, broadcast by axis name ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_DIALECTS_SEQ_OPS_ELEMENTWISE_TD
#define SEQMIX_DIALECTS_SEQ_OPS_ELEMENTWISE_TD

include "dialects/Seq/ops/Base.td"

/// An elementwise op. `kinds` lists the operand kinds it takes (r real, i position, b truth; all operands the same kind),
/// `result` the kind of its result ('=' the operands'), `number` its value on doubles x[0], x[1], …, and `scalar` builds
/// it on scalars.
class Seq_Elementwise<string mnemonic, string what, string kinds, string result, string number, string scalar,
                      dag operands, string exampleOperands, string exampleTypes>
    : Seq_PureOp<mnemonic, [DeclareOpInterfaceMethods<Seq_ElementwiseOpInterface>]> {
  let summary = what;
  let arguments = operands;
  let results = (outs Seq_Array:$result);
  let hasVerifier = 1;
  let description = "Elementwise, broadcast by axis name: " # what # ".\n\n**Example**\n\n```mlir\n%r = seq."
      # mnemonic # " " # exampleOperands # " : " # exampleTypes # "\n```\n";
  let extraClassDefinition = [{
    double $cppClass::evaluate(::llvm::ArrayRef<double> x) { return }] # number # [{; }
    ::mlir::Value $cppClass::buildScalar(::mlir::OpBuilder &b, ::mlir::Location loc, ::mlir::ValueRange x) {
      ScalarBuilder s(b, loc);
      return }] # scalar # [{;
    }
    ::llvm::LogicalResult $cppClass::verify() { return verifyElementwise(*this, "}] # kinds # [{"); }
    ::llvm::LogicalResult $cppClass::inferReturnTypes(::mlir::MLIRContext *context,
        std::optional<::mlir::Location> location, ::mlir::ValueRange operands, ::mlir::DictionaryAttr,
        ::mlir::OpaqueProperties, ::mlir::RegionRange, ::llvm::SmallVectorImpl<::mlir::Type> &types) {
      return inferElementwise(context, operands, '}] # result # [{', types);
    }
  }];
}

class Seq_Unary<string mnemonic, string what, string number, string scalar, string kinds = "r", string result = "=">
    : Seq_Elementwise<mnemonic, what, kinds, result, number, scalar, (ins Seq_Array:$x), "%x",
                      !if(!eq(kinds, "r"), "[K]", !if(!eq(kinds, "b"), "[] x i1", "[] x index"))> {
  let assemblyFormat = "$x attr-dict `:` custom<ShortType>(type($x))";
}

class Seq_Binary<string mnemonic, string what, string number, string scalar, string kinds = "r", string result = "=">
    : Seq_Elementwise<mnemonic, what, kinds, result, number, scalar, (ins Seq_Array:$x, Seq_Array:$y), "%x, %y",
                      !if(!eq(kinds, "b"), "[] x i1, [] x i1", !if(!eq(kinds, "i"), "[] x index, [] x index", "[K, V], [K]"))> {
  let assemblyFormat = "$x `,` $y attr-dict `:` custom<ShortType>(type($x)) `,` custom<ShortType>(type($y))";
}

// Real functions of one variable.
def Seq_NegOp : Seq_Unary<"neg", "−x", "-x[0]", "s.neg(x[0])">;
def Seq_AbsOp : Seq_Unary<"abs", "|x|", "std::fabs(x[0])", "s.make<::mlir::math::AbsFOp>(x[0])">;
def Seq_ExpOp : Seq_Unary<"exp", "e^x", "std::exp(x[0])", "s.make<::mlir::math::ExpOp>(x[0])">;
def Seq_LogOp : Seq_Unary<"log", "natural logarithm", "std::log(x[0])", "s.make<::mlir::math::LogOp>(x[0])">;
def Seq_SqrtOp : Seq_Unary<"sqrt", "square root", "std::sqrt(x[0])", "s.make<::mlir::math::SqrtOp>(x[0])">;
def Seq_RsqrtOp : Seq_Unary<"rsqrt", "1 / square root", "1.0 / std::sqrt(x[0])", "s.div(s.real(1.0), s.make<::mlir::math::SqrtOp>(x[0]))">;
def Seq_TanhOp : Seq_Unary<"tanh", "hyperbolic tangent", "std::tanh(x[0])", "s.make<::mlir::math::TanhOp>(x[0])">;
def Seq_SinOp : Seq_Unary<"sin", "sine", "std::sin(x[0])", "s.make<::mlir::math::SinOp>(x[0])">;
def Seq_CosOp : Seq_Unary<"cos", "cosine", "std::cos(x[0])", "s.make<::mlir::math::CosOp>(x[0])">;
def Seq_ErfOp : Seq_Unary<"erf", "error function", "std::erf(x[0])", "s.make<::mlir::math::ErfOp>(x[0])">;
def Seq_SigmoidOp : Seq_Unary<"sigmoid", "1 / (1 + e^−x)", "1.0 / (1.0 + std::exp(-x[0]))", "s.sigmoid(x[0])">;
def Seq_SoftplusOp : Seq_Unary<"softplus", "log(1 + e^x)",
    "std::fmax(x[0], 0.0) + std::log1p(std::exp(-std::fabs(x[0])))", "s.softplus(x[0])">;

// Arithmetic.
def Seq_AddOp : Seq_Binary<"add", "x + y", "x[0] + x[1]", "s.add(x[0], x[1])", "ri">;
def Seq_SubOp : Seq_Binary<"sub", "x − y", "x[0] - x[1]", "s.sub(x[0], x[1])", "ri">;
def Seq_MulOp : Seq_Binary<"mul", "x · y", "x[0] * x[1]", "s.mul(x[0], x[1])", "ri">;
def Seq_DivOp : Seq_Binary<"div", "x / y", "x[0] / x[1]", "s.div(x[0], x[1])">;
def Seq_FloorDivOp : Seq_Binary<"floordiv", "x / y rounded down (y > 0)", "std::floor(x[0] / x[1])", "s.floorDiv(x[0], x[1])", "i">;
def Seq_ModOp : Seq_Binary<"mod", "x − y · floor(x / y) (y > 0)", "x[0] - x[1] * std::floor(x[0] / x[1])", "s.mod(x[0], x[1])", "i">;
def Seq_MaxOp : Seq_Binary<"max", "the larger; NaN if one is", "x[0] > x[1] || std::isnan(x[0]) ? x[0] : x[1]", "s.max(x[0], x[1])", "ri">;
def Seq_MinOp : Seq_Binary<"min", "the smaller; NaN if one is", "x[0] < x[1] || std::isnan(x[0]) ? x[0] : x[1]", "s.min(x[0], x[1])", "ri">;

// Comparisons.
def Seq_EqOp : Seq_Binary<"eq", "x = y", "x[0] == x[1]", "s.compare('=', x[0], x[1])", "ri", "b">;
def Seq_NeOp : Seq_Binary<"ne", "x ≠ y", "x[0] != x[1]", "s.compare('!', x[0], x[1])", "ri", "b">;
def Seq_LtOp : Seq_Binary<"lt", "x < y", "x[0] < x[1]", "s.compare('<', x[0], x[1])", "ri", "b">;
def Seq_LeOp : Seq_Binary<"le", "x ≤ y", "x[0] <= x[1]", "s.compare('[', x[0], x[1])", "ri", "b">;
def Seq_GtOp : Seq_Binary<"gt", "x > y", "x[0] > x[1]", "s.compare('>', x[0], x[1])", "ri", "b">;
def Seq_GeOp : Seq_Binary<"ge", "x ≥ y", "x[0] >= x[1]", "s.compare(']', x[0], x[1])", "ri", "b">;

// Logic.
def Seq_AndOp : Seq_Binary<"and", "both", "x[0] != 0 && x[1] != 0", "s.make<::mlir::arith::AndIOp>(x[0], x[1])", "b">;
def Seq_OrOp : Seq_Binary<"or", "either", "x[0] != 0 || x[1] != 0", "s.make<::mlir::arith::OrIOp>(x[0], x[1])", "b">;
def Seq_NotOp : Seq_Unary<"not", "not x", "x[0] == 0", "s.logicalNot(x[0])", "b">;

def Seq_ToRealOp : Seq_Unary<"to_real", "a position as a real number", "x[0]", "s.toReal(x[0])", "i", "r">;

def Seq_SelectOp : Seq_PureOp<"select", [DeclareOpInterfaceMethods<Seq_ElementwiseOpInterface>]> {
  let summary = "x where the condition holds, else y";
  let description = [{
    Elementwise, broadcast by axis name. Only the chosen value counts: the other may be NaN.

    **Preconditions.** C1: the condition is a truth value. C2: x and y are of one kind.

    **Example**

    ```mlir
    %r = seq.select %c, %x, %y : [K] x i1, [K], []
    ```
  }];
  let arguments = (ins Seq_Array:$condition, Seq_Array:$x, Seq_Array:$y);
  let results = (outs Seq_Array:$result);
  let assemblyFormat = [{$condition `,` $x `,` $y attr-dict
    `:` custom<ShortType>(type($condition)) `,` custom<ShortType>(type($x)) `,` custom<ShortType>(type($y))}];
  let hasVerifier = 1;
}

#endif // SEQMIX_DIALECTS_SEQ_OPS_ELEMENTWISE_TD
