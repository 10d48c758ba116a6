/* Calls of libseqmix_runtime that it must refuse with a status and a message.
 */
#include "seqmix/runtime.h"

#include <stdio.h>
#include <string.h>

static int failures = 0;

static void expect(const char *topic, seqmix_status status,
                   seqmix_status expected, const seqmix_error *error,
                   const char *word) {
  if (status == expected && error->code == expected &&
      strstr(error->message, word))
    printf("runtime: %s: ok\n", topic);
  else
    printf("runtime: %s: FAILED: expected %d with '%s', found %d: %s\n", topic,
           expected, word, status, error->message),
        ++failures;
}

int main(int argc, char **argv) {
  static float data[4096];
  const int64_t shape[4] = {1, 5, 2, 16}, shorter[3] = {5, 2, 16},
                other[4] = {1, 5, 2, 8}, below[4] = {1, -5, 2, 16};
  const int64_t strides[4] = {160, 32, 16, 2};
  seqmix_module *module = 0, *none = 0;
  seqmix_call *call = 0;
  seqmix_error e;
  seqmix_array array = {data, SEQMIX_F32, 4, shape, 0}, bad;
  seqmix_run_options options = {"main", 1, 1, 0};
#define REFUSE(topic, status, word, expression)                                \
  memset(&e, 0, sizeof e), expect(topic, expression, status, &e, word)

  if (argc < 2 ||
      seqmix_module_load(argv[1], &module, &e) != SEQMIX_STATUS_OK ||
      seqmix_call_create(module, &call, &e) != SEQMIX_STATUS_OK)
    return 1;
  REFUSE("null path", SEQMIX_STATUS_INVALID_ARGUMENT, "null",
         seqmix_module_load(0, &none, &e));
  REFUSE("null place for the module", SEQMIX_STATUS_INVALID_ARGUMENT, "null",
         seqmix_module_load(argv[1], 0, &e));
  REFUSE("missing file", SEQMIX_STATUS_FILE, "cannot read",
         seqmix_module_load("none/mix.json", &none, &e));
  REFUSE("null module", SEQMIX_STATUS_INVALID_ARGUMENT, "null",
         seqmix_call_create(0, &call, &e));
  REFUSE("null call", SEQMIX_STATUS_INVALID_ARGUMENT, "null",
         seqmix_call_set_array(0, "q", &array, &e));
  REFUSE("null name", SEQMIX_STATUS_INVALID_ARGUMENT, "null",
         seqmix_call_set_array(call, 0, &array, &e));
  REFUSE("unknown name", SEQMIX_STATUS_INVALID_ARGUMENT, "'z'",
         seqmix_call_set_array(call, "z", &array, &e));
  bad = array, bad.data = 0;
  REFUSE("null data", SEQMIX_STATUS_INVALID_ARGUMENT, "null",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.dtype = SEQMIX_BF16;
  REFUSE("another element type", SEQMIX_STATUS_MISMATCH,
         "expected elements f32, found bf16",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.rank = 3, bad.shape = shorter;
  REFUSE("another rank", SEQMIX_STATUS_MISMATCH, "expected 4 axes",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.rank = -1;
  REFUSE("negative rank", SEQMIX_STATUS_INVALID_ARGUMENT, "found rank -1",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.shape = 0;
  REFUSE("null shape", SEQMIX_STATUS_INVALID_ARGUMENT, "no shape",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.shape = other;
  REFUSE("another size of a fixed axis", SEQMIX_STATUS_MISMATCH,
         "expected K = 16", seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.shape = below;
  REFUSE("negative size", SEQMIX_STATUS_MISMATCH, "-5",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.strides = strides;
  REFUSE("last stride of 2", SEQMIX_STATUS_MISMATCH, "stride",
         seqmix_call_set_array(call, "q", &bad, &e));
  bad = array, bad.data = (char *)data + 1;
  REFUSE("data between two elements", SEQMIX_STATUS_MISMATCH, "align",
         seqmix_call_set_array(call, "q", &bad, &e));
  REFUSE("unknown size", SEQMIX_STATUS_INVALID_ARGUMENT, "'Q'",
         seqmix_call_set_size(call, "Q", 1, &e));
  REFUSE("operands that are not set", SEQMIX_STATUS_MISMATCH,
         "not set: operand 'q'", seqmix_call_run(call, &options, &e));
  REFUSE("result before a run", SEQMIX_STATUS_INVALID_ARGUMENT, "o",
         seqmix_call_array(call, "o", &bad, &e));
  options.entry = "fast";
  REFUSE("unknown entry", SEQMIX_STATUS_INVALID_ARGUMENT, "'fast'",
         seqmix_call_run(call, &options, &e));
  seqmix_call_destroy(call);
  seqmix_module_destroy(module);
  seqmix_call_destroy(0);
  seqmix_module_destroy(0);
  return failures != 0;
}
