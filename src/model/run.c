#include <curl/curl.h>

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/json_schema.h"
#include "base/rng.h"
#include "model/exchange.h"
#include "model/model.h"
#include "model/request.h"
#include "sys/clock.h"

enum {
    IN_FLIGHT_MOST = 1024,
    TRIES_MOST = 100,
    WAIT_BASE_US = 500'000,
    WAIT_MOST_US = 60'000'000,
    IDLE_MOST_US = 1'000'000,
    BYTES_PER_TOKEN = 3, /* a careful guess, for what a call may cost */
    TOKENS_GUESS = 4096, /* of an answer without a bound */
    PER_MILLION = 1'000'000,
};

const struct model_server model_defaults = {
    .in_flight_max = 32, .try_ms = 60'000, .total_ms = 300'000, .tries_max = 6};

enum state { FREE, WAITING, FLYING };

/* A place for a call on its way. */
struct flight {
    enum state state;
    struct arena *arena; /* of this call */
    struct exchange exchange;
    struct model_reply reply;
    const char *hash;
    size_t index;
    int64_t begun_us;
    int64_t due_us; /* when WAITING: of the next try */
    double reserved;
};

struct pilot {
    const struct model_run *run;
    const struct model_ask *asks;
    size_t count;
    size_t next;  /* the first ask that was not begun */
    size_t ended; /* asks */
    CURLM *multi;
    struct flight *flights;
    size_t flight_count;
    struct rng rng;
    double tokens; /* of the bucket that bounds calls a second */
    int64_t filled_us;
    double reserved; /* what the calls on their way may cost */
    struct model_totals *totals;
};

const char *model_end_name(enum model_end end)
{
    static const char *const NAMES[] = {"answered",    "refused", "unusable",
                                        "unreachable", "unpaid",  "cancelled"};

    return NAMES[end];
}

void model_totals_add(struct model_totals *totals, const struct model_totals *more)
{
    for (size_t i = 0; i < MODEL_ENDS; i++) {
        totals->ends[i] += more->ends[i];
    }
    totals->cached += more->cached;
    totals->tries += more->tries;
    totals->input_tokens += more->input_tokens;
    totals->output_tokens += more->output_tokens;
    totals->spend += more->spend;
}

static double price_of(const struct model_server *server, int64_t input, int64_t output)
{
    return ((double)server->input_price * (double)input +
            (double)server->output_price * (double)output) /
           PER_MILLION;
}

/* The most that one try of this call is likely to cost. */
static double estimate(const struct model_server *server, const struct model_ask *ask)
{
    size_t bytes = strlen(ask->user) + (ask->system == NULL ? 0 : strlen(ask->system));
    int64_t output = ask->tokens_max > 0 ? ask->tokens_max : TOKENS_GUESS;

    return price_of(server, (int64_t)(bytes / BYTES_PER_TOKEN) + 1, output);
}

/* Whether a call may leave now, by the bucket of calls a second. */
static bool take_token(struct pilot *pilot, int64_t now_us)
{
    double rate = pilot->run->server->calls_per_s;

    if (rate <= 0) {
        return true;
    }
    double most = rate > 1 ? rate : 1;

    pilot->tokens += (double)(now_us - pilot->filled_us) * 1e-6 * rate;
    pilot->tokens = pilot->tokens > most ? most : pilot->tokens;
    pilot->filled_us = now_us;
    if (pilot->tokens < 1) {
        return false;
    }
    pilot->tokens -= 1;
    return true;
}

static void keep(struct pilot *pilot, struct flight *flight)
{
    const struct model_cache *cache = pilot->run->cache;
    struct buffer buffer = buffer_new(flight->arena);
    struct json_out out = json_to(&buffer);

    if (cache == NULL || flight->reply.tries == 0) {
        return;
    }
    if (flight->reply.end != MODEL_ANSWERED) {
        cache->keep(cache->context, flight->hash, (struct text){"", 0}, &flight->reply);
        return;
    }
    json_open(&out, '{');
    json_name(&out, "text");
    json_text(&out, flight->reply.text);
    json_name(&out, "cut");
    json_bool(&out, flight->reply.cut);
    json_name(&out, "input_tokens");
    json_int(&out, flight->reply.input_tokens);
    json_name(&out, "output_tokens");
    json_int(&out, flight->reply.output_tokens);
    json_name(&out, "spend");
    json_real(&out, flight->reply.spend);
    json_name(&out, "took_us");
    json_int(&out, flight->reply.took_us);
    json_close(&out, '}');
    cache->keep(cache->context, flight->hash, buffer_view(&buffer), &flight->reply);
}

