#include "slice/resume/resume_csv_rule.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/text.h"
#include "slice/account/account_rule.h"
#include "slice/resume/resume_slice.h"

const char RESUME_CSV_TEMPLATE[] =
    "name,email,phone,location,headline,skills,languages,credentials,degrees,employers\n"
    "Ada Example,ada@example.org,+44 20 7946 0000,London,Contract lawyer,contract law; arbitration,"
    "English; French,Solicitor of England and Wales,"
    "LLM | Commercial law | King's College London | 2012-09 | 2013-07,"
    "Acme Ltd | Senior counsel | 2019-03 | present; Umbra LLP | Associate | 2014 | 2019-02\n";

/* Columns of one value, named as the fields that they become. */
static const char *const SINGLES[] = {"name", "email", "phone", "location", "headline"};

enum { PART_MAX = 5 };

/* Columns of entries: the fields that their parts become, the first of which must be there. */
static const struct column {
    const char *name;
    const char *parts[PART_MAX];
    size_t part_count;
} LISTS[] = {
    {"skills", {"skill"}, 1},
    {"languages", {"language"}, 1},
    {"credentials", {"credential"}, 1},
    {"degrees", {"degree", "area", "institution", "start", "end"}, 5},
    {"employers", {"company", "position", "start", "end"}, 4},
};

struct gathering {
    struct arena *arena;
    struct fault *fault;
    struct resume_csv *out;
    int64_t group;
};

static struct text column_text(const struct json *columns, const char *name)
{
    const char *text = json_text_of(columns, name);

    return text == NULL ? (struct text){0} : text_trim(text_of(text));
}

static bool is_known(const char *name)
{
    bool known = false;

    for (size_t i = 0; i < COUNT(SINGLES); i++) {
        known = known || strcmp(SINGLES[i], name) == 0;
    }
    for (size_t i = 0; i < COUNT(LISTS); i++) {
        known = known || strcmp(LISTS[i].name, name) == 0;
    }
    return known;
}

static enum err refuse_unknown(const struct json *columns, struct fault *fault)
{
    for (const struct json *one = columns->first; one != NULL; one = one->next) {
        if (!is_known(one->name)) {
            return fail_field(fault, ERR_INVALID, one->name,
                              "there is no such column; name, email, phone, location, headline, "
                              "skills, languages, credentials, degrees and employers are known");
        }
    }
    return OK;
}

/* Fields of a row at most: every mark begins another one. */
static size_t room_of(const struct json *columns)
{
    size_t room = COUNT(SINGLES);

    for (size_t i = 0; i < COUNT(LISTS); i++) {
        struct text text = column_text(columns, LISTS[i].name);

        for (size_t at = 0; at < text.size; at++) {
            room += text.at[at] == ';' || text.at[at] == '|';
        }
        room++;
    }
    return room;
}

static enum err add(struct gathering *to, const char *column, const char *field, struct text value)
{
    if (value.size > RESUME_CSV_VALUE_MAX) {
        return fail_field(to->fault, ERR_INVALID, column, "a %s is longer than %d bytes", field,
                          RESUME_CSV_VALUE_MAX);
    }
    to->out->found[to->out->count++] =
        (struct resume_found){.field = field,
                              .group = to->group,
                              .value = arena_copy(to->arena, value.at, value.size),
                              .confidence = 1};
    return OK;
}

/* "2021" or "2021-05". */
static bool is_date(struct text text)
{
    int64_t year;
    int64_t month = 1;
    bool has_month = text.size == 7 && text.at[4] == '-';

    return (text.size == 4 || has_month) && text_int((struct text){text.at, 4}, &year) &&
           (!has_month || text_int((struct text){text.at + 5, 2}, &month)) && year >= 1900 &&
           month >= 1 && month <= 12;
}

static enum err check_part(const struct gathering *to, const char *column, const char *field,
                           struct text value)
{
    bool is_end = strcmp(field, "end") == 0;

