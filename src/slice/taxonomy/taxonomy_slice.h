#pragma once

/*
 * Public lists of occupations and skills, and the five entries that come nearest to what somebody
 * wrote.
 *
 * The lists are imported whole (`periti taxonomy import`): O*NET, ESCO, and the operator's own. An
 * entry has a preferred title and others that mean the same. What is proposed is never taken over
 * by itself: a person picks.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct fault;
struct slice;
struct work;

enum { TAXONOMY_PROPOSAL_MAX = 5, TAXONOMY_TITLE_MAX = 300 };

/* One entry of a list. */
struct taxonomy_entry {
    const char *kind;          /* occupation, skill */
    const char *code;          /* in the source */
    const char *label;         /* the preferred title */
    const char *const *others; /* titles that mean the same */
    size_t other_count;
};

/* A list as its files have it; the arena keeps it. */
struct taxonomy_file {
    struct taxonomy_entry *entries;
    size_t count;
};

/*
 * Read the files of a folder. O*NET: "Occupation Data.txt" is needed; "Alternate Titles.txt",
 * "Skills.txt", "Knowledge.txt", "Abilities.txt" and "Technology Skills.txt" where they are there.
 * ESCO: occupations_en.csv or skills_en.csv or both. ERR_INVALID names the file, line and column.
 */
enum err taxonomy_read_onet(struct arena *arena, const char *folder, struct taxonomy_file *out,
                            struct fault *fault);
enum err taxonomy_read_esco(struct arena *arena, const char *folder, struct taxonomy_file *out,
                            struct fault *fault);
/* A CSV file with the columns kind, code, label and, if there are any, others ("|" between). */
enum err taxonomy_read_own(struct arena *arena, const char *path, struct taxonomy_file *out,
                           struct fault *fault);

/* Put the list in the place of what was imported from the source before, in one transaction. */
enum err taxonomy_replace(struct work *work, const char *source, const struct taxonomy_file *file);

struct taxonomy_proposal {
    const char *source; /* onet, esco, own; periti: the product's own small list of skills */
    const char *code;
    const char *label;
    const char *title; /* the title that came near */
    double score;      /* 0 to 1 */
};

/* The nearest entries, best first, at most TAXONOMY_PROPOSAL_MAX; inside a transaction. */
enum err taxonomy_propose(struct work *work, const char *kind, const char *name,
                          struct taxonomy_proposal **out, size_t *count);

extern const struct slice taxonomy_slice;
