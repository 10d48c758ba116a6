"""Attention whose mask depends on data, compiled and derived, against NumPy on layouts and extremes.

Usage: data_masks.py FOLDER [--packed]

Tiles are skipped or left unmasked by the bounds of what they hold: wrong ones would leave keys out or
let others in. In one layout the values of keys that no query of a tile reads are NaN: who does not
skip them gives NaN.
"""

import os
import subprocess
import sys

import numpy as np

SPEC = """seq.operator @masked params(K = 8) sizes(B, T, S = T)
    (%q: [B, T, K], %k: [B, S, K], %v: [B, S, K], %n: [B, T] x i32, %m: [B, T] x i32, %x: [B, T] x X, %y: [B, T] x X)
    -> (o: [B, T, K], lse: [B, T]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, K]) key(%k : [B, S, K]) value(%v : [B, S, K])
      normaliser "softmax" -> ([B, T, K], [B, T]) mask(%b, %i, %j) {
      %ni = seq.at %n[%b, %i] : [B, T] x i32
      %nj = seq.at %n[%b, %j] : [B, T] x i32
      %mi = seq.at %m[%b, %i] : [B, T] x i32
      %mj = seq.at %m[%b, %j] : [B, T] x i32
      %xi = seq.at %x[%b, %i] : [B, T] x X
      %yj = seq.at %y[%b, %j] : [B, T] x X
BODY
      seq.yield out(%r : [] x i1)
    }
  seq.return %o, %lse : [B, T, K], [B, T]
}
"""


def op(name, mnemonic, *operands, of="index"):
    types = ", ".join("[]" + (f" x {of}" if of else "") for _ in operands)
    return f"      %{name} = seq.{mnemonic} {', '.join('%' + o for o in operands)} : {types}"


# The op-by-op mask, and what it says in NumPy of columns (i) and rows (j).
MASKS = {
    "same": ([op("r", "eq", "ni", "nj")], lambda d: d.ni == d.nj),
    "causal": (
        [op("a", "eq", "ni", "nj"), op("c", "le", "j", "i"), op("r", "and", "a", "c", of="i1")],
        lambda d: (d.ni == d.nj) & (d.j <= d.i),
    ),
    "other": ([op("r", "ne", "ni", "nj")], lambda d: d.ni != d.nj),
    "span": (
        [op("a", "ge", "j", "ni"), op("c", "lt", "j", "mi"), op("r", "and", "a", "c", of="i1")],
        lambda d: (d.j >= d.ni) & (d.j < d.mi),
    ),
    "sums": (
        [op("s", "add", "ni", "nj"), op("d", "sub", "mj", "mi"), op("t", "max", "d", "j")]
        + [op("c", "lt", "s", "t"), op("r", "not", "c", of="i1")],
        lambda d: ~(d.ni + d.nj < np.maximum(d.mj - d.mi, d.j)),
    ),
    "before": ([op("r", "le", "xi", "yj", of="")], lambda d: d.xi <= d.yj),
    "unlike": ([op("r", "ne", "xi", "yj", of="")], lambda d: d.xi != d.yj),
    "near": (
        [op("d", "sub", "xi", "yj", of=""), op("a", "abs", "d", of=""), "      %w = seq.constant 2.0 : []"]
        + [op("c", "le", "a", "w", of=""), op("e", "le", "yj", "xi", of=""), op("r", "and", "c", "e", of="i1")],
        lambda d: (np.abs(d.xi - d.yj) <= 2) & (d.yj <= d.xi),
    ),
    "gap": (
        [op("d", "sub", "xi", "yj", of=""), op("a", "abs", "yj", of=""), op("r", "le", "d", "a", of="")],
        lambda d: d.xi - d.yj <= np.abs(d.yj),
    ),
    "late": (
        [op("p", "to_real", "i"), op("d", "add", "yj", "p", of=""), op("g", "neg", "d", of="")]
        + [op("h", "min", "g", "xi", of=""), "      %w = seq.constant -100.0 : []", op("r", "gt", "h", "w", of="")],
        lambda d: np.minimum(-(d.yj + d.i), d.xi) > -100,
    ),
}


