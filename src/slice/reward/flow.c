#include "slice/reward/flow.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/installation.h"
#include "slice/reward/grade.h"
#include "slice/reward/grader.h"
#include "slice/reward/intake.h"
#include "slice/reward/reward.h"
#include "slice/reward/run.h"
#include "slice/reward/verifier.h"
#include "store/store.h"
#include "store/work.h"

enum { WAIT_MS = 200, RUN_NAME_MAX = 200 };

static const struct field reward_query_fields[] = {
    TEXT(reward_query, check, .optional = true, .max = 20,
         .doc = "Short for a verifier that is nothing but a check; for rows that name none"),
    TEXT(reward_query, verifier, .optional = true, .max = 100000,
         .doc = "JSON: a verifier for rows that name none"),
    TEXT(reward_query, environment_id, .optional = true, .max = 40,
         .doc = "The environment whose tasks rows may name"),
    TEXT(reward_query, run, .optional = true, .min = 1, .max = RUN_NAME_MAX,
         .doc = "Keep the verdicts under this name; what was judged there already is shown again"),
};
const struct shape reward_query_shape = SHAPE(reward_query, reward_query_fields, "How to judge");

/* One request on its way. */
struct flow {
    struct work *work;
    struct outlet *outlet;
    struct intake *rows;
    struct docket *docket;
    struct grading grading;
    struct task_source source;
    const char *run_id; /* NULL: nothing is kept */
    struct verdict_tally tally;
    bool ended; /* no more rows */
};

/* ------------------------------------------------------------------ beginning */

static enum err default_verifier(struct work *work, const struct reward_query *query,
                                 struct text *out)
{
    const char *version;

    if (query->verifier != NULL && query->check != NULL) {
        return work_fail_field(work, ERR_INVALID, "check", "send check or verifier, not both");
    }
    if (query->verifier != NULL) {
        *out = text_of(query->verifier);
    } else if (query->check != NULL) {
        struct buffer to = buffer_new(work->arena);
        struct json_out json = json_to(&to);

        json_open(&json, '{');
        json_name(&json, "check");
        json_text(&json, query->check);
        json_close(&json, '}');
        *out = buffer_view(&to);
    } else {
        return OK;
    }
    return verifier_check(work->arena, *out, &version, &work->fault);
}

static enum err choose_organisation(struct work *work, void *context)
{
    const char *environment_id = context;

    work->organisation_id = work->who->organisation_id;
    return environment_id == NULL ? OK
                                  : environment_owner(work, environment_id, &work->organisation_id);
}

enum err reward_choose(struct work *work, const struct reward_query *query,
                       struct task_source *source, struct grading *grading)
{
    TRY(default_verifier(work, query, &grading->verifier));
    TRY(store_read(work, choose_organisation, (void *)(uintptr_t)query->environment_id));
    *source = (struct task_source){.store = work->store,
                                   .installation = work->installation,
                                   .organisation_id = work->organisation_id,
                                   .environment_id = query->environment_id};
    if (query->environment_id != NULL) {
        grading->find_task = task_source_find;
        grading->context = source;
    }
    return OK;
}

static enum err begin(struct flow *flow, const struct reward_query *query, const char *path)
{
    struct work *work = flow->work;

    TRY(reward_choose(work, query, &flow->source, &flow->grading));
    if (query->run != NULL) {
        const char *verifier =
            arena_copy(work->arena, flow->grading.verifier.at, flow->grading.verifier.size);

        TRY(run_open(work,
                     &(struct run_draft){.name = query->run,
                                         .environment_id = query->environment_id,
                                         .verifier = verifier},
                     &flow->run_id));
    }
    TRY(intake_open(path, &flow->rows, &work->fault));
    return docket_new(work->installation->grader, &flow->grading, &flow->docket, &work->fault);
}

/* ------------------------------------------------------------------ going on */

static enum err put_next(struct flow *flow)
{
    struct work *work = flow->work;
    struct buffer again = buffer_new(work->arena);
    struct load *load;

