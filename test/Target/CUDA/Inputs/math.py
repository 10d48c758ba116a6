"""Writes one entry a math function. Usage: math.py OUT.mlir FUNCTION…"""

import sys

ENTRY = """
kernel.entry @m_{name} attributes {{operator_name = "m", sizes = ["N"], params = {{}}, divides = {{}}, equals = {{}},
  arrays = [{{name = "x", axes = ["N"], elem = f32}}, {{name = "y", axes = ["N"], elem = f32, result}}],
  form = "sequential", require = {{}}, product_type = f32}} {{
^bb0(%N: index, %x: memref<?xf32, strided<[1]>>, %y: memref<?xf32, strided<[1]>>):
  %size = arith.constant 1024 : index
  %g = arith.ceildivui %N, %size : index
  kernel.parallel grid(%g) {{
  ^bb0(%t: index, %near: memref<4096xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %tile = memref.view %near[%c0][] : memref<4096xi8, #kernel.memory<near>> to memref<1024xf32, #kernel.memory<near>>
    %o = arith.muli %t, %size : index
    kernel.load %x[%o] dims [0] into %tile : memref<?xf32, strided<[1]>>, memref<1024xf32, #kernel.memory<near>>
    linalg.generic {{indexing_maps = [affine_map<(i) -> (i)>], iterator_types = ["parallel"]}}
      outs(%tile : memref<1024xf32, #kernel.memory<near>>) {{
    ^bb0(%e: f32):
      %r = math.{name} %e : f32
      linalg.yield %r : f32
    }}
    kernel.store %tile into %y[%o] dims [0] : memref<1024xf32, #kernel.memory<near>>, memref<?xf32, strided<[1]>>
  }}
}}
"""

with open(sys.argv[1], "w") as file:
    for name in sys.argv[2:]:
        file.write(ENTRY.format(name=name))
