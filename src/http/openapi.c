#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "http/match.h"
#include "http/problem.h"
#include "http/schema.h"
#include "http/server.h"

struct writing {
    struct json_out out;
    struct arena *arena;
    struct schemas schemas;
    uint32_t everyone;
    const struct route **routes; /* sorted by path and method */
    size_t count;
};

static void member(struct writing *writing, const char *name, const char *text)
{
    json_name(&writing->out, name);
    json_text(&writing->out, text);
}

static void open(struct writing *writing, const char *name)
{
    json_name(&writing->out, name);
    json_open(&writing->out, '{');
}

static void close(struct writing *writing)
{
    json_close(&writing->out, '}');
}

static void reference(struct writing *writing, const char *kind, const char *name)
{
    member(writing, "$ref", arena_print(writing->arena, "#/components/%s/%s", kind, name));
}

static int by_path(const void *left, const void *right)
{
    const struct route *a = *(const struct route *const *)left;
    const struct route *b = *(const struct route *const *)right;
    int order = strcmp(a->path, b->path);

    return order != 0 ? order : (int)a->method - (int)b->method;
}

static void sort_routes(struct writing *writing, const struct http_site *site)
{
    writing->count = site->route_count;
    writing->routes = arena_array(writing->arena, const struct route *, site->route_count);
    for (size_t i = 0; i < site->route_count; i++) {
        writing->routes[i] = site->routes[i];
    }
    qsort(writing->routes, writing->count, sizeof(const struct route *), by_path);
    for (size_t i = 0; i < writing->count; i++) {
        schemas_add(&writing->schemas, writing->routes[i]->body);
        schemas_add(&writing->schemas, writing->routes[i]->reply);
        for (size_t k = 0;
             writing->routes[i]->query != NULL && k < writing->routes[i]->query->field_count; k++) {
            schemas_add(&writing->schemas, writing->routes[i]->query->fields[k].of);
        }
    }
}

/* ------------------------------------------------------------------ parameters */

static void write_path_parameters(struct writing *writing, const char *path)
{
    for (const char *at = strchr(path, '{'); at != NULL; at = strchr(at, '{')) {
        size_t size = strcspn(at + 1, "}");

        json_open(&writing->out, '{');
        member(writing, "name", arena_copy(writing->arena, at + 1, size));
        member(writing, "in", "path");
        json_name(&writing->out, "required");
        json_bool(&writing->out, true);
        open(writing, "schema");
        member(writing, "type", "string");
        close(writing);
        close(writing);
        at += size;
    }
}

static void write_query_parameters(struct writing *writing, const struct shape *query)
{
    for (size_t i = 0; query != NULL && i < query->field_count; i++) {
        const struct field *field = &query->fields[i];

        json_open(&writing->out, '{');
        member(writing, "name", field->name);
        member(writing, "in", "query");
        json_name(&writing->out, "required");
        json_bool(&writing->out, !field->optional);
        json_name(&writing->out, "schema");
        schema_field(&writing->out, &writing->schemas, field);
        close(writing);
    }
}

static void write_parameters(struct writing *writing, const struct route *route)
{
    json_name(&writing->out, "parameters");
    json_open(&writing->out, '[');
    write_path_parameters(writing, route->path);
    write_query_parameters(writing, route->query);
    if (route->mode == ROUTE_WRITES) {
        json_open(&writing->out, '{');
        reference(writing, "parameters", "idempotency_key");
        close(writing);
    }
    if (route->method == PUT || route->method == PATCH) {
        json_open(&writing->out, '{');
        reference(writing, "parameters", "if_match");
        close(writing);
    }
    json_close(&writing->out, ']');
}

/* ------------------------------------------------------------------ bodies and answers */

static void write_content(struct writing *writing, const char *type, const struct shape *shape)
{
    open(writing, "content");
    open(writing, type);
    open(writing, "schema");
    if (shape != NULL) {
        reference(writing, "schemas", schemas_name(&writing->schemas, shape));
    } else if (strstr(type, "json") == NULL) { /* else it may be any JSON */
        member(writing, "type", "string");
        member(writing, "format", "binary");
    }
    close(writing);
    close(writing);
    close(writing);
}

