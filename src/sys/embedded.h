#pragma once

/* Files that the build puts into the binary as texts. */

#include <stddef.h>

struct embedded {
    const char *name; /* of the file, without folder and ending */
    const char *text;
    size_t size; /* where it was asked for: of files that may hold zero bytes */
};

extern const struct embedded embedded_types[]; /* types/ (JSON) */
extern const size_t embedded_types_count;
extern const struct embedded embedded_bank[]; /* bank/ (JSON) */
extern const size_t embedded_bank_count;
extern const struct embedded embedded_skills[]; /* taxonomy/: a file a domain */
extern const size_t embedded_skills_count;
extern const struct embedded embedded_scorer[]; /* the shipped scorer, bytes */
extern const size_t embedded_scorer_count;
extern const struct embedded embedded_samples[]; /* sample/ */
extern const size_t embedded_samples_count;
