#pragma once

/* What the side files of the command assign share: lines that begin with a letter, and numbers of
 * rows, columns and groups as in the problem's file. */

#include <stdint.h>

#include "base/err.h"
#include "command/number_reader.h"

struct arena;

/* Places by their numbers, plus one; zero: no such number. */
struct assign_names {
    uint32_t *place;
    uint32_t most;
};

struct assign_names assign_names_of(struct arena *arena, const uint32_t *name, uint32_t count);

/* No numbers yet, room for those up to `most`. */
struct assign_names assign_names_new(struct arena *arena, uint32_t most);

/* A number that must be known; `field` says of what. */
enum err assign_name_read(struct number_reader *reader, const struct assign_names *names,
                          const char *field, uint32_t *out);

/* Step to the next line that is neither empty nor a comment, and over its letter, one of `kinds`;
 * zero at the end. */
enum err assign_line_begin(struct number_reader *reader, const char *kinds, char *out);

/* The line must be over. */
enum err assign_line_end(struct number_reader *reader);

/* "an earlier line said the same of this group" */
enum err assign_line_twice(const struct number_reader *reader, const char *field);
