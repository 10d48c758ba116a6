#!/usr/bin/env bash
# Builds and runs the whole test suite. The last line of output is "N passed, N failed[, N skipped]"; the exit status is 0
# when tests ran and none failed.
#   tools/test.sh [--sanitize] [--filter REGEX]
# --sanitize: the suite of an ASan + UBSan build (build-asan/). --filter: only tests whose name matches REGEX.
# shellcheck source-path=SCRIPTDIR
source "$(dirname "${BASH_SOURCE[0]}")/lib/setup.sh"

preset=release dir=$seqmix_root/build options=''
while [ $# -gt 0 ]; do
  case $1 in
    --sanitize) preset=asan-ubsan dir=$seqmix_root/build-asan ;;
    --filter)
      [ $# -ge 2 ] || die "--filter needs a regular expression"
      options=" --filter=$(printf '%q' "$2")"
      shift
      ;;
    *) sed -n '2,5s/^# \{0,1\}//p' "$0" && exit 2 ;;
  esac
  shift
done
cd "$seqmix_root"

# The count line ends every run, one that fails before the suite too.
report=$dir/test/report.xml
rm -f "$report"
finish() {
  local status=$?
  trap - EXIT
  if ! command -v python3 >/dev/null; then
    echo "0 passed, 1 failed"
    exit 1
  fi
  python3 tools/lib/count_tests.py "$report" 2>&1 || status=1
  exit "$status"
}
trap finish EXIT

seqmix_steps=4
step "packages"
install_packages
step "configure $preset"
configure "$preset" "$dir"
step "build (incremental; log in build/logs)"
build "$dir"
step "test suite"
LIT_OPTS="--xunit-xml-output=$(printf '%q' "$report")$options${LIT_OPTS:+ $LIT_OPTS}" \
  cmake --build "$dir" --target check-seqmix </dev/null
