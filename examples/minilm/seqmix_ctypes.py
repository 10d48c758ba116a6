"""Call any operator that seqmixc compiled for the CPU, from numpy, by its manifest.

    op = Operator("build/minilm/encoder_attention.json")
    o = op(q=q, k=k, v=v, lengths=lengths)["o"]

Nothing here knows an operator: names, axes, element types and the order of the arguments come from `<op>.json`
(docs/ABI.md). Arrays are passed as they are, with their strides; nothing is copied or cast on the way.
"""

import concurrent.futures
import ctypes
import json
import pathlib
import threading

import numpy as np

ABI_VERSION = 1
WORKSPACE_ALIGNMENT = 64

# bf16 has no numpy type of its own: its bit patterns travel as uint16, as in .npy files.
DTYPES = {
    "f32": np.dtype(np.float32),
    "f16": np.dtype(np.float16),
    "bf16": np.dtype(np.uint16),
    "i32": np.dtype(np.int32),
}

ERROR_NAMES = {
    1: "SEQMIX_NULL_POINTER",
    2: "SEQMIX_BAD_SIZE",
    3: "SEQMIX_BAD_STRIDE",
    4: "SEQMIX_WORKSPACE_TOO_SMALL",
    5: "SEQMIX_OVERLAP",
    6: "SEQMIX_UNSUPPORTED_CPU",
}

_TASK = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_int64)
_PARALLEL_FOR = ctypes.CFUNCTYPE(
    None, ctypes.c_void_p, ctypes.c_int64, ctypes.c_void_p, ctypes.c_void_p
)


class SeqmixError(RuntimeError):
    """An entry returned an error code; `code` and `name` say which."""

    def __init__(self, symbol, code):
        self.code = code
        self.name = ERROR_NAMES.get(code, "unknown error code")
        super().__init__(f"{symbol} returned {code} ({self.name})")


class ThreadPool:
    """The parallel-for lent to an entry: Python threads, which run compiled tasks without the interpreter's lock."""

    def __init__(self, workers):
        if workers < 1:
            raise ValueError(f"a pool needs at least 1 worker, not {workers}")
        self.workers = workers
        self._helpers = concurrent.futures.ThreadPoolExecutor(max(1, workers - 1))
        # Kept as a member: the entry calls it through a bare address, which does not keep it alive.
        self._callback = _PARALLEL_FOR(self._run)
        self.address = ctypes.cast(self._callback, ctypes.c_void_p).value

    def _run(self, _context, count, task_address, arg):
        task = _TASK(task_address)
        indices = iter(range(count))
        lock = threading.Lock()

        def work(worker):
            while True:
                with lock:
                    index = next(indices, None)
                if index is None:
                    return
                task(arg, index, worker)

        # The calling thread is worker 0, so that every task is done even where no helper gets to run.
        helpers = [
            self._helpers.submit(work, worker)
            for worker in range(1, min(self.workers, count))
        ]
        work(0)
        concurrent.futures.wait(helpers)