    if ((!is_end && strcmp(field, "start") != 0) || is_date(value) ||
        (is_end && text_is(value, "present"))) {
        return OK;
    }
    return fail_field(to->fault, ERR_INVALID, column, "\"%.40s\" is no %s: write 2021-05, 2021%s",
                      arena_copy(to->arena, value.at, value.size), field,
                      is_end ? " or present" : "");
}

/* Dates compare as texts, as far as both are told. */
static enum err check_span(const struct gathering *to, const char *column, struct text start,
                           struct text end)
{
    size_t size = start.size < end.size ? start.size : end.size;

    if (size == 0 || text_is(end, "present") || memcmp(start.at, end.at, size) <= 0) {
        return OK;
    }
    return fail_field(to->fault, ERR_INVALID, column, "it ends in %.7s, before its start in %.7s",
                      arena_copy(to->arena, end.at, end.size),
                      arena_copy(to->arena, start.at, start.size));
}

static enum err add_entry(struct gathering *to, const struct column *column, struct text entry)
{
    struct text parts[PART_MAX] = {0};
    struct text rest = entry;
    struct text part;
    size_t count = 0;

    for (; text_cut(&rest, '|', &part); count++) {
        if (count == column->part_count) {
            return fail_field(to->fault, ERR_INVALID, column->name,
                              "\"%.100s\" has more than %zu parts",
                              arena_copy(to->arena, entry.at, entry.size), column->part_count);
        }
        parts[count] = text_trim(part);
    }
    if (parts[0].size == 0) {
        return fail_field(to->fault, ERR_INVALID, column->name, "\"%.100s\" does not say which %s",
                          arena_copy(to->arena, entry.at, entry.size), column->parts[0]);
    }
    to->group++;
    for (size_t i = 0; i < count; i++) {
        if (parts[i].size > 0) {
            TRY(check_part(to, column->name, column->parts[i], parts[i]));
            TRY(add(to, column->name, column->parts[i], parts[i]));
        }
    }
    return column->part_count == 1 ? OK
                                   : check_span(to, column->name, parts[column->part_count - 2],
                                                parts[column->part_count - 1]);
}

static enum err add_list(struct gathering *to, const struct column *column, struct text text)
{
    size_t count = 0;
    struct text entry;

    while (text_cut(&text, ';', &entry)) {
        entry = text_trim(entry);
        if (entry.size == 0) {
            continue;
        }
        if (++count > RESUME_CSV_ENTRY_MAX) {
            return fail_field(to->fault, ERR_INVALID, column->name, "more than %d entries",
                              RESUME_CSV_ENTRY_MAX);
        }
        TRY(add_entry(to, column, entry));
    }
    return OK;
}

enum err resume_csv_read(struct arena *arena, const struct json *columns, struct resume_csv *out,
                         struct fault *fault)
{
    struct gathering to = {.arena = arena, .fault = fault, .out = out};
    struct text email = column_text(columns, "email");
    struct text name = column_text(columns, "name");

    TRY(refuse_unknown(columns, fault));
    *out =
        (struct resume_csv){.email = email_normal(arena, arena_copy(arena, email.at, email.size)),
                            .name = name.size == 0 ? NULL : arena_copy(arena, name.at, name.size),
                            .found = arena_array(arena, struct resume_found, room_of(columns))};
    if (out->email == NULL) {
        return fail_field(fault, ERR_INVALID, "email", "\"%.100s\" is not an e-mail address",
                          arena_copy(arena, email.at, email.size));
    }
    for (size_t i = 0; i < COUNT(SINGLES); i++) {
        bool is_email = strcmp(SINGLES[i], "email") == 0;
        struct text value = is_email ? text_of(out->email) : column_text(columns, SINGLES[i]);

        if (value.size > 0) {
            TRY(add(&to, SINGLES[i], SINGLES[i], value));
        }
    }
    for (size_t i = 0; i < COUNT(LISTS); i++) {
        TRY(add_list(&to, &LISTS[i], column_text(columns, LISTS[i].name)));
    }
    return OK;
}
