#include "engine/verify/rubric_set.h"

#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_read.h"

enum { COLUMNS_MAX = 64 };

struct reading {
    struct arena *arena;
    struct fault *fault;
    struct rubric_set *set;
    struct map *ids; /* of criteria that come one by one: the rubric they belong to */
    size_t room;
};

static struct rubric *add_rubric(struct reading *reading)
{
    struct rubric_set *set = reading->set;

    set->at = arena_room(reading->arena, set->at, set->count, &reading->room, sizeof(*set->at));
    set->at[set->count] = (struct rubric){.id = "", .prompt = "", .domain = ""};
    return &set->at[set->count++];
}

/* Criteria that come one by one; the array doubles at powers of two. */
static void add_criterion(struct reading *reading, struct rubric *rubric,
                          struct criterion criterion)
{
    struct criterion *all = NULL;

    if ((rubric->count & (rubric->count - 1)) == 0) {
        all = arena_array(reading->arena, struct criterion, rubric->count * 2 + 1);
        if (rubric->count > 0) {
            memcpy(all, rubric->criteria, rubric->count * sizeof(*all));
        }
        rubric->criteria = all;
    }
    all = (struct criterion *)(uintptr_t)rubric->criteria;
    all[rubric->count++] = criterion;
}

/* The rubric that criteria of this task go to. */
static struct rubric *rubric_of(struct reading *reading, struct text task)
{
    uint32_t known = map_count(reading->ids);
    uint32_t number = map_add(reading->ids, task);

    if (number == known) {
        add_rubric(reading)->id = map_key(reading->ids, number).at;
    }
    return &reading->set->at[number];
}

static const char *either(const struct json *row, const char *first, const char *second)
{
    const char *text = json_text_of(row, first);

    return text == NULL ? json_text_of(row, second) : text;
}

/* A prompt as text, or the last message of a conversation. */
static const char *prompt_of(const struct json *row)
{
    const struct json *prompt = json_member(row, "prompt");
    const char *text = either(row, "prompt", "Prompt");

    text = text == NULL ? json_text_of(row, "requirements") : text;
    if (text != NULL || prompt == NULL || prompt->kind != JSON_LIST) {
        return text == NULL ? "" : text;
    }
    for (const struct json *message = prompt->first; message != NULL; message = message->next) {
        const char *content =
            message->kind == JSON_OBJECT ? json_text_of(message, "content") : NULL;

        text = content == NULL ? text : content;
    }
    return text == NULL ? "" : text;
}

static const char *domain_of(const struct json *row)
{
    const struct json *tags = json_member(row, "example_tags");
    const char *domain = either(row, "domain", "Domain");

    if (domain == NULL && tags != NULL && tags->kind == JSON_LIST && tags->first != NULL &&
        tags->first->kind == JSON_TEXT) {
        domain = tags->first->text;
    }
    return domain == NULL ? "" : domain;
}

/* Some keep the rubric as JSON within a text. */
static enum err inner_rubric(struct reading *reading, const struct json *row,
                             const struct json **out)
{
    const char *text = json_text_of(row, "Rubric JSON");
    const struct json *object = json_member(row, "Rubric JSON");
    struct json *parsed = NULL;

    *out = object == NULL ? row : object;
    if (text != NULL) {
        TRY(json_parse(reading->arena, text_of(text), &parsed, reading->fault));
        *out = parsed;
    }
    return OK;
}

static enum err read_row(struct reading *reading, const struct json *row)
{
    const struct json *inner = NULL;
    const char *id = either(row, "id", "prompt_id");
    struct rubric *rubric = add_rubric(reading);

    TRY(inner_rubric(reading, row, &inner));
    id = id == NULL ? either(row, "task_id", "Task ID") : id;
    rubric->id = id == NULL ? arena_print(reading->arena, "%zu", reading->set->count) : id;
    rubric->prompt = prompt_of(row);
    rubric->domain = domain_of(row);
    TRY(rubric_read_criteria(reading->arena, inner, &rubric->criteria, &rubric->count,
                             reading->fault));
    for (size_t i = 0; i < rubric->count; i++) {
        if (rubric->criteria[i].text == NULL) {
            return fail_field(reading->fault, ERR_INVALID, "criterion",
                              "criterion %zu of %s has no text", i + 1, rubric->id);
        }
    }
    return OK;
}

