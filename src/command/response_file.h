#pragma once

/*
 * Files for the commands of item response theory.
 *
 * Responses: CSV with a header of item names and one row a person or answer pattern; answers are
 * categories from zero, an empty field, "NA" or "." is a gap. A column `count` (or `freq`) says how
 * many persons answered so.
 *
 * Parameters: CSV with the header item,slope,guess,intercept_1,... and optionally `block`;
 * columns that end in `_se` are standard errors and are skipped when read.
 */

#include "base/err.h"
#include "engine/irt/adapt.h"
#include "engine/irt/fit.h"

struct arena;
struct buffer;
struct fault;

/* ERR_INVALID names the line and field: no header, a repeated or empty name, a row with another
 * number of fields, an answer that is no whole number from 0 to 11, a bad count, or no rows. */
enum err response_file_read(struct arena *arena, const char *path, struct irt_responses *out,
                            struct fault *fault);

void parameter_file_write(struct buffer *to, const char *const *names, const struct irt_fit *fit,
                          uint32_t item_count);

struct parameter_file {
    struct irt_entry *entries;
    const char **names;
    const char **blocks; /* [block_count] names; empty names where there is no column */
    uint32_t item_count;
    uint32_t block_count;
};

enum err parameter_file_read(struct arena *arena, const char *path, struct parameter_file *out,
                             struct fault *fault);
