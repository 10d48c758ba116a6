#!/usr/bin/env python3
"""Runs cases that `seqmix-check --write DIR` made, on a machine without the compiler.

usage: run-cases.py SEQMIX-RUN DIR [--sanitize COMMAND] [--filter TEXT]

Each case is a folder with an artifact, its operands (in.NAME.npy), the float64 results (ref.NAME.npy) and case.txt. Prints
a line a case with the error of each result, ‖x − y‖ / max(‖y‖, 1e-30) over the finite elements of the reference, and ends
with a count; exits 1 if a case failed. Bounds: 1e-5 for f32, 1e-2 for bf16 and f16.
"""

import argparse
import json
import pathlib
import shlex
import subprocess
import sys
import tempfile

import numpy as np


def read(path, elem):
    """An array as float64; bf16 is stored as its bit pattern."""
    array = np.load(path)
    if elem == "bf16":
        return (array.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return array.astype(np.float64)


def error_of(x, y):
    finite = np.isfinite(y)
    same = np.array_equal(x[~finite], y[~finite], equal_nan=True)
    if not same or not np.all(np.isfinite(x[finite])):
        return float("nan")
    return float(np.linalg.norm(x[finite] - y[finite]) / max(np.linalg.norm(y[finite]), 1e-30))


def run_case(folder, command):
    title, entry = (folder / "case.txt").read_text().splitlines()[:2]
    manifest_path = next(folder.glob("*.json"))
    manifest = json.loads(manifest_path.read_text())
    narrow = any(a["elem"] in ("bf16", "f16") for a in manifest["operands"])
    bound = 1e-2 if narrow else 1e-5
    with tempfile.TemporaryDirectory() as out:
        words = command + [str(manifest_path), "--entry", entry]
        for operand in manifest["operands"]:
            words += ["--in", f"{operand['name']}={folder / ('in.' + operand['name'] + '.npy')}"]
        for result in manifest["results"]:
            words += ["--out", f"{result['name']}={out}/{result['name']}.npy"]
        done = subprocess.run(words, capture_output=True, text=True)
        if done.returncode != 0:
            return False, f"{title}: FAILED: {(done.stdout + done.stderr).strip()[-600:]}"
        text, ok = title + ":", True
        for result in manifest["results"]:
            name = result["name"]
            error = error_of(read(f"{out}/{name}.npy", result["elem"]), np.load(folder / f"ref.{name}.npy"))
            text += f" {name} {error:.2e}"
            ok = ok and error <= bound
    return ok, text + (" ok" if ok else " FAILED")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("seqmix_run")
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--sanitize", default="", help="a command to run seqmix-run under, such as compute-sanitizer")
    parser.add_argument("--filter", default="", help="only cases whose path has this text")
    arguments = parser.parse_args()
    command = shlex.split(arguments.sanitize) + [arguments.seqmix_run]
    cases = sorted(p.parent for p in arguments.folder.rglob("case.txt") if arguments.filter in str(p))
    failed = 0
    for folder in cases:
        ok, text = run_case(folder, command)
        failed += not ok
        print(text, flush=True)
    print(f"{len(cases) - failed} passed, {failed} failed")
    return 1 if failed or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
