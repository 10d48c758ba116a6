"""What the operators of the rows mean, in float64 numpy, token by token: the judge of us and of the peers.

Independent of the compiler and of its interpreter. A function takes the operands by name as float64, in the axes of the
spec, and returns its results by name.
"""

import numpy as np


def softplus(x):
    return np.logaddexp(0, x)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def attention(mask=None, score=None):
    """Softmax attention; mask(i, j, operands) → allowed, score(s, i, j, head, operands) → s."""

    def compute(x, params):
        q, k, v = x["q"], x["k"], x["v"]
        batch, length, heads, depth = q.shape
        o = np.empty(q.shape[:3] + v.shape[3:])
        j = np.arange(k.shape[1])[None, :]
        for b in range(batch):
            for h in range(heads):
                for first in range(0, length, 512):
                    i = np.arange(first, min(first + 512, length))[:, None]
                    s = q[b, i[:, 0], h] @ k[b, :, h].T / np.sqrt(depth)
                    if score:
                        s = score(s, i, j, h, x)
                    if mask:
                        s = np.where(mask(i, j, x, params), s, -np.inf)
                    p = np.exp(s - s.max(axis=1, keepdims=True))
                    o[b, i[:, 0], h] = p @ v[b, :, h] / p.sum(axis=1, keepdims=True)
        return {"o": o}

    return compute


def _causal(i, j, x, params):
    return j <= i


def matrix(step, read="o"):
    """A recurrence over a state [B, H, K, V]; step(S, x, t) → S, output, x giving the operands of token t."""

    def compute(x, params):
        state = x["s0"].copy()
        lead = x[next(iter(x))]
        out = []
        for t in range(lead.shape[1]):
            state, y = step(state, x, t)
            out.append(y)
        return {read: np.stack(out, axis=1), "s": state}

    return compute


def _read(state, key):
    """Sᵀk of each head."""
    return np.einsum("bhkv,bhk->bhv", state, key)


def _outer(key, value):
    return key[..., :, None] * value[..., None, :]


def _scaled_read(state, q):
    return _read(state, q) / np.sqrt(q.shape[-1])


def _decayed(state, gate):
    """A gate for each head, or for each head and channel of K."""
    a = np.exp(gate)
    return state * (a[..., None] if a.ndim == 3 else a[..., None, None])


def linear_attention(state, x, t):
    if "g" in x:
        gate = x["g"] if x["g"].ndim == 1 else x["g"][:, t]
        state = _decayed(state, np.broadcast_to(gate, state.shape[: max(gate.ndim, 2)]))
    state = state + _outer(x["k"][:, t], x["v"][:, t])
    return state, _scaled_read(state, x["q"][:, t])


def delta(state, x, t):
    if "g" in x:
        state = _decayed(state, x["g"][:, t])
    k = x["k"][:, t]
    state = state + _outer(k, x["beta"][:, t, :, None] * (x["v"][:, t] - _read(state, k)))
    return state, _scaled_read(state, x["q"][:, t])


def delta_two_gates(state, x, t):
    state = _decayed(state, x["g"][:, t])
    k = x["k"][:, t]
    e = x["w"][:, t] * x["v"][:, t] - _read(state, x["b"][:, t] * k)
    state = state + _outer(k, e)
    return state, _scaled_read(state, x["q"][:, t])


def delta_product(state, x, t):
    state = _decayed(state, x["g"][:, t])
    for r in range(x["k"].shape[2]):
        k = x["k"][:, t, r]
        state = state + _outer(k, x["beta"][:, t, r, :, None] * (x["v"][:, t, r] - _read(state, k)))
    return state, _scaled_read(state, x["q"][:, t])


def rwkv7(state, x, t):
    erased = _read(state, x["a"][:, t])
    state = _decayed(state, x["w"][:, t]) + _outer(x["b"][:, t], erased) + _outer(x["k"][:, t], x["v"][:, t])
    return state, _read(state, x["r"][:, t])


def mamba2(state, x, t):
    step = softplus(x["dt"][:, t] + x["dt_bias"])
    state = _decayed(state, -step * np.exp(x["a_log"]))
    state = state + _outer(x["b"][:, t] * step[..., None], x["x"][:, t])
    return state, _read(state, x["c"][:, t]) + x["d"][:, None] * x["x"][:, t]


def selective_scan(x, params):
    state, out = x["h0"].copy(), []
    rate = np.exp(x["a_log"])
    for t in range(x["x"].shape[1]):
        step = softplus(x["dt"][:, t] + x["dt_bias"])
        write = (step * x["x"][:, t])[..., None] * x["b"][:, t, None, :]
        state = state * np.exp(-step[..., None] * rate) + write
        out.append(np.einsum("bdn,bn->bd", state, x["c"][:, t]) + x["d"] * x["x"][:, t])
    return {"y": np.stack(out, axis=1), "h": state}


def hgrn(x, params):
    state, out = x["h0"].copy(), []
    for t in range(x["x"].shape[1]):
        state = state * np.exp(x["g"][:, t]) + x["x"][:, t]
        out.append(state)
    return {"y": np.stack(out, axis=1), "h": state}


def rg_lru(x, params):
    state, out = x["h0"].copy(), []
    rate = -8 * softplus(x["lam"])
    for t in range(x["x"].shape[1]):
        a = np.exp(rate * sigmoid(x["r"][:, t]))
        state = a * state + np.sqrt(1 - a * a) * (sigmoid(x["i"][:, t]) * x["x"][:, t])
        out.append(state)
    return {"y": np.stack(out, axis=1), "h": state}


REFERENCES = {
    "attention": attention(),
    "causal_attention": attention(_causal),
    "sliding_window_attention": attention(lambda i, j, x, params: (j <= i) & (i - j < params["W"])),
    "softcap_attention": attention(_causal, lambda s, i, j, h, x: 30 * np.tanh(s / 30)),
    "alibi_attention": attention(_causal, lambda s, i, j, h, x: s + x["slopes"][h] * (j - i)),
    "document_attention": attention(lambda i, j, x, params: (j <= i) & (x["doc"][0][i] == x["doc"][0][j])),
    "linear_attention": matrix(linear_attention),
    "retention": matrix(linear_attention),
    "gla": matrix(linear_attention),
    "delta_net": matrix(delta),
    "gated_delta_net": matrix(delta),
    "kda": matrix(delta),
    "gated_delta_net2": matrix(delta_two_gates),
    "delta_product": matrix(delta_product),
    "rwkv7": matrix(rwkv7),
    "mamba2": matrix(mamba2, read="y"),
    "selective_scan": selective_scan,
    "hgrn": hgrn,
    "rg_lru": rg_lru,
}


def sample(array, axes, sampled):
    """The positions that the reference computes: `sampled` says how many along which axis, from the first to the last."""
    for number, axis in enumerate(axes):
        size = array.shape[number]
        if sampled.get(axis, size) < size:
            array = np.take(array, np.linspace(0, size - 1, sampled[axis], dtype=int), axis=number)
    return array


def relative_error(values, reference):
    """Root mean square of the difference over that of the reference."""
    values = np.asarray(values, np.float64)
    if values.shape != reference.shape:
        raise ValueError(f"a result has the shape {values.shape}, its reference {reference.shape}")
    scale = np.sqrt(np.mean(reference**2))
    return float(np.sqrt(np.mean((values - reference) ** 2)) / max(scale, 1e-30))
