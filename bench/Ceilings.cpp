//===- Ceilings.cpp - What a machine gives at best ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//===----------------------------------------------------------------------===//

#include "Ceilings.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cpuid.h>
#include <immintrin.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

#define TARGET(features) __attribute__((target(features), noinline))

using Clock = std::chrono::steady_clock;

/// The tile kernel needs 64 products of 16 × 16 × 32, two operations each.
constexpr int64_t flopsPerRepeat = int64_t(64) * 16 * 16 * 32 * 2;

//===----------------------------------------------------------------------===//
// What there is
//===----------------------------------------------------------------------===//

/// The register sets that the system saves, which is to say supports.
TARGET("xsave") static uint64_t readSavedState() { return _xgetbv(0); }

/// Linux gives tile registers only to a process that asks for them.
static bool requestTiles() {
  constexpr long requestPermission = 0x1023; // ARCH_REQ_XCOMP_PERM
  constexpr long tileData = 18;              // XFEATURE_XTILEDATA
  return ::syscall(SYS_arch_prctl, requestPermission, tileData) == 0;
}

static int32_t detectFeatures() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned osxsave = 1u << 27, fma = 1u << 12;
  if (!__get_cpuid(1, &a, &b, &c, &d) || !(c & osxsave) || !(c & fma))
    return 0;
  uint64_t saved = readSavedState();
  constexpr uint64_t ymm = 0x6, zmm = 0xE6, tiles = 0x60000;
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d))
    return 0;
  bool hasAVX2 = (b & 1u << 5) && (saved & ymm) == ymm;
  bool hasAVX512 =
      hasAVX2 && (b & 1u << 16) && (b & 1u << 30) && (saved & zmm) == zmm;
  constexpr unsigned amxBF16 = 1u << 22, amxTile = 1u << 24;
  bool hasTiles = hasAVX512 && (d & amxBF16) && (d & amxTile) &&
                  (saved & tiles) == tiles && requestTiles();
  bool hasBF16 =
      hasAVX512 && __get_cpuid_count(7, 1, &a, &b, &c, &d) && (a & 1u << 5);
  return (hasAVX2 ? SEQMIX_BENCH_AVX2 : 0) |
         (hasAVX512 ? SEQMIX_BENCH_AVX512 : 0) |
         (hasBF16 ? SEQMIX_BENCH_AVX512_BF16 : 0) |
         (hasTiles ? SEQMIX_BENCH_AMX_BF16 : 0);
}

int32_t seqmix_bench_features(void) {
  static const int32_t features = detectFeatures();
  return features;
}

static bool has(int32_t feature) { return seqmix_bench_features() & feature; }

int64_t seqmix_bench_flops_per_repeat(void) { return flopsPerRepeat; }

//===----------------------------------------------------------------------===//
// Running on several threads
//===----------------------------------------------------------------------===//

/// Calls body(thread) on `threads` threads at once and returns the seconds from
/// the moment when all of them are there to the end of the last.
template <typename Body> static double measure(int32_t threads, Body body) {
  if (threads < 1)
    return -1;
  std::atomic<int32_t> waiting{threads};
  std::vector<Clock::time_point> starts(static_cast<size_t>(threads));
  std::vector<Clock::time_point> ends(static_cast<size_t>(threads));
  auto work = [&](int32_t thread) {
    waiting.fetch_sub(1);
    while (waiting.load() > 0)
      std::this_thread::yield();
    starts[static_cast<size_t>(thread)] = Clock::now();
    body(thread);
    ends[static_cast<size_t>(thread)] = Clock::now();
  };
  std::vector<std::thread> helpers;
  for (int32_t thread = 1; thread < threads; ++thread)
    helpers.emplace_back(work, thread);
  work(0);
  for (std::thread &helper : helpers)
    helper.join();
  auto first = *std::min_element(starts.begin(), starts.end());
  auto last = *std::max_element(ends.begin(), ends.end());
  return std::chrono::duration<double>(last - first).count();
}

//===----------------------------------------------------------------------===//
// Arithmetic
//===----------------------------------------------------------------------===//

// Sixteen sums hide the latency of two units. `asm volatile` with the sums as
// operands keeps the compiler from folding the loop.

