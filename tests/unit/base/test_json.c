/* Goal: JSON is read strictly, decoded by shape with the path at fault, and written back the same.
 */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"

struct seat {
    const char *role;
    double rate;
};

struct team {
    const char *name;
    int64_t size;
    int64_t since;
    bool open;
    struct list seats;
    struct texts tags;
    const char *extra;
};

static const struct field seat_fields[] = {
    TEXT(seat, role, .choices = "lawyer|physician"),
    REAL(seat, rate, .min = 0, .max = 1000, .optional = true),
};
static const struct shape seat_shape = SHAPE(seat, seat_fields, "A seat");
static const struct field team_fields[] = {
    TEXT(team, name, .min = 1, .max = 5),
    INT(team, size, .optional = true, .min = 1, .max = 9),
    TIME(team, since, .optional = true),
    BOOL(team, open, .optional = true),
    LIST(team, seats, .of = &seat_shape, .optional = true),
    TEXTS(team, tags, .optional = true),
    JSON(team, extra, .optional = true),
};
static const struct shape team_shape = SHAPE(team, team_fields, "A team");

static const char *refusal(const char *input, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct json *value = NULL;

    return json_parse(arena, text_of(input), &value, fault) == ERR_INVALID ? fault->text : NULL;
}

static void parse__refuses_what_is_not_json(void)
{
    static const char *const BAD[] = {
        "",         "{",           "[1,]",        "{\"a\":1,}",        "01",
        "1.",       "+1",          "nul",         "\"\\x\"",           "\"\n\"",
        "1 2",      "{a:1}",       "[1}",         "\"\\u00\"",         "1e999",
        "\"\xFF\"", "\"\\ud800\"", "\"\\u0000\"", "{\"a\":1,\"a\":2}", "\"abc",
        "-",        "[\"\\\"",
    };
    struct fault fault = {0};

    for (size_t i = 0; i < COUNT(BAD); i++) {
        CHECK(refusal(BAD[i], &fault) != NULL);
    }
    CHECK(strstr(refusal("[1,\n 2,\n x]", &fault), "column 2") != NULL && fault.line == 3);
}

static void parse__bounds_the_depth(void)
{
    char deep[400] = {0};
    struct fault fault = {0};

    memset(deep, '[', 65);
    memset(deep + 65, ']', 65);
    CHECK(refusal(deep, &fault) != NULL);
    memset(deep, 0, sizeof(deep));
    memset(deep, '[', 64);
    memset(deep + 64, ']', 64);
    CHECK(refusal(deep, &fault) == NULL);
}

/* An escape at every place of texts around the length up to which they are read once. */
static void parse__reads_escapes_in_long_texts(void)
{
    ARENA_SCOPE arena = arena_new();
    struct arena_mark mark = arena_mark(arena);
    struct fault fault = {0};

    for (size_t size = 500; size < 530; size++) {
        for (size_t at = 0; at < size; at++) {
            struct buffer buffer = buffer_new(arena);
            struct json *tree = NULL;

            buffer_text(&buffer, text_of("[\""));
            for (size_t i = 0; i < size; i++) {
                buffer_text(&buffer, text_of(i == at ? "\\uD83D\\uDE00" : "x"));
            }
            buffer_text(&buffer, text_of("\",1]"));
            CHECK(json_parse(arena, buffer_view(&buffer), &tree, &fault) == OK &&
                  tree->count == 2 && strlen(tree->first->text) == size + 3 &&
                  memcmp(tree->first->text + at, "\xF0\x9F\x98\x80", 4) == 0);
            struct text cut = buffer_view(&buffer);

            cut.size -= 4;
            CHECK(json_parse(arena, cut, &tree, &fault) == ERR_INVALID);
            arena_undo(arena, mark);
        }
    }
}

static void parse__reads_numbers_and_escapes(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct json *value = NULL;

    CHECK(json_parse(arena, text_of("[9007199254740993, 1e2, \"\\ud83d\\ude00\\n\"]"), &value,
                     &fault) == OK);
    CHECK(value->first->kind == JSON_INT && value->first->integer == INT64_C(9007199254740993));
    CHECK(value->first->next->kind == JSON_REAL && value->first->next->real == 100);
    CHECK(strcmp(value->first->next->next->text, "\xF0\x9F\x98\x80\n") == 0);
}

static enum err decode(struct arena *arena, const char *input, struct team *out,
                       struct fault *fault)
{
    struct json *value = NULL;

    TRY(json_parse(arena, text_of(input), &value, fault));
    return json_decode(arena, value, &team_shape, out, fault);
}

