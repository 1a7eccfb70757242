#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/irt/adapt.h"
#include "engine/irt/fit.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_sql.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/rater_table.h"
#include "slice/learn/learn.h"
#include "slice/learn/learn_inside.h"
#include "slice/learn/learn_rule.h"
#include "slice/learn/learn_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

enum { CELLS = ITEM_CATEGORIES * ITEM_CATEGORIES };

static const char ENGINE[] = "irt 1, graded response through graders' errors, anchored on levels";

/* An item that has answers to its current wording. */
struct subject {
    const char *id;
    int64_t version;
    bool is_free;
    uint32_t met[LEARN_CODES];
    uint32_t count;
    uint32_t place; /* among those that are calibrated; UINT32_MAX: not */
};

struct calibrating {
    const char *domain;
    bool force;
    struct learn_response *responses;
    struct learn_grade *grades;
    size_t response_count;
    size_t grade_count;
    struct bank_entry *pool;
    size_t pool_count;
    double chances[ITEM_CATEGORIES * LEARN_CODES];
    bool is_new;
    struct map *numbers; /* of items */
    struct subject *subjects;
    uint32_t *order; /* [place]: subject */
    uint32_t item_count;
    uint32_t person_count;
    size_t answer_count;
    struct irt_fit fit;
    double shift;
    size_t used_count;
    bool *used; /* [place] */
};

/* People's matrices together, each by how much is known of them. */
static enum err pool_people(const struct rater_table *table, double *out)
{
    double belief[CELLS];
    double weight = 1;

    irt_confusion_of(ITEM_CATEGORIES, interview_belief("").agreement, belief);
    memcpy(out, belief, sizeof(belief));
    for (size_t i = 0; i < table->count; i++) {
        const struct confusion_row *row = &table->rows[i];
        double cells[CELLS];

        if (strcmp(row->rater, RATER_SCORER) == 0 || strcmp(row->rater, RATER_MODEL) == 0) {
            continue;
        }
        TRY(rater_table_find(table, row->rater, cells));
        for (size_t k = 0; k < CELLS; k++) {
            out[k] += cells[k] * (double)row->shared_count;
        }
        weight += (double)row->shared_count;
    }
    for (size_t k = 0; k < CELLS; k++) {
        out[k] /= weight;
    }
    return OK;
}

static enum err load_chances(struct work *work, struct calibrating *all)
{
    double person[CELLS];
    double scorer[CELLS];
    double model[CELLS];
    struct rater_table table;

    TRY(rater_table_load(work, all->domain, &table));
    TRY(pool_people(&table, person));
    TRY(rater_table_find(&table, RATER_SCORER, scorer));
    TRY(rater_table_find(&table, RATER_MODEL, model));
    learn_code_chances(person, scorer, model, all->chances);
    return OK;
}

static enum err load(struct work *work, void *context)
{
    struct calibrating *all = context;
    struct calibration_latest_row latest;

    TRY(learn_responses(work,
                        &(struct learn_responses_args){.organisation_id = work->organisation_id,
                                                       .domain = all->domain,
                                                       .row_max = LEARN_ROWS_MAX},
                        &all->responses, &all->response_count));
    enum err err =
        calibration_latest(work,
                           &(struct calibration_latest_args){
                               .organisation_id = work->organisation_id, .domain = all->domain},
                           &latest);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    all->is_new = all->force ||
                  learn_is_worth(err == OK ? latest.answer_count : 0, (int64_t)all->response_count);
    if (!all->is_new) {
        return OK;
    }
    TRY(learn_grades(work,
                     &(struct learn_grades_args){.organisation_id = work->organisation_id,
                                                 .domain = all->domain,
                                                 .row_max = LEARN_ROWS_MAX},
                     &all->grades, &all->grade_count));
    TRY(bank_pool(work, all->domain, &all->pool, &all->pool_count));
    return load_chances(work, all);
}

/* The mean category that people gave each answer, by step. */
static struct map *people_said(struct work *work, const struct calibrating *all, int64_t **said)
{
    struct map *steps = map_new(work->arena);
    double *sum = arena_array(work->arena, double, all->grade_count + 1);
    double *met = arena_array(work->arena, double, all->grade_count + 1);

