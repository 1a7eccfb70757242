#pragma once

/* Applications at the door: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape application_body_shape;
extern const struct shape application_list_shape;
extern const struct shape application_query_shape;
extern const struct shape application_view_shape;
extern const struct shape decision_shape;

enum err application_serve_make(struct call *call);
enum err application_serve_own(struct call *call);
enum err application_serve_of_listing(struct call *call);
enum err application_serve_show(struct call *call);
enum err application_serve_withdraw(struct call *call);
enum err application_serve_decide(struct call *call);