static int64_t number_of(const struct json *object, const char *name)
{
    const struct json *member = json_member(object, name);

    return member != NULL && member->kind == JSON_INT ? member->integer : 0;
}

/* The answer of an earlier run. A damaged file is as good as none. */
static bool find(struct pilot *pilot, struct flight *flight)
{
    const struct model_cache *cache = pilot->run->cache;
    const struct model_ask *ask = &pilot->asks[flight->index];
    struct fault ignored;
    struct text kept;
    struct json *root = NULL;

    if (cache == NULL || !cache->find(cache->context, flight->arena, flight->hash, &kept) ||
        json_parse(flight->arena, kept, &root, &ignored) != OK || root->kind != JSON_OBJECT ||
        json_text_of(root, "text") == NULL) {
        return false;
    }
    struct model_reply reply = {.end = MODEL_ANSWERED,
                                .text = json_text_of(root, "text"),
                                .cached = true,
                                .input_tokens = number_of(root, "input_tokens"),
                                .output_tokens = number_of(root, "output_tokens"),
                                .took_us = number_of(root, "took_us")};
    const struct json *cut = json_member(root, "cut");
    const struct json *spend = json_member(root, "spend");

    reply.spend = spend == NULL ? 0 : spend->real;
    reply.cut = cut != NULL && cut->kind == JSON_BOOL && cut->yes;
    if (ask->schema != NULL &&
        (answer_value(flight->arena, reply.text, &reply.value, &ignored) != OK ||
         json_schema_validate(ask->schema, reply.value, &ignored) != OK)) {
        return false;
    }
    flight->reply = reply;
    return true;
}

static void settle(struct pilot *pilot, struct flight *flight)
{
    struct model_totals *totals = pilot->totals;
    struct model_reply *reply = &flight->reply;

    if (reply->end != MODEL_ANSWERED) {
        reply->text = "";
        reply->value = NULL;
    }
    totals->ends[reply->end]++;
    totals->cached += reply->cached;
    totals->tries += reply->tries;
    if (!reply->cached) {
        reply->took_us = clock_tick_us() - flight->begun_us;
        reply->spend = price_of(pilot->run->server, reply->input_tokens, reply->output_tokens);
        totals->input_tokens += reply->input_tokens;
        totals->output_tokens += reply->output_tokens;
        totals->spend += reply->spend;
        keep(pilot, flight);
    }
    pilot->reserved -= flight->reserved;
    pilot->run->done(pilot->run->context, flight->index, reply);
    arena_free(flight->arena);
    flight->arena = NULL;
    flight->state = FREE;
    pilot->ended++;
}

static void settle_as(struct pilot *pilot, struct flight *flight, enum model_end end,
                      const char *note)
{
    flight->reply.end = end;
    flight->reply.note = note;
    settle(pilot, flight);
}

/* Send the next try; without a connection the call ends. */
static void launch(struct pilot *pilot, struct flight *flight)
{
    const struct model_server *server = pilot->run->server;
    int64_t left_us = flight->begun_us + server->total_ms * 1000 - clock_tick_us();
    int64_t try_us = server->try_ms * 1000 < left_us ? server->try_ms * 1000 : left_us;

    if (!exchange_prepare(&flight->exchange, flight->arena, server, &pilot->asks[flight->index],
                          try_us) ||
        curl_multi_add_handle(pilot->multi, flight->exchange.curl) != CURLM_OK) {
        settle_as(pilot, flight, MODEL_UNREACHABLE, "no connection could be made");
        return;
    }
    (void)curl_easy_setopt(flight->exchange.curl, CURLOPT_PRIVATE, flight);
    flight->reply.tries++;
    flight->state = FLYING;
}

