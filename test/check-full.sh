#!/bin/sh
# The whole product of the covers in test/Execution/CPU, for each spec of the slice; it takes hours.
# check-full.sh SPECS SEQMIX-CHECK
# Prints each failure and, for each spec, how many cases passed; exits 1 if one failed or a run did not end.
set -u
specs=$1 seqmix_check=$2
kv="--set K=16,40,64,128 --set V=16,40,64,128"
sizes="--size T=1,2,63,64,65,200,1000 --size B=1,3 --size H=4"
elems="--elem f32,bf16,f16"
heads="--size HK=1,2,4"
chunks="--form auto,sequential --chunk 16,32,64,128"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
run() {
  spec=$1
  shift
  "$seqmix_check" "$specs/$spec.mlir" "$@" >"$log" || status=1
  grep FAILED "$log"
  grep 'skipped$' "$log" | tail -n 1 | grep '^[^ ]*: [0-9]* ok, ' || {
    echo "$spec $*: did not end"
    status=1
  }
}
for extremes in "" --extremes; do
  run gated_delta_net $elems $kv $sizes $heads $chunks $extremes
  run gated_delta_net $elems $kv --size B=1,3 --size H=4 $heads --entry step $extremes
  run gla $elems $kv $sizes $chunks $extremes
  run gla $elems $kv --size B=1,3 --size H=4 --entry step $extremes
done
run lstm $elems --set D=16,40,64,128 --size T=1,2,63,64,65,200,1000 --size B=1,3
run lstm $elems --set D=16,40,64,128 --size B=1,3 --entry step
run attention $elems $kv $sizes $heads --size S=1,64,65,300
run causal_attention $elems $kv $sizes $heads
run sliding_window_attention $elems $kv $sizes $heads --set W=1,63,64,100,1024
exit $status
