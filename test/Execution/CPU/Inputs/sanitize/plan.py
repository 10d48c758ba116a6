"""Prints a C file that says to driver.cpp how one compiled operator is called, from its manifest.

usage: plan.py OP.json [SIZE=N]…
"""

import json
import sys

ELEM = {"f32": "PLAN_F32", "bf16": "PLAN_BF16", "f16": "PLAN_F16", "i32": "PLAN_I32"}


def number(expression, names):
    if isinstance(expression, (int, float)):
        return expression
    if isinstance(expression, str):
        return names[expression]
    raise ValueError(f"expected a number or a name, found {expression}")


def draw(array, shape, names):
    """kind, low, high, row"""
    domain = array.get("domain", {"kind": "integer", "low": 0, "high": 1} if array["elem"] == "i32" else {"kind": "normal"})
    kind = domain["kind"]
    if kind == "unit":
        if domain.get("axis", array["axes"][-1]) != array["axes"][-1]:
            raise ValueError("unit vectors along another axis than the last")
        return "PLAN_UNIT", 0, 0, shape[-1]
    if kind == "nonpositive":
        return "PLAN_NONPOSITIVE", 0, 0, 1
    if kind == "range":
        return "PLAN_RANGE", number(domain["low"], names), number(domain["high"], names), 1
    if kind in ("integer", "sorted"):
        return "PLAN_INTEGER", number(domain["low"], names), number(domain["high"], names), 1
    return "PLAN_NORMAL", domain.get("mean", 0), domain.get("deviation", 1), 1


def main():
    manifest = json.load(open(sys.argv[1]))
    name = manifest["operator"]
    names = dict(manifest.get("params", {}))
    names.update((text.split("=")[0], int(text.split("=")[1])) for text in sys.argv[2:])
    for rule in manifest.get("rules", []):
        if "equal" in rule:
            names[rule["equal"][0]] = number(rule["equal"][1], names)
    step = any(entry["symbol"] == f"seqmix_{name}_step" for entry in manifest["entries"])
    print(f'#include "{name}.h"\n#include "plan.h"\n#include <string.h>')
    print(f"static struct seqmix_{name}_args args;\nstatic int is_step;")

    def shape_of(array):
        return [int(number(axis, names)) for axis in array["axes"]]

    print("const struct plan_array plan_arrays[] = {")
    arrays = [(a, 0) for a in manifest["operands"]] + [(a, 1) for a in manifest["results"]]
    for array, is_result in arrays:
        shape, count = shape_of(array), 1
        for extent in shape:
            count *= extent
        kind, low, high, row = draw(array, shape, names)
        alias = f'"{array["may_alias"]}"' if "may_alias" in array else "0"
        other = array.get("domain", {}).get("of")
        if other and next(a["axes"] for a, _ in arrays if a["name"] == other) != array["axes"]:
            raise ValueError("a multiple of an operand over other axes")
        of = f'"{other}"' if other else "0"
        print(
            f'  {{"{array["name"]}", {count}, {ELEM[array["elem"]]}, {kind}, {low}, {high}, {row}, {is_result}, {alias}, {of},'
            f' (void **)&args.{array["name"]}}},'
        )
    print(f"}};\nconst int plan_array_count = {len(arrays)};\nconst int plan_has_step = {int(step)};")
    print("void plan_begin(int step) {\n  is_step = step;")
    for size in manifest["sizes"]:
        value = f"step ? 1 : {names[size]}" if size == "T" else names[size]
        print(f"  args.{size} = {value};")
    for array, _ in arrays:
        stride = "1"
        for d in reversed(range(len(array["axes"]))):
            axis = array["axes"][d]
            print(f"  args.{array['name']}_strides[{d}] = {stride};")
            stride += " * args.T" if axis == "T" else f" * {int(number(axis, names))}"
    print("}\nint64_t plan_workspace_bytes(int64_t workers) {\n  args.workers = workers;")
    other = f"seqmix_{name}_step" if step else f"seqmix_{name}"
    print(f"  return is_step ? {other}_workspace(&args) : seqmix_{name}_workspace(&args);\n}}")
    print("int32_t plan_run(void *workspace, int64_t bytes, plan_for run, void *context, int64_t workers) {")
    print("  args.workspace = workspace;\n  args.workspace_bytes = bytes;\n  args.run = run;")
    print("  args.run_context = context;\n  args.workers = workers;")
    print(f"  return is_step ? {other}(&args) : seqmix_{name}(&args);\n}}")


if __name__ == "__main__":
    main()
