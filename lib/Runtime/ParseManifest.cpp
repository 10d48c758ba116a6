//===- ParseManifest.cpp - A manifest from JSON ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The only file that sees the JSON library, and the only one with exceptions:
// the library reports a syntax error by one, and so do the readers here. None
// leaves parseManifest.
//
//===----------------------------------------------------------------------===//

#include "Element.h"
#include "Manifest.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>
#include <limits>
#include <stdexcept>

using namespace seqmix::runtime;
using nlohmann::json;

namespace {

constexpr size_t maxRank = 16;
constexpr int maxDepth = 64;

/// What is wrong with the manifest, and where.
struct Malformed : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A JSON value and its place in the document, e.g. "operands[2].axes".
class Node {
public:
  Node(const json &value, std::string place)
      : value(value), place(std::move(place)) {}

  [[noreturn]] void fail(const std::string &what) const {
    throw Malformed((place.empty() ? "" : place + ": ") + what);
  }

  /// Fails with "expected `expected`, found ...".
  [[noreturn]] void failExpected(const std::string &expected) const {
    // Printing is recursive, so only what cannot be deep is printed.
    std::string found = std::string("an ") + value.type_name();
    if (value.is_primitive())
      found = value.dump(-1, ' ', true, json::error_handler_t::replace);
    if (found.size() > 60)
      found = found.substr(0, 57) + "...";
    fail("expected " + expected + ", found " + found);
  }

  bool has(const char *key) const { return isObject() && value.contains(key); }
  bool isObject() const { return value.is_object(); }
  bool isString() const { return value.is_string(); }
  bool isFloat() const { return value.is_number_float(); }

  /// The field `key`, which must be there.
  Node at(const char *key) const {
    if (!isObject())
      failExpected("an object");
    auto field = value.find(key);
    if (field == value.end())
      fail(std::string("expected a field '") + key + "', found none");
    return Node(*field, place.empty() ? key : place + "." + key);
  }

  std::string getString() const {
    if (!value.is_string())
      failExpected("a string");
    std::string text = value.get<std::string>();
    // Names go through C interfaces.
    if (text.empty() || text.find('\0') != std::string::npos)
      failExpected("a string that is not empty and has no null character");
    return text;
  }

  std::string getIdentifier() const {
    std::string text = getString();
    for (size_t i = 0; i < text.size(); ++i) {
      unsigned char c = text[i];
      if (!(std::isalpha(c) || c == '_' || (i > 0 && std::isdigit(c))))
        failExpected("a C identifier");
    }
    if (text.empty())
      failExpected("a C identifier");
    return text;
  }

  /// A file beside the manifest: a name that leads nowhere else.
  std::string getFileName() const {
    std::string text = getString();
    if (text.find('/') != std::string::npos || text == "." || text == "..")
      failExpected("the name of a file beside the manifest, without a folder");
    return text;
  }

  int64_t getInteger() const {
    if (value.is_number_unsigned() &&
        value.get<uint64_t>() > uint64_t(std::numeric_limits<int64_t>::max()))
      failExpected("an integer of 64 bits");
    if (!value.is_number_integer())
      failExpected("an integer");
    return value.get<int64_t>();
  }

  double getNumber() const {
    if (!value.is_number())
      failExpected("a number");
    return value.get<double>();
  }

  std::vector<Node> getArray() const {
    if (!value.is_array())
      failExpected("an array");
    std::vector<Node> elements;
    for (size_t i = 0; i < value.size(); ++i)
      elements.emplace_back(value[i], place + "[" + std::to_string(i) + "]");
    return elements;
  }

  std::vector<Node> getArray(size_t count) const {
    if (!value.is_array() || value.size() != count)
      failExpected("an array of " + std::to_string(count));
    return getArray();
  }

  std::vector<std::pair<std::string, Node>> getFields() const {
    if (!isObject())
      failExpected("an object");
    std::vector<std::pair<std::string, Node>> fields;
    for (auto field = value.begin(); field != value.end(); ++field)
      fields.emplace_back(field.key(),
                          Node(field.value(), place + "." + field.key()));
    return fields;
  }

private:
  const json &value;
  std::string place;
};

/// Fills a Manifest, field by field, in an order in which names are known
/// before they are used.
class Reader {
public:
  Reader(const Node &root, Manifest &manifest)
      : root(root), manifest(manifest) {}

