//===- ManifestEmitter.cpp - The JSON manifest of an operator -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the manifest of docs/ABI.md, keys in the order of that page.
//
//===----------------------------------------------------------------------===//

#include "Expression.h"
#include "dialects/Kernel/Kernel.h"
#include "mlir/IR/BuiltinOps.h"
#include "seqmix/Emit/Contract.h"
#include "seqmix/Emit/Manifest.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/SHA256.h"

#include <cmath>

using namespace mlir;
using namespace seqmix;
namespace json = llvm::json;

std::string seqmix::getDigest(StringRef text) {
  llvm::SHA256 hash;
  hash.update(text);
  auto bytes = hash.final();
  return llvm::toHex(ArrayRef<uint8_t>(bytes.data(), bytes.size()),
                     /*LowerCase=*/true);
}

StringRef seqmix::getVersion() { return SEQMIX_VERSION; }

namespace {

class ManifestWriter {
public:
  ManifestWriter(const Contract &contract, const ManifestFacts &facts,
                 raw_ostream &os)
      : contract(contract), facts(facts), out(os, /*IndentSize=*/2) {}

  void write() {
    out.object([&] {
      out.attribute("seqmix", getVersion());
      out.attribute("abi", 1);
      out.attribute("operator", contract.operatorName);
      out.attribute("digest", facts.digest);
      if (!facts.contract.empty())
        out.attribute("contract", facts.contract);
      out.attribute("target", facts.target);
      out.attribute("arch", facts.arch);
      out.attributeObject("params", [&] {
        for (auto [name, value] : contract.params)
          out.attribute(name, value);
      });
      out.attribute("elem", contract.elem);
      out.attribute("sizes", json::Array(contract.sizes));
      out.attributeArray("rules", [&] {
        writeRules("divides", contract.divides);
        writeRules("equal", contract.equals);
      });
      kernel::EntryOp first = contract.entries.front();
      if (std::optional<DictionaryAttr> packed = first.getPacked())
        writePacked(*packed);
      writeArrays("operands", /*results=*/false);
      writeArrays("results", /*results=*/true);
      for (auto &[key, file] : facts.files)
        out.attribute(key, file);
      out.attributeArray("entries", [&] {
        for (kernel::EntryOp entry : contract.entries)
          writeEntry(entry);
      });
    });
    out.flush();
  }

private:
  void writeRules(StringRef kind, ArrayRef<ContractRule> rules) {
    for (const ContractRule &rule : rules)
      out.value(json::Object{{kind, json::Array{rule.lhs, rule.rhs}}});
  }

  void writeArrays(StringRef key, bool results) {
    out.attributeArray(key, [&] {
      for (const ContractArray &array : contract.arrays)
        if (array.isResult == results)
          writeArray(array);
    });
  }

  void writeArray(const ContractArray &array) {
    out.object([&] {
      out.attribute("name", array.name);
      out.attributeArray("axes", [&] {
        for (StringRef axis : array.axes)
          writeAxis(axis);
      });
      out.attribute("elem", array.elem);
      if (!array.mayAlias.empty())
        out.attribute("may_alias", array.mayAlias);
      if (array.domain)
        out.attributeObject("domain", [&] {
          writeDomain(array.domain);
          if (!array.drawnOf.empty())
            out.attribute("of", array.drawnOf);
        });
    });
  }

  void writeAxis(StringRef axis) {
    auto [name, more] = kernel::splitAxis(axis);
    if (more)
      out.value(json::Object{{"add", json::Array{name, more}}});
    else
      out.value(name);
  }

  /// Where packed sequences lie.
  void writePacked(DictionaryAttr packed) {
    out.attributeObject("packed", [&] {
      for (StringRef key : {"offsets", "count", "total", "batch"})
        out.attribute(key, packed.getAs<StringAttr>(key).getValue());
    });
  }

  void writeDomain(DictionaryAttr domain) {
    StringRef kind = domain.begin()->getName().getValue();
    Attribute value = domain.begin()->getValue();
    out.attribute("kind", kind);
    if (auto axis = dyn_cast<StringAttr>(value))
      out.attribute("axis", axis.getValue());
    if (auto pair = dyn_cast<ArrayAttr>(value)) {
      bool isNormal = kind == "normal";
      out.attribute(isNormal ? "mean" : "low", toBound(pair[0]));
      out.attribute(isNormal ? "deviation" : "high", toBound(pair[1]));
    }
  }

  static json::Value toBound(Attribute attr) {
    if (auto real = dyn_cast<FloatAttr>(attr))
      return real.getValueAsDouble();
    return toJSON(attr);
  }

  void writeEntry(kernel::EntryOp entry) {
    DictionaryAttr launch = entry.getLaunchAttr();
    out.object([&] {
      out.attribute("symbol", entry.getSymName());
      out.attribute("form", entry.getForm());
      if (std::optional<int64_t> chunk = entry.getChunk())
        out.attribute("chunk", *chunk);
      out.attributeObject("require", [&] {
        for (NamedAttribute rule : entry.getRequire())
          out.attribute(rule.getName().getValue(), toJSON(rule.getValue()));
      });
      out.attribute("workspace", toJSON(launch.get("workspace")));
      if (auto launches = launch.getAs<ArrayAttr>("launches"))
        out.attributeArray("launches", [&] {
          for (Attribute attr : launches)
            writeLaunch(cast<DictionaryAttr>(attr));
        });
    });
  }

  void writeLaunch(DictionaryAttr launch) {
    out.object([&] {
      out.attribute("kernel", launch.getAs<StringAttr>("kernel").getValue());
      for (StringRef key : {"grid", "block"})
        out.attributeArray(key, [&] {
          for (Attribute expression : launch.getAs<ArrayAttr>(key))
            out.value(toJSON(expression));
        });
      out.attribute("shared", toJSON(launch.get("shared")));
    });
  }

  const Contract &contract;
  const ManifestFacts &facts;
  json::OStream out;
};

} // namespace

LogicalResult seqmix::emitManifest(ModuleOp module, const ManifestFacts &facts,
                                   raw_ostream &os) {
  FailureOr<Contract> contract = readContract(module);
  if (failed(contract))
    return failure();
  for (kernel::EntryOp entry : contract->entries)
    if (!entry.getLaunchAttr())
      return entry.emitOpError(
          "expected `launch` with the entry's workspace, found none; the "
          "target's `seqmix-describe-entries` writes it");
  ManifestWriter(*contract, facts, os).write();
  return success();
}
