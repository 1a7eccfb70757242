#pragma once

/* A pay week of a person: what was owed before, what changed it, what was owed then. */

#include "base/err.h"

struct statement_query;
struct statement_view;
struct work;

enum err statement_load(struct work *work, const char *person_id,
                        const struct statement_query *query, struct statement_view *out);

/* The pay days of the next twelve weeks as iCalendar (RFC 5545): the Friday after each pay week. */
const char *pay_calendar(struct work *work, const char *person_id);
