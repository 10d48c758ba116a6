//===- runtime.h - Load and run compiled operators ----------------*- C -*-===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C interface of libseqmix_runtime: it reads the manifest that seqmixc
// wrote (docs/ABI.md), checks arrays against it and runs an entry on the CPU
// or on a CUDA device. A program that knows its operator when it is compiled
// needs none of this: it includes the operator's own header and links its
// object.
//
// Two handles:
//   seqmix_module  an operator in memory; never changes once loaded, may be
//                  used by any number of threads at once.
//   seqmix_call    arrays bound to a module's operands and results; used by
//                  one thread at a time.
//
// Every function that can fail returns a seqmix_status and, if `error` is
// not null, writes code and message there. A message says what was expected,
// what was found, and which operand, axis or file is meant. A function that
// failed has changed nothing that it does not say. Nothing here aborts or
// throws on bad input. Names passed in are copied; names handed out belong
// to the module and live as long as it does.
//
//===----------------------------------------------------------------------===//

#ifndef SEQMIX_RUNTIME_H
#define SEQMIX_RUNTIME_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SEQMIX_API __attribute__((visibility("default")))
#else
#define SEQMIX_API
#endif

typedef struct seqmix_module seqmix_module;
typedef struct seqmix_call seqmix_call;

/** What went wrong. The codes of compiled entries (docs/ABI.md) are another
    list: an entry that fails gives SEQMIX_STATUS_ENTRY, and the message names
    the entry's code. */
typedef enum seqmix_status {
  SEQMIX_STATUS_OK = 0,
  /** A null handle, an unknown name, a value out of range. */
  SEQMIX_STATUS_INVALID_ARGUMENT = 1,
  /** A file cannot be read, written, or is not what it should be. */
  SEQMIX_STATUS_FILE = 2,
  /** The manifest is malformed, or of an ABI version this runtime lacks. */
  SEQMIX_STATUS_MANIFEST = 3,
  /** Arrays do not fit the operator or each other: element type, rank, an
      axis, a stride, a rule, an operand that is not set, an overlap. */
  SEQMIX_STATUS_MISMATCH = 4,
  /** The compiled entry returned an error code. */
  SEQMIX_STATUS_ENTRY = 5,
  /** Not enough memory, on the host or on the device. */
  SEQMIX_STATUS_OUT_OF_MEMORY = 6,
  /** This machine cannot run the module: no CUDA driver or device, or a
      processor without the instructions that the object needs. */
  SEQMIX_STATUS_UNSUPPORTED = 7,
  /** The CUDA driver reported an error. */
  SEQMIX_STATUS_CUDA = 8
} seqmix_status;

/** Caller-owned space for a failure; message is always null-terminated and is
    cut where it does not fit. Left alone by functions that succeed. */
typedef struct seqmix_error {
  seqmix_status code;
  char message[2048];
} seqmix_error;

typedef enum seqmix_dtype {
  SEQMIX_F32 = 0,
  SEQMIX_BF16 = 1,
  SEQMIX_F16 = 2,
  SEQMIX_I32 = 3,
  /** Not a type: makes room for any number that a caller may pass by mistake,
      which is then refused. */
  SEQMIX_DTYPE_LIMIT = 0x7fffffff
} seqmix_dtype;

/** An array in host memory. `strides` are in elements, one for each axis; null
    means contiguous in the order of the axes. The last stride must be 1, none
    may be negative. `data` must be aligned to its element type; it may be null
    only if the array has no elements. rank 0 is a scalar (one element; shape
    and strides are not read). */
typedef struct seqmix_array {
  void *data;
  seqmix_dtype dtype;
  int32_t rank;
  const int64_t *shape;
  const int64_t *strides;
} seqmix_array;

/** What a manifest says of an operand or result. */
typedef struct seqmix_array_info {
  const char *name;
  seqmix_dtype dtype;
  int32_t rank;
  /** `rank` names: of a size, of a parameter, of a size that a rule derives,
      or, for a fixed axis, its decimal digits. */
  const char *const *axes;
  /** The operand whose buffer a result may be, or null. */
  const char *may_alias;
} seqmix_array_info;

/** What a manifest says of an entry. */
typedef struct seqmix_entry_info {
  const char *symbol;
  /** The derived form: "chunkwise", "step", "stream", ... */
  const char *form;
} seqmix_entry_info;

