#pragma once

/*
 * Spoken answers: sound goes up piece by piece, a transcription server writes it down, and the
 * person corrects and confirms the words. Only these are an answer; the sound goes when they are
 * given, or after as many days as the installation says. No score ever hears it.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "model/transcribe.h"

struct job_kind;
struct recording_row;
struct slice;
struct work;

struct speech_settings {
    struct transcription_server server;
};

/* A new recording for the question that is asked now; an earlier one of the same question goes.
 * ERR_CONFLICT: the question was answered. ERR_UNAVAILABLE: there is no transcription server. */
enum err speech_begin(struct work *work, const char *interview_id, int64_t revision,
                      const char *media, const char **id);

/* A piece of it; the same again changes nothing. */
struct speech_piece {
    int64_t segment;
    int64_t chunk;
    struct text bytes;
};
enum err speech_add(struct work *work, const char *interview_id, const struct speech_piece *piece);

/* The recording of the question that is asked now. ERR_NOT_FOUND: there is none. */
enum err speech_find(struct work *work, const char *interview_id, struct recording_row *out);

/* One segment as a file. */
enum err speech_sound(struct work *work, const char *interview_id, int64_t segment,
                      const char **media, struct text *out);

/* Have it written down, soon. ERR_CONFLICT: a piece is missing, or nothing was spoken. */
enum err speech_write_down(struct work *work, const char *interview_id);

enum err speech_drop(struct work *work, const char *interview_id);

/* Delete sound that has been kept for long enough; `count` says how many recordings. */
enum err speech_forget(struct work *work, int64_t row_max, int64_t *count);

extern const struct job_kind speech_job;
extern const struct slice speech_slice;
