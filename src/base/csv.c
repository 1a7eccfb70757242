#include "base/csv.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

struct csv csv_open(struct text input, char separator)
{
    if (text_starts(input, "\xEF\xBB\xBF")) {
        input.at += 3;
        input.size -= 3;
    }
    return (struct csv){.rest = input, .separator = separator, .line_next = 1};
}

static char peek(const struct csv *csv)
{
    return csv->rest.size > 0 ? csv->rest.at[0] : '\n';
}

static void step(struct csv *csv, size_t size)
{
    csv->rest.at += size;
    csv->rest.size -= size;
}

static void skip_line_end(struct csv *csv)
{
    if (csv->rest.size > 0 && csv->rest.at[0] == '\r') {
        step(csv, 1);
    }
    if (csv->rest.size > 0 && csv->rest.at[0] == '\n') {
        step(csv, 1);
    }
    csv->line_next++;
}

static struct text plain_field(struct csv *csv)
{
    size_t size = 0;

    while (size < csv->rest.size && csv->rest.at[size] != csv->separator &&
           csv->rest.at[size] != '\n' && csv->rest.at[size] != '\r') {
        size++;
    }
    struct text field = {.at = csv->rest.at, .size = size};

    step(csv, size);
    return field;
}

/* `rest` stands behind the opening quote. False: it never closes. */
static bool quoted_field(struct csv *csv, struct arena *arena, struct text *out)
{
    const char *at = csv->rest.at;
    size_t size = 0;
    size_t doubled = 0;

    for (;; size++) {
        if (size == csv->rest.size) {
            return false;
        }
        csv->line_next += at[size] == '\n';
        if (at[size] != '"') {
            continue;
        }
        if (size + 1 < csv->rest.size && at[size + 1] == '"') {
            size++;
            doubled++;
            continue;
        }
        break;
    }
    *out = (struct text){.at = at, .size = size};
    if (doubled > 0) {
        char *copy = arena_take(arena, size - doubled + 1, 1);
        size_t used = 0;

        for (size_t i = 0; i < size; i++) {
            copy[used++] = at[i];
            i += at[i] == '"';
        }
        *out = (struct text){.at = copy, .size = used};
    }
    step(csv, size + 1);
    return true;
}

/* The field is named here, behind the failure: naming every field would cost more than reading it.
 */
static enum err refuse(const struct csv *csv, size_t index, const char *why, struct fault *fault)
{
    char name[32];

    (void)snprintf(name, sizeof(name), "field %zu", index + 1);
    return fail_line(fault, ERR_INVALID, csv->line, name, "%s", why);
}

static enum err next_field(struct csv *csv, struct arena *arena, size_t index, struct text *out,
                           struct fault *fault)
{
    if (peek(csv) != '"') {
        *out = plain_field(csv);
    } else {
        step(csv, 1);
        if (!quoted_field(csv, arena, out)) {
            return refuse(csv, index, "a quote opens here and never closes", fault);
        }
        if (peek(csv) != csv->separator && peek(csv) != '\n' && peek(csv) != '\r') {
            return refuse(
                csv, index,
                "text follows the closing quote; double a quote that belongs to the field", fault);
        }
    }
    if (text_check(*out) != out->size) {
        return refuse(csv, index, "the field is not valid UTF-8", fault);
    }
    return OK;
}

static void skip_blank_lines(struct csv *csv)
{
    while (csv->rest.size > 0 && (csv->rest.at[0] == '\n' || csv->rest.at[0] == '\r')) {
        skip_line_end(csv);
    }
}

enum err csv_next(struct csv *csv, struct arena *arena, size_t field_max, struct csv_record *out,
                  struct fault *fault)
{
    struct text *fields = arena_array(arena, struct text, field_max);
    size_t count = 0;

    skip_blank_lines(csv);
    csv->line = csv->line_next;
    if (csv->rest.size == 0) {
        *out = (struct csv_record){0};
        return OK;
    }
    for (;;) {
        if (count == field_max) {
            return fail_line(fault, ERR_INVALID, csv->line, "",
                             "the record has more than %zu fields", field_max);
        }
        TRY(next_field(csv, arena, count, &fields[count], fault));
        count++;
        if (csv->rest.size == 0 || csv->rest.at[0] != csv->separator) {
            break;
        }
        step(csv, 1);
    }
    if (csv->rest.size > 0) {
        skip_line_end(csv);
    }
    *out = (struct csv_record){.fields = fields, .count = count};
    return OK;
}
