//===- Writer.cpp - Ops of the seq dialect as text ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Writer.h"

#include <algorithm>

using namespace seqmix::random;

bool Value::has(const std::string &axis) const {
  return std::find(axes.begin(), axes.end(), axis) != axes.end();
}

template <typename Range, typename Text>
static std::string join(const Range &range, Text text) {
  std::string joined;
  for (const auto &item : range)
    joined += (joined.empty() ? "" : ", ") + text(item);
  return joined;
}

std::string Value::type() const {
  std::string list = join(axes, [](const std::string &axis) { return axis; });
  return "[" + list + "]" + (element.empty() ? "" : " x " + element);
}

std::string seqmix::random::names(const std::vector<Value> &values) {
  return join(values, [](const Value &value) { return value.name; });
}

std::string seqmix::random::types(const std::vector<Value> &values) {
  return join(values, [](const Value &value) { return value.type(); });
}

std::string seqmix::random::typed(const std::vector<Value> &values) {
  return names(values) + " : " + types(values);
}

/// The same rule as seq::broadcastAxes.
static Axes broadcast(const Axes &x, const Axes &y) {
  auto isIn = [](const Axes &axes) {
    return [&axes](const std::string &axis) {
      return std::find(axes.begin(), axes.end(), axis) != axes.end();
    };
  };
  if (!std::all_of(y.begin(), y.end(), isIn(x)) &&
      std::all_of(x.begin(), x.end(), isIn(y)))
    return y;
  Axes axes = x;
  for (const std::string &axis : y)
    if (!isIn(x)(axis))
      axes.push_back(axis);
  return axes;
}

static Axes without(const Axes &axes, const Axes &over) {
  Axes rest;
  for (const std::string &axis : axes)
    if (std::find(over.begin(), over.end(), axis) == over.end())
      rest.push_back(axis);
  return rest;
}

static std::string quoted(const Axes &over) {
  return "[" +
         join(over,
              [](const std::string &axis) { return "\"" + axis + "\""; }) +
         "]";
}

Value Writer::define(Value result, const std::string &right) {
  result.name = fresh();
  line(result.name + " = " + right);
  return result;
}

Value Writer::op(const std::string &mnemonic,
                 const std::vector<Value> &operands) {
  const Value &last = operands.back();
  Value result{"", operands[0].axes,
               last.element == "index" || last.element == "i1" ? last.element
                                                               : ""};
  for (const Value &operand : operands)
    result.axes = broadcast(result.axes, operand.axes);
  if (mnemonic == "to_real")
    result.element = "";
  for (const char *comparison : {"eq", "ne", "lt", "le", "gt", "ge"})
    if (mnemonic == comparison)
      result.element = "i1";
  return define(result, "seq." + mnemonic + " " + typed(operands));
}

Value Writer::dot(const Value &x, const Value &y, const Axes &over) {
  return define({"", without(broadcast(x.axes, y.axes), over), ""},
                "seq.dot " + names({x, y}) + " over " + quoted(over) + " : " +
                    types({x, y}));
}

Value Writer::sum(const Value &x, const Axes &over) {
  return define({"", without(x.axes, over), ""}, "seq.sum " + x.name +
                                                     " over " + quoted(over) +
                                                     " : " + x.type());
}

Value Writer::rename(const Value &x, const std::string &from,
                     const std::string &to) {
  Axes axes = x.axes;
  std::replace(axes.begin(), axes.end(), from, to);
  return define({"", axes, x.element}, "seq.rename " + x.name + " \"" + from +
                                           "\" to \"" + to +
                                           "\" : " + x.type());
}

Value Writer::slice(const Value &x, const std::string &axis, int64_t index) {
  return define({"", without(x.axes, {axis}), ""},
                "seq.slice " + x.name + " \"" + axis + "\" at " +
                    std::to_string(index) + " : " + x.type());
}

Value Writer::constant(const std::string &number, const Axes &axes) {
  Value result{"", axes, ""};
  return define(result, "seq.constant " + number + " : " + result.type());
}

Value Writer::position(int64_t number) {
  Value result{"", {}, "index"};
  return define(result, "seq.constant " + std::to_string(number) + " : " +
                            result.type());
}

Value Writer::param(const std::string &name) {
  return define({"", {}, ""}, "seq.param \"" + name + "\"");
}

Value Writer::size(const std::string &name) {
  return define({"", {}, "index"}, "seq.size \"" + name + "\"");
}

Value Writer::at(const Value &array, const std::vector<Value> &positions) {
  return define({"", {}, array.element == "i32" ? "index" : ""},
                "seq.at " + array.name + "[" + names(positions) +
                    "] : " + array.type());
}
