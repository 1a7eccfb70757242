#pragma once

/* Thin faces over the grader, in the forms that public trainers speak. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct outlet;

/* SandboxFusion's POST /run_code. */
extern const struct shape run_code_shape;
extern const struct shape run_code_reply_shape;
enum err serve_run_code(struct call *call);

/* NeMo Gym's POST /verify. */
enum err serve_verify(struct call *call, struct outlet *outlet);
