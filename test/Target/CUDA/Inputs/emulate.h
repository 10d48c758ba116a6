/*===- emulate.h - Runs a kernel's blocks on the CPU
 * ------------------------===*/
/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* A block's threads are fibres that run from one synchronisation to the next,
 * in an order drawn at random: a missing barrier shows as a wrong number. The
 * lanes' shares of mma.sync follow the tables of the PTX ISA. */

#ifndef SEQMIX_TEST_EMULATE_H
#define SEQMIX_TEST_EMULATE_H

#include <stdint.h>

enum { EMU_THREADS = 256, EMU_SLOTS = 64, EMU_SHARED = 227 * 1024 };

/* Runs `blocks` blocks of a kernel; `slots` are its parameters. */
void emu_launch(void (*kernel)(void), const int64_t *slots, int64_t blocks);

float emu_from_bf16(uint16_t bits);
uint16_t emu_to_bf16(float value);
float emu_from_f16(uint16_t bits);
uint16_t emu_to_f16(float value);

#endif
