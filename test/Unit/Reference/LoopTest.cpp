//===- LoopTest.cpp - stream.loop against naive formulas ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Helpers.h"

using namespace seqmix::reference;
using Index = llvm::ArrayRef<int64_t>;

// Running sums along T in tiles of 4 of columns in tiles of 2, for heads that
// share inputs, from an initial state. A tail is padded by the first element's
// value: it must not count.
static const char sums[] = R"(
kernel.entry @e attributes {operator_name = "e", sizes = ["T", "H", "HK"], params = {K = 3 : i64, V = 5 : i64},
    divides = {HK = "H"}, equals = {S = "T"},
    arrays = [{name = "x", axes = ["S", "HK", "K", "V"], elem = bf16}, {name = "s0", axes = ["H", "V"], elem = f32},
              {name = "y", axes = ["T", "H", "V"], elem = f32, result}, {name = "s", axes = ["V", "H"], elem = f32, result}],
    form = "chunkwise", require = {}, product_type = f32} {
^bb0(%T: index, %H: index, %HK: index, %x: memref<?x?x3x5xbf16, strided<[?, ?, ?, 1]>>,
     %s0: memref<?x5xf32, strided<[?, 1]>>, %y: memref<?x?x5xf32, strided<[?, ?, 1]>>, %s: memref<5x?xf32, strided<[?, 1]>>):
  %c5 = arith.constant 5 : index
  stream.loop parallel (H tile 1 size %H, V tile 2 size %c5) stream (T tile 4 size %T)
    resident (%s0 [H, V] : memref<?x5xf32, strided<[?, 1]>>)
    streamed (%x [T, HK, K, V] : memref<?x?x3x5xbf16, strided<[?, ?, ?, 1]>>)
    results (%y [T, H, V] : memref<?x?x5xf32, strided<[?, ?, 1]>>)
    finals (%s [V, H] : memref<5x?xf32, strided<[?, 1]>>)
    init (%r: tensor<2xf32>) {
      stream.yield %r : tensor<2xf32>
    }
    absorb (%carry: tensor<2xf32>, %r: tensor<2xf32>, %xt: tensor<4x3x2xbf16>) {
      %v = stream.position "V"
      %t = stream.position "T"
      %n = stream.extent "T"
      %e = tensor.empty() : tensor<4x3x2xbf16>
      %p = stream.pad ins(%xt : tensor<4x3x2xbf16>) outs(%e : tensor<4x3x2xbf16>) dim 0 axis "T" value 7.0 -> tensor<4x3x2xbf16>
      %zero = arith.constant dense<0.0> : tensor<4x2xf32>
      // Row sums over K of the rows that exist.
      %k = linalg.generic {indexing_maps = [affine_map<(t, k, v) -> (t, k, v)>, affine_map<(t, k, v) -> (t, v)>],
          iterator_types = ["parallel", "reduction", "parallel"]}
          ins(%p : tensor<4x3x2xbf16>) outs(%zero : tensor<4x2xf32>) {
      ^bb0(%a: bf16, %o: f32):
        %i = linalg.index 0 : index
        %ti = arith.addi %t, %i : index
        %inside = arith.cmpi slt, %ti, %n : index
        %w = arith.extf %a : bf16 to f32
        %b = arith.addf %o, %w : f32
        %q = arith.select %inside, %b, %o : f32
        linalg.yield %q : f32
      } -> tensor<4x2xf32>
      %e2 = tensor.empty() : tensor<4x2xf64>
      %c = stream.cumsum ins(%k : tensor<4x2xf32>) outs(%e2 : tensor<4x2xf64>) -> tensor<4x2xf64>
      %y0 = tensor.empty() : tensor<4x2xf32>
      %yt = linalg.generic {indexing_maps = [affine_map<(t, v) -> (t, v)>, affine_map<(t, v) -> (v)>, affine_map<(t, v) -> (t, v)>],
          iterator_types = ["parallel", "parallel"]}
          ins(%c, %carry : tensor<4x2xf64>, tensor<2xf32>) outs(%y0 : tensor<4x2xf32>) {
      ^bb0(%a: f64, %b: f32, %o: f32):
        %a1 = arith.truncf %a : f64 to f32
        %q = arith.addf %a1, %b : f32
        linalg.yield %q : f32
      } -> tensor<4x2xf32>
      %last = tensor.extract_slice %yt[3, 0] [1, 2] [1, 1] : tensor<4x2xf32> to tensor<2xf32>
      stream.yield %last, %yt : tensor<2xf32>, tensor<4x2xf32>
    }
    finish (%carry: tensor<2xf32>, %r: tensor<2xf32>) {
      stream.yield %carry : tensor<2xf32>
    }
}
)";

