#pragma once

/* Signing in and out, passwords and API keys: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape session_body_shape;
extern const struct shape session_shape;
extern const struct shape password_body_shape;
extern const struct shape key_list_shape;
extern const struct shape key_body_shape;
extern const struct shape key_made_shape;

enum err session_serve_open(struct call *call);
enum err session_serve_show(struct call *call);
enum err session_serve_close(struct call *call);
enum err session_serve_password(struct call *call);
enum err session_serve_keys(struct call *call);
enum err session_serve_key_add(struct call *call);
enum err session_serve_key_revoke(struct call *call);
