#pragma once

/* Calibrations of people who are engaged already: teams put together by hand, and guidelines that
 * have changed. Handlers and shapes. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape calibration_standing_list_shape;
extern const struct shape calibration_call_body_shape;
extern const struct shape calibration_called_shape;

enum err call_serve_standings(struct call *call);
enum err call_serve_ask(struct call *call);
enum err call_serve_show(struct call *call);
enum err call_serve_answer(struct call *call);

/* Put a person on a team by hand: on hold until the calibration is passed, where there is one. */
enum err call_serve_join(struct call *call);
