#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/interview/interview.h"
#include "slice/slice.h"
#include "slice/speech/speech.h"
#include "slice/speech/speech_rule.h"
#include "slice/speech/speech_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

static const struct nothing done = {.ok = true};

struct recording_body {
    int64_t revision;
    const char *media;
};
static const struct field body_fields[] = {
    INT(recording_body, revision, .min = 0, .max = 1e6, .doc = "As the question came with"),
    TEXT(recording_body, media, .min = 1, .max = 80, .doc = "Type of the sound, as audio/webm"),
};
static const struct shape recording_body_shape =
    SHAPE(recording_body, body_fields, "A recording of an answer");

static enum err serve_begin(struct call *call)
{
    const struct recording_body *body = call->body;
    struct made *made = arena_new_of(call->work->arena, struct made);

    TRY(speech_begin(call->work, call->ids[0], body->revision, body->media, &made->id));
    call->reply = made;
    return OK;
}

struct piece_query {
    int64_t segment;
    int64_t chunk;
};
static const struct field piece_fields[] = {
    INT(piece_query, segment, .min = 0, .max = SPEECH_SEGMENTS_MAX,
        .doc = "From 0; one more after the page was loaded again"),
    INT(piece_query, chunk, .min = 0, .max = SPEECH_CHUNKS_MAX, .doc = "From 0, within it"),
};
static const struct shape piece_shape = SHAPE(piece_query, piece_fields, "Where a piece stands");

struct adding {
    const char *interview_id;
    struct speech_piece piece;
};

static enum err add(struct work *work, void *context)
{
    const struct adding *adding = context;

    return speech_add(work, adding->interview_id, &adding->piece);
}

/* Free: the piece is read before the transaction begins. */
static enum err serve_piece(struct call *call)
{
    const struct piece_query *query = call->query;
    struct adding adding = {.interview_id = call->ids[0],
                            .piece = {.segment = query->segment, .chunk = query->chunk}};

    TRY(file_read(call->work->arena, call->upload->path, SPEECH_CHUNK_MAX, &adding.piece.bytes,
                  &call->work->fault));
    TRY(store_write(call->work, add, &adding));
    call->reply = &done;
    return OK;
}

static const struct field segment_fields[] = {
    INT(segment_row, segment, .doc = "From 0"),
    INT(segment_row, chunk_count, .doc = "Pieces that are here"),
    INT(segment_row, byte_count, .doc = "Their size"),
};
static const struct shape segment_shape =
    SHAPE(segment_row, segment_fields, "A part that was recorded in one go");

struct recording_view {
    const char *id;
    const char *state;
    const char *media;
    int64_t byte_count;
    int64_t byte_max;
    const char *transcript;
    const char *note;
    struct list segments;
};
static const struct field view_fields[] = {
    TEXT(recording_view, id, .doc = "Identifier, `rec_` and 26 characters"),
    TEXT(recording_view, state, .choices = "open|waiting|written|failed|closed",
         .doc = "waiting: it is being written down"),
    TEXT(recording_view, media, .doc = "Type of the sound"),
    INT(recording_view, byte_count, .doc = "Size of all pieces"),
    INT(recording_view, byte_max, .doc = "What it may be at most"),
    TEXT(recording_view, transcript, .optional = true,
         .doc = "What was heard; it counts only as the answer that the person makes of it"),
    TEXT(recording_view, note, .optional = true, .doc = "Why there is none"),
    LIST(recording_view, segments, .of = &segment_shape, .doc = "In their order"),
};
static const struct shape recording_view_shape =
    SHAPE(recording_view, view_fields, "A recording of the answer to the question asked now");

static enum err serve_show(struct call *call)
{
    struct recording_view *view = arena_new_of(call->work->arena, struct recording_view);
    struct recording_row row;
    struct segment_row *segments;

    TRY(speech_find(call->work, call->ids[0], &row));
    TRY(segments_of(call->work,
                    &(struct segments_of_args){.recording_id = row.id,
                                               .organisation_id = call->work->organisation_id},
                    &segments, &view->segments.count));
    view->id = row.id;
    view->state = row.recording_state;
    view->media = row.media;
    view->byte_count = row.byte_count;
    view->byte_max = SPEECH_BYTES_MAX;
    view->transcript = row.transcript;
    view->note = row.note;
    view->segments.at = segments;
    call->reply = view;
    return OK;
}

struct sound_query {
    int64_t segment;
};
static const struct field sound_fields[] = {
    INT(sound_query, segment, .min = 0, .max = SPEECH_SEGMENTS_MAX, .doc = "Which part"),
};
static const struct shape sound_shape = SHAPE(sound_query, sound_fields, "Part of a recording");

static enum err serve_sound(struct call *call)
{
    call->file_name = "answer";
    return speech_sound(call->work, call->ids[0],
                        ((const struct sound_query *)call->query)->segment, &call->file_type,
                        &call->file_text);
}

static enum err serve_transcript(struct call *call)
{
    TRY(speech_write_down(call->work, call->ids[0]));
    call->reply = &done;
    return OK;
}

static enum err serve_drop(struct call *call)
{
    TRY(speech_drop(call->work, call->ids[0]));
    call->reply = &done;
    return OK;
}

static const struct route routes[] = {
    {POST, "/v1/interviews/{interview_id}/recording", serve_begin, ROLE_EXPERT, 201, ROUTE_WRITES,
     .owner = interview_owner, .body = &recording_body_shape, .reply = &made_shape,
     .summary = "Begin to record an answer, over an earlier try", .command = "recording begin"},
    {POST, "/v1/interviews/{interview_id}/recording/pieces", serve_piece, ROLE_EXPERT, 201,
     ROUTE_FREE, .uploads = true, .owner = interview_owner, .query = &piece_shape,
     .reply = &nothing_shape, .summary = "Send a piece of the recording",
     .command = "recording send"},
    {GET, "/v1/interviews/{interview_id}/recording", serve_show, ROLE_EXPERT, 200,
     .owner = interview_owner, .reply = &recording_view_shape,
     .summary = "Show how far the recording is", .command = "recording show"},
    {GET, "/v1/interviews/{interview_id}/recording/sound", serve_sound, ROLE_EXPERT, 200,
     .owner = interview_owner, .query = &sound_shape, .summary = "Play back one's own recording",
     .command = "recording sound"},
    {POST, "/v1/interviews/{interview_id}/recording/transcript", serve_transcript, ROLE_EXPERT, 202,
     ROUTE_WRITES, .owner = interview_owner, .reply = &nothing_shape,
     .summary = "Have the recording written down", .command = "recording transcribe"},
    {DELETE, "/v1/interviews/{interview_id}/recording", serve_drop, ROLE_EXPERT, 200, ROUTE_WRITES,
     .owner = interview_owner, .reply = &nothing_shape, .summary = "Throw the recording away",
     .command = "recording drop"},
};
static const struct job_kind *const jobs[] = {&speech_job};

const struct slice speech_slice = {.name = "speech",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
