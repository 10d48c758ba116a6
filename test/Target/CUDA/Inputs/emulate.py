"""Turns kernels in LLVM dialect into LLVM IR that runs on the CPU.

Usage: emulate.py LOWERED.mlir OUT.ll

Takes the gpu.module out of the module that seqmix-cuda-lower printed, translates it, and
puts the functions of intrinsics.ll in the place of NVVM's intrinsics.
"""

import os
import re
import subprocess
import sys


def main():
    source, out = sys.argv[1:]
    lines = open(source).read().split("\n")
    start = next(i for i, l in enumerate(lines) if l.startswith("  gpu.module"))
    end = next(i for i in range(start, len(lines)) if lines[i] == "  }")
    module = "module {\n" + "\n".join(lines[start + 1 : end]) + "\n}\n"
    # Aliases of attributes stand before the module.
    aliases = [l for l in lines[:start] if l.startswith("#")]
    text = subprocess.run(
        ["mlir-translate", "--mlir-to-llvmir"],
        input="\n".join(aliases) + "\n" + module,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    # How many parameters each kernel has: what cuLaunchKernel has to know.
    for name, parameters in re.findall(r"ptx_kernel void @(\w+)\(([^)]*)\)", text):
        count = parameters.count("i64")
        text += f"@{name}_slots = constant i32 {count}\n"
    text = text.replace("ptx_kernel ", "")
    text = re.sub(r"declare [^\n]*@llvm\.nvvm\.[^\n]*\n", "", text)
    text = text.replace("@llvm.nvvm.", "@emu.llvm.nvvm.")
    intrinsics = os.path.join(os.path.dirname(__file__), "intrinsics.ll")
    text += open(intrinsics).read()
    with open(out, "w") as file:
        file.write(text)


main()
