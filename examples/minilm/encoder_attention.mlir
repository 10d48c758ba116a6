// Softmax attention of a sentence encoder over a padded batch: keys at or past a sentence's length are not read.
//   o_i = Σ_{j < length} softmax_j(K^-1/2 q_i·k_j) v_j
seq.operator @encoder_attention params(K = 32, V = 32, E = f32) sizes(B, T, S = T, H)
    (%q: [B, T, H, K] x E, %k: [B, S, H, K] x E, %v: [B, S, H, V] x E, %lengths: [B] x i32 {integer = [0, "S"]})
    -> (o: [B, T, H, V] x E) {
  %o = seq.attention over "T", "S" query(%q : [B, T, H, K] x E) key(%k : [B, S, H, K] x E)
      value(%v : [B, S, H, V] x E) normaliser "softmax" -> ([B, T, H, V])
    score(%s, %b, %h, %i, %j) {
      %n = seq.param "K"
      %c = seq.rsqrt %n : []
      %t = seq.mul %s, %c : [], []
      seq.yield out(%t : [])
    } mask(%b, %h, %i, %j) {
      %l = seq.at %lengths[%b] : [B] x i32
      %m = seq.lt %j, %l : [] x index, [] x index
      seq.yield out(%m : [] x i1)
    }
  seq.return %o : [B, T, H, V]
}
