#include <float.h>
#include <math.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/inquiry/inquiry.h"
#include "slice/inquiry/inquiry_sql.h"
#include "slice/installation.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { TELL_EVERY_US = 1'000'000 };

/* ------------------------------------------------------------------ answers kept */

struct kept {
    const struct inquiry *inquiry;
    const char *hash;
    const char *answer; /* NULL: none */
    double spend;
};

static enum err find_answer(struct work *work, void *context)
{
    struct kept *kept = context;
    struct inquiry_answer_row row;

    TRY(inquiry_answer(work,
                       &(struct inquiry_answer_args){.organisation_id = work->organisation_id,
                                                     .call_hash = kept->hash},
                       &row));
    kept->answer = row.answer;
    return OK;
}

static bool find(void *context, struct arena *arena, const char *hash, struct text *out)
{
    struct inquiry *inquiry = context;
    struct work *work = inquiry->job->work;
    struct arena *before = work->arena;
    struct kept kept = {.hash = hash};

    work->arena = arena;
    enum err err = store_read(work, find_answer, &kept);

    work->arena = before;
    if (err != OK) {
        return false;
    }
    *out = text_of(kept.answer);
    return true;
}

static enum err put_call(struct work *work, void *context)
{
    const struct kept *kept = context;

    return inquiry_call_put(
        work, &(struct inquiry_call_put_args){.organisation_id = work->organisation_id,
                                              .inquiry_id = kept->inquiry->id,
                                              .call_hash = kept->hash,
                                              .answer = kept->answer,
                                              .spend = kept->spend,
                                              .called_at = work->now_us});
}

/* Durable before it is used. A store that cannot take it ends the run: what is paid for must not be
 * forgotten. */
static void keep(void *context, const char *hash, struct text answer,
                 const struct model_reply *reply)
{
    ARENA_SCOPE arena = arena_new();
    struct inquiry *inquiry = context;
    struct work *work = inquiry->job->work;
    struct arena *before = work->arena;
    struct kept kept = {.inquiry = inquiry,
                        .hash = hash,
                        .answer =
                            answer.size == 0 ? NULL : arena_copy(arena, answer.at, answer.size),
                        .spend = reply->spend};

    work->arena = arena;
    work->now_us = clock_now_us();
    enum err err = store_write(work, put_call, &kept);

    work->arena = before;
    inquiry->halted = inquiry->halted == OK ? err : inquiry->halted;
}

/* ------------------------------------------------------------------ the job */

static bool is_cancelled(void *context)
{
    struct inquiry *inquiry = context;
    int64_t now_us = clock_tick_us();

    if (inquiry->halted == OK && now_us - inquiry->told_us >= TELL_EVERY_US) {
        inquiry->told_us = now_us;
        inquiry->halted = job_progress(inquiry->job, inquiry->done, inquiry->total, NULL);
    }
    return inquiry->halted != OK;
}

static enum err load(struct work *work, void *context)
{
    struct inquiry *inquiry = context;
    struct inquiry_load_row *row = arena_new_of(work->arena, struct inquiry_load_row);
    struct principal *who = arena_new_of(work->arena, struct principal);

    TRY(inquiry_load(
        work,
        &(struct inquiry_load_args){.id = inquiry->id, .organisation_id = work->organisation_id},
        row));
    *who = (struct principal){
        .person_id = row->started_by, .name = "", .organisation_id = work->organisation_id};
    work->who = who;
    inquiry->subject_id = row->subject_id;
    inquiry->budget = row->budget;
    inquiry->server.model = row->model;
    inquiry->options = row->options;
    return OK;
}

enum err inquiry_open(struct job_run *job, const struct shape *shape, void *options,
                      struct inquiry *out)
{
    struct work *work = job->work;
    const struct inquiry_settings *settings = work->installation->inquiry;
    struct json *arguments;
    struct json *said;

