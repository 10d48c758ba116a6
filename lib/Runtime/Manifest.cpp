//===- Manifest.cpp - What a manifest says --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Manifest.h"
#include "File.h"

#include <algorithm>

using namespace seqmix::runtime;

std::string Axis::str() const {
  if (name.empty())
    return std::to_string(offset);
  if (offset == 0)
    return name;
  return name + (offset > 0 ? " + " : " - ") +
         std::to_string(offset > 0 ? offset : -offset);
}

std::string ArraySpec::str() const {
  std::string text = "[";
  for (size_t i = 0; i < axes.size(); ++i)
    text += (i ? ", " : "") + axes[i].str();
  return text + "] " + seqmix_dtype_name(dtype);
}

std::string Rule::str() const {
  return lhs.str() + (kind == Kind::Divides ? " divides " : " = ") + rhs.str();
}

bool Manifest::isParam(std::string_view name) const {
  for (const auto &[param, value] : params)
    if (param == name)
      return true;
  return false;
}

bool Manifest::isSize(std::string_view name) const {
  return std::find(sizes.begin(), sizes.end(), name) != sizes.end();
}

bool Manifest::isDerived(std::string_view name) const {
  return std::find(derived.begin(), derived.end(), name) != derived.end();
}

Error Manifest::findEntry(std::string_view name, const Entry *&entry) const {
  std::string symbol = "seqmix_" + operatorName;
  bool isMain = name.empty() || name == "main";
  bool isStep = name == "step";
  if (isStep)
    symbol += "_step";
  auto find = [&](auto matches) {
    for (const Entry &candidate : entries)
      if (matches(candidate)) {
        entry = &candidate;
        return true;
      }
    return false;
  };
  // An entry goes by its symbol, whatever that is.
  if (find([&](const Entry &e) { return e.symbol == name; }) ||
      find([&](const Entry &e) {
        return (isMain || isStep) && e.symbol == symbol;
      }) ||
      find([&](const Entry &e) { return e.form == name || isMain; }))
    return Error::success();
  std::string known;
  for (const Entry &candidate : entries)
    known += (known.empty() ? "" : ", ") + candidate.symbol + " (" +
             candidate.form + ")";
  return Error::make(SEQMIX_STATUS_INVALID_ARGUMENT, path, ": no entry '", name,
                     "'; there is ", known);
}

Error seqmix::runtime::readManifest(const std::string &path,
                                    Manifest &manifest) {
  std::string text;
  if (Error error = readFile(path, int64_t(16) << 20, text))
    return error;
  return parseManifest(text, path, manifest);
}
