#include "remote/ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"
#include "cli/command.h"
#include "http/match.h"
#include "http/route.h"
#include "remote/client.h"
#include "remote/show.h"
#include "remote/sign_in.h"
#include "remote/wait.h"
#include "sys/file.h"

enum { VALUE_MAX = 64 * 1024 * 1024, KEY_MAX = 4096, PAGES_MAX = 100'000 };

static const struct route *route_of(const struct invocation *call)
{
    return call->with;
}

/* The option of this name as the command line gave it; the shape of the command says where. */
static const void *option_of(const struct invocation *call, const char *name)
{
    const struct shape *shape = call->shape;

    for (size_t i = shape->field_count; i-- > 0;) {
        if (strcmp(shape->fields[i].name, name) == 0) {
            return (const char *)call->options + shape->fields[i].offset;
        }
    }
    return NULL;
}

enum err remote_find_server(struct invocation *call, struct remote_server *out)
{
    const struct remote_options *options = call->options;
    const char *url = options->server != NULL ? options->server : getenv("PERITI_SERVER");
    const char *path = options->key_file != NULL ? options->key_file : getenv("PERITI_KEY_FILE");
    struct remote_server kept;
    struct text key;

    TRY(sign_in_read(call, &kept));
    url = url == NULL || url[0] == '\0' ? kept.url : url;
    url = url == NULL || url[0] == '\0' ? "http://127.0.0.1:8080" : url;
    size_t size = strlen(url);

    size -= size > 0 && url[size - 1] == '/';
    out->url = arena_copy(call->arena, url, size);
    out->cookie = NULL;
    out->key = getenv("PERITI_KEY");
    if (out->key == NULL && kept.url != NULL && strcmp(out->url, kept.url) == 0) {
        out->key = kept.key;
    }
    if (path != NULL) {
        TRY(file_read(call->arena, path, KEY_MAX, &key, call->fault));
        key = text_trim(key);
        out->key = arena_copy(call->arena, key.at, key.size);
    }
    return OK;
}

/* "@path" is the file's text, "@@x" is "@x". */
static enum err value_of(struct invocation *call, const char *given, const char **out)
{
    struct text content;

    *out = given;
    if (given[0] != '@') {
        return OK;
    }
    *out = given + 1;
    if (given[1] == '@') {
        return OK;
    }
    TRY(file_read(call->arena, given + 1, VALUE_MAX, &content, call->fault));
    if (text_check(content) != content.size) {
        return fail(call->fault, ERR_INVALID, "%s is not valid UTF-8", given + 1);
    }
    *out = arena_copy(call->arena, content.at, content.size);
    return OK;
}

/* Text is quoted; what is a number, a truth value or JSON already goes as it is. */
static enum err write_value(struct invocation *call, struct json_out *out,
                            const struct field *field, const char *value)
{
    struct json *tree;

    if (field->kind == FIELD_TEXT || field->kind == FIELD_TIME) {
        json_text(out, value);
        return OK;
    }
    if (json_parse(call->arena, text_of(value), &tree, call->fault) != OK) {
        return fail_field(call->fault, ERR_INVALID, field->name, "%s must be JSON: %.100s",
                          field->name, value);
    }
    json_raw(out, value);
    return OK;
}

static void write_texts(struct json_out *out, const struct texts *texts)
{
    json_open(out, '[');
    for (size_t i = 0; i < texts->count; i++) {
        json_text(out, texts->at[i]);
    }
    json_close(out, ']');
}

static enum err write_body(struct invocation *call, const struct shape *shape, struct buffer *to)
{
    struct json_out out = json_to(to);

    json_open(&out, '{');
    for (size_t i = 0; i < shape->field_count; i++) {
        const struct field *field = &shape->fields[i];
        const void *given = option_of(call, field->name);
        const char *value;

        if (field->kind == FIELD_TEXTS) {
            if (((const struct texts *)given)->count > 0) {
                json_name(&out, field->name);
                write_texts(&out, given);
            }
        } else if (*(const char *const *)given != NULL) {
            TRY(value_of(call, *(const char *const *)given, &value));
            json_name(&out, field->name);
            TRY(write_value(call, &out, field, value));
        }
    }
    json_close(&out, '}');
    return OK;
}

static void write_pair(struct buffer *to, bool *first, const char *name, const char *value)
{
    buffer_char(to, *first ? '?' : '&');
    *first = false;
    remote_escape(to, name);
    buffer_char(to, '=');
    remote_escape(to, value);
}

/* What the file itself tells when nobody said it: its name, and its format by its ending. */
static const char *told_by_file(const struct invocation *call, const struct field *field)
{
    const char *path = call->words[call->word_count - 1];
    const char *slash = strrchr(path, '/');
    const char *name = slash == NULL ? path : slash + 1;
    const char *dot = strrchr(name, '.');

    if (strcmp(field->name, "name") == 0 && name[0] != '\0') {
        return name;
    }
    bool known = strcmp(field->name, "format") == 0 && dot != NULL && field->choices != NULL &&
                 shape_allows(field->choices, dot + 1);

    return known ? dot + 1 : NULL;
}

/* `after` (or NULL) takes the place of the option of that name: the next page. */
static const char *target_of(struct invocation *call, const char *after)
{
    const struct route *route = route_of(call);
    struct buffer to = buffer_new(call->arena);
    size_t word = 0;
    bool first = true;

    for (const char *at = route->path; *at != '\0'; at++) {
        if (*at == '{') {
            remote_escape(&to, call->words[word++]);
            at = strchr(at, '}');
        } else {
            buffer_char(&to, *at);
        }
    }
    for (size_t i = 0; route->query != NULL && i < route->query->field_count; i++) {
        const struct field *field = &route->query->fields[i];
        const void *given = option_of(call, field->name);
        bool cursor = after != NULL && strcmp(field->name, "after") == 0;
        const char *value = cursor ? after : *(const char *const *)given;

        if (value == NULL && route->uploads) {
            value = told_by_file(call, field);
        }
        if (field->kind == FIELD_TEXTS) {
            const struct texts *texts = given;

            for (size_t k = 0; k < texts->count; k++) {
                write_pair(&to, &first, field->name, texts->at[k]);
            }
        } else if (value != NULL) {
            write_pair(&to, &first, field->name, value);
        }
    }
    return to.at;
}

static enum err kind_of(long status)
{
    switch (status) {
    case 401:
        return ERR_UNAUTHENTICATED;
    case 403:
        return ERR_FORBIDDEN;
    case 404:
        return ERR_NOT_FOUND;
    case 409:
        return ERR_CONFLICT;
    case 429:
        return ERR_LIMIT;
    case 503:
        return ERR_UNAVAILABLE;
    default:
        return status >= 500 ? ERR_INTERNAL : ERR_INVALID;
    }
}

static enum err refused(struct invocation *call, const struct remote_answer *answer)
{
    enum err kind = kind_of(answer->status);
    struct fault ignored;
    struct json *tree = NULL;
    const char *why = NULL;
    const char *field = NULL;

