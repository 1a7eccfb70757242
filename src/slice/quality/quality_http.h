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

/* quality_http.c */
struct truth_query {
    const char *label;
    const char *after;
    int64_t limit;
};

/* measure_http.c */
extern const struct shape confusion_query_shape;
extern const struct shape confusion_list_shape;
extern const struct shape answers_query_shape;
extern const struct shape answer_list_shape;
extern const struct shape checks_query_shape;
extern const struct shape met_list_shape;
extern const struct shape bias_list_shape;
extern const struct shape forecast_view_shape;
extern const struct shape routing_list_shape;
enum err quality_serve_confusion(struct call *call);
enum err quality_serve_answers(struct call *call);
enum err quality_serve_checks(struct call *call);
enum err quality_serve_hard(struct call *call);
enum err quality_serve_biases(struct call *call);
enum err quality_serve_forecast(struct call *call);
enum err quality_serve_routing(struct call *call);

/* people_http.c */
extern const struct shape clause_list_shape;
extern const struct shape reviewed_query_shape;
extern const struct shape reviewed_list_shape;
extern const struct shape reviewer_list_shape;
extern const struct shape alert_list_shape;
extern const struct shape alert_query_shape;
extern const struct shape alert_item_list_shape;
extern const struct shape finding_body_shape;
enum err quality_serve_clauses(struct call *call);
enum err quality_serve_reviews(struct call *call);
enum err quality_serve_reviewers(struct call *call);
enum err quality_serve_alerts(struct call *call);
enum err quality_serve_alert_items(struct call *call);
enum err quality_serve_finding(struct call *call);

/* own_http.c */
extern const struct shape own_skill_view_shape;
enum err quality_serve_own(struct call *call);
