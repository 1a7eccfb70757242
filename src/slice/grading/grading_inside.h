#pragma once

/* Inside the slice: who may open a seat, and the draw of checks. */

#include "base/err.h"

struct seat_row;
struct work;

/* The share of judgements that are checked now. */
enum err grading_share(struct work *work, double *out);

/* Draw whether this finished judgement is graded a second time; if so, there is a seat. */
enum err grading_draw_check(struct work *work, const struct seat_row *seat);

/* Only who holds or held the seat. */
enum err grading_owner(struct work *work, const char *id, const char **organisation_id);
