"""Checks every formula of docs/Algebra.md on random numbers, in float64.

Each function states one identity as the page does, both sides of it, and is
named after its label there. A label of the page without a function here, and a
function without a label, are errors: the page and this file say the same.
"""

import pathlib
import re
import sys

import numpy as np

TOLERANCE = 1e-12
C, K, V = 24, 5, 4
INF = np.inf
checks = {}


def check(label):
    def add(function):
        checks[label] = function
        return function

    return add


def close(x, y):
    """The relative distance of two arrays, whose infinities must agree."""
    x, y = np.asarray(x, float), np.asarray(y, float)
    finite = np.isfinite(y)
    assert np.array_equal(np.isnan(x), np.zeros(x.shape, bool)), "NaN"
    assert np.array_equal(x[~finite], y[~finite]), "infinities differ"
    return np.linalg.norm(x[finite] - y[finite]) / max(np.linalg.norm(y[finite]), 1e-30)


def draw(random, n=C, writes=1):
    """A chunk: log gates over K and V, keys and known values of writes, a read's vector, a state."""
    return dict(
        g=-random.exponential(0.3, (n, K)),
        h=-random.exponential(0.3, (n, V)),
        k=[random.normal(size=(n, K)) / np.sqrt(K) for _ in range(writes)],
        f=[random.normal(size=(n, V)) for _ in range(writes)],
        c=random.normal(size=(n, K)) / np.sqrt(K),
        d=random.uniform(-1, 1, n),
        S0=random.normal(size=(K, V)),
    )


def sums(g):
    """Inclusive and exclusive cumulative sums over tokens."""
    G = np.cumsum(g, 0)
    return G, np.concatenate([np.zeros_like(G[:1]), G[:-1]])


def exp(x):
    """e^x of exponents that are at most 0, as all of this page's are."""
    x = np.asarray(x)
    assert (x <= 1e-9).all(), f"exponent {x.max()}"
    return np.exp(x)


def scores(x, y, A, B, strict):
    """⟨x, y⟩_{A,B}, for s < t or s ≤ t; the exponential of a masked pair is not taken."""
    n = len(x)
    P = np.zeros((n, n))
    for t in range(n):
        for s in range(t if strict else t + 1):
            P[t, s] = np.sum(x[t] * y[s] * exp(A[t] - B[s]))
    return P


def apply(P, W, A, H, strict):
    """P ⊛ W."""
    out = np.zeros_like(W)
    for t in range(len(P)):
        for s in range(t if strict else t + 1):
            out[t] += P[t, s] * exp(A[t] - H[s]) * W[s]
    return out


def step(S, z, t, values=None):
    """(1); values[r] is w_{t,r}."""
    values = [f[t] for f in z["f"]] if values is None else values
    S = exp(z["g"][t])[:, None] * S * exp(z["h"][t])
    for k, w in zip(z["k"], values):
        S = S + np.outer(k[t], w)
    return S


def states(z):
    """S_0 … S_C by the step."""
    result = [z["S0"]]
    for t in range(len(z["g"])):
        result.append(step(result[-1], z, t))
    return result


@check("2")
def unrolling(random):
    z = draw(random, writes=2)
    G, H = sums(z["g"])[0], sums(z["h"])[0]
    every = states(z)
    worst = 0
    for t in range(C):
        S = exp(G[t])[:, None] * z["S0"] * exp(H[t])
        for s in range(t + 1):
            for k, w in zip(z["k"], z["f"]):
                S += np.outer(exp(G[t] - G[s]) * k[s], exp(H[t] - H[s]) * w[s])
        worst = max(worst, close(S, every[t + 1]))
    return worst


def final_state(z, values):
    G, H = sums(z["g"])[0], sums(z["h"])[0]
    S = exp(G[-1])[:, None] * z["S0"] * exp(H[-1])
    for k, W in zip(z["k"], values):
        S = S + (exp(G[-1] - G) * k).T @ (exp(H[-1] - H) * W)
    return S


@check("3")
def chunk_state(random):
    z = draw(random, writes=2)
    return close(final_state(z, z["f"]), states(z)[-1])


def read(z, values, when):
    """(4), (5) and the read of a decayed state, in rows."""
    G, Gx = sums(z["g"])
    H, Hx = sums(z["h"])
    A, B = (Gx, Hx) if when == "before" else (G, H)
    strict = when != "after"
    Y = exp(B) * ((exp(A) * z["c"]) @ z["S0"])
    for k, W in zip(z["k"], values):
        Y = Y + apply(scores(z["c"], k, A, G, strict), W, B, H, strict)
    return Y


