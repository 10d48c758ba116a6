"""Draws the operands of a row: by the domains that the manifest states, gates as layers have them.

Time may depend on gates, as a channel whose gates span a wide range inside a chunk is computed in another way. They are
drawn here as the papers initialise them, and not as widely as the tests of the compiler do.
"""

import dataclasses

import numpy as np

from . import elements


@dataclasses.dataclass
class Draw:
    """What a function that draws an operand may look at."""

    rng: np.random.Generator
    shape: tuple


def log_sigmoid(x):
    return -np.logaddexp(0, -x)


def inverse_softplus(x):
    return np.log(np.expm1(x))


def steps(rng, shape):
    """Step sizes of Mamba, log-uniform in [0.001, 0.1]."""
    return np.exp(rng.uniform(np.log(1e-3), np.log(1e-1), shape))


def head_gates(draw):
    """−A·Δ for a head and token, A uniform in [1, 16]."""
    rates = draw.rng.uniform(1, 16, draw.shape[-1])
    return -rates * steps(draw.rng, draw.shape)


def channel_gates(draw):
    """A gate for each channel: log σ(x)/16, as gated linear attention divides its logits."""
    return log_sigmoid(draw.rng.standard_normal(draw.shape)) / 16


def forget_gates(draw):
    return log_sigmoid(draw.rng.standard_normal(draw.shape) + 2)


def retention_gates(draw):
    """Decays 1 − 2^(−5−h)."""
    return np.log1p(-(2.0 ** (-5.0 - np.arange(draw.shape[0]))))


def alibi_slopes(draw):
    heads = draw.shape[0]
    return 2.0 ** (-8.0 * np.arange(1, heads + 1) / heads)


def document_lengths(length):
    """Seven documents of uneven lengths."""
    ends = [length * part // 64 for part in np.cumsum([5, 9, 3, 14, 7, 20, 6])]
    return [int(end - start) for start, end in zip([0] + ends[:-1], ends)]


def documents(draw):
    numbers = np.repeat(np.arange(7), document_lengths(draw.shape[1]))
    return np.broadcast_to(numbers, draw.shape)


def rg_lru_rates(draw):
    """Λ for which the decay at an open gate is uniform in [0.9, 0.999]."""
    decay = draw.rng.uniform(0.9, 0.999, draw.shape)
    return inverse_softplus(-np.log(decay) / 8)


def _bias(draw):
    return inverse_softplus(steps(draw.rng, draw.shape))


def _half_normal(draw):
    return 0.5 * draw.rng.standard_normal(draw.shape)


MAMBA2 = {"dt": _half_normal, "dt_bias": _bias, "a_log": lambda draw: np.log(draw.rng.uniform(1, 16, draw.shape))}

SELECTIVE_SCAN = {
    "dt": _half_normal,
    "dt_bias": _bias,
    "a_log": lambda draw: np.broadcast_to(np.log(np.arange(1.0, draw.shape[1] + 1)), draw.shape),
}

RWKV7 = {"w": lambda draw: -np.exp(-0.5) / (1 + np.exp(-draw.rng.standard_normal(draw.shape)))}


def draw_domain(rng, operand, shape):
    domain = operand.get("domain", {"kind": "normal"})
    kind = domain["kind"]
    if kind == "unit":
        axis = operand["axes"].index(domain["axis"]) if "axis" in domain else -1
        values = rng.standard_normal(shape, np.float32)
        return values / np.linalg.norm(values, axis=axis, keepdims=True)
    if kind == "normal":
        values = rng.standard_normal(shape, np.float32)
        return domain.get("mean", 0) + domain.get("deviation", 1) * values
    if kind == "nonpositive":
        return np.log(1 - rng.random(shape))
    if kind == "range":
        return rng.uniform(domain["low"], domain["high"], shape)
    raise ValueError(
        f"{operand['name']}: the bench draws no operand of the domain {kind}; give the row a draw of its own"
    )


def extents_of(row, manifest):
    """Every axis by name: the row's sizes, the manifest's parameters."""
    return {name: int(size) for name, size in row.sizes.items()} | manifest.get("params", {})


def shape_of(array, extents):
    return tuple(axis if isinstance(axis, int) else extents[axis] for axis in array["axes"])


def draw_operands(row, manifest, seed=0):
    """Operand → array in the storage of its element type."""
    extents = extents_of(row, manifest)
    drawn, operands = {}, {}
    for index, operand in enumerate(manifest["operands"]):
        name, shape = operand["name"], shape_of(operand, extents)
        rng = np.random.default_rng([seed, index])
        if name in row.draws:
            values = row.draws[name](Draw(rng, shape))
        else:
            values = draw_domain(rng, operand, shape)
            base = operand.get("domain", {}).get("of")
            if base is not None:
                values = values * drawn[base]
        operands[name] = elements.encode(values, operand["elem"])
        drawn[name] = values
    return operands