TARGET("avx512f") static void multiplyAdd512(int64_t repeat) {
  constexpr int64_t rounds = flopsPerRepeat / (16 * 16 * 2);
  __m512 sums[16];
  for (__m512 &sum : sums)
    sum = _mm512_setzero_ps();
  __m512 x = _mm512_set1_ps(0.5f), y = _mm512_set1_ps(0.25f);
  for (int64_t i = 0; i < repeat * rounds; ++i) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 16; ++k)
      asm volatile("vfmadd231ps %2, %1, %0" : "+v"(sums[k]) : "v"(x), "v"(y));
  }
}

TARGET("avx2,fma") static void multiplyAdd256(int64_t repeat) {
  constexpr int64_t rounds = flopsPerRepeat / (12 * 8 * 2);
  __m256 sums[12];
  for (__m256 &sum : sums)
    sum = _mm256_setzero_ps();
  __m256 x = _mm256_set1_ps(0.5f), y = _mm256_set1_ps(0.25f);
  for (int64_t i = 0; i < repeat * rounds; ++i) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 12; ++k)
      asm volatile("vfmadd231ps %2, %1, %0" : "+x"(sums[k]) : "x"(x), "x"(y));
  }
}

double seqmix_bench_f32(int32_t threads, int64_t repeat) {
  if (has(SEQMIX_BENCH_AVX512))
    return measure(threads, [&](int32_t) { multiplyAdd512(repeat); });
  if (has(SEQMIX_BENCH_AVX2))
    return measure(threads, [&](int32_t) { multiplyAdd256(repeat); });
  return -1;
}

TARGET("avx512f,avx512bf16") static void dotBF16(int64_t repeat) {
  constexpr int64_t rounds = flopsPerRepeat / (16 * 32 * 2);
  __m512 sums[16];
  for (__m512 &sum : sums)
    sum = _mm512_setzero_ps();
  __m512i x = _mm512_set1_epi16(0x3F00), y = _mm512_set1_epi16(0x3E80);
  for (int64_t i = 0; i < repeat * rounds; ++i) {
#pragma clang loop unroll(full)
    for (int k = 0; k < 16; ++k)
      asm volatile("vdpbf16ps %2, %1, %0" : "+v"(sums[k]) : "v"(x), "v"(y));
  }
}

double seqmix_bench_dot_bf16(int32_t threads, int64_t repeat) {
  if (!has(SEQMIX_BENCH_AVX512_BF16))
    return -1;
  return measure(threads, [&](int32_t) { dotBF16(repeat); });
}

namespace {

/// The operand of ldtilecfg: palette 1, and 16 rows of 64 bytes a tile.
struct alignas(64) TileShapes {
  TileShapes() {
    std::fill(std::begin(rowBytes), std::begin(rowBytes) + 8, uint16_t(64));
    std::fill(std::begin(rows), std::begin(rows) + 8, uint8_t(16));
  }

  uint8_t palette = 1;
  uint8_t startRow = 0;
  uint8_t reserved[14] = {};
  uint16_t rowBytes[16] = {};
  uint8_t rows[16] = {};
};

} // namespace

TARGET("amx-tile,amx-bf16") static void multiplyTiles(int64_t repeat) {
  TileShapes shapes;
  _tile_loadconfig(&shapes);
  _tile_zero(0);
  _tile_zero(1);
  _tile_zero(2);
  _tile_zero(3);
  _tile_zero(4);
  _tile_zero(5);
  _tile_zero(6);
  _tile_zero(7);
  for (int64_t i = 0; i < repeat * 16; ++i) {
    _tile_dpbf16ps(0, 4, 6);
    _tile_dpbf16ps(1, 4, 7);
    _tile_dpbf16ps(2, 5, 6);
    _tile_dpbf16ps(3, 5, 7);
  }
  _tile_release();
}

double seqmix_bench_amx_bf16(int32_t threads, int64_t repeat) {
  if (!has(SEQMIX_BENCH_AMX_BF16))
    return -1;
  return measure(threads, [&](int32_t) { multiplyTiles(repeat); });
}

