#!/usr/bin/env python3
"""Seeds for the fuzzer of .npy files: make_npy.py FOLDER

Each is one byte, which elements are expected, and the file: good ones of every
format and element type, and ones that are off in one thing.
"""

import os
import struct
import sys


def npy(descr, shape, data, version=1, fortran=False):
    text = f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    width = 2 if version == 1 else 4
    text += " " * (-(8 + width + len(text) + 1) % 64) + "\n"
    length = struct.pack("<H" if version == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes([version, 0]) + length + text.encode() + data


SEEDS = {
    "f4": (0, npy("<f4", (2, 3), bytes(24))),
    "f4-scalar": (0, npy("<f4", (), bytes(4))),
    "f4-empty": (0, npy("<f4", (0, 5), b"")),
    "u2": (1, npy("<u2", (3,), bytes(6))),
    "v2": (1, npy("|V2", (3,), bytes(6))),
    "f2-format-2": (2, npy("<f2", (1, 1, 2), bytes(4), version=2)),
    "i4-format-3": (3, npy("<i4", (2,), bytes(8), version=3)),
    "fortran": (0, npy("<f4", (2, 2), bytes(16), fortran=True)),
    "truncated": (0, npy("<f4", (2, 3), bytes(20))),
    "huge": (0, npy("<f4", (2**62, 4), b"")),
    "other-type": (0, npy("<f8", (1,), bytes(8))),
    "dictionary": (0, b"{'descr': '<f4', 'fortran_order': False, 'shape': (4, 5)}"),
}


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    for name, (dtype, data) in SEEDS.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(bytes([dtype]) + data)


if __name__ == "__main__":
    main()
