#pragma once

/* The expert's work over HTTP: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape work_list_shape;
extern const struct shape claimed_shape;
extern const struct shape lease_view_shape;
extern const struct shape lease_life_shape;
extern const struct shape draft_body_shape;
extern const struct shape skip_body_shape;
extern const struct shape answer_body_shape;
extern const struct shape answer_query_shape;
extern const struct shape answer_made_shape;
extern const struct shape own_list_shape;

enum err work_serve_list(struct call *call);
enum err work_serve_claim(struct call *call);
enum err work_serve_revise(struct call *call);
enum err work_serve_lease(struct call *call);
enum err work_serve_heartbeat(struct call *call);
enum err work_serve_draft(struct call *call);
enum err work_serve_skip(struct call *call);
enum err work_serve_submit(struct call *call);
enum err work_serve_own(struct call *call);
