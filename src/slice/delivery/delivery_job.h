#pragma once

/* The job that makes a delivery: rows from the store, files from rows, a seal over all of it. */

struct job_kind;

extern const struct job_kind delivery_job;
#define DELIVERY_JOB "delivery"
