#!/bin/sh
# The whole product of the covers in test/Execution/CPU, for each spec of the slice; it takes hours.
# check-full.sh SPECS SEQMIX-CHECK
set -u
kv="--set K=16,40,64,128 --set V=16,40,64,128"
sizes="--size T=1,2,63,64,65,200,1000 --size B=1,3 --size H=4"
elems="--elem f32,bf16,f16"
status=0
check() { "$@" | grep -E 'FAILED|ok, ' || true; }
run() { check "$seqmix_check" "$@" | tee -a "$log" ; }
seqmix_check=$2
log=$(mktemp)
run "$1/gated_delta_net.mlir" $elems $kv $sizes --size HK=1,2,4 --form auto,sequential --chunk 16,32,64,128
run "$1/gated_delta_net.mlir" $elems $kv --size B=1,3 --size H=4 --size HK=1,2,4 --entry step
run "$1/gla.mlir" $elems $kv $sizes --form auto,sequential --chunk 16,32,64,128
run "$1/gla.mlir" $elems $kv --size B=1,3 --size H=4 --entry step
run "$1/lstm.mlir" $elems --set D=16,40,64,128 --size T=1,2,63,64,65,200,1000 --size B=1,3
run "$1/attention.mlir" $elems $kv $sizes --size HK=1,2,4 --size S=1,64,65,300
run "$1/causal_attention.mlir" $elems $kv $sizes --size HK=1,2,4
run "$1/sliding_window_attention.mlir" $elems $kv $sizes --size HK=1,2,4 --set W=1,63,64,100,1024
grep -q FAILED "$log" && status=1
rm -f "$log"
exit $status
