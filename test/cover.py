#!/usr/bin/env python3
"""Checks every operator of a folder with seqmix-check: element types, sizes, parameters, forms, chunks, steps, extremes.

usage: cover.py SPECS SEQMIX-CHECK [--part I/N] [--filter REGEX] [--full] [--log FILE] [--print]

Without --full, the cover of the suite: for each operator six compilations, in which each K, each V, each type, each chunk
and the sequential form occurs, and on each of them a pairwise cover of the run-time sizes, of the main entry against the
step applied T times, and of drawn inputs against extremes. Operators next to each other pair K with V, chunk and type
differently; any six of them in a row have every K with every V.

With --full the whole product of K, V, T, B, the element types and, of recurrences, of every chunk, the sequential form and the
step applied T times, each against the float64 interpreter on one thread. Beside the product, in turn, not multiplied:
- heads: B = 1 goes with 4 heads on 2 key heads (or groups), B = 3 with 2 on 1; without key heads with 2 and 1; D and a key
  sequence S of its own likewise;
- other parameters (PARAMS): each K with each V has the default and one other value; where there is no K, each value;
- AVX2 and AVX-512 (`arch`): each compilation is for one of them, each schedule and type for both over K and V;
- extremes: each K, V and type has them in one of the schedules.
Bits that do not depend on threads and H = HK are left to the suite. It takes an hour to an hour and a half of one core: --part I/N
takes the I-th of N parts, and with --log FILE what is done is noted there, and left out by the next run.
The values are in SIZES, PARAMS and below. Prints a line for each command, and each failure; exits 1 if there was one or a run
did not end.
"""

import argparse
import itertools
import pathlib
import re
import subprocess
import sys

KV = [16, 40, 64, 96, 128, 256]
ELEMS = ["f32", "bf16", "f16"]
SCHEDULES = ["chunk=16", "chunk=32", "chunk=64", "chunk=128", "form=auto", "form=sequential"]
SIZES = {"T": [1, 2, 63, 64, 65, 200, 1000], "B": [1, 3], "H": [2], "HK": [1, 2], "G": [1, 2], "D": [1, 300, 1100], "S": [1, 64, 65, 300]}
# Sizes that go with the two of B in the product: heads in groups, or alone.
GROUPED = {"H": [4, 2], "HK": [2, 1], "G": [2, 1]}
ALONE = {"H": [2, 1]}
# Compile-time parameters beside K and V: the default first.
PARAMS = {"W": [1024, 1, 63, 64, 100], "R": [2, 1, 3], "N": [16, 5, 24], "WIDTH": [64, 5, 16], "RADIUS": [3, 1, 2], "D": KV}


