#include "engine/truth/fit.h"
#include "engine/truth/methods.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

#define POINTER(name) &name,
static const struct truth_method *const methods[] = {TRUTH_METHODS(POINTER)};
#undef POINTER

/* Bounds on memory: eight bytes each, a few times over. */
static const double cells_max = 1 << 27;
static const double answers_max = 1LL << 32;

const char *truth_method_name(size_t index)
{
    return index < COUNT(methods) ? methods[index]->name : NULL;
}

const char *truth_method_summary(size_t index)
{
    return index < COUNT(methods) ? methods[index]->summary : NULL;
}

static const struct truth_method *find(const char *name)
{
    for (size_t i = 0; name != NULL && i < COUNT(methods); i++) {
        if (strcmp(methods[i]->name, name) == 0) {
            return methods[i];
        }
    }
    return name == NULL ? methods[0] : NULL;
}

static enum err check_input(const struct truth_input *input, struct fault *fault)
{
    if (input->item_count == 0 || input->worker_count == 0 || input->class_count == 0) {
        return fail(fault, ERR_INVALID,
                    "there are %u items, %u workers and %u classes; at least one of each is needed",
                    input->item_count, input->worker_count, input->class_count);
    }
    double cells = (double)input->worker_count * input->class_count * input->class_count;
    double answers = (double)input->item_count * input->class_count;

    if (cells > cells_max || answers > answers_max) {
        return fail_field(fault, ERR_LIMIT, "label",
                          "%u workers and %u items with %u classes would need %.0f cells of "
                          "confusion and %.0f probabilities, at most %.0f and %.0f; are the labels "
                          "free text?",
                          input->worker_count, input->item_count, input->class_count, cells,
                          answers, cells_max, answers_max);
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        if (truth_is_gold(input, item) && input->gold[item] >= input->class_count) {
            return fail_field(fault, ERR_INVALID, "gold", "the gold of item %u is no class", item);
        }
    }
    return OK;
}

enum err truth_fit(struct arena *arena, const struct truth_input *input,
                   const struct truth_options *options, struct truth_fit *out, struct fault *fault)
{
    struct truth_job job = {.arena = arena, .input = input, .options = options, .fault = fault};
    const struct truth_method *method = find(options->method);

    if (method == NULL) {
        return fail_field(fault, ERR_INVALID, "method", "there is no method \"%s\"",
                          options->method);
    }
    TRY(check_input(input, fault));
    return truth_run(&job, method, out);
}
