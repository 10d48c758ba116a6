"""Layers in NumPy, token by token, to judge the interpreter by.

layers.py draw LAYER DIR NAME=SIZE...   writes DIR/<operand>.npy
layers.py check LAYER DIR               compares DIR/<result>.out.npy
"""

import os
import sys

import numpy as np

INF = float("inf")


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


def per_head(step, out_width, x, s0, heads):
    """Runs step(S, token, b, h) -> (S, y) over all tokens of each head."""
    batch, tokens = x.shape[:2]
    o = np.zeros((batch, tokens, heads, out_width))
    s = np.array(s0)
    for b in range(batch):
        for h in range(heads):
            for t in range(tokens):
                s[b, h], o[b, t, h] = step(s[b, h], t, b, h)
    return o, s


class GatedDeltaNet:
    types = {"s0": "f32", "g": "f32", "beta": "f32"}
    results = ["o", "s"]

    @staticmethod
    def draw(rng, B, T, H, HK, K, V):
        return {
            "q": rng.standard_normal((B, T, HK, K)),
            "k": unit(rng.standard_normal((B, T, HK, K))),
            "v": rng.standard_normal((B, T, H, V)),
            "g": rng.choice([0, -1e-6, -0.5, -20, -100, -INF], (B, T, H)),
            "beta": rng.uniform(0, 2, (B, T, H)),
            "s0": rng.standard_normal((B, H, K, V)),
        }

    @staticmethod
    def run(q, k, v, g, beta, s0):
        heads, ratio = v.shape[2], v.shape[2] // k.shape[2]

        def step(s, t, b, h):
            kt, qt = k[b, t, h // ratio], q[b, t, h // ratio]
            s = np.exp(g[b, t, h]) * s
            s = s + np.outer(kt, beta[b, t, h] * (v[b, t, h] - s.T @ kt))
            return s, s.T @ qt / np.sqrt(len(kt))

        return per_head(step, v.shape[3], v, s0, heads)


class Gla:
    types = {"s0": "f32", "g": "f32"}
    results = ["o", "s"]

    @staticmethod
    def draw(rng, B, T, H, K, V):
        return {
            "q": rng.standard_normal((B, T, H, K)),
            "k": rng.standard_normal((B, T, H, K)),
            "v": rng.standard_normal((B, T, H, V)),
            "g": rng.choice([0, -1e-6, -0.1, -20, -INF], (B, T, H, K)),
            "s0": rng.standard_normal((B, H, K, V)),
        }

    @staticmethod
    def run(q, k, v, g, s0):
        def step(s, t, b, h):
            s = np.exp(g[b, t, h])[:, None] * s + np.outer(k[b, t, h], v[b, t, h])
            return s, s.T @ q[b, t, h] / np.sqrt(k.shape[3])

        return per_head(step, v.shape[3], v, s0, v.shape[2])


class Lstm:
    types = {"h0": "f32", "c0": "f32"}
    results = ["y", "h", "c"]

    @staticmethod
    def draw(rng, B, T, D):
        return {
            "x": rng.standard_normal((B, T, 4, D)),
            "r": rng.standard_normal((4, D, D)) / np.sqrt(D),
            "h0": rng.standard_normal((B, D)),
            "c0": rng.standard_normal((B, D)),
        }

    @staticmethod
    def run(x, r, h0, c0):
        y, h, c = np.zeros(x.shape[:2] + x.shape[3:]), np.array(h0), np.array(c0)
        for t in range(x.shape[1]):
            i, f, g, o = np.moveaxis(x[:, t] + np.einsum("gdj,bj->bgd", r, h), 1, 0)
            c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
            y[:, t] = h = sigmoid(o) * np.tanh(c)
        return y, h, c


class CausalAttention:
    types = {}
    results = ["o", "lse"]

    @staticmethod
    def draw(rng, B, T, H, HK, K, V):
        return {
            "q": rng.standard_normal((B, T, H, K)),
            "k": rng.standard_normal((B, T, HK, K)),
            "v": rng.standard_normal((B, T, HK, V)),
        }

    @staticmethod
    def allowed(i, j):
        return j <= i

    @classmethod
    def run(cls, q, k, v):
        ratio = q.shape[2] // k.shape[2]
        k, v = np.repeat(k, ratio, axis=2), np.repeat(v, ratio, axis=2)
        s = np.einsum("bihd,bjhd->bhij", q, k) / np.sqrt(q.shape[3])
        i, j = np.indices(s.shape[2:])
        s = np.where(cls.allowed(i, j), s, -INF)
        with np.errstate(divide="ignore", invalid="ignore"):
            m = s.max(axis=3, keepdims=True)
            p = np.where(np.isinf(s), 0, np.exp(s - m))
            l = p.sum(axis=3, keepdims=True)
            lse = np.where(l > 0, m + np.log(l), -INF)
            p = np.where(l > 0, p / l, 0)
        o = np.einsum("bhij,bjhd->bihd", p, v)
        return o, np.moveaxis(lse[..., 0], 1, 2)


class StrictAttention(CausalAttention):
    """Later queries only: the first one has no key."""

    @staticmethod
    def allowed(i, j):
        return j < i


LAYERS = {
    "gated_delta_net": GatedDeltaNet,
    "gla": Gla,
    "lstm": Lstm,
    "causal_attention": CausalAttention,
    "strict_attention": StrictAttention,
}


def to_bf16(x):
    bits = x.astype(np.float32).view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def store(x, element):
    if element == "bf16":
        return to_bf16(x)
    return x.astype({"f32": "<f4", "f16": "<f2"}[element])


def load(path):
    x = np.load(path)
    if x.dtype == np.uint16:
        return (x.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return x.astype(np.float64)


def main():
    command, layer, folder = sys.argv[1], LAYERS[sys.argv[2]], sys.argv[3]
    path = lambda name: os.path.join(folder, name + ".npy")
    if command == "draw":
        options = dict(option.split("=") for option in sys.argv[4:])
        element = options.pop("E", "f32")
        sizes = {name: int(size) for name, size in options.items()}
        os.makedirs(folder, exist_ok=True)
        for name, x in layer.draw(np.random.default_rng(1), **sizes).items():
            np.save(path(name), store(x, layer.types.get(name, element)))
        return
    code = layer.run.__func__ if hasattr(layer.run, "__func__") else layer.run
    names = code.__code__.co_varnames[: code.__code__.co_argcount]
    operands = {n: load(path(n)) for n in names if n != "cls"}
    for name, want in zip(layer.results, layer.run(**operands)):
        got = np.load(path(name + ".out"))
        assert got.dtype == np.float64 and got.shape == want.shape, (name, got.shape)
        finite = np.isfinite(want)
        assert np.array_equal(got[~finite], want[~finite]), name
        error = np.linalg.norm((got - want)[finite])
        error /= max(np.linalg.norm(want[finite]), 1e-30)
        print(name, "error below 1e-12" if error < 1e-12 else f"error {error:.1e}")


main()
