"""What users of transformers run on a CPU: the chunked form of the gated delta rule in eager torch."""

from . import Job, Unsupported, import_or_miss
from .torch_common import numbers, tensor, torch

MODULE = "transformers.models.qwen3_next.modeling_qwen3_next"


def version(features):
    torch()
    found = import_or_miss("transformers").__version__
    import_or_miss(MODULE)
    return found


def prepare(task):
    if task.row.spec != "gated_delta_net" or task.row.entry != "main":
        raise Unsupported("has the gated delta rule alone")
    module = torch()
    rule = import_or_miss(MODULE).torch_chunk_gated_delta_rule
    q, k, v, g, beta, s0 = (tensor(task, name) for name in ("q", "k", "v", "g", "beta", "s0"))

    def call():
        with module.no_grad():
            return rule(q, k, v, g, beta, initial_state=s0, output_final_state=True)

    return Job.returning(call, lambda both: {"o": numbers(both[0]), "s": numbers(both[1])})