static enum err read_verifier(struct reading *reading, const struct json *verifier)
{
    const struct json *values = json_member(verifier, "verifier_values");
    const struct json *needs = json_member(verifier, "verifier_dependencies");
    const char *task = json_text_of(verifier, "task_id");
    struct criterion criterion = {.points = 1, .id = json_text_of(verifier, "verifier_id")};

    criterion.text = values == NULL ? NULL : json_text_of(values, "criteria");
    if (criterion.id == NULL || criterion.text == NULL) {
        return fail_field(reading->fault, ERR_INVALID, "verifier_values",
                          "a verifier needs verifier_id and verifier_values with criteria");
    }
    const struct json *weight = json_member(values, "numerical_weight");
    const struct json *primary = json_member(values, "is_primary_objective");
    const struct json *negative = json_member(values, "negative_criteria");

    criterion.points = weight != NULL && weight->kind != JSON_NULL ? weight->real : 1;
    criterion.secondary = primary != NULL && primary->kind == JSON_BOOL && !primary->yes;
    if (negative != NULL && negative->kind == JSON_BOOL && negative->yes) {
        criterion.points = -criterion.points;
    }
    if (needs != NULL && needs->kind == JSON_LIST) {
        const char **list = arena_array(reading->arena, const char *, needs->count + 1);

        for (const struct json *need = needs->first; need != NULL; need = need->next) {
            list[criterion.need_count] = need->kind == JSON_TEXT ? need->text : NULL;
            criterion.need_count += need->kind == JSON_TEXT;
        }
        criterion.needs = list;
    }
    add_criterion(reading, rubric_of(reading, text_of(task == NULL ? "" : task)), criterion);
    return OK;
}

/* One document: a rubric, a list of them, or a list of verifiers. */
static enum err read_document(struct reading *reading, const struct json *root)
{
    if (root->kind == JSON_OBJECT) {
        return read_row(reading, root);
    }
    if (root->kind != JSON_LIST) {
        return fail(reading->fault, ERR_INVALID, "this is no rubric");
    }
    for (const struct json *one = root->first; one != NULL; one = one->next) {
        if (one->kind != JSON_OBJECT) {
            return fail(reading->fault, ERR_INVALID, "the list holds something that is no object");
        }
        TRY(json_member(one, "verifier_values") != NULL ? read_verifier(reading, one)
                                                        : read_row(reading, one));
    }
    return OK;
}

static enum err read_lines(struct reading *reading, struct text file)
{
    struct json_lines lines = {.rest = file};
    struct json *root;

    TRY(json_next(reading->arena, &lines, &root, reading->fault));
    while (root != NULL) {
        if (read_document(reading, root) != OK) {
            reading->fault->line = lines.line;
            return ERR_INVALID;
        }
        TRY(json_next(reading->arena, &lines, &root, reading->fault));
    }
    return OK;
}

static const char *const ACE[] = {"Criterion ID", "Task ID",       "Prompt",
                                  "Hurdle Tag",   "Criteria type", "Criterion Grounding Check",
                                  "Description",  "Workflow"};
enum {
    ACE_ID,
    ACE_TASK,
    ACE_PROMPT,
    ACE_HURDLE,
    ACE_KIND,
    ACE_GROUNDED,
    ACE_TEXT,
    ACE_DOMAIN,
    ACE_COLUMNS,
};

static const char *copy(struct reading *reading, struct text text)
{
    return arena_copy(reading->arena, text.size == 0 ? "" : text.at, text.size);
}

