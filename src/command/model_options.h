#pragma once

/* Options of commands that ask a model server. A command's own struct holds them as `model`. */

#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "model/model.h"

struct invocation;

struct model_options {
    const char *server;
    const char *model;
    const char *key_file;
    const char *cache;
    int64_t in_flight;
    double rate;
    int64_t tries;
    int64_t input_price;
    int64_t output_price;
    double budget;
    bool stream;
};

#define MODEL_OPTIONS_DEFAULT                                                                      \
    {                                                                                              \
        .in_flight = 32, .tries = 6                                                                \
    }

#define MODEL_FIELD(type, member, field_kind, text, ...)                                           \
    {                                                                                              \
        .name = #member, .kind = (field_kind), .doc = (text),                                      \
        .offset = offsetof(struct type, model) + offsetof(struct model_options, member),           \
        __VA_ARGS__                                                                                \
    }

#define MODEL_FIELDS(type)                                                                         \
    MODEL_FIELD(type, server, FIELD_TEXT, "Address up to the version: http://127.0.0.1:8000/v1"),  \
        MODEL_FIELD(type, model, FIELD_TEXT, "Name of the model on that server"),                  \
        MODEL_FIELD(type, key_file, FIELD_TEXT, "File with the server's key", .optional = true),   \
        MODEL_FIELD(type, cache, FIELD_TEXT, "Folder of answers of earlier runs, asked first",     \
                    .optional = true),                                                             \
        MODEL_FIELD(type, in_flight, FIELD_INT, "Calls at once [32]", .optional = true, .min = 1,  \
                    .max = 1024),                                                                  \
        MODEL_FIELD(type, rate, FIELD_REAL, "Most calls a second; 0: unbounded [0]",               \
                    .optional = true, .max = 1e6),                                                 \
        MODEL_FIELD(type, tries, FIELD_INT, "Tries of a call [6]", .optional = true, .min = 1,     \
                    .max = 100),                                                                   \
        MODEL_FIELD(type, input_price, FIELD_INT,                                                  \
                    "Cents, or other minor units, for a million tokens read [0]",                  \
                    .optional = true, .max = 1e9),                                                 \
        MODEL_FIELD(type, output_price, FIELD_INT, "The same for a million tokens written [0]",    \
                    .optional = true, .max = 1e9),                                                 \
        MODEL_FIELD(type, budget, FIELD_REAL, "Minor units that may be spent; 0: unbounded [0]",   \
                    .optional = true, .max = 1e12),                                                \
        MODEL_FIELD(type, stream, FIELD_BOOL, "Ask for answers as a stream", .optional = true)

/* What the options say, ready for a run; reads the key and opens the cache. */
struct model_setup {
    struct model_server server;
    struct model_cache cache;
    struct model_run run; /* without callback */
};
enum err model_setup_read(struct invocation *call, const struct model_options *options,
                          struct model_setup *out);

/* One line on calls, tokens and spending. */
void model_totals_print(struct invocation *call, const struct model_totals *totals);
