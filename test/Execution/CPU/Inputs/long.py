"""Long sequences: errors along T, memory, time.

usage: long.py SEQMIX-CHECK SEQMIXC SEQMIX-RUN FOLDER errors SPEC TOKENS BOUND decays|grows [SIZE=N]…
       long.py … memory|time SPEC [SIZE=N]… [-- OPTIONS of seqmixc]

errors: runs the compiled f32 code, 16 x 16 a head, over TOKENS tokens and compares with the float64 interpreter in twenty
windows along T: each error, and the final state's, is at most BOUND, and the last windows' are no larger than the first's
by more than half. With "grows" in place of "decays" errors may grow, but stay within the bound.
memory: at T = 131072 the whole program takes less than 24 MiB beside the arrays, and the workspace's formula has no T in it.
time: processor time a token from T = 4096 to 262144 differs by less than a factor of two.
"""

import json
import os
import pathlib
import subprocess
import sys

import numpy as np

check, seqmixc, run, folder, command, spec, *rest = sys.argv[1:]
folder = pathlib.Path(folder)
name = pathlib.Path(spec).stem
PARAMS = ["K=16", "V=16"] if "K = 128" in pathlib.Path(spec).read_text() else []


def flags(flag, values):
    return [word for value in values for word in (flag, value)]


def error_of(x, y):
    return float(np.linalg.norm(x - y) / max(np.linalg.norm(y), 1e-30))


def errors(tokens, bound, behaviour, sizes):
    words = [check, spec, "--elem", "f32", *flags("--set", PARAMS), *flags("--size", [f"T={tokens}", "B=1", *sizes])]
    subprocess.run(words + ["--write", folder], check=True, stdout=subprocess.DEVNULL)
    case = folder / "case-0"
    manifest = json.loads((case / f"{name}.json").read_text())
    words = [run, case / f"{name}.json"]
    words += flags("--in", [f"{a['name']}={case}/in.{a['name']}.npy" for a in manifest["operands"]])
    words += flags("--out", [f"{a['name']}={case}/out.{a['name']}.npy" for a in manifest["results"]])
    subprocess.run(words, check=True)
    ok = True
    for result in manifest["results"]:
        x = np.load(case / f"out.{result['name']}.npy").astype(np.float64)
        y = np.load(case / f"ref.{result['name']}.npy")
        if "T" not in result["axes"]:
            error = error_of(x, y)
            ok &= error <= bound
            print(f"{name} {result['name']}: final {error:.2e}")
            continue
        axis = result["axes"].index("T")
        parts = [error_of(a, b) for a, b in zip(np.array_split(x, 20, axis), np.array_split(y, 20, axis))]
        first, last = np.mean(parts[:5]), np.mean(parts[-5:])
        ok &= max(parts) <= bound and (behaviour == "grows" or last <= 1.5 * first)
        print(f"{name} {result['name']}: first {first:.2e}, last {last:.2e}, largest {max(parts):.2e}")
    return ok


def usage_of(words):
    """Peak memory in bytes and processor time in seconds of one run."""
    process = subprocess.Popen([str(word) for word in words], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{words} ended with {process.returncode}")
    return usage.ru_maxrss * 1024, usage.ru_utime


def compile_spec(options):
    words = [seqmixc, spec, "--elem", "f32", *flags("--set", PARAMS), *options, "-o", folder]
    subprocess.run(words, check=True)
    return json.loads((folder / f"{name}.json").read_text())


def bench(tokens, sizes, repeat):
    words = [run, folder / f"{name}.json", "--bench", "--threads", "1", "--repeat", str(repeat)]
    return usage_of(words + flags("--size", [f"T={tokens}", "B=1", *sizes]))


def memory(sizes, options):
    manifest = compile_spec(options)
    values = {**manifest["params"], "B": 1, **{s.split("=")[0]: int(s.split("=")[1]) for s in sizes}}

    def array_bytes(tokens):
        extents = {**values, "T": tokens, "S": tokens}
        return sum(4 * int(np.prod([extents[axis] for axis in a["axes"]])) for a in manifest["operands"] + manifest["results"])

    tokens = 131072
    peak, _ = bench(tokens, sizes, 1)
    rest = peak - array_bytes(tokens)
    workspace = json.dumps([entry["workspace"] for entry in manifest["entries"]])
    print(f"{name} T={tokens}: arrays {array_bytes(tokens) / 2**20:.1f} MiB, the rest {rest / 2**20:.1f} MiB, workspace {workspace}")
    # A row of T scores for each of a chunk's tokens would be 32 MiB already, T x T of them 64 GiB.
    return '"T"' not in workspace and '"S"' not in workspace and rest < 24 << 20


def time(sizes, options):
    compile_spec(options)
    # Processor time of more repetitions less that of few: what does not repeat cancels.
    per_token = {}
    for tokens in (4096, 16384, 65536, 262144):
        more = max(2, (2 << 20) // tokens)
        best = min(bench(tokens, sizes, 1 + more)[1] - bench(tokens, sizes, 1)[1] for _ in range(2))
        per_token[tokens] = best / (more * tokens)
    print(f"{name}:", ", ".join(f"T={t} {1e9 * s:.1f} ns a token" for t, s in per_token.items()))
    return max(per_token.values()) < 2 * min(per_token.values())


folder.mkdir(parents=True, exist_ok=True)
if command == "errors":
    ok = errors(int(rest[0]), float(rest[1]), rest[2], rest[3:])
else:
    cut = rest.index("--") if "--" in rest else len(rest)
    ok = {"memory": memory, "time": time}[command](rest[:cut], rest[cut + 1 :])
print(f"{command}: {'ok' if ok else 'FAILED'}")
sys.exit(0 if ok else 1)