static void read_ace_row(struct reading *reading, const struct csv_record *record,
                         const size_t *place)
{
    struct rubric *rubric = rubric_of(reading, record->fields[place[ACE_TASK]]);
    const char *kind = copy(reading, record->fields[place[ACE_KIND]]);

    rubric->prompt = rubric->prompt[0] == '\0' ? copy(reading, record->fields[place[ACE_PROMPT]])
                                               : rubric->prompt;
    rubric->domain = rubric->domain[0] == '\0' ? copy(reading, record->fields[place[ACE_DOMAIN]])
                                               : rubric->domain;
    add_criterion(reading, rubric,
                  (struct criterion){
                      .id = copy(reading, record->fields[place[ACE_ID]]),
                      .text = copy(reading, record->fields[place[ACE_TEXT]]),
                      .kind = kind[0] == '\0' ? NULL : kind,
                      .hurdle = text_is(record->fields[place[ACE_HURDLE]], "Hurdle"),
                      .grounded = text_is(record->fields[place[ACE_GROUNDED]], "Grounded"),
                      .points = 1,
                  });
}

/* Where each column of `names` stands in the header; false if one is missing. */
static bool find_columns(const struct csv_record *header, const char *const *names, size_t count,
                         size_t *place)
{
    for (size_t i = 0; i < count; i++) {
        place[i] = 0;
        while (place[i] < header->count &&
               !text_is(text_trim(header->fields[place[i]]), names[i])) {
            place[i]++;
        }
        if (place[i] == header->count) {
            return false;
        }
    }
    return true;
}

static enum err read_apex_row(struct reading *reading, const struct csv_record *record,
                              const size_t *place)
{
    struct rubric *rubric = add_rubric(reading);
    struct json *root = NULL;

    rubric->id = copy(reading, record->fields[place[0]]);
    rubric->domain = copy(reading, record->fields[place[1]]);
    rubric->prompt = copy(reading, record->fields[place[2]]);
    TRY(json_parse(reading->arena, text_of(copy(reading, record->fields[place[3]])), &root,
                   reading->fault));
    return rubric_read_criteria(reading->arena, root, &rubric->criteria, &rubric->count,
                                reading->fault);
}

static enum err read_csv(struct reading *reading, struct text file)
{
    static const char *const APEX[] = {"Task ID", "Domain", "Prompt", "Rubric JSON"};
    struct csv csv = csv_open(file, ',');
    struct csv_record record;
    size_t place[ACE_COLUMNS];

    TRY(csv_next(&csv, reading->arena, COLUMNS_MAX, &record, reading->fault));
    size_t columns = record.count;
    bool apex = find_columns(&record, APEX, COUNT(APEX), place);

    if (!apex && !find_columns(&record, ACE, COUNT(ACE), place)) {
        return fail_line(reading->fault, ERR_INVALID, 1, "header",
                         "the header names neither the columns of ACE (Criterion ID, Task ID, …) "
                         "nor of APEX (Task ID, …, Rubric JSON)");
    }
    for (;;) {
        TRY(csv_next(&csv, reading->arena, COLUMNS_MAX, &record, reading->fault));
        if (record.count == 0) {
            return OK;
        }
        if (record.count != columns) {
            return fail_line(reading->fault, ERR_INVALID, csv.line, "",
                             "the record has %zu fields, the header %zu", record.count, columns);
        }
        if (apex && read_apex_row(reading, &record, place) != OK) {
            reading->fault->line = csv.line;
            return ERR_INVALID;
        }
        if (!apex) {
            read_ace_row(reading, &record, place);
        }
    }
}

/* Rubrics in JSON start with a bracket, tables with the name of a column. */
static bool is_json(struct text file)
{
    struct text rest = text_trim(file);

    return rest.size > 0 && (rest.at[0] == '{' || rest.at[0] == '[');
}

enum err rubric_set_read(struct arena *arena, struct text file, struct rubric_set *out,
                         struct fault *fault)
{
    struct reading reading = {.arena = arena, .fault = fault, .set = out, .ids = map_new(arena)};
    struct fault ignored;
    struct json *root = NULL;

    *out = (struct rubric_set){0};
    if (text_trim(file).size == 0) {
        return fail(fault, ERR_INVALID, "the file is empty: it holds no rubric");
    }
    if (!is_json(file)) {
        TRY(read_csv(&reading, file));
    } else if (json_parse(arena, file, &root, &ignored) == OK) {
        TRY(read_document(&reading, root));
    } else {
        TRY(read_lines(&reading, file));
    }
    return out->count > 0 ? OK : fail(fault, ERR_INVALID, "the file holds no rubric");
}
