/* What a quality run reads: answers that stand, judgements, gold, and what payloads tell. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "base/map.h"
#include "engine/truth/truth.h"
#include "slice/campaign/campaign.h"
#include "slice/quality/quality_run.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

/* ------------------------------------------------------------------ rows that grow */

static void *widen(struct arena *arena, const void *old, size_t count, size_t *room, size_t size)
{
    char *longer;

    if (count < *room) {
        return NULL;
    }
    *room = *room * 2 + 256;
    longer = arena_take(arena, *room, size);
    if (count > 0) {
        memcpy(longer, old, count * size);
    }
    return longer;
}

static const char *kept(struct arena *arena, const char *text)
{
    return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

static uint32_t task_number(struct arena *arena, struct quality_run *run, const char *id)
{
    uint32_t number = map_add(run->task_ids, text_of(id));
    struct quality_task *longer =
        widen(arena, run->tasks, number, &run->task_room, sizeof(*run->tasks));

    run->tasks = longer == NULL ? run->tasks : longer;
    if (run->tasks[number].id == NULL) {
        run->tasks[number] = (struct quality_task){.id = map_key(run->task_ids, number).at,
                                                   .gold = TRUTH_UNKNOWN,
                                                   .longer = (double)NAN,
                                                   .pair = number};
    }
    return number;
}

static uint32_t rater_number(struct arena *arena, struct quality_run *run,
                             const struct quality_rater *rater)
{
    uint32_t number = map_add(run->rater_ids, text_of(rater->id));
    struct quality_rater *longer =
        widen(arena, run->raters, number, &run->rater_room, sizeof(*run->raters));

    run->raters = longer == NULL ? run->raters : longer;
    if (run->raters[number].id == NULL) {
        run->raters[number] = *rater;
        run->raters[number].id = map_key(run->rater_ids, number).at;
        run->raters[number].name = kept(arena, rater->name);
        run->raters[number].kind = kept(arena, rater->kind);
    }
    return number;
}

static void add_vote(struct arena *arena, struct quality_run *run, struct quality_vote vote)
{
    struct quality_vote *longer =
        widen(arena, run->votes, run->vote_count, &run->vote_room, sizeof(*run->votes));

    run->votes = longer == NULL ? run->votes : longer;
    run->votes[run->vote_count++] = vote;
}

static void note_time(struct quality_run *run, int64_t at)
{
    run->facts_at = at > run->facts_at ? at : run->facts_at;
}

/* ------------------------------------------------------------------ answers */

/* The number of the class that an answer names. False: it names none. */
static bool class_of(struct arena *scratch, const struct quality_run *run, const char *answer,
                     uint32_t *out)
{
    struct fault fault = {0};
    struct json *value = NULL;

    if (json_parse(scratch, text_of(answer), &value, &fault) != OK) {
        return false;
    }
    const char *class = type_label_value(scratch, run->label, value);

    return class != NULL && map_find(run->classes, text_of(class), out);
}

/* The class of the side that was shown first. */
static uint32_t first_shown(struct arena *scratch, const struct quality_run *run,
                            const char *presentation)
{
    struct fault fault = {0};
    struct json *value = NULL;
    uint32_t class = TRUTH_UNKNOWN;

    if (run->labels.sides[0] == TRUTH_UNKNOWN ||
        json_parse(scratch, text_of(presentation), &value, &fault) != OK) {
        return TRUTH_UNKNOWN;
    }
    const struct json *order = json_member(value, "order");

    if (order == NULL || order->kind != JSON_LIST || order->first == NULL ||
        order->first->kind != JSON_TEXT) {
        return TRUTH_UNKNOWN;
    }
    return map_find(run->classes, text_of(order->first->text), &class) ? class : TRUTH_UNKNOWN;
}

static enum err read_answer(struct work *work, void *context, const struct given_answers_row *row)
{
    struct quality_run *run = context;
    ARENA_SCOPE scratch = arena_new();
    struct quality_vote vote;

    if (!class_of(scratch, run, row->answer, &vote.given) ||
        !class_of(scratch, run, row->final_answer, &vote.final)) {
        return OK;
    }
    vote.first = first_shown(scratch, run, row->presentation);
    vote.task = task_number(work->arena, run, row->task_id);
    vote.rater = rater_number(
        work->arena, run,
        &(struct quality_rater){.id = row->engagement_id,
                                .name = row->pseudonym,
                                .kind = "expert",
                                .price_minor = row->price_minor,
                                .active = strcmp(row->engagement_state, "active") == 0});
    vote.submission_id = kept(work->arena, row->id);
    add_vote(work->arena, run, vote);
    note_time(run, row->submitted_at);
    return OK;
}

static enum err read_judgement(struct work *work, void *context,
                               const struct given_judgements_row *row)
{
    struct quality_run *run = context;
    ARENA_SCOPE scratch = arena_new();
    struct quality_vote vote = {.first = TRUTH_UNKNOWN};

    if (!class_of(scratch, run, row->answer, &vote.given)) {
        return OK;
    }
    vote.final = vote.given;
    vote.task = task_number(work->arena, run, row->task_id);
    vote.rater = rater_number(
        work->arena, run,
        &(struct quality_rater){.id = row->rater_id, .name = row->name, .kind = row->kind});
    add_vote(work->arena, run, vote);
    note_time(run, row->happened_at);
    return OK;
}

/* ------------------------------------------------------------------ gold */

static enum err read_gold(struct work *work, void *context, const struct golds_in_use_row *row)
{
    struct quality_run *run = context;
    ARENA_SCOPE scratch = arena_new();
    uint32_t task;
    uint32_t class;

    /* Gold that nobody has answered teaches nothing: it is left out. */
    if (map_find(run->task_ids, text_of(row->task_id), &task) &&
        class_of(scratch, run, row->answer, &class)) {
        run->tasks[task].gold = class;
        note_time(run, row->added_at);
    }
    return OK;
}

static enum err read_check(struct work *work, void *context, const struct gold_answers_row *row)
{
    struct quality_run *run = context;
    ARENA_SCOPE scratch = arena_new();
    struct quality_check check;

    if (!map_find(run->task_ids, text_of(row->task_id), &check.task) ||
        !map_find(run->rater_ids, text_of(row->engagement_id), &check.rater) ||
        !class_of(scratch, run, row->answer, &check.given)) {
        return OK;
    }
    struct quality_check *longer =
        widen(work->arena, run->checks, run->check_count, &run->check_room, sizeof(*run->checks));

    run->checks = longer == NULL ? run->checks : longer;
    run->checks[run->check_count++] = check;
    return OK;
}

/* ------------------------------------------------------------------ payloads */

static const char *text_at(const struct json *payload, const char *path)
{
    const struct json *value = json_pointer(payload, path);

    return value != NULL && value->kind == JSON_TEXT ? value->text : NULL;
}

/* How long the sides are, and which other task shows the same two. */
static void read_sides(struct arena *scratch, struct quality_run *run, const struct json *payload,
                       struct quality_task *task)
{
    const char *left = text_at(payload, run->type->sides[0].path);
    const char *right = text_at(payload, run->type->sides[1].path);
    const char *asked = json_text_of(payload, "prompt");

    if (left == NULL || right == NULL) {
        return;
    }
    task->longer = log((double)(strlen(left) + 1) / (double)(strlen(right) + 1));
    task->turned = strcmp(left, right) > 0;
    const char *key = arena_print(scratch, "%s\n%s\n%s", asked == NULL ? "" : asked,
                                  task->turned ? right : left, task->turned ? left : right);

    task->pair = map_add(run->pairs, text_of(sha256_hex(scratch, text_of(key))));
}

static enum err read_payload(struct work *work, void *context, const struct answered_tasks_row *row)
{
    struct quality_run *run = context;
    ARENA_SCOPE scratch = arena_new();
    struct fault fault = {0};
    struct json *payload = NULL;
    uint32_t number;

    if (!map_find(run->task_ids, text_of(row->id), &number)) {
        return OK;
    }
    TRY(json_parse(scratch, text_of(row->payload), &payload, &fault));
    const char *domain = json_text_of(payload, "domain");

    run->tasks[number].stratum =
        map_add(run->strata, text_of(domain == NULL ? run->campaign.domain : domain));
    if (run->labels.sides[0] != TRUTH_UNKNOWN) {
        read_sides(scratch, run, payload, &run->tasks[number]);
    }
    return OK;
}

/* ------------------------------------------------------------------ all of it */

/* Does the label choose between the type's two sides? */
static void find_sides(struct quality_run *run)
{
    run->labels.sides[0] = run->labels.sides[1] = TRUTH_UNKNOWN;
    if (run->type->side_count == 2) {
        uint32_t left;
        uint32_t right;

        if (map_find(run->classes, text_of(run->type->sides[0].value), &left) &&
            map_find(run->classes, text_of(run->type->sides[1].value), &right)) {
            run->labels.sides[0] = left;
            run->labels.sides[1] = right;
        }
    }
}

/* A body may run more than once. */
static void begin(struct arena *arena, struct quality_run *run)
{
    run->facts_at = 0;
    run->task_ids = map_new(arena);
    run->rater_ids = map_new(arena);
    run->classes = map_new(arena);
    run->strata = map_new(arena);
    run->pairs = map_new(arena);
    run->task_room = run->rater_room = run->vote_room = run->check_room = 0;
    run->vote_count = run->check_count = 0;
    run->result = (struct quality_result){.method = "none"};
    for (size_t i = 0; i < run->label->class_count; i++) {
        (void)map_add(run->classes, text_of(run->label->classes[i]));
    }
    find_sides(run);
}

static enum err read_all(struct work *work, void *context)
{
    struct quality_run *run = context;
    const char *campaign = run->campaign_id;
    const char *organisation = work->organisation_id;

    begin(work->arena, run);
    TRY(given_answers(work, &(struct given_answers_args){campaign, organisation}, read_answer,
                      run));
    TRY(given_judgements(work, &(struct given_judgements_args){campaign, organisation},
                         read_judgement, run));
    TRY(golds_in_use(work, &(struct golds_in_use_args){campaign, organisation}, read_gold, run));
    TRY(gold_answers(work, &(struct gold_answers_args){campaign, organisation}, read_check, run));
    TRY(answered_tasks(work, &(struct answered_tasks_args){campaign, organisation}, read_payload,
                       run));
    if (map_count(run->strata) == 0) { /* only what models judged */
        (void)map_add(run->strata, text_of(run->campaign.domain));
    }
    return OK;
}

enum err quality_read(struct work *work, struct quality_run *run)
{
    TRY(store_read(work, read_all, run));
    run->labels.label = run->label;
    run->labels.tasks = run->tasks;
    run->labels.task_count = map_count(run->task_ids);
    run->labels.raters = run->raters;
    run->labels.rater_count = map_count(run->rater_ids);
    run->labels.votes = run->votes;
    run->labels.vote_count = run->vote_count;
    run->labels.checks = run->checks;
    run->labels.check_count = run->check_count;
    run->labels.stratum_count = map_count(run->strata);
    return OK;
}

enum err quality_load(struct work *work, struct quality_run *run)
{
    struct campaign_owner_find_row owner;

    TRY(campaign_owner_find(work, &(struct campaign_owner_find_args){.id = run->campaign_id},
                            &owner));
    work->organisation_id = owner.organisation_id;
    TRY(campaign_find(work, run->campaign_id, &run->campaign));
    return campaign_type(work, &run->campaign, &run->type);
}
