"""Compiles all rows into a folder that needs nothing else than Python, numpy and the peers to run.

DIR/bench.json            what was prepared, by which compiler
DIR/artifacts/NAME/       manifest and shared library of an operator
DIR/lib/                  the runtime, its OpenMP, the ceilings
DIR/models/               the models of onnxruntime
DIR/bench.py, seqmix_bench/
"""

import json
import pathlib
import re
import shutil
import subprocess

from . import peers
from .peers import onnx_runtime

SOURCE = pathlib.Path(__file__).resolve().parent.parent
RUNTIME = "libseqmix_runtime.so.0"
CEILINGS = "libseqmix_bench_ceilings.so"


class Failed(Exception):
    pass


def _compile(compiler, specs, row, form, folder):
    command = [str(compiler), str(specs / f"{row.spec}.mlir"), "--elem", row.elem, "--form", form, "-o", str(folder)]
    for name, value in sorted(row.params.items()):
        command += ["--set", f"{name}={value}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{' '.join(command)}\n{done.stderr.strip()}")
    for file in folder.iterdir():
        if file.suffix not in (".json", ".so"):
            file.unlink()


def _copy_libraries(build, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for name in (RUNTIME, CEILINGS):
        library = build / "lib" / name
        if not library.exists():
            raise Failed(f"no {library}: cmake --build {build} --target seqmix_runtime seqmix-bench-ceilings")
        shutil.copy(library.resolve(), folder / name)
    # The OpenMP library that the runtime was linked to, as another machine may have none.
    linked = subprocess.run(["ldd", str(folder / RUNTIME)], capture_output=True, text=True).stdout
    found = re.search(r"libomp\.so\.5 => (\S+)", linked)
    if found:
        shutil.copy(pathlib.Path(found.group(1)).resolve(), folder / "libomp.so.5")


def _git(*words):
    done = subprocess.run(["git", "-C", str(SOURCE), *words], capture_output=True, text=True)
    return done.stdout.strip() if done.returncode == 0 else ""


def prepare(build, folder, rows, tiny, say):
    compiler = build / "bin" / "seqmixc"
    if not compiler.exists():
        raise Failed(f"no {compiler}: build seqmixc first")
    _copy_libraries(build, folder / "lib")
    artifacts = {name: (row, form) for row in rows for name, form in row.artifacts.items()}
    for name, (row, form) in artifacts.items():
        say(f"compiling {name}")
        target = folder / "artifacts" / name
        shutil.rmtree(target, ignore_errors=True)
        _compile(compiler, SOURCE.parent / "specs", row, form, target)
    notes = []
    for row in rows:
        if "onnxruntime" not in row.peers:
            continue
        try:
            onnx_runtime.write_model(row, folder / "models")
        except peers.Missing as missing:
            notes.append(f"no model of onnxruntime: {missing}")
            break
    if folder.resolve() != SOURCE:
        shutil.copy(SOURCE / "bench.py", folder / "bench.py")
        package = folder / "seqmix_bench"
        shutil.rmtree(package, ignore_errors=True)
        shutil.copytree(SOURCE / "seqmix_bench", package, ignore=shutil.ignore_patterns("__pycache__"))
    version = subprocess.run([str(compiler), "--version"], capture_output=True, text=True).stdout
    facts = {
        "tiny": tiny,
        "rows": [row.name for row in rows],
        "compiler": next((line.strip() for line in version.splitlines() if "seqmix" in line), ""),
        "commit": _git("rev-parse", "--short", "HEAD") + ("+" if _git("status", "--porcelain", "-uno") else ""),
        "notes": notes,
    }
    (folder / "bench.json").write_text(json.dumps(facts, indent=1) + "\n")
    return facts
