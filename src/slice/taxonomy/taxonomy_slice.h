#pragma once

/*
 * Public lists of occupations and skills, and the five entries that come nearest to what somebody
 * wrote.
 *
 * The lists are O*NET, ESCO, and the operator's own. An import is written beside the list that is
 * asked, and takes its place at once. An
 * entry has a preferred title and others that mean the same. What is proposed is never taken over
 * by itself: a person picks.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct call;
struct fault;
struct job_kind;
struct job_run;
struct shape;
struct slice;
struct work;

enum { TAXONOMY_PROPOSAL_MAX = 5, TAXONOMY_TITLE_MAX = 300, TAXONOMY_BAD_MAX = 10'000 };

/* One entry of a list. */
struct taxonomy_entry {
    const char *kind;          /* occupation, skill */
    const char *code;          /* in the source */
    const char *label;         /* the preferred title */
    const char *const *others; /* titles that mean the same */
    size_t other_count;
};

/* A row that was left out. */
struct taxonomy_bad {
    const char *file;
    int64_t line;
    const char *field; /* column; "": the row itself */
    const char *message;
};

/* A list as its files have it; the arena keeps it. */
struct taxonomy_file {
    struct taxonomy_entry *entries;
    size_t count;
    struct taxonomy_bad *bad; /* the first TAXONOMY_BAD_MAX */
    int64_t bad_count;
};

/* The files of a list, by the names that their publisher gave them. */
struct taxonomy_part {
    const char *name;
    struct text content;
};
struct taxonomy_parts {
    struct taxonomy_part *at;
    size_t count;
};

/* Is a file of this name one of the source's? Of one's own list, any is. */
bool taxonomy_reads(const char *source, const char *name);

/*
 * Read the files of a source. onet: "Occupation Data.txt" is needed; "Alternate Titles.txt",
 * "Skills.txt", "Knowledge.txt", "Abilities.txt" and "Technology Skills.txt" where they are there.
 * esco: occupations_en.csv, skills_en.csv or both. own: one CSV file with the columns kind, code,
 * label and, if there are any, others ("|" between). Bad rows are left out and listed. ERR_INVALID:
 * a file that is needed is not there, lacks a column, or holds nothing.
 */
enum err taxonomy_read(struct arena *arena, const char *source, const struct taxonomy_parts *parts,
                       struct taxonomy_file *out, struct fault *fault);

/* The files of a source in a folder, or the one file of one's own list. */
enum err taxonomy_parts_of_path(struct arena *arena, const char *source, const char *path,
                                struct taxonomy_parts *out, struct fault *fault);
/* The same of an upload: a ZIP archive, or one file of that name. */
enum err taxonomy_parts_of_upload(struct arena *arena, const char *source, const char *name,
                                  struct text content, struct taxonomy_parts *out,
                                  struct fault *fault);

/* What becomes of the list that is there. */
struct taxonomy_change {
    const char *id; /* of this change: a run that died goes on where it stopped */
    const char *source;
    const struct taxonomy_file *file;
    bool adds; /* keep entries of the list before that the file does not have */
};

/*
 * Write the list beside the one that is asked, in steps that hold the store for a moment only, and
 * then put it in its place at once. `end` (or NULL) is called in that last transaction. May be run
 * again. ERR_CONFLICT, ERR_UNAVAILABLE: as job_progress.
 */
enum err taxonomy_change(struct job_run *run, const struct taxonomy_change *change,
                         enum err (*end)(struct work *work, void *context), void *context);

/* What a change that was given up had written. */
enum err taxonomy_drop(struct work *work, const char *id);

extern const struct job_kind taxonomy_job;
#define TAXONOMY_JOB "taxonomy.import"
enum err taxonomy_serve_import(struct call *call);
extern const struct shape taxonomy_import_shape;

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
