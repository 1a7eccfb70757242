#include "slice/delivery/delivery_rows.h"

#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "base/shape.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/delivery/delivery_sql.h"
#include "slice/delivery/package.h"
#include "slice/type/type.h"
#include "store/work.h"
#include "sys/secret.h"

enum { PAGE = 200 };

#define LICENCE "owned by the client"

static void put_text(struct json_out *out, const char *name, const char *value)
{
    json_name(out, name);
    json_text(out, value);
}

static void put_int(struct json_out *out, const char *name, int64_t value)
{
    json_name(out, name);
    json_int(out, value);
}

static void put_step(struct json_out *out, const char *stage, const char *who, const char *action,
                     int64_t at)
{
    put_text(out, "stage", stage);
    if (who != NULL) {
        put_text(out, "pseudonym", who);
    }
    put_text(out, "action", action);
    json_name(out, "at");
    json_time(out, at);
}

static enum err put_chain(struct work *work, struct json_out *out,
                          const struct delivered_answers_row *answer)
{
    struct delivered_reviews_row *reviews;
    struct delivered_appeals_row *appeals;
    size_t review_count;
    size_t appeal_count;

    TRY(delivered_reviews(
        work,
        &(struct delivered_reviews_args){.submission_id = answer->id,
                                         .organisation_id = work->organisation_id},
        &reviews, &review_count));
    TRY(delivered_appeals(
        work,
        &(struct delivered_appeals_args){.submission_id = answer->id,
                                         .organisation_id = work->organisation_id},
        &appeals, &appeal_count));
    json_name(out, "stage_chain");
    json_open(out, '[');
    json_open(out, '{');
    put_step(out, "produce", answer->pseudonym, "submit", answer->submitted_at);
    json_close(out, '}');
    for (size_t i = 0; i < review_count; i++) {
        json_open(out, '{');
        put_step(out, "review", reviews[i].pseudonym, reviews[i].verdict, reviews[i].decided_at);
        if (reviews[i].reason_code != NULL) {
            put_text(out, "reason_code", reviews[i].reason_code);
            put_text(out, "clause_code", reviews[i].clause_code);
        }
        json_close(out, '}');
    }
    for (size_t i = 0; i < appeal_count; i++) {
        json_open(out, '{');
        put_step(out, "appeal", NULL, appeals[i].state, appeals[i].decided_at);
        json_close(out, '}');
    }
    json_close(out, ']');
    return OK;
}

/* What the answer says for each label, so that agreement can be computed from the row alone. */
static void put_values(struct arena *arena, struct json_out *out, const struct task_type *type,
                       const char *answer)
{
    struct fault fault = {0};
    struct json *value = NULL;

    json_name(out, "values");
    json_open(out, '{');
    if (json_parse(arena, text_of(answer), &value, &fault) == OK) {
        for (size_t i = 0; i < type->label_count; i++) {
            const char *class = type_label_value(arena, &type->labels[i], value);

            if (class != NULL) {
                put_text(out, type->labels[i].name, class);
            }
        }
    }
    json_close(out, '}');
}

static enum err put_answers(struct work *work, struct json_out *out, const struct task_type *type,
                            const char *task_id, size_t *count)
{
    struct delivered_answers_row *answers;

    TRY(delivered_answers(work,
                          &(struct delivered_answers_args){
                              .task_id = task_id, .organisation_id = work->organisation_id},
                          &answers, count));
    json_name(out, "answers");
    json_open(out, '[');
    for (size_t i = 0; i < *count; i++) {
        json_open(out, '{');
        put_text(out, "submission_id", answers[i].id);
        put_text(out, "expert_pseudonym", answers[i].pseudonym);
        put_int(out, "guideline_version", answers[i].guideline_number);
        json_name(out, "answer");
        json_raw(out, answers[i].answer);
        json_name(out, "final_answer");
        json_raw(out, answers[i].final_answer);
        put_values(work->arena, out, type, answers[i].answer);
        json_name(out, "presentation");
        json_raw(out, answers[i].presentation);
        put_text(out, "ai_assist", answers[i].ai_assist);
        json_name(out, "minutes_by_class");
        json_open(out, '{');
        json_name(out, "work");
        json_real(out, (double)answers[i].active_ms / 60000);
        json_close(out, '}');
        TRY(put_chain(work, out, &answers[i]));
        json_close(out, '}');
    }
    json_close(out, ']');
    return OK;
}

static const char *level_of(const struct task_type *type, const char *label)
{
    for (size_t i = 0; i < type->label_count; i++) {
        if (strcmp(type->labels[i].name, label) == 0) {
            return type->labels[i].level;
        }
    }
    return "nominal";
}

static enum err put_labels(struct work *work, struct json_out *out,
                           const struct delivery_rows *rows, const char *task_id, size_t *count)
{
    struct delivered_truths_row *truths;

    TRY(delivered_truths(work,
                         &(struct delivered_truths_args){.campaign_id = rows->campaign->id,
                                                         .organisation_id = work->organisation_id,
                                                         .task_id = task_id},
                         &truths, count));
    json_name(out, "labels");
    json_open(out, '[');
    for (size_t i = 0; i < *count; i++) {
        json_open(out, '{');
        put_text(out, "name", truths[i].label);
        put_text(out, "level", level_of(rows->type, truths[i].label));
        put_text(out, "value", truths[i].value);
        json_name(out, "p");
        json_real(out, truths[i].probability);
        put_text(out, "majority", truths[i].majority);
        put_int(out, "n_raters", truths[i].label_count);
        json_close(out, '}');
    }
    json_close(out, ']');
    return OK;
}

