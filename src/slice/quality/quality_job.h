#pragma once

/* The job that computes a campaign's quality anew from the facts, and asks for more or fewer
 * answers where the campaign says so. */

#include "base/err.h"

struct job_kind;
struct work;

extern const struct job_kind quality_job;

/* Drop what is derived of a campaign and remake it; opens its own transactions. Facts, and the
 * demand for answers, stay as they are. */
enum err quality_rebuild(struct work *work, const char *campaign_id);
