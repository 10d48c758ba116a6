//===- Shrink.cpp - A small operator that fails like a large one ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An edit is a change of the case or of the module; edits are numbered, and
// which there are depends on the program. Every edit makes it smaller by some
// measure, so that shrinking ends.
//
//===----------------------------------------------------------------------===//

#include "seqmix/Random/Shrink.h"
#include "Edit.h"

using namespace seqmix;
using namespace seqmix::random;

/// The case with its n-th setting made simpler; nothing if there are no more.
static std::optional<std::optional<check::Case>> simplify(check::Case c,
                                                          unsigned n) {
  std::vector<std::function<bool()>> settings;
  auto setting = [&](auto set) { settings.push_back(set); };
  setting([&] {
    return std::exchange(c.compile.chunk, std::nullopt) != std::nullopt;
  });
  setting([&] {
    return std::exchange(c.threads, check::Case().threads) !=
           check::Case().threads;
  });
  setting([&] { return std::exchange(c.seed, 0) != 0; });
  setting([&] { return std::exchange(c.extremes, false); });
  for (auto &[name, value] : c.sizes)
    for (int64_t smaller : {int64_t(1), int64_t(2), value / 2, value - 1})
      setting([&value, smaller] {
        bool can = smaller >= 1 && smaller < value;
        if (can)
          value = smaller;
        return can;
      });
  if (n >= settings.size())
    return std::nullopt;
  if (!settings[n]())
    return std::optional<check::Case>();
  return std::optional<check::Case>(c);
}

Program seqmix::random::shrink(Program program,
                               llvm::function_ref<bool(const Program &)> fails,
                               unsigned budget) {
  auto accept = [&](const Program &candidate) {
    if (budget == 0)
      return false;
    --budget;
    if (!fails(candidate))
      return false;
    program = candidate;
    return true;
  };
  bool changed = true;
  while (changed && budget > 0) {
    changed = false;
    for (unsigned n = 0;; ++n) {
      auto simpler = simplify(program.test, n);
      if (!simpler)
        break;
      if (!*simpler)
        continue;
      Program candidate = program;
      candidate.test = **simpler;
      changed |= accept(candidate);
    }
    Editor editor;
    for (unsigned n = 0; budget > 0;) {
      std::string text;
      Edited edited = editor.edit(program.text, n, text);
      if (edited == Edited::NoMore)
        break;
      Program candidate = program;
      candidate.text = text;
      // After a success the n-th edit is another one.
      if (edited == Edited::Yes && accept(candidate))
        changed = true;
      else
        ++n;
    }
  }
  return program;
}
