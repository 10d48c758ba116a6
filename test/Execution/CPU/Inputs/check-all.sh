#!/bin/sh
# Checks every spec of a folder: check-all.sh SPECS SEQMIX-CHECK
set -eu
for spec in "$1"/*.mlir; do
  sizes="--size T=70 --size B=2"
  grep -q 'params(.*K = ' "$spec" && sizes="$sizes --set K=40 --set V=24"
  "$2" "$spec" --elem f32,bf16 $sizes
  if grep -q 'seq.recurrence' "$spec"; then
    "$2" "$spec" --elem f32 $sizes --entry step
    "$2" "$spec" --elem f32 $sizes --extremes
  fi
done
echo "all specs ok"
