#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_sql.h"
#include "store/store.h"
#include "store/work.h"

struct grading_tasks_query {
    int64_t number;
    const char *form;
    bool all;
};
static const struct grading_tasks_query grading_tasks_defaults = {.number = INT_ABSENT,
                                                                  .form = "tasks"};
static const struct field grading_tasks_fields[] = {
    INT(grading_tasks_query, number, .optional = true, .min = 1, .max = 1e9,
        .doc = "Of the version; the newest that is confirmed unless said"),
    TEXT(grading_tasks_query, form, .optional = true, .choices = "tasks|answers",
         .doc = "A row for each criterion, for people; or for each answer, for `periti rubric "
                "grade`"),
    BOOL(grading_tasks_query, all, .optional = true,
         .doc = "Also criteria that are settled already"),
};
const struct shape grading_tasks_query_shape =
    SHAPE(grading_tasks_query, grading_tasks_fields, "Which criteria",
          .defaults = &grading_tasks_defaults);

struct outgoing {
    struct call *call;
    struct buffer to;
};

static void put_text(struct json_out *out, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        json_name(out, name);
        json_text(out, text);
    }
}

static void put_task(struct buffer *to, const struct version *version, size_t index,
                     const struct response_list_row *response)
{
    const struct rubric *rubric = &version->set.at[version->tasks[index]];
    struct json_out out = json_to(to);

    json_open(&out, '{');
    put_text(&out, "prompt", rubric->prompt);
    put_text(&out, "answer", response->answer);
    put_text(&out, "criterion", version->criteria[index]->text);
    put_text(&out, "response_id", response->response);
    put_text(&out, "criterion_id", version->keys[index]);
    json_name(&out, "points");
    json_real(&out, version->criteria[index]->points);
    put_text(&out, "domain", rubric->domain);
    json_close(&out, '}');
    buffer_char(to, '\n');
}

/* Which criteria of which answers are settled: a key of both. */
static struct map *settled_of(struct work *work, const struct marks *marks)
{
    struct map *settled = map_new(work->arena);
    struct judged judged;

    for (size_t at = 0; marks_next(marks, &at, &judged);) {
        if (judged.settled.by != SETTLED_OPEN) {
            (void)map_add(settled,
                          text_of(arena_print(work->arena, "%s\n%s",
                                              map_key(marks->responses, judged.first->response).at,
                                              marks->version->keys[judged.first->criterion])));
        }
    }
    return settled;
}

static void open_answer(struct json_out *out, const struct rubric *rubric,
                        const struct response_list_row *response)
{
    json_open(out, '{');
    put_text(out, "id", response->response);
    put_text(out, "task", rubric->id);
    put_text(out, "prompt", rubric->prompt);
    put_text(out, "answer", response->answer);
    json_name(out, "rubrics");
    json_open(out, '[');
}

static void put_criterion(struct json_out *out, const struct criterion *criterion)
{
    json_open(out, '{');
    put_text(out, "id", criterion->id);
    put_text(out, "criterion", criterion->text);
    json_name(out, "points");
    json_real(out, criterion->points);
    json_close(out, '}');
}

struct wanted {
    const struct grading_tasks_query *query;
    const struct version *version;
    const struct map *settled;
};

static bool wants(struct work *work, const struct wanted *wanted,
                  const struct response_list_row *response, size_t index)
{
    const struct version *version = wanted->version;
    uint32_t found;

    return wanted->query->all ||
           !map_find(wanted->settled,
                     text_of(arena_print(work->arena, "%s\n%s", response->response,
                                         version->keys[index])),
                     &found);
}

/* What is wanted of one answer, in either form. */
static void put_response(struct work *work, const struct wanted *wanted,
                         const struct response_list_row *response, struct buffer *to)
{
    const struct version *version = wanted->version;
    bool whole = strcmp(wanted->query->form, "answers") == 0;
    struct json_out out = json_to(to);
    bool begun = false;
    uint32_t task;

    if (!version_task(version, response->task, &task)) {
        return; /* this version has no criteria for it */
    }
    for (size_t k = version->begins[task]; k < version->count && version->tasks[k] == task; k++) {
        if (!wants(work, wanted, response, k)) {
            continue;
        }
        if (!whole) {
            put_task(to, version, k, response);
            continue;
        }
        if (!begun) {
            open_answer(&out, &version->set.at[version->tasks[k]], response);
        }
        begun = true;
        put_criterion(&out, version->criteria[k]);
    }
    if (begun) {
        json_close(&out, ']');
        json_close(&out, '}');
        buffer_char(to, '\n');
    }
}

static enum err make_tasks(struct work *work, void *context)
{
    struct outgoing *outgoing = context;
    const struct grading_tasks_query *query = outgoing->call->query;
    struct response_list_row *responses;
    struct version version;
    struct marks marks;
    size_t count;

    outgoing->to = buffer_new(work->arena);
    TRY(version_load_confirmed(work, outgoing->call->ids[0], query->number, &version));
    TRY(marks_load(work, outgoing->call->ids[0], &version, &marks));
    TRY(response_list(work,
                      &(struct response_list_args){.rubric_id = outgoing->call->ids[0],
                                                   .organisation_id = work->organisation_id},
                      &responses, &count));
    struct wanted wanted = {
        .query = query, .version = &version, .settled = settled_of(work, &marks)};

    for (size_t i = 0; i < count; i++) {
        put_response(work, &wanted, &responses[i], &outgoing->to);
    }
    return OK;
}

enum err serve_grading_tasks(struct call *call, struct outlet *outlet)
{
    struct outgoing outgoing = {.call = call};

    TRY(store_read(call->work, make_tasks, &outgoing));
    return outlet_write(outlet, buffer_view(&outgoing.to), &call->work->fault);
}
