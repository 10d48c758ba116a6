"""Bad input to every program: each case must end with exit status 1, a message that says what is wrong, where, and what to do,
and leave no file behind.

usage: run.py TOOLS LIB CC FOLDER
"""

import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import numpy as np

import specs

TOOLS, LIB, FOLDER = (pathlib.Path(sys.argv[i]) for i in (1, 2, 4))
CC = sys.argv[3]
HERE = pathlib.Path(__file__).parent
count, failures = 0, []


def tree(folder):
    return sorted(
        (str(p), p.stat().st_size, p.stat().st_mtime_ns if p.is_file() else 0) for p in folder.rglob("*")
    )


def case(topic, command, message, located=None, stdin=""):
    """Runs one command; the folder must afterwards hold what it held before."""
    global count
    count += 1
    before = tree(FOLDER)
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, errors="replace", input=stdin, timeout=120)
    output = done.stdout + done.stderr
    wrong = []
    if done.returncode != 1:
        wrong.append(f"expected exit status 1, found {done.returncode}")
    match = re.match(r"(\[?[\d\\+\]]+\]?): (.*)", message, re.S) if located else None
    if match:
        where = re.escape(located) + f":{match[1]}:\\d+: error: "
        if not re.search(where + ".*" + match[2], output):
            wrong.append(f"expected a message at line {match[1]} that matches '{match[2]}'")
    elif not re.search(message, output):
        wrong.append(f"expected a message that matches '{message}'")
    for word in ("internal error", "PLEASE submit", "Stack dump", "Assertion", "terminate called", "ERROR: AddressSanitizer",
                 "ERROR: LeakSanitizer", "runtime error:"):
        if word in output:
            wrong.append(f"found '{word}'")
    left = [entry for entry in tree(FOLDER) if entry not in before]
    if left:
        wrong.append(f"left behind {left}")
    shown = re.sub(r"\S*/", "", next((line for line in output.splitlines() if "error" in line or "expected" in line), output[:200]))
    print(f"{topic}: {'FAILED: ' + '; '.join(wrong) if wrong else 'ok'}\n    {shown[:240]}", flush=True)
    if wrong:
        failures.append(topic)
        print(output[:1500])


def check_specs():
    out = FOLDER / "out"
    for topic, base, edits, flags, message in specs.CASES:
        text = {specs.R: specs.RECURRENCE, specs.A: specs.ATTENTION}.get(base, base)
        for old, new in edits:
            assert text.count(old) == 1, (topic, old, text.count(old))
            text = text.replace(old, new)
        path = FOLDER / "case.mlir"
        path.write_text(text, encoding="latin-1")
        case(topic, [TOOLS / "seqmixc", path, "-o", out, *flags], message, located=str(path))
    for length in specs.LENGTHS:
        path = FOLDER / "case.mlir"
        path.write_text(specs.RECURRENCE[:length])
        case(f"spec cut after {length} characters", [TOOLS / "seqmixc", path, "-o", out], r"\d+: ", located=str(path))
    path.write_text(specs.RECURRENCE)


def check_files():
    """Files and folders that cannot be read or written."""
    seqmixc, spec = TOOLS / "seqmixc", FOLDER / "case.mlir"
    case("spec that is missing", [seqmixc, FOLDER / "none.mlir", "-o", FOLDER / "out"], "cannot read the spec '.*none.mlir': No such file")
    case("spec that is a folder", [seqmixc, FOLDER, "-o", FOLDER / "out"], "cannot read the spec '.*': Is a directory")
    case("no place for the files", [seqmixc, spec], "expected -o DIR, where the files go")
    case("folder that cannot be made", [seqmixc, spec, "-o", "/proc/none/out"], "cannot make the folder '/proc/none.*': .*; give -o a folder that can be written")
    (FOLDER / "file").write_text("x")
    case("folder that is a file", [seqmixc, spec, "-o", FOLDER / "file"], "cannot write into '.*file': .*; a file of this name is in the way")
    (FOLDER / "blocked" / "mix.json").mkdir(parents=True)
    case("file that is a folder", [seqmixc, spec, "-o", FOLDER / "blocked"], "cannot write '.*mix.json': .*remove it or give -o another folder")
    if os.geteuid() != 0:
        (FOLDER / "locked").mkdir(mode=0o500)
        case("folder without permission", [seqmixc, spec, "-o", FOLDER / "locked"], "cannot write .*locked.*Permission denied")
    else:
        case("folder that the system locks", [seqmixc, spec, "-o", "/proc/sys"], "cannot write .*/proc/sys")
    case("device that is full", ["sh", "-c", f"'{seqmixc}' '{spec}' --stop-after=tile > /dev/full"], "cannot write to standard output: No space left on device")
    case("dump into a file", [seqmixc, spec, "-o", FOLDER / "out", "--dump-ir", FOLDER / "file"], "file")
    case("IR that is no IR", [TOOLS / "seqmix-opt", FOLDER / "file"], "1: .*", located=str(FOLDER / "file"))
    case("pass that there is not", [TOOLS / "seqmix-opt", spec, "--seqmix-make-fast"], "Unknown command line argument '--seqmix-make-fast'")