static void write_body(struct writing *writing, const struct route *route)
{
    if (route->body == NULL && !route->uploads) {
        return;
    }
    open(writing, "requestBody");
    json_name(&writing->out, "required");
    json_bool(&writing->out, true);
    write_content(writing,
                  !route->uploads ? "application/json"
                  : route->body != NULL
                      ? route->media != NULL ? route->media : "application/x-ndjson"
                      : "application/octet-stream",
                  route->body);
    close(writing);
}

static void write_success(struct writing *writing, const struct route *route)
{
    open(writing, arena_print(writing->arena, "%d", route->status));
    member(writing, "description", route->summary);
    if (route->events != NULL) {
        write_content(writing, "text/event-stream", route->reply);
    } else if (route->pour != NULL) {
        write_content(writing, route->media != NULL ? route->media : "application/x-ndjson",
                      route->reply);
    } else if (route->reply != NULL) {
        write_content(writing, "application/json", route->reply);
    } else if (route->status != 204) {
        write_content(writing, "application/octet-stream", NULL);
    }
    close(writing);
}

static void write_refusal(struct writing *writing, enum err err)
{
    open(writing, arena_print(writing->arena, "%d", problem_of(err)->status));
    reference(writing, "responses", "problem");
    close(writing);
}

/* Those that follow from the table; a handler's own are the default. */
static void write_responses(struct writing *writing, const struct route *route)
{
    bool open_to_all = route->method == GET && (writing->everyone & ~route->roles) == 0;

    open(writing, "responses");
    write_success(writing, route);
    if (route->roles != 0) {
        write_refusal(writing, ERR_UNAUTHENTICATED);
    }
    if (route->roles != 0 && !open_to_all) {
        write_refusal(writing, ERR_FORBIDDEN);
    }
    if (strchr(route->path, '{') != NULL) {
        write_refusal(writing, ERR_NOT_FOUND);
    }
    write_refusal(writing, ERR_INVALID);
    open(writing, "default");
    reference(writing, "responses", "problem");
    close(writing);
    close(writing);
}

/* ------------------------------------------------------------------ operations */

/* "campaign show" becomes campaign_show; without a command, method and path say it. */
static const char *operation_id(struct writing *writing, const struct route *route)
{
    const char *from = route->command != NULL ? route->command : route->path;
    struct buffer to = buffer_new(writing->arena);

    if (route->command == NULL) {
        for (const char *at = method_name(route->method); *at != '\0'; at++) {
            buffer_char(&to, (char)(*at | 0x20));
        }
    }
    for (const char *at = from; *at != '\0'; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= '0' && *at <= '9') || *at == '_';

        if (letter || (to.size > 0 && to.at[to.size - 1] != '_' && at[1] != '\0')) {
            buffer_char(&to, letter ? *at : '_');
        }
    }
    return to.at;
}

static void write_security(struct writing *writing, const struct route *route)
{
    json_name(&writing->out, "security");
    json_open(&writing->out, '[');
    for (int i = 0; route->roles != 0 && i < 2; i++) {
        json_open(&writing->out, '{');
        json_name(&writing->out, i == 0 ? "key" : "session");
        json_open(&writing->out, '[');
        json_close(&writing->out, ']');
        close(writing);
    }
    json_close(&writing->out, ']');
}

static void write_operation(struct writing *writing, const struct route *route)
{
    static const char *const NAMES[] = {"get", "post", "put", "patch", "delete"};

    schema_line(&writing->out);
    open(writing, NAMES[route->method]);
    member(writing, "operationId", operation_id(writing, route));
    member(writing, "summary", route->summary);
    if (route->command != NULL) {
        member(writing, "x-cli", route->command);
    }
    write_security(writing, route);
    write_parameters(writing, route);
    write_body(writing, route);
    write_responses(writing, route);
    close(writing);
}

