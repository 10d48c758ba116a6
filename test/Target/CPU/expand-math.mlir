// RUN: seqmix-opt %s --seqmix-cpu-expand-math | FileCheck %s

// CHECK-LABEL: func.func @exp
// CHECK-NOT: math.exp
// CHECK: math.fma {{.+}} : vector<16xf32>
// CHECK: arith.shli {{.+}} : vector<16xi32>
// CHECK: arith.cmpf olt
// CHECK: arith.cmpf ogt
// CHECK: arith.cmpf uno
// CHECK-NOT: math.exp
// CHECK: return
func.func @exp(%x: vector<16xf32>) -> vector<16xf32> {
  %y = math.exp %x : vector<16xf32>
  return %y : vector<16xf32>
}

// AVX-512 scales by powers of two itself, in code for it alone; one that may be
// approximate has a shorter polynomial.
// CHECK-LABEL: llvm.func @scaled
// CHECK-COUNT-9: math.fma
// CHECK-NOT: math.fma
// CHECK: arith.cmpf uge
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
// CHECK-NOT: arith.shli
// CHECK-LABEL: llvm.func @short
// CHECK-COUNT-4: math.fma
// CHECK-NOT: math.fma
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
// CHECK-LABEL: llvm.func @short_of_avx2
// CHECK-NOT: scalef
// CHECK: arith.shli
llvm.func @scaled(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %y = math.exp %x : vector<16xf32>
  llvm.return %y : vector<16xf32>
}
llvm.func @short(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %y = math.exp %x fastmath<afn> : vector<16xf32>
  llvm.return %y : vector<16xf32>
}
llvm.func @short_of_avx2(%x: vector<8xf32>) -> vector<8xf32> attributes {kernel.lanes = 8 : i64} {
  %y = math.exp %x fastmath<afn> : vector<8xf32>
  llvm.return %y : vector<8xf32>
}

// A product whose one factor the loop does not move is scaled ahead, by
// log2(e): 2^x needs no reduction in two steps.
// CHECK-LABEL: llvm.func @product
// CHECK: scf.for
// CHECK: %[[AHEAD:.+]] = arith.mulf %{{.+}}, %{{.+}} : vector<16xf32>
// CHECK: arith.mulf %{{.+}}, %[[AHEAD]]
// CHECK: "llvm.x86.avx512.mask.reduce.ps.512"
// CHECK-COUNT-5: math.fma
// CHECK-NOT: math.fma
// CHECK: arith.cmpf uge
// CHECK: "llvm.x86.avx512.mask.scalef.ps.512"
// CHECK-LABEL: llvm.func @moving_product
// CHECK-COUNT-9: math.fma
llvm.func @product(%rate: vector<16xf32>, %start: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %y = scf.for %i = %c0 to %c4 step %c1 iter_args(%x = %start) -> vector<16xf32> {
    %m = arith.mulf %x, %rate : vector<16xf32>
    %n = arith.negf %m : vector<16xf32>
    %e = math.exp %n : vector<16xf32>
    scf.yield %e : vector<16xf32>
  }
  llvm.return %y : vector<16xf32>
}
llvm.func @moving_product(%start: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %c4 = arith.constant 4 : index
  %y = scf.for %i = %c0 to %c4 step %c1 iter_args(%x = %start) -> vector<16xf32> {
    %m = arith.mulf %x, %x : vector<16xf32>
    %e = math.exp %m : vector<16xf32>
    scf.yield %e : vector<16xf32>
  }
  llvm.return %y : vector<16xf32>
}

// log1p(e^-|x|) has an operand in [0, 1]: one polynomial.
// CHECK-LABEL: func.func @softplus
// CHECK: arith.shli
// CHECK-COUNT-9: math.fma
// CHECK-NEXT: %[[LOG:.+]] = arith.mulf
// CHECK-NEXT: return %[[LOG]]
func.func @softplus(%x: vector<8xf32>) -> vector<8xf32> {
  %a = math.absf %x : vector<8xf32>
  %n = arith.negf %a : vector<8xf32>
  %e = math.exp %n : vector<8xf32>
  %y = math.log1p %e : vector<8xf32>
  return %y : vector<8xf32>
}

// CHECK-LABEL: llvm.func @short_tanh
// CHECK-NOT: arith.divf
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"
// CHECK-NOT: arith.divf
llvm.func @short_tanh(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %y = math.tanh %x fastmath<afn> : vector<16xf32>
  llvm.return %y : vector<16xf32>
}