def npy(name, shape, dtype="<f4"):
    path = FOLDER / f"{name}.npy"
    np.save(path, np.zeros(shape, dtype))
    return path


def check_arrays():
    """Arrays that do not fit, to seqmix-interp and to seqmix-run."""
    spec = FOLDER / "case.mlir"
    good = {
        "q": npy("q", (1, 3, 2, 16)),
        "k": npy("k", (1, 3, 2, 16)),
        "v": npy("v", (1, 3, 4, 16)),
        "g": npy("g", (1, 3, 4)),
        "s0": npy("s0", (1, 4, 16, 16)),
    }
    truncated = FOLDER / "truncated.npy"
    truncated.write_bytes(good["v"].read_bytes()[:-100])
    header = FOLDER / "header.npy"
    header.write_bytes(good["v"].read_bytes()[:40])
    text = FOLDER / "text.npy"
    text.write_text("1 2 3\n")
    fortran = FOLDER / "fortran.npy"
    np.save(fortran, np.asfortranarray(np.zeros((1, 3, 4, 16), "f4")))
    huge = FOLDER / "huge.npy"
    huge.write_bytes(good["v"].read_bytes().replace(b"(1, 3, 4, 16), }        ", b"(1, 3, 4, 99999999999), }"[:24]))
    bad = [
        ("missing operand", {"s0": None}, "operand 's0'.* is missing; give it|not set: operand 's0' .*; give an array"),
        ("operand file that is missing", {"v": FOLDER / "none.npy"}, "none.npy.*cannot read|cannot (open|read).*none.npy"),
        ("operand of another rank", {"v": npy("rank", (3, 4, 16))}, "'v'.*expected (rank 4|4 axes).*found (rank )?3"),
        ("operand of another type", {"v": npy("type", (1, 3, 4, 16), "<f8")}, "'v'.*'<f4'.*found '<f8'"),
        ("operand of another byte order", {"v": npy("order", (1, 3, 4, 16), ">f4")}, "'v'.*'<f4'.*found '>f4'"),
        ("operand in column order", {"v": fortran}, "'v'.*(C order|row)"),
        ("operand with a parameter's axis of another size", {"v": npy("axis", (1, 3, 4, 8))}, "axis 'V': expected 16 .*found 8; set the parameter|expected V = 16 \\(a parameter.*found 8 \\(operand 'v'"),
        ("operands that disagree about a size", {"g": npy("size", (1, 5, 4))}, "'g'.*'?T'?.*(3|5)"),
        ("H that is no multiple of HK", {"q": npy("heads", (1, 3, 3, 16)), "k": npy("heads", (1, 3, 3, 16))}, "'?HK'? (to )?divides? '?H'?.*HK = 3.*H = 4|HK divides H"),
        ("operand file cut off", {"v": truncated}, "truncated.npy.*"),
        ("operand file cut off in its header", {"v": header}, "header.npy.*"),
        ("operand file that promises more than memory", {"v": huge}, "huge.npy.*|axis 'V'"),
        ("operand file that is text", {"v": text}, "text.npy.*"),
        ("operand that there is not", {"z": good["v"]}, "'z'.*q, k, v, g, s0|no operand or result 'z'"),
        ("result that there is not", {}, "'z'.*o, s"),
        ("result that cannot be written", {}, "(cannot write|No such file)"),
    ]
    built = FOLDER / "built"
    subprocess.run([TOOLS / "seqmixc", spec, "-o", built], check=True)
    for tool in ("seqmix-interp", "seqmix-run"):
        start = [TOOLS / tool, spec if tool == "seqmix-interp" else built / "mix.json"]
        for topic, changes, message in bad:
            result = {"result that there is not": "z=z.out", "result that cannot be written": "o=none/o.out"}.get(topic, "o=o.out")
            name, path = result.split("=")
            words = start + ["--out", f"{name}={FOLDER / path}"]
            if topic == "result that cannot be written":
                words += ["--out", f"s={FOLDER / 's.out'}"]
            for operand, path in {**good, **changes}.items():
                if path:
                    words += ["--in", f"{operand}={path}"]
            case(f"{tool}: {topic}", words, message)
    return built


