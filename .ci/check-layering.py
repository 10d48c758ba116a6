#!/usr/bin/env python3
"""Fails on an include that points upwards.

Reads every #include and every TableGen include of the tracked sources. Each
file belongs to a layer, and LAYERS says which layers it may include beside its
own; upstream headers are free to all, except that what runs without a compiler
(RUNTIME) may include neither LLVM nor MLIR. Adding a folder means adding a
line here, which is the moment to think about where it belongs.
"""

import os
import re
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
INCLUDE = re.compile(r'^\s*(?:#\s*include|include)\s*[<"]([^">]+)[">]')
SUFFIXES = (".h", ".c", ".cpp", ".cu", ".td", ".inc", ".def")

# Layer: what it may include, as prefixes of paths. A file belongs to the longest
# prefix that stands here; "X/*" is one layer for each folder in X; <Stage> is
# two, include/seqmix/<Stage> and lib/<Stage>, which obey the same rule.
DIALECTS = ["dialects/Seq", "dialects/Stream", "dialects/Kernel"]
FACE = "include/seqmix/"
LAYERS = {
    "dialects/*": [],
    "Reference": DIALECTS,
    # What a derivation makes is the contract of an entry, so it knows Kernel.
    "Derive": [
        "dialects/Seq",
        "dialects/Stream",
        "dialects/Kernel",
        FACE + "Normalisers.def",
    ],
    "lib/Derive/Normalisers/*": [
        FACE + "Derive",
        "lib/Derive/Normalisers/StreamingSoftmax.h",
    ],
    "Tile": ["dialects/Stream", "dialects/Kernel"],
    "Target": ["dialects/Stream", "dialects/Kernel", FACE + "Targets.def"],
    "lib/Target/*": ["dialects/Stream", "dialects/Kernel", FACE + "Target"],
    "Emit": ["dialects/Kernel", FACE + "Target/Artifact.h"],
    "Pipeline": [
        "dialects/Kernel",
        FACE + "Derive/Passes.h",
        FACE + "Tile/Passes.h",
        FACE + "Target",
    ],
    # The driver parses a spec and explains entries.
    "Driver": [
        "dialects/Seq",
        "dialects/Kernel",
        FACE + "Pipeline",
        FACE + "Emit",
        FACE + "Target",
        FACE + "InitAll.h",
    ],
    # Compiles, runs and compares: above the driver, the interpreter, the runtime.
    "Check": [
        "dialects/Seq",
        FACE + "Driver",
        FACE + "Pipeline",
        FACE + "Derive/Passes.h",
        FACE + "Reference",
        FACE + "InitAll.h",
        FACE + "runtime.h",
    ],
    "Random": ["dialects/Seq", FACE + "Check", FACE + "Driver"],
    "lib/InitAll": DIALECTS + [FACE],
    "Runtime": [FACE + "runtime.h", FACE + "abi.h"],
    "include/seqmix/runtime.h": [FACE + "abi.h"],
    "include/seqmix/abi.h": [],
    "include/seqmix/InitAll.h": DIALECTS + [FACE],
    # The command line of lib/Runtime: the one tool that sees inside a library.
    "tools/seqmix-run": ["lib/Runtime", FACE + "runtime.h", FACE + "abi.h"],
    "tools/*": [FACE],
    "test": DIALECTS + [FACE, "lib"],
    "bench": [FACE + "runtime.h", FACE + "abi.h"],
    "examples": [],
    # A project of its own, which includes what is installed.
    "examples/pipeline": [FACE],
}
RUNTIME = ("lib/Runtime", FACE + "runtime.h", FACE + "abi.h", "tools/seqmix-run")


def expand(layers, folders):
    """Prefix of a path -> the prefixes that files below it may include."""
    rules = {}
    for name, allowed in layers.items():
        if name[0].isupper():  # a stage: its face and its library
            rules[FACE + name] = allowed
            rules["lib/" + name] = allowed + [FACE + name]
        elif name.endswith("/*"):
            depth = name.count("/") + 1
            for folder in folders:
                if below(folder, name[:-2]) and folder.count("/") >= depth - 1:
                    rules.setdefault("/".join(folder.split("/")[:depth]), allowed)
        else:
            rules[name] = allowed
    return rules


def below(path, prefix):
    return path == prefix or path.startswith(prefix.rstrip("/") + "/")


def layer_of(path, rules):
    """The longest prefix of a path that has a rule, or None."""
    return max((part for part in rules if below(path, part)), key=len, default=None)


def resolve(include, source, tracked, folders):
    """The path in our tree that an include names, or None: upstream."""
    for base in (os.path.dirname(source), "", "include", "dialects", "lib"):
        path = os.path.normpath(os.path.join(base, include))
        folder = os.path.dirname(path)
        if path in tracked:
            return path
        # A generated file (.inc, .def) lies in the folder of what it is made from.
        if path.endswith((".inc", ".def")) and folder in folders:
            return path
    return None


def check(source, text, tracked, folders, rules):
    own = layer_of(source, rules)
    if own is None:
        yield 1, "belongs to no layer; give its folder a line in .ci/check-layering.py"
        return
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        name = match.group(1)
        in_runtime = any(below(source, part) for part in RUNTIME)
        if in_runtime and name.startswith(("mlir/", "llvm/")):
            yield number, f"{name}: runs on machines without LLVM"
            continue
        path = resolve(name, source, tracked, folders)
        if path is None:
            continue
        if layer_of(path, rules) == own:
            continue
        if not any(below(path, prefix) for prefix in rules[own]):
            yield number, f"{name}: {own} may include " + (
                ", ".join(rules[own]) or "nothing of ours beside itself"
            )


def main():
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True
    )
    tracked = set(filter(None, listed.stdout.decode().split("\0")))
    folders = {os.path.dirname(path) for path in tracked}
    rules = expand(LAYERS, folders)
    sources = sorted(path for path in tracked if path.endswith(SUFFIXES))
    wrong = 0
    for source in sources:
        with open(os.path.join(ROOT, source), encoding="utf-8") as file:
            text = file.read()
        for number, message in check(source, text, tracked, folders, rules):
            print(f"{source}:{number}: {message}")
            wrong += 1
    print(f"layering: {len(sources)} files, {wrong} wrong")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
