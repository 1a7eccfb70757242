#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "base/rng.h"
#include "slice/bank/bank.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/parameter_text.h"
#include "store/work.h"

enum { PILOT_STEP = 3, TOP_COUNT = 3 };

static const double EXPOSURE_MAX = 0.8;
static const double DEVIATION_MAX = 0.4;
static const double CUT_LEVEL = 0.9;

/* The pool of one interview. */
struct pool {
    struct bank_entry *entries;
    size_t count;
    struct step_row *steps;
    size_t step_count;
    bool *closed;
    uint32_t *shown;
    uint32_t *block;
    uint32_t *given; /* [block] */
    double *shares;
    uint32_t block_count;
};

static bool holds(const struct texts *texts, const char *code)
{
    for (size_t i = 0; i < texts->count; i++) {
        if (strcmp(texts->at[i], code) == 0) {
            return true;
        }
    }
    return false;
}

/* An item that was asked closes its enemies. */
static void close_enemies(struct pool *pool, const struct bank_entry *asked)
{
    for (size_t i = 0; i < pool->count; i++) {
        const struct bank_entry *entry = &pool->entries[i];

        if (holds(&asked->enemies, entry->code) || holds(&entry->enemies, asked->code)) {
            pool->closed[i] = true;
        }
    }
}

static enum err close_seen(struct work *work, const struct interview_row *interview,
                           struct pool *pool)
{
    struct seen_row *seen;
    size_t count;

    TRY(items_seen(work, &(struct items_seen_args){.person_id = interview->person_id}, &seen,
                   &count));
    for (size_t i = 0; i < pool->count; i++) {
        for (size_t k = 0; k < count && !interview->is_practice; k++) {
            pool->closed[i] |= strcmp(seen[k].item_id, pool->entries[i].id) == 0;
        }
        for (size_t k = 0; k < pool->step_count; k++) {
            if (strcmp(pool->steps[k].item_id, pool->entries[i].id) == 0) {
                pool->closed[i] = true;
                pool->given[pool->block[i]]++;
                close_enemies(pool, &pool->entries[i]);
            }
        }
    }
    return OK;
}

/* Which items may be asked, and how the blocks stand. */
static enum err load_pool(struct work *work, const struct interview_row *interview,
                          struct pool *out)
{
    struct pool pool = {0};
    struct map *blocks = map_new(work->arena);
    const char *wanted = interview->is_practice ? "retired" : "live";

    TRY(bank_pool(work, interview->domain, &pool.entries, &pool.count));
    TRY(steps_of(work,
                 &(struct steps_of_args){.interview_id = interview->id,
                                         .organisation_id = work->organisation_id},
                 &pool.steps, &pool.step_count));
    pool.closed = arena_array(work->arena, bool, pool.count + 1);
    pool.shown = arena_array(work->arena, uint32_t, pool.count + 1);
    pool.block = arena_array(work->arena, uint32_t, pool.count + 1);
    pool.given = arena_array(work->arena, uint32_t, IRT_BLOCK_MAX);
    pool.shares = arena_array(work->arena, double, IRT_BLOCK_MAX);
    for (size_t i = 0; i < pool.count; i++) {
        uint32_t block = map_add(blocks, text_of(pool.entries[i].block));

        pool.block[i] = block < IRT_BLOCK_MAX ? block : IRT_BLOCK_MAX - 1;
        pool.shown[i] = (uint32_t)pool.entries[i].shown;
        pool.closed[i] = strcmp(pool.entries[i].status, wanted) != 0;
        pool.shares[pool.block[i]] += pool.closed[i] ? 0 : 1;
    }
    pool.block_count = map_count(blocks) < IRT_BLOCK_MAX ? map_count(blocks) : IRT_BLOCK_MAX;
    TRY(close_seen(work, interview, &pool));
    *out = pool;
    return OK;
}

/* Shares of the blocks that can still be asked, so that they sum to one. */
static void normalise(struct pool *pool)
{
    double sum = 0;

    for (uint32_t i = 0; i < pool->block_count; i++) {
        sum += pool->shares[i];
    }
    for (uint32_t i = 0; i < pool->block_count && sum > 0; i++) {
        pool->shares[i] /= sum;
    }
}

/* A trial item at its fixed place, drawn at random; the count where there is none. */
static size_t draw_pilot(const struct interview_row *interview, const struct pool *pool)
{
    struct rng rng = rng_stream((uint64_t)interview->chance_seed, 77);
    size_t found = pool->count;
    uint32_t met = 0;

    if (interview->is_practice || pool->step_count + 1 != PILOT_STEP) {
        return found;
    }
    for (size_t i = 0; i < pool->count; i++) {
        if (strcmp(pool->entries[i].status, "pilot") == 0 && rng_below(&rng, ++met) == 0) {
            found = i;
        }
    }
    return found;
}

