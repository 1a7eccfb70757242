/* Redundancy that stops: how many answers each task wants, by the campaign's rule. What is decided
 * is a fact, with the certainty that it rests on. */

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/shape.h"
#include "slice/quality/quality_run.h"
#include "slice/quality/stop_rule.h"
#include "slice/task/task_count.h"
#include "slice/task/task_sql.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"

#define STREAM_ENGINE "stream"

/* One task whose demand changes. */
struct move {
    const char *task_id;
    int64_t given; /* as it was seen */
    int64_t wanted;
    double certainty;
    const char *reason;
};

struct stored {
    const char *reason;
    double certainty;
    int64_t wanted;
    int64_t plain;
};

struct plan {
    const struct quality_run *run;
    const double *certainty; /* [task] of the run */
    struct stop_rule rule;
    bool on;
    struct map *known; /* tasks that have a demand */
    struct stored *stored;
    size_t stored_room;
    struct move *moves;
    size_t move_count;
    size_t move_room;
};

static enum err read_stored(struct work *work, void *context, const struct demand_all_row *row)
{
    struct plan *plan = context;
    uint32_t number = map_add(plan->known, text_of(row->task_id));

    if (number >= plan->stored_room) {
        struct stored *longer =
            arena_array(work->arena, struct stored, plan->stored_room * 2 + 256);

        if (number > 0) {
            memcpy(longer, plan->stored, number * sizeof(*longer));
        }
        plan->stored = longer;
        plan->stored_room = plan->stored_room * 2 + 256;
    }
    plan->stored[number] =
        (struct stored){.reason = arena_copy(work->arena, row->reason, strlen(row->reason)),
                        .certainty = row->certainty,
                        .wanted = row->wanted,
                        .plain = row->wanted_plain};
    return OK;
}

static void add_move(struct arena *arena, struct plan *plan, struct move move)
{
    if (plan->move_count == plan->move_room) {
        struct move *longer = arena_array(arena, struct move, plan->move_room * 2 + 256);

        if (plan->move_count > 0) {
            memcpy(longer, plan->moves, plan->move_count * sizeof(*longer));
        }
        plan->moves = longer;
        plan->move_room = plan->move_room * 2 + 256;
    }
    plan->moves[plan->move_count++] = move;
}

static enum err weigh(struct work *work, void *context, const struct task_states_row *row)
{
    struct plan *plan = context;
    struct move move = {.given = row->given, .reason = "plain"};
    const struct stored *stored = NULL;
    uint32_t number;

    if (strcmp(row->state, "held") == 0 || strcmp(row->state, "withdrawn") == 0) {
        return OK;
    }
    if (map_find(plan->known, text_of(row->task_id), &number)) {
        stored = &plan->stored[number];
    }
    if (!plan->on) {
        move.wanted = plan->run->campaign.redundancy;
        if (stored == NULL || strcmp(stored->reason, "plain") == 0) {
            return OK;
        }
    } else {
        move.certainty = map_find(plan->run->task_ids, text_of(row->task_id), &number)
                             ? plan->certainty[number]
                             : 0;
        move.wanted = stop_wanted(&plan->rule, row->given, move.certainty, &move.reason);
        if (stored != NULL && stored->wanted == move.wanted && row->wanted == move.wanted &&
            strcmp(stored->reason, move.reason) == 0) {
            return OK;
        }
    }
    move.task_id = arena_copy(work->arena, row->task_id, strlen(row->task_id));
    add_move(work->arena, plan, move);
    return OK;
}

static enum err find_moves(struct work *work, void *context)
{
    struct plan *plan = context;

    plan->known = map_new(work->arena);
    plan->stored_room = plan->move_room = plan->move_count = 0;
    TRY(demand_all(work,
                   &(struct demand_all_args){.campaign_id = plan->run->campaign_id,
                                             .organisation_id = work->organisation_id},
                   read_stored, plan));
    return task_states(work,
                       &(struct task_states_args){.campaign_id = plan->run->campaign_id,
                                                  .organisation_id = work->organisation_id},
                       weigh, plan);
}

static enum err apply(struct work *work, const struct plan *plan, const struct move *move)
{
    const char *campaign_id = plan->run->campaign_id;
    int64_t before = 0;
    enum err err = task_want(work, campaign_id, move->task_id, move->given, move->wanted, &before);

    if (err == ERR_CONFLICT) {
        return OK; /* an answer came meanwhile, and with it the next run */
    }
    TRY(err);
    TRY(demand_event_insert(work, &(struct demand_event_insert_args){
                                      .id = work_new_id(work, "dem"),
                                      .organisation_id = work->organisation_id,
                                      .campaign_id = campaign_id,
                                      .task_id = move->task_id,
                                      .wanted_before = before,
                                      .wanted = move->wanted,
                                      .given = move->given,
                                      .certainty = move->certainty,
                                      .reason = move->reason,
                                      .engine = STREAM_ENGINE,
                                      .engine_version = QUALITY_ENGINE_VERSION,
                                      .happened_at = work->now_us,
                                  }));
    return demand_put(work,
                      &(struct demand_put_args){.task_id = move->task_id,
                                                .organisation_id = work->organisation_id,
                                                .campaign_id = campaign_id,
                                                .reason = move->reason,
                                                .certainty = move->certainty,
                                                .wanted = move->wanted,
                                                .wanted_plain = plan->run->campaign.redundancy});
}

struct slab {
    const struct plan *plan;
    size_t first;
};

static enum err apply_slab(struct work *work, void *context)
{
    const struct slab *slab = context;
    size_t end = slab->first + QUALITY_CHUNK;

    for (size_t i = slab->first; i < slab->plan->move_count && i < end; i++) {
        TRY(apply(work, slab->plan, &slab->plan->moves[i]));
    }
    return OK;
}

enum err quality_demand(struct work *work, struct quality_run *run, const double *certainty)
{
    const struct campaign_row *campaign = &run->campaign;
    struct plan plan = {.run = run,
                        .certainty = certainty,
                        .on = campaign->label_min != INT_ABSENT,
                        .rule = {.target = campaign->target_certainty,
                                 .minimum = campaign->label_min,
                                 .maximum = campaign->label_max}};

    TRY(store_read(work, find_moves, &plan));
    for (struct slab slab = {.plan = &plan}; slab.first < plan.move_count;
         slab.first += QUALITY_CHUNK) {
        TRY(store_write(work, apply_slab, &slab));
    }
    return OK;
}
