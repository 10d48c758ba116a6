/*===- emulate.c - Runs a kernel's blocks on the CPU
 * ------------------------===*/
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */

#define _GNU_SOURCE
#include "emulate.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

enum { STACK = 256 * 1024, WARPS = EMU_THREADS / 32 };

/* What kernels see of their block. */
char seqmix_shared[EMU_SHARED] __attribute__((aligned(128)));

#define EIGHT(f, i)                                                            \
  f(i), f(i + 1), f(i + 2), f(i + 3), f(i + 4), f(i + 5), f(i + 6), f(i + 7)
#define ALL(f)                                                                 \
  EIGHT(f, 0), EIGHT(f, 8), EIGHT(f, 16), EIGHT(f, 24), EIGHT(f, 32),          \
      EIGHT(f, 40), EIGHT(f, 48), EIGHT(f, 56)
#define TYPE(i) int64_t
#define SLOT(i) parameters[i]
/* A kernel ignores the parameters that it does not have. */
typedef void (*kernel_t)(ALL(TYPE));

static ucontext_t scheduler, fibres[EMU_THREADS];
static char *stacks;
static int current, done[EMU_THREADS];
static int64_t block, launched;
static kernel_t entry;
static const int64_t *parameters;
/* How many synchronisations each thread has reached, and what each shows its
 * warp. */
static long arrived[EMU_THREADS];
static enum { NONE, BLOCK, WARP } waiting[EMU_THREADS];
static uint32_t shown[EMU_THREADS][6];

static void run(void) {
  entry(ALL(SLOT));
  done[current] = 1;
  swapcontext(&fibres[current], &scheduler);
}

static void die(const char *message) {
  fprintf(stderr, "emulate: %s (thread %d)\n", message, current);
  exit(1);
}

static void wait_for(int kind) {
  waiting[current] = kind;
  swapcontext(&fibres[current], &scheduler);
}

/* Lets all threads run until they wait, in random order. */
static int step(void) {
  int order[EMU_THREADS], running = 0;
  for (int i = 0; i < EMU_THREADS; ++i)
    order[i] = i;
  for (int i = EMU_THREADS - 1; i > 0; --i) {
    int j = rand() % (i + 1), t = order[i];
    order[i] = order[j];
    order[j] = t;
  }
  int atBlock = 0, finished = 0;
  for (int i = 0; i < EMU_THREADS; ++i) {
    finished += done[i];
    atBlock += waiting[i] == BLOCK;
  }
  if (atBlock == EMU_THREADS)
    memset(waiting, 0, sizeof(waiting));
  else if (atBlock && finished)
    die("some threads wait at a barrier that others never reach");
  for (int w = 0; w < WARPS; ++w) {
    int atWarp = 0;
    for (int l = 0; l < 32; ++l)
      atWarp += waiting[32 * w + l] == WARP;
    if (atWarp == 32)
      memset(&waiting[32 * w], 0, 32 * sizeof(waiting[0]));
    else if (atWarp)
      die("some lanes wait for others of their warp that do not come");
  }
  for (int i = 0; i < EMU_THREADS; ++i) {
    current = order[i];
    if (done[current] || waiting[current] != NONE)
      continue;
    ++running;
    swapcontext(&scheduler, &fibres[current]);
  }
  return running;
}

void emu_launch(void (*kernel)(void), const int64_t *slots, int64_t blocks) {
  if (!stacks)
    stacks = malloc((size_t)STACK * EMU_THREADS);
  entry = (kernel_t)kernel;
  parameters = slots;
  launched = blocks;
  for (block = 0; block < blocks; ++block) {
    for (size_t i = 0; i < sizeof(seqmix_shared); i += 4) {
      uint32_t nan = 0x7fc00000; /* scratch holds nothing at the start */
      memcpy(seqmix_shared + i, &nan, 4);
    }
    memset(done, 0, sizeof(done));
    memset(waiting, 0, sizeof(waiting));
    for (int i = 0; i < EMU_THREADS; ++i) {
      getcontext(&fibres[i]);
      fibres[i].uc_stack.ss_sp = stacks + (size_t)STACK * i;
      fibres[i].uc_stack.ss_size = STACK;
      fibres[i].uc_link = &scheduler;
      makecontext(&fibres[i], run, 0);
    }
    for (;;) {
      int running = step(), finished = 0;
      for (int i = 0; i < EMU_THREADS; ++i)
        finished += done[i];
      if (finished == EMU_THREADS)
        break;
      if (!running)
        die("deadlock");
    }
  }
}

/* What intrinsics.ll calls. */

int32_t emu_tid(void) { return current; }
int32_t emu_ctaid(void) { return (int32_t)block; }
int32_t emu_nctaid(void) { return (int32_t)launched; }
void emu_barrier(void) { wait_for(BLOCK); }