@check("4")
def read_after(random):
    z = draw(random, writes=2)
    every = states(z)
    return close(read(z, z["f"], "after"), [every[t + 1].T @ z["c"][t] for t in range(C)])


@check("5")
def read_before(random):
    z = draw(random, writes=2)
    every = states(z)
    before = close(read(z, z["f"], "before"), [every[t].T @ z["c"][t] for t in range(C)])
    decayed = [(exp(z["g"][t])[:, None] * every[t] * exp(z["h"][t])).T @ z["c"][t] for t in range(C)]
    return max(before, close(read(z, z["f"], "decayed"), decayed))


def solve(z, when, gated):
    """(6): the rows W of the one write, whose value is f + d y."""
    G, Gx = sums(z["g"])
    H, Hx = sums(z["h"])
    A, B = (Gx, Hx) if when == "before" else (G, H)
    N = -scores(z["d"][:, None] * z["c"], z["k"][0], A, G, True)
    R = z["f"][0] + z["d"][:, None] * exp(B) * ((exp(A) * z["c"]) @ z["S0"])
    if not gated:
        return np.linalg.solve(np.eye(len(N)) + N, R)
    W = np.zeros_like(R)
    for t in range(len(R)):
        W[t] = R[t] - sum(N[t, s] * exp(B[t] - H[s]) * W[s] for s in range(t))
    return W


def dependent_states(z, when):
    result = [z["S0"]]
    for t in range(len(z["g"])):
        S = result[-1]
        decayed = exp(z["g"][t])[:, None] * S * exp(z["h"][t])
        y = (S if when == "before" else decayed).T @ z["c"][t]
        result.append(step(S, z, t, [z["f"][0][t] + z["d"][t] * y]))
    return result


@check("6")
def triangular_solve(random):
    worst = 0
    for when in ("before", "decayed"):
        z = draw(random)
        z["h"][:] = 0
        worst = max(worst, close(final_state(z, [solve(z, when, False)]), dependent_states(z, when)[-1]))
        z = draw(random)
        worst = max(worst, close(final_state(z, [solve(z, when, True)]), dependent_states(z, when)[-1]))
    return worst


@check("delta")
def delta_rule(random):
    """The example: S ← e^g S; S ← S + k β (v − Sᵀk)ᵀ; o = Sᵀq, a number g a token."""
    g, beta = -random.exponential(0.3, C), random.uniform(0, 2, C)
    k = random.normal(size=(C, K))
    k /= np.linalg.norm(k, axis=1)[:, None]
    q, v, S0 = random.normal(size=(C, K)), random.normal(size=(C, V)), random.normal(size=(K, V))
    S, o = S0, []
    for t in range(C):
        S = np.exp(g[t]) * S
        S = S + np.outer(k[t], beta[t] * (v[t] - S.T @ k[t]))
        o.append(S.T @ q[t])
    G = np.cumsum(g)[:, None] * np.ones(K)
    N = beta[:, None] * scores(k, k, G, G, True)
    R = beta[:, None] * v - beta[:, None] * ((exp(G) * k) @ S0)
    W = np.linalg.solve(np.eye(C) + N, R)
    O = (exp(G) * q) @ S0 + scores(q, k, G, G, False) @ W
    return max(close(O, o), close(exp(G[-1])[:, None] * S0 + (exp(G[-1] - G) * k).T @ W, S))


@check("bonus")
def bonus(random):
    """o = (S_{t−1} + diag(u) k vᵀ)ᵀ c: a write that is read and not kept."""
    z = draw(random)
    u = random.normal(size=K)
    every = states(z)
    o = [(every[t] + np.outer(u * z["k"][0][t], z["f"][0][t])).T @ z["c"][t] for t in range(C)]
    own = np.sum(z["c"] * u * z["k"][0], 1)[:, None] * z["f"][0]
    return close(read(z, z["f"], "before") + own, o)