    if (settings == NULL) {
        return work_fail(work, ERR_INVALID, "this installation has no model server any more");
    }
    TRY(json_parse(work->arena, text_of(job->arguments), &arguments, &work->fault));
    *out = (struct inquiry){.job = job,
                            .id = json_text_of(arguments, "inquiry_id"),
                            .server = settings->server,
                            .cache = {.context = out, .find = find, .keep = keep}};
    work->organisation_id = job->organisation_id;
    TRY(store_read(work, load, out));
    TRY(json_parse(work->arena, text_of(out->options), &said, &work->fault));
    return json_decode(work->arena, said, shape, options, &work->fault);
}

struct purse {
    const struct inquiry *inquiry;
    struct inquiry_spent_row spent;
};

static enum err count_spent(struct work *work, void *context)
{
    struct purse *purse = context;

    return inquiry_spent(work,
                         &(struct inquiry_spent_args){.id = purse->inquiry->id,
                                                      .organisation_id = work->organisation_id,
                                                      .since_at = work->now_us - TIME_DAY},
                         &purse->spent);
}

enum err inquiry_run(struct inquiry *inquiry, struct model_run *out)
{
    struct work *work = inquiry->job->work;
    double day = work->installation->inquiry->budget_day;
    struct purse purse = {.inquiry = inquiry};

    work->now_us = clock_now_us();
    TRY(store_read(work, count_spent, &purse));
    double left = fmin(inquiry->budget > 0 ? inquiry->budget - purse.spent.own : (double)INFINITY,
                       day > 0 ? day - purse.spent.lately : (double)INFINITY);

    *out = (struct model_run){.server = &inquiry->server,
                              .cache = &inquiry->cache,
                              /* zero would be no bound at all */
                              .budget = isinf(left) ? 0 : fmax(left, DBL_MIN),
                              .seed = (uint64_t)work->now_us,
                              .cancelled = is_cancelled,
                              .cancel_context = inquiry};
    return OK;
}

static const char *result_of(struct work *work, const struct model_totals *totals)
{
    return arena_print(work->arena,
                       "{\"answered\":%llu,\"refused\":%llu,\"unusable\":%llu,\"unreachable\":%llu,"
                       "\"unpaid\":%llu,\"cached\":%llu,\"tries\":%llu,\"input_tokens\":%lld,"
                       "\"output_tokens\":%lld}",
                       (unsigned long long)totals->ends[MODEL_ANSWERED],
                       (unsigned long long)totals->ends[MODEL_REFUSED],
                       (unsigned long long)totals->ends[MODEL_UNUSABLE],
                       (unsigned long long)totals->ends[MODEL_UNREACHABLE],
                       (unsigned long long)totals->ends[MODEL_UNPAID],
                       (unsigned long long)totals->cached, (unsigned long long)totals->tries,
                       (long long)totals->input_tokens, (long long)totals->output_tokens);
}

enum err inquiry_step(struct inquiry *inquiry, const struct model_totals *more, int64_t done)
{
    model_totals_add(&inquiry->totals, more);
    TRY(inquiry->halted);
    inquiry->done = done;
    inquiry->told_us = clock_tick_us();
    return job_progress(inquiry->job, done, inquiry->total,
                        result_of(inquiry->job->work, &inquiry->totals));
}

bool inquiry_is_whole(const struct inquiry *inquiry)
{
    const uint64_t *ends = inquiry->totals.ends;

    return ends[MODEL_UNREACHABLE] + ends[MODEL_UNPAID] + ends[MODEL_CANCELLED] == 0;
}

enum err inquiry_settle(struct work *work, const struct inquiry *inquiry)
{
    const uint64_t *ends = inquiry->totals.ends;
    bool whole = inquiry_is_whole(inquiry);
    const char *note = "";
    int64_t affected;

    if (ends[MODEL_UNPAID] > 0) {
        note = arena_print(work->arena, "the budget is spent: %llu calls were not sent",
                           (unsigned long long)ends[MODEL_UNPAID]);
    } else if (!whole) {
        note = arena_print(work->arena, "the model server did not answer %llu calls",
                           (unsigned long long)ends[MODEL_UNREACHABLE]);
    }
    return inquiry_outcome(work,
                           &(struct inquiry_outcome_args){.id = inquiry->id,
                                                          .organisation_id = work->organisation_id,
                                                          .outcome = whole ? "done" : "stopped",
                                                          .note = note},
                           &affected);
}
