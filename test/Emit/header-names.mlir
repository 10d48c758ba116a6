// Names that C and C++ keep, names that meet, and text that would end a comment.
// RUN: seqmix-translate --emit-header %s > %t.h
// RUN: FileCheck %s < %t.h
// RUN: %cc -std=c99 -Wall -Wextra -pedantic -Werror -fsyntax-only -x c %t.h
// RUN: %cc -std=c++17 -Wall -Wextra -pedantic -Werror -fsyntax-only -x c++ %t.h

// CHECK:      element type f32
// CHECK-LABEL: struct seqmix_odd_args {
// CHECK:        int64_t T;
// CHECK:        void *int_;
// CHECK-NEXT:   int64_t int_strides[1];
// CHECK:        void *class_;
// CHECK:        void *a;
// CHECK-NEXT:   int64_t a_strides[1];
// CHECK:        void *a_strides_;
// CHECK:        void *T_;
// CHECK-NEXT:   int64_t T_strides[1];
// CHECK:        void *run_;
// CHECK:        void *x0;
// CHECK:        void *x__y;
// CHECK:        void *b_c;
// CHECK:      int32_t seqmix_odd(

kernel.entry @seqmix_odd attributes {operator_name = "odd", sizes = ["T"], params = {}, divides = {}, equals = {},
    arrays = [{name = "int", axes = ["T"], elem = f32, domain = {sorted = [0, "*/??/\n\\"]}},
              {name = "class", axes = ["T"], elem = f32},
              {name = "a", axes = ["T"], elem = f32},
              {name = "a_strides", axes = ["T"], elem = f32},
              {name = "T", axes = ["T"], elem = f32},
              {name = "run", axes = ["T"], elem = f32},
              {name = "0", axes = ["T"], elem = f32},
              {name = "__y", axes = ["T"], elem = f32},
              {name = "b.c", axes = ["T"], elem = f32, result, may_alias = "*/ int x; /*"} ],
    form = "sequential*/", require = {}, product_type = f32} {
^bb0(%T: index, %0: memref<?xf32, strided<[1]>>, %1: memref<?xf32, strided<[1]>>, %2: memref<?xf32, strided<[1]>>,
     %3: memref<?xf32, strided<[1]>>, %4: memref<?xf32, strided<[1]>>, %5: memref<?xf32, strided<[1]>>,
     %6: memref<?xf32, strided<[1]>>, %7: memref<?xf32, strided<[1]>>, %8: memref<?xf32, strided<[1]>>):
}
