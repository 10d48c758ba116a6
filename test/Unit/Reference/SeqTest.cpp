//===- SeqTest.cpp - The meaning of operators -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "Helpers.h"

using namespace seqmix::reference;
using Index = llvm::ArrayRef<int64_t>;

TEST(Seq, BroadcastsByNameAndReorders) {
  Module module(R"(
    seq.operator @f params(K = 3, V = 2) sizes(T)
        (%x: [T, K, V], %g: [V], %p: [K]) -> (y: [V, T, K]) {
      %a = seq.mul %x, %g : [T, K, V], [V]
      %b = seq.sub %p, %a : [K], [T, K, V]
      %c = seq.div %b, %x : [T, K, V], [T, K, V]
      seq.return %c : [T, K, V]
    })");
  Array x = makeNumbers({4, 3, 2}, 1), g = makeNumbers({2}, 2),
        p = makeNumbers({3}, 3);
  auto results = module.run({x, g, p});
  ASSERT_EQ(results.size(), 1u) << module.messages;
  EXPECT_EQ(results[0].axes, (std::vector<std::string>{"V", "T", "K"}));
  expectNear(results[0], {2, 4, 3}, [&](Index i) {
    double xi = x.data[(i[1] * 3 + i[2]) * 2 + i[0]];
    return (p.data[i[2]] - xi * g.data[i[0]]) / xi;
  });
}

TEST(Seq, SumsOfProducts) {
  Module module(R"(
    seq.operator @f params(K = 3, V = 4) sizes(T)
        (%x: [T, K, V], %y: [V, T, K], %z: [K]) -> (a: [T, K], b: [T, V], c: [], d: [V, K]) {
      %a = seq.dot %x, %y over ["V"] : [T, K, V], [V, T, K]
      %b = seq.dot %x, %z over ["K"] : [T, K, V], [K]
      %c = seq.dot %x, %y over ["T", "V", "K"] : [T, K, V], [V, T, K]
      %s = seq.sum %x over ["T"] : [T, K, V]
      seq.return %a, %b, %c, %s : [T, K], [T, V], [], [K, V]
    })");
  Array x = makeNumbers({2, 3, 4}, 1), y = makeNumbers({4, 2, 3}, 2),
        z = makeNumbers({3}, 3);
  auto results = module.run({x, y, z});
  ASSERT_EQ(results.size(), 4u) << module.messages;
  auto product = [&](int64_t t, int64_t k, int64_t v) {
    return x.data[(t * 3 + k) * 4 + v] * y.data[(v * 2 + t) * 3 + k];
  };
  expectNear(results[0], {2, 3}, [&](Index i) {
    double sum = 0;
    for (int v = 0; v < 4; ++v)
      sum += product(i[0], i[1], v);
    return sum;
  });
  expectNear(results[1], {2, 4}, [&](Index i) {
    double sum = 0;
    for (int k = 0; k < 3; ++k)
      sum += x.data[(i[0] * 3 + k) * 4 + i[1]] * z.data[k];
    return sum;
  });
  expectNear(results[2], {}, [&](Index) {
    double sum = 0;
    for (int i = 0; i < 24; ++i)
      sum += product(i / 12, i / 4 % 3, i % 4);
    return sum;
  });
  expectNear(results[3], {4, 3}, [&](Index i) {
    return x.data[i[1] * 4 + i[0]] + x.data[12 + i[1] * 4 + i[0]];
  });
}

TEST(Seq, ElementsSlicesAndSizes) {
  Module module(R"(
    seq.operator @f params(K = 3, J = K) sizes(T) (%x: [T, K], %n: [T] x i32) -> (a: [T, J], b: []) {
      %r = seq.rename %x "K" to "J" : [T, K]
      %s = seq.slice %x "K" at 1 : [T, K]
      %y = seq.sub %r, %s : [T, J], [T]
      %t = seq.size "T"
      %two = seq.constant 2 : [] x index
      %i = seq.sub %t, %two : [] x index, [] x index
      %e = seq.at %n[%i] : [T] x i32
      %m = seq.mod %e, %t : [] x index, [] x index
      %d = seq.floordiv %e, %two : [] x index, [] x index
      %odd = seq.gt %m, %d : [] x index, [] x index
      %mr = seq.to_real %m : [] x index
      %dr = seq.to_real %d : [] x index
      %z = seq.select %odd, %mr, %dr : [] x i1, [], []
      seq.return %y, %z : [T, J], []
    })");
  Array x = makeNumbers({4, 3}, 1), n = makeArray({4}, {1, 2, -3, 4});
  auto results = module.run({x, n});
  ASSERT_EQ(results.size(), 2u) << module.messages;
  expectNear(results[0], {4, 3}, [&](Index i) {
    return x.data[i[0] * 3 + i[1]] - x.data[i[0] * 3 + 1];
  });
  // −3 mod 4 is 1, which is more than floor(−3 / 2) = −2.
  EXPECT_EQ(results[1].data[0], 1);
}