class Operator:
    """One entry of a compiled operator: called with numpy arrays by name, it returns its results by name.

    `form` picks an entry by the manifest's form ("step", say); by default it is the first, the whole sequence.
    """

    def __init__(self, manifest_path, pool=None, form=None):
        path = pathlib.Path(manifest_path)
        self.manifest = manifest = json.loads(path.read_text(encoding="utf-8"))
        if manifest["abi"] != ABI_VERSION:
            raise ValueError(
                f"{path}: ABI {manifest['abi']}; this module speaks ABI {ABI_VERSION}"
            )
        if manifest["target"] != "cpu":
            raise ValueError(
                f"{path}: compiled for {manifest['target']}; this module calls cpu artifacts"
            )
        self.pool = pool
        self.symbol = _pick_entry(path, manifest["entries"], form)["symbol"]
        # An absolute path: a bare file name would be looked up in the system's library folders instead.
        self._library = ctypes.CDLL(str((path.parent / manifest["library"]).resolve()))
        self._entry = getattr(self._library, self.symbol)
        self._entry.argtypes, self._entry.restype = [ctypes.c_void_p], ctypes.c_int32
        self._query = getattr(self._library, self.symbol + "_workspace")
        self._query.argtypes, self._query.restype = [ctypes.c_void_p], ctypes.c_int64
        self._per_thread = threading.local()

    def __call__(self, out=None, **operands):
        """Runs the entry. `out` may name buffers for results; the others are allocated."""
        _check_names("operand", operands, self.manifest["operands"], all_needed=True)
        _check_names("result", out or {}, self.manifest["results"], all_needed=False)

        extents = dict(self.manifest["params"])
        for spec in self.manifest["operands"]:
            _check_array(spec, operands[spec["name"]])
            _bind_axes(spec, operands[spec["name"]].shape, extents)
        _apply_equalities(self.manifest.get("rules", []), extents)
        missing = [name for name in self.manifest["sizes"] if name not in extents]
        if missing:
            raise ValueError(f"no operand has the axis {', '.join(missing)}")

        results = {}
        for spec in self.manifest["results"]:
            shape = tuple(_extent(axis, extents) for axis in spec["axes"])
            array = (out or {}).get(spec["name"])
            if array is None:
                array = np.empty(shape, DTYPES[spec["elem"]])
            _check_array(spec, array)
            _bind_axes(spec, array.shape, extents)
            if not array.flags.writeable:
                raise ValueError(f"{spec['name']}: the result's buffer is read-only")
            results[spec["name"]] = array

        slots = [extents[name] for name in self.manifest["sizes"]]
        for spec in self.manifest["operands"]:
            slots += _array_slots(spec, operands[spec["name"]])
        for spec in self.manifest["results"]:
            slots += _array_slots(spec, results[spec["name"]])
        parallel = [self.pool.address, 0, self.pool.workers] if self.pool else [0, 0, 1]

        needed = self._query(_pack(slots + [0, 0] + parallel))
        if needed < 0:
            raise ValueError(f"{self.symbol} rejects the sizes {extents}")
        code = self._entry(_pack(slots + [self._workspace(needed), needed] + parallel))
        if code != 0:
            raise SeqmixError(self.symbol, code)
        return results

    def _workspace(self, needed):
        """The aligned address of `needed` bytes. Kept from call to call, one for each calling thread."""
        if needed == 0:
            return 0
        buffer = getattr(self._per_thread, "buffer", None)
        if buffer is None or buffer.nbytes < needed + WORKSPACE_ALIGNMENT:
            buffer = np.empty(needed + WORKSPACE_ALIGNMENT, np.uint8)
            self._per_thread.buffer = buffer
        return -(-buffer.ctypes.data // WORKSPACE_ALIGNMENT) * WORKSPACE_ALIGNMENT


def _pick_entry(path, entries, form):
    for entry in entries:
        if form is None or entry["form"] == form:
            return entry
    forms = ", ".join(entry["form"] for entry in entries)
    raise ValueError(f"{path}: no entry of form {form}; there are: {forms}")


def _check_names(kind, given, specs, all_needed):
    names = [spec["name"] for spec in specs]
    unknown = [name for name in given if name not in names]
    missing = [name for name in names if name not in given] if all_needed else []
    if unknown or missing:
        raise TypeError(
            f"{kind}s are {', '.join(names)}; missing: {', '.join(missing) or 'none'}, "
            f"unknown: {', '.join(unknown) or 'none'}"
        )


def _check_array(spec, array):
    name, dtype = spec["name"], DTYPES[spec["elem"]]
    if not isinstance(array, np.ndarray):
        raise TypeError(f"{name}: a numpy array is expected, not {type(array).__name__}")
    if array.dtype != dtype:
        raise TypeError(f"{name}: {spec['elem']} is passed as {dtype}, not as {array.dtype}")
    if not array.flags.aligned:
        raise ValueError(f"{name}: the data is not aligned to its element type")


def _extent(axis, extents):
    """The size of an axis, which is a name or, where the operator writes it so, a number."""
    return axis if isinstance(axis, int) else extents[axis]


def _bind_axes(spec, shape, extents):
    """Reads sizes off an array's shape into `extents`; a size that is already known must agree."""
    axes = spec["axes"]
    if len(shape) != len(axes):
        raise ValueError(f"{spec['name']}: shape {shape} for the axes {axes}")
    for axis, size in zip(axes, shape):
        known = axis if isinstance(axis, int) else extents.setdefault(axis, size)
        if size != known:
            raise ValueError(
                f"{spec['name']}: axis {axis} is {size} in the shape {shape}, elsewhere {known}"
            )


def _apply_equalities(rules, extents):
    """A size that a rule derives is no slot of the struct: only the caller can see that an array breaks it."""
    for rule in rules:
        if "equal" not in rule:
            continue
        derived, source = rule["equal"]
        size = _extent(source, extents)
        if extents.setdefault(derived, size) != size:
            raise ValueError(f"{derived} is {extents[derived]}, but must equal {source}, {size}")


def _array_slots(spec, array):
    """The data pointer, then a stride in elements for each axis."""
    if any(stride % array.itemsize for stride in array.strides):
        raise ValueError(f"{spec['name']}: a stride of {array.strides} is no whole element")
    strides = [stride // array.itemsize for stride in array.strides]
    if strides and (array.size == 0 or array.shape[-1] == 1):
        strides[-1] = 1  # nothing is stepped along this axis, and numpy may then say any stride
    return [array.ctypes.data] + strides


def _pack(slots):
    return (ctypes.c_int64 * len(slots))(*slots)
