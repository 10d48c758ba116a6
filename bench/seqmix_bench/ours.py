"""Runs a compiled operator through libseqmix_runtime (include/seqmix/runtime.h)."""

import ctypes

import numpy as np

from . import elements

_DTYPES = {"f32": 0, "bf16": 1, "f16": 2, "i32": 3}
_POINTER = ctypes.c_void_p


class _Array(ctypes.Structure):
    _fields_ = [
        ("data", _POINTER),
        ("dtype", ctypes.c_int),
        ("rank", ctypes.c_int32),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
    ]


class _Options(ctypes.Structure):
    _fields_ = [
        ("entry", ctypes.c_char_p),
        ("threads", ctypes.c_int32),
        ("repeat", ctypes.c_int32),
        ("milliseconds", ctypes.POINTER(ctypes.c_double)),
    ]


class _Error(ctypes.Structure):
    _fields_ = [("code", ctypes.c_int), ("message", ctypes.c_char * 2048)]


class Runtime:
    """The library, from a folder where the OpenMP library that it needs may lie beside it."""

    def __init__(self, folder):
        openmp = folder / "libomp.so.5"
        if openmp.exists():
            ctypes.CDLL(str(openmp), mode=ctypes.RTLD_GLOBAL)
        self._library = ctypes.CDLL(str(folder / "libseqmix_runtime.so.0"))
        self._library.seqmix_runtime_version.restype = ctypes.c_char_p
        self.version = self._library.seqmix_runtime_version().decode()

    def call(self, name, *arguments):
        error = _Error()
        function = getattr(self._library, "seqmix_" + name)
        if function(*arguments, ctypes.byref(error)) != 0:
            raise RuntimeError(error.message.decode(errors="replace"))

    def destroy(self, kind, handle):
        getattr(self._library, f"seqmix_{kind}_destroy")(handle)


def aligned_empty(shape, dtype):
    """An array on a page of its own, so that no one's operands are placed better than another's."""
    count = int(np.prod(shape, dtype=np.int64))
    memory = np.empty(count * dtype.itemsize + 4096, np.uint8)
    first = -memory.ctypes.data % 4096
    return memory[first : first + count * dtype.itemsize].view(dtype).reshape(shape)


class Job:
    """One entry with its arrays bound."""

    def __init__(self, runtime, manifest_path, manifest, row, operands, result_shapes, threads):
        self._runtime, self._kept = runtime, []
        self._module, self._call = _POINTER(), _POINTER()
        runtime.call("module_load", str(manifest_path).encode(), ctypes.byref(self._module))
        runtime.call("call_create", self._module, ctypes.byref(self._call))
        self.elems = {array["name"]: array["elem"] for array in manifest["results"]}
        self.arrays = {}
        for operand in manifest["operands"]:
            name = operand["name"]
            array = aligned_empty(operands[name].shape, operands[name].dtype)
            array[...] = operands[name]
            self._bind(name, array, operand["elem"])
        for name, shape in result_shapes.items():
            array = self.arrays.get(row.in_place.get(name))
            if array is None:
                array = aligned_empty(shape, elements.STORAGE[self.elems[name]])
                array.view(np.uint8)[...] = 0xFF
            self._bind(name, array, self.elems[name])
        self._options = _Options(row.entry.encode(), threads, 1, None)

    def _bind(self, name, array, elem):
        shape = (ctypes.c_int64 * array.ndim)(*array.shape)
        described = _Array(array.ctypes.data, _DTYPES[elem], array.ndim, shape, None)
        self._runtime.call("call_set_array", self._call, name.encode(), ctypes.byref(described))
        self.arrays[name] = array

    def call(self):
        self._runtime.call("call_run", self._call, ctypes.byref(self._options))

    def results(self):
        return {name: elements.decode(self.arrays[name], elem) for name, elem in self.elems.items()}

    def close(self):
        self._runtime.destroy("call", self._call)
        self._runtime.destroy("module", self._module)