TEST(Seq, ElementOutsideIsAnError) {
  Module module(R"(
    seq.operator @f sizes(T) (%x: [T]) -> (y: []) {
      %t = seq.size "T"
      %y = seq.at %x[%t] : [T]
      seq.return %y : []
    })");
  EXPECT_TRUE(module.run({makeNumbers({3}, 1)}).empty());
  EXPECT_NE(module.messages.find("position 3 lies outside of axis 'T', which "
                                 "has 3 elements"),
            std::string::npos)
      << module.messages;
}

// Each state becomes what the other was: none may be overwritten too early.
static const char fibonacci[] = R"(
  seq.operator @f sizes(B, T) (%x: [B, T], %w: [B], %a0: [B], %b0: [B]) -> (y: [T, B], a: [B], b: [B]) {
    %y, %a1, %b1 = seq.recurrence over "T" (%xt: [] = %x : [B, T], %wt: [] = %w : [B])
        carry(%a: [] = %a0 : [B], %b: [] = %b0 : [B]) -> ([T, B], [B], [B]) {
      %wx = seq.mul %wt, %xt : [], []
      %s = seq.add %a, %b : [], []
      %o = seq.add %s, %wx : [], []
      seq.yield carry(%b, %s : [], []) out(%o : [])
    }
    seq.return %y, %a1, %b1 : [T, B], [B], [B]
  })";

TEST(Seq, RecurrenceWithTwoStates) {
  Module module(fibonacci);
  Array x = makeNumbers({2, 5}, 1), w = makeArray({2}, {10, 20});
  auto results = module.run(
      {x, w, makeArray({2}, {0, 1}), makeArray({2}, {1, 1})}, /*threads=*/2);
  ASSERT_EQ(results.size(), 3u) << module.messages;
  const double sums[2][5] = {{1, 2, 3, 5, 8}, {2, 3, 5, 8, 13}};
  expectNear(results[0], {5, 2}, [&](Index i) {
    return sums[i[1]][i[0]] + w.data[i[1]] * x.data[i[1] * 5 + i[0]];
  });
  EXPECT_EQ(results[1].data, (std::vector<double>{5, 8}));
  EXPECT_EQ(results[2].data, (std::vector<double>{8, 13}));
}

TEST(Seq, RecurrenceWithoutTokensOrBatch) {
  Module module(fibonacci);
  Array a0 = makeArray({2}, {3, 4}), b0 = makeArray({2}, {5, 6});
  auto results = module.run({makeArray({2, 0}, {}), a0, a0, b0});
  ASSERT_EQ(results.size(), 3u) << module.messages;
  EXPECT_TRUE(results[0].data.empty());
  EXPECT_EQ(results[1].data, a0.data);
  EXPECT_EQ(results[2].data, b0.data);
  Array none = makeArray({0}, {});
  EXPECT_EQ(module.run({makeArray({0, 3}, {}), none, none, none}).size(), 3u)
      << module.messages;
}

// A mask and a score that read operands; a bias whose index is negative for
// keys that are not allowed; heads that share keys.
static std::string makeAttention(const char *normaliser, bool hasLog) {
  std::string text = R"(
    seq.operator @f params(K = 2, V = 3) sizes(B, T, S = T, H, HK divides H)
        (%q: [B, T, H, K], %k: [B, S, HK, K], %v: [B, S, HK, V], %bias: [T], %first: [B] x i32, %sink: [H])
        -> (o: [B, T, H, V]LOGTYPE) {
      RESULTS = seq.attention over "T", "S" query(%q : [B, T, H, K]) key(%k : [B, S, HK, K])
          value(%v : [B, S, HK, V]) normaliser NORMALISER -> ([B, T, H, V]LOG)
        score(%s, %b, %h, %i, %j) {
          %d = seq.sub %i, %j : [] x index, [] x index
          %e = seq.at %bias[%d] : [T]
          %t = seq.add %s, %e : [], []
          seq.yield out(%t : [])
        } mask(%b, %h, %i, %j) {
          %f = seq.at %first[%b] : [B] x i32
          %past = seq.le %j, %i : [] x index, [] x index
          %late = seq.ge %j, %f : [] x index, [] x index
          %m = seq.and %past, %late : [] x i1, [] x i1
          seq.yield out(%m : [] x i1)
        }
      seq.return VALUES : [B, T, H, V]LOG
    })";
  auto replace = [&](const std::string &from, const std::string &to) {
    for (size_t at; (at = text.find(from)) != std::string::npos;)
      text.replace(at, from.size(), to);
  };
  replace("LOGTYPE", hasLog ? ", l: [B, T, H]" : "");
  replace("LOG", hasLog ? ", [B, T, H]" : "");
  replace("RESULTS", hasLog ? "%o, %l" : "%o");
  replace("VALUES", hasLog ? "%o, %l" : "%o");
  replace("NORMALISER", normaliser);
  return text;
}

