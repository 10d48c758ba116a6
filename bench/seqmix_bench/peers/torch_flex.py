"""Compiled FlexAttention. The block mask is made once, outside the measured time, as for a model's layers."""

from . import Job, Unsupported, import_or_miss
from .torch_common import heads_first, numbers, tensor, torch


def version(features):
    import_or_miss("torch.nn.attention.flex_attention")
    return torch().__version__


def _variant(task):
    """The mask and the score of the row: mask_mod, score_mod."""
    module, spec = torch(), task.row.spec
    causal = lambda b, h, i, j: j <= i
    if spec == "attention":
        return None, None
    if spec == "causal_attention":
        return causal, None
    if spec == "sliding_window_attention":
        window = task.params["W"]
        return lambda b, h, i, j: (j <= i) & (i - j < window), None
    if spec == "softcap_attention":
        return causal, lambda s, b, h, i, j: 30 * module.tanh(s / 30)
    if spec == "alibi_attention":
        slopes = tensor(task, "slopes")
        return causal, lambda s, b, h, i, j: s + slopes[h] * (j - i)
    if spec == "document_attention":
        documents = tensor(task, "doc")[0]
        return lambda b, h, i, j: (j <= i) & (documents[i] == documents[j]), None
    raise Unsupported("is no attention")


def prepare(task):
    module = torch()
    flex = import_or_miss("torch.nn.attention.flex_attention")
    mask, score = _variant(task)
    # Past its limit of recompilations it falls back to eager without a word.
    module._dynamo.reset()
    compiled = module.compile(flex.flex_attention, dynamic=False)
    q, k, v = (heads_first(task, name) for name in "qkv")
    length, keys = task.size["T"], task.size["S"]
    block = flex.create_block_mask(mask, None, None, length, keys, device="cpu") if mask else None

    def call():
        with module.no_grad():
            return compiled(q, k, v, score_mod=score, block_mask=block)

    return Job.returning(call, lambda o: {"o": numbers(o.transpose(1, 2))})
