#include "slice/task/task_rule.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/rng.h"
#include "slice/type/type.h"

const char *task_state_of(const struct task_numbers *numbers)
{
    if (numbers->accepted >= numbers->wanted) {
        return "done";
    }
    return numbers->active + numbers->given >= numbers->wanted ? "full" : "open";
}

bool gold_is_due(double rate, int64_t random)
{
    return (double)random / 0x1p62 < rate;
}

const char *presentation_of(struct arena *arena, const struct task_type *type, uint64_t seed)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);
    struct rng rng = rng_new(seed);
    size_t *order = arena_array(arena, size_t, type->side_count);

    for (size_t i = 0; i < type->side_count; i++) { /* inside-out shuffle */
        size_t place = rng_below(&rng, (uint32_t)i + 1);

        order[i] = order[place];
        order[place] = i;
    }
    json_open(&out, '{');
    json_name(&out, "order");
    json_open(&out, '[');
    for (size_t i = 0; i < type->side_count; i++) {
        json_text(&out, type->sides[order[i]].value);
    }
    json_close(&out, ']');
    json_name(&out, "seed");
    json_text(&out, arena_print(arena, "%016llx", (unsigned long long)seed));
    json_close(&out, '}');
    return buffer.at;
}

static const struct json *properties_of(const struct task_type *type)
{
    return json_member(type->input, "properties");
}

bool field_is_required(const struct task_type *type, const char *field)
{
    const struct json *required = json_member(type->input, "required");

    for (const struct json *one = required == NULL ? NULL : required->first; one != NULL;
         one = one->next) {
        if (strcmp(one->text, field) == 0) {
            return true;
        }
    }
    return false;
}

static enum err check_complete(const struct task_type *type, const struct mapping *mapping,
                               struct fault *fault)
{
    for (const struct json *property = properties_of(type)->first; property != NULL;
         property = property->next) {
        bool found = false;

        for (size_t i = 0; i < mapping->count; i++) {
            found = found || strcmp(mapping->pairs[i].field, property->name) == 0;
        }
        if (!found && field_is_required(type, property->name)) {
            return fail_field(fault, ERR_INVALID, "mapping",
                              "the mapping names no column for %s, which every task needs",
                              property->name);
        }
    }
    return OK;
}

enum err mapping_read(struct arena *arena, const struct task_type *type, const char *json,
                      struct mapping *out, struct fault *fault)
{
    struct json *value = NULL;

    TRY(json_parse(arena, text_of(json), &value, fault));
    if (value->kind != JSON_OBJECT) {
        return fail_field(fault, ERR_INVALID, "mapping", "a mapping is an object of columns");
    }
    struct mapped *pairs = arena_array(arena, struct mapped, value->count);
    struct mapping mapping = {.pairs = pairs};

    for (const struct json *one = value->first; one != NULL; one = one->next) {
        if (one->kind != JSON_TEXT) {
            return fail_field(fault, ERR_INVALID, "mapping", "%.60s must name a column", one->name);
        }
        if (strcmp(one->name, "external_id") == 0) {
            mapping.external_id = one->text;
        } else if (json_member(properties_of(type), one->name) == NULL) {
            return fail_field(fault, ERR_INVALID, "mapping", "the task type %s has no field %.60s",
                              type->name, one->name);
        } else {
            pairs[mapping.count++] = (struct mapped){.field = one->name, .column = one->text};
        }
    }
    TRY(check_complete(type, &mapping, fault));
    *out = mapping;
    return OK;
}

/* Letters and digits alone, small. */
static const char *plain(struct arena *arena, const char *name)
{
    char *out = arena_copy(arena, name, strlen(name));
    size_t size = 0;

    for (const char *at = name; *at != '\0'; at++) {
        char small = *at >= 'A' && *at <= 'Z' ? (char)(*at - 'A' + 'a') : *at;

        if ((small >= 'a' && small <= 'z') || (small >= '0' && small <= '9') || (small & 0x80)) {
            out[size++] = small;
        }
    }
    out[size] = '\0';
    return out;
}

/* Names that data sets use for the fields of the shipped types. */
static bool is_alias(const char *field, const char *column)
{
    static const char *const ALIASES[][2] = {
        {"prompt", "instruction"},   {"prompt", "question"},      {"context", "input"},
        {"answer_a", "response1"},   {"answer_b", "response2"},   {"answer_a", "output1"},
        {"answer_b", "output2"},     {"answer_a", "responsea"},   {"answer_b", "responseb"},
        {"answer_a", "completiona"}, {"answer_b", "completionb"}, {"answer", "response"},
        {"external_id", "id"},       {"external_id", "taskid"},   {"external_id", "idx"},
        {"external_id", "promptid"}, {"text", "content"},         {"domain", "category"},
    };

    for (size_t i = 0; i < COUNT(ALIASES); i++) {
        if (strcmp(ALIASES[i][0], field) == 0 && strcmp(ALIASES[i][1], column) == 0) {
            return true;
        }
    }
    return false;
}

static const char *guess(struct arena *arena, const char *field, const char *const *columns,
                         size_t column_count)
{
    const char *wanted = plain(arena, field);

    for (size_t i = 0; i < column_count; i++) {
        if (strcmp(plain(arena, columns[i]), wanted) == 0) {
            return columns[i];
        }
    }
    for (size_t i = 0; i < column_count; i++) {
        if (is_alias(field, plain(arena, columns[i]))) {
            return columns[i];
        }
    }
    return NULL;
}

const char *mapping_guess(struct arena *arena, const struct task_type *type,
                          const char *const *columns, size_t column_count)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);
    const char *external = guess(arena, "external_id", columns, column_count);

    json_open(&out, '{');
    for (const struct json *property = properties_of(type)->first; property != NULL;
         property = property->next) {
        const char *column = guess(arena, property->name, columns, column_count);

        if (column != NULL) {
            json_name(&out, property->name);
            json_text(&out, column);
        }
    }
    if (external != NULL) {
        json_name(&out, "external_id");
        json_text(&out, external);
    }
    json_close(&out, '}');
    return buffer.at;
}

bool budget_allows(int64_t budget_minor, int64_t spend_minor, int64_t committed_units,
                   int64_t unit_minor)
{
    int64_t committed;

    return !__builtin_mul_overflow(committed_units + 1, unit_minor, &committed) &&
           !__builtin_add_overflow(committed, spend_minor, &committed) && committed <= budget_minor;
}
