// AMX in software, preloaded into a program that runs code for it on a
// processor without: each tile instruction is an illegal one there, and the
// handler of the signal does what it says. So that artifacts find the processor
// that they ask for, CPUID and XGETBV are made illegal when one is loaded and
// answered likewise, and arch_prctl grants them tiles.
//
// Intel's Software Developer's Manual, volume 2: TDPBF16PS, TILELOADD,
// TILESTORED, TILEZERO, LDTILECFG. Tiles are 16 rows of 64 bytes, as the code
// under test has them; anything else ends the program.
#define _GNU_SOURCE
#include <cpuid.h>
#include <dlfcn.h>
#include <link.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

enum { ROWS = 16, WORDS = 16 };
static _Thread_local uint32_t tiles[8][ROWS][WORDS]
    __attribute__((tls_model("initial-exec")));
static volatile long executed;

static void fail(const char *what, const uint8_t *code) {
  fprintf(stderr, "emulate_amx: %s at %02x %02x %02x %02x %02x %02x\n", what,
          code[0], code[1], code[2], code[3], code[4], code[5]);
  _exit(70);
}

/// A general register by its number in an instruction.
static greg_t *registerOf(ucontext_t *context, int number) {
  static const int order[] = {
      REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
      REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
  return &context->uc_mcontext.gregs[order[number]];
}

static float widen(uint32_t half) {
  uint32_t bits = half << 16;
  float number;
  memcpy(&number, &bits, sizeof number);
  return number;
}

static void multiply(int to, int left, int right) {
  for (int m = 0; m < ROWS; ++m)
    for (int k = 0; k < WORDS; ++k)
      for (int n = 0; n < WORDS; ++n) {
        float sum;
        memcpy(&sum, &tiles[to][m][n], sizeof sum);
        uint32_t a = tiles[left][m][k], b = tiles[right][k][n];
        sum += widen(a & 0xffff) * widen(b & 0xffff);
        sum += widen(a >> 16) * widen(b >> 16);
        memcpy(&tiles[to][m][n], &sum, sizeof sum);
      }
}

/// The instruction of three-byte VEX: C4, R X B and the map, W, vvvv, L and the
/// prefix, opcode, ModRM, SIB, displacement.
static int emulateTile(ucontext_t *context, const uint8_t *code) {
  if (code[0] != 0xc4 || (code[1] & 0x1f) != 2)
    return 0;
  int prefix = code[2] & 3, opcode = code[3], modrm = code[4],
      tile = modrm >> 3 & 7;
  if (opcode == 0x5c && prefix == 2) {
    multiply(tile, modrm & 7, ~(code[2] >> 3) & 7);
    return 5;
  }
  if (opcode == 0x49 &&
      modrm >> 6 == 3) { // TILEZERO; TILERELEASE has nothing to do.
    if (prefix == 3)
      memset(tiles[tile], 0, sizeof tiles[tile]);
    return 5;
  }
  int length = 5, mod = modrm >> 6, rm = modrm & 7,
      base = rm | (code[1] & 0x20 ? 0 : 8), index = 4;
  if (opcode == 0x49) { // LDTILECFG: the shape of all tiles is known.
    if (rm == 4)
      ++length;
    return length + (mod == 1 ? 1 : mod == 2 || rm == 5 ? 4 : 0);
  }
  if (opcode != 0x4b || rm != 4)
    return 0;
  int sib = code[length++];
  base = (sib & 7) | (code[1] & 0x20 ? 0 : 8);
  index = (sib >> 3 & 7) | (code[1] & 0x40 ? 0 : 8);
  intptr_t displacement = 0;
  if (mod == 1) {
    displacement = (int8_t)code[length++];
  } else if (mod == 2 || (mod == 0 && (base & 7) == 5)) {
    int32_t wide;
    memcpy(&wide, code + length, 4);
    displacement = wide;
    length += 4;
  }
  intptr_t start =
      displacement +
      (mod == 0 && (base & 7) == 5 ? 0 : *registerOf(context, base));
  intptr_t stride = index == 4 ? 0 : *registerOf(context, index) << (sib >> 6);
  for (int row = 0; row < ROWS; ++row) {
    void *place = (void *)(start + row * stride);
    if (prefix == 3) // TILELOADD
      memcpy(tiles[tile][row], place, 64);
    else if (prefix == 2) // TILESTORED
      memcpy(place, tiles[tile][row], 64);
    else
      return 0;
  }
  return length;
}

/// CPUID and XGETBV as emulate_amx.py has left them: UD2 in place of their
/// first two bytes.
static int emulateSystem(ucontext_t *context, const uint8_t *code) {
  greg_t *registers = context->uc_mcontext.gregs;
  if (code[0] != 0x0f || code[1] != 0x0b)
    return 0;
  if (code[2] == 0xd0) { // XGETBV, three bytes: the system keeps tiles.
    registers[REG_RAX] = 0xe6 | 3 << 17 | 1;
    registers[REG_RDX] = 0;
    return 3;
  }
  if (registers[REG_RAX] == 158 &&
      registers[REG_RDI] ==
          0x1023) { // arch_prctl, ARCH_REQ_XCOMP_PERM: granted.
    registers[REG_RAX] = 0;
    return 2;
  }
  unsigned a, b, c, d;
  __cpuid_count(registers[REG_RAX], registers[REG_RCX], a, b, c, d);
  if (registers[REG_RAX] == 7 && registers[REG_RCX] == 0)
    d |= 1u << 22 | 1u << 24 | 1u << 25; // AMX-BF16, AMX-TILE, AMX-INT8
  registers[REG_RAX] = a, registers[REG_RBX] = b, registers[REG_RCX] = c,
  registers[REG_RDX] = d;
  return 2;
}

static void handle(int signal, siginfo_t *info, void *data) {
  (void)signal, (void)info;
  ucontext_t *context = data;
  const uint8_t *code = (const uint8_t *)context->uc_mcontext.gregs[REG_RIP];
  int length = emulateTile(context, code);
  executed += length != 0;
  if (!length)
    length = emulateSystem(context, code);
  if (!length)
    fail("an instruction that is not known", code);
  context->uc_mcontext.gregs[REG_RIP] += length;
}

/// Makes the instruction illegal that stands behind and before some bytes:
/// those of `seqmix.cpuid` and `seqmix.ask_level`.
static void hide(uint8_t *code, size_t length, const char *pattern, size_t size,
                 size_t at) {
  for (uint8_t *found = code;
       (found = memmem(found, code + length - found, pattern, size));
       found += size) {
    found[at] = 0x0f;
    found[at + 1] = 0x0b;
  }
}

static int hideIn(struct dl_phdr_info *object, size_t size, void *base) {
  (void)size;
  if ((void *)object->dlpi_addr != base)
    return 0;
  for (int i = 0; i < object->dlpi_phnum; ++i) {
    const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
    if (segment->p_type != PT_LOAD || !(segment->p_flags & PF_X))
      continue;
    uint8_t *code = (uint8_t *)(object->dlpi_addr + segment->p_vaddr);
    uint8_t *page = (uint8_t *)((uintptr_t)code & ~4095ul);
    size_t length = segment->p_memsz, whole = code + length - page;
    mprotect(page, whole, PROT_READ | PROT_WRITE | PROT_EXEC);
    hide(code, length, "\x89\xf0\x0f\xa2\x89\x07", 6,
         2); // mov %esi, %eax; cpuid; mov %eax, (%rdi)
    hide(code, length, "\x31\xc9\x0f\x01\xd0", 5, 2); // xor %ecx, %ecx; xgetbv
    // mov $0x1023, %edi; mov $18, %esi; syscall
    hide(code, length, "\xbf\x23\x10\0\0\xbe\x12\0\0\0\x0f\x05", 12, 10);
    mprotect(page, whole, PROT_READ | PROT_EXEC);
  }
  return 1;
}

/// As late as an artifact is loaded: the program has a handler of its own.
static void listen(void) {
  struct sigaction action = {0};
  action.sa_sigaction = handle;
  action.sa_flags = SA_SIGINFO | SA_NODEFER;
  sigaction(SIGILL, &action, NULL);
}

void *dlopen(const char *file, int flags) {
  static void *(*original)(const char *, int);
  if (!original)
    *(void **)&original = dlsym(RTLD_NEXT, "dlopen");
  void *handle = original(file, flags);
  struct link_map *map;
  if (handle && file && !dlinfo(handle, RTLD_DI_LINKMAP, &map)) {
    listen();
    dl_iterate_phdr(hideIn, (void *)map->l_addr);
  }
  return handle;
}

__attribute__((destructor)) static void end(void) {
  fprintf(stderr, "%s\n",
          executed ? "tile instructions emulated"
                   : "no tile instruction executed");
}
