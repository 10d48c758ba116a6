#!/bin/sh
# run.sh SEQMIXC SPECS PYTHON CLANG CLANGXX TOOL FOLDER SPEC "OPTIONS" "SIZES" [WORD…]
# Instruments an operator for TOOL (address or thread), links it with the driver and runs it with WORDs.
set -eu
seqmixc=$1 specs=$2 python=$3 clang=$4 clangxx=$5 tool=$6 folder=$7 spec=$8 options=$9
shift 9
sizes=$1
shift
here=$(dirname "$0")
out=$folder/$spec
mkdir -p "$out"
# shellcheck disable=SC2086
"$seqmixc" "$specs/$spec.mlir" --sanitize="$tool" $options -o "$out"
# shellcheck disable=SC2086
"$python" "$here/plan.py" "$out/$spec.json" $sizes >"$out/plan.c"
[ -e "$folder/driver.o" ] || "$clangxx" -std=c++20 -O1 -g -fsanitize="$tool" -c "$here/driver.cpp" -o "$folder/driver.o"
"$clang" -O1 -g -fsanitize="$tool" -I "$here" -I "$out" -c "$out/plan.c" -o "$out/plan.o"
"$clangxx" -fsanitize="$tool" "$folder/driver.o" "$out/plan.o" "$out/$spec.o" -pthread -o "$out/run"
printf '%s: ' "$spec"
"$out/run" "$@"
