"""Every operator on real activations: compiled code against the float64 interpreter.

usage: real.py SEQMIXC SEQMIX-INTERP SPECS EXAMPLE FOLDER [--elem f32,bf16] [--filter TEXT]

Queries, keys and values of one layer of the sentence encoder of examples/minilm are captured on a licence text, in windows of
512 tokens, and concatenated to one sequence of 4096. Gates come from activations too, of other heads: log sigmoids, sigmoids,
norms.
Prints a line for each operator and type; bounds are 1e-5 for f32 and 1e-2 for bf16.
"""

import argparse
import json
import pathlib
import subprocess
import sys

import numpy as np

TEXTS = [pathlib.Path("/usr/share/common-licenses") / name for name in ("GPL-3", "GPL-2", "Apache-2.0")]
WINDOW, WINDOWS, LAYER, K = 512, 8, 3, 32
BOUNDS = {"f32": 1e-5, "bf16": 1e-2, "f16": 1e-2}


def capture(example):
    """Queries, keys and values of a layer [T, heads, K], float32."""
    sys.path.insert(0, str(example))
    import bert
    import encoder
    import tokenizers

    folder = encoder.find_model()
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    texts = [path.read_text(encoding="utf-8") for path in TEXTS if path.exists()]
    if not texts:
        sys.exit(f"error: no text to encode: expected one of {', '.join(map(str, TEXTS))}")
    ids = tokenizer.encode("\n".join(texts)).ids
    first, last, ids = ids[0], ids[-1], ids[1:-1]
    if len(ids) < WINDOWS * (WINDOW - 2):
        sys.exit(f"error: expected a text of {WINDOWS * (WINDOW - 2)} tokens, found {len(ids)}")
    windows = np.array(ids[: WINDOWS * (WINDOW - 2)]).reshape(WINDOWS, WINDOW - 2)
    tokens = np.concatenate([np.full((WINDOWS, 1), first), windows, np.full((WINDOWS, 1), last)], axis=1)
    layers = []

    def attention(q, k, v, lengths):
        layers.append((q, k, v))
        if len(layers) > LAYER:
            raise StopIteration
        return bert.numpy_attention(q, k, v, lengths)

    try:
        bert.Encoder(folder, np.float32)(tokens, np.full(WINDOWS, WINDOW), attention)
    except StopIteration:
        pass
    print(f"{len(ids)} tokens of text, {tokens.size} captured at layer {LAYER}")
    return [x.reshape(tokens.size, *x.shape[2:]) for x in layers[LAYER]]


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def log_sigmoid(x):
    return -np.logaddexp(0, -x)


def unit(x):
    return x / np.linalg.norm(x, axis=-1, keepdims=True)


