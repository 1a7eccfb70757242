/* Goal: RFC 4180 is read as written, and every refusal names its line. */

#include "check.h"

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"

static void next__reads_quotes_and_line_ends(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct csv csv = csv_open(text_of("\xEF\xBB\xBF"
                                      "a,\"b,\"\"c\"\"\nd\"\r\n\n,\nlast"),
                              ',');
    struct csv_record record;

    CHECK(csv_next(&csv, arena, 4, &record, &fault) == OK);
    CHECK(record.count == 2 && csv.line == 1);
    CHECK(text_is(record.fields[0], "a"));
    CHECK(text_is(record.fields[1], "b,\"c\"\nd"));
    CHECK(csv_next(&csv, arena, 4, &record, &fault) == OK);
    CHECK(record.count == 2 && csv.line == 4 && record.fields[0].size == 0);
    CHECK(csv_next(&csv, arena, 4, &record, &fault) == OK);
    CHECK(record.count == 1 && csv.line == 5 && text_is(record.fields[0], "last"));
    CHECK(csv_next(&csv, arena, 4, &record, &fault) == OK);
    CHECK(record.count == 0);
}

static enum err second_record(const char *text, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct csv csv = csv_open(text_of(text), ',');
    struct csv_record record;

    TRY(csv_next(&csv, arena, 3, &record, fault));
    return csv_next(&csv, arena, 3, &record, fault);
}

static void next__refuses_with_line_and_field(void)
{
    struct fault fault = {0};

    CHECK(second_record("a\n\"open", &fault) == ERR_INVALID && fault.line == 2);
    CHECK(second_record("a\nb,\"c\"d", &fault) == ERR_INVALID &&
          strcmp(fault.field, "field 2") == 0);
    CHECK(second_record("a\nb,\xFF", &fault) == ERR_INVALID && fault.line == 2);
    CHECK(second_record("a\n1,2,3,4", &fault) == ERR_INVALID && fault.line == 2);
}

TEST_MAIN(CASE(next__reads_quotes_and_line_ends), CASE(next__refuses_with_line_and_field))
