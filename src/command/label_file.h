#pragma once

/*
 * Files of labels for the commands: `item,worker,label` with any strings, and
 * `item,truth` beside it. Names become dense indices in order of appearance;
 * classes are sorted (as numbers if all are, else by bytes). Read in blocks; what
 * is kept is about eight bytes a label while reading and four afterwards.
 */

#include "base/err.h"
#include "command/names.h"
#include "engine/truth/truth.h"

struct arena;
struct fault;
struct parallel;
struct spill;

struct label_file {
    struct names *items;
    struct names *workers;
    const char **classes; /* [input.class_count], sorted */
    bool numeric;         /* every class is a number */
    struct truth_input input;
};

struct label_source {
    const char *path;
    const char *gold; /* a file of known answers, or NULL */
    enum truth_repeats repeats;
    const struct parallel *parallel; /* NULL: one thread */
    struct spill *spill; /* where names and labels lie; outlives the file. NULL: memory */
};

/*
 * ERR_INVALID names the line and field: a header that does not name item, worker and label, a row
 * with another number of fields, an empty field, bytes that are not UTF-8, a repeat where they are
 * refused, or no rows at all. ERR_LIMIT: 2^32 labels, or workers * classes.
 */
enum err label_file_read(struct arena *arena, const struct label_source *source,
                         struct label_file *out, struct fault *fault);
void label_file_free(struct label_file *file);
#define LABEL_FILE_SCOPE [[gnu::cleanup(label_file_free)]] struct label_file

/* Known answers `item,truth` for scoring. TRUTH_UNKNOWN: not in the file; class_count: an answer
 * that nobody gave. Items without labels are left out. */
enum err label_file_truth(struct arena *arena, const char *path, const struct label_file *file,
                          uint32_t **out, struct fault *fault);

/* The same as numbers; NaN: not in the file. ERR_INVALID: an answer is no number. */
enum err label_file_values(struct arena *arena, const char *path, const struct label_file *file,
                           double **out, struct fault *fault);

/* The failure that names the first label that is no number between -1e100 and 1e100. */
enum err label_file_refuse_words(const char *path, struct fault *fault);

/*
 * Put the classes into the order of `names` (separated by commas); names that nobody gave are
 * passed over. ERR_INVALID: a class is missing from it.
 */
enum err label_file_order(struct arena *arena, const char *names, struct label_file *file,
                          struct fault *fault);
