#!/usr/bin/env bash
# docs/generated (dialect and pass pages) must be what TableGen makes of the sources now.
#   .ci/check-docs.sh [--update]    --update: copy the new pages into the tree, and make docs/Tour.md anew, which a test checks
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

made=build/docs/generated kept=docs/generated
log=build/logs/docs.log
mkdir -p build/logs
rm -f "$made"/*.md # a page whose source is gone must not linger
cmake --build build --target seqmix-docs >"$log" 2>&1 </dev/null || {
  tail -n 20 "$log"
  echo "docs: the target seqmix-docs does not build"
  exit 1
}
compgen -G "$made/*.md" >/dev/null || {
  echo "docs: seqmix-docs wrote no page into $made"
  exit 1
}

if [ "${1:-}" = --update ]; then
  mkdir -p "$kept"
  rm -f "$kept"/*.md
  cp "$made"/*.md "$kept"/
  cmake --build build --target seqmixc seqmix-opt seqmix-check >>"$log" 2>&1 </dev/null || {
    tail -n 20 "$log"
    echo "docs: the tools that print the tour do not build"
    exit 1
  }
  python3 docs/make_tour.py --update
fi
[ -d "$kept" ] || {
  echo "docs: no $kept; run .ci/check-docs.sh --update and commit it"
  exit 1
}

# Pages alone: CMake keeps other files of its own beside them.
pages=build/docs/pages
rm -rf "$pages"
mkdir -p "$pages"
cp "$made"/*.md "$pages"/
if ! diff -ru "$kept" "$pages"; then
  echo "docs: $kept differs from the sources; run .ci/check-docs.sh --update and commit it"
  exit 1
fi
echo "docs: $(find "$kept" -name '*.md' | wc -l) pages up to date"
