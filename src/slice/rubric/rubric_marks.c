#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_sql.h"
#include "store/work.h"

static enum mark_verdict verdict_named(const char *name)
{
    return strcmp(name, "met") == 0       ? MARK_MET
           : strcmp(name, "not_met") == 0 ? MARK_NOT_MET
                                          : MARK_COULD_NOT;
}

struct given {
    const char *response;
    const char *criterion;
    const char *grader;
    const char *verdict;
    bool model;
    bool to_person;
};

static void add_mark(struct work *work, struct marks *marks, const struct given *given)
{
    uint32_t criterion;

    if (!map_find(marks->version->index, text_of(given->criterion), &criterion)) {
        return;
    }
    marks->at = arena_room(work->arena, marks->at, marks->count, &marks->room, sizeof(*marks->at));
    marks->at[marks->count++] =
        (struct mark){.response = map_add(marks->responses, text_of(given->response)),
                      .criterion = criterion,
                      .grader = map_add(marks->graders, text_of(given->grader)),
                      .model = given->model,
                      .to_person = given->to_person,
                      .verdict = verdict_named(given->verdict)};
}

struct loading {
    struct work *work;
    struct marks *marks;
};

static enum err take_mark(struct work *work, void *context, const struct mark_row *row)
{
    struct loading *loading = context;

    add_mark(work, loading->marks,
             &(struct given){.response = row->response,
                             .criterion = row->criterion,
                             .grader = row->grader,
                             .verdict = row->verdict,
                             .model = strcmp(row->grader_kind, "model") == 0,
                             .to_person = row->to_person != 0});
    return OK;
}

/* A task of the type grading says which answer and which criterion it is about. */
static enum err take_answer(struct work *work, void *context, const struct bound_answers_row *row)
{
    struct loading *loading = context;
    ARENA_SCOPE scratch = arena_new();
    struct json *payload;
    struct json *answer;

    TRY(json_parse(scratch, text_of(row->payload), &payload, &work->fault));
    TRY(json_parse(scratch, text_of(row->final_answer), &answer, &work->fault));
    const char *response = json_text_of(payload, "response_id");
    const char *criterion = json_text_of(payload, "criterion_id");
    const char *verdict = json_text_of(answer, "verdict");

    if (response != NULL && criterion != NULL && verdict != NULL) {
        add_mark(work, loading->marks,
                 &(struct given){.response = response,
                                 .criterion = criterion,
                                 .grader = row->person_id,
                                 .verdict = verdict});
    }
    return OK;
}

static int by_place(const void *left, const void *right)
{
    const struct mark *a = left;
    const struct mark *b = right;

    if (a->response != b->response) {
        return a->response < b->response ? -1 : 1;
    }
    if (a->criterion != b->criterion) {
        return a->criterion < b->criterion ? -1 : 1;
    }
    return (a->grader > b->grader) - (a->grader < b->grader);
}

/* A grader counts once for a criterion of an answer, whichever way the verdict came. */
static void drop_repeats(struct marks *marks)
{
    size_t kept = 0;

    for (size_t i = 0; i < marks->count; i++) {
        if (kept == 0 || by_place(&marks->at[kept - 1], &marks->at[i]) != 0) {
            marks->at[kept++] = marks->at[i];
        }
    }
    marks->count = kept;
}

enum err marks_load(struct work *work, const char *rubric_id, const struct version *version,
                    struct marks *out)
{
    struct loading loading = {.work = work, .marks = out};

    *out = (struct marks){
        .version = version, .responses = map_new(work->arena), .graders = map_new(work->arena)};
    TRY(mark_list(work,
                  &(struct mark_list_args){.rubric_id = rubric_id,
                                           .organisation_id = work->organisation_id,
                                           .number = version->number},
                  take_mark, &loading));
    TRY(bound_answers(work,
                      &(struct bound_answers_args){.rubric_id = rubric_id,
                                                   .organisation_id = work->organisation_id,
                                                   .number = version->number},
                      take_answer, &loading));
    if (out->count > 0) {
        qsort(out->at, out->count, sizeof(*out->at), by_place);
        drop_repeats(out);
    }
    out->model_of = arena_array(work->arena, bool, map_count(out->graders) + 1);
    for (size_t i = 0; i < out->count; i++) {
        out->model_of[out->at[i].grader] |= out->at[i].model;
    }
    return OK;
}

bool marks_next(const struct marks *marks, size_t *at, struct judged *out)
{
    struct tally tally = {0};

    if (*at >= marks->count) {
        return false;
    }
    *out = (struct judged){.first = &marks->at[*at]};
    while (*at < marks->count && marks->at[*at].response == out->first->response &&
           marks->at[*at].criterion == out->first->criterion) {
        const struct mark *mark = &marks->at[(*at)++];

        if (!mark->model) {
            tally.people[mark->verdict]++;
        } else if (!mark->to_person) {
            tally.models[mark->verdict]++;
        }
        out->count++;
    }
    out->settled = marks_settle(&tally);
    return true;
}

struct judge_standing marks_standing(const struct marks *marks, uint32_t grader,
                                     const struct judge_gate *gate)
{
    struct judged judged;
    int64_t doubled = 0;
    int64_t agreed = 0;

    for (size_t at = 0; marks_next(marks, &at, &judged);) {
        for (size_t i = 0; judged.settled.by == SETTLED_PERSON && i < judged.count; i++) {
            const struct mark *mark = &judged.first[i];

            if (mark->grader == grader && mark->verdict != MARK_COULD_NOT) {
                doubled++;
                agreed += (mark->verdict == MARK_MET) == judged.settled.met;
            }
        }
    }
    return judge_stand(gate, doubled, agreed);
}
