#pragma once

/*
 * Files of short answers: tab-separated, one answer a line, a header that names the columns in any
 * order. Needed: answer, question_id, references (`|||` between; a leading "BEST:", "GOOD:" or
 * "MINIMAL:" is dropped). Optional: question, label, answer_id, way, corpus, split, domain; without
 * the last, a question's domain is its id up to the first underscore. Quotes have no meaning.
 */

#include "base/err.h"
#include "engine/score/model.h"

struct arena;
struct fault;

struct answer_file {
    struct score_example *examples;
    const char **answer_ids; /* [count]; "" where there is no column */
    const char **classes;    /* [class_count]: labels; numbers by value, else by bytes, with
                                "incorrect" before "correct" */
    double *values;          /* [class_count]; NULL: some label is no number */
    uint32_t *question;      /* [count]: dense numbers */
    uint32_t *domain;
    uint32_t *split;
    const char **splits;  /* [split_count] names; "" where there is no column */
    const char **corpora; /* [corpus_count] names in the whole file, whatever was kept */
    uint32_t count;
    uint32_t class_count;
    uint32_t question_count;
    uint32_t domain_count;
    uint32_t split_count;
    uint32_t corpus_count;
    bool labelled;
};

struct answer_filter {
    const char *way;    /* keep rows of this way; NULL: "2way" where rows of several are met */
    const char *corpus; /* NULL: all */
    bool need_labels;
    const char *const *classes; /* labels that are known; NULL: those that are met */
    uint32_t class_count;
};

/* ERR_INVALID names the line and field: a column is missing or unknown, a line with another number
 * of fields, an empty label or question_id, bytes that are not UTF-8, a label that is not among
 * the known, or no rows left. */
enum err answer_file_read(struct arena *arena, const char *path, const struct answer_filter *filter,
                          struct answer_file *out, struct fault *fault);