TEST(Loop, TailsGroupsAndTiledColumns) {
  Module module(sums);
  for (int64_t tokens : {0, 1, 4, 7, 12}) {
    Array x = makeNumbers({tokens, 2, 3, 5}, 1), s0 = makeNumbers({4, 5}, 2);
    auto want = [&](int64_t t, int64_t h, int64_t v) {
      double sum = s0.data[h * 5 + v];
      for (int64_t i = 0; i <= t; ++i)
        for (int64_t k = 0; k < 3; ++k)
          sum += x.data[((i * 2 + h / 2) * 3 + k) * 5 + v];
      return sum;
    };
    for (unsigned threads : {1u, 3u}) {
      auto results = module.run({x, s0}, threads);
      ASSERT_EQ(results.size(), 2u) << module.messages;
      expectNear(results[0], {tokens, 4, 5},
                 [&](Index i) { return want(i[0], i[1], i[2]); });
      expectNear(results[1], {5, 4},
                 [&](Index i) { return want(tokens - 1, i[1], i[0]); });
    }
  }
}

// For each tile of 2 queries, sums over keys first(b) ≤ j ≤ i in tiles of 3.
// A tile that matters as a whole counts ten times as much: that shows which
// tiles are taken for such.
static const char masked[] = R"(
kernel.entry @e attributes {operator_name = "e", sizes = ["B", "T", "S"], params = {}, divides = {}, equals = {},
    arrays = [{name = "k", axes = ["B", "S"], elem = f32}, {name = "first", axes = ["B"], elem = i32},
              {name = "y", axes = ["B", "T"], elem = f32, result}],
    form = "streaming", require = {}, product_type = f32} {
^bb0(%B: index, %T: index, %S: index, %k: memref<?x?xf32, strided<[?, 1]>>, %first: memref<?xi32, strided<[1]>>,
     %y: memref<?x?xf32, strided<[?, 1]>>):
  %one = arith.constant 1 : index
  %two = arith.constant 2 : index
  %three = arith.constant 3 : index
  stream.loop parallel (B tile 1 size %B, T tile 2 size %T) stream (S tile 3 size %S)
    streamed (%k [B, S] : memref<?x?xf32, strided<[?, 1]>>)
    finals (%y [B, T] : memref<?x?xf32, strided<[?, 1]>>)
    range () {
      %b = stream.position "B"
      %i = stream.position "T"
      %f32 = memref.load %first[%b] : memref<?xi32, strided<[1]>>
      %f = arith.index_cast %f32 : i32 to index
      %end = arith.addi %i, %two : index
      stream.yield %f, %end : index, index
    }
    classify () {
      %b = stream.position "B"
      %i = stream.position "T"
      %j = stream.position "S"
      %f32 = memref.load %first[%b] : memref<?xi32, strided<[1]>>
      %f = arith.index_cast %f32 : i32 to index
      %last = arith.addi %j, %two : index
      %past = arith.cmpi sle, %last, %i : index
      %late = arith.cmpi sge, %j, %f : index
      %all = arith.andi %past, %late : i1
      %any = arith.cmpi ne, %j, %three : index
      stream.yield %any, %all : i1, i1
    }
    init () {
      %z = arith.constant dense<0.0> : tensor<2xf32>
      stream.yield %z : tensor<2xf32>
    }
    absorb (%carry: tensor<2xf32>, %kt: tensor<3xf32>) {
      %b = stream.position "B"
      %i0 = stream.position "T"
      %j0 = stream.position "S"
      %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
          iterator_types = ["parallel", "reduction"]} ins(%kt : tensor<3xf32>) outs(%carry : tensor<2xf32>) {
      ^bb0(%x: f32, %o: f32):
        %zero = arith.constant 0 : index
        %b0 = arith.addi %b, %zero : index
        %f32 = memref.load %first[%b0] : memref<?xi32, strided<[1]>>
        %f = arith.index_cast %f32 : i32 to index
        %di = linalg.index 0 : index
        %dj = linalg.index 1 : index
        %i = arith.addi %i0, %di : index
        %j = arith.addi %j0, %dj : index
        %past = arith.cmpi sle, %j, %i : index
        %late = arith.cmpi sge, %j, %f : index
        %m = arith.andi %past, %late : i1
        %s = arith.addf %o, %x : f32
        %q = arith.select %m, %s, %o : f32
        linalg.yield %q : f32
      } -> tensor<2xf32>
      stream.yield %r : tensor<2xf32>
    }
    absorb_full (%carry: tensor<2xf32>, %kt: tensor<3xf32>) {
      %ten = arith.constant 10.0 : f32
      %r = linalg.generic {indexing_maps = [affine_map<(i, j) -> (j)>, affine_map<(i, j) -> (i)>],
          iterator_types = ["parallel", "reduction"]} ins(%kt : tensor<3xf32>) outs(%carry : tensor<2xf32>) {
      ^bb0(%x: f32, %o: f32):
        %p = arith.mulf %x, %ten : f32
        %s = arith.addf %o, %p : f32
        linalg.yield %s : f32
      } -> tensor<2xf32>
      stream.yield %r : tensor<2xf32>
    }
    finish (%carry: tensor<2xf32>) {
      stream.yield %carry : tensor<2xf32>
    }
}
)";

