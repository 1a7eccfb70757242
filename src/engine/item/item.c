#include "engine/item/item.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/irt/model.h"

static const struct item_criterion criterion_defaults = {.points = 1};
static const struct field criterion_fields[] = {
    TEXT(item_criterion, id, .min = 1, .max = 8, .doc = "One letter is enough"),
    TEXT(item_criterion, text, .min = 1, .max = 400, .doc = "What is asked, one thing"),
    REAL(item_criterion, points, .optional = true, .doc = "What it earns; 1 unless said"),
    TEXTS(item_criterion, needs, .optional = true, .max = ITEM_CRITERION_MAX,
          .doc = "Criteria without which it earns nothing"),
    TEXTS(item_criterion, evidence, .optional = true, .max = 24,
          .doc = "Phrases as a good answer may put it"),
};
static const struct shape criterion_shape = SHAPE(
    item_criterion, criterion_fields, "A criterion of a rubric", .defaults = &criterion_defaults);

static const struct field sample_fields[] = {
    TEXT(item_sample, marks, .min = 1, .max = ITEM_CRITERION_MAX,
         .doc = "One letter a criterion: m met, p partly, n not met"),
    TEXT(item_sample, text, .min = 1, .max = 4000, .doc = "The answer"),
};
static const struct shape sample_shape = SHAPE(item_sample, sample_fields, "A graded answer");

static const struct field follow_up_fields[] = {
    TEXT(item_follow_up, when, .min = 1, .max = 8, .doc = "The criterion that is not met"),
    TEXT(item_follow_up, ask, .min = 1, .max = 400, .doc = "What is asked then"),
};
static const struct shape follow_up_shape =
    SHAPE(item_follow_up, follow_up_fields, "A further question");

static const struct item item_defaults = {
    .domain = "", .block = "general", .status = "pilot", .level = 2, .minutes = 4};
static const struct field item_fields[] = {
    TEXT(item, code, .min = 1, .max = 60, .doc = "Unique in its bank"),
    TEXT(item, kind, .choices = "free|numeric|choice|order|find-error",
         .doc = "How it is answered"),
    TEXT(item, domain, .optional = true, .max = 40, .doc = "Field of expertise"),
    TEXT(item, block, .optional = true, .min = 1, .max = 40, .doc = "Part of the domain"),
    TEXT(item, status, .optional = true, .choices = "pilot|live|retired",
         .doc = "pilot: asked, but counts for nothing; retired: for practice"),
    TEXT(item, prompt, .min = 1, .max = 4000, .doc = "The question"),
    TEXT(item, answer, .optional = true, .min = 1, .max = 100,
         .doc = "Of a number: the number; of a choice or an error: the part, from 1"),
    TEXT(item, solution, .optional = true, .max = 1000, .doc = "Why, shown with the result"),
    INT(item, level, .optional = true, .min = 1, .max = 3,
        .doc = "1 newcomer, 2 practitioner, 3 authority"),
    INT(item, minutes, .optional = true, .min = 1, .max = 60, .doc = "What it takes"),
    REAL(item, absolute, .optional = true, .doc = "Tolerance of a number"),
    REAL(item, relative, .optional = true, .doc = "Tolerance as a share of the number"),
    LIST(item, criteria, .of = &criterion_shape, .optional = true, .max = ITEM_CRITERION_MAX,
         .doc = "The rubric of free text"),
    LIST(item, models, .of = &sample_shape, .optional = true, .max = ITEM_MODELS,
         .doc = "Three model answers: complete, good, bare"),
    LIST(item, follow_ups, .of = &follow_up_shape, .optional = true, .max = 4,
         .doc = "At most one is asked"),
    LIST(item, answers, .of = &sample_shape, .optional = true, .max = ITEM_SAMPLE_MAX,
         .doc = "Graded answers that teach the scorer"),
    TEXTS(item, parts, .optional = true, .max = ITEM_PART_MAX,
          .doc = "Choices; steps in the right order; lines"),
    TEXTS(item, enemies, .optional = true, .max = 20, .doc = "Codes that give this one away"),
};
const struct shape item_shape =
    SHAPE(item, item_fields, "An item of a question bank", .defaults = &item_defaults);

static void complete(struct item *item)
{
    item->absolute = item->absolute >= 0 ? item->absolute : 0; /* NaN: not given */
    item->relative = item->relative >= 0 ? item->relative : 0;
}

enum err item_read(struct arena *arena, struct text json, struct item *out, struct fault *fault)
{
    struct json *tree;
    struct item item = {0};

