#pragma once

/* The calibration as its expert meets it: a step between signing and the queue. */

#include "base/err.h"

struct call;

enum err calibration_serve_show(struct call *call);
enum err calibration_serve_answer(struct call *call);
