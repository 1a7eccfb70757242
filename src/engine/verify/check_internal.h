#pragma once

/* The single checks behind check.h. */

#include "engine/verify/check.h"

struct json;

struct verdict check_numeric(const struct check_options *options, struct text answer,
                             struct text reference);
struct verdict check_choice(struct text answer, struct text reference);
struct verdict check_exact(const struct check_options *options, struct arena *scratch,
                           struct text answer, struct text reference);
struct verdict check_set(const struct check_options *options, struct arena *scratch,
                         struct text answer, struct text reference);
struct verdict check_json(const struct check_options *options, struct arena *scratch,
                          struct text answer, struct text reference);
struct verdict check_schema(struct arena *scratch, struct text answer, struct text reference);
struct verdict check_table(const struct check_options *options, struct arena *scratch,
                           struct text answer, struct text reference);
struct verdict check_diff(struct arena *scratch, struct text answer, struct text reference);

/* Within the tolerances of the options. */
bool check_close(const struct check_options *options, double left, double right);

/* Equal after the normalisations of the options. */
struct text check_normal(const struct check_options *options, struct arena *scratch,
                         struct text text);
