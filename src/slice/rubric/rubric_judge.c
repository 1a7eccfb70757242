/* A model judges the answers of a rubric: one job, in rounds; what a round found is kept at once.
 */

#include "model/judge.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/inquiry/inquiry.h"
#include "slice/rubric/rubric_intake.h"
#include "slice/rubric/rubric_models.h"
#include "slice/rubric/rubric_sql.h"
#include "store/store.h"
#include "store/work.h"

#define JUDGE_JOB "rubric.judge"

enum { ROUND_CRITERIA = 64, VOTES_MOST = 15, CRITERIA_MAX = 1'000'000 };

struct judging {
    const char *model;
    double budget;
    int64_t number;
    int64_t votes;
    bool open_only;
};
static const struct judging judging_defaults = {.number = INT_ABSENT, .votes = 3};
static const struct field judging_fields[] = {
    INQUIRY_FIELDS(judging),
    INT(judging, number, .optional = true, .min = 1, .max = 1e9,
        .doc = "Of the version; the newest that is confirmed unless said"),
    INT(judging, votes, .optional = true, .min = 1, .max = VOTES_MOST,
        .doc = "Most votes on a criterion that the model is unsure of; odd [3]"),
    BOOL(judging, open_only, .optional = true,
         .doc = "Leave out what is settled; without it the model is also measured against people"),
};
const struct shape judging_shape =
    SHAPE(judging, judging_fields, "How a model shall judge", .defaults = &judging_defaults);

enum err serve_judge(struct call *call)
{
    struct work *work = call->work;
    struct judging options = *(const struct judging *)call->body;
    struct inquiry_made *made = arena_new_of(work->arena, struct inquiry_made);
    struct version version;

    if (options.votes % 2 == 0) {
        return work_fail_field(work, ERR_INVALID, "votes", "%lld votes may tie; give an odd number",
                               (long long)options.votes);
    }
    TRY(version_load_confirmed(work, call->ids[0], options.number, &version));
    options.number = version.number; /* of now: a version that comes later is another matter */
    TRY(inquiry_start(work,
                      &(struct inquiry_draft){.kind = JUDGE_JOB,
                                              .subject_id = call->ids[0],
                                              .model = options.model,
                                              .budget = options.budget,
                                              .shape = &judging_shape,
                                              .options = &options},
                      made));
    call->reply = made;
    return OK;
}

/* ------------------------------------------------------------------ the job */

/* One criterion of one answer. */
struct sought {
    const struct response_list_row *response;
    size_t criterion; /* of the version */
};

struct bench {
    struct inquiry inquiry;
    struct judging options;
    struct version version;
    struct mark_intake intake;
    struct sought *sought;
    size_t count;
    size_t room;
    size_t verdict_count;
    /* of the round */
    const struct sought *first;
    size_t round_count;
    struct judgement *judged;
};

static const char *place_of(struct work *work, const char *response, const char *criterion)
{
    return arena_print(work->arena, "%s\n%s", response, criterion);
}

/* What this model has judged, or what is settled where only the rest is wanted. */
static struct map *known_of(struct work *work, const struct bench *bench)
{
    const struct marks *marks = &bench->intake.before;
    struct map *known = map_new(work->arena);
    struct judged judged;
    uint32_t own = UINT32_MAX;

    (void)map_find(marks->graders, text_of(bench->inquiry.server.model), &own);
    for (size_t at = 0; marks_next(marks, &at, &judged);) {
        bool is_known = bench->options.open_only && judged.settled.by != SETTLED_OPEN;

        for (size_t i = 0; i < judged.count; i++) {
            is_known |= judged.first[i].grader == own;
        }
        if (is_known) {
            (void)map_add(
                known, text_of(place_of(work, map_key(marks->responses, judged.first->response).at,
                                        marks->version->keys[judged.first->criterion])));
        }
    }
    return known;
}

static void seek(struct work *work, struct bench *bench, const struct map *known,
                 const struct response_list_row *response)
{
    const struct version *version = &bench->version;
    uint32_t task;
    uint32_t found;

    if (response->answer == NULL || !version_task(version, response->task, &task)) {
        return;
    }
    for (size_t k = version->begins[task]; k < version->count && version->tasks[k] == task; k++) {
        if (!map_find(known, text_of(place_of(work, response->response, version->keys[k])),
                      &found)) {
            bench->sought = arena_room(work->arena, bench->sought, bench->count, &bench->room,
                                       sizeof(*bench->sought));
            bench->sought[bench->count++] = (struct sought){response, k};
        }
    }
}

