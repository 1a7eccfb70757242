#include <string.h>

#include "app/settings.h"
#include "app/setup.h"
#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"
#include "slice/inquiry/inquiry.h"
#include "slice/installation.h"
#include "slice/rater/rater.h"
#include "slice/speech/speech.h"
#include "sys/file.h"

enum { KEY_SIZE_MAX = 8192, TRIES = 3, MS = 1000, TRANSCRIPTION_MS = 120 * MS };

static enum err read_key(struct arena *arena, const char *path, const char **out,
                         struct fault *fault)
{
    struct text file;

    if (path == NULL) {
        return OK;
    }
    TRY(file_read(arena, path, KEY_SIZE_MAX, &file, fault));
    file = text_trim(file);
    if (file.size == 0 || memchr(file.at, '\n', file.size) != NULL) {
        return fail(fault, ERR_INVALID, "%s must hold one key and no more", path);
    }
    *out = arena_copy(arena, file.at, file.size);
    return OK;
}

/* Without the stroke at the end, however many there are. */
static const char *plain_url(struct arena *arena, const char *url)
{
    size_t size = strlen(url);

    while (size > 0 && url[size - 1] == '/') {
        size--;
    }
    return arena_copy(arena, url, size);
}

static enum err setup_speech(struct arena *arena, const struct settings *settings,
                             struct installation *installation, struct fault *fault)
{
    struct speech_settings *speech = arena_new_of(arena, struct speech_settings);

    if (settings->transcription_url == NULL) {
        return OK;
    }
    speech->server = (struct transcription_server){
        .url = plain_url(arena, settings->transcription_url),
        .model =
            settings->transcription_model == NULL ? "whisper-1" : settings->transcription_model,
        .total_ms = TRANSCRIPTION_MS};
    TRY(read_key(arena, settings->transcription_key_file, &speech->server.key, fault));
    installation->speech = speech;
    installation->speech_keep_us = settings->speech_keep_days * TIME_DAY;
    return OK;
}

static enum err setup_rater(struct arena *arena, const struct settings *settings,
                            struct installation *installation, struct fault *fault)
{
    struct rater_settings *rater = arena_new_of(arena, struct rater_settings);
    struct inquiry_settings *inquiry = arena_new_of(arena, struct inquiry_settings);

    if (settings->model_url == NULL) {
        return OK;
    }
    if (settings->model_name == NULL) {
        return fail(fault, ERR_INVALID,
                    "model_url is set, but not model_name: say which model the server is to ask");
    }
    rater->server = model_defaults;
    rater->server.url = plain_url(arena, settings->model_url);
    rater->server.model = settings->model_name;
    rater->server.try_ms = settings->model_deadline_s * MS;
    rater->server.total_ms = settings->model_deadline_s * MS;
    rater->server.tries_max = TRIES;
    rater->server.input_price = settings->model_input_price;
    rater->server.output_price = settings->model_output_price;
    rater->budget_day = (double)settings->model_budget_day;
    TRY(read_key(arena, settings->model_key_file, &rater->server.key, fault));
    /* Jobs are more patient than somebody who waits for a result. */
    inquiry->server = rater->server;
    inquiry->server.try_ms = model_defaults.try_ms;
    inquiry->server.total_ms = model_defaults.total_ms;
    inquiry->server.tries_max = model_defaults.tries_max;
    inquiry->budget_day = rater->budget_day;
    installation->inquiry = inquiry;
    installation->rater = rater;
    installation->rater_name = settings->model_name;
    return OK;
}

enum err setup_model(struct arena *arena, const struct settings *settings,
                     struct installation *installation, struct fault *fault)
{
    installation->keep =
        (struct keeping_times){.answers_us = settings->answers_keep_days * TIME_DAY,
                               .applications_us = settings->applications_keep_days * TIME_DAY,
                               .resumes_us = settings->resumes_keep_days * TIME_DAY,
                               .scorers_us = settings->scorers_keep_days * TIME_DAY};
    TRY(setup_rater(arena, settings, installation, fault));
    return setup_speech(arena, settings, installation, fault);
}
