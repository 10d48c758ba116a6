"""Packed operands from those of a batch, and their results back.

packed.py pack DIR OPERAND...    joins the sequences of DIR/<operand>.npy (cut to lengths of their own) to
                                 DIR/<operand>.packed.npy; an operand named x=B has no sequence and stays as it is
packed.py cut DIR                writes DIR/<n>/<operand>.npy, sequence n alone, for each
packed.py check DIR RESULT...    compares DIR/<result>.packed.out.npy with DIR/<n>/<result>.out.npy
"""

import os
import sys

import numpy as np

LENGTHS = [5, 0, 1, 20, 7]


def main():
    command, folder, *names = sys.argv[1:]
    starts = np.concatenate([[0], np.cumsum(LENGTHS)])
    load = lambda name: np.load(f"{folder}/{name}.npy")
    if command == "pack":
        for name in names:
            name, *rest = name.split("=")
            array = load(name)
            if not rest:
                array = np.concatenate([array[n : n + 1, :length] for n, length in enumerate(LENGTHS)], axis=1)
            np.save(f"{folder}/{name}.packed.npy", array)
            for n, length in enumerate(LENGTHS):
                os.makedirs(f"{folder}/{n}", exist_ok=True)
                one = load(name)[n : n + 1]
                np.save(f"{folder}/{n}/{name}.npy", one if rest else one[:, :length])
        np.save(f"{folder}/cu.npy", starts.astype("i4"))
        return
    for name in names:
        name, *rest = name.split("=")
        found = load(name + ".packed.out")
        worst = 0.0
        for n in range(len(LENGTHS)):
            wanted = np.load(f"{folder}/{n}/{name}.out.npy")
            part = found[n : n + 1] if rest else found[:, starts[n] : starts[n + 1]]
            assert part.shape == wanted.shape
            if part.size:
                worst = max(worst, np.abs(part - wanted).max())
        print(name, "is the same" if worst < 1e-12 else f"differs by {worst}")


main()
