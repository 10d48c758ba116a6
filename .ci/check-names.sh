#!/usr/bin/env bash
# The compiler knows no operator by name: what it can do follows from the spec. So no line of lib/, include/ or dialects/
# may name one of the operators in specs/ ("attention" aside, which is also a word). Nor may any file name a folder of
# somebody's machine.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

operators=(
  linear_attention linear_transformer retention mamba2 gla rwkv6 delta_net gated_delta_net kda gated_delta_net2 rwkv7
  delta_product mlstm selective_scan hgrn rg_lru lstm
  causal_attention sliding_window_attention prefix_lm_attention document_attention alibi_attention softcap_attention
  sink_attention sigmoid_attention cached_attention neighborhood_attention_2d
)
status=0

# found MESSAGE GREP-ARGUMENT…: git grep, where a hit is a failure and so is an error of git's.
found() {
  local message=$1 code=0
  shift
  git grep -nI "$@" || code=$?
  case $code in
    0)
      echo "names: $message"
      status=1
      ;;
    1) ;;
    *) status=1 ;;
  esac
}

patterns=()
for operator in "${operators[@]}"; do patterns+=(-e "$operator"); done
found "the lines above name an operator" -wiF "${patterns[@]}" -- lib include dialects
found "the lines above name a folder of one machine" -E '(^|[^A-Za-z0-9_.}/-])/(home|root|Users|work|mnt|media|srv)/' -- .

[ "$status" -ne 0 ] || echo "names: ${#operators[@]} operators, none named by the compiler"
exit "$status"