static void decode__names_the_path_at_fault(void)
{
    static const struct {
        const char *input;
        const char *field;
    } CASES[] = {
        {"{}", "name"},
        {"{\"name\":7}", "name"},
        {"{\"name\":\"toolong\"}", "name"},
        {"{\"name\":\"a\",\"size\":10}", "size"},
        {"{\"name\":\"a\",\"size\":1.5}", "size"},
        {"{\"name\":\"a\",\"who\":1}", "who"},
        {"{\"name\":\"a\",\"since\":\"today\"}", "since"},
        {"{\"name\":\"a\",\"seats\":[{\"role\":\"lawyer\"},{\"role\":\"poet\"}]}", "seats[1].role"},
        {"{\"name\":\"a\",\"seats\":[{\"role\":\"lawyer\",\"rate\":-1}]}", "seats[0].rate"},
        {"{\"name\":\"a\",\"tags\":[\"x\",2]}", "tags[1]"},
    };

    for (size_t i = 0; i < COUNT(CASES); i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault = {0};
        struct team team;

        CHECK(decode(arena, CASES[i].input, &team, &fault) == ERR_INVALID);
        CHECK(strcmp(fault.field, CASES[i].field) == 0);
    }
}

static void encode__is_the_inverse_of_decode(void)
{
    static const char INPUT[] =
        "{\"name\":\"a\\\"b\",\"size\":3,\"since\":\"2026-03-01T09:30:00Z\","
        "\"open\":true,\"seats\":[{\"role\":\"lawyer\",\"rate\":12.5}],"
        "\"tags\":[\"x\"],\"extra\":{\"k\":[1,null]}}";
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct team team;
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);

    CHECK(decode(arena, INPUT, &team, &fault) == OK);
    json_encode(&out, &team_shape, &team);
    CHECK(strcmp(buffer.at, INPUT) == 0);
}

static void canonical__sorts_members(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct json *value = NULL;
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);

    CHECK(json_parse(arena, text_of(" { \"b\" : [1, 2.50], \"a\" : { } } "), &value, &fault) == OK);
    json_canonical(&out, value);
    CHECK(strcmp(buffer.at, "{\"a\":{},\"b\":[1,2.5]}") == 0);
}

/* Every byte at every place of a word: what is written reads back as it was, and only what JSON
 * wants escaped is. */
static void text__is_escaped_wherever_it_must_be(void)
{
    ARENA_SCOPE arena = arena_new();
    size_t wrong = 0;

    for (unsigned c = 1; c < 0x80; c++) {
        for (size_t place = 0; place < 20; place++) {
            char *given = arena_copy(arena,
                                     "\xc3\xbc"
                                     "bcdefgh\x7f"
                                     "jklmnopqr",
                                     20);
            struct buffer buffer = buffer_new(arena);
            struct json_out out = json_to(&buffer);
            struct fault fault = {0};
            struct json *back = NULL;

            if (place >= 2) {
                given[place] = (char)c;
            }
            json_text(&out, given);
            bool escaped = memchr(buffer.at + 1, '\\', buffer.size - 2) != NULL;
            bool must = place >= 2 && (c < 0x20 || c == '"' || c == '\\');

            wrong += json_parse(arena, buffer_view(&buffer), &back, &fault) != OK ||
                     strcmp(back->text, given) != 0 || escaped != must;
        }
    }
    CHECK(wrong == 0);
}

static void next__reads_a_value_a_line(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct json_lines lines = {.rest = text_of("1\r\n\n  [2] \n{\n")};
    struct json *row = NULL;

    CHECK(json_next(arena, &lines, &row, &fault) == OK && row->integer == 1 && lines.line == 1);
    CHECK(json_next(arena, &lines, &row, &fault) == OK && lines.line == 3);
    CHECK(row->kind == JSON_LIST && text_is(row->source, "[2]"));
    CHECK(json_next(arena, &lines, &row, &fault) == ERR_INVALID && fault.line == 4);
    CHECK(json_next(arena, &lines, &row, &fault) == OK && row == NULL);
}

TEST_MAIN(CASE(next__reads_a_value_a_line), CASE(text__is_escaped_wherever_it_must_be),
          CASE(parse__refuses_what_is_not_json), CASE(parse__bounds_the_depth),
          CASE(parse__reads_numbers_and_escapes), CASE(parse__reads_escapes_in_long_texts),
          CASE(decode__names_the_path_at_fault), CASE(encode__is_the_inverse_of_decode),
          CASE(canonical__sorts_members))
