#include "http/site.h"

#include "base/buffer.h"
#include "base/json.h"

static const struct json *at(const struct json *from, const char *const *names)
{
    for (; from != NULL && *names != NULL; names++) {
        from = json_member(from, *names);
    }
    return from;
}
#define AT(from, ...) at((from), (const char *const[]){__VA_ARGS__, NULL})

static struct json *document(struct arena *arena)
{
    struct buffer to = buffer_new(arena);
    struct fault fault;
    struct json *tree = NULL;

    http_openapi(site_table(), "1.2.3", &to);
    return json_parse(arena, buffer_view(&to), &tree, &fault) == OK ? tree : NULL;
}

static void openapi__describes_each_route(void)
{
    ARENA_SCOPE arena = arena_new();
    const struct json *tree = document(arena);

    CHECK(tree != NULL);
    const struct json *add = AT(tree, "paths", "/v1/things", "post");

    CHECK(add != NULL);
    CHECK(strcmp(json_text_of(add, "operationId"), "thing_add") == 0);
    CHECK(strcmp(json_text_of(add, "x-cli"), "thing add") == 0);
    CHECK(strcmp(
              json_text_of(AT(add, "requestBody", "content", "application/json", "schema"), "$ref"),
              "#/components/schemas/thing") == 0);
    CHECK(AT(add, "responses", "201", "content", "application/json") != NULL);
    CHECK(AT(add, "responses", "401") == NULL);
    CHECK(AT(tree, "paths", "/v1/secret", "get", "responses", "401") != NULL);
    CHECK(AT(tree, "paths", "/v1/things/{thing_id}", "get", "responses", "404") != NULL);
    CHECK(strcmp(json_text_of(AT(tree, "paths", "/v1/things/{thing_id}", "put"), "operationId"),
                 "put_v1_things_thing_id") == 0);
    CHECK(AT(tree, "paths", "/v1/count", "get", "responses", "200", "content",
             "text/event-stream") != NULL);
}

static void openapi__gives_bounds_and_choices(void)
{
    ARENA_SCOPE arena = arena_new();
    const struct json *tree = document(arena);
    const struct json *thing = AT(tree, "components", "schemas", "thing", "properties");
    const struct json *query = AT(tree, "paths", "/v1/things", "get", "parameters");

    CHECK(AT(thing, "note", "maxLength")->integer == 8000);
    CHECK(AT(thing, "amount", "minimum")->integer == 0);
    CHECK(query->count == 5);
    CHECK(AT(query->first->next, "schema", "enum")->count == 2);
    CHECK(AT(tree, "components", "schemas", "problem") != NULL);
}

static void openapi__is_the_same_bytes_each_time(void)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer first = buffer_new(arena);
    struct buffer second = buffer_new(arena);

    http_openapi(site_table(), "1", &first);
    http_openapi(site_table(), "1", &second);
    CHECK(text_equal(buffer_view(&first), buffer_view(&second)));
}

TEST_MAIN(CASE(openapi__describes_each_route), CASE(openapi__gives_bounds_and_choices),
          CASE(openapi__is_the_same_bytes_each_time))