int32_t emu_shuffle(int32_t value, int32_t mask) {
  shown[current][0] = (uint32_t)value;
  wait_for(WARP);
  int32_t result = (int32_t)shown[current ^ mask][0];
  wait_for(WARP);
  return result;
}

float emu_ex2(float x) { return (float)exp2((double)x); }

float emu_from_bf16(uint16_t bits) {
  uint32_t wide = (uint32_t)bits << 16;
  float value;
  memcpy(&value, &wide, 4);
  return value;
}

uint16_t emu_to_bf16(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  if (value != value)
    return 0x7fc0;
  return (uint16_t)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
}

/* What a processor without bf16 calls to round: the result is the low half of
 * the register. Not every compiler's own library has it. */
float __truncsfbf2(float value) {
  uint32_t bits = emu_to_bf16(value);
  memcpy(&value, &bits, 4);
  return value;
}

float emu_from_f16(uint16_t bits) {
  int sign = bits >> 15, exponent = (bits >> 10) & 31, fraction = bits & 1023;
  float value = exponent == 31 ? (fraction ? NAN : INFINITY)
                : exponent == 0
                    ? ldexpf((float)fraction, -24)
                    : ldexpf((float)(fraction + 1024), exponent - 25);
  return sign ? -value : value;
}

/* To nearest even; the magnitude must be below 65504. */
uint16_t emu_to_f16(float value) {
  int exponent;
  frexpf(value, &exponent);
  int step = exponent < -13 || value == 0
                 ? -24
                 : exponent - 11; /* of a unit in the last place */
  int units = (int)rintf(ldexpf(fabsf(value), -step));
  int field = step + 24 + (units >= 1024); /* 0: denormal */
  if (units == 2048)
    units = 1024, ++field;
  int bits = field ? field << 10 | (units - 1024) : units;
  return (uint16_t)((value < 0 ? 0x8000 : 0) | bits);
}

enum { OF_BF16, OF_F16, OF_TF32 };

/* Half `half` of register r of a lane of this warp. */
static float operand(int lane, int r, int half, int type) {
  uint32_t word = shown[(current & ~31) | lane][r];
  if (type == OF_TF32) {
    float value;
    memcpy(&value, &word, 4);
    return value;
  }
  uint16_t bits = (uint16_t)(half ? word >> 16 : word);
  return type == OF_F16 ? emu_from_f16(bits) : emu_from_bf16(bits);
}

/* The low 13 bits of a tf32 operand are not used. */
float emu_to_tf32(float value) {
  uint32_t bits;
  memcpy(&bits, &value, 4);
  bits = (bits + 0x1000) & ~0x1fffu;
  memcpy(&value, &bits, 4);
  return value;
}

void emu_mma(const uint32_t *a, const uint32_t *b, float *c, int32_t type) {
  memcpy(shown[current], a, 16);
  memcpy(shown[current] + 4, b, 8);
  wait_for(WARP);
  float x[16][16] = {{0}}, y[16][8] = {{0}};
  /* PTX ISA, m16n8k16: a_i of a lane is at row groupID (+ 8 for i = 2, 3, 6,
   * 7), column threadID_in_group * 2 + (i & 1) (+ 8 for i >= 4); b_i at row
   * threadID_in_group * 2 + (i & 1) (+ 8 for i >= 2), column groupID.
   * m16n8k8 of tf32: a_i at row groupID (+ 8 for i = 1, 3), column
   * threadID_in_group (+ 4 for i = 2, 3); b_i at row threadID_in_group (+ 4 for
   * i = 1), column groupID. */
  for (int lane = 0; lane < 32; ++lane) {
    int g = lane >> 2, t = lane & 3;
    if (type == OF_TF32) {
      for (int i = 0; i < 4; ++i)
        x[i & 1 ? g + 8 : g][i >= 2 ? t + 4 : t] = operand(lane, i, 0, type);
      for (int i = 0; i < 2; ++i)
        y[i ? t + 4 : t][g] = operand(lane, 4 + i, 0, type);
      continue;
    }
    for (int i = 0; i < 8; ++i) {
      int row = (i < 2 || (i >= 4 && i < 6)) ? g : g + 8;
      int column = t * 2 + (i & 1) + (i >= 4 ? 8 : 0);
      x[row][column] = operand(lane, i / 2, i & 1, type);
    }
    for (int i = 0; i < 4; ++i)
      y[t * 2 + (i & 1) + (i >= 2 ? 8 : 0)][g] =
          operand(lane, 4 + i / 2, i & 1, type);
  }
  int lane = current & 31;
  for (int i = 0; i < 4; ++i) {
    int row = i < 2 ? lane >> 2 : (lane >> 2) + 8;
    int column = (lane & 3) * 2 + (i & 1);
    double sum = c[i];
    for (int k = 0; k < 16; ++k)
      sum += (double)x[row][k] * y[k][column];
    c[i] = (float)sum;
  }
  wait_for(WARP);
}
