#!/usr/bin/env bash
# What tools/quickstart.sh, tools/test.sh and .ci/run share: packages, configure, build, with progress and quiet logs.
# Sourced it only defines functions; run as a command it installs the packages that are missing and does no more.
set -euo pipefail

seqmix_root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
seqmix_jobs=$(nproc 2>/dev/null || echo 2)
seqmix_logs=$seqmix_root/build/logs
seqmix_steps=1 # how many steps the sourcing script has
seqmix_step=0

# All from Debian 12 and its security archive. One line a purpose, so that a package that nobody needs any more is seen.
seqmix_packages=(
  clang-22 lld-22 libclang-rt-22-dev libc6-dev libstdc++-12-dev # compiler, linker, sanitizers, C and C++ libraries
  llvm-22 llvm-22-dev llvm-22-tools libmlir-22-dev mlir-22-tools # what we link; FileCheck, lit, mlir-tblgen, mlir-opt
  zlib1g-dev libzstd-dev libxml2-dev libedit-dev libcurl4-openssl-dev # LLVM's CMake files look for them
  libomp-22-dev nlohmann-json3-dev # runtime library: threads, manifests
  libgtest-dev # unit tests
  cmake ninja-build ccache git # build
  clang-format-22 clang-tidy-22 # gates
  python3 python3-venv python3-numpy python3-psutil # tests (lit needs psutil for its time limit), examples
  valgrind # counts of instructions
)

say() { printf '%s\n' "$*"; }

die() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# step TEXT: announces the next step of the script.
step() {
  seqmix_step=$((seqmix_step + 1))
  say "[$seqmix_step/$seqmix_steps] $1"
}

# logged NAME COMMAND [ARG…]: runs COMMAND into build/logs/NAME.log. While it runs, shows its last line of progress; when
# it fails, shows the end of the log and returns its exit status.
logged() {
  local log=$seqmix_logs/$1.log pid status=0 last='' now interval=20 waited=0
  shift
  mkdir -p "$seqmix_logs"
  [ -t 1 ] && interval=1
  "$@" >"$log" 2>&1 </dev/null &
  pid=$!
  while kill -0 "$pid" 2>/dev/null; do
    sleep 0.2
    waited=$((waited + 1))
    [ $((waited % (interval * 5))) -eq 0 ] || continue
    now=$(tail -n 1 "$log" | cut -c 1-100)
    [ "$now" = "$last" ] && continue
    last=$now
    if [ -t 1 ]; then printf '\r\033[K      %s' "$now"; else say "      $now"; fi
  done
  wait "$pid" || status=$?
  [ -t 1 ] && printf '\r\033[K'
  [ "$status" -eq 0 ] && return 0
  say "      failed (exit $status); the end of ${log#"$seqmix_root"/}:"
  tail -n 40 "$log"
  return "$status"
}

# shown NAME COMMAND [ARG…]: as logged, and then shows what COMMAND printed.
shown() {
  logged "$@"
  sed 's/^/      /' "$seqmix_logs/$1.log"
}

missing_packages() {
  local package
  for package in "${seqmix_packages[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null || true)" = installed ] || say "$package"
  done
}

apt_install() {
  local sudo=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      say "neither root nor sudo: run as root: apt-get install --no-install-recommends $*"
      return 1
    }
    sudo=(sudo)
  fi
  # Another apt at work is waited for.
  "${sudo[@]}" apt-get -o DPkg::Lock::Timeout=300 update
  "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -o DPkg::Lock::Timeout=300 install -y --no-install-recommends "$@"
}

# Installs what is missing; asks apt nothing when everything is there.
install_packages() {
  local missing
  command -v dpkg-query >/dev/null || die "this script sets up Debian 12; elsewhere install LLVM and MLIR 22 and run cmake --preset release"
  mapfile -t missing < <(missing_packages)
  if [ "${#missing[@]}" -eq 0 ]; then
    say "      all ${#seqmix_packages[@]} packages are there"
    return 0
  fi
  say "      installing ${missing[*]}"
  logged packages apt_install "${missing[@]}" || die "apt could not install the packages; they come from Debian 12 (bookworm) and its security archive"
  mapfile -t missing < <(missing_packages)
  [ "${#missing[@]}" -eq 0 ] || die "still missing after apt-get install: ${missing[*]}"
}

# configure PRESET BUILD_DIR: CMake, unless the build folder is configured; ninja itself re-runs CMake when a file changed.
configure() {
  local launcher=()
  if [ -f "$2/build.ninja" ]; then
    say "      ${2#"$seqmix_root"/} is configured"
    return 0
  fi
  if command -v ccache >/dev/null; then
    launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  fi
  logged "configure-$1" cmake -S "$seqmix_root" --preset "$1" -B "$2" "${launcher[@]}"
}

# build BUILD_DIR [TARGET…]
build() {
  local dir=$1 targets=("${@:2}")
  logged "build-$(basename "$dir")" cmake --build "$dir" -j "$seqmix_jobs" ${targets[@]:+--target "${targets[@]}"}
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  step "packages"
  install_packages
fi