  void read() {
    int64_t abi = root.at("abi").getInteger();
    if (abi != abiVersion)
      root.at("abi").fail("expected ABI version " + std::to_string(abiVersion) +
                          ", found " + std::to_string(abi) +
                          "; use the runtime of the compiler that wrote it");
    manifest.operatorName = root.at("operator").getIdentifier();
    readTarget();
    readNames();
    readArrays("operands", manifest.operands);
    if (root.has("packed"))
      readPacked(root.at("packed"));
    readArrays("results", manifest.results);
    for (const Node &node : root.at("entries").getArray())
      manifest.entries.push_back(readEntry(node));
    if (manifest.entries.empty())
      root.at("entries").failExpected("at least one entry");
  }

private:
  void readTarget() {
    Node node = root.at("target");
    std::string target = node.getString();
    if (target == "cpu") {
      manifest.target = Target::CPU;
      manifest.library = root.at("library").getFileName();
      if (root.has("contract"))
        manifest.contract = root.at("contract").getString();
    } else if (target == "cuda") {
      manifest.target = Target::CUDA;
      if (root.has("cubin"))
        manifest.cubin = root.at("cubin").getFileName();
      if (root.has("ptx") || manifest.cubin.empty())
        manifest.ptx = root.at("ptx").getFileName();
    } else {
      node.failExpected("\"cpu\" or \"cuda\"");
    }
  }

  void readNames() {
    if (root.has("params"))
      for (const auto &[name, node] : root.at("params").getFields())
        manifest.params.emplace_back(name, node.getInteger());
    for (const Node &node : root.at("sizes").getArray()) {
      std::string name = node.getIdentifier();
      if (name == "workers" || manifest.isSize(name) || manifest.isParam(name))
        node.fail("the name '" + name + "' is taken");
      manifest.sizes.push_back(name);
    }
    if (!root.has("rules"))
      return;
    // A rule may use what a later one derives.
    std::vector<Node> rules = root.at("rules").getArray();
    for (const Node &node : rules)
      if (node.has("equal"))
        readDerived(node.at("equal").getArray(2)[0]);
    for (const Node &node : rules)
      manifest.rules.push_back(readRule(node));
  }

  void readDerived(const Node &node) {
    std::string name = node.getIdentifier();
    if (name == "workers")
      node.fail("the name '" + name + "' is taken");
    if (!manifest.isSize(name) && !manifest.isParam(name) &&
        !manifest.isDerived(name))
      manifest.derived.push_back(name);
  }

  Rule readRule(const Node &node) {
    Rule rule;
    if (node.has("divides")) {
      std::vector<Node> sides = node.at("divides").getArray(2);
      rule.kind = Rule::Kind::Divides;
      rule.lhs = readExpression(sides[0]);
      rule.rhs = readExpression(sides[1]);
    } else if (node.has("equal")) {
      std::vector<Node> sides = node.at("equal").getArray(2);
      rule.kind = Rule::Kind::Equal;
      rule.lhs = Expression::makeName(sides[0].getIdentifier());
      rule.rhs = readExpression(sides[1]);
    } else {
      node.failExpected("{\"divides\": [a, b]} or {\"equal\": [a, b]}");
    }
    return rule;
  }

  void readArrays(const char *key, std::vector<ArraySpec> &arrays) {
    for (const Node &node : root.at(key).getArray()) {
      ArraySpec spec = readArray(node);
      if (node.has("domain") && node.at("domain").has("of")) {
        Node of = node.at("domain").at("of");
        if (&arrays != &manifest.operands)
          of.fail("a result is not drawn");
        spec.domain->of = findDrawnOf(of, spec);
      }
      auto isTaken = [&](const std::vector<ArraySpec> &others) {
        for (const ArraySpec &other : others)
          if (other.name == spec.name)
            return true;
        return false;
      };
      if (isTaken(manifest.operands) || isTaken(manifest.results) ||
          isTaken(arrays))
        node.at("name").fail("the name '" + spec.name + "' is taken");
      if (node.has("may_alias")) {
        Node alias = node.at("may_alias");
        spec.mayAlias = alias.getString();
        bool known = false;
        for (const ArraySpec &operand : manifest.operands)
          known |= operand.name == spec.mayAlias;
        if (!known || &arrays == &manifest.operands)
          alias.failExpected("the name of an operand");
      }
      arrays.push_back(std::move(spec));
    }
    // Vectors of strings may not move once pointers into them exist.
    for (ArraySpec &spec : arrays)
      for (const std::string &name : spec.axisNames)
        spec.axisPointers.push_back(name.c_str());
  }