    for (size_t i = 0; i < all->grade_count; i++) {
        uint32_t step = map_add(steps, text_of(all->grades[i].step_id));

        sum[step] += (double)all->grades[i].category;
        met[step]++;
    }
    *said = arena_array(work->arena, int64_t, all->grade_count + 1);
    for (uint32_t i = 0; i < map_count(steps); i++) {
        (*said)[i] = lround(sum[i] / met[i]);
    }
    return steps;
}

/* Code every answer to a current wording, and count; IRT_MISSING: it is of an earlier one. */
static uint8_t *code_answers(struct work *work, struct calibrating *all)
{
    uint8_t *codes = arena_array(work->arena, uint8_t, all->response_count + 1);
    int64_t *said;
    struct map *steps = people_said(work, all, &said);

    all->numbers = map_new(work->arena);
    all->subjects = arena_array(work->arena, struct subject, all->response_count + 1);
    for (size_t i = 0; i < all->response_count; i++) {
        const struct learn_response *row = &all->responses[i];
        bool is_free = strcmp(row->item_kind, "free") == 0;
        uint32_t step;

        codes[i] = IRT_MISSING;
        if (row->version_number != row->current_version) {
            continue;
        }
        struct subject *subject = &all->subjects[map_add(all->numbers, text_of(row->item_id))];
        int64_t person = map_find(steps, text_of(row->step_id), &step) ? said[step] : -1;
        int64_t model = row->model_category == INT_ABSENT ? -1 : row->model_category;

        codes[i] =
            (uint8_t)(is_free ? learn_code(person, row->category, model) : (uint32_t)row->category);
        subject->id = row->item_id;
        subject->version = row->version_number;
        subject->is_free = is_free;
        subject->met[codes[i]]++;
        subject->count++;
    }
    return codes;
}

static bool is_ready(const struct subject *subject)
{
    uint32_t kinds = 0;

    for (uint32_t k = 0; k < LEARN_CODES; k++) {
        kinds += subject->met[k] > 0;
    }
    return subject->count >= LEARN_ANSWERS_MIN && kinds >= 2 &&
           (subject->is_free ||
            (subject->met[0] >= LEARN_RARE_MIN && subject->met[1] >= LEARN_RARE_MIN));
}

static void choose_items(struct work *work, struct calibrating *all)
{
    all->order = arena_array(work->arena, uint32_t, map_count(all->numbers) + 1);
    for (uint32_t i = 0; i < map_count(all->numbers); i++) {
        struct subject *subject = &all->subjects[i];

        subject->place = UINT32_MAX;
        if (is_ready(subject)) {
            subject->place = all->item_count;
            all->order[all->item_count++] = i;
        }
    }
}

static struct irt_responses tabulate(struct work *work, struct calibrating *all,
                                     const uint8_t *codes)
{
    struct map *persons = map_new(work->arena);
    struct irt_gradings *gradings =
        arena_array(work->arena, struct irt_gradings, all->item_count + 1);

    for (size_t i = 0; i < all->response_count; i++) {
        (void)map_add(persons, text_of(all->responses[i].interview_id));
    }
    all->person_count = map_count(persons);
    uint8_t *cells =
        arena_array(work->arena, uint8_t, (size_t)all->person_count * all->item_count + 1);

    memset(cells, IRT_MISSING, (size_t)all->person_count * all->item_count);
    for (size_t i = 0; i < all->response_count; i++) {
        uint32_t number;
        uint32_t person = map_add(persons, text_of(all->responses[i].interview_id));

        if (codes[i] != IRT_MISSING &&
            map_find(all->numbers, text_of(all->responses[i].item_id), &number) &&
            all->subjects[number].place != UINT32_MAX) {
            cells[(size_t)person * all->item_count + all->subjects[number].place] = codes[i];
            all->answer_count++;
        }
    }
    for (uint32_t i = 0; i < all->item_count; i++) {
        bool is_free = all->subjects[all->order[i]].is_free;

        gradings[i] = (struct irt_gradings){.chance = is_free ? all->chances : NULL,
                                            .category_count = is_free ? ITEM_CATEGORIES : 2,
                                            .code_count = is_free ? LEARN_CODES : 2};
    }
    return (struct irt_responses){.at = cells,
                                  .gradings = gradings,
                                  .row_count = all->person_count,
                                  .item_count = all->item_count};
}

/* What is believed of an item by its level. */
static struct irt_item prior_of(const struct calibrating *all, const char *id)
{
    for (size_t i = 0; i < all->pool_count; i++) {
        if (strcmp(all->pool[i].id, id) == 0) {
            return all->pool[i].prior;
        }
    }
    return (struct irt_item){.slope = 1, .category_count = 2}; /* suspended since */
}

