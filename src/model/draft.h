#pragma once

/*
 * A model drafts rubrics: the criteria by which any answer to a task could be graded. One call a
 * task; what it is given is data, as for a judge. A draft is no rubric until a person has read it.
 */

#include <stddef.h>

#include "base/err.h"
#include "model/model.h"

struct arena;
struct fault;

struct draft_task {
    const char *prompt;
    const char *reference; /* a model answer by an expert; NULL: none */
};

struct draft_criterion {
    const char *text;
    const char *kind; /* factual, reasoning, completeness, style, safety or format */
    double points;    /* negative: the bad thing; never zero */
};

struct draft {
    enum model_end end;
    const char *note; /* why there is none; "" if there is one */
    struct draft_criterion *criteria;
    size_t count;
};

enum { DRAFT_CRITERIA_MAX = 30 };

/* `run` gives server, cache, budget and cancel; its callback is not used. `out` has `count` places.
 */
enum err draft_all(struct arena *arena, const struct model_run *run, const struct draft_task *tasks,
                   size_t count, struct draft *out, struct model_totals *totals,
                   struct fault *fault);
