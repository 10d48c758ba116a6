"""Counts instructions of compiled operators and compares them with a table, so that a slow-down shows on a noisy machine.

Usage: instructions.py FOLDER SPECS [--update]

Two counts, neither of which depends on what else the machine does:
- executed: what an entry runs on AVX2 (`--arch v3`), as Callgrind counts it from entry to return;
- loops: in the innermost loops of AVX-512 and AMX code, which Valgrind cannot run, how many instructions
  there are beside the products (multiply-adds, dot products of pairs, tiles), and how many move a vector
  or a tile to or from the stack.

A count may be off by 3 % either way, more is an error: fewer instructions than the table has are written
down too. `--update` writes instructions.txt anew; commit it with the reason.
"""

import os
import re
import subprocess
import sys

TABLE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "instructions.txt")
TOLERANCE = 0.03
VECTOR = re.compile(r"%(?:[xyz]mm|tmm)\d+")
STACK = re.compile(r"\(%r[sb]p")

# Name: spec, flags of seqmixc, flags of seqmix-run.
SMALL = ["--set", "K=64", "--set", "V=64"]
EXECUTED = {
    "attention": ("causal_attention", [*SMALL, "--elem", "f32"], ["--size", "B=1", "--size", "T=256", "--size", "H=1"]),
    "documents": ("document_attention", [*SMALL, "--elem", "bf16"], ["--size", "B=1", "--size", "T=256", "--size", "H=1"]),
    "delta rule": ("gated_delta_net", [*SMALL, "--elem", "bf16"], ["--size", "B=1", "--size", "T=128", "--size", "H=1"]),
    "channel gates": ("gla", [*SMALL, "--elem", "bf16"], ["--size", "B=1", "--size", "T=128", "--size", "H=1"]),
    "step": ("gated_delta_net", [*SMALL, "--elem", "f32"], ["--entry", "step", "--size", "B=1", "--size", "H=4"]),
    "scan": ("hgrn", ["--elem", "bf16"], ["--size", "B=1", "--size", "T=32", "--size", "D=1024"]),
    "scan of few channels": ("hgrn", ["--elem", "bf16"], ["--size", "B=1", "--size", "T=32", "--size", "D=200"]),
    "scan of a matrix": ("selective_scan", ["--elem", "f32"], ["--size", "B=1", "--size", "T=32"]),
}
# Name: spec, flags of seqmixc.
LOOPS = {
    f"{name} {arch}": (spec, [*SMALL, "--elem", elem, "--arch", arch])
    for name, spec in (("attention", "causal_attention"), ("delta rule", "gated_delta_net"))
    for arch, elem in (("v4", "f32"), ("bf16", "bf16"), ("amx", "bf16"))
}


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")
    return result.stdout + result.stderr


def count_executed(specs, folder, spec, flags, how):
    run("seqmixc", f"{specs}/{spec}.mlir", "--arch", "v3", *flags, "-o", folder)
    entry = f"seqmix_{spec}" + ("_step" if "step" in how else "")
    valgrind = ["valgrind", "--tool=callgrind", f"--toggle-collect={entry}", f"--callgrind-out-file={folder}/callgrind"]
    bench = ["seqmix-run", f"{folder}/{spec}.json", "--bench", "--repeat", "1", "--threads", "1", *how]
    output = run(*valgrind, *bench)
    found = re.search(r"Collected : (\d+)", output)
    if not found or int(found[1]) == 0:
        sys.exit(f"callgrind counted nothing in {entry}:\n{output}")
    return int(found[1]) // 2  # seqmix-run calls once before it measures


def is_product(mnemonic):
    return re.match(r"vfn?m(add|sub)\d+ps|vdpbf16ps|tdpbf16ps", mnemonic) is not None


def find_loops(text):
    """The bodies of innermost loops, as lists of (mnemonic, operands)."""
    for function in re.split(r"\n\n", text):
        lines = re.findall(r"^\s*([0-9a-f]+):\s+(\S+)\s*(.*)$", function, re.M)
        at = {int(address, 16): number for number, (address, _, _) in enumerate(lines)}
        backward = []
        for number, (_, mnemonic, operands) in enumerate(lines):
            target = re.match(r"0x([0-9a-f]+)|([0-9a-f]+) <", operands)
            if mnemonic.startswith("j") and target:
                begin = at.get(int(target[1] or target[2], 16))
                if begin is not None and begin <= number:
                    backward.append((begin, number))
        for begin, end in backward:
            if not any(begin <= b and e <= end and (b, e) != (begin, end) for b, e in backward):
                yield [(mnemonic, operands) for _, mnemonic, operands in lines[begin : end + 1]]


def count_loops(specs, folder, spec, flags):
    run("seqmixc", f"{specs}/{spec}.mlir", *flags, "-o", folder)
    text = run("llvm-objdump", "-d", "--no-show-raw-insn", f"{folder}/{spec}.o")
    products = others = spills = 0
    for body in find_loops(text):
        own = sum(is_product(mnemonic) for mnemonic, _ in body)
        # A stray multiply-add makes no loop of products; the polynomial of an exponential does.
        if own < 4:
            continue
        products += own
        others += len(body) - own
        spills += sum(
            bool(VECTOR.search(operands) and STACK.search(operands))
            and mnemonic.startswith(("vmov", "tileload", "tilestore"))
            for mnemonic, operands in body
        )
    if products == 0:
        sys.exit(f"no loop of products in {spec} with {' '.join(flags)}")
    return products, others, spills


def count_all(specs, folder):
    counts = {}
    for number, (name, row) in enumerate(EXECUTED.items()):
        here = f"{folder}/{number}"
        os.makedirs(here)
        counts[f"{name}: executed"] = count_executed(specs, here, *row)
    for number, (name, row) in enumerate(LOOPS.items()):
        here = f"{folder}/loops-{number}"
        os.makedirs(here)
        products, others, spills = count_loops(specs, here, *row)
        counts[f"{name}: products in loops"] = products
        counts[f"{name}: other instructions there"] = others
        counts[f"{name}: spills there"] = spills
    return counts


def read_table():
    with open(TABLE) as file:
        rows = [line.rsplit(" ", 1) for line in file.read().splitlines() if line and not line.startswith("#")]
    return {name.strip(): int(count) for name, count in rows}


def write_table(counts):
    width = max(map(len, counts))
    with open(TABLE, "w") as file:
        file.write("# Instructions of compiled operators; instructions.py --update writes this, and says what it counts.\n")
        for name, count in counts.items():
            file.write(f"{name:<{width}} {count:>9}\n")


def main():
    folder, specs = sys.argv[1], sys.argv[2]
    counts = count_all(specs, folder)
    if "--update" in sys.argv:
        write_table(counts)
        return print(f"{len(counts)} counts written")
    table, wrong = read_table(), 0
    for name in [*counts, *(name for name in table if name not in counts)]:
        old, new = table.get(name), counts.get(name)
        off = old is None or new is None or abs(new - old) > TOLERANCE * old
        wrong += off
        change = f" ({100 * (new - old) / old:+.1f} %)" if old and new is not None else ""
        print(f"{name}: {old} in the table, {new} now{change}{' WRONG' if off else ''}")
    if wrong:
        script = os.path.relpath(__file__)
        print(f"If that is meant: {script} $(mktemp -d) specs --update, and commit instructions.txt with the reason")
    print(f"{len(counts)} counts, {wrong} off by more than {100 * TOLERANCE:.0f} %")


main()
