/* What plan.py writes about one compiled operator, and driver.cpp reads. */
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

enum { PLAN_F32, PLAN_BF16, PLAN_F16, PLAN_I32 };
enum { PLAN_NORMAL, PLAN_UNIT, PLAN_NONPOSITIVE, PLAN_RANGE, PLAN_INTEGER };

struct plan_array {
  const char *name;
  int64_t count; /* Elements, contiguous. */
  int elem;
  int kind; /* How an operand is drawn. */
  double low, high;
  int64_t row;       /* Elements of a unit vector. */
  int is_result;     /* Else an operand. */
  const char *alias; /* The operand whose buffer it may be, or null. */
  const char *of;    /* The operand that what is drawn multiplies, or null. */
  void **place;      /* The field of the argument struct. */
};

typedef void (*plan_task)(void *arg, int64_t index, int64_t worker);
typedef void (*plan_for)(void *context, int64_t n, plan_task task, void *arg);

extern const struct plan_array plan_arrays[];
extern const int plan_array_count;
extern const int plan_has_step;

/* Fills in sizes and strides; with step, those of one token. */
void plan_begin(int step);
int64_t plan_workspace_bytes(int64_t workers);
/* Runs the entry that plan_begin chose. */
int32_t plan_run(void *workspace, int64_t bytes, plan_for run, void *context,
                 int64_t workers);

#ifdef __cplusplus
}
#endif