namespace {
struct Attention {
  static constexpr int64_t B = 2, T = 4, H = 4, HK = 2, K = 2, V = 3;
  Array q = makeNumbers({B, T, H, K}, 1), k = makeNumbers({B, T, HK, K}, 2),
        v = makeNumbers({B, T, HK, V}, 3), bias = makeNumbers({T}, 4),
        first = makeArray({B}, {0, 2}), sink = makeNumbers({H}, 5);
  std::vector<Array> operands() { return {q, k, v, bias, first, sink}; }
  bool isAllowed(int64_t b, int64_t i, int64_t j) {
    return j <= i && j >= first.data[b];
  }
  double score(int64_t b, int64_t h, int64_t i, int64_t j) {
    double sum = bias.data[i - j];
    for (int64_t d = 0; d < K; ++d)
      sum += q.data[((b * T + i) * H + h) * K + d] *
             k.data[((b * T + j) * HK + h / 2) * K + d];
    return sum;
  }
  double value(int64_t b, int64_t h, int64_t j, int64_t d) {
    return v.data[((b * T + j) * HK + h / 2) * V + d];
  }
  /// Σ f(score) · value over allowed keys, and Σ f(score) if d < 0.
  template <typename Function>
  double sum(Index index, int64_t d, Function function) {
    double sum = 0;
    for (int64_t j = 0; j <= index[1]; ++j)
      if (isAllowed(index[0], index[1], j))
        sum += function(score(index[0], index[2], index[1], j)) *
               (d < 0 ? 1 : value(index[0], index[2], j, d));
    return sum;
  }
};
} // namespace

TEST(Seq, AttentionSoftmax) {
  Attention a;
  // What no query may read may be anything.
  for (int64_t i = 0; i < a.HK * a.V; ++i)
    a.v.data[a.T * a.HK * a.V + i] = std::nan("");
  Module module(makeAttention("\"softmax\"", true));
  auto results = module.run(a.operands());
  ASSERT_EQ(results.size(), 2u) << module.messages;
  auto exp = [](double x) { return std::exp(x); };
  expectNear(results[0], {a.B, a.T, a.H, a.V}, [&](Index i) {
    double sum = a.sum(i, -1, exp);
    return sum == 0 ? 0 : a.sum(i, i[3], exp) / sum;
  });
  expectNear(results[1], {a.B, a.T, a.H},
             [&](Index i) { return std::log(a.sum(i, -1, exp)); });
  EXPECT_EQ(results[1].data[a.T * a.H], -infinity);
}

TEST(Seq, AttentionSinkAndSigmoid) {
  Attention a;
  auto exp = [](double x) { return std::exp(x); };
  Module sink(makeAttention("\"sink\"(%sink : [H])", true));
  auto results = sink.run(a.operands());
  ASSERT_EQ(results.size(), 2u) << sink.messages;
  expectNear(results[0], {a.B, a.T, a.H, a.V}, [&](Index i) {
    double sum = a.sum(i, -1, exp);
    return a.sum(i, i[3], exp) / (sum + std::exp(a.sink.data[i[2]]));
  });
  Module sigmoid(makeAttention("\"sigmoid\"", false));
  results = sigmoid.run(a.operands());
  ASSERT_EQ(results.size(), 1u) << sigmoid.messages;
  expectNear(results[0], {a.B, a.T, a.H, a.V}, [&](Index i) {
    return a.sum(i, i[3], [](double x) { return 1 / (1 + std::exp(-x)); });
  });
}

TEST(Seq, UnknownNormaliserIsAnError) {
  Module module(makeAttention("\"hardmax\"", false));
  EXPECT_TRUE(module.run(Attention().operands()).empty());
  EXPECT_NE(module.messages.find("expected one of the normalisers 'softmax'"),
            std::string::npos)
      << module.messages;
}

TEST(Seq, ThreadsDoNotMatter) {
  Module module(makeAttention("\"softmax\"", true));
  auto want = module.run(Attention().operands(), 1);
  for (unsigned threads : {2u, 3u, 7u, 100u}) {
    auto results = module.run(Attention().operands(), threads);
    ASSERT_EQ(results.size(), 2u) << module.messages;
    EXPECT_EQ(results[0].data, want[0].data);
    EXPECT_EQ(results[1].data, want[1].data);
  }
}