class Operator:
    def __init__(self, path):
        text = path.read_text()
        self.path, self.name = path, path.stem
        header = re.search(r"params\(([^)]*)\) sizes\(([^)]*)\)\s*\((.*?)\)\s*->", text, re.S)
        self.params = [p.split("=")[0].strip() for p in header[1].split(",")]
        # S = T is no size of its own.
        self.sizes = [re.split(r"\s", s.strip())[0] for s in header[2].split(",") if "=" not in s]
        operands = set(re.findall(r"%(\w+):", header[3]))
        self.is_recurrence = "seq.recurrence" in text
        carries = re.search(r"carry\((.*?)\)\s*->", text, re.S)
        initial = re.findall(r"=\s*%(\w+)", carries[1]) if self.is_recurrence else []
        self.has_steps = bool(initial) and all(name in operands for name in initial)

    def tokens(self):
        return [1] if "lengths" in self.path.read_text() else SIZES["T"]

    def size_flags(self):
        flags = []
        for size in self.sizes:
            values = self.tokens() if size == "T" else SIZES[size]
            flags += ["--size", f"{size}={','.join(map(str, values))}"]
        return flags

    def more_flags(self):
        flags = ["--inputs", "drawn,extremes"]
        if self.has_steps:
            flags += ["--entry", "main,steps"]
        return flags

    def others(self):
        """The parameters beside K, V and E that a cover varies, with their values."""
        return [(name, PARAMS[name]) for name in self.params if name in PARAMS]

    def suite(self, index):
        """One command: six compilations."""
        variants = []
        for i in range(6):
            words = [f"elem={ELEMS[(i + index // 2) % 3]}"]
            if "K" in self.params:
                words.append(f"K={KV[i]}")
            if "V" in self.params:
                words.append(f"V={KV[(i + index) % 6]}")
            words += [f"{name}={values[(i + index) % len(values)]}" for name, values in self.others()]
            if self.is_recurrence:
                words.append(SCHEDULES[(2 * i + index) % 6 if i < 3 else (2 * i + 1 + index) % 6])
            text = " ".join(words)
            if text not in variants:
                variants.append(text)
        flags = [flag for text in variants for flag in ("--variant", text)]
        return [["--cover", "pairwise"] + flags + self.size_flags() + self.more_flags()]

    def choices(self):
        """Parameters of the product, each with a number by which what is not multiplied takes turns."""
        names = [name for name in ("K", "V") if name in self.params]
        others = self.others()
        if not names:
            for index, values in enumerate(itertools.product(*(values for _, values in others))):
                yield index, [f"{name}={value}" for (name, _), value in zip(others, values)]
            return
        for index, values in enumerate(itertools.product(KV, repeat=len(names))):
            words = [f"{name}={value}" for name, value in zip(names, values)]
            yield index, words
            if others:
                turns = [values[1 + index // (i + 1) % (len(values) - 1)] for i, (_, values) in enumerate(others)]
                yield index + 1, words + [f"{name}={value}" for (name, _), value in zip(others, turns)]

    def full(self):
        """One command for each choice of parameters and type: its schedules share inputs and what the interpreter says."""
        heads = GROUPED if {"HK", "G"} & set(self.sizes) else ALONE
        for index, words in self.choices():
            flags = ["--size", f"T={','.join(map(str, self.tokens()))}"]
            for i, batch in enumerate(SIZES["B"]):
                sizes = [f"B={batch}"]
                for size in self.sizes:
                    if size in ("D", "S"):
                        sizes.append(f"{size}={SIZES[size][(index + i) % len(SIZES[size])]}")
                    elif size not in ("B", "T"):
                        sizes.append(f"{size}={heads[size][i]}")
                flags += ["--sizes", " ".join(sizes)]
            schedules = [s for s in SCHEDULES if s != "form=auto"] if self.is_recurrence else ["form=auto"]
            for e, elem in enumerate(ELEMS):
                variants = []
                for s, schedule in enumerate(schedules):
                    arch = "v4" if (index + e + s) % 2 else "v3"
                    variants.append(" ".join(words + [schedule, f"arch={arch}"]))
                if self.has_steps:
                    # Of a program that is compiled already.
                    variants.append(variants[(index + e) % len(schedules)] + " entry=steps")
                variants.append(variants[(index + e + 1) % len(schedules)] + " inputs=extremes")
                yield ["--elem", elem, "--repeat", "0"] + flags + [flag for text in variants for flag in ("--variant", text)]


def run(command):
    """Whether a command of seqmix-check passed, and its last line and its failures."""
    done = subprocess.run(command, capture_output=True, text=True)
    lines = done.stdout.splitlines()
    failures = [line for line in lines if "FAILED" in line or " skipped: " in line]
    last = lines[-1] if lines else ""
    ended = re.search(r": ([1-9]\d*) ok, 0 failed, 0 skipped$", last)
    if not ended and not failures:
        failures = ["did not end: " + done.stderr.strip()[-500:]]
    return bool(ended) and done.returncode == 0, last.rsplit(": ", 1)[-1], failures


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("specs", type=pathlib.Path)
    parser.add_argument("seqmix_check")
    parser.add_argument("--part", default="1/1")
    parser.add_argument("--filter", default="", help="only operators whose name matches this regular expression")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--log", type=pathlib.Path)
    parser.add_argument("--print", action="store_true", help="print the commands, run nothing")
    arguments = parser.parse_args()
    part, parts = map(int, arguments.part.split("/"))
    operators = [Operator(path) for path in sorted(arguments.specs.glob("*.mlir"))]
    commands = []
    for index, operator in enumerate(operators):
        if re.search(arguments.filter, operator.name):
            for flags in operator.full() if arguments.full else operator.suite(index):
                commands.append((operator.name, [arguments.seqmix_check, str(operator.path)] + flags))
    commands = commands[part - 1 :: parts]
    known = arguments.log.read_text().splitlines() if arguments.log and arguments.log.exists() else []
    failed = 0
    for name, command in commands:
        text = " ".join(f"'{word}'" if " " in word else word for word in command[2:])
        if arguments.print or f"{name}: ok: {text}" in known:
            if arguments.print:
                print(name, text)
            continue
        ok, counts, failures = run(command)
        failed += not ok
        print(f"{name} {text if arguments.full else ''}: {counts}", *failures, sep="\n  ", flush=True)
        if arguments.log:
            with arguments.log.open("a") as log:
                log.write(f"{name}: {'ok' if ok else 'FAILED'}: {text}\n")
    print(f"{len(commands)} commands, {failed} with failures")
    return 1 if failed or not commands else 0


if __name__ == "__main__":
    sys.exit(main())
