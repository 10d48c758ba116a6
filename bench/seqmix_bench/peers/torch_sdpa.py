"""torch.nn.functional.scaled_dot_product_attention, its own choice of kernel."""

from . import Job, Unsupported
from .torch_common import heads_first, numbers, torch

CAUSAL = {"attention": False, "causal_attention": True}


def version(features):
    return torch().__version__


def prepare(task):
    if task.row.spec not in CAUSAL:
        raise Unsupported("no kernel with this mask or score")
    attend = torch().nn.functional.scaled_dot_product_attention
    q, k, v = (heads_first(task, name) for name in "qkv")
    causal = CAUSAL[task.row.spec]
    return Job.returning(
        lambda: attend(q, k, v, is_causal=causal),
        lambda o: {"o": numbers(o.transpose(1, 2))},
    )
