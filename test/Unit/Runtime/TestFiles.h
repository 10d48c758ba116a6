//===- TestFiles.h - Files of a test ----------------------------*- C++ -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_TEST_UNIT_RUNTIME_TESTFILES_H
#define SEQMIX_TEST_UNIT_RUNTIME_TESTFILES_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace seqmix::test {

/// A folder that lives as long as this.
class TemporaryFolder {
public:
  TemporaryFolder() {
    std::string pattern =
        (std::filesystem::temp_directory_path() / "seqmix-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path, ignored);
  }

  std::string operator/(const std::string &name) const {
    return path + "/" + name;
  }

private:
  std::string path;
};

inline void writeText(const std::string &path, const std::string &text) {
  std::ofstream(path, std::ios::binary) << text;
}

inline std::string readText(const std::string &path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline std::string getInput(const std::string &name) {
  return std::string(SEQMIX_TEST_INPUTS) + "/" + name;
}

/// The text of `source` with one occurrence of `from` replaced.
inline std::string replaced(std::string source, const std::string &from,
                            const std::string &to) {
  size_t at = source.find(from);
  return at == std::string::npos ? "no such text: " + from
                                 : source.replace(at, from.size(), to);
}

} // namespace seqmix::test

#endif // SEQMIX_TEST_UNIT_RUNTIME_TESTFILES_H