/* Full jitter, and no sooner than the server asked for. */
static int64_t wait_of(struct pilot *pilot, const struct flight *flight)
{
    uint32_t doublings = flight->reply.tries < 8 ? flight->reply.tries - 1 : 7;
    int64_t most = (int64_t)WAIT_BASE_US << doublings;
    int64_t wait = (int64_t)(rng_unit(&pilot->rng) * (double)most);

    wait = wait > WAIT_MOST_US ? WAIT_MOST_US : wait;
    return wait > flight->exchange.wait_us ? wait : flight->exchange.wait_us;
}

static void land(struct pilot *pilot, struct flight *flight, CURLcode code)
{
    const struct model_server *server = pilot->run->server;
    enum exchange_next next = exchange_judge(&flight->exchange, flight->arena,
                                             &pilot->asks[flight->index], code, &flight->reply);

    (void)curl_multi_remove_handle(pilot->multi, flight->exchange.curl);
    exchange_end(&flight->exchange);
    if (next == EXCHANGE_DONE || flight->reply.tries >= (uint32_t)server->tries_max) {
        settle(pilot, flight);
        return;
    }
    flight->due_us = clock_tick_us() + wait_of(pilot, flight);
    if (flight->due_us >= flight->begun_us + server->total_ms * 1000) {
        settle(pilot, flight);
        return;
    }
    flight->state = WAITING;
}

static bool is_cancelled(const struct pilot *pilot)
{
    return pilot->run->cancelled != NULL && pilot->run->cancelled(pilot->run->cancel_context);
}

/* Begin the next ask in a free place. */
static void begin(struct pilot *pilot, struct flight *flight)
{
    const struct model_run *run = pilot->run;
    CURL *curl = flight->exchange.curl;

    *flight = (struct flight){.arena = arena_new(),
                              .index = pilot->next++,
                              .begun_us = clock_tick_us(),
                              .reply = {.text = ""}};
    flight->exchange.curl = curl;
    flight->exchange.changes.tokens_gain = 1;
    flight->hash = request_hash(flight->arena, run->server, &pilot->asks[flight->index]);
    if (find(pilot, flight)) {
        settle(pilot, flight);
        return;
    }
    double cost = estimate(run->server, &pilot->asks[flight->index]);

    if (run->budget > 0 &&
        run->spent + pilot->totals->spend + pilot->reserved + cost > run->budget) {
        settle_as(pilot, flight, MODEL_UNPAID, "the budget is spent");
        return;
    }
    flight->reserved = cost;
    pilot->reserved += cost;
    flight->state = WAITING;
    flight->due_us = flight->begun_us;
}

static void cancel_all(struct pilot *pilot)
{
    for (size_t i = 0; i < pilot->flight_count; i++) {
        struct flight *flight = &pilot->flights[i];

        if (flight->state == FLYING) {
            (void)curl_multi_remove_handle(pilot->multi, flight->exchange.curl);
            exchange_end(&flight->exchange);
        }
        if (flight->state != FREE) {
            settle_as(pilot, flight, MODEL_CANCELLED, "the run was cancelled");
        }
    }
    while (pilot->next < pilot->count) {
        struct flight *flight = &pilot->flights[0];

        flight->arena = arena_new();
        flight->index = pilot->next++;
        flight->reply = (struct model_reply){.text = ""};
        flight->begun_us = clock_tick_us();
        flight->reserved = 0;
        settle_as(pilot, flight, MODEL_CANCELLED, "the run was cancelled");
    }
}

/* Fill free places and send what is due; returns how long nothing more is due. */
static int64_t dispatch(struct pilot *pilot)
{
    int64_t now_us = clock_tick_us();
    int64_t idle_us = IDLE_MOST_US;
    double rate = pilot->run->server->calls_per_s;

    for (size_t i = 0; i < pilot->flight_count; i++) {
        struct flight *flight = &pilot->flights[i];

        while (flight->state == FREE && pilot->next < pilot->count) {
            begin(pilot, flight);
        }
        if (flight->state != WAITING) {
            continue;
        }
        int64_t left_us = flight->due_us - now_us;

        if (left_us <= 0 && take_token(pilot, now_us)) {
            launch(pilot, flight);
            left_us = IDLE_MOST_US;
        } else if (left_us <= 0) {
            left_us = (int64_t)(1e6 * (1 - pilot->tokens) / rate) + 1000;
        }
        idle_us = left_us < idle_us ? left_us : idle_us;
    }
    return idle_us;
}

