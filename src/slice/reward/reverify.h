#pragma once

/* Kept answers judged anew: does each verdict still hold? */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct job_kind;
struct work;

extern const struct shape reverify_begun_shape;
extern const struct shape reverification_shape;
extern const struct shape flip_query_shape;
extern const struct shape flip_list_shape;

enum err serve_reverify(struct call *call);
enum err serve_reverification(struct call *call);
enum err serve_flips(struct call *call);
enum err reverification_owner(struct work *work, const char *id, const char **organisation_id);

extern const struct job_kind reverify_job;
