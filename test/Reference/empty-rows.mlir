// A query without a key gives 0 and −inf: strictly causal attention has one.
// DEFINE: %{in} = --in q=%t/q.npy --in k=%t/k.npy --in v=%t/v.npy
// DEFINE: %{out} = --out o=%t/o.out.npy --out lse=%t/lse.out.npy
// DEFINE: %{check} = %python %S/Inputs/layers.py check strict_attention %t
// RUN: %python %S/Inputs/layers.py draw strict_attention %t B=2 T=9 H=4 HK=2 K=4 V=3
// RUN: seqmix-interp %s %{in} %{out}
// RUN: %{check} | FileCheck %s
// RUN: seqmix-interp %s %{in} %{out} --level stream
// RUN: %{check} | FileCheck %s

// CHECK: o error below 1e-12
// CHECK: lse error below 1e-12
seq.operator @strict_attention params(K = 4, V = 3) sizes(B, T, S = T, H, HK divides H)
    (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V]) -> (o: [B, T, H, V], lse: [B, T, H]) {
  %o, %lse = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K])
      value(%v : [B, S, HK, V]) normaliser "softmax" -> ([B, T, H, V], [B, T, H])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %m = seq.lt %j, %i : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o, %lse : [B, T, H, V], [B, T, H]
}
