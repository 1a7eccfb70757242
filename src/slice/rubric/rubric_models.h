#pragma once

/* What models are asked about a rubric: to judge answers by it, and to draft one. */

#include "base/err.h"

struct call;
struct job_kind;
struct shape;

extern const struct job_kind judge_job;
extern const struct job_kind draft_job;
extern const struct shape judging_shape;
extern const struct shape drafting_shape;
enum err serve_judge(struct call *call);
enum err serve_draft(struct call *call);
