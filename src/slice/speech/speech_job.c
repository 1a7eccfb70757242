#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "job/job.h"
#include "slice/installation.h"
#include "slice/speech/speech.h"
#include "slice/speech/speech_rule.h"
#include "slice/speech/speech_sql.h"
#include "store/store.h"
#include "store/work.h"

/* One recording, as it was when the job began. */
struct writing {
    const char *id;
    bool is_wanted; /* it is still there and waits */
    const char *media;
    struct text sounds[SPEECH_SEGMENTS_MAX];
    size_t count;
    const char *transcript;
    const char *note;
};

static enum err load_segment(struct work *work, struct writing *writing, int64_t segment)
{
    struct buffer sound = buffer_new(work->arena);
    struct chunk_row *chunks;
    size_t count;

    TRY(chunks_of(work,
                  &(struct chunks_of_args){.recording_id = writing->id,
                                           .organisation_id = work->organisation_id,
                                           .segment = segment},
                  &chunks, &count));
    for (size_t i = 0; i < count; i++) {
        buffer_put(&sound, chunks[i].content.at, chunks[i].content.size);
    }
    writing->sounds[writing->count++] = buffer_view(&sound);
    return OK;
}

static enum err load(struct work *work, void *context)
{
    struct writing *writing = context;
    struct recording_job_row row;
    struct segment_row *segments;
    size_t count;
    enum err err = recording_by_id(work, &(struct recording_by_id_args){.id = writing->id}, &row);

    writing->is_wanted = err == OK && strcmp(row.recording_state, "waiting") == 0;
    writing->count = 0;
    if (!writing->is_wanted) {
        return err == ERR_NOT_FOUND ? OK : err;
    }
    writing->media = row.media;
    TRY(segments_of(work,
                    &(struct segments_of_args){.recording_id = writing->id,
                                               .organisation_id = work->organisation_id},
                    &segments, &count));
    for (size_t i = 0; i < count && i < SPEECH_SEGMENTS_MAX; i++) {
        TRY(load_segment(work, writing, segments[i].segment));
    }
    return OK;
}

/* What may stand in an answer: no longer than one, cut between characters. */
static const char *cut(struct work *work, const char *text)
{
    size_t size = strlen(text);

    if (size > SPEECH_TEXT_MAX) {
        size = SPEECH_TEXT_MAX;
        while (size > 0 && ((unsigned char)text[size] & 0xC0) == 0x80) {
            size--;
        }
    }
    return arena_copy(work->arena, text, size);
}

static void write_down(struct work *work, struct writing *writing)
{
    struct buffer all = buffer_new(work->arena);

    if (work->installation->speech == NULL) {
        writing->note = "the transcription server was taken away since";
        return;
    }
    for (size_t i = 0; i < writing->count; i++) {
        const char *text;

        if (transcribe(work->arena, &work->installation->speech->server, writing->media,
                       writing->sounds[i], &text, &work->fault) != OK) {
            writing->note = arena_print(work->arena, "%s", work->fault.text);
            return;
        }
        buffer_print(&all, "%s%s", i == 0 ? "" : " ", text);
    }
    struct text whole = text_trim(buffer_view(&all));

    if (whole.size == 0) {
        writing->note = "no words were heard";
        return;
    }
    writing->transcript = cut(work, arena_copy(work->arena, whole.at, whole.size));
}

static enum err put(struct work *work, void *context)
{
    const struct writing *writing = context;
    struct recording_job_row row;
    enum err err = recording_by_id(work, &(struct recording_by_id_args){.id = writing->id}, &row);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(row.recording_state, "waiting") != 0)) {
        return OK; /* the person went on without it */
    }
    TRY(err);
    return recording_set(work,
                         &(struct recording_set_args){
                             .id = writing->id,
                             .organisation_id = work->organisation_id,
                             .recording_state = writing->transcript == NULL ? "failed" : "written",
                             .transcript = writing->transcript,
                             .note = writing->note});
}

static enum err run_speech(struct job_run *run)
{
    struct work *work = run->work;
    struct writing writing = {0};
    struct json *arguments;

    TRY(json_parse(work->arena, text_of(run->arguments), &arguments, &work->fault));
    writing.id = json_text_of(arguments, "recording_id");
    TRY(store_read(work, load, &writing));
    if (!writing.is_wanted) {
        return OK;
    }
    write_down(work, &writing);
    return store_write(work, put, &writing);
}

static enum err give_up(struct job_run *run)
{
    struct json *arguments;
    struct work *work = run->work;
    struct writing writing = {.note = "it could not be written down; type your answer"};

    TRY(json_parse(work->arena, text_of(run->arguments), &arguments, &work->fault));
    writing.id = json_text_of(arguments, "recording_id");
    return store_write(work, put, &writing);
}

const struct job_kind speech_job = {
    .name = "interview.speech", .run = run_speech, .attempt_max = 2, .give_up = give_up};
