#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# The command line of seqmix-run, on the fake operator.
# usage: seqmix-run.sh SEQMIX-RUN FAKE.json
set -eu
run=$1
manifest=$2
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
count=0

# Runs with the arguments after the first and expects failure with that text
# and no file left behind.
fails() {
  expected=$1
  shift
  count=$((count + 1))
  ls "$folder" >"$folder.before"
  if "$run" "$@" >"$folder.out" 2>&1; then
    echo "expected failure: $*" && exit 1
  fi
  if ! grep -qF -- "$expected" "$folder.out"; then
    echo "expected '$expected', found:" && cat "$folder.out" && exit 1
  fi
  ls "$folder" | diff - "$folder.before" || exit 1
  rm -f "$folder.before" "$folder.out"
}

"$run" --help | grep -q '^usage: seqmix-run'
"$run" --version | grep -Eq '^seqmix-run [0-9]+\.[0-9]+\.[0-9]+$'

# A benchmark draws what is missing and can leave its results.
"$run" "$manifest" --bench --size T=3 --size B=2 --repeat 3 --threads 2 \
  --seed 1 --out "o=$folder/o.npy" --out "s=$folder/s.npy" |
  grep -q '^fake main B=2 T=3 H=4 HK=4: median .* ms of 3$'
[ "$(wc -c <"$folder/o.npy")" -eq $((128 + 2 * 3 * 4 * 4 * 4)) ]
cp "$folder/o.npy" "$folder/first.npy"
"$run" "$manifest" --bench --size=T=3 --size=B=2 --repeat=1 --threads=1 \
  --seed=1 --out="o=$folder/o.npy" >"$folder/log"
cmp "$folder/o.npy" "$folder/first.npy"
"$run" "$manifest" --bench --entry step --repeat 1 | grep -q ' step .* T=1 '

fails "expected a manifest"
fails "unknown option --treads" "$manifest" --treads 2
fails "expected a value after --threads" "$manifest" --threads
fails "integer of at least 1 for --threads, found '0'" "$manifest" --threads 0
fails "expected --in NAME=FILE, found 'q'" "$manifest" --in q
fails "--in q is given twice" "$manifest" --in q=a --in q=b
fails "two results go to the file" "$manifest" --out o=a --out s=a
fails "expected --out NAME=FILE or --bench" "$manifest"
fails "--size needs --bench" "$manifest" --out o=a --size T=3
fails "no/op.json: cannot read" no/op.json --bench
fails "fake has no result 'x'; it has o, s" "$manifest" --bench --out x=a
fails "no operand or result 'x'" "$manifest" --in "x=$folder/o.npy" \
  --out "o=$folder/new.npy"
fails "not set: operand 'q'" "$manifest" --out "o=$folder/new.npy"
fails "no run-time size 'Q'" "$manifest" --bench --size Q=3
fails "expected HK divides H" "$manifest" --bench --size HK=3
fails "expects T = 1" "$manifest" --bench --entry step --size T=2
fails "no entry 'split'" "$manifest" --bench --entry split
fails "operand 's0' ($folder/o.npy): expected 2 axes" "$manifest" --bench \
  --in "s0=$folder/o.npy" --out "o=$folder/new.npy"
fails "cannot write" "$manifest" --bench --out "s=$folder/new.npy" \
  --out "o=$folder/no/new.npy"
mkfifo "$folder/pipe"
fails "pipe: cannot write: it is not a regular file" "$manifest" --bench \
  --out "o=$folder/new.npy" --out "s=$folder/pipe"
[ -p "$folder/pipe" ]
echo "seqmix-run: $count failures as expected"
