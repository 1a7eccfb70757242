#pragma once

/* Settles the time of a week for everybody: {"day": N}, days since 1970 of its Monday. */

struct job_kind;

extern const struct job_kind time_settle_job;
