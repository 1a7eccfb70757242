#pragma once

/* Checks and challenges over HTTP: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct work;

extern const struct shape gold_check_list_shape;
extern const struct shape gold_challenge_body_shape;
extern const struct shape gold_challenge_list_shape;
extern const struct shape gold_settle_body_shape;

enum err gold_challenge_owner(struct work *work, const char *id, const char **organisation_id);
enum err gold_serve_checks(struct call *call);
enum err gold_serve_challenge(struct call *call);
enum err gold_serve_challenges(struct call *call);
enum err gold_serve_settle(struct call *call);
