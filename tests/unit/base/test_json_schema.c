/* Goal: a schema accepts what fits, names what does not, and ignores no keyword in silence. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/json_schema.h"

static const char SCHEMA[] =
    "{\"type\":\"object\",\"required\":[\"choice\"],\"additionalProperties\":false,\"properties\":{"
    "\"choice\":{\"enum\":[\"a\",\"b\",3]},\"note\":{\"type\":\"string\",\"maxLength\":3},"
    "\"marks\":{\"type\":\"array\",\"maxItems\":2,\"items\":{\"type\":\"integer\",\"minimum\":1}}}"
    "}";

static struct json *parsed(struct arena *arena, const char *text)
{
    struct fault fault = {0};
    struct json *value = NULL;

    return json_parse(arena, text_of(text), &value, &fault) == OK ? value : NULL;
}

static void validate__names_the_member_at_fault(void)
{
    static const struct {
        const char *value;
        const char *field; /* NULL: it fits */
    } CASES[] = {
        {"{\"choice\":\"a\",\"note\":\"abc\",\"marks\":[1,2]}", NULL},
        {"{\"choice\":3.0}", NULL},
        {"{}", "choice"},
        {"{\"choice\":\"c\"}", "choice"},
        {"{\"choice\":\"a\",\"note\":\"abcd\"}", "note"},
        {"{\"choice\":\"a\",\"note\":7}", "note"},
        {"{\"choice\":\"a\",\"other\":7}", "other"},
        {"{\"choice\":\"a\",\"marks\":[1,0]}", "marks[1]"},
        {"{\"choice\":\"a\",\"marks\":[1,1.5]}", "marks[1]"},
        {"{\"choice\":\"a\",\"marks\":[1,1,1]}", "marks"},
        {"[]", ""},
    };

    for (size_t i = 0; i < COUNT(CASES); i++) {
        ARENA_SCOPE arena = arena_new();
        struct fault fault = {0};
        enum err err =
            json_schema_validate(parsed(arena, SCHEMA), parsed(arena, CASES[i].value), &fault);

        CHECK(err == (CASES[i].field == NULL ? OK : ERR_INVALID));
        CHECK(CASES[i].field == NULL || strcmp(fault.field, CASES[i].field) == 0);
    }
}

static void check__refuses_what_it_would_ignore(void)
{
    static const char *const BAD[] = {
        "{\"pattern\":\"a\"}",
        "{\"type\":\"text\"}",
        "{\"type\":[\"string\"]}",
        "{\"enum\":[]}",
        "{\"additionalProperties\":true}",
        "{\"properties\":{\"a\":{\"oneOf\":[]}}}",
        "3",
    };
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};

    CHECK(json_schema_check(parsed(arena, SCHEMA), &fault) == OK);
    for (size_t i = 0; i < COUNT(BAD); i++) {
        CHECK(json_schema_check(parsed(arena, BAD[i]), &fault) == ERR_INVALID);
    }
}

static void substitute__fills_parameters_in(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct json *out = NULL;
    struct buffer buffer = buffer_new(arena);
    struct json_out writer = json_to(&buffer);
    const struct json *tree =
        parsed(arena, "{\"x\":[{\"$parameter\":\"p\"},2],\"y\":{\"$parameter\":\"q\"}}");

    CHECK(json_substitute(arena, tree, parsed(arena, "{\"p\":[1],\"q\":null}"), &out, &fault) ==
          OK);
    json_canonical(&writer, out);
    CHECK(strcmp(buffer.at, "{\"x\":[[1],2],\"y\":null}") == 0);
    CHECK(json_substitute(arena, tree, parsed(arena, "{\"p\":1}"), &out, &fault) == ERR_INVALID);
    CHECK(json_pointer(tree, "/x")->kind == JSON_LIST && json_pointer(tree, "/z/w") == NULL);
}

TEST_MAIN(CASE(validate__names_the_member_at_fault), CASE(check__refuses_what_it_would_ignore),
          CASE(substitute__fills_parameters_in))
