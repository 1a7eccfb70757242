#pragma once

/* The gate: does a task reward what it should, and nothing else? */

struct job_kind;

#define GATE_JOB "environment.gate"

extern const struct job_kind gate_job;
