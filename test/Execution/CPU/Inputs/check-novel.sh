#!/bin/sh
# Checks that each novel-*.mlir of a folder has a chunkwise or streaming form and that every form is right:
# check-novel.sh FOLDER SEQMIXC SEQMIX-CHECK
set -eu
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
for spec in "$1"/novel-*.mlir; do
  "$2" "$spec" -o "$out" --explain >"$out/explain"
  grep -qE ': (chunkwise|streaming)' "$out/explain" || { echo "FAILED: $spec has no parallel form"; cat "$out/explain"; exit 1; }
  if grep -q 'seq.recurrence' "$spec"; then
    "$3" "$spec" --size T=1,70 --chunk 16
  else
    "$3" "$spec" --size T=1,70
  fi
done
for spec in "$1"/sequential-*.mlir; do
  "$3" "$spec" --size T=1,70
done
echo "all novel layers ok"
