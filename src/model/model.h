#pragma once

/*
 * Model servers: chat completions of any server that speaks OpenAI's form, hundreds at once on one
 * thread.
 *
 * A call is tried again, after a wait of full jitter (Brooker 2015) or what the server asks for,
 * when the server is busy, breaks off, or answers in another form than was asked: servers ignore
 * `response_format` in silence, so every structured answer is read strictly and held against its
 * schema. What cannot be had is said so, and is never an answer.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;
struct json;

struct model_server {
    const char *url;   /* up to the version: https://host/v1 */
    const char *model; /* as the server names it */
    const char *key;   /* sent as bearer; NULL: none */
    int64_t in_flight_max;
    double calls_per_s;  /* zero: as many as there are */
    int64_t try_ms;      /* bound on one try */
    int64_t total_ms;    /* bound on a call with all its tries and waits */
    int64_t tries_max;   /* at least one */
    int64_t input_price; /* of a million tokens, in minor units; zero: nothing */
    int64_t output_price;
    bool stream; /* ask for server-sent events */
};

extern const struct model_server model_defaults; /* without url and model */

struct model_ask {
    const char *system; /* NULL: none */
    const char *user;
    const struct json *schema; /* that the answer must satisfy (base/json_schema.h); NULL: text */
    int64_t tokens_max;        /* of the answer; zero: the server's own bound */
    double temperature;
    int64_t seed; /* another seed is another call */
};

enum model_end {
    MODEL_ANSWERED,
    MODEL_REFUSED,     /* the model declines */
    MODEL_UNUSABLE,    /* never in the form that was asked for */
    MODEL_UNREACHABLE, /* the server failed, was too slow, or does not want the call */
    MODEL_UNPAID,      /* the budget is spent */
    MODEL_CANCELLED,
};
enum { MODEL_ENDS = MODEL_CANCELLED + 1 };
const char *model_end_name(enum model_end end);

struct model_reply {
    enum model_end end;
    const char *text;         /* MODEL_ANSWERED: what the model wrote; else "" */
    const struct json *value; /* the same, read, where a schema was given; else NULL */
    const char *note;         /* otherwise: what went wrong last, in words */
    bool cut;                 /* stopped at its bound of tokens */
    bool cached;
    uint32_t tries;
    int64_t input_tokens;
    int64_t output_tokens;
    double spend;    /* minor units, of all tries; of a cached answer: what it cost then */
    int64_t took_us; /* from the first try to the answer, then as well */
};

/* Answers of earlier runs, by a hash of all that made them. Called on the thread of the run, before
 * the answer is handed on. */
struct model_cache {
    void *context;
    bool (*find)(void *context, struct arena *arena, const char *hash, struct text *out);
    /* Of every call that was sent: `answer` as `find` shall give it, or empty where none came. */
    void (*keep)(void *context, const char *hash, struct text answer,
                 const struct model_reply *reply);
};

struct model_totals {
    uint64_t ends[MODEL_ENDS];
    uint64_t cached;
    uint64_t tries; /* that were sent */
    int64_t input_tokens;
    int64_t output_tokens;
    double spend; /* minor units; cached answers cost nothing */
};

void model_totals_add(struct model_totals *totals, const struct model_totals *more);

struct model_run {
    const struct model_server *server;
    const struct model_cache *cache;  /* NULL: none */
    double budget;                    /* minor units that may be spent; zero: unbounded */
    double spent;                     /* of the budget, before this run */
    uint64_t seed;                    /* of the waits */
    bool (*cancelled)(void *context); /* asked about once a second; NULL: never */
    void *cancel_context;
    /* Called once for each ask, in order of completion; the reply lasts for the call. */
    void (*done)(void *context, size_t index, const struct model_reply *reply);
    void *context;
};

/*
 * Ask everything. A call that fails is no failure of the run: its reply says how it ended.
 * ERR_INVALID: the server's address or bounds make no sense; ERR_UNAVAILABLE: no connections can
 * be made at all.
 */
enum err model_ask_all(const struct model_run *run, const struct model_ask *asks, size_t count,
                       struct model_totals *totals, struct fault *fault);

/* A cache of one file an answer in a folder, which is made. */
enum err model_cache_open(struct arena *arena, const char *folder, struct model_cache *out,
                          struct fault *fault);
