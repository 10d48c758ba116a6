#!/usr/bin/env bash
# From a clean clone to a running operator: installs what is missing, builds the compiler, compiles a gated delta net for
# this CPU, runs it and compares it with its definition. Run it again at any time: what is done is not done again.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

cd "$seqmix_root"
spec=specs/gated_delta_net.mlir
out=build/quickstart
name=$(basename "$spec" .mlir)

seqmix_steps=6
step "packages"
install_packages
step "configure"
configure release "$seqmix_root/build"
step "build the compiler into build/bin (the first time takes minutes)"
build "$seqmix_root/build"
step "compile $spec for this CPU"
shown compile build/bin/seqmixc "$spec" -o "$out"
step "run it on drawn input, compare with the float64 interpreter"
shown check build/bin/seqmix-check "$spec" --size T=1000
step "time it: 4096 tokens, 16 heads"
shown bench build/bin/seqmix-run "$out/$name.json" --bench --size T=4096 --size H=16 --size HK=16

next() { printf '  %-66s %s\n' "$1" "$2"; }

say ""
say "Done. $spec became"
for file in "$out/$name".*; do say "  $file"; done
say ""
say "Next, type"
next "cat $spec" "the layer, as its paper states it"
next "less $out/$name.h" "how to call it from C"
next "build/bin/seqmixc $spec --stop-after derive" "what the compiler derived"
next "build/bin/seqmix-check $spec --set K=64" "another head size, checked"
next "tools/test.sh" "the whole test suite"