/** The version of this library, "MAJOR.MINOR.PATCH". */
SEQMIX_API const char *seqmix_runtime_version(void);

/** "f32", "bf16", "f16", "i32"; "?" for a value outside the enumeration. */
SEQMIX_API const char *seqmix_dtype_name(seqmix_dtype dtype);

//===----------------------------------------------------------------------===//
// Modules
//===----------------------------------------------------------------------===//

/** Reads the manifest at `path` and loads the code beside it: the shared
    library of a "cpu" module, the cubin or PTX of a "cuda" module (on device
    0 of those that CUDA_VISIBLE_DEVICES leaves). On success *module must be
    given to seqmix_module_destroy; on failure it is null.
    FILE, MANIFEST, UNSUPPORTED, CUDA, OUT_OF_MEMORY. */
SEQMIX_API seqmix_status seqmix_module_load(const char *path,
                                            seqmix_module **module,
                                            seqmix_error *error);

/** Unloads the code. Calls of this module must be destroyed before. Null is
    allowed. */
SEQMIX_API void seqmix_module_destroy(seqmix_module *module);

/** The operator's name, without the "seqmix_" of its symbols. */
SEQMIX_API const char *seqmix_module_operator(const seqmix_module *module);

/** "cpu" or "cuda". */
SEQMIX_API const char *seqmix_module_target(const seqmix_module *module);

/** Run-time sizes, in the order of the argument struct. A name is null where
    `index` is out of range. */
SEQMIX_API size_t seqmix_module_num_sizes(const seqmix_module *module);
SEQMIX_API const char *seqmix_module_size_name(const seqmix_module *module,
                                               size_t index);

/** The value that the compile-time parameter `name` has in this module.
    INVALID_ARGUMENT if there is none of this name. */
SEQMIX_API seqmix_status seqmix_module_param(const seqmix_module *module,
                                             const char *name, int64_t *value,
                                             seqmix_error *error);

/** Operands, then results, each in the order of the argument struct. The info
    functions give INVALID_ARGUMENT for an index out of range. */
SEQMIX_API size_t seqmix_module_num_operands(const seqmix_module *module);
SEQMIX_API size_t seqmix_module_num_results(const seqmix_module *module);
SEQMIX_API seqmix_status seqmix_module_operand_info(const seqmix_module *module,
                                                    size_t index,
                                                    seqmix_array_info *info,
                                                    seqmix_error *error);
SEQMIX_API seqmix_status seqmix_module_result_info(const seqmix_module *module,
                                                   size_t index,
                                                   seqmix_array_info *info,
                                                   seqmix_error *error);

SEQMIX_API size_t seqmix_module_num_entries(const seqmix_module *module);
SEQMIX_API seqmix_status seqmix_module_entry_info(const seqmix_module *module,
                                                  size_t index,
                                                  seqmix_entry_info *info,
                                                  seqmix_error *error);

//===----------------------------------------------------------------------===//
// Calls
//===----------------------------------------------------------------------===//

/** A call of `module` with nothing set. Must be given to seqmix_call_destroy,
    before its module is destroyed. */
SEQMIX_API seqmix_status seqmix_call_create(const seqmix_module *module,
                                            seqmix_call **call,
                                            seqmix_error *error);

/** Frees the call and every array that it owns. Null is allowed. */
SEQMIX_API void seqmix_call_destroy(seqmix_call *call);

/** Binds the operand or result `name` to the caller's memory, which must live
    until the call's last run. Element type, rank, fixed axes, strides and
    alignment are checked here, axes against those of other arrays when the
    call is prepared. A null `array` unbinds: an operand is then not set, and a
    result is allocated by the call. Shape and strides are copied.
    INVALID_ARGUMENT, MISMATCH. */
SEQMIX_API seqmix_status seqmix_call_set_array(seqmix_call *call,
                                               const char *name,
                                               const seqmix_array *array,
                                               seqmix_error *error);

/** Reads the operand `name` from a .npy file (format 1 to 3, C order, little-
    endian) into memory that the call owns. f32 is '<f4', f16 '<f2', i32 '<i4',
    and bf16 its bit pattern as '<u2' ('|V2' and '<V2' are read too).
    INVALID_ARGUMENT, FILE, MISMATCH, OUT_OF_MEMORY. */
