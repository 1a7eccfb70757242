#pragma once

/* The single checks behind check.h. */

#include "engine/verify/check.h"

struct json;

struct verdict check_numeric(const struct check_options *options, struct text answer,
                             struct text reference);
struct verdict check_choice(struct text answer, struct text reference);
struct verdict check_exact(unsigned normal, struct arena *scratch, struct text answer,
                           struct text reference);
/* Without `partial` a share of the parts is a failure. */
struct verdict check_set(unsigned normal, bool partial, struct arena *scratch, struct text answer,
                         struct text reference);
struct verdict check_json(const struct check_options *options, struct arena *scratch,
                          struct text answer, struct text reference);
struct verdict check_schema(struct arena *scratch, struct text answer, struct text reference);
struct verdict check_table(const struct check_options *options, struct arena *scratch,
                           struct text answer, struct text reference);
struct verdict check_diff(struct arena *scratch, struct text answer, struct text reference);

/* Within the tolerances of the options. */
bool check_close(const struct check_options *options, double left, double right);

/* The normalisations of a list, as bits. */
enum normal {
    NORMAL_TRIM = 1,
    NORMAL_SPACE = 2,
    NORMAL_CASE = 4,
    NORMAL_PUNCTUATION = 8,
    NORMAL_ARTICLES = 16,
    NORMAL_UNICODE = 32,
};
unsigned check_normals(const char *list);
