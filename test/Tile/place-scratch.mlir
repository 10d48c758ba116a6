// RUN: seqmix-opt %s --seqmix-place-scratch | FileCheck %s
// RUN: seqmix-opt %s --seqmix-place-scratch=near-bytes=2048 | FileCheck %s --check-prefix=SMALL

// %state is live in the whole loop. %a and %b are not alive at once and share
// their place; %c meets %b. A view follows its buffer into scratch.
//
// CHECK-LABEL: kernel.entry @intervals
// CHECK: ^bb0(%{{.+}}: index, %[[NEAR:.+]]: memref<6144xi8, #kernel.memory<near>>, %{{.+}}: memref<0xi8, #kernel.memory<far>>):
// CHECK:   %[[STATE:.+]] = memref.view %[[NEAR]][%c0_0][] : memref<6144xi8, #kernel.memory<near>> to memref<16x32xf32, #kernel.memory<near>>
// CHECK:   memref.subview %[[STATE]][0, 0] [16, 20] [1, 1] : memref<16x32xf32, #kernel.memory<near>> to memref<16x20xf32, strided<[32, 1]>, #kernel.memory<near>>
// CHECK:   scf.for
// CHECK:     %[[CA:.+]] = arith.constant 2048 : index
// CHECK:     memref.view %[[NEAR]][%[[CA]]][]
// CHECK:     %[[CB:.+]] = arith.constant 2048 : index
// CHECK:     memref.view %[[NEAR]][%[[CB]]][]
// CHECK:     %[[CC:.+]] = arith.constant 4096 : index
// CHECK:     memref.view %[[NEAR]][%[[CC]]][]
// CHECK-NOT: memref.alloc
//
// What is used most often a byte stays near.
//
// SMALL-LABEL: kernel.entry @intervals
// SMALL: ^bb0(%{{.+}}: index, %[[NEAR:.+]]: memref<2048xi8, #kernel.memory<near>>, %[[FAR:.+]]: memref<4096xi8, #kernel.memory<far>>):
// SMALL:   memref.view %[[FAR]]{{.*}} to memref<16x32xf32, #kernel.memory<far>>
// SMALL:   memref.subview {{.*}} to memref<16x20xf32, strided<[32, 1]>, #kernel.memory<far>>
// SMALL:   scf.for
// SMALL:     memref.view %[[NEAR]]
// SMALL:     memref.view %[[NEAR]]
// SMALL:     memref.view %[[FAR]]
kernel.entry @intervals attributes {operator_name = "intervals", sizes = ["T"], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
^bb0(%T: index):
  kernel.parallel grid(%T) {
  ^bb0(%i: index, %near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %zero = arith.constant 0.0 : f32
    %alloc = memref.alloc() : memref<16x32xf32>
    %state = memref.subview %alloc[0, 0] [16, 20] [1, 1] : memref<16x32xf32> to memref<16x20xf32, strided<[32, 1]>>
    scf.for %t = %c0 to %T step %c1 {
      %a = memref.alloc() : memref<16x32xf32>
      linalg.fill ins(%zero : f32) outs(%a : memref<16x32xf32>)
      linalg.fill ins(%zero : f32) outs(%a : memref<16x32xf32>)
      linalg.fill ins(%zero : f32) outs(%a : memref<16x32xf32>)
      %b = memref.alloc() : memref<16x32xf32>
      %c = memref.alloc() : memref<16x32xf32>
      linalg.fill ins(%zero : f32) outs(%b : memref<16x32xf32>)
      linalg.copy ins(%b : memref<16x32xf32>) outs(%c : memref<16x32xf32>)
      linalg.fill ins(%zero : f32) outs(%b : memref<16x32xf32>)
      linalg.fill ins(%zero : f32) outs(%state : memref<16x20xf32, strided<[32, 1]>>)
    }
  }
}

// Sizes are rounded up to 64 bytes, a lone row to 16 elements.
//
// CHECK-LABEL: kernel.entry @sizes
// CHECK: %{{.+}}: memref<192xi8, #kernel.memory<near>>
kernel.entry @sizes attributes {operator_name = "sizes", sizes = [], params = {}, divides = {}, equals = {}, arrays = [],
    form = "step", require = {}, product_type = f32} {
  kernel.parallel grid() {
  ^bb0(%near: memref<0xi8, #kernel.memory<near>>, %far: memref<0xi8, #kernel.memory<far>>):
    %a = memref.alloc() : memref<3xf64>
    %b = memref.alloc() : memref<f32>
    %f = arith.constant 0.0 : f32
    %d = arith.constant 0.0 : f64
    linalg.fill ins(%f : f32) outs(%b : memref<f32>)
    linalg.fill ins(%d : f64) outs(%a : memref<3xf64>)
    linalg.fill ins(%f : f32) outs(%b : memref<f32>)
  }
}