/* How a label chooses between sides, and the payload's fields in order: what formats need to know.
 */
static void put_type(struct json_out *out, const struct task_type *type)
{
    const struct json *properties = json_member(type->input, "properties");

    json_name(out, "columns");
    json_open(out, '[');
    for (const struct json *one = properties->first; one != NULL; one = one->next) {
        json_text(out, one->name);
    }
    json_close(out, ']');
    if (type->pair == NULL) {
        return;
    }
    json_name(out, "pair");
    json_open(out, '{');
    for (const struct json *one = type->pair->first; one != NULL; one = one->next) {
        put_text(out, one->name, one->text);
    }
    json_name(out, "sides");
    json_open(out, '[');
    for (size_t i = 0; i < type->side_count; i++) {
        json_open(out, '{');
        put_text(out, "value", type->sides[i].value);
        put_text(out, "path", type->sides[i].path);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static const char *domain_of(struct arena *arena, const struct delivery_rows *rows,
                             const char *payload)
{
    struct fault fault = {0};
    struct json *value = NULL;

    if (json_parse(arena, text_of(payload), &value, &fault) == OK &&
        json_text_of(value, "domain") != NULL) {
        return json_text_of(value, "domain");
    }
    return rows->campaign->domain;
}

/* The row in canonical form with its place in the chain. */
static enum err seal_row(struct work *work, struct delivery_rows *rows, const char *row,
                         const char *task_id)
{
    struct arena *arena = work->arena;
    struct json *tree = NULL;
    struct buffer canonical = buffer_new(arena);
    struct json_out out = json_to(&canonical);

    TRY(json_parse(arena, text_of(row), &tree, &work->fault));
    json_canonical(&out, tree);
    const char *hash = sha256_hex(arena, buffer_view(&canonical));

    buffer_print(&rows->rows, "%.*s,\"row_hash\":\"%s\"}\n", (int)(canonical.size - 1),
                 canonical.at, hash);
    rows->inserts[rows->count++] = (struct delivery_row_insert_args){
        .organisation_id = work->organisation_id,
        .delivery_id = rows->delivery_id,
        .task_id = task_id,
        .row_hash = hash,
    };
    return OK;
}

static enum err write_row(struct work *work, struct delivery_rows *rows,
                          const struct deliverable_page_row *task)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);
    size_t answer_count = 0;
    size_t label_count = 0;

    json_open(&out, '{');
    put_text(&out, "row_id", arena_print(work->arena, "row_%s", task->id + 4));
    put_text(&out, "task_id", task->id);
    if (task->external_id != NULL) {
        put_text(&out, "external_id", task->external_id);
    }
    put_text(&out, "unit_hash", task->content_hash);
    put_text(&out, "task_type", rows->type->name);
    json_name(&out, "payload");
    json_raw(&out, task->payload);
    put_text(&out, "guideline_id", rows->campaign->guideline_id);
    put_int(&out, "guideline_version", rows->guideline_number);
    put_text(&out, "expert_domain", domain_of(work->arena, rows, task->payload));
    put_text(&out, "licence", LICENCE);
    put_text(&out, "canary_id", rows->delivery_id);
    put_type(&out, rows->type);
    TRY(put_labels(work, &out, rows, task->id, &label_count));
    TRY(put_answers(work, &out, rows->type, task->id, &answer_count));
    put_int(&out, "n_raters", (int64_t)answer_count);
    put_text(&out, "prev_hash", rows->count == 0 ? "" : rows->inserts[rows->count - 1].row_hash);
    json_close(&out, '}');
    if (label_count < rows->type->label_count || answer_count == 0) {
        rows->waiting++;
        return OK;
    }
    return seal_row(work, rows, buffer.at, task->id);
}

static void make_room(struct arena *arena, struct delivery_rows *rows)
{
    if (rows->count + PAGE > rows->room) {
        size_t room = rows->room * 2 + 2 * PAGE;
        struct delivery_row_insert_args *longer =
            arena_array(arena, struct delivery_row_insert_args, room);

        if (rows->count > 0) {
            memcpy(longer, rows->inserts, rows->count * sizeof(*longer));
        }
        rows->inserts = longer;
        rows->room = room;
    }
}

enum err delivery_read_rows(struct work *work, void *delivery_rows)
{
    struct delivery_rows *rows = delivery_rows;
    const char *after = "";
    size_t got = PAGE;

    rows->rows = buffer_new(work->arena);
    rows->count = rows->waiting = 0;
    while (got == PAGE) {
        struct deliverable_page_row *tasks;

        TRY(deliverable_page(
            work,
            &(struct deliverable_page_args){.campaign_id = rows->campaign->id,
                                            .organisation_id = work->organisation_id,
                                            .id = after,
                                            .row_max = PAGE},
            &tasks, &got));
        make_room(work->arena, rows);
        for (size_t i = 0; i < got; i++) {
            TRY(write_row(work, rows, &tasks[i]));
            after = tasks[i].id;
        }
    }
    return OK;
}
