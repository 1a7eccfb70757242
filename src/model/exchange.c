#include "model/exchange.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/json_schema.h"

enum { ANSWER_MAX = 8 * 1024 * 1024, CONNECT_MS = 10000, SAID_MAX = 200 };

static size_t receive(char *at, size_t one, size_t size, void *context)
{
    struct exchange *exchange = context;

    (void)one;
    exchange->overrun = exchange->body.size + size > ANSWER_MAX;
    if (exchange->overrun) {
        return 0;
    }
    buffer_put(&exchange->body, at, size);
    return size;
}

static struct curl_slist *headers_of(struct arena *arena, const struct model_server *server)
{
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");

    list = curl_slist_append(list, "Expect:");
    if (server->key != NULL) {
        list = curl_slist_append(list, arena_print(arena, "Authorization: Bearer %s", server->key));
    }
    return list;
}

bool exchange_prepare(struct exchange *exchange, struct arena *arena,
                      const struct model_server *server, const struct model_ask *ask,
                      int64_t try_us)
{
    struct text body = request_body(arena, server, ask, exchange->changes);
    int64_t bound_ms = try_us / 1000;

    if (exchange->curl == NULL) {
        exchange->curl = curl_easy_init();
    }
    if (exchange->curl == NULL) {
        return false;
    }
    CURL *curl = exchange->curl;

    curl_easy_reset(curl);
    exchange->body = buffer_new(arena);
    exchange->overrun = false;
    exchange->wait_us = 0;
    exchange->headers = headers_of(arena, server);
    (void)curl_easy_setopt(curl, CURLOPT_URL,
                           arena_print(arena, "%s/chat/completions", server->url));
    (void)curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    (void)curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    (void)curl_easy_setopt(curl, CURLOPT_ACCEPT_ENCODING, "");
    (void)curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)CONNECT_MS);
    (void)curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(bound_ms < 1 ? 1 : bound_ms));
    (void)curl_easy_setopt(curl, CURLOPT_HTTPHEADER, exchange->headers);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)body.size);
    (void)curl_easy_setopt(curl, CURLOPT_POSTFIELDS, body.at);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, receive);
    (void)curl_easy_setopt(curl, CURLOPT_WRITEDATA, exchange);
    return true;
}

static enum exchange_next again(struct model_reply *reply, enum model_end end, const char *note)
{
    reply->end = end;
    reply->note = note;
    return EXCHANGE_AGAIN;
}

/* What the server said, cut short and without line ends, for a note. */
static const char *said(struct arena *arena, struct text body)
{
    struct text trimmed = text_trim(body);
    size_t size = trimmed.size < SAID_MAX ? trimmed.size : SAID_MAX;
    char *copy = arena_copy(arena, size == 0 ? "" : trimmed.at, size);

    for (char *at = copy; *at != '\0'; at++) {
        *at = (unsigned char)*at < ' ' || (unsigned char)*at > '~' ? ' ' : *at;
    }
    return copy;
}

static bool mentions(struct text body, const char *word)
{
    return body.size > 0 && memmem(body.at, body.size, word, strlen(word)) != NULL;
}

static enum exchange_next judge_status(struct exchange *exchange, struct arena *arena, long status,
                                       struct model_reply *reply)
{
    struct text body = buffer_view(&exchange->body);
    curl_off_t wait_s = 0;
    const char *note = arena_print(arena, "the server answered %ld: %s", status, said(arena, body));

    if (status == 408 || status == 425 || status == 429 || status >= 500) {
        (void)curl_easy_getinfo(exchange->curl, CURLINFO_RETRY_AFTER, &wait_s);
        exchange->wait_us = (int64_t)wait_s * 1000000;
        return again(reply, MODEL_UNREACHABLE, note);
    }
    if (status == 400 && !exchange->changes.no_format && mentions(body, "response_format")) {
        exchange->changes.no_format = true;
        return again(reply, MODEL_UNREACHABLE, note);
    }
    reply->end = MODEL_UNREACHABLE;
    reply->note = note;
    return EXCHANGE_DONE;
}

/* Read what came strictly, and hold it against the schema. */
static enum err read_answer(struct exchange *exchange, struct arena *arena, bool events,
                            const struct json *schema, struct model_reply *reply,
                            struct fault *fault)
{
    struct text body = buffer_view(&exchange->body);
    struct answer *answer = &exchange->answer;

    TRY(events ? answer_read_events(arena, body, answer, fault)
               : answer_read(arena, body, answer, fault));
    reply->input_tokens += answer->input_tokens;
    reply->output_tokens += answer->output_tokens;
    reply->cut = answer->cut;
    reply->text = answer->text;
    if (answer->refused) {
        return OK;
    }
    if (answer->text[0] == '\0') {
        return fail(fault, ERR_INVALID, "the model's answer is empty");
    }
    if (schema == NULL) {
        return OK;
    }
    TRY(answer_value(arena, answer->text, &reply->value, fault));
    return json_schema_validate(schema, reply->value, fault);
}

static bool is_event_stream(CURL *curl)
{
    const char *type = NULL;

    (void)curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &type);
    return type != NULL && strncmp(type, "text/event-stream", 17) == 0;
}

enum exchange_next exchange_judge(struct exchange *exchange, struct arena *arena,
                                  const struct model_ask *ask, CURLcode code,
                                  struct model_reply *reply)
{
    struct fault fault = {0};
    long status = 0;

    (void)curl_easy_getinfo(exchange->curl, CURLINFO_RESPONSE_CODE, &status);
    if (exchange->overrun) {
        return again(reply, MODEL_UNUSABLE, "the answer is larger than 8 MiB");
    }
    if (code != CURLE_OK) {
        return again(reply, MODEL_UNREACHABLE, curl_easy_strerror(code));
    }
    if (status != 200) {
        return judge_status(exchange, arena, status, reply);
    }
    enum err err =
        read_answer(exchange, arena, is_event_stream(exchange->curl), ask->schema, reply, &fault);

    if (err == OK) {
        reply->end = exchange->answer.refused ? MODEL_REFUSED : MODEL_ANSWERED;
        reply->note = exchange->answer.refused ? "the model declines to answer" : NULL;
        return EXCHANGE_DONE;
    }
    exchange->changes.seed_step++;
    exchange->changes.tokens_gain *= exchange->answer.cut ? 2 : 1;
    reply->value = NULL;
    return again(reply, MODEL_UNUSABLE, arena_print(arena, "%s", fault.text));
}

void exchange_end(struct exchange *exchange)
{
    curl_slist_free_all(exchange->headers);
    exchange->headers = NULL;
}