static enum err load(struct work *work, void *context)
{
    struct bench *bench = context;
    struct rubric_row rubric;
    struct response_list_row *responses;
    size_t count;

    TRY(rubric_by_id(work,
                     &(struct rubric_by_id_args){.id = bench->inquiry.subject_id,
                                                 .organisation_id = work->organisation_id},
                     &rubric));
    TRY(version_load_confirmed(work, rubric.id, bench->options.number, &bench->version));
    TRY(mark_intake_open(work, &rubric, &bench->version, &bench->intake));
    TRY(response_list(work,
                      &(struct response_list_args){.rubric_id = rubric.id,
                                                   .organisation_id = work->organisation_id},
                      &responses, &count));
    const struct map *known = known_of(work, bench);

    bench->count = 0;
    for (size_t i = 0; i < count && bench->count < CRITERIA_MAX; i++) {
        seek(work, bench, known, &responses[i]);
    }
    return OK;
}

/* What went wrong around a criterion is no verdict on it: it is asked again another time. */
static bool is_verdict(const struct judgement *judged)
{
    return judged->verdict != JUDGE_COULD_NOT ||
           (judged->end != MODEL_UNREACHABLE && judged->end != MODEL_UNPAID &&
            judged->end != MODEL_CANCELLED);
}

static enum err keep_round(struct work *work, void *context)
{
    static const enum mark_verdict VERDICTS[] = {MARK_MET, MARK_NOT_MET, MARK_COULD_NOT};
    struct bench *bench = context;

    TRY(job_hold(bench->inquiry.job, work));
    for (size_t i = 0; i < bench->round_count; i++) {
        const struct judgement *judged = &bench->judged[i];

        if (is_verdict(judged)) {
            TRY(mark_intake_put(
                work, &bench->intake,
                &(struct mark_draft){.response = bench->first[i].response->response,
                                     .criterion = bench->version.keys[bench->first[i].criterion],
                                     .grader = bench->inquiry.server.model,
                                     .model = true,
                                     .verdict = VERDICTS[judged->verdict],
                                     .reason = judged->reason,
                                     .quote = judged->quote}));
        }
    }
    return OK;
}

static enum err judge_round(struct work *work, struct bench *bench, size_t first)
{
    size_t left = bench->count - first;
    struct judge_options options = judge_defaults;
    struct judge_item *items = arena_array(work->arena, struct judge_item, ROUND_CRITERIA);
    struct model_run run;
    struct model_totals totals;

    bench->first = bench->sought + first;
    bench->round_count = left < ROUND_CRITERIA ? left : ROUND_CRITERIA;
    bench->judged = arena_array(work->arena, struct judgement, bench->round_count);
    for (size_t i = 0; i < bench->round_count; i++) {
        const struct sought *one = &bench->first[i];
        const struct rubric *rubric = &bench->version.set.at[bench->version.tasks[one->criterion]];

        items[i] = (struct judge_item){.prompt = rubric->prompt[0] == '\0' ? NULL : rubric->prompt,
                                       .answer = one->response->answer,
                                       .criterion = bench->version.criteria[one->criterion]->text};
    }
    options.vote_max = (uint32_t)bench->options.votes;
    TRY(inquiry_run(&bench->inquiry, &run));
    TRY(judge_all(work->arena, &run, &options, items, bench->round_count, bench->judged, &totals,
                  &work->fault));
    for (size_t i = 0; i < bench->round_count; i++) {
        bench->verdict_count += is_verdict(&bench->judged[i]);
    }
    TRY(inquiry_step(&bench->inquiry, &totals, (int64_t)bench->verdict_count));
    return store_write(work, keep_round, bench);
}

static enum err settle(struct work *work, void *context)
{
    const struct bench *bench = context;

    TRY(job_hold(bench->inquiry.job, work));
    return inquiry_settle(work, &bench->inquiry);
}

static enum err run_judge(struct job_run *job)
{
    struct work *work = job->work;
    struct arena *whole = work->arena;
    struct bench bench = {0};
    enum err err = inquiry_open(job, &judging_shape, &bench.options, &bench.inquiry);

    err = err == OK ? store_read(work, load, &bench) : err;
    bench.inquiry.total = (int64_t)bench.count;
    for (size_t first = 0; err == OK && first < bench.count; first += ROUND_CRITERIA) {
        ARENA_SCOPE arena = arena_new();

        work->arena = arena;
        err = judge_round(work, &bench, first);
        work->arena = whole;
    }
    return err == OK ? store_write(work, settle, &bench) : err;
}

const struct job_kind judge_job = {.name = JUDGE_JOB, .run = run_judge, .attempt_max = 10};
