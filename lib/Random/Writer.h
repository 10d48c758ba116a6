//===- Writer.h - Ops of the seq dialect as text ----------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_LIB_RANDOM_WRITER_H
#define SEQMIX_LIB_RANDOM_WRITER_H

#include <cstdint>
#include <string>
#include <vector>

namespace seqmix::random {

using Axes = std::vector<std::string>;

/// A value of a spec: how it is called and its type.
struct Value {
  std::string name;
  Axes axes;
  /// The element type as it is written, empty for f32.
  std::string element;

  bool has(const std::string &axis) const;
  /// `[B, T, K] x E`.
  std::string type() const;
  /// `%k : [B, T, K] x E`.
  std::string typed() const { return name + " : " + type(); }
};

/// Two operands. Braces are evaluated from left to right, arguments are not,
/// and drawing one has effects.
struct Pair {
  Value x, y;
};

/// The values joined by commas: their names, their types, or `names : types`.
std::string names(const std::vector<Value> &values);
std::string types(const std::vector<Value> &values);
std::string typed(const std::vector<Value> &values);

/// A sequence of ops. Writers of one spec share a counter for names.
class Writer {
public:
  Writer(int &counter, unsigned indent) : counter(counter), indent(indent) {}

  /// An elementwise op; its result is broadcast as the dialect says.
  Value op(const std::string &mnemonic, const std::vector<Value> &operands);
  Value dot(const Value &x, const Value &y, const Axes &over);
  Value sum(const Value &x, const Axes &over);
  Value rename(const Value &x, const std::string &from, const std::string &to);
  Value slice(const Value &x, const std::string &axis, int64_t index);
  Value constant(const std::string &number, const Axes &axes = {});
  Value position(int64_t number);
  /// A parameter as a real number, a size as a position.
  Value param(const std::string &name);
  Value size(const std::string &name);
  Value at(const Value &array, const std::vector<Value> &positions);

  Value add(const Pair &pair) { return op("add", {pair.x, pair.y}); }
  Value sub(const Pair &pair) { return op("sub", {pair.x, pair.y}); }
  Value mul(const Pair &pair) { return op("mul", {pair.x, pair.y}); }

  /// A name that no other value has.
  std::string fresh() { return "%t" + std::to_string(counter++); }
  void line(const std::string &text) {
    this->text += std::string(indent, ' ') + text + "\n";
  }

  std::string text;

private:
  Value define(Value result, const std::string &right);

  int &counter;
  unsigned indent;
};

} // namespace seqmix::random

#endif // SEQMIX_LIB_RANDOM_WRITER_H
