"""Writes products of many shapes, layouts and types, and a C table of them.

Usage: contract.py OUT.mlir OUT.h
"""

import sys

# Tiles of both kinds of code, remainders in every dimension, tiny ones.
SHAPES = [(64, 128, 32), (40, 100, 24), (100, 40, 17), (9, 5, 8), (2, 3, 1)]
SHAPES += [(33, 65, 130), (1, 24, 40), (24, 1, 40)]
TYPES = {"f32": 0, "bf16": 1, "f16": 2}

ENTRY = """
kernel.entry @c{id} attributes {{operator_name = "c", sizes = ["B"],
  params = {{X = {ar}, Y = {ac}, Z = {br}, W = {bc}, M = {m}, N = {n}}},
  divides = {{}}, equals = {{}}, form = "sequential", require = {{}}, product_type = {product},
  arrays = [{{name = "a", axes = ["X", "Y"], elem = {elem}}}, {{name = "b", axes = ["Z", "W"], elem = {elem}}},
            {{name = "c", axes = ["M", "N"], elem = f32, result}}]}} {{
^bb0(%B: index, %a: {array_a}, %b: {array_b}, %c: {array_c}):
  kernel.parallel grid(%B) {{
  ^bb0(%t: index, %near: memref<{bytes}xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %ob = arith.constant {offset_b} : index
    %oc = arith.constant {offset_c} : index
    %vA = memref.view %near[%c0][] : memref<{bytes}xi8, #kernel.memory<near>> to {padded_a}
    %vB = memref.view %near[%ob][] : memref<{bytes}xi8, #kernel.memory<near>> to {padded_b}
    %vC = memref.view %near[%oc][] : memref<{bytes}xi8, #kernel.memory<near>> to {padded_c}
    %tA = memref.subview %vA[0, 0][{ar}, {ac}][1, 1] : {padded_a} to {tile_a}
    %tB = memref.subview %vB[0, 0][{br}, {bc}][1, 1] : {padded_b} to {tile_b}
    %tC = memref.subview %vC[0, 0][{m}, {n}][1, 1] : {padded_c} to {tile_c}
    kernel.load %a[%c0, %c0] dims [0, 1] into %tA : {array_a}, {tile_a}
    kernel.load %b[%c0, %c0] dims [0, 1] into %tB : {array_b}, {tile_b}
    kernel.load %c[%c0, %c0] dims [0, 1] into %tC : {array_c}, {tile_c}
    linalg.contract indexing_maps = [affine_map<(m, n, k) -> ({map_a})>, affine_map<(m, n, k) -> ({map_b})>,
                                     affine_map<(m, n, k) -> (m, n)>]
      ins(%tA, %tB : {tile_a}, {tile_b}) outs(%tC : {tile_c})
    kernel.store %tC into %c[%c0, %c0] dims [0, 1] : {tile_c}, {array_c}
  }}
}}
"""


def types(key, rows, columns, elem):
    padded = (columns + 15) // 16 * 16
    near = "#kernel.memory<near>"
    return {
        "array_" + key: f"memref<{rows}x{columns}x{elem}, strided<[?, 1]>>",
        "padded_" + key: f"memref<{rows}x{padded}x{elem}, {near}>",
        "tile_" + key: f"memref<{rows}x{columns}x{elem}, strided<[{padded}, 1]>, {near}>",
    }, rows * padded * 4


def write(case):
    m, n, k, ta, tb, product, elem = case
    ar, ac = (k, m) if ta else (m, k)
    br, bc = (n, k) if tb else (k, n)
    a, size_a = types("a", ar, ac, elem)
    b, size_b = types("b", br, bc, elem)
    c, size_c = types("c", m, n, "f32")
    values = dict(
        a, **b, **c, ar=ar, ac=ac, br=br, bc=bc, m=m, n=n, product=product, elem=elem
    )
    values["map_a"] = "k, m" if ta else "m, k"
    values["map_b"] = "n, k" if tb else "k, n"
    values["offset_b"] = size_a
    values["offset_c"] = size_a + size_b
    values["bytes"] = size_a + size_b + size_c
    return values


def main():
    cases = []
    for shape in SHAPES:
        for t in range(4):
            for product in TYPES:
                # f16 differs from bf16 in two instructions: one layout tells.
                if product != "f16" or t == 1:
                    cases.append((*shape, t & 1, t >> 1, product, "f32"))
    for product in ("bf16", "f16"):
        for shape in SHAPES[:3]:
            for t in (0, 3):
                cases.append((*shape, t & 1, t >> 1, product, product))
    with open(sys.argv[1], "w") as ir, open(sys.argv[2], "w") as table:
        for i, case in enumerate(cases):
            ir.write(ENTRY.format(id=i, **write(case)))
            m, n, k, ta, tb, product, elem = case
            row = [i, m, n, k, ta, tb, TYPES[product], TYPES[elem]]
            table.write("CASE(%s)\n" % ", ".join(map(str, row)))


main()
