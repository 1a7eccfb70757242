#pragma once

/* Quality over HTTP: handlers and shapes for the slice's route table, by source. */

#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct call;
struct work;

/* rater_http.c */
extern const struct shape rater_body_shape;
extern const struct shape judgements_body_shape;
enum err quality_serve_rater_add(struct call *call);
enum err quality_serve_judgements(struct call *call);

/* stop_http.c */
struct saving {
    double target_certainty;
    int64_t label_min;
    int64_t label_max;
    int64_t task_count;
    int64_t saved_count;
    int64_t saved_minor;
    const char *currency;
    struct list counts;
};
extern const struct shape stop_body_shape;
extern const struct shape saving_shape;
extern const struct shape demand_list_shape;
extern const struct shape demand_query_shape;
extern const struct shape demand_event_list_shape;
enum err quality_saving(struct work *work, const char *campaign_id, struct saving *out);
enum err quality_serve_stop_set(struct call *call);
enum err quality_serve_stop_clear(struct call *call);
enum err quality_serve_saving(struct call *call);
enum err quality_serve_demands(struct call *call);
enum err quality_serve_demand_events(struct call *call);
