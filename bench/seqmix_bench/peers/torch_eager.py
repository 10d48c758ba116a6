"""Recurrences over vectors as models fall back to them on a CPU: a loop over tokens in eager torch."""

from . import Job, Unsupported
from .torch_common import numbers, tensor, torch


def version(features):
    return torch().__version__


def _selective_scan(module, x):
    """All exps and writes at once, then the loop, as the slow path of Mamba's models has it."""
    step = module.nn.functional.softplus(x["dt"] + x["dt_bias"])
    rate = -module.exp(x["a_log"])
    decay = module.exp(step[..., None] * rate)
    write = (step * x["x"])[..., None] * x["b"][:, :, None, :]
    state, out = x["h0"], []
    for t in range(x["x"].shape[1]):
        state = decay[:, t] * state + write[:, t]
        out.append(module.matmul(state, x["c"][:, t, :, None])[..., 0])
    return module.stack(out, dim=1) + x["d"] * x["x"], state


def _scan(module, decay, write, state, elem):
    out = module.empty(write.shape, dtype=elem)
    for t in range(write.shape[1]):
        state = decay[:, t] * state + write[:, t]
        out[:, t] = state
    return out, state


def _hgrn(module, x):
    return _scan(module, module.exp(x["g"]), x["x"], x["h0"], x["x"].dtype)


def _rg_lru(module, x):
    gate = module.sigmoid(x["r"].float())
    decay = module.exp(-8 * module.nn.functional.softplus(x["lam"]) * gate)
    write = module.sqrt(1 - decay * decay) * module.sigmoid(x["i"].float()) * x["x"]
    return _scan(module, decay, write, x["h0"], x["x"].dtype)


FORMS = {"selective_scan": _selective_scan, "hgrn": _hgrn, "rg_lru": _rg_lru}


def prepare(task):
    form = FORMS.get(task.row.spec)
    if form is None:
        raise Unsupported("no loop of this recurrence here")
    module = torch()
    operands = {name: tensor(task, name) for name in task.operands}

    def call():
        with module.no_grad():
            return form(module, operands)

    return Job.returning(call, lambda both: {"y": numbers(both[0]), "h": numbers(both[1])})