// 1 / (1 + e^x) needs no division there, any other quotient does.
// CHECK-LABEL: llvm.func @logistic
// CHECK: llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"
// CHECK-NOT: arith.divf
// CHECK-LABEL: llvm.func @quotient
// CHECK-NOT: rcp14
// CHECK: arith.divf
llvm.func @logistic(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %one = arith.constant dense<1.0> : vector<16xf32>
  %e = math.exp %x : vector<16xf32>
  %d = arith.addf %one, %e : vector<16xf32>
  %y = arith.divf %one, %d : vector<16xf32>
  llvm.return %y : vector<16xf32>
}
llvm.func @quotient(%x: vector<16xf32>, %z: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %e = math.exp %x : vector<16xf32>
  %d = arith.addf %z, %e : vector<16xf32>
  %y = arith.divf %z, %d : vector<16xf32>
  llvm.return %y : vector<16xf32>
}

// Where e^x may be approximate, the estimate is all; a root is x times that of
// its reciprocal, but for 0 and inf.
// CHECK-LABEL: llvm.func @short_logistic
// CHECK: "llvm.x86.avx512.mask.scalef.ps.512"
// CHECK-NEXT: arith.addf
// CHECK-NEXT: %[[QUOTIENT:.+]] = llvm.call_intrinsic "llvm.x86.avx512.rcp14.ps.512"
// CHECK-NEXT: llvm.return %[[QUOTIENT]]
// CHECK-LABEL: llvm.func @short_sqrt
// CHECK: "llvm.x86.avx512.fpclass.ps.512"
// CHECK: "llvm.x86.avx512.rsqrt14.ps.512"
// CHECK-NEXT: arith.mulf
// CHECK-NEXT: llvm.return
// CHECK-LABEL: llvm.func @exact_sqrt
// CHECK: math.sqrt
llvm.func @short_logistic(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %one = arith.constant dense<1.0> : vector<16xf32>
  %e = math.exp %x fastmath<afn> : vector<16xf32>
  %d = arith.addf %e, %one : vector<16xf32>
  %y = arith.divf %one, %d : vector<16xf32>
  llvm.return %y : vector<16xf32>
}
llvm.func @short_sqrt(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %y = math.sqrt %x fastmath<afn> : vector<16xf32>
  llvm.return %y : vector<16xf32>
}
llvm.func @exact_sqrt(%x: vector<16xf32>) -> vector<16xf32> attributes {kernel.lanes = 16 : i64} {
  %y = math.sqrt %x : vector<16xf32>
  llvm.return %y : vector<16xf32>
}

// What upstream writes in terms of exp becomes ours; scalars as well.
// CHECK-LABEL: func.func @scalars
// CHECK-NOT: math.{{exp|expm1|tanh|log|log1p|rsqrt|sin|erf|powf}}
// CHECK: return
func.func @scalars(%x: f32) -> f32 {
  %0 = math.expm1 %x : f32
  %1 = math.tanh %0 : f32
  %2 = math.log1p %1 : f32
  %3 = math.rsqrt %2 : f32
  %4 = math.sin %3 : f32
  %5 = math.erf %4 : f32
  %6 = math.log %5 : f32
  %7 = math.powf %6, %x : f32
  %8 = math.exp2 %7 : f32
  return %8 : f32
}

// What has an instruction stays.
// CHECK-LABEL: func.func @instructions
// CHECK: math.sqrt
// CHECK: math.floor
// CHECK: math.absf
func.func @instructions(%x: vector<8xf32>) -> vector<8xf32> {
  %0 = math.sqrt %x : vector<8xf32>
  %1 = math.floor %0 : vector<8xf32>
  %2 = math.absf %1 : vector<8xf32>
  return %2 : vector<8xf32>
}

// CHECK-LABEL: func.func @bf16
// CHECK-NOT: arith.truncf {{.+}} to vector<8xbf16>
// CHECK: arith.trunci {{.+}} : vector<8xi32> to vector<8xi16>
// CHECK: return
func.func @bf16(%x: vector<8xf64>) -> vector<8xbf16> {
  %0 = arith.truncf %x : vector<8xf64> to vector<8xbf16>
  return %0 : vector<8xbf16>
}
