#pragma once

/*
 * Rubrics of many tasks, read from and written to the forms that are around:
 *
 *   periti       {"id","prompt","domain","rubrics":[{"id","criterion","points","kind","evidence",
 *                "secondary","hurdle","grounded","needs":[id]}]}, a line each
 *   healthbench  {"prompt_id","prompt":[{role,content}],"rubrics":[{criterion,points,tags}],
 *                "example_tags"}, a line each (Arora et al. 2025)
 *   apex         {"Task ID","Domain","Prompt","Rubric JSON":{"criterion 1":{description,…}}}, a line
 *                each; also read from CSV with the rubric in a column
 *   ace          CSV with a row for each criterion, grouped by "Task ID"
 *   archipelago  a list of verifiers with verifier_values and verifier_dependencies
 *   tree         {"id","requirements","weight","sub_tasks":[…]}, a line each
 */

#include <stddef.h>

#include "base/buffer.h"
#include "base/err.h"

struct arena;
struct criterion;
struct fault;

struct rubric {
    const char *id;
    const char *prompt; /* "" if none */
    const char *domain; /* "" if none */
    const struct criterion *criteria;
    size_t count;
};

struct rubric_set {
    struct rubric *at;
    size_t count;
};

/* The form is told by what `file` holds; texts point into it and the arena. ERR_INVALID names line
 * and field. */
enum err rubric_set_read(struct arena *arena, struct text file, struct rubric_set *out,
                         struct fault *fault);

/* ERR_INVALID: the form has no place for something that decides the score, with rubric and
 * criterion. */
enum err rubric_set_write(const struct rubric_set *set, const char *form, struct buffer *to,
                          struct fault *fault);

/* What became of a criterion between two versions; criteria are the same by their id within a
 * rubric. */
struct rubric_change {
    char sign; /* + added, - removed, ~ changed */
    const char *rubric;
    const char *criterion;
    const char *what;   /* of a change: criterion, kind, evidence, points, needs, flags */
    const char *before; /* "" if nothing */
    const char *now;
};

/* Removed first, then added, then changed, each in the order of its set. */
void rubric_set_diff(struct arena *arena, const struct rubric_set *before,
                     const struct rubric_set *now, const struct rubric_change **out, size_t *count);
