#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/resume/resume_csv_rule.h"
#include "slice/resume/resume_slice.h"

static enum err read_row(struct arena *arena, const char *text, struct resume_csv *out,
                         struct fault *fault)
{
    struct json *columns = NULL;

    *fault = (struct fault){0};
    TRY(json_parse(arena, text_of(text), &columns, fault));
    return resume_csv_read(arena, columns, out, fault);
}

static bool has(const struct resume_csv *row, size_t at, const char *field, int64_t group,
                const char *value)
{
    return at < row->count && strcmp(row->found[at].field, field) == 0 &&
           row->found[at].group == group && strcmp(row->found[at].value, value) == 0;
}

static void row__becomes_fields_in_groups(void)
{
    ARENA_SCOPE arena = arena_new();
    struct resume_csv row;
    struct fault fault;

    CHECK(read_row(arena,
                   "{\"email\": \" Ada@Example.org \", \"name\": \"Ada\", \"phone\": \"\","
                   " \"skills\": \"law;; tax law ;\","
                   " \"degrees\": \"LLM | | King's | 2012 | 2013-07\","
                   " \"employers\": \"Acme|Counsel|2019-03|present; Umbra\"}",
                   &row, &fault) == OK);
    CHECK(strcmp(row.email, "ada@example.org") == 0 && strcmp(row.name, "Ada") == 0);
    CHECK(row.count == 13);
    CHECK(has(&row, 0, "name", 0, "Ada") && has(&row, 1, "email", 0, "ada@example.org"));
    CHECK(has(&row, 2, "skill", 1, "law") && has(&row, 3, "skill", 2, "tax law"));
    CHECK(has(&row, 4, "degree", 3, "LLM") && has(&row, 5, "institution", 3, "King's"));
    CHECK(has(&row, 6, "start", 3, "2012") && has(&row, 7, "end", 3, "2013-07"));
    CHECK(has(&row, 8, "company", 4, "Acme") && has(&row, 9, "position", 4, "Counsel"));
    CHECK(has(&row, 10, "start", 4, "2019-03") && has(&row, 11, "end", 4, "present"));
    CHECK(has(&row, 12, "company", 5, "Umbra"));
}

static void bad_rows__name_their_column(void)
{
    static const struct {
        const char *row;
        const char *field;
    } CASES[] = {
        {"{\"name\": \"Nobody\"}", "email"},
        {"{\"email\": \"nobody\"}", "email"},
        {"{\"email\": \"a@b.org\", \"hobby\": \"chess\"}", "hobby"},
        {"{\"email\": \"a@b.org\", \"employers\": \"Acme | Judge | 3/2019\"}", "employers"},
        {"{\"email\": \"a@b.org\", \"employers\": \"Acme | Judge | 2019-13\"}", "employers"},
        {"{\"email\": \"a@b.org\", \"employers\": \"Acme | Judge | present\"}", "employers"},
        {"{\"email\": \"a@b.org\", \"employers\": \"Acme | Judge | 2019-05 | 2018\"}", "employers"},
        {"{\"email\": \"a@b.org\", \"employers\": \"A | B | 2018 | 2019 | more\"}", "employers"},
        {"{\"email\": \"a@b.org\", \"degrees\": \" | Law\"}", "degrees"},
        {"{\"email\": \"a@b.org\", \"languages\": \"English | C1\"}", "languages"},
    };
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(CASES); i++) {
        struct resume_csv row;
        struct fault fault;

        CHECK(read_row(arena, CASES[i].row, &row, &fault) == ERR_INVALID);
        CHECK(strcmp(fault.field, CASES[i].field) == 0);
    }
}

static void too_much__is_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    char *many = arena_array(arena, char, 2 * RESUME_CSV_ENTRY_MAX + 3);
    char *wide = arena_array(arena, char, RESUME_CSV_VALUE_MAX + 2);
    struct resume_csv row;
    struct fault fault;

    for (int i = 0; i <= RESUME_CSV_ENTRY_MAX; i++) {
        many[2 * i] = 'x';
        many[2 * i + 1] = ';';
    }
    memset(wide, 'x', RESUME_CSV_VALUE_MAX + 1);
    CHECK(read_row(arena, arena_print(arena, "{\"email\": \"a@b.org\", \"skills\": \"%s\"}", many),
                   &row, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "skills") == 0);
    CHECK(read_row(arena,
                   arena_print(arena, "{\"email\": \"a@b.org\", \"headline\": \"%s\"}", wide), &row,
                   &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "headline") == 0);
}

TEST_MAIN(CASE(row__becomes_fields_in_groups), CASE(bad_rows__name_their_column),
          CASE(too_much__is_refused))
