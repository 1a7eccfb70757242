#pragma once

/* A pay week of a person: what was owed before, what changed it, what was owed then. */

#include "base/err.h"

struct statement_query;
struct statement_view;
struct work;

enum err statement_load(struct work *work, const char *person_id,
                        const struct statement_query *query, struct statement_view *out);