  /// The operand, read before, that a drawn one is a multiple of.
  size_t findDrawnOf(const Node &node, const ArraySpec &spec) {
    std::string name = node.getString();
    auto hasAxis = [&](const std::string &axis) {
      return std::find(spec.axisNames.begin(), spec.axisNames.end(), axis) !=
             spec.axisNames.end();
    };
    for (size_t i = 0; i < manifest.operands.size(); ++i) {
      const ArraySpec &other = manifest.operands[i];
      if (other.name == name && other.dtype != SEQMIX_I32 &&
          spec.dtype != SEQMIX_I32 &&
          std::all_of(other.axisNames.begin(), other.axisNames.end(), hasAxis))
        return i;
    }
    node.failExpected("an operand of real numbers before '" + spec.name +
                      "', with no axes but its own");
  }

  ArraySpec readArray(const Node &node) {
    ArraySpec spec;
    spec.name = node.at("name").getIdentifier();
    Node axes = node.at("axes");
    for (const Node &axis : axes.getArray()) {
      spec.axes.push_back(readAxis(axis));
      spec.axisNames.push_back(spec.axes.back().str());
    }
    if (spec.axes.size() > maxRank)
      axes.fail("expected at most " + std::to_string(maxRank) +
                " axes, found " + std::to_string(spec.axes.size()));
    Node elem = node.at("elem");
    std::optional<seqmix_dtype> dtype = parseElement(elem.getString());
    if (!dtype)
      elem.failExpected("\"f32\", \"bf16\", \"f16\" or \"i32\"");
    spec.dtype = *dtype;
    if (node.has("domain"))
      spec.domain = readDomain(node.at("domain"), spec);
    return spec;
  }

  void readPacked(const Node &node) {
    Packed packed;
    auto readSize = [&](const char *key) {
      std::string name = node.at(key).getString();
      if (!manifest.isSize(name))
        node.at(key).failExpected("a run-time size");
      return name;
    };
    packed.count = readSize("count");
    packed.total = readSize("total");
    packed.offsets = node.at("offsets").getString();
    auto isIt = [&](const ArraySpec &spec) {
      return spec.name == packed.offsets && spec.dtype == SEQMIX_I32 &&
             spec.axes.size() == 1 && spec.axes[0].name == packed.count &&
             spec.axes[0].offset == 1;
    };
    if (std::none_of(manifest.operands.begin(), manifest.operands.end(), isIt))
      node.at("offsets").failExpected("an i32 operand with the axis " +
                                      packed.count + " + 1 alone");
    manifest.packed = std::move(packed);
  }

  Axis readAxis(const Node &node) {
    Expression extent = readExpression(node);
    if (extent.kind == Expression::Kind::Integer && extent.integer >= 0)
      return Axis{"", extent.integer};
    if (extent.kind == Expression::Kind::Name)
      return Axis{extent.name, 0};
    if (extent.kind == Expression::Kind::Add && extent.operands.size() == 2 &&
        extent.operands[0].kind == Expression::Kind::Name &&
        extent.operands[1].kind == Expression::Kind::Integer &&
        extent.operands[1].integer > std::numeric_limits<int32_t>::min() &&
        extent.operands[1].integer < std::numeric_limits<int32_t>::max())
      return Axis{extent.operands[0].name, extent.operands[1].integer};
    node.failExpected(
        "a name, an extent, or {\"add\": [name, integer]} as an axis");
  }

  Bound readBound(const Node &node) {
    if (node.isFloat())
      return node.getNumber();
    return readExpression(node);
  }

  Domain readDomain(const Node &node, const ArraySpec &spec) {
    Domain domain;
    std::string kind = node.at("kind").getString();
    if (kind == "unit") {
      domain.kind = Domain::Kind::Unit;
      domain.axis = readUnitAxis(node, spec);
    } else if (kind == "nonpositive") {
      domain.kind = Domain::Kind::Nonpositive;
    } else if (kind == "normal") {
      domain.kind = Domain::Kind::Normal;
      if (node.has("mean"))
        domain.low = readBound(node.at("mean"));
      if (node.has("deviation"))
        domain.high = readBound(node.at("deviation"));
    } else if (kind == "range" || kind == "integer" || kind == "sorted" ||
               kind == "offsets") {
      domain.kind = kind == "range"     ? Domain::Kind::Range
                    : kind == "integer" ? Domain::Kind::Integer
                    : kind == "sorted"  ? Domain::Kind::Sorted
                                        : Domain::Kind::Offsets;
      domain.low = readBound(node.at("low"));
      domain.high = readBound(node.at("high"));
    } else {
      node.at("kind").failExpected("\"unit\", \"nonpositive\", \"range\", "
                                   "\"normal\", \"integer\", \"sorted\" or "
                                   "\"offsets\"");
    }
    return domain;
  }

