#include "model/request.h"

#include "base/arena.h"
#include "base/json.h"
#include "model/model.h"
#include "sys/secret.h"

static void put_message(struct json_out *out, const char *role, const char *content)
{
    json_open(out, '{');
    json_name(out, "role");
    json_text(out, role);
    json_name(out, "content");
    json_text(out, content);
    json_close(out, '}');
}

static void put_messages(struct json_out *out, const struct model_ask *ask)
{
    json_name(out, "messages");
    json_open(out, '[');
    if (ask->system != NULL) {
        put_message(out, "system", ask->system);
    }
    put_message(out, "user", ask->user);
    json_close(out, ']');
}

static void put_format(struct json_out *out, const struct json *schema)
{
    json_name(out, "response_format");
    json_open(out, '{');
    json_name(out, "type");
    json_text(out, "json_schema");
    json_name(out, "json_schema");
    json_open(out, '{');
    json_name(out, "name");
    json_text(out, "answer");
    json_name(out, "strict");
    json_bool(out, true);
    json_name(out, "schema");
    json_canonical(out, schema);
    json_close(out, '}');
    json_close(out, '}');
}

struct text request_body(struct arena *arena, const struct model_server *server,
                         const struct model_ask *ask, struct request_changes changes)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '{');
    json_name(&out, "model");
    json_text(&out, server->model);
    put_messages(&out, ask);
    json_name(&out, "temperature");
    json_real(&out, ask->temperature);
    json_name(&out, "seed");
    json_int(&out, ask->seed + changes.seed_step);
    if (ask->tokens_max > 0) {
        json_name(&out, "max_tokens");
        json_int(&out, ask->tokens_max * changes.tokens_gain);
    }
    if (ask->schema != NULL && !changes.no_format) {
        put_format(&out, ask->schema);
    }
    if (server->stream) {
        json_name(&out, "stream");
        json_bool(&out, true);
        json_name(&out, "stream_options");
        json_raw(&out, "{\"include_usage\":true}");
    }
    json_close(&out, '}');
    return buffer_view(&buffer);
}

const char *request_hash(struct arena *arena, const struct model_server *server,
                         const struct model_ask *ask)
{
    struct model_server plain = *server;

    plain.stream = false; /* the way that an answer comes does not change it */
    struct text body = request_body(arena, &plain, ask, (struct request_changes){.tokens_gain = 1});
    const char *whole = arena_print(arena, "%s\n%s", server->url, body.at);

    return sha256_hex(arena, text_of(whole));
}
