#pragma once

/* Inside the slice: who may open a seat. */

#include "base/err.h"

struct work;

/* Only who holds or held the seat. */
enum err grading_owner(struct work *work, const char *id, const char **organisation_id);