SEQMIX_API seqmix_status seqmix_call_read_npy(seqmix_call *call,
                                              const char *name,
                                              const char *path,
                                              seqmix_error *error);

/** Writes an operand that is set, or a result after a run, to a .npy file; the
    element types as seqmix_call_read_npy reads them. A file that could not be
    written whole is removed. INVALID_ARGUMENT, FILE. */
SEQMIX_API seqmix_status seqmix_call_write_npy(const seqmix_call *call,
                                               const char *name,
                                               const char *path,
                                               seqmix_error *error);

/** Fixes a run-time size, or one that a rule derives. Only needed for a size
    that no array has, and before seqmix_call_draw; arrays must agree with it.
    A negative value takes the size back. INVALID_ARGUMENT. */
SEQMIX_API seqmix_status seqmix_call_set_size(seqmix_call *call,
                                              const char *name, int64_t value,
                                              seqmix_error *error);

/** Gives each size that no array and no seqmix_call_set_size has fixed a value
    fit for a benchmark: B = 1, T = 1024 (or what `entry` requires), H = 4, the
    others so that the rules hold, else 256. `entry` as in
    seqmix_run_options. */
SEQMIX_API seqmix_status seqmix_call_default_sizes(seqmix_call *call,
                                                   const char *entry,
                                                   seqmix_error *error);

/** Draws every operand that is not set, or was drawn before, from the domain
    that the manifest states, into memory that the call owns. The same seed and
    sizes give the same numbers, operand by operand. Sizes must be known: from
    arrays that are set, seqmix_call_set_size or seqmix_call_default_sizes.
    MISMATCH, OUT_OF_MEMORY. */
SEQMIX_API seqmix_status seqmix_call_draw(seqmix_call *call, uint64_t seed,
                                          seqmix_error *error);

/** Infers the sizes, checks that every operand is set and that all axes agree
    and all rules hold, and allocates the results that are not bound. Run does
    this too. MISMATCH, OUT_OF_MEMORY. */
SEQMIX_API seqmix_status seqmix_call_prepare(seqmix_call *call,
                                             seqmix_error *error);

/** The value of a size, a parameter or a derived size in a prepared call.
    INVALID_ARGUMENT if the name is unknown or the call not prepared. */
SEQMIX_API seqmix_status seqmix_call_size(const seqmix_call *call,
                                          const char *name, int64_t *value,
                                          seqmix_error *error);

/** The array bound to an operand or result (a result that the call allocates:
    once prepared). Pointers in *array belong to the call and are valid until
    the array is set anew, the call is prepared with other sizes, or it is
    destroyed. INVALID_ARGUMENT. */
SEQMIX_API seqmix_status seqmix_call_array(const seqmix_call *call,
                                           const char *name,
                                           seqmix_array *array,
                                           seqmix_error *error);

/** How to run. A struct of zeros asks for the defaults. */
typedef struct seqmix_run_options {
  /** Null or "main": the operator over the whole sequence. "step": its step.
      Else the form or the symbol of an entry. */
  const char *entry;
  /** CPU threads; 0 means OpenMP's default (OMP_NUM_THREADS, else all cores).
      Results do not depend on it. */
  int32_t threads;
  /** How many times to run the entry; 0 means once. */
  int32_t repeat;
  /** If not null: space for the duration of each repetition in milliseconds.
      On a device the time of the entry's kernels, without copies. */
  double *milliseconds;
} seqmix_run_options;

/** Prepares the call and runs an entry. Workspace is allocated here; on the CPU
    the call keeps it for a next run that needs as much. Results that the call
    owns are filled with 0xFF bytes before the first repetition, so that an
    element that is not written shows (as NaN or -1); bound results are the
    caller's and only written by the entry. If a final state is bound to its
    initial state's buffer, each repetition on the CPU goes on from the one
    before. On a device, operands are copied there and results back.
    `options` may be null.
    INVALID_ARGUMENT, MISMATCH, ENTRY, OUT_OF_MEMORY, UNSUPPORTED, CUDA; after
    ENTRY and CUDA the contents of results are unspecified. */
SEQMIX_API seqmix_status seqmix_call_run(seqmix_call *call,
                                         const seqmix_run_options *options,
                                         seqmix_error *error);

#ifdef __cplusplus
}
#endif

#endif /* SEQMIX_RUNTIME_H */