  /// The axis that a unit domain names, else the last.
  size_t readUnitAxis(const Node &node, const ArraySpec &spec) {
    if (spec.axes.empty())
      node.fail("expected an axis to have norm 1 along, found a scalar");
    if (!node.has("axis"))
      return spec.axes.size() - 1;
    std::string name = node.at("axis").getString();
    for (size_t i = 0; i < spec.axes.size(); ++i)
      if (spec.axes[i].name == name)
        return i;
    node.at("axis").failExpected("an axis of '" + spec.name + "'");
  }

  Entry readEntry(const Node &node) {
    Entry entry;
    entry.symbol = node.at("symbol").getIdentifier();
    entry.form = node.at("form").getString();
    if (node.has("require"))
      for (const auto &[name, value] : node.at("require").getFields()) {
        if (!manifest.isSize(name) && !manifest.isDerived(name))
          value.fail("'" + name + "' is not a run-time size");
        entry.require.emplace_back(name, value.getInteger());
      }
    entry.workspace = readExpression(node.at("workspace"), true);
    if (manifest.target == Target::CUDA)
      for (const Node &launch : node.at("launches").getArray())
        entry.launches.push_back(readLaunch(launch));
    return entry;
  }

  Launch readLaunch(const Node &node) {
    Launch launch;
    launch.kernel = node.at("kernel").getIdentifier();
    std::vector<Node> grid = node.at("grid").getArray(3);
    std::vector<Node> block = node.at("block").getArray(3);
    for (size_t i = 0; i < 3; ++i) {
      launch.grid[i] = readExpression(grid[i]);
      launch.block[i] = readExpression(block[i]);
    }
    launch.shared = readExpression(node.at("shared"));
    return launch;
  }

  /// `hasWorkers`: may use the name of the number of threads.
  Expression readExpression(const Node &node, bool hasWorkers = false,
                            int depth = 0) {
    if (depth > maxDepth)
      node.fail("expected at most " + std::to_string(maxDepth) +
                " nested operations, found more");
    if (node.isString()) {
      std::string name = node.getString();
      bool known = manifest.isSize(name) || manifest.isParam(name) ||
                   manifest.isDerived(name) ||
                   (hasWorkers && name == "workers");
      if (!known)
        node.failExpected("a size, a parameter or a size that a rule derives");
      return Expression::makeName(name);
    }
    if (!node.isObject())
      return Expression::makeInteger(node.getInteger());

    auto fields = node.getFields();
    std::optional<Expression::Kind> kind;
    if (fields.size() == 1)
      kind = Expression::parseKind(fields[0].first);
    if (!kind)
      node.failExpected("one of the operations add, mul, min, max, div, "
                        "ceildiv");
    bool isBinary =
        kind == Expression::Kind::Div || kind == Expression::Kind::CeilDiv;
    std::vector<Node> nodes =
        isBinary ? fields[0].second.getArray(2) : fields[0].second.getArray();
    if (nodes.empty())
      node.failExpected("at least one operand");
    std::vector<Expression> operands;
    for (const Node &operand : nodes)
      operands.push_back(readExpression(operand, hasWorkers, depth + 1));
    return Expression::make(*kind, std::move(operands));
  }

  const Node &root;
  Manifest &manifest;
};

} // namespace

Error seqmix::runtime::parseManifest(const std::string &text,
                                     const std::string &path,
                                     Manifest &manifest) {
  try {
    manifest = Manifest();
    manifest.path = path;
    size_t slash = path.rfind('/');
    manifest.folder =
        slash == std::string::npos ? "./" : path.substr(0, slash + 1);
    json document = json::parse(text);
    Reader(Node(document, ""), manifest).read();
    return Error::success();
  } catch (const json::parse_error &error) {
    return Error::make(SEQMIX_STATUS_MANIFEST, path,
                       ": expected JSON, found a syntax error at byte ",
                       error.byte);
  } catch (const std::exception &error) {
    return Error::make(SEQMIX_STATUS_MANIFEST, path, ": ", error.what());
  }
}