static void write_paths(struct writing *writing)
{
    open(writing, "paths");
    for (size_t i = 0; i < writing->count;) {
        const char *path = writing->routes[i]->path;

        schema_line(&writing->out);
        open(writing, path);
        for (; i < writing->count && strcmp(writing->routes[i]->path, path) == 0; i++) {
            write_operation(writing, writing->routes[i]);
        }
        close(writing);
    }
    close(writing);
}

/* ------------------------------------------------------------------ components */

static void write_header_parameter(struct writing *writing, const char *key, const char *name,
                                   const char *text)
{
    open(writing, key);
    member(writing, "name", name);
    member(writing, "in", "header");
    member(writing, "description", text);
    open(writing, "schema");
    member(writing, "type", "string");
    close(writing);
    close(writing);
}

static const char PROBLEM_SCHEMA[] =
    "{\"type\":\"object\",\"description\":\"Why not (RFC 9457)\",\"properties\":{"
    "\"type\":{\"type\":\"string\",\"description\":\"Stable: /problems/ and a word\"},"
    "\"title\":{\"type\":\"string\"},\"status\":{\"type\":\"integer\"},"
    "\"detail\":{\"type\":\"string\",\"description\":\"What was wrong, and what would be right\"},"
    "\"field\":{\"type\":\"string\",\"description\":\"The input at fault\"},"
    "\"line\":{\"type\":\"integer\",\"description\":\"The line of the input\"},"
    "\"request_id\":{\"type\":\"string\"}},"
    "\"required\":[\"type\",\"title\",\"status\",\"request_id\"],\"additionalProperties\":false}";

static const char PROBLEM_RESPONSE[] =
    "{\"description\":\"Refused\",\"content\":{\"application/problem+json\":{\"schema\":"
    "{\"$ref\":\"#/components/schemas/problem\"}}}}";

static const char SECURITY_SCHEMES[] =
    "{\"key\":{\"type\":\"http\",\"scheme\":\"bearer\",\"description\":\"An API key\"},"
    "\"session\":{\"type\":\"apiKey\",\"in\":\"cookie\",\"name\":\"periti\",\"description\":"
    "\"A session of a browser; __Host-periti behind TLS\"}}";

static void raw(struct writing *writing, const char *name, const char *json)
{
    json_name(&writing->out, name);
    json_raw(&writing->out, json);
}

static void write_components(struct writing *writing)
{
    open(writing, "components");
    open(writing, "parameters");
    write_header_parameter(writing, "idempotency_key", "Idempotency-Key",
                           "1 to 255 visible ASCII characters. The same request under the same key "
                           "happens once and is answered the same; another one is refused.");
    write_header_parameter(writing, "if_match", "If-Match",
                           "The version that was seen, as ETag gave it; if the thing has changed "
                           "since, nothing happens.");
    close(writing);
    open(writing, "responses");
    raw(writing, "problem", PROBLEM_RESPONSE);
    close(writing);
    open(writing, "schemas");
    schemas_write(&writing->out, &writing->schemas);
    schema_line(&writing->out);
    raw(writing, "problem", PROBLEM_SCHEMA);
    close(writing);
    raw(writing, "securitySchemes", SECURITY_SCHEMES);
    close(writing);
}

void http_openapi(const struct http_site *site, const char *version, struct buffer *to)
{
    ARENA_SCOPE arena = arena_new();
    struct writing writing = {.out = json_to(to),
                              .arena = arena,
                              .schemas = {.arena = arena},
                              .everyone = site->everyone};

    sort_routes(&writing, site);
    json_open(&writing.out, '{');
    member(&writing, "openapi", "3.1.0");
    open(&writing, "info");
    member(&writing, "title", "Periti");
    member(&writing, "version", version);
    open(&writing, "license");
    member(&writing, "name", "Apache-2.0");
    member(&writing, "identifier", "Apache-2.0");
    close(&writing);
    close(&writing);
    raw(&writing, "servers", "[{\"url\":\"/\"}]");
    write_paths(&writing);
    schema_line(&writing.out);
    write_components(&writing);
    close(&writing);
    buffer_char(to, '\n');
}