/* Keep what holds, on the scale of the levels. */
static void settle(struct work *work, struct calibrating *all)
{
    struct irt_item *priors = arena_array(work->arena, struct irt_item, all->item_count);
    struct irt_item *held = arena_array(work->arena, struct irt_item, all->item_count);

    all->used = arena_array(work->arena, bool, all->item_count);
    for (uint32_t i = 0; i < all->item_count; i++) {
        all->used[i] = learn_holds(&all->fit.items[i], &all->fit.errors[i]);
        if (all->used[i]) {
            priors[all->used_count] = prior_of(all, all->subjects[all->order[i]].id);
            held[all->used_count++] = all->fit.items[i];
        }
    }
    if (all->used_count < LEARN_ITEMS_MIN) {
        memset(all->used, 0, all->item_count * sizeof(*all->used));
        all->used_count = 0;
        return;
    }
    all->shift = learn_anchor(priors, held, all->used_count);
    for (uint32_t i = 0, k = 0; i < all->item_count; i++) {
        all->fit.items[i] = all->used[i] ? held[k++] : all->fit.items[i];
    }
}

static const char *numbers_text(struct work *work, const struct irt_item *item, bool with_slope)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '[');
    if (with_slope) {
        json_real(&out, item->slope);
    }
    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        json_real(&out, item->intercept[k]);
    }
    json_close(&out, ']');
    return buffer.at;
}

static const char *hash_of(struct work *work, const struct calibrating *all)
{
    struct buffer buffer = buffer_new(work->arena);

    for (uint32_t i = 0; i < all->item_count; i++) {
        const struct subject *subject = &all->subjects[all->order[i]];

        buffer_print(&buffer, "%s %lld %d %s\n", subject->id, (long long)subject->version,
                     all->used[i], numbers_text(work, &all->fit.items[i], true));
    }
    return sha256_hex(work->arena, buffer_view(&buffer));
}

static enum err put(struct work *work, void *context)
{
    const struct calibrating *all = context;
    const char *id = work_new_id(work, "cal");

    TRY(calibration_insert(work, &(struct calibration_insert_args){
                                     .id = id,
                                     .organisation_id = work->organisation_id,
                                     .domain = all->domain,
                                     .engine = ENGINE,
                                     .person_count = all->person_count,
                                     .answer_count = (int64_t)all->response_count,
                                     .item_count = (int64_t)all->used_count,
                                     .held_count = (int64_t)(all->item_count - all->used_count),
                                     .likelihood = all->fit.likelihood,
                                     .shift = all->shift,
                                     .content_hash = hash_of(work, all),
                                     .computed_at = work->now_us,
                                 }));
    for (uint32_t i = 0; i < all->item_count; i++) {
        const struct subject *subject = &all->subjects[all->order[i]];

        TRY(item_parameter_put(work, &(struct item_parameter_put_args){
                                         .item_id = subject->id,
                                         .organisation_id = work->organisation_id,
                                         .calibration_id = id,
                                         .version_number = subject->version,
                                         .slope = all->fit.items[i].slope,
                                         .steps = numbers_text(work, &all->fit.items[i], false),
                                         .errors = numbers_text(work, &all->fit.errors[i], true),
                                         .response_count = subject->count,
                                         .is_used = all->used[i],
                                         .computed_at = work->now_us,
                                     }));
    }
    return OK;
}

enum err learn_items(struct work *work, const char *domain, bool force, struct learnt *learnt)
{
    struct calibrating *all = arena_new_of(work->arena, struct calibrating);
    struct irt_fit_options options = IRT_FIT_DEFAULTS;

    all->domain = domain;
    all->force = force;
    options.model = IRT_GRADED;
    TRY(store_read(work, load, all));
    if (!all->is_new) {
        return OK;
    }
    uint8_t *codes = code_answers(work, all);

    choose_items(work, all);
    if (all->item_count < LEARN_ITEMS_MIN) {
        return OK;
    }
    struct irt_responses responses = tabulate(work, all, codes);

    TRY(irt_fit(work->arena, &responses, &options, NULL, &all->fit, &work->fault));
    settle(work, all);
    learnt->calibrated_count += (int64_t)all->used_count;
    learnt->held_count += (int64_t)(all->item_count - all->used_count);
    return store_write(work, put, all);
}
