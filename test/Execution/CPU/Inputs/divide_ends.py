"""Division in an operator on bf16 by 0, infinities, denormals and the largest numbers, against NumPy.

Usage: divide_ends.py FOLDER
"""

import subprocess
import sys

import numpy as np

SPEC = """seq.operator @ratio params(E = bf16) sizes(B, T, D) (%x: [B, T, D] x E, %d: [B, T, D], %h0: [B, D]) -> (y: [B, T, D], h: [B, D]) {
  %y, %h = seq.recurrence over "T" (%xt: [] = %x : [B, T, D] x E, %dt: [] = %d : [B, T, D]) carry(%s: [] = %h0 : [B, D])
      -> ([B, T, D], [B, D]) {
    %q = seq.div %xt, %dt : [], []
    %zero = seq.constant 0.0 : []
    %none = seq.mul %s, %zero : [], []
    %sum = seq.add %none, %q : [], []
    seq.yield carry(%s : []) out(%sum : [])
  }
  seq.return %y, %h : [B, T, D], [B, D]
}
"""

folder = sys.argv[1]
with open(f"{folder}/ratio.mlir", "w") as file:
    file.write(SPEC)
subprocess.run(["seqmixc", f"{folder}/ratio.mlir", "-o", f"{folder}/op"], check=True)

ends = np.array([np.inf, -np.inf, 0.0, -0.0, 3e38, -3e38, 2.0, 1e-30], np.float32)
d = np.resize(ends, (1, 2, 64)).astype(np.float32)
x = np.resize(np.array([1.0, -2.0, 0.5], np.float32), d.shape).astype(np.float32)
np.save(f"{folder}/x.npy", (x.view(np.uint32) >> 16).astype("<u2"))
np.save(f"{folder}/d.npy", d)
np.save(f"{folder}/h0.npy", np.zeros((1, 64), np.float32))
subprocess.run(
    ["seqmix-run", f"{folder}/op/ratio.json"]
    + [word for name in ("x", "d", "h0") for word in ("--in", f"{name}={folder}/{name}.npy")]
    + ["--out", f"y={folder}/y.npy", "--out", f"h={folder}/h.npy"],
    check=True,
)
got = np.load(f"{folder}/y.npy")
with np.errstate(all="ignore"):
    want = x / d
    wrong = ~((got == want) | (np.abs(got - want) <= 1e-5 * np.abs(want)))
for place in np.argwhere(wrong)[:8]:
    at = tuple(place)
    print(f"{x[at]} / {d[at]}: {got[at]}, not {want[at]}")
print(f"{wrong.size} quotients, {wrong.sum()} wrong")
sys.exit(bool(wrong.any()))
