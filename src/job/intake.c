#include "job/intake.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "job/job.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/record.h"

void intake_blame(struct intake_row *row, const char *field, const char *message)
{
    row->content = NULL;
    row->field = field;
    row->message = message;
}

int64_t intake_bad(const struct intake_chunk *chunk)
{
    int64_t count = 0;

    for (size_t i = 0; i < chunk->count; i++) {
        count += chunk->rows[i].content == NULL;
    }
    return count;
}

const struct intake_row *intake_next_bad(const struct intake_chunk *chunk,
                                         const struct intake_row *row)
{
    int64_t bad_count = chunk->bad_count;

    for (size_t i = 0; i < chunk->count; i++) {
        bool bad = chunk->rows[i].content == NULL;

        if (bad && bad_count++ >= INTAKE_ERROR_MAX) {
            return NULL;
        }
        if (bad && (row == NULL || &chunk->rows[i] > row)) {
            return &chunk->rows[i];
        }
    }
    return NULL;
}

/* Read one record into the row. False: the end of the file. */
static bool read_row(struct intake *intake, struct record_reader *reader, struct arena *arena,
                     struct intake_row *row)
{
    struct fault fault = {0};
    struct record record = {0};
    enum err err = record_next(reader, arena, &record, &fault);

    if (err == OK && record.columns == NULL) {
        return false;
    }
    *row = (struct intake_row){.line = err == OK ? record.line : fault.line};
    if (err == OK) {
        err = intake->read(intake->context, arena, record.columns, &row->content, &fault);
    }
    if (err != OK) {
        intake_blame(row, arena_copy(arena, fault.field, strlen(fault.field)),
                     arena_copy(arena, fault.text, strlen(fault.text)));
    }
    return true;
}

struct committing {
    struct job_run *run;
    struct intake *intake;
    struct intake_chunk *chunk;
};

static enum err commit_body(struct work *work, void *context)
{
    const struct committing *committing = context;

    TRY(job_hold(committing->run, work));
    return committing->intake->commit(work, committing->intake->context, committing->chunk);
}

static enum err read_chunks(struct job_run *run, struct intake *intake,
                            struct record_reader *reader)
{
    struct work *work = run->work;
    bool more = true;

    while (more) {
        struct arena_mark mark = arena_mark(work->arena);
        struct intake_chunk chunk = {.rows =
                                         arena_array(work->arena, struct intake_row, INTAKE_CHUNK),
                                     .bad_count = intake->bad_count};
        struct committing committing = {run, intake, &chunk};

        while (more && chunk.count < INTAKE_CHUNK) {
            more = read_row(intake, reader, work->arena, &chunk.rows[chunk.count]);
            chunk.count += more;
        }
        if (chunk.count == 0) {
            break;
        }
        intake->record_count += (int64_t)chunk.count;
        chunk.record_count = intake->record_count;
        TRY(store_write(work, commit_body, &committing));
        intake->bad_count += intake_bad(&chunk);
        TRY(job_progress(run, intake->record_count, 0, NULL));
        arena_undo(work->arena, mark);
    }
    return OK;
}

/* Step over what an earlier run has committed. */
static void skip_done(const struct intake *intake, struct record_reader *reader,
                      struct arena *arena)
{
    for (int64_t i = 0; i < intake->record_count; i++) {
        struct arena_mark mark = arena_mark(arena);
        struct record record = {0};
        struct fault fault = {0};
        enum err err = record_next(reader, arena, &record, &fault);

        arena_undo(arena, mark);
        if (err == OK && record.columns == NULL) {
            return;
        }
    }
}

enum err job_take_in(struct job_run *run, struct intake *intake)
{
    struct work *work = run->work;
    struct record_reader *reader = NULL;

    TRY(record_open(intake->path, intake->format, &reader, &work->fault));
    skip_done(intake, reader, work->arena);
    enum err err = read_chunks(run, intake, reader);

    record_close(reader);
    return err;
}