static void collect(struct pilot *pilot)
{
    int left = 0;

    for (CURLMsg *message = curl_multi_info_read(pilot->multi, &left); message != NULL;
         message = curl_multi_info_read(pilot->multi, &left)) {
        struct flight *flight = NULL;
        CURLcode code = message->data.result;

        if (message->msg == CURLMSG_DONE) {
            (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, (char **)&flight);
            land(pilot, flight, code);
        }
    }
}

static enum err fly(struct pilot *pilot, struct fault *fault)
{
    int running = 0;

    while (pilot->ended < pilot->count) {
        if (is_cancelled(pilot)) {
            cancel_all(pilot);
            break;
        }
        int64_t idle_us = dispatch(pilot);

        if (pilot->ended == pilot->count) {
            break;
        }
        if (curl_multi_perform(pilot->multi, &running) != CURLM_OK ||
            curl_multi_poll(pilot->multi, NULL, 0, (int)(idle_us / 1000) + 1, NULL) != CURLM_OK) {
            return fail(fault, ERR_UNAVAILABLE, "connections to the model server cannot be made");
        }
        (void)curl_multi_perform(pilot->multi, &running);
        collect(pilot);
    }
    return OK;
}

static void close_all(struct pilot *pilot)
{
    for (size_t i = 0; i < pilot->flight_count; i++) {
        struct flight *flight = &pilot->flights[i];

        if (flight->state == FLYING) {
            (void)curl_multi_remove_handle(pilot->multi, flight->exchange.curl);
        }
        exchange_end(&flight->exchange);
        curl_easy_cleanup(flight->exchange.curl);
        arena_free(flight->arena);
    }
    (void)curl_multi_cleanup(pilot->multi);
}

static enum err check(const struct model_server *server, struct fault *fault)
{
    if (server->url == NULL ||
        (strncmp(server->url, "http://", 7) != 0 && strncmp(server->url, "https://", 8) != 0)) {
        return fail_field(fault, ERR_INVALID, "server",
                          "\"%s\" is no address of a model server, as http://127.0.0.1:8000/v1",
                          server->url == NULL ? "" : server->url);
    }
    if (server->model == NULL || server->model[0] == '\0') {
        return fail_field(fault, ERR_INVALID, "model", "the model has no name");
    }
    if (server->in_flight_max < 1 || server->in_flight_max > IN_FLIGHT_MOST ||
        server->tries_max < 1 || server->tries_max > TRIES_MOST || server->try_ms < 1 ||
        server->total_ms < server->try_ms) {
        return fail(fault, ERR_INVALID,
                    "calls at once must be 1 to %d, tries 1 to %d, and the bound of a call at "
                    "least that of a try",
                    IN_FLIGHT_MOST, TRIES_MOST);
    }
    return OK;
}

enum err model_ask_all(const struct model_run *run, const struct model_ask *asks, size_t count,
                       struct model_totals *totals, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();

    *totals = (struct model_totals){0};
    TRY(check(run->server, fault));
    struct pilot pilot = {.run = run,
                          .asks = asks,
                          .count = count,
                          .multi = curl_multi_init(),
                          .flight_count = (size_t)run->server->in_flight_max,
                          .rng = rng_new(run->seed),
                          .tokens = 1,
                          .filled_us = clock_tick_us(),
                          .totals = totals};

    if (pilot.multi == NULL) {
        return fail(fault, ERR_UNAVAILABLE, "connections to the model server cannot be made");
    }
    pilot.flights = arena_array(arena, struct flight, pilot.flight_count);
    (void)curl_multi_setopt(pilot.multi, CURLMOPT_MAXCONNECTS, (long)pilot.flight_count);
    enum err err = fly(&pilot, fault);

    close_all(&pilot);
    return err;
}