    if (json_parse(call->arena, buffer_view(&answer->body), &tree, &ignored) == OK) {
        field = json_text_of(tree, "field");
        why = json_text_of(tree, "detail");
        why = why == NULL ? json_text_of(tree, "title") : why;
    }
    if (why == NULL) {
        return fail(call->fault, kind, "the server answered with status %ld", answer->status);
    }
    return fail_field(call->fault, kind, field == NULL ? "" : field, "%s", why);
}

enum err remote_expect(struct invocation *call, const struct remote_server *server,
                       const struct remote_request *request, struct remote_answer *out)
{
    TRY(remote_ask(call->arena, server, request, out, call->fault));
    return out->status >= 400 ? refused(call, out) : OK;
}

enum err remote_get(struct invocation *call, const struct remote_server *server, const char *target,
                    struct json **out)
{
    struct remote_answer answer = {0};

    TRY(remote_expect(call, server, &(struct remote_request){.method = "GET", .target = target},
                      &answer));
    return json_parse(call->arena, buffer_view(&answer.body), out, call->fault);
}

static enum err show(struct invocation *call, const struct remote_answer *answer,
                     struct json **tree)
{
    const struct remote_options *options = call->options;

    *tree = NULL;
    if (strncmp(answer->type, "application/json", 16) != 0) {
        (void)fwrite(answer->body.at, 1, answer->body.size, call->out);
        return OK;
    }
    TRY(json_parse(call->arena, buffer_view(&answer->body), tree, call->fault));
    if (options->json) {
        fprintf(call->out, "%s\n", answer->body.at);
    } else {
        show_answer(call->out, call->arena, *tree);
    }
    return OK;
}

/* The request of the command; `after` as in target_of. */
static enum err prepare(struct invocation *call, const char *after, struct remote_request *out)
{
    const struct route *route = route_of(call);
    const struct remote_options *options = call->options;
    struct buffer body = buffer_new(call->arena);

    *out = (struct remote_request){.method = method_name(route->method),
                                   .target = target_of(call, after),
                                   .once = route->mode == ROUTE_WRITES,
                                   .save_path = options->out};
    if (route->body != NULL && !route->uploads) {
        TRY(write_body(call, route->body, &body));
        out->body = buffer_view(&body);
    }
    if (route->uploads) {
        out->upload_path = call->words[call->word_count - 1];
    }
    return OK;
}

/* One page after the other, until the server names no next one. */
static enum err show_pages(struct invocation *call, const struct remote_server *server)
{
    const struct remote_options *options = call->options;
    const char *after = NULL;

    for (size_t page = 0; page < PAGES_MAX; page++) {
        struct remote_request request;
        struct remote_answer answer = {0};
        struct json *tree;

        TRY(prepare(call, after, &request));
        TRY(remote_expect(call, server, &request, &answer));
        TRY(show(call, &answer, &tree));
        after = tree == NULL ? NULL : json_text_of(tree, "next");
        if (after == NULL || !options->all) {
            break;
        }
    }
    return OK;
}

static enum err run_and_wait(struct invocation *call, const struct remote_server *server)
{
    struct remote_request request;
    struct remote_answer answer = {0};
    struct json *tree;

    TRY(prepare(call, NULL, &request));
    TRY(remote_expect(call, server, &request, &answer));
    TRY(json_parse(call->arena, buffer_view(&answer.body), &tree, call->fault));
    return wait_for(call, server, route_of(call), tree);
}

enum err remote_run(struct invocation *call)
{
    const struct remote_options *options = call->options;
    struct remote_server server;

    TRY(remote_find_server(call, &server));
    return options->wait ? run_and_wait(call, &server) : show_pages(call, &server);
}
