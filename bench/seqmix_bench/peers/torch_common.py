"""Arrays of a task as tensors."""

import numpy as np

from . import import_or_miss


def torch():
    return import_or_miss("torch")


def tensor(task, name, elem=None):
    """The operand in its own element type, or in `elem`, in memory of its own."""
    module = torch()
    own = task.elems[name]
    if own == "bf16":
        value = module.from_numpy(task.operands[name].view(np.int16)).view(module.bfloat16)
    else:
        value = module.from_numpy(task.operands[name])
    types = {"bf16": module.bfloat16, "f16": module.float16, "f32": module.float32, "i32": module.int32}
    return value.to(types[elem or own], copy=True)


def heads_first(task, name):
    """[B, T, H, D] as a contiguous [B, H, T, D]."""
    return tensor(task, name).transpose(1, 2).contiguous()


def numbers(value):
    return value.detach().to(torch().float32).numpy()