@check("7")
def substeps(random):
    """R sub-steps a token, each reading what the one before left, as R·C rows."""
    R = 3
    g = -random.exponential(0.3, (C, K))
    k = random.normal(size=(C, R, K)) / np.sqrt(K)
    c = random.normal(size=(C, R, K)) / np.sqrt(K)
    f, d = random.normal(size=(C, R, V)), random.uniform(-1, 1, (C, R))
    S0 = random.normal(size=(K, V))
    S = S0
    for t in range(C):
        S = exp(g[t])[:, None] * S
        for r in range(R):
            S = S + np.outer(k[t, r], f[t, r] + d[t, r] * (S.T @ c[t, r]))
    rows = lambda x: x.reshape(C * R, *x.shape[2:])
    G = np.repeat(np.cumsum(g, 0), R, 0)
    N = -scores(rows(d)[:, None] * rows(c), rows(k), G, G, True)
    right = rows(f) + rows(d)[:, None] * ((exp(G) * rows(c)) @ S0)
    W = np.linalg.solve(np.eye(C * R) + N, right)
    return close(exp(G[-1])[:, None] * S0 + (exp(G[-1] - G) * rows(k)).T @ W, S)


@check("8")
def transposed(random):
    """S ← S diag(e^h) + (S x) yᵀ + k vᵀ: the step of Sᵀ with keys and values exchanged."""
    h = -random.exponential(0.3, (C, V))
    x, y, v = (random.normal(size=(C, V)) / np.sqrt(V) for _ in range(3))
    k, S0 = random.normal(size=(C, K)), random.normal(size=(K, V))
    S = S0
    for t in range(C):
        S = S * exp(h[t]) + np.outer(S @ x[t], y[t]) + np.outer(k[t], v[t])
    H, Hx = sums(h)
    N = -scores(x, y, Hx, H, True)
    Z = np.linalg.solve(np.eye(C) + N, (exp(Hx) * x) @ S0.T + scores(x, v, Hx, H, True) @ k)
    return close(S0 * exp(H[-1]) + k.T @ (exp(H[-1] - H) * v) + Z.T @ (exp(H[-1] - H) * y), S)


def transition(z):
    """(9): M and N of a chunk without gates on V."""
    G = sums(z["g"])[0]
    N = -scores(z["d"][:, None] * z["c"], z["k"][0], G, G, True)
    U = np.linalg.solve(np.eye(len(N)) + N, z["d"][:, None] * exp(G) * z["c"])
    scaled = exp(G[-1] - G) * z["k"][0]
    M = np.diag(exp(G[-1])) + scaled.T @ U
    return M, final_state(dict(z, S0=np.zeros((K, V))), [solve(dict(z, S0=np.zeros((K, V))), "decayed", False)])


@check("9")
def chunk_is_affine(random):
    z = draw(random)
    z["h"][:] = 0
    M, N = transition(z)
    return close(M @ z["S0"] + N, dependent_states(z, "decayed")[-1])


@check("10")
def composition(random):
    parts = [draw(random) for _ in range(3)]
    for z in parts:
        z["h"][:] = 0
    pairs = [transition(z) for z in parts]
    then = lambda a, b: (b[0] @ a[0], b[0] @ a[1] + b[1])
    left = then(then(pairs[0], pairs[1]), pairs[2])
    right = then(pairs[0], then(pairs[1], pairs[2]))
    S = parts[0]["S0"]
    for z in parts:
        S = dependent_states(dict(z, S0=S), "decayed")[-1]
    identity = (np.eye(K), np.zeros((K, V)))
    return max(
        close(left[0], right[0]),
        close(left[1], right[1]),
        close(left[0] @ parts[0]["S0"] + left[1], S),
        close(then(identity, pairs[0])[1], pairs[0][1]),
        close(then(pairs[0], identity)[0], pairs[0][0]),
    )


def transition_from_both_sides(random):
    """A chunk with gates on V, whose reads have seen them."""
    z = draw(random)
    M = transition(dict(z, h=np.zeros_like(z["h"])))[0]
    empty = dict(z, S0=np.zeros((K, V)))
    N = final_state(empty, [solve(empty, "decayed", True)])
    return z, M, sums(z["h"])[0][-1], N


@check("sides")
def both_sides(random):
    z, M, H, N = transition_from_both_sides(random)
    return close((M @ z["S0"]) * exp(H) + N, dependent_states(z, "decayed")[-1])


