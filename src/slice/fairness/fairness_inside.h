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

/* Items compared between groups: fairness_dif_http.c. */
extern const struct shape dif_body_shape;
extern const struct shape dif_list_shape;
extern const struct shape item_dif_list_shape;
enum err fairness_serve_items(struct call *call);
enum err fairness_serve_item(struct call *call);
