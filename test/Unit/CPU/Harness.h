//===- Harness.h - Compiles tile programs and calls them
//-------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#ifndef SEQMIX_TEST_UNIT_CPU_HARNESS_H
#define SEQMIX_TEST_UNIT_CPU_HARNESS_H

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

namespace seqmix::test {

/// The instruction sets that this machine runs: v3, and v4 where it can.
std::vector<std::string> isas();

/// An array on the host, of element type f32, bf16, f16 or i32.
struct Array {
  std::string name;
  std::string elem;
  std::vector<int64_t> shape;
  bool isResult = false;
  /// As doubles; drawn or written by a test, read back from results.
  std::vector<double> values = {};

  int64_t size() const;
  /// Draws from [-1, 1] and rounds to the element type.
  Array &draw(std::mt19937 &random);
};

/// Rounds a double to an element type as the hardware does.
double roundTo(const std::string &elem, double value);

/// A compiled module that holds one entry, `@entry`.
class Program {
public:
  /// Null, with a message on stderr, if it does not compile.
  static std::unique_ptr<Program> compile(const std::string &mlir,
                                          const std::string &isa);
  ~Program();

  /// The entry's code for these slots.
  int32_t call(const std::vector<int64_t> &slots) const;
  int64_t workspace(const std::vector<int64_t> &slots) const;
  bool hasSymbol(const char *name) const;
  const std::string &object() const { return objectBytes; }

private:
  void *library = nullptr;
  void *entry = nullptr;
  void *query = nullptr;
  std::string objectBytes;
};

/// Bytes of an array, contiguous.
std::vector<uint8_t> encode(const Array &array);
void decode(Array &array, const std::vector<uint8_t> &bytes);

/// A kernel.entry over arrays of static shape, one task; `body` uses the arrays
/// as %<name> and scratch as %near.
std::string entryText(const std::vector<Array> &arrays, const std::string &body,
                      int64_t nearBytes);

/// A tile in scratch, rows padded to 16 elements as Tile lays them out. Gives
/// its type; appends the ops that make %<name> and moves `offset` past it.
std::string addTile(std::string &body, const std::string &name,
                    const std::string &elem, std::vector<int64_t> shape,
                    int64_t &offset);

/// kernel.load of a whole array of static shape into a tile, and the reverse.
std::string loadText(const Array &array, const std::string &tile,
                     const std::string &tileType);
std::string storeText(const Array &array, const std::string &tile,
                      const std::string &tileType);
std::string arrayType(const Array &array);

/// Compiles and runs a body; results hold what came out. False on failure.
bool runBody(std::vector<Array> &arrays, const std::string &body,
             int64_t nearBytes, const std::string &isa);

/// The assembly text of a body without arrays.
std::string assemble(const std::string &body, int64_t nearBytes,
                     const std::string &isa);

/// ‖x − y‖ / max(‖y‖, 1e-30).
double relativeError(const std::vector<double> &x,
                     const std::vector<double> &y);

} // namespace seqmix::test

#endif // SEQMIX_TEST_UNIT_CPU_HARNESS_H
