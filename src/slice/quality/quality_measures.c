/* The small derived tables: made anew, label by label. */

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "slice/quality/quality_run.h"
#include "slice/type/type.h"
#include "store/work.h"

static const char *name_of(const struct quality_run *run, uint32_t rater)
{
    return rater == QUALITY_ALL ? "" : rater == QUALITY_TRUTH ? "truth" : run->raters[rater].name;
}

static const char *id_of(const struct quality_run *run, uint32_t rater)
{
    return rater == QUALITY_ALL ? "" : rater == QUALITY_TRUTH ? "truth" : run->raters[rater].id;
}

static const char *stratum_of(const struct quality_run *run, uint32_t stratum)
{
    return stratum == QUALITY_ALL ? "" : map_key(run->strata, stratum).at;
}

static enum err write_skill(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.skill_count;
    struct skill_insert_args *rows = arena_array(work->arena, struct skill_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_skill *one = &run->result.skills[i];

        rows[i] = (struct skill_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .rater_id = run->raters[one->rater].id,
            .rater_kind = run->raters[one->rater].kind,
            .rater_name = run->raters[one->rater].name,
            .domain = stratum_of(run, one->stratum),
            .label_count = one->vote_count,
            .agreed_count = one->agreed_count,
            .accuracy = one->accuracy,
            .low = one->low,
            .high = one->high,
            .plain = one->plain,
            .others_count = one->others_count,
            .others_agree = one->others_agree,
            .all_agree = one->all_agree,
            .gold_count = one->gold_count,
            .gold_right = one->gold_right,
            .is_top = one->is_top,
        };
    }
    TRY(skill_clear(work, &(struct skill_clear_args){.campaign_id = run->campaign_id,
                                                     .organisation_id = work->organisation_id,
                                                     .label = run->label->name}));
    return skill_insert(work, rows, count);
}

static enum err write_agreement(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.agreement_count;
    struct agreement_insert_args *rows =
        arena_array(work->arena, struct agreement_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_agreement *one = &run->result.agreements[i];

        rows[i] = (struct agreement_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .stratum = stratum_of(run, one->stratum),
            .metric = one->metric,
            .left_id = id_of(run, one->left),
            .right_id = id_of(run, one->right),
            .left_name = name_of(run, one->left),
            .right_name = name_of(run, one->right),
            .estimate = one->estimate,
            .low = one->low,
            .high = one->high,
            .unit_count = (int64_t)one->unit_count,
        };
    }
    TRY(agreement_clear(work,
                        &(struct agreement_clear_args){.campaign_id = run->campaign_id,
                                                       .organisation_id = work->organisation_id,
                                                       .label = run->label->name}));
    return agreement_insert(work, rows, count);
}

static enum err write_confusion(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.cell_count;
    struct confusion_insert_args *rows =
        arena_array(work->arena, struct confusion_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_cell *one = &run->result.cells[i];

        rows[i] = (struct confusion_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .rater_id = id_of(run, one->rater),
            .value = run->label->classes[one->class],
            .said = run->label->classes[one->given],
            .vote_count = one->count,
            .value_count = one->class_count,
        };
    }
    TRY(confusion_clear(work,
                        &(struct confusion_clear_args){.campaign_id = run->campaign_id,
                                                       .organisation_id = work->organisation_id,
                                                       .label = run->label->name}));
    return confusion_insert(work, rows, count);
}

static enum err write_bias(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.bias_count;
    struct bias_insert_args *rows = arena_array(work->arena, struct bias_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_bias *one = &run->result.biases[i];

        rows[i] = (struct bias_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .kind = one->kind,
            .rater_id = id_of(run, one->rater),
            .rater_name = name_of(run, one->rater),
            .vote_count = (int64_t)one->vote_count,
            .estimate = one->estimate,
            .low = one->low,
            .high = one->high,
            .p = one->p,
        };
    }
    TRY(bias_clear(work, &(struct bias_clear_args){.campaign_id = run->campaign_id,
                                                   .organisation_id = work->organisation_id,
                                                   .label = run->label->name}));
    return bias_insert(work, rows, count);
}

/* The tasks in which an alert shows, as a JSON list. */
static const char *evidence_of(struct arena *arena, const struct quality_run *run,
                               const struct quality_alert *alert)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '[');
    for (size_t i = 0; i < alert->task_count; i++) {
        json_text(&out, run->tasks[alert->tasks[i]].id);
    }
    json_close(&out, ']');
    return buffer.at;
}

static enum err write_alert(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.alert_count;
    struct alert_insert_args *rows = arena_array(work->arena, struct alert_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_alert *one = &run->result.alerts[i];

        rows[i] = (struct alert_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .kind = one->kind,
            .left_id = id_of(run, one->left),
            .right_id = id_of(run, one->right),
            .left_name = name_of(run, one->left),
            .right_name = name_of(run, one->right),
            .vote_count = (int64_t)one->vote_count,
            .telling_count = (int64_t)one->telling_count,
            .by_chance = one->expected,
            .strength = one->strength,
            .evidence = evidence_of(work->arena, run, one),
        };
    }
    TRY(alert_clear(work, &(struct alert_clear_args){.campaign_id = run->campaign_id,
                                                     .organisation_id = work->organisation_id,
                                                     .label = run->label->name}));
    return alert_insert(work, rows, count);
}

static enum err write_forecast(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.step_count;
    struct forecast_insert_args *rows =
        arena_array(work->arena, struct forecast_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_step *one = &run->result.steps[i];

        rows[i] = (struct forecast_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .step = (int64_t)i,
            .vote_count = (int64_t)one->vote_count,
            .spend_minor = one->spend_minor,
            .accuracy = one->accuracy,
            .low = one->low,
            .high = one->high,
        };
    }
    TRY(forecast_clear(work, &(struct forecast_clear_args){.campaign_id = run->campaign_id,
                                                           .organisation_id = work->organisation_id,
                                                           .label = run->label->name}));
    return forecast_insert(work, rows, count);
}

static enum err write_routing(struct work *work, const struct quality_run *run)
{
    size_t count = run->result.next_count;
    struct routing_insert_args *rows = arena_array(work->arena, struct routing_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        const struct quality_next *one = &run->result.nexts[i];

        rows[i] = (struct routing_insert_args){
            .organisation_id = work->organisation_id,
            .campaign_id = run->campaign_id,
            .label = run->label->name,
            .position = (int64_t)i + 1,
            .task_id = run->tasks[one->task].id,
            .rater_id = run->raters[one->rater].id,
            .rater_name = run->raters[one->rater].name,
            .gain = one->gain,
            .cost_minor = run->raters[one->rater].price_minor,
            .probability = run->result.truths[one->task].probability,
        };
    }
    TRY(routing_clear(work, &(struct routing_clear_args){.campaign_id = run->campaign_id,
                                                         .organisation_id = work->organisation_id,
                                                         .label = run->label->name}));
    return routing_insert(work, rows, count);
}

enum err quality_write_measures(struct work *work, const struct quality_run *run)
{
    TRY(write_skill(work, run));
    TRY(write_agreement(work, run));
    TRY(write_confusion(work, run));
    TRY(write_bias(work, run));
    TRY(write_alert(work, run));
    TRY(write_forecast(work, run));
    return write_routing(work, run);
}
