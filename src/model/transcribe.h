#pragma once

/*
 * Speech to text: one recording to a server that speaks OpenAI's form of /audio/transcriptions.
 *
 * A server that is busy or breaks off is asked once more within the deadline. What comes is read
 * strictly: a JSON object whose `text` is text. What cannot be had is said so.
 */

#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct transcription_server {
    const char *url;   /* up to the version: https://host/v1 */
    const char *model; /* as the server names it */
    const char *key;   /* sent as bearer; NULL: none */
    int64_t total_ms;  /* bound on a call with all its tries */
};

/* `media` is the type of the bytes, as "audio/webm". ERR_UNAVAILABLE: no answer within the
 * deadline, or none that can be used; the fault says why, in words for whoever spoke. */
enum err transcribe(struct arena *arena, const struct transcription_server *server,
                    const char *media, struct text bytes, const char **out, struct fault *fault);
