"""What the machine gives at best, from the small library of Ceilings.cpp, measured in turns with everybody else."""

import ctypes

from .ours import aligned_empty

import numpy as np

FEATURES = {1: "avx2", 2: "avx512", 4: "avx512_bf16", 8: "amx_bf16"}

# Seconds of a measurement: what a thread needs to start and to be seen to end must not count.
SHORTEST = 0.002

# Bytes beyond which a copy says nothing new.
LARGEST = 256 << 20


class Library:
    def __init__(self, path):
        self.functions = ctypes.CDLL(str(path))
        for name in ("f32", "dot_bf16", "amx_bf16", "exp", "copy", "scale"):
            getattr(self.functions, "seqmix_bench_" + name).restype = ctypes.c_double
        self.functions.seqmix_bench_flops_per_repeat.restype = ctypes.c_int64
        found = self.functions.seqmix_bench_features()
        self.features = [name for bit, name in FEATURES.items() if found & bit]
        self.flops = self.functions.seqmix_bench_flops_per_repeat()


class Ceiling:
    """A limit: `rate()` measures it, in units a second."""

    def __init__(self, name, unit, units, run):
        self.name, self.unit = name, unit
        self._units, self._run, self._repeat = units, run, 0

    def _best(self):
        """The least of three durations, as one alone may be that of an interruption."""
        return min(self._run(self._repeat) for _ in range(3))

    def rate(self):
        """None where the processor lacks what it needs."""
        if self._repeat == 0:
            self._repeat = 1
            while 0 <= self._best() < SHORTEST:
                self._repeat *= 2
        taken = self._best()
        return None if taken < 0 else self._repeat * self._units / taken


def ceilings_of(library, row, threads, moved):
    """The ceilings of a row that moves `moved` bytes in all; read and written bytes both count."""
    functions = library.functions

    def arithmetic(name):
        return lambda repeat: getattr(functions, "seqmix_bench_" + name)(threads, ctypes.c_int64(repeat))

    found = [
        Ceiling("f32", "FLOP/s", library.flops * threads, arithmetic("f32")),
        Ceiling("bf16 dot", "FLOP/s", library.flops * threads, arithmetic("dot_bf16")),
        Ceiling("amx", "FLOP/s", library.flops * threads, arithmetic("amx_bf16")),
    ]
    if row.exps:
        found.append(Ceiling("exp", "exp/s", 1024.0 * threads, arithmetic("exp")))

    half = max(min(int(moved) // 2, LARGEST), 1 << 16) // 64 * 64
    to, source = aligned_empty((half,), np.dtype(np.uint8)), aligned_empty((half,), np.dtype(np.uint8))
    to[...], source[...] = 0, 0

    # The functions hold the arrays, not their addresses alone.
    def copy(streaming):
        return lambda repeat: functions.seqmix_bench_copy(
            threads, ctypes.c_int64(repeat), _address(to), _address(source), ctypes.c_int64(half), streaming
        )

    def scale(repeat):
        return functions.seqmix_bench_scale(threads, ctypes.c_int64(repeat), _address(to), ctypes.c_int64(half))

    found.append(Ceiling("copy", "B/s", 2.0 * half, copy(0)))
    found.append(Ceiling("copy streaming", "B/s", 2.0 * half, copy(1)))
    if row.in_place:
        found.append(Ceiling("scale", "B/s", 2.0 * half, scale))
    return found


def _address(array):
    return ctypes.c_void_p(array.ctypes.data)