class Activations:
    """Operands made of captured heads. Heads 0 and 1 are those of every operator, the others serve for gates."""

    def __init__(self, q, k, v):
        self.q, self.k, self.v = q, k, v
        self.tokens = q.shape[0]

    def heads(self, x, first=0, count=2):
        return x[None, :, first : first + count]

    def operands(self, name):
        """All that an operator may ask for, by name; what differs between operators is chosen here."""
        H, T = 2, self.tokens
        q, k, v = (self.heads(x) for x in (self.q, self.k, self.v))
        gate, other = self.heads(self.q, 2), self.heads(self.k, 4)
        third, fourth = self.heads(self.v, 6), self.heads(self.q, 8)
        state = np.zeros((1, H, K, K))
        log_gate = log_sigmoid(gate + 3)
        scalar_gate = log_sigmoid(gate.mean(-1) + 3)
        beta = sigmoid(other[..., 0])
        operands = {"q": q, "k": k, "v": v, "g": log_gate, "beta": beta, "s0": state, "w": log_gate, "b": sigmoid(other)}
        if "attention" in name and name != "linear_attention":
            # Head 1 has its own query and reads the key of head 0.
            operands.update(k=self.heads(self.k, 0, 1), v=self.heads(self.v, 0, 1), slopes=np.array([0.5, 0.25]), sink=self.q[0, :2, 0])
            operands.update(prefix=np.array([1000]), lengths=np.array([T - 96]), doc=(np.arange(T) // WINDOW)[None])
            if name == "cached_attention":
                operands["q"] = q[:, -1:]
        if name in ("delta_net", "gated_delta_net", "gated_delta_net2", "kda"):
            operands["k"] = unit(k)
        if name in ("gated_delta_net",):
            operands.update(q=self.heads(self.q, 0, 1), k=unit(self.heads(self.k, 0, 1)), g=scalar_gate)
        if name == "gated_delta_net2":
            operands["w"] = sigmoid(third)
        if name == "delta_product":
            operands.update(g=scalar_gate, k=unit(np.stack([k, other], 2)), v=np.stack([v, third], 2), beta=sigmoid(np.stack([gate[..., 0], fourth[..., 0]], 2)))
        if name == "retention":
            operands["g"] = np.log(1 - 2.0 ** -np.array([5, 6]))
        if name in ("rwkv6", "rwkv7"):
            operands.update(r=q, u=self.q[7, :2] / 4)
        if name == "rwkv7":
            operands.update(a=-unit(k), b=unit(k) * sigmoid(other), k=k / np.sqrt(K))
        if name == "mlstm":
            operands.update(i=gate.mean(-1) * 4, f=other.mean(-1) * 4 + 3)
        if name == "mamba2":
            operands.update(x=v, dt=gate.mean(-1), dt_bias=np.array([-2.0, -1.0]), a_log=np.log([1.0, 4.0]), b=self.heads(self.k, 0, 1) / np.sqrt(K), c=self.heads(self.q, 0, 1), d=self.v[3, :2, 0])
        channels = lambda x: x[None, :, 0, :]
        if name == "selective_scan":
            rates = np.log(np.arange(1, 17)) * np.ones((K, 1))
            operands.update(x=channels(self.v), dt=channels(self.q), dt_bias=self.k[5, 0] - 3, d=self.v[3, 0], a_log=rates, b=self.k[None, :, 1, :16], c=self.q[None, :, 1, :16], h0=np.zeros((1, K, 16)))
        if name in ("hgrn", "rg_lru"):
            operands.update(x=channels(self.v), g=log_sigmoid(channels(self.q) + 3), r=channels(self.q), i=channels(self.k), lam=self.q[9, 3], h0=np.zeros((1, K)))
        if name == "lstm":
            x = np.stack([self.q[:, 0], self.k[:, 0], self.v[:, 0], self.q[:, 1]], 1)[None]
            r = np.stack([unit(self.k[n * K : (n + 1) * K, 2]) for n in (1, 3, 5, 7)])
            operands.update(x=x, r=r, h0=np.zeros((1, K)), c0=np.zeros((1, K)))
        return operands


def store(x, elem):
    """An array as it is stored: bf16 is its bit pattern, rounded to nearest."""
    if elem == "i32":
        return np.ascontiguousarray(x, np.int32)
    x = np.ascontiguousarray(x, np.float32)
    if elem == "f16":
        return x.astype(np.float16)
    if elem != "bf16":
        return x
    bits = x.view(np.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(np.uint16)


def load(x, elem):
    if elem == "bf16":
        return (x.astype(np.uint32) << 16).view(np.float32).astype(np.float64)
    return x.astype(np.float64)


def error_of(x, y):
    finite = np.isfinite(y)
    if not np.array_equal(x[~finite], y[~finite], equal_nan=True) or not np.all(np.isfinite(x[finite])):
        return float("nan")
    return float(np.linalg.norm(x[finite] - y[finite]) / max(np.linalg.norm(y[finite]), 1e-30))


def compare(arguments, spec, elem, activations):
    """Whether one operator is right, and a line that says so."""
    import seqmix_ctypes

    name, folder = spec.stem, arguments.folder / f"{spec.stem}-{elem}"
    text = spec.read_text()
    settings = [f"{p}={K}" for p, default in (("K", "K = 128"), ("V", "V = 128"), ("D", "D = 128")) if default in text]
    flags = ["--elem", elem] + [word for setting in settings for word in ("--set", setting)]
    subprocess.run([arguments.seqmixc, spec, *flags, "-o", folder], check=True)
    manifest = json.loads((folder / f"{name}.json").read_text())
    made = activations.operands(name)
    operands = {a["name"]: store(made[a["name"]], a["elem"]) for a in manifest["operands"]}
    results = seqmix_ctypes.Operator(folder / f"{name}.json")(**operands)
    words = [arguments.seqmix_interp, spec, *flags]
    for operand, array in operands.items():
        np.save(folder / f"in.{operand}.npy", array)
        words += ["--in", f"{operand}={folder}/in.{operand}.npy"]
    for result in manifest["results"]:
        words += ["--out", f"{result['name']}={folder}/ref.{result['name']}.npy"]
    subprocess.run(words, check=True)
    line, ok = f"{name} {elem}:", True
    for result in manifest["results"]:
        reference = np.load(folder / f"ref.{result['name']}.npy")
        error = error_of(load(results[result["name"]], result["elem"]), reference)
        line += f" {result['name']} {error:.2e}"
        ok = ok and error <= BOUNDS[elem] and bool(np.any(reference))
    return ok, f"{line} {'ok' if ok else 'FAILED'}"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("seqmixc", "seqmix_interp"):
        parser.add_argument(name)
    for name in ("specs", "example", "folder"):
        parser.add_argument(name, type=pathlib.Path)
    parser.add_argument("--elem", default="f32,bf16")
    parser.add_argument("--filter", default="")
    arguments = parser.parse_args()
    activations = Activations(*(x.astype(np.float64) for x in capture(arguments.example)))
    specs = [s for s in sorted(arguments.specs.glob("*.mlir")) if arguments.filter in s.stem]
    count = failed = 0
    for spec in specs:
        for elem in arguments.elem.split(","):
            ok, line = compare(arguments, spec, elem, activations)
            print(line, flush=True)
            count, failed = count + 1, failed + (not ok)
    print(f"{count} comparisons, {failed} failed")
    return 1 if failed or not count else 0


if __name__ == "__main__":
    sys.exit(main())
