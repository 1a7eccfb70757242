#pragma once

/* How good is the scorer of a bank? Cross-validation over its graded answers. */

#include "command/score_report.h"
#include "engine/item/grade.h"

struct arena;
struct fault;
struct parallel;

struct bank_trial {
    struct arena *arena;
    const struct item_bank *bank;
    struct score_options options;
    const struct parallel *parallel;
    uint32_t fold_count;
    struct item_lesson lesson; /* filled in by bank_trial_prepare */
};

/* ERR_INVALID: the bank has no graded answers. */
enum err bank_trial_prepare(struct bank_trial *trial, struct score_report *report,
                            struct fault *fault);

/* `scheme` says what is left out: items, answers or domains. Adds two measures to the report: of
 * criteria, and of answers by their category. Nothing, where there are fewer than two to leave out.
 */
enum err bank_trial_run(const struct bank_trial *trial, const char *scheme,
                        struct score_report *report, struct fault *fault);
