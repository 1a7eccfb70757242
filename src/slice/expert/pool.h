#pragma once

/* Saved pools over HTTP: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape pool_shape;
extern const struct shape pool_list_shape;
extern const struct shape pool_body_shape;
extern const struct shape pool_members_shape;

enum err pool_serve_add(struct call *call);
enum err pool_serve_list(struct call *call);
enum err pool_serve_show(struct call *call);
enum err pool_serve_members_add(struct call *call);
enum err pool_serve_member_remove(struct call *call);