@check("identity")
def identity(random):
    """M is what chunks make of the identity where nothing known is written; parts of several chunks, linked in order."""
    S = run = random.normal(size=(K, V))
    worst = 0
    for _ in range(3):
        M, N, H = np.eye(K), np.zeros((K, V)), np.zeros(V)
        for _ in range(2):
            z = draw(random)
            alone = dict(z, h=np.zeros((C, K)), f=[np.zeros((C, K))], S0=M)
            M = final_state(alone, [solve(alone, "decayed", False)])
            z["S0"] = N
            N = final_state(z, [solve(z, "decayed", True)])
            H = H + sums(z["h"])[0][-1]
            run = dependent_states(dict(z, S0=run), "decayed")[-1]
        S = (M @ S) * exp(H) + N
        worst = max(worst, close(S, run))
    return worst


@check("levels")
def levels(random):
    """A vector z, a matrix R, and a matrix S whose gate reads z and which writes what is read of R; two parts."""
    g = -random.exponential(0.3, 2 * C)
    k, v = random.normal(size=(2 * C, K)) / np.sqrt(K), random.normal(size=(2 * C, V))
    sigmoid = lambda x: 1 / (1 + np.exp(-x))

    def run(tokens, z, R, S):
        """The carries after tokens, and the decay of S."""
        decay = 1.0
        for t in tokens:
            z = np.exp(g[t]) * z + k[t]
            R = np.exp(g[t]) * R + np.outer(k[t], v[t])
            gate = sigmoid(z @ k[t])
            S, decay = gate * S + np.outer(k[t], R.T @ k[t]), gate * decay
        return z, R, S, decay

    z0, R0, S0 = random.normal(size=K), random.normal(size=(K, V)), random.normal(size=(K, V))
    whole = run(range(2 * C), z0, R0, S0)
    parts = [range(C), range(C, 2 * C)]
    # Level 0: from nothing, each part alone, then linked.
    z, R = [z0], [R0]
    for part in parts:
        alone = run(part, 0 * z0, 0 * R0, 0 * S0)
        decay = np.exp(g[part.start : part.stop].sum())
        z.append(decay * z[-1] + alone[0])
        R.append(decay * R[-1] + alone[1])
    # Level 1, with what level 0 begins with.
    S = S0
    for part, zp, Rp in zip(parts, z, R):
        alone = run(part, zp, Rp, 0 * S0)
        S = alone[3] * S + alone[2]
    return max(close(z[2], whole[0]), close(R[2], whole[1]), close(S, whole[2]))


@check("maximum")
def maxima_compose(random):
    worst = 0
    for m0 in (-INF, 0.7, 40.0):
        a, b = random.normal(size=(3, C)), random.normal(size=(3, C)) * 3
        b[0, :3], a[1, 5] = -INF, -INF
        m = whole = m0
        A, c = 0.0, -INF
        for i in range(3):
            end = -INF
            for t in range(C):
                whole = max(whole + a[i, t], b[i, t])
                end = max(end + a[i, t], b[i, t])
            m = max(m + a[i].sum(), end)
            A, c = A + a[i].sum(), max(c + a[i].sum(), end)
            worst = max(worst, close(m, whole), close(max(m0 + A, c), whole))
    return worst


@check("exponents")
def exponents(random):
    """All that is used is ≤ 0, −∞ clamped included; `exp` above asserts it everywhere else."""
    g = -random.exponential(1, (C, K))
    g[random.uniform(size=g.shape) < 0.2] = -INF
    g = np.maximum(g, -128.0)
    G, Gx = sums(g)
    worst = max(G.max(), Gx.max(), (G[-1] - G).max())
    for t in range(C):
        for s in range(t + 1):
            worst = max(worst, (G[t] - G[s]).max())
            if s < t:
                worst = max(worst, (Gx[t] - G[s]).max(), (G[t] - G[s]).max())
    assert worst <= 0, worst
    # With the clamp as without, in f32.
    assert np.exp(np.float32(-128)) * np.float32(1) < 2.0**-126
    return 0.0


@check("11")
def factored_scores(random):
    """One reference ρ for a tile; and block by block, where no exponent is above 0."""
    z = draw(random, 48)
    x, y = z["c"], z["k"][0]
    G = sums(z["g"])[0]
    direct = scores(x, y, G, G, True)
    rho = (G[0] + G[-1]) / 2
    product = np.tril((x * np.exp(G - rho)) @ (y * np.exp(rho - G)).T, -1)
    worst = close(product, direct)
    last = lambda block: G[16 * block + 15]
    for I in range(3):
        t = slice(16 * I, 16 * I + 16)
        for J in range(I):
            s = slice(16 * J, 16 * J + 16)
            left = x[t] * exp(G[t] - last(I - 1)) * exp(last(I - 1) - last(J))
            worst = max(worst, close(left @ (y[s] * exp(last(J) - G[s])).T, direct[t, s]))
    return worst


