#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/shape.h"
#include "cli/command.h"
#include "http/route.h"
#include "http/server.h"
#include "remote/ask.h"
#include "remote/example.h"
#include "remote/fetch.h"
#include "remote/remote.h"
#include "remote/sign_in.h"

static const struct field common_fields[] = {
    TEXT(remote_options, server, .optional = true,
         .doc =
             "Address; else PERITI_SERVER, else where you signed in, else http://127.0.0.1:8080"),
    TEXT(remote_options, key_file, .optional = true,
         .doc = "File with an API key; else PERITI_KEY_FILE, else PERITI_KEY, else your sign-in"),
    BOOL(remote_options, json, .optional = true, .doc = "Print the answer as it came"),
};
static const struct field all_field =
    BOOL(remote_options, all, .optional = true, .doc = "Every page, not only the first");
static const struct field out_field =
    TEXT(remote_options, out, .optional = true, .doc = "Write to this file");

static const struct field wait_field =
    BOOL(remote_options, wait, .optional = true,
         .doc = "Wait until it has ended, and print what came of it");

static const char *words_of(struct arena *arena, const struct route *route)
{
    struct buffer to = buffer_new(arena);

    buffer_string(&to, "");
    for (const char *at = strchr(route->path, '{'); at != NULL; at = strchr(at + 1, '{')) {
        buffer_string(&to, to.size > 0 ? " " : "");
        for (const char *letter = at + 1; *letter != '}'; letter++) {
            bool lower = *letter >= 'a' && *letter <= 'z';

            buffer_char(&to, lower ? (char)(*letter - 'a' + 'A') : *letter);
        }
    }
    if (route->uploads) {
        buffer_string(&to, to.size > 0 ? " FILE" : "FILE");
    }
    return to.at;
}

/* Values travel as text and the server checks them; only lists of texts are read as lists. */
static void add_fields(struct arena *arena, struct shape *options, struct field *fields,
                       const struct shape *from)
{
    for (size_t i = 0; from != NULL && i < from->field_count; i++) {
        const struct field *field = &from->fields[i];
        bool list = field->kind == FIELD_TEXTS;

        fields[options->field_count++] = (struct field){
            .name = field->name,
            .doc = field->optional ? field->doc : arena_print(arena, "%s; needed", field->doc),
            .choices = field->kind == FIELD_BOOL ? "true|false" : field->choices,
            .kind = list ? FIELD_TEXTS : FIELD_TEXT,
            .offset = options->size,
            .optional = true,
            .secret = field->secret,
        };
        options->size += list ? sizeof(struct texts) : sizeof(const char *);
    }
}

static bool has_pages(const struct route *route)
{
    for (size_t i = 0; route->query != NULL && i < route->query->field_count; i++) {
        if (strcmp(route->query->fields[i].name, "after") == 0) {
            return true;
        }
    }
    return false;
}

static const struct shape *options_of(struct arena *arena, const struct route *route)
{
    size_t count = (route->query == NULL ? 0 : route->query->field_count) +
                   (route->body == NULL || route->uploads ? 0 : route->body->field_count);
    struct field *fields = arena_array(arena, struct field, COUNT(common_fields) + 3 + count);
    struct shape *options = arena_new_of(arena, struct shape);

    *options =
        (struct shape){.name = "options", .fields = fields, .size = sizeof(struct remote_options)};
    memcpy(fields, common_fields, sizeof(common_fields));
    options->field_count = COUNT(common_fields);
    if (has_pages(route)) {
        fields[options->field_count++] = all_field;
    }
    if ((route->reply == NULL || route->pour != NULL) && route->status != 204) {
        fields[options->field_count++] = out_field;
    }
    if (route->fills != NULL) {
        fields[options->field_count++] = wait_field;
    }
    add_fields(arena, options, fields, route->query);
    add_fields(arena, options, fields, route->uploads ? NULL : route->body);
    return options;
}

const struct command_group *remote_commands(struct arena *arena, const struct http_site *site)
{
    struct command_group *group = arena_new_of(arena, struct command_group);
    struct command *commands = arena_array(arena, struct command, site->route_count + 3);

    *group = (struct command_group){.name = "With a running server", .commands = commands};
    for (size_t i = 0; i < site->route_count; i++) {
        const struct route *route = site->routes[i];

        if (route->command == NULL || route->events != NULL) {
            continue;
        }
        commands[group->command_count++] = (struct command){
            .name = route->command,
            .words = words_of(arena, route),
            .run = remote_run,
            .options = options_of(arena, route),
            .summary = route->summary,
            .details = "Asks a running server. A value @path is read from that file; lists and "
                       "objects are given as JSON.",
            .examples = example_of(arena, route),
            .with = route,
        };
    }
    commands[group->command_count++] = remote_fetch;
    commands[group->command_count++] = remote_sign_in;
    commands[group->command_count++] = remote_sign_out;
    return group;
}