static enum err draw_best(struct work *work, const struct interview_row *interview,
                          struct pool *pool, const struct interview_reading *reading, size_t *out)
{
    struct irt_entry *entries = arena_array(work->arena, struct irt_entry, pool->count);
    struct rng rng = rng_stream((uint64_t)interview->chance_seed, pool->step_count);
    struct interview_sessions_row sessions;
    struct irt_bank bank;
    uint32_t best;

    for (size_t i = 0; i < pool->count; i++) {
        entries[i] = (struct irt_entry){.item = pool->entries[i].model, .block = pool->block[i]};
    }
    TRY(interview_sessions(
        work,
        &(struct interview_sessions_args){.organisation_id = work->organisation_id,
                                          .domain = interview->domain},
        &sessions));
    TRY(irt_bank_new(work->arena, entries, (uint32_t)pool->count, &bank, &work->fault));
    normalise(pool);
    struct irt_posterior posterior = irt_posterior_new(&bank, reading->mean, reading->deviation);
    struct irt_choice choice = {.closed = pool->closed,
                                .shares = pool->shares,
                                .given = pool->given,
                                .shown = pool->shown,
                                .session_count = (uint32_t)sessions.amount + 1,
                                .exposure_max = EXPOSURE_MAX,
                                .top_count = TOP_COUNT};

    TRY(irt_choose(&bank, &posterior, &choice, &rng, &best));
    *out = best;
    return OK;
}

/* The order in which the parts are shown: of an order item by chance, else as they stand. */
static const char *present(struct work *work, const struct interview_row *interview,
                           const struct bank_entry *entry, size_t step)
{
    struct rng rng = rng_stream((uint64_t)interview->chance_seed, 1000 + step);
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);
    uint32_t places[ITEM_PART_MAX];
    uint32_t count = (uint32_t)entry->part_count;

    for (uint32_t i = 0; i < count; i++) {
        places[i] = i + 1;
    }
    for (uint32_t i = count; strcmp(entry->kind, "order") == 0 && i > 1; i--) {
        uint32_t k = rng_below(&rng, i);
        uint32_t kept = places[i - 1];

        places[i - 1] = places[k];
        places[k] = kept;
    }
    json_open(&out, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_int(&out, places[i]);
    }
    json_close(&out, ']');
    return buffer.at;
}

static enum err put_step(struct work *work, const struct interview_row *interview,
                         const struct pool *pool, size_t chosen)
{
    const struct bank_entry *entry = &pool->entries[chosen];

    TRY(step_insert(work, &(struct step_insert_args){
                              .id = work_new_id(work, "stp"),
                              .organisation_id = work->organisation_id,
                              .interview_id = interview->id,
                              .step_number = (int64_t)pool->step_count + 1,
                              .item_id = entry->id,
                              .version_number = entry->version,
                              .is_counted = strcmp(entry->status, "pilot") != 0,
                              .presentation = present(work, interview, entry, pool->step_count),
                              .parameters = parameter_text(work, &entry->model),
                              .calibration_id = entry->calibration_id,
                              .asked_at = work->now_us,
                          }));
    return interview->is_practice ? OK : bank_shown(work, entry->id);
}

/* Why it ends here; NULL: it goes on. */
static const char *stop_of(const struct interview_row *interview, const struct pool *pool,
                           const struct interview_reading *reading)
{
    size_t least = interview->item_max < INTERVIEW_ITEM_MIN ? (size_t)interview->item_max
                                                            : (size_t)INTERVIEW_ITEM_MIN;
    double above = reading->chance_above;

    if (pool->step_count >= (size_t)interview->item_max) {
        return "count";
    }
    if (interview->is_practice || reading->counted < least) {
        return NULL;
    }
    if (reading->deviation <= DEVIATION_MAX) {
        return "precise";
    }
    return above >= (1 + CUT_LEVEL) / 2 || above <= (1 - CUT_LEVEL) / 2 ? "clear" : NULL;
}

enum err interview_ask(struct work *work, const struct interview_row *interview, const char **stop)
{
    struct interview_reading reading;
    struct pool pool;
    size_t chosen;

    TRY(load_pool(work, interview, &pool));
    TRY(interview_read(work, interview, &reading));
    *stop = stop_of(interview, &pool, &reading);
    if (*stop != NULL) {
        return OK;
    }
    chosen = draw_pilot(interview, &pool);
    if (chosen == pool.count) {
        enum err err =
            pool.count == 0 ? ERR_NOT_FOUND : draw_best(work, interview, &pool, &reading, &chosen);

        if (err == ERR_NOT_FOUND) {
            *stop = "empty";
            return OK;
        }
        TRY(err);
    }
    return put_step(work, interview, &pool, chosen);
}
