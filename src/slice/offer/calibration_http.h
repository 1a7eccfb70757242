#pragma once

/* The calibration as its expert meets it: a step between signing and the queue. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape calibration_state_shape;
extern const struct shape calibration_answer_shape;
extern const struct shape calibration_feedback_shape;

enum err calibration_serve_show(struct call *call);
enum err calibration_serve_answer(struct call *call);
