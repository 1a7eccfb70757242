#include "slice/speech/speech.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/installation.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_sql.h"
#include "slice/speech/speech_rule.h"
#include "slice/speech/speech_sql.h"
#include "store/work.h"

/* Of a recording that nobody finished. */
#define LEFT_FOR (30 * TIME_DAY)

/* The interview of the caller, which must be open. */
static enum err open_one(struct work *work, const char *interview_id, struct interview_row *out)
{
    TRY(interview_own(work, interview_id, out));
    return strcmp(out->interview_state, "open") == 0
               ? OK
               : work_fail(work, ERR_CONFLICT, "this interview has ended");
}

static enum err find(struct work *work, const char *interview_id, int64_t revision,
                     struct recording_row *out)
{
    return recording_find(work,
                          &(struct recording_find_args){.interview_id = interview_id,
                                                        .organisation_id = work->organisation_id,
                                                        .revision = revision},
                          out);
}

static enum err drop(struct work *work, const char *id)
{
    TRY(chunk_drop(work, &(struct chunk_drop_args){.recording_id = id,
                                                   .organisation_id = work->organisation_id}));
    return recording_drop(
        work, &(struct recording_drop_args){.id = id, .organisation_id = work->organisation_id});
}

enum err speech_find(struct work *work, const char *interview_id, struct recording_row *out)
{
    struct interview_row interview;

    TRY(open_one(work, interview_id, &interview));
    enum err err = find(work, interview_id, interview.revision, out);

    return err == ERR_NOT_FOUND
               ? work_fail(work, err, "nothing was recorded for the question that is asked now")
               : err;
}

enum err speech_drop(struct work *work, const char *interview_id)
{
    struct recording_row row;

    TRY(speech_find(work, interview_id, &row));
    return drop(work, row.id);
}

enum err speech_begin(struct work *work, const char *interview_id, int64_t revision,
                      const char *media, const char **id)
{
    const char *known = speech_media(media);
    struct interview_row interview;
    struct recording_row there;

    if (work->installation->speech == NULL) {
        return work_fail(work, ERR_CONFLICT,
                         "this installation has no transcription server: type your answer");
    }
    if (known == NULL) {
        return work_fail_field(work, ERR_INVALID, "media",
                               "record as audio/webm, audio/ogg, audio/mp4 or audio/wav");
    }
    TRY(open_one(work, interview_id, &interview));
    if (interview.revision != revision) {
        return work_fail_field(work, ERR_CONFLICT, "revision",
                               "this question was answered in another window: load the page again");
    }
    enum err err = find(work, interview_id, revision, &there);

    if (err == OK) {
        TRY(drop(work, there.id));
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    *id = work_new_id(work, "rec");
    return recording_insert(
        work, &(struct recording_insert_args){.id = *id,
                                              .organisation_id = work->organisation_id,
                                              .interview_id = interview_id,
                                              .revision = revision,
                                              .media = known,
                                              .began_at = work->now_us,
                                              .delete_at = work->now_us + LEFT_FOR});
}

enum err speech_add(struct work *work, const char *interview_id, const struct speech_piece *piece)
{
    struct recording_row row;
    int64_t added;

    TRY(speech_find(work, interview_id, &row));
    const char *bar = speech_bars(row.byte_count, piece->bytes.size, piece->segment, piece->chunk);

    if (bar != NULL) {
        return work_fail(work, ERR_INVALID, "%s", bar);
    }
    TRY(chunk_insert(work,
                     &(struct chunk_insert_args){.recording_id = row.id,
                                                 .segment = piece->segment,
                                                 .chunk = piece->chunk,
                                                 .organisation_id = work->organisation_id,
                                                 .content = piece->bytes},
                     &added));
    return added == 0 ? OK
                      : recording_grow(work, &(struct recording_grow_args){
                                                 .id = row.id,
                                                 .organisation_id = work->organisation_id,
                                                 .more_bytes = (int64_t)piece->bytes.size});
}

enum err speech_sound(struct work *work, const char *interview_id, int64_t segment,
                      const char **media, struct text *out)
{
    struct buffer sound = buffer_new(work->arena);
    struct recording_row row;
    struct chunk_row *chunks;
    size_t count;

    TRY(speech_find(work, interview_id, &row));
    TRY(chunks_of(work,
                  &(struct chunks_of_args){.recording_id = row.id,
                                           .organisation_id = work->organisation_id,
                                           .segment = segment},
                  &chunks, &count));
    if (count == 0) {
        return work_fail(work, ERR_NOT_FOUND, "the recording has no segment %lld",
                         (long long)segment);
    }
    for (size_t i = 0; i < count; i++) {
        buffer_put(&sound, chunks[i].content.at, chunks[i].content.size);
    }
    *media = row.media;
    *out = buffer_view(&sound);
    return OK;
}

enum err speech_write_down(struct work *work, const char *interview_id)
{
    struct recording_row row;
    struct segment_row *segments;
    const char *job_id;
    size_t count;

    TRY(speech_find(work, interview_id, &row));
    TRY(segments_of(work,
                    &(struct segments_of_args){.recording_id = row.id,
                                               .organisation_id = work->organisation_id},
                    &segments, &count));
    if (count == 0) {
        return work_fail(work, ERR_CONFLICT, "nothing was recorded yet");
    }
    for (size_t i = 0; i < count; i++) {
        if (segments[i].last_chunk + 1 != segments[i].chunk_count) {
            return work_fail(work, ERR_CONFLICT,
                             "%lld of %lld pieces of segment %lld are here: send the others again",
                             (long long)segments[i].chunk_count,
                             (long long)segments[i].last_chunk + 1, (long long)segments[i].segment);
        }
    }
    TRY(recording_set(work, &(struct recording_set_args){.id = row.id,
                                                         .organisation_id = work->organisation_id,
                                                         .recording_state = "waiting"}));
    return job_request(work, "interview.speech",
                       arena_print(work->arena, "{\"recording_id\":\"%s\"}", row.id), row.id,
                       &job_id);
}

enum err speech_forget(struct work *work, int64_t row_max, int64_t *count)
{
    struct recording_due_row *rows;
    size_t found;

    TRY(recordings_due(work,
                       &(struct recordings_due_args){.now_at = work->now_us, .row_max = row_max},
                       &rows, &found));
    for (size_t i = 0; i < found; i++) {
        work->organisation_id = rows[i].organisation_id;
        TRY(drop(work, rows[i].id));
    }
    work->organisation_id = NULL;
    *count = (int64_t)found;
    return OK;
}