def check_run(built):
    """Manifests and flags that seqmix-run must refuse."""
    run = TOOLS / "seqmix-run"
    manifest = json.loads((built / "mix.json").read_text())

    def edited(name, edit):
        folder = FOLDER / name
        shutil.copytree(built, folder)
        changed = json.loads(json.dumps(manifest))
        edit(changed)
        (folder / "mix.json").write_text(json.dumps(changed))
        return folder / "mix.json"

    case("manifest that is missing", [run, FOLDER / "none.json", "--bench"], "none.json: cannot read")
    path = FOLDER / "cut.json"
    path.write_text((built / "mix.json").read_text()[:200])
    case("manifest cut off", [run, path, "--bench"], "cut.json.*")
    path = FOLDER / "list.json"
    path.write_text("[1, 2, 3]")
    case("manifest of another kind", [run, path, "--bench"], "list.json.*expected")
    case("manifest of another ABI", [run, edited("abi", lambda m: m.update(abi=99)), "--bench"], "abi.*99")
    case("manifest without operands", [run, edited("bare", lambda m: m.pop("operands")), "--bench"], "operands")
    case("manifest with an unknown element type", [run, edited("elem", lambda m: m["operands"][0].update(elem="f64")), "--bench"], "f64")
    case("manifest with an axis that has no size", [run, edited("axes", lambda m: m["operands"][0]["axes"].append("Z")), "--bench"], "Z")
    case("manifest without a workspace", [run, edited("space", lambda m: m["entries"][0].pop("workspace")), "--bench"], "expected a field 'workspace', found none")
    case("manifest whose library is elsewhere", [run, edited("away", lambda m: m.update(library="../mix.so")), "--bench"], "library")
    stale = edited("stale", lambda m: m["entries"][0].update(symbol="seqmix_other"))
    case("stale manifest: a symbol that the library lacks", [run, stale, "--bench", "--entry", "seqmix_other"], "seqmix_other")
    lost = edited("lost", lambda m: None)
    (lost.parent / "mix.so").unlink()
    case("library that is missing", [run, lost, "--bench"], "mix.so")
    (lost.parent / "mix.so").write_text("no library")
    case("library that is none", [run, lost, "--bench"], "mix.so")
    stale = edited("older", lambda m: None)
    subprocess.run([TOOLS / "seqmixc", FOLDER / "case.mlir", "--set", "V=32", "-o", FOLDER / "newer"], check=True)
    shutil.copy(FOLDER / "newer" / "mix.so", stale.parent)
    case("stale manifest: of another compilation than the library", [run, stale, "--bench"], "expected mix.so of the same compilation .*; compile the operator again")
    case("stale manifest: without operands that the library takes", [run, edited("fewer", lambda m: m.update(contract="0" * 64)), "--bench"], "expected mix.so of the same compilation")
    mix = built / "mix.json"
    case("size that breaks a rule", [run, mix, "--bench", "--size", "H=4", "--size", "HK=3"], "HK divides H")
    case("size that is negative", [run, mix, "--bench", "--size", "T=-1"], "T.*-1|-1")
    case("size that there is not", [run, mix, "--bench", "--size", "Q=1"], "no run-time size 'Q'")
    case("step of more than one token", [run, mix, "--bench", "--entry", "step", "--size", "T=2"], "expects T = 1")
    case("entry that there is not", [run, mix, "--bench", "--entry", "fast"], "no entry 'fast'")
    case("no threads", [run, mix, "--bench", "--threads", "0"], "integer of at least 1 for --threads, found '0'")
    case("more memory than there is", [run, mix, "--bench", "--size", "T=1000000000000"], "(?i)memory|overflow|too (large|big|many)")
    check = [TOOLS / "seqmix-check", FOLDER / "case.mlir"]
    case("check of a size that there is not", [*check, "--size", "Q=1"], "there is no size Q to set; the operator's are")
    case("check of an entry that there is not", [*check, "--entry", "fast"], "--entry: expected main, step or steps, found 'fast'")
    case("check of no numbers", [*check, "--chunk", "big"], "--chunk: expected numbers, found 'big'")


def check_abi(built):
    """The C interfaces: each program prints a line "topic: ok" or "topic: FAILED: …" for each of its cases."""
    global count
    include = HERE.parents[2] / "include"
    # A sanitized runtime wants a program that brings the sanitizer.
    sanitize = ["-fsanitize=address,undefined"] if b"__asan_init" in (LIB / "libseqmix_runtime.so").read_bytes() else []
    programs = {"entries.c": [built / "mix.o"], "runtime.c": ["-L", LIB, "-lseqmix_runtime", f"-Wl,-rpath,{LIB}"]}
    for source, libraries in programs.items():
        program = FOLDER / source[:-2]
        words = [CC, "-std=c99", "-O1", "-Wall", "-Wextra", "-Werror", "-I", built, "-I", include, *sanitize, HERE / source, *libraries, "-o", program]
        subprocess.run([str(word) for word in words], check=True)
        done = subprocess.run([program, built / "mix.json"], capture_output=True, text=True, timeout=120)
        lines = [line for line in done.stdout.splitlines() if re.search(r": (ok|FAILED)", line)]
        count += len(lines)
        print(*lines, sep="\n")
        failures.extend(line for line in lines if not line.endswith(": ok"))
        if done.returncode != 0 or not lines:
            failures.append(f"{source} ended with {done.returncode}")


shutil.rmtree(FOLDER, ignore_errors=True)
FOLDER.mkdir(parents=True)
check_specs()
check_files()
built = check_arrays()
check_run(built)
check_abi(built)
print(f"{count} cases of bad input, {len(failures)} failed")
for failure in failures:
    print("FAILED:", failure)
sys.exit(1 if failures or count < 60 else 0)
