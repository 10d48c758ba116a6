// RUN: seqmix-opt %s --seqmix-cpu-narrow-comparisons --canonicalize | FileCheck %s

// key + 3 ≤ query, keys along the lanes: lane ≤ query − first − 3.
// CHECK-LABEL: func.func @below
// CHECK-SAME: (%[[FIRST:.+]]: index, %[[QUERY:.+]]: index)
// CHECK-DAG: %[[LANES:.+]] = arith.constant dense<[0, 1, 2, 3, 4, 5, 6, 7]> : vector<8xi32>
// CHECK: %[[REST:.+]] = arith.subi %{{.+}}, %[[FIRST]]
// CHECK: %[[LOW:.+]] = arith.maxsi %[[REST]], %c-1
// CHECK: %[[BOUND:.+]] = arith.minsi %[[LOW]], %c8
// CHECK: %[[CAST:.+]] = arith.index_cast %[[BOUND]] : index to i32
// CHECK: %[[ALL:.+]] = vector.broadcast %[[CAST]] : i32 to vector<8xi32>
// CHECK: %[[IS:.+]] = arith.cmpi sge, %[[ALL]], %[[LANES]] : vector<8xi32>
// CHECK: return %[[IS]]
func.func @below(%first: index, %query: index) -> vector<8xi1> {
  %three = arith.constant dense<3> : vector<8xindex>
  %step = vector.step : vector<8xindex>
  %all = vector.broadcast %first : index to vector<8xindex>
  %keys = arith.addi %all, %step : vector<8xindex>
  %far = arith.addi %keys, %three : vector<8xindex>
  %queries = vector.broadcast %query : index to vector<8xindex>
  %is = arith.cmpi sle, %far, %queries : vector<8xindex>
  return %is : vector<8xi1>
}

// The lane on the other side: query − key < width becomes lane > query − first − width.
// CHECK-LABEL: func.func @window
// CHECK: arith.cmpi slt, %{{.+}}, %{{.+}} : vector<8xi32>
func.func @window(%first: index, %query: index, %width: index) -> vector<8xi1> {
  %step = vector.step : vector<8xindex>
  %all = vector.broadcast %first : index to vector<8xindex>
  %keys = arith.addi %all, %step : vector<8xindex>
  %queries = vector.broadcast %query : index to vector<8xindex>
  %distance = arith.subi %queries, %keys : vector<8xindex>
  %widths = vector.broadcast %width : index to vector<8xindex>
  %is = arith.cmpi slt, %distance, %widths : vector<8xindex>
  return %is : vector<8xi1>
}

// Unsigned comparisons, other steps and loaded numbers stay.
// CHECK-LABEL: func.func @others
// CHECK: arith.cmpi ult, %{{.+}} : vector<8xindex>
// CHECK: arith.cmpi slt, %{{.+}} : vector<8xindex>
// CHECK: arith.cmpi eq, %{{.+}} : vector<8xindex>
func.func @others(%first: index, %loaded: vector<8xindex>) -> (vector<8xi1>, vector<8xi1>, vector<8xi1>) {
  %step = vector.step : vector<8xindex>
  %all = vector.broadcast %first : index to vector<8xindex>
  %below = arith.cmpi ult, %step, %all : vector<8xindex>
  %twice = arith.addi %step, %step : vector<8xindex>
  %less = arith.cmpi slt, %twice, %all : vector<8xindex>
  %same = arith.cmpi eq, %step, %loaded : vector<8xindex>
  return %below, %less, %same : vector<8xi1>, vector<8xi1>, vector<8xi1>
}