@check("12")
def blocked_solve(random):
    n, block = 48, 16
    N = np.tril(random.normal(size=(n, n)), -1) / 8
    R = random.normal(size=(n, V))
    W = np.zeros_like(R)
    for i in range(0, n, block):
        rows = slice(i, i + block)
        inverse = np.linalg.inv(np.eye(block) + N[rows, rows])
        W[rows] = inverse @ (R[rows] - N[rows, :i] @ W[:i])
    return close(W, np.linalg.solve(np.eye(n) + N, R))


@check("padding")
def padding(random):
    """Rows past the end: log gates 0; keys, values, vectors and d 0."""
    real = 13
    z = draw(random)
    short = {key: value[:real] if isinstance(value, np.ndarray) and key != "S0" else value for key, value in z.items()}
    short["k"], short["f"] = [z["k"][0][:real]], [z["f"][0][:real]]
    padded = {key: value.copy() if isinstance(value, np.ndarray) else [v.copy() for v in value] for key, value in z.items()}
    for key in ("g", "h", "c", "d"):
        padded[key][real:] = 0
    padded["k"][0][real:] = padded["f"][0][real:] = 0
    W = solve(padded, "decayed", True)
    assert not W[real:].any()
    o = read(padded, [W], "after")[:real]
    every = dependent_states(short, "decayed")
    return max(
        close(final_state(padded, [W]), every[-1]),
        close(o, [every[t + 1].T @ z["c"][t] for t in range(real)]),
    )


def log_sum(m, other):
    """e^{m − other}; nothing, where other is −∞."""
    return 0.0 if other == -INF else np.exp(m - other)


@check("13")
def stabilised(random):
    """A running maximum scales a group of carries: its state is e^{−m} times the plain one."""
    f, i = -random.exponential(0.3, C), random.normal(size=C) * 3
    i[:3] = -INF
    k, v = random.normal(size=(C, K)), random.normal(size=(C, V))
    m, S, n = -INF, np.zeros((K, V)), np.zeros(K)
    plain, norm = np.zeros((K, V)), np.zeros(K)
    worst = 0
    q = random.normal(size=(C, K))
    for t in range(C):
        new = max(f[t] + m, i[t])
        keep, write = log_sum(f[t] + m, new), log_sum(i[t], new)
        S, n, m = keep * S + write * np.outer(k[t], v[t]), keep * n + write * k[t], new
        plain = np.exp(f[t]) * plain + np.exp(i[t]) * np.outer(k[t], v[t])
        norm = np.exp(f[t]) * norm + np.exp(i[t]) * k[t]
        if m == -INF:
            assert not S.any() and not n.any()
            continue
        o = S.T @ q[t] / max(abs(n @ q[t]), np.exp(-m))
        worst = max(
            worst,
            close(S, np.exp(-m) * plain),
            close(o, plain.T @ q[t] / max(abs(norm @ q[t]), 1.0)),
        )
    return worst


@check("14")
def running_maximum(random):
    """m_t = F_t + max(m_0, max_{s ≤ t} (i_s − F_s)), and the chunk with it."""
    worst = 0
    for m0 in (-INF, 0.7):
        f, i = -random.exponential(0.3, C), random.normal(size=C) * 3
        i[:3] = -INF
        k, v = random.normal(size=(C, K)), random.normal(size=(C, V))
        S0 = np.zeros((K, V)) if m0 == -INF else random.normal(size=(K, V))
        m, S = m0, S0
        ms, states = [], []
        for t in range(C):
            new = max(f[t] + m, i[t])
            S, m = log_sum(f[t] + m, new) * S + log_sum(i[t], new) * np.outer(k[t], v[t]), new
            ms.append(m)
            states.append(S)
        F = np.cumsum(f)
        closed = F + np.maximum(m0, np.maximum.accumulate(i - F))
        worst = max(worst, close(closed, ms))
        for t in range(C):
            if ms[t] == -INF:
                assert not states[t].any()
                continue
            first = exp(F[t] + m0 - ms[t]) * S0
            rows = exp(F[t] - F[: t + 1] + i[: t + 1] - ms[t])[:, None] * k[: t + 1]
            worst = max(worst, close(first + rows.T @ v[: t + 1], states[t]))
    return worst


