#pragma once

/* Inside the slice: the doors of the graders' report. */

#include "base/err.h"
#include "base/shape.h"

struct call;
struct outlet;

extern const struct shape grader_report_shape;
enum err fairness_serve_graders(struct call *call);
extern const struct shape technical_shape;
enum err technical_serve(struct call *call);
enum err technical_pour(struct call *call, struct outlet *outlet);
enum err fairness_pour_graders(struct call *call, struct outlet *outlet);
