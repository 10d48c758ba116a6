"""Compiles an operator for CUDA, runs it on the emulated driver, compares with the interpreter.

Usage: check_operator.py SPEC CC FOLDER [flags of seqmixc] [-- flags of seqmix-check beside those]

seqmix-check draws the operands and computes the reference; seqmix-run runs the artifact with a
libcuda.so.1 made of emulate.c and the kernels.
"""

import array
import ast
import glob
import json
import math
import os
import shutil
import struct
import subprocess
import sys

INPUTS = os.path.dirname(os.path.abspath(__file__))


def run(*command, **keywords):
    result = subprocess.run(command, capture_output=True, text=True, **keywords)
    if result.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout


def make_driver(spec, cc, folder, flags):
    ir, kernels = folder + "/ir.mlir", folder + "/kernels"
    with open(ir, "w") as file:
        file.write(run("seqmixc", spec, *flags, "--stop-after", "target"))
    run(sys.executable, INPUTS + "/emulate.py", ir, kernels + ".ll")
    options = ["-O1", "-mcpu=x86-64-v3", "-relocation-model=pic", "-filetype=obj"]
    run("llc", *options, kernels + ".ll", "-o", kernels + ".o")
    sources = [INPUTS + "/emulate.c", INPUTS + "/emulate_cuda.c", kernels + ".o"]
    library = folder + "/libcuda.so.1"
    run(cc, "-O1", "-fPIC", "-shared", *sources, "-lm", "-ldl", "-o", library)


def read(path):
    with open(path, "rb") as file:
        data = file.read()
    start = 10 + struct.unpack("<H", data[8:10])[0]
    descr, data = ast.literal_eval(data[10:start].decode())["descr"], data[start:]
    if descr == "<u2":
        words = array.array("H", data)
        wide = array.array("I", [word << 16 for word in words])
        return array.array("f", wide.tobytes())
    if descr == "<f2":
        return [value[0] for value in struct.iter_unpack("<e", data)]
    return array.array({"<f4": "f", "<f8": "d", "<i4": "i"}[descr], data)


def get_error(found, wanted):
    if len(found) != len(wanted):
        return math.inf
    difference = norm = 0.0
    for x, y in zip(found, wanted):
        if math.isfinite(y) and math.isfinite(x):
            difference += (x - y) ** 2
            norm += y * y
        elif x != y and not (math.isnan(x) and math.isnan(y)):
            return math.inf
    return math.sqrt(difference) / max(math.sqrt(norm), 1e-30)


def check(case, name, folder):
    with open(f"{case}/{name}.json") as file:
        manifest = json.load(file)
    with open(case + "/case.txt") as file:
        description, entry = file.read().split("\n")[:2]
    command = ["seqmix-run", f"{case}/{name}.json", "--entry", entry]
    for operand in manifest["operands"]:
        command += ["--in", "{0}={1}/in.{0}.npy".format(operand["name"], case)]
    for result in manifest["results"]:
        command += ["--out", "{0}={1}/out.{0}.npy".format(result["name"], case)]
    run(*command, env=dict(os.environ, LD_LIBRARY_PATH=folder))
    bound = 1e-5 if manifest["elem"] == "f32" else 1e-2
    errors = {}
    for result in manifest["results"]:
        paths = [f"{case}/{kind}.{result['name']}.npy" for kind in ("out", "ref")]
        errors[result["name"]] = get_error(*map(read, paths))
    good = all(error <= bound for error in errors.values())
    print("ok" if good else "WRONG", description, entry, errors)
    return good


def main():
    spec, cc, folder, *flags = sys.argv[1:]
    split = flags.index("--") if "--" in flags else len(flags)
    flags, more = ["--target", "cuda"] + flags[:split], flags[split + 1 :]
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    make_driver(spec, cc, folder, flags)
    run("seqmix-check", spec, *flags, *more, "--write", folder + "/cases")
    name = os.path.splitext(os.path.basename(spec))[0]
    cases = sorted(glob.glob(folder + "/cases/case-*"))
    good = [check(case, name, folder) for case in cases]
    sys.exit(0 if good and all(good) else 1)


main()
