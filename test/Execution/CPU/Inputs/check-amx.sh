#!/bin/sh
# check-amx.sh EMULATOR SPECS: seqmix-check of each operator in bf16, its tile instructions emulated; then how many were right, and
# how many had any.
emulator=$1 specs=$2 all=0 ok=0 tiles=0
for spec in "$specs"/*.mlir; do
  all=$((all + 1))
  text=$(LD_PRELOAD=$emulator seqmix-check "$spec" --elem bf16 --arch amx --size T=200 2>&1)
  echo "$text"
  case $text in *" 1 ok, 0 failed, 0 skipped"*) ok=$((ok + 1)) ;; esac
  case $text in *"tile instructions emulated"*) tiles=$((tiles + 1)) ;; esac
done
echo "$all specs, $ok ok, $tiles of them with tiles"