@check("15")
def group_composition(random):
    """Segments of a group of carries compose, in any grouping."""

    def segment(n, empty=False):
        f, i = -random.exponential(0.3, n), random.normal(size=n) * 3
        if empty:
            i[:] = -INF
        k, v = random.normal(size=(n, K)), random.normal(size=(n, V))
        m, S = -INF, np.zeros((K, V))
        for t in range(n):
            new = max(f[t] + m, i[t])
            S, m = log_sum(f[t] + m, new) * S + log_sum(i[t], new) * np.outer(k[t], v[t]), new
        return (f.sum(), m, S), (f, i, k, v)

    def then(a, b):
        m = max(a[1] + b[0], b[1])
        return a[0] + b[0], m, log_sum(a[1] + b[0], m) * a[2] + log_sum(b[1], m) * b[2]

    worst = 0
    for empty in ((False, False, False), (True, False, False), (False, True, True), (True, True, True)):
        parts, data = zip(*(segment(n, e) for n, e in zip((5, 1, 7), empty)))
        whole_f, whole_i, whole_k, whole_v = (np.concatenate(x) for x in zip(*data))
        m, S = -INF, np.zeros((K, V))
        for t in range(len(whole_f)):
            new = max(whole_f[t] + m, whole_i[t])
            S = log_sum(whole_f[t] + m, new) * S + log_sum(whole_i[t], new) * np.outer(whole_k[t], whole_v[t])
            m = new
        for result in (then(then(parts[0], parts[1]), parts[2]), then(parts[0], then(parts[1], parts[2]))):
            worst = max(worst, close(result[0], whole_f.sum()), close(result[1], m), close(result[2], S))
    return worst


def softmax_part(s, v):
    m = s.max(initial=-INF)
    w = np.exp(s - m) if m > -INF else np.zeros_like(s)
    return m, w.sum(), w @ v


@check("16")
def softmax_merge(random):
    """Parts of a softmax merge, also parts in which no key may be read; the whole at the end."""

    def merge(a, b):
        m = max(a[0], b[0])
        x, y = log_sum(a[0], m), log_sum(b[0], m)
        return m, x * a[1] + y * b[1], x * a[2] + y * b[2]

    worst = 0
    for masked in ((), (0,), (1, 2), (0, 1, 2)):
        s, v = random.normal(size=(3, 7)) * 5, random.normal(size=(3, 7, V))
        s[list(masked)] = -INF
        parts = [softmax_part(*part) for part in zip(s, v)]
        flat, values = s.reshape(-1), v.reshape(-1, V)
        weights = np.exp(flat - (flat.max() if flat.max() > -INF else 0.0))
        total = weights.sum()
        o = weights @ values / total if total else np.zeros(V)
        lse = np.log(total) + flat.max() if total else -INF
        for m, l, a in (merge(merge(parts[0], parts[1]), parts[2]), merge(parts[0], merge(parts[1], parts[2]))):
            worst = max(worst, close(a / l if l else np.zeros(V), o), close(np.log(l) + m if l else -INF, lse))
    return worst


def labels_of(page):
    """(2), (3) … at the ends of formulas and [delta] … in headings and lead-ins."""
    text = page.read_text(encoding="utf-8")
    numbers = re.findall(r"\((\d+)\)\s*$", text, re.MULTILINE)
    names = re.findall(r"<!-- checked: (\w+) -->", text)
    return set(numbers) | set(names)


def main():
    page = pathlib.Path(sys.argv[1])
    # (1) is the step itself, which all others are checked against.
    labels = labels_of(page) - {"1"}
    failed = 0
    for label in sorted(labels ^ set(checks)):
        where = "no check here" if label in labels else "no such label on the page"
        print(f"{page.name}: {label}: {where}")
        failed += 1
    for label, function in checks.items():
        worst = max(function(np.random.default_rng(seed)) for seed in range(5))
        good = worst <= TOLERANCE
        failed += not good
        print(f"({label}) {function.__name__}: {worst:.1e} {'ok' if good else 'WRONG'}")
    print(f"{len(checks)} formulas, {failed} wrong")
    return 1 if failed else 0


if __name__ == "__main__":
    with np.errstate(divide="ignore"):
        sys.exit(main())
