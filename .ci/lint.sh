#!/usr/bin/env bash
# Format and lint of all tracked C and C++. clang-tidy needs minutes a file on MLIR's headers, so it works against a time
# budget (SEQMIX_TIDY_SECONDS, default 240), the most recently changed files first, and says how many it checked.
# Needs a built build/ (compile commands, TableGen's headers).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
status=0

mapfile -t sources < <(git ls-files '*.c' '*.cpp' '*.cu' '*.h')
if [ "${#sources[@]}" -gt 0 ]; then
  clang-format-22 --dry-run -Werror "${sources[@]}" || status=1
fi
echo "clang-format: ${#sources[@]} files"

commands=build/compile_commands.json
[ -f "$commands" ] || {
  echo "lint: no $commands; build first (tools/test.sh)"
  exit 1
}
logs=build/logs/tidy
rm -rf "$logs"
mkdir -p "$logs"

# The files of the build, ordered by their last commit.
compiled() { sed -n 's/^ *"file": "\(.*\)",\{0,1\}$/\1/p' "$commands" | sed "s|^$PWD/||" | sort -u; }
mapfile -t files < <(git log --format= --name-only -- '*.c' '*.cpp' | awk 'NF && !seen[$0]++' | grep -Fxf <(compiled) || true)
[ "${#files[@]}" -gt 0 ] || {
  echo "lint: $commands names no tracked file"
  exit 1
}

# shellcheck disable=SC2317 # xargs calls it
tidy_one() {
  local log=$TIDY_LOGS/${1//\//_} code=0
  [ "$(date +%s)" -lt "$TIDY_DEADLINE" ] || return 0
  timeout 300 clang-tidy-22 --quiet -p build "$1" >"$log.log" 2>&1 || code=$?
  [ "$code" -ne 124 ] || echo "$1: clang-tidy took over 300 s" >>"$log.log"
  [ "$code" -eq 0 ] || touch "$log.failed"
}
export -f tidy_one
TIDY_LOGS=$logs TIDY_DEADLINE=$(($(date +%s) + ${SEQMIX_TIDY_SECONDS:-240}))
export TIDY_LOGS TIDY_DEADLINE
# shellcheck disable=SC2016 # the inner shell expands it
printf '%s\0' "${files[@]}" | xargs -0 -n 1 -P "$(nproc)" bash -c 'tidy_one "$1"' tidy_one

checked=0 failed=0
for log in "$logs"/*.log; do
  [ -e "$log" ] || continue
  checked=$((checked + 1))
  [ -e "${log%.log}.failed" ] || continue
  failed=$((failed + 1))
  grep -v 'warnings generated\|^Suppressed\|^Use -header-filter' "$log" | head -n 40 || true
done
echo "clang-tidy: $checked of ${#files[@]} files checked, $failed with findings"
[ "$failed" -eq 0 ] && [ "$checked" -gt 0 ] || status=1
exit "$status"