class Data:
    def __init__(self, n, m, x, y):
        count = len(n)
        self.i, self.j = np.arange(count)[:, None], np.arange(count)[None, :]
        self.ni, self.nj = n[:, None].astype("i8"), n[None, :].astype("i8")
        self.mi, self.mj = m[:, None].astype("i8"), m[None, :].astype("i8")
        self.xi, self.yj = x[:, None], y[None, :]


def attend(q, k, v, allowed):
    with np.errstate(all="ignore"):
        s = np.where(allowed, q.astype("f8") @ k.T.astype("f8"), -np.inf)
        top = s.max(1, keepdims=True)
        w = np.where(allowed, np.exp(s - np.where(np.isfinite(top), top, 0)), 0)
        total = w.sum(1, keepdims=True)
        o = w @ np.nan_to_num(v).astype("f8") / np.where(total > 0, total, 1)
        o[(allowed & np.isnan(v).any(1)).any(1)] = np.nan
        return o, (np.log(total) + np.where(np.isfinite(top), top, 0))[:, 0]


def layouts(count, rng):
    """Numbers n, m and real x, y."""
    low, high = np.iinfo("i4").min, np.iinfo("i4").max
    ints = lambda top: rng.integers(0, top, count).astype("i4")
    real = lambda scale: (scale * rng.standard_normal(count)).astype("f4")
    tokens = np.arange(count)
    yield np.sort(ints(5)), np.sort(ints(count)), np.sort(real(9)), np.sort(real(9))
    yield ints(5), ints(count), real(9), real(9)
    yield ints(1), ints(1), 0 * real(1), 0 * real(1)
    yield tokens.astype("i4"), (tokens + 3).astype("i4"), tokens.astype("f4"), tokens.astype("f4")
    ends = np.array([low, high, low + 1, high - 1, 0, -1], "i4")
    yield ends[tokens * 6 // count], ends[tokens % 6], real(1), real(1)
    yield np.where(tokens < count // 2, low, high).astype("i4"), ends[ints(6)], real(1), real(1)
    odd = np.array([np.nan, np.inf, -np.inf, 0.0, -0.0, 1.0], "f4")
    yield ints(3), ints(9), odd[tokens * 6 // count], odd[ints(6)]
    yield ints(3), ints(9), odd[1 + tokens % 5], odd[1 + tokens * 5 // count]
    # ∞ − ∞ somewhere inside what looks certain.
    yield ints(3), ints(9), np.where(tokens % 7 == 0, odd[2], odd[3]), np.full(count, odd[2])
    lone = np.zeros(count, "f4")
    lone[rng.integers(0, count, 2)] = np.nan
    yield ints(3), ints(9), lone, np.where(tokens % 100 == 7, np.float32(np.inf), lone)
    # Documents as long as the largest tile, the last one cut off.
    last = tokens // 256
    yield last.astype("i4"), (last * 256 + 256).astype("i4"), last.astype("f4"), last.astype("f4")


def run(*command):
    result = subprocess.run(command, capture_output=True, text=True)
    if result.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{result.stdout}{result.stderr}")


def differs(found, wanted, bound):
    if not np.array_equal(np.isinf(found), np.isinf(wanted)) or np.isnan(found).any():
        return True
    finite = np.isfinite(wanted)
    return np.abs(found[finite] - wanted[finite]).max(initial=0) > bound


def write(path, array, as_bf16):
    np.save(path, (array.view("u4") >> 16).astype("u2") if as_bf16 else array)


def check(folder, name, real, packed):
    """Returns how many layouts came out right and wrong."""
    body, meaning = MASKS[name]
    rng = np.random.default_rng(1)
    spec = f"{folder}/masked.mlir"
    with open(spec, "w") as file:
        file.write(SPEC.replace("BODY", "\n".join(body)).replace("x X", "x " + real))
    flags = ["--packed"] if packed else []
    run("seqmixc", spec, *flags, "-o", folder)

    # One batch of all layouts; packed, one after the other, with an empty and two short ones between.
    count = 300
    drawn = list(layouts(count, rng))
    arrays = {key: [layout[place] for layout in drawn] for place, key in enumerate("nmxy")}
    if real == "bf16":
        for key in "xy":
            arrays[key] = [(z.view("u4") & 0xFFFF0000).astype("u4").view("f4") for z in arrays[key]]
    if packed:
        for key in "nmxy":
            z = arrays[key]
            arrays[key] = [*z[:2], z[0][:0], z[0][7:70], z[1][::-1][:1], *z[2:]]
    lengths = [len(n) for n in arrays["n"]]
    for key in "qkv":
        arrays[key] = [rng.standard_normal((n, 8)).astype("f4") for n in lengths]
    wanted = []
    for number in range(len(lengths)):
        n, m, x, y, q, k, v = (arrays[key][number] for key in "nmxyqkv")
        with np.errstate(all="ignore"):
            allowed = meaning(Data(n, m, x, y))
        if number == len(lengths) - 1 and name == "same":
            # The last layout has a document of the largest tile's size and a short one, which the first one skips.
            v[n == 1] = np.nan
        wanted.append(attend(q, k, v, allowed) if len(n) else (np.zeros((0, 8)), np.zeros(0)))

    inputs = []
    join = np.concatenate if packed else np.stack
    for key, value in arrays.items():
        whole = join(value)[None] if packed else join(value)
        write(f"{folder}/{key}.npy", whole, real == "bf16" and key in "xy")
        inputs += ["--in", f"{key}={folder}/{key}.npy"]
    if packed:
        np.save(folder + "/cu.npy", np.cumsum([0] + lengths).astype("i4"))
        inputs += ["--in", f"cu_seqlens={folder}/cu.npy"]
    outputs = ["--out", f"o={folder}/out.o.npy", "--out", f"lse={folder}/out.lse.npy"]
    interp = ["seqmix-interp", spec, *flags]
    ways = {"compiled": ["seqmix-run", folder + "/masked.json"], "written": interp}
    for tiles in ("query-tile=16 key-tile=32", "query-tile=128 key-tile=128"):
        ways["derived with " + tiles] = [*interp, "--level", "stream", "--derive", tiles]
    right = wrong = 0
    # Operands in bf16 round products; a wrong mask is off by far more.
    bound = 1e-4 if real == "f32" else 5e-2
    for how, command in ways.items():
        run(*command, *inputs, *outputs)
        o, lse = np.load(folder + "/out.o.npy"), np.load(folder + "/out.lse.npy")
        if packed:
            o, lse = (np.split(z[0], np.cumsum(lengths)[:-1]) for z in (o, lse))
        for number, (want, found) in enumerate(zip(wanted, zip(o, lse))):
            # Who skips nothing reads NaN: what is written, token by token.
            if how == "written" and number == len(wanted) - 1 and name == "same":
                continue
            keep = ~np.isnan(want[0]).any(1)
            if differs(found[0][keep], want[0][keep], bound) or differs(found[1], want[1], bound):
                print(f"{name} {real} layout {number} {how}: wrong")
                wrong += 1
            else:
                right += 1
    return right, wrong


def main():
    folder, packed = sys.argv[1], "--packed" in sys.argv
    totals = np.zeros(2, int)
    for name in MASKS:
        for real in ("f32", "bf16") if name == "near" else ("f32",):
            here = f"{folder}/{name}-{real}"
            os.makedirs(here)
            totals += check(here, name, real, packed)
    print(f"{totals.sum()} cases, {totals[1]} wrong")


main()