TEST(Loop, RangeClassifyAndFullTiles) {
  Module module(masked);
  const int64_t tokens = 15;
  Array k = makeNumbers({2, tokens}, 1), first = makeArray({2}, {0, 7});
  auto results = module.run(
      {
          k,
          first,
      },
      /*threads=*/2);
  // T is the axis of no operand.
  EXPECT_TRUE(results.empty());
  EXPECT_NE(module.messages.find("size 'T' is an axis of no operand"),
            std::string::npos)
      << module.messages;

  auto known = interpretEntry(module.get<seqmix::kernel::EntryOp>(), {k, first},
                              {{"T", tokens}});
  ASSERT_TRUE(succeeded(known)) << module.messages;
  expectNear((*known)[0], {2, tokens}, [&](Index index) {
    int64_t from = index[0] ? 7 : 0, i = index[1], firstQuery = i / 2 * 2;
    double sum = 0;
    for (int64_t tile = from / 3 * 3; tile < firstQuery + 2; tile += 3) {
      bool isFull = tile >= from && tile + 2 <= firstQuery &&
                    tile + 3 <= tokens && firstQuery + 2 <= tokens;
      for (int64_t j = tile; j < std::min(tile + 3, tokens); ++j)
        if (tile != 3 && (isFull || (j <= i && j >= from)))
          sum += (isFull ? 10 : 1) * k.data[index[0] * tokens + j];
    }
    return sum;
  });
}

TEST(Loop, ElementOutsideIsAnError) {
  Module module(masked);
  Array k = makeNumbers({3, 4}, 1);
  // One row of `first` is missing for B = 3: sizes are checked before.
  EXPECT_TRUE(module.run({k, makeArray({2}, {0, 0})}).empty());
  EXPECT_NE(module.messages.find("operand 'first', axis 'B': expected 3 "
                                 "elements, as operand 'k', axis 'B' has, "
                                 "found 2"),
            std::string::npos)
      << module.messages;
}