    TRY(intake_next(flow->rows, &load, &work->fault));
    flow->ended = load == NULL;
    if (load != NULL && flow->run_id != NULL) {
        enum err err = run_recall(work, flow->run_id, load, &again, &flow->tally);

        if (err != OK) {
            arena_free(load->arena);
            return err;
        }
        TRY(outlet_write(flow->outlet, buffer_view(&again), &work->fault));
    }
    if (load != NULL && load->row_count > 0) {
        docket_put(flow->docket, load);
    } else if (load != NULL) {
        arena_free(load->arena);
    }
    return OK;
}

/* First it is kept, then it is said. */
static enum err pass_on(struct flow *flow, const struct sheet *sheet)
{
    if (flow->run_id != NULL) {
        TRY(run_keep(flow->work, flow->run_id, sheet));
    }
    for (size_t i = 0; i < sheet->row_count; i++) {
        flow->tally.kind[sheet->rows[i].kind]++;
    }
    return outlet_write(flow->outlet, sheet->lines, &flow->work->fault);
}

static enum err turn(struct flow *flow)
{
    while (!flow->ended && docket_has_room(flow->docket)) {
        TRY(put_next(flow));
    }
    struct sheet *sheet = docket_take(flow->docket, WAIT_MS);

    if (sheet == NULL) {
        /* Nothing to say; but is anybody there? */
        return outlet_heard(flow->outlet)
                   ? OK
                   : outlet_write(flow->outlet, (struct text){0}, &flow->work->fault);
    }
    enum err err = pass_on(flow, sheet);

    sheet_free(sheet);
    return err;
}

static void write_count(struct json_out *out, const char *name, uint64_t count)
{
    json_name(out, name);
    json_int(out, (int64_t)count);
}

static enum err close_with_counts(struct flow *flow)
{
    const uint64_t *kind = flow->tally.kind;
    struct buffer to = buffer_new(flow->work->arena);
    struct json_out out = json_to(&to);
    uint64_t total =
        kind[VERDICT_PASS] + kind[VERDICT_FAIL] + kind[VERDICT_PARTIAL] + kind[VERDICT_UNSCORED];

    json_open(&out, '{');
    json_name(&out, "done");
    json_bool(&out, true);
    if (flow->run_id != NULL) {
        json_name(&out, "run_id");
        json_text(&out, flow->run_id);
    }
    write_count(&out, "row_count", total);
    write_count(&out, "pass_count", kind[VERDICT_PASS]);
    write_count(&out, "fail_count", kind[VERDICT_FAIL]);
    write_count(&out, "partial_count", kind[VERDICT_PARTIAL]);
    write_count(&out, "unscored_count", kind[VERDICT_UNSCORED]);
    json_close(&out, '}');
    buffer_char(&to, '\n');
    return outlet_write(flow->outlet, buffer_view(&to), &flow->work->fault);
}

static enum err run_flow(struct flow *flow)
{
    struct arena *whole = flow->work->arena;
    enum err err = OK;

    /* Each turn has memory of its own: the request may have any number of them. */
    while (err == OK && !(flow->ended && docket_is_idle(flow->docket))) {
        ARENA_SCOPE arena = arena_new();

        flow->work->arena = arena;
        err = turn(flow);
        flow->work->arena = whole;
    }
    return err == OK ? close_with_counts(flow) : err;
}

/* The answer has begun: what went wrong is its last line, and then it is cut off. */
static void tell(struct flow *flow)
{
    struct buffer to = buffer_new(flow->work->arena);
    struct json_out out = json_to(&to);
    struct fault ignored;

    json_open(&out, '{');
    json_name(&out, "done");
    json_bool(&out, false);
    json_name(&out, "note");
    json_text(&out, flow->work->fault.text);
    json_close(&out, '}');
    buffer_char(&to, '\n');
    if (outlet_write(flow->outlet, buffer_view(&to), &ignored) != OK) {
        return; /* nobody is there to be told */
    }
}

enum err serve_rewards(struct call *call, struct outlet *outlet)
{
    struct flow flow = {.work = call->work, .outlet = outlet};
    enum err err = begin(&flow, call->query, call->upload->path);

    if (err == OK) {
        err = run_flow(&flow);
    }
    if (err != OK && outlet_begun(outlet)) {
        tell(&flow);
    }
    docket_free(flow.docket);
    intake_close(flow.rows);
    return err;
}
