"""A BERT-style sentence encoder in numpy, in the element type of its weights, with a choice of attention."""

import json
import math
import pathlib

import numpy as np
import safetensors.numpy
import tokenizers


class Tokenizer:
    """Sentences to token numbers, padded to the longest of the batch."""

    def __init__(self, folder):
        folder = pathlib.Path(folder)
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        # The file asks for padding to a fixed 128; the model's own limit is in another file.
        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self._tokenizer.enable_truncation(limits["max_seq_length"])
        self._tokenizer.no_padding()

    def __call__(self, sentences):
        """The token numbers [B,T] and the lengths [B]: how many of a row are real."""
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(sentences)]
        lengths = np.array([len(row) for row in rows], np.int32)
        tokens = np.zeros((len(rows), lengths.max()), np.int32)
        for row, ids in zip(tokens, rows):
            row[: len(ids)] = ids
        return tokens, lengths


class Encoder:
    """The forward pass, in the element type `dtype`."""

    def __init__(self, folder, dtype):
        folder = pathlib.Path(folder)
        config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
        if config["hidden_act"] != "gelu" or config["position_embedding_type"] != "absolute":
            raise ValueError(f"{folder}: not an encoder that this example computes")
        self.layers = config["num_hidden_layers"]
        self.heads = config["num_attention_heads"]
        self._eps = dtype(config["layer_norm_eps"])
        weights = safetensors.numpy.load_file(folder / "model.safetensors")
        self._weights = {
            name: weight.astype(dtype)
            for name, weight in weights.items()
            if weight.dtype == np.float32
        }
        self._gelu = gelu_exact if dtype is np.float64 else gelu_float32

    def __call__(self, tokens, lengths, attention):
        """Unit vectors [B,hidden], one a sentence. `attention(q, k, v, lengths)` maps [B,T,H,K] to [B,T,H,K]."""
        x = self._embed(tokens)
        for layer in range(self.layers):
            x = self._layer(f"encoder.layer.{layer}.", x, lengths, attention)
        pooled = mean_of_real_tokens(x, lengths)
        return pooled / np.linalg.norm(pooled, axis=-1, keepdims=True)

    def _embed(self, tokens):
        tables = [
            self._weights[f"embeddings.{kind}_embeddings.weight"]
            for kind in ("word", "position", "token_type")
        ]
        words, positions, kinds = tables
        x = words[tokens] + positions[: tokens.shape[1]] + kinds[0]
        return self._layer_norm("embeddings.LayerNorm", x)

    def _layer(self, name, x, lengths, attention):
        batch, time_steps, hidden = x.shape
        q, k, v = (
            self._dense(f"{name}attention.self.{part}", x).reshape(batch, time_steps, self.heads, -1)
            for part in ("query", "key", "value")
        )
        mixed = attention(q, k, v, lengths).reshape(batch, time_steps, hidden)
        y = x + self._dense(f"{name}attention.output.dense", mixed)
        y = self._layer_norm(f"{name}attention.output.LayerNorm", y)
        z = self._gelu(self._dense(f"{name}intermediate.dense", y))
        z = y + self._dense(f"{name}output.dense", z)
        return self._layer_norm(f"{name}output.LayerNorm", z)

    def _dense(self, name, x):
        # One product of two matrices: numpy would loop over the batch of a [B,T,C] array.
        y = x.reshape(-1, x.shape[-1]) @ self._weights[name + ".weight"].T
        y += self._weights[name + ".bias"]
        return y.reshape(*x.shape[:-1], -1)

    def _layer_norm(self, name, x):
        centred = x - x.mean(axis=-1, keepdims=True)
        variance = np.square(centred).mean(axis=-1, keepdims=True)
        centred /= np.sqrt(variance + self._eps)
        return centred * self._weights[name + ".weight"] + self._weights[name + ".bias"]


def numpy_attention(q, k, v, lengths):
    """Softmax attention with the keys past a sentence's end masked, as one writes it in numpy."""
    q, k, v = (x.transpose(0, 2, 1, 3) for x in (q, k, v))
    scale = q.dtype.type(q.shape[-1] ** -0.5)
    scores = (q * scale) @ k.transpose(0, 1, 3, 2)
    is_padding = np.arange(k.shape[2]) >= lengths[:, None]
    np.copyto(scores, -np.inf, where=is_padding[:, None, None, :])
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    return (scores @ v).transpose(0, 2, 1, 3)


def mean_of_real_tokens(x, lengths):
    is_real = np.arange(x.shape[1]) < lengths[:, None]
    return (x * is_real[:, :, None]).sum(axis=1) / lengths[:, None].astype(x.dtype)


def gelu_exact(x):
    """x Φ(x) with the C library's erf, a number at a time: slow, and right to the last bits of a float64."""
    scaled = (x * math.sqrt(0.5)).ravel().tolist()
    erf = np.fromiter(map(math.erf, scaled), np.float64, len(scaled)).reshape(x.shape)
    return 0.5 * x * (1.0 + erf)


def gelu_float32(x):
    """x Φ(x) with erf by formula 7.1.26 of Abramowitz and Stegun, whose error is below 1.5e-7."""
    magnitude = np.abs(x)
    magnitude *= np.float32(math.sqrt(0.5))
    t = 1 / (1 + np.float32(0.3275911) * magnitude)
    tail = np.full_like(t, 1.061405429)
    for coefficient in (-1.453152027, 1.421413741, -0.284496736, 0.254829592):
        tail *= t
        tail += np.float32(coefficient)
    tail *= t
    np.square(magnitude, out=magnitude)
    np.negative(magnitude, out=magnitude)
    tail *= np.exp(magnitude, out=magnitude)  # 1 − erf(|x|/√2)
    erf = np.copysign(1 - tail, x)
    erf += 1
    erf *= x
    erf *= np.float32(0.5)
    return erf
