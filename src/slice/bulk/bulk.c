#include "slice/bulk/bulk.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/shape.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/bulk/bulk_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"

struct bulk_begun {
    const char *import_id;
    const char *job_id;
};
static const struct field begun_fields[] = {
    TEXT(bulk_begun, import_id, .doc = "The import"),
    TEXT(bulk_begun, job_id, .doc = "The job that takes the file in"),
};
const struct shape bulk_begun_shape = SHAPE(bulk_begun, begun_fields, "An import that has begun");

struct beginning {
    const struct bulk_wish *wish;
    struct text content;
    struct bulk_begun *begun;
};

static enum err refuse_second(struct work *work, const struct bulk_wish *wish)
{
    struct bulk_row running;
    enum err err = bulk_running(
        work,
        &(struct bulk_running_args){
            .organisation_id = work->organisation_id, .kind = wish->kind, .topic = wish->topic},
        &running);

    if (err == OK) {
        return work_fail(work, ERR_CONFLICT,
                         "\"%s\" is being imported for %s: wait for its end, or cancel %s",
                         running.name, wish->topic, running.job_id);
    }
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err keep(struct work *work, void *context)
{
    struct beginning *beginning = context;
    const struct bulk_wish *wish = beginning->wish;
    struct bulk_begun *begun = beginning->begun;

    work->organisation_id = work->who->organisation_id;
    TRY(refuse_second(work, wish));
    begun->import_id = work_new_id(work, "imp");
    TRY(job_request(work, wish->job,
                    arena_print(work->arena, "{\"import_id\":\"%s\"}", begun->import_id), NULL,
                    &begun->job_id));
    TRY(bulk_insert(work, &(struct bulk_insert_args){.id = begun->import_id,
                                                     .organisation_id = work->organisation_id,
                                                     .kind = wish->kind,
                                                     .topic = wish->topic,
                                                     .name = wish->name,
                                                     .options = wish->options,
                                                     .job_id = begun->job_id,
                                                     .created_at = work->now_us,
                                                     .created_by = work->who->person_id}));
    TRY(bulk_content_insert(
        work, &(struct bulk_content_insert_args){.bulk_id = begun->import_id,
                                                 .organisation_id = work->organisation_id,
                                                 .content = beginning->content}));
    return audit(work, "import.begin", begun->import_id,
                 arena_print(work->arena, "{\"kind\":\"%s\"}", wish->kind));
}

enum err bulk_begin(struct call *call, const struct bulk_wish *wish)
{
    struct work *work = call->work;
    struct beginning beginning = {.wish = wish,
                                  .begun = arena_new_of(work->arena, struct bulk_begun)};

    if (call->upload->size > wish->size_max) {
        return work_fail(work, ERR_INVALID, "the file is larger than %llu MiB: import it in parts",
                         (unsigned long long)(wish->size_max >> 20));
    }
    TRY(file_read(work->arena, call->upload->path, wish->size_max, &beginning.content,
                  &work->fault));
    if (beginning.content.size == 0) {
        return work_fail(work, ERR_INVALID, "the file is empty");
    }
    TRY(store_write(work, keep, &beginning));
    call->reply = beginning.begun;
    return OK;
}

/* ------------------------------------------------------------------ in the job */

struct opening {
    const struct job_run *run;
    struct bulk_row *row;
    struct text *content; /* NULL: not wanted */
};

static enum err load(struct work *work, void *context)
{
    struct opening *opening = context;
    struct bulk_content_row content;
    struct json *arguments;

    work->organisation_id = opening->run->organisation_id;
    TRY(json_parse(work->arena, text_of(opening->run->arguments), &arguments, &work->fault));
    TRY(bulk_by_id(work,
                   &(struct bulk_by_id_args){.id = json_text_of(arguments, "import_id"),
                                             .organisation_id = work->organisation_id},
                   opening->row));
    if (opening->content == NULL) {
        return OK;
    }
    enum err err =
        bulk_content_of(work,
                        &(struct bulk_content_of_args){.bulk_id = opening->row->id,
                                                       .organisation_id = work->organisation_id},
                        &content);

    *opening->content = err == OK ? content.content : (struct text){0};
    return err == ERR_NOT_FOUND ? OK : err;
}

enum err bulk_open(struct job_run *run, struct bulk_row *out, struct text *content)
{
    return store_read(run->work, load,
                      &(struct opening){.run = run, .row = out, .content = content});
}

static enum err put_errors(struct work *work, const struct bulk_row *bulk,
                           const struct bulk_step *step)
{
    struct bulk_error_insert_args *rows =
        arena_array(work->arena, struct bulk_error_insert_args, step->error_count);

    for (size_t i = 0; i < step->error_count; i++) {
        const struct bulk_error *one = &step->errors[i];

        rows[i] = (struct bulk_error_insert_args){.organisation_id = work->organisation_id,
                                                  .bulk_id = bulk->id,
                                                  .position = step->error_first + (int64_t)i,
                                                  .file = one->file,
                                                  .line = one->line,
                                                  .field = one->field,
                                                  .message = one->message};
    }
    return bulk_error_insert(work, rows, step->error_count);
}

enum err bulk_advance(struct work *work, const struct bulk_row *bulk, const struct bulk_step *step)
{
    int64_t changed;

    TRY(put_errors(work, bulk, step));
    return bulk_advance_row(
        work,
        &(struct bulk_advance_row_args){.id = bulk->id,
                                        .organisation_id = work->organisation_id,
                                        .read_count = step->read_count,
                                        .added_count = step->added_count,
                                        .known_count = step->known_count,
                                        .bad_count = step->bad_count},
        &changed);
}

enum err bulk_end(struct work *work, const struct bulk_row *bulk, const char *state,
                  const char *message)
{
    int64_t changed;

    TRY(bulk_end_row(
        work,
        &(struct bulk_end_row_args){
            .id = bulk->id, .organisation_id = work->organisation_id, .state = state, .message = message},
        &changed));
    return bulk_content_erase(
        work, &(struct bulk_content_erase_args){.bulk_id = bulk->id,
                                                .organisation_id = work->organisation_id});
}

struct failing {
    const struct bulk_row *row;
    const char *message;
};

static enum err end_failed(struct work *work, void *context)
{
    const struct failing *failing = context;

    return bulk_end(work, failing->row, "failed", failing->message);
}

enum err bulk_give_up(struct job_run *run)
{
    struct work *work = run->work;
    struct bulk_row row;
    struct failing failing = {.row = &row,
                              .message = arena_print(work->arena, "%s", work->fault.text)};

    TRY(store_read(work, load, &(struct opening){.run = run, .row = &row}));
    return store_write(work, end_failed, &failing);
}
