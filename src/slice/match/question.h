#pragma once

/* Questions to a run: who else stands for a seat, what if, why not. Handlers and shapes. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape candidate_query_shape;
extern const struct shape candidate_list_shape;
extern const struct shape what_if_body_shape;
extern const struct shape what_if_shape;
extern const struct shape reason_list_shape;

enum err question_serve_candidates(struct call *call);
enum err question_serve_what_if(struct call *call);
enum err question_serve_reasons(struct call *call);
enum err question_serve_own_reasons(struct call *call);
