//===- Dispatch.cpp - Asking the processor what it has
//---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

#include "lib/Target/CPU/Dispatch.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Parser/Parser.h"

using namespace mlir;

/// CPUID traps to the hypervisor in a virtual machine, so its answer is kept:
/// level + 1, or 0 while nobody has asked. Every thread would write the same.
///
/// Bits asked for. Leaf 1, ecx: SSE3, SSSE3, FMA, CX16, SSE4.1, SSE4.2, MOVBE,
/// POPCNT, OSXSAVE, AVX, F16C. Leaf 7, ebx: BMI1, AVX2, BMI2; then AVX-512 F,
/// DQ, CD, BW, VL; edx: AMX-BF16, AMX-TILE. Leaf 7.1, eax: AVX512_BF16. Leaf
/// 0x80000001, ecx: LZCNT. XCR0: the system saves ymm (bits 1, 2), opmasks and
/// zmm (bits 5 to 7), tiles (bits 17, 18). Linux gives tiles to a process that
/// asks, arch_prctl(ARCH_REQ_XCOMP_PERM, 18); it may refuse, for a signal
/// stack that is too small for them.
static constexpr llvm::StringLiteral source = R"mlir(
llvm.mlir.global internal @seqmix.level_cache(0 : i32) {addr_space = 0 : i32} : i32

llvm.func internal @seqmix.cpuid(%leaf: i32, %subleaf: i32) -> !llvm.struct<(i32, i32, i32, i32)> {
  %words = llvm.inline_asm has_side_effects asm_dialect = att "cpuid",
      "={ax},={bx},={cx},={dx},{ax},{cx}" %leaf, %subleaf
      : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  llvm.return %words : !llvm.struct<(i32, i32, i32, i32)>
}

llvm.func internal @seqmix.has(%word: i32, %bits: i32) -> i1 {
  %both = llvm.and %word, %bits : i32
  %has = llvm.icmp "eq" %both, %bits : i32
  llvm.return %has : i1
}