/// e^x = 2^n e^r with |r| ≤ ln(2)/2, e^r by its series to degree 6.
TARGET("avx512f") static inline __m512 expVector(__m512 x) {
  constexpr int nearest = _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC;
  __m512 n = _mm512_roundscale_ps(_mm512_mul_ps(x, _mm512_set1_ps(1.44269504f)),
                                  nearest);
  __m512 r = _mm512_fnmadd_ps(n, _mm512_set1_ps(0.693359375f), x);
  r = _mm512_fnmadd_ps(n, _mm512_set1_ps(-2.12194440e-4f), r);
  __m512 p = _mm512_set1_ps(1.0f / 720);
  for (float c : {1.0f / 120, 1.0f / 24, 1.0f / 6, 0.5f, 1.0f, 1.0f})
    p = _mm512_fmadd_ps(p, r, _mm512_set1_ps(c));
  return _mm512_scalef_ps(p, n);
}

TARGET("avx512f") static void takeExps(int64_t repeat) {
  for (int64_t i = 0; i < repeat; ++i)
    // Four independent vectors at a time, 16 times.
    for (int k = 0; k < 16; ++k) {
      __m512 x[4];
      for (__m512 &v : x) {
        v = _mm512_set1_ps(-0.75f);
        asm volatile("" : "+v"(v));
      }
      for (__m512 &v : x)
        v = expVector(v);
      for (__m512 &v : x)
        asm volatile("" : : "v"(v));
    }
}

double seqmix_bench_exp(int32_t threads, int64_t repeat) {
  if (!has(SEQMIX_BENCH_AVX512))
    return -1;
  return measure(threads, [&](int32_t) { takeExps(repeat); });
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

namespace {

/// A thread's part of `bytes` bytes, in whole lines of 64.
struct Part {
  Part(int64_t bytes, int32_t threads, int32_t thread)
      : first(bytes / 64 * thread / threads * 64),
        end(bytes / 64 * (thread + 1) / threads * 64) {}

  int64_t first, end;
};

} // namespace

TARGET("avx2") static void copyPart(char *to, const char *from, Part part) {
  for (int64_t i = part.first; i < part.end; i += 64)
    for (int64_t k = i; k < i + 64; k += 32)
      _mm256_storeu_si256(
          reinterpret_cast<__m256i *>(to + k),
          _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from + k)));
}

TARGET("avx2") static void streamPart(char *to, const char *from, Part part) {
  for (int64_t i = part.first; i < part.end; i += 64)
    for (int64_t k = i; k < i + 64; k += 32)
      _mm256_stream_si256(
          reinterpret_cast<__m256i *>(to + k),
          _mm256_loadu_si256(reinterpret_cast<const __m256i *>(from + k)));
  _mm_sfence();
}

double seqmix_bench_copy(int32_t threads, int64_t repeat, void *to,
                         const void *from, int64_t bytes, int32_t streaming) {
  // Streaming stores need their alignment; the compiler may not drop a copy
  // whose result nobody reads, as it cannot see the caller.
  if (!has(SEQMIX_BENCH_AVX2) || reinterpret_cast<uintptr_t>(to) % 64 != 0)
    return -1;
  auto *target = static_cast<char *>(to);
  const auto *source = static_cast<const char *>(from);
  return measure(threads, [&](int32_t thread) {
    Part part(bytes, threads, thread);
    for (int64_t i = 0; i < repeat; ++i)
      if (streaming)
        streamPart(target, source, part);
      else
        copyPart(target, source, part);
  });
}

TARGET("avx2") static void scalePart(char *data, Part part) {
  // By 1, so that no number of repetitions ends in denormals.
  __m256 factor = _mm256_set1_ps(1.0f);
  asm volatile("" : "+x"(factor));
  for (int64_t i = part.first; i < part.end; i += 64)
    for (int64_t k = i; k < i + 64; k += 32) {
      auto *at = reinterpret_cast<float *>(data + k);
      _mm256_storeu_ps(at, _mm256_mul_ps(_mm256_loadu_ps(at), factor));
    }
}

double seqmix_bench_scale(int32_t threads, int64_t repeat, void *data,
                          int64_t bytes) {
  if (!has(SEQMIX_BENCH_AVX2))
    return -1;
  return measure(threads, [&](int32_t thread) {
    Part part(bytes, threads, thread);
    for (int64_t i = 0; i < repeat; ++i)
      scalePart(static_cast<char *>(data), part);
  });
}
