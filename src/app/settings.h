#pragma once

/*
 * Settings: one struct, one shape, four sources in order: defaults, a file, the
 * environment (PERITI_*), and options. Read once, handed down by value.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"

struct arena;
struct fault;

struct settings {
    const char *data;  /* folder: keys, spool, and the SQLite file unless `store` says otherwise */
    const char *store; /* NULL: sqlite in the data folder */
    const char *address;
    int64_t port;
    const char *origin;
    const char *proxy;
    bool secure_cookie;
    int64_t workers;
    int64_t connections;
    int64_t connections_per_address;
    int64_t streams;
    int64_t body_bytes;
    int64_t upload_bytes;
    int64_t timeout_s;
    int64_t rate_per_minute;
    int64_t readers;
    int64_t write_queue;
    int64_t write_group;
    int64_t job_runners;
    int64_t grace_s;
    int64_t sandbox_slots;
    const char *sandbox_level;
    const char *model_url;
    const char *model_name;
    const char *model_key_file;
    int64_t model_deadline_s;
    int64_t model_budget_day;
    int64_t model_input_price;
    int64_t model_output_price;
    const char *transcription_url;
    const char *transcription_model;
    const char *transcription_key_file;
    int64_t speech_keep_days;
    int64_t answers_keep_days;
    int64_t applications_keep_days;
    int64_t resumes_keep_days;
    int64_t scorers_keep_days;
    const char *config;
};

extern const struct shape settings_shape;

/* Where each field's value came from: "default", the file's path, "environment" or "option". */
struct setting_sources {
    const char **at; /* [field of settings_shape] */
};

/*
 * Lay the file (`config` of the options, else of the environment, else none) and the environment
 * under what the options said. The file has lines `name = value`; # begins a comment. ERR_INVALID
 * names file, line and setting.
 */
enum err settings_load(struct arena *arena, const struct settings *options, struct settings *out,
                       struct setting_sources *sources, struct fault *fault);