llvm.func internal @seqmix.ask_level() -> i32 {
  %none = llvm.mlir.constant(0 : i32) : i32
  %v3 = llvm.mlir.constant(1 : i32) : i32
  %v4 = llvm.mlir.constant(2 : i32) : i32
  %bf16 = llvm.mlir.constant(3 : i32) : i32
  %amx = llvm.mlir.constant(4 : i32) : i32
  %zero = llvm.mlir.constant(0 : i32) : i32
  %leaf0 = llvm.mlir.constant(0 : i32) : i32
  %leaf1 = llvm.mlir.constant(1 : i32) : i32
  %leaf7 = llvm.mlir.constant(7 : i32) : i32
  %leaf71 = llvm.mlir.constant(1 : i32) : i32
  %extended0 = llvm.mlir.constant(0x80000000 : i32) : i32
  %extended1 = llvm.mlir.constant(0x80000001 : i32) : i32
  %basic = llvm.call @seqmix.cpuid(%leaf0, %zero) : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  %highest = llvm.extractvalue %basic[0] : !llvm.struct<(i32, i32, i32, i32)>
  %new = llvm.icmp "uge" %highest, %leaf7 : i32
  %more = llvm.call @seqmix.cpuid(%extended0, %zero) : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  %highest_more = llvm.extractvalue %more[0] : !llvm.struct<(i32, i32, i32, i32)>
  %new_more = llvm.icmp "uge" %highest_more, %extended1 : i32
  %known = llvm.and %new, %new_more : i1
  llvm.cond_br %known, ^features, ^answer(%none : i32)
^features:
  %words1 = llvm.call @seqmix.cpuid(%leaf1, %zero) : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  %ecx1 = llvm.extractvalue %words1[2] : !llvm.struct<(i32, i32, i32, i32)>
  %bits1 = llvm.mlir.constant(0x38D83201 : i32) : i32
  %has1 = llvm.call @seqmix.has(%ecx1, %bits1) : (i32, i32) -> i1
  llvm.cond_br %has1, ^system, ^answer(%none : i32)
^system:
  %xcr0 = llvm.inline_asm has_side_effects asm_dialect = att "xgetbv",
      "={ax},={dx},{cx}" %zero : (i32) -> !llvm.struct<(i32, i32)>
  %saved = llvm.extractvalue %xcr0[0] : !llvm.struct<(i32, i32)>
  %ymm = llvm.mlir.constant(0x6 : i32) : i32
  %zmm = llvm.mlir.constant(0xE6 : i32) : i32
  %saves_ymm = llvm.call @seqmix.has(%saved, %ymm) : (i32, i32) -> i1
  %saves_zmm = llvm.call @seqmix.has(%saved, %zmm) : (i32, i32) -> i1
  %words7 = llvm.call @seqmix.cpuid(%leaf7, %zero) : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  %ebx7 = llvm.extractvalue %words7[1] : !llvm.struct<(i32, i32, i32, i32)>
  %bits7 = llvm.mlir.constant(0x128 : i32) : i32
  %has7 = llvm.call @seqmix.has(%ebx7, %bits7) : (i32, i32) -> i1
  %words_more = llvm.call @seqmix.cpuid(%extended1, %zero) : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  %ecx_more = llvm.extractvalue %words_more[2] : !llvm.struct<(i32, i32, i32, i32)>
  %bits_more = llvm.mlir.constant(0x20 : i32) : i32
  %has_more = llvm.call @seqmix.has(%ecx_more, %bits_more) : (i32, i32) -> i1
  %v3_a = llvm.and %saves_ymm, %has7 : i1
  %is_v3 = llvm.and %v3_a, %has_more : i1
  %bits512 = llvm.mlir.constant(0xD0030000 : i32) : i32
  %has512 = llvm.call @seqmix.has(%ebx7, %bits512) : (i32, i32) -> i1
  %v4_a = llvm.and %saves_zmm, %has512 : i1
  %is_v4 = llvm.and %is_v3, %v4_a : i1
  %low = llvm.select %is_v3, %v3, %none : i1, i32
  %level = llvm.select %is_v4, %v4, %low : i1, i32
  %more7 = llvm.extractvalue %words7[0] : !llvm.struct<(i32, i32, i32, i32)>
  %has_more7 = llvm.icmp "ne" %more7, %zero : i32
  %ask_pairs = llvm.and %is_v4, %has_more7 : i1
  llvm.cond_br %ask_pairs, ^pairs, ^answer(%level : i32)
^pairs:
  %words71 = llvm.call @seqmix.cpuid(%leaf7, %leaf71) : (i32, i32) -> !llvm.struct<(i32, i32, i32, i32)>
  %eax71 = llvm.extractvalue %words71[0] : !llvm.struct<(i32, i32, i32, i32)>
  %bits_pairs = llvm.mlir.constant(0x20 : i32) : i32
  %has_pairs = llvm.call @seqmix.has(%eax71, %bits_pairs) : (i32, i32) -> i1
  llvm.cond_br %has_pairs, ^tiles, ^answer(%level : i32)
^tiles:
  %edx7 = llvm.extractvalue %words7[3] : !llvm.struct<(i32, i32, i32, i32)>
  %bits_tiles = llvm.mlir.constant(0x1400000 : i32) : i32
  %has_tiles = llvm.call @seqmix.has(%edx7, %bits_tiles) : (i32, i32) -> i1
  %tile_state = llvm.mlir.constant(0x60000 : i32) : i32
  %saves_tiles = llvm.call @seqmix.has(%saved, %tile_state) : (i32, i32) -> i1
  %knows_tiles = llvm.and %has_tiles, %saves_tiles : i1
  llvm.cond_br %knows_tiles, ^permission, ^answer(%bf16 : i32)
^permission:
  %arch_prctl = llvm.mlir.constant(158 : i64) : i64
  %request = llvm.mlir.constant(0x1023 : i64) : i64
  %tile_data = llvm.mlir.constant(18 : i64) : i64
  %refused = llvm.inline_asm has_side_effects asm_dialect = att "syscall",
      "={ax},{ax},{di},{si},~{rcx},~{r11},~{memory}" %arch_prctl, %request, %tile_data
      : (i64, i64, i64) -> i64
  %none64 = llvm.mlir.constant(0 : i64) : i64
  %granted = llvm.icmp "eq" %refused, %none64 : i64
  %highest_level = llvm.select %granted, %amx, %bf16 : i1, i32
  llvm.br ^answer(%highest_level : i32)
^answer(%result: i32):
  llvm.return %result : i32
}

llvm.func internal @seqmix.level() -> i32 {
  %one = llvm.mlir.constant(1 : i32) : i32
  %zero = llvm.mlir.constant(0 : i32) : i32
  %cache = llvm.mlir.addressof @seqmix.level_cache : !llvm.ptr
  %kept = llvm.load %cache atomic monotonic {alignment = 4 : i64} : !llvm.ptr -> i32
  %is_known = llvm.icmp "ne" %kept, %zero : i32
  llvm.cond_br %is_known, ^answer(%kept : i32), ^ask
^ask:
  %level = llvm.call @seqmix.ask_level() : () -> i32
  %next = llvm.add %level, %one : i32
  llvm.store %next, %cache atomic monotonic {alignment = 4 : i64} : i32, !llvm.ptr
  llvm.br ^answer(%next : i32)
^answer(%result: i32):
  %found = llvm.sub %result, %one : i32
  llvm.return %found : i32
}
)mlir";

void seqmix::cpu::addLevelFunction(ModuleOp module) {
  if (SymbolTable::lookupSymbolIn(module, kLevelFunction))
    return;
  OwningOpRef<ModuleOp> parsed =
      parseSourceString<ModuleOp>(source, module.getContext());
  Block &into = *module.getBody();
  into.getOperations().splice(into.end(), parsed->getBody()->getOperations());
}