    TRY(json_parse(arena, json, &tree, fault));
    TRY(json_decode(arena, tree, &item_shape, &item, fault));
    complete(&item);
    *out = item;
    return OK;
}

struct bank_file {
    const char *domain;
    struct list items;
};
static const struct field bank_fields[] = {
    TEXT(bank_file, domain, .min = 1, .max = 40, .doc = "Field of expertise of all its items"),
    LIST(bank_file, items, .of = &item_shape, .max = ITEM_COUNT_MAX, .doc = "The items"),
};
static const struct shape bank_shape = SHAPE(bank_file, bank_fields, "Items of one domain");

enum err item_bank_read(struct arena *arena, struct text json, struct item_bank *bank,
                        struct fault *fault)
{
    struct json *tree;
    struct bank_file file = {0};

    TRY(json_parse(arena, json, &tree, fault));
    TRY(json_decode(arena, tree, &bank_shape, &file, fault));
    if (bank->count + file.items.count > ITEM_COUNT_MAX) {
        return fail(fault, ERR_LIMIT, "a bank has at most %d items", ITEM_COUNT_MAX);
    }
    const struct item *added = file.items.at;
    struct item *all = arena_array(arena, struct item, bank->count + file.items.count);

    for (size_t i = 0; i < bank->count; i++) {
        all[i] = bank->at[i];
    }
    for (size_t i = 0; i < file.items.count; i++) {
        struct item *item = &all[bank->count + i];

        *item = added[i];
        if (item->domain[0] == '\0') {
            item->domain = file.domain;
        }
        complete(item);
    }
    *bank = (struct item_bank){.at = all, .count = bank->count + file.items.count};
    return OK;
}

enum item_kind item_kind_of(const struct item *item)
{
    static const char *const KINDS[] = {"free", "numeric", "choice", "order", "find-error"};

    for (size_t i = 1; i < COUNT(KINDS); i++) {
        if (strcmp(item->kind, KINDS[i]) == 0) {
            return (enum item_kind)i;
        }
    }
    return ITEM_FREE;
}

const struct item_criterion *item_criteria(const struct item *item)
{
    return item->criteria.at;
}

const struct item_sample *item_models(const struct item *item)
{
    return item->models.at;
}

const struct item_sample *item_samples(const struct item *item)
{
    return item->answers.at;
}

bool item_mark_of(char letter, enum item_mark *out)
{
    static const char LETTERS[] = {'n', 'p', 'm'};

    for (size_t i = 0; i < sizeof(LETTERS); i++) {
        if (letter == LETTERS[i]) {
            *out = (enum item_mark)i;
            return true;
        }
    }
    return false;
}

const char *item_mark_name(enum item_mark mark)
{
    static const char *const NAMES[] = {"not met", "partly", "met"};

    return NAMES[mark];
}

/* Every criterion that it names is met at least partly. */
static bool needs_hold(const struct item *item, const struct item_criterion *criterion,
                       const enum item_mark *marks)
{
    const struct item_criterion *all = item_criteria(item);

    for (size_t i = 0; i < criterion->needs.count; i++) {
        for (size_t k = 0; k < item->criteria.count; k++) {
            if (strcmp(all[k].id, criterion->needs.at[i]) == 0 && marks[k] == ITEM_NOT_MET) {
                return false;
            }
        }
    }
    return true;
}

double item_points(const struct item *item, const enum item_mark *marks, double *max)
{
    const struct item_criterion *all = item_criteria(item);
    double points = 0;

    *max = 0;
    for (size_t i = 0; i < item->criteria.count; i++) {
        *max += all[i].points;
        if (needs_hold(item, &all[i], marks)) {
            points += all[i].points * (double)marks[i] / ITEM_MET;
        }
    }
    return points;
}

uint32_t item_category(double points, double max)
{
    double share = max > 0 ? points / max : 0;

    return share < 0.35 ? 0 : share < 0.75 ? 1 : 2;
}

struct irt_item item_prior(const struct item *item)
{
    double difficulty = (double)item->level - 2;
    enum item_kind kind = item_kind_of(item);
    struct irt_item prior = {.slope = 1.3, .category_count = 2};

    if (kind == ITEM_FREE) {
        prior.category_count = ITEM_CATEGORIES;
        prior.intercept[0] = -prior.slope * (difficulty - 0.7);
        prior.intercept[1] = -prior.slope * (difficulty + 0.7);
        return prior;
    }
    if ((kind == ITEM_CHOICE || kind == ITEM_FIND_ERROR) && item->parts.count > 0) {
        prior.guess = 1.0 / (double)item->parts.count;
    }
    prior.intercept[0] = -prior.slope * difficulty;
    return prior;
}
