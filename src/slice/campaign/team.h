#pragma once

/* A campaign's guideline and walls: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape guideline_list_shape;
extern const struct shape guideline_view_shape;
extern const struct shape guideline_body_shape;
extern const struct shape wall_list_shape;
extern const struct shape wall_body_shape;

enum err team_serve_guidelines(struct call *call);
enum err team_serve_guideline(struct call *call);
enum err team_serve_guideline_add(struct call *call);
enum err team_serve_walls(struct call *call);
enum err team_serve_wall_add(struct call *call);
enum err team_serve_wall_lift(struct call *call);
