#pragma once

/* The job that computes a campaign's quality anew from the answers that stand. */

struct job_kind;

extern const struct job_kind quality_job;
