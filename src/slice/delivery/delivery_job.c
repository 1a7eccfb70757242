#include "slice/delivery/delivery_job.h"

#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/shape.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/delivery/delivery_rows.h"
#include "slice/delivery/delivery_sql.h"
#include "slice/delivery/package.h"
#include "slice/installation.h"
#include "slice/type/type.h"
#include "store/store.h"
#include "store/work.h"

enum { CHUNK_SIZE = 256 << 10, ROW_CHUNK = 1000, FILE_MAX = 64 };

struct content {
    const char *path;
    struct text bytes;
    int64_t row_count; /* -1: not made of rows */
};

/* One delivery from the first row to the seal. */
struct making {
    struct job_run *run;
    const char *why; /* it was given up */
    struct delivery_row delivery;
    struct campaign_row campaign;
    struct guideline_row guideline;
    const struct task_type *type;
    struct delivery_rows rows;
    struct content files[FILE_MAX];
    size_t file_count;
    struct package_file listed[FILE_MAX];
    struct manifest manifest;
    const char *manifest_hash;
    const char *signature;
};

static enum err load(struct work *work, void *context)
{
    struct making *making = context;
    struct delivery_owner_find_row owner;
    struct json *arguments = NULL;

    TRY(json_parse(work->arena, text_of(making->run->arguments), &arguments, &work->fault));
    const char *id = json_text_of(arguments, "delivery_id");

    TRY(delivery_owner_find(work, &(struct delivery_owner_find_args){.id = id}, &owner));
    work->organisation_id = owner.organisation_id;
    TRY(delivery_by_id(
        work, &(struct delivery_by_id_args){.id = id, .organisation_id = work->organisation_id},
        &making->delivery));
    TRY(campaign_find(work, owner.campaign_id, &making->campaign));
    TRY(campaign_type(work, &making->campaign, &making->type));
    if (making->campaign.guideline_id == NULL) {
        return work_fail(work, ERR_CONFLICT, "the campaign has no guideline");
    }
    return guideline_by_id(work,
                           &(struct guideline_by_id_args){.id = making->campaign.guideline_id,
                                                          .organisation_id = work->organisation_id},
                           &making->guideline);
}

static void add_file(struct making *making, const char *path, struct text bytes, int64_t row_count)
{
    making->files[making->file_count++] =
        (struct content){.path = path, .bytes = bytes, .row_count = row_count};
}

static enum err add_formats(struct making *making)
{
    struct work *work = making->run->work;
    struct text rows = buffer_view(&making->rows.rows);
    struct json *names = NULL;

    TRY(json_parse(work->arena, text_of(making->delivery.formats), &names, &work->fault));
    for (const struct json *name = names->first; name != NULL; name = name->next) {
        const struct package_format *format = package_format_named(name->text);
        struct buffer buffer = buffer_new(work->arena);
        int64_t count = 0;

        if (format == NULL) {
            return work_fail(work, ERR_INVALID, "there is no format \"%.60s\"", name->text);
        }
        TRY(package_derive(work->arena, format, rows, &buffer, &count, &work->fault));
        add_file(making, format->file, buffer_view(&buffer), count);
    }
    return OK;
}

/* Packed copies of everything so far. */
static void add_proofs(struct making *making)
{
    struct arena *arena = making->run->work->arena;
    size_t count = making->file_count;

    for (size_t i = 0; i < count; i++) {
        add_file(making, arena_print(arena, "proof/%s.zst", making->files[i].path),
                 package_pack(arena, making->files[i].bytes), -1);
    }
}

static void list_files(struct making *making)
{
    struct arena *arena = making->run->work->arena;

    for (size_t i = 0; i < making->file_count; i++) {
        const struct content *file = &making->files[i];

        making->listed[i] = (struct package_file){.path = file->path,
                                                  .sha256 = sha256_hex(arena, file->bytes),
                                                  .size = (int64_t)file->bytes.size,
                                                  .row_count = file->row_count};
    }
    making->manifest.files = making->listed;
    making->manifest.file_count = making->file_count;
}

static enum err build(struct making *making)
{
    struct work *work = making->run->work;
    struct text rows = buffer_view(&making->rows.rows);
    char *created = arena_take(work->arena, TIME_TEXT_SIZE, 1);

    time_print(making->delivery.created_at, created);
    making->manifest = (struct manifest){
        .delivery_id = making->delivery.id,
        .number = making->delivery.number,
        .client = making->campaign.organisation_name,
        .campaign_id = making->campaign.id,
        .campaign = making->campaign.name,
        .task_type = making->type->name,
        .type_definition = making->type->text,
        .created_at = created,
        .is_sample = making->campaign.is_sample == 1,
    };
    TRY(package_statistics(work->arena, rows, &making->manifest.statistics, &work->fault));
    add_file(making, "rows.jsonl", rows, (int64_t)making->rows.count);
    TRY(add_formats(making));
    list_files(making);
    const char *card = card_write(work->arena, &making->manifest, making->guideline.body,
                                  making->guideline.guideline_number);

    if (card == NULL) {
        return work_fail(work, ERR_INTERNAL, "the data card could not be written");
    }
    add_file(making, "DATA_CARD.md", text_of(card), -1);
    add_proofs(making);
    list_files(making);
    const char *manifest = manifest_write(work->arena, &making->manifest,
                                          &work->installation->signing, &making->signature);

    if (manifest == NULL) {
        return work_fail(work, ERR_INTERNAL, "the manifest could not be written");
    }
    making->manifest_hash = sha256_hex(work->arena, text_of(manifest));
    add_file(making, "manifest.json", text_of(manifest), -1);
    add_file(making, PACKAGE_MANIFEST_COPY, text_of(manifest), -1);
    return OK;
}

/* ------------------------------------------------------------------ into the store */

struct piece {
    const struct making *making;
    const struct content *file;
    size_t number;
};

static enum err store_piece(struct work *work, void *context)
{
    const struct piece *piece = context;
    size_t first = piece->number * CHUNK_SIZE;
    size_t left = piece->file->bytes.size - first;

    TRY(job_hold(piece->making->run, work));
    return delivery_chunk_insert(work,
                                 &(struct delivery_chunk_insert_args){
                                     .organisation_id = work->organisation_id,
                                     .delivery_id = piece->making->delivery.id,
                                     .path = piece->file->path,
                                     .number = (int64_t)piece->number,
                                     .content = {.at = piece->file->bytes.at + first,
                                                 .size = left < CHUNK_SIZE ? left : CHUNK_SIZE},
                                 });
}

/* What an earlier run left: the rows may be others by now. */
static enum err clear_pieces(struct work *work, void *context)
{
    const struct making *making = context;

    TRY(job_hold(making->run, work));
    return delivery_chunk_clear(
        work, &(struct delivery_chunk_clear_args){.delivery_id = making->delivery.id,
                                                  .organisation_id = work->organisation_id});
}

static enum err store_files(struct making *making)
{
    struct work *work = making->run->work;

    TRY(store_write(work, clear_pieces, making));
    for (size_t i = 0; i < making->file_count; i++) {
        struct piece piece = {.making = making, .file = &making->files[i]};

        for (; piece.number * CHUNK_SIZE < piece.file->bytes.size; piece.number++) {
            TRY(store_write(work, store_piece, &piece));
        }
        TRY(job_progress(making->run, (int64_t)i + 1, (int64_t)making->file_count, NULL));
    }
    return OK;
}

static enum err seal(struct work *work, void *context)
{
    struct making *making = context;
    int64_t affected;

    TRY(job_hold(making->run, work));
    for (size_t i = 0; i < making->file_count; i++) {
        const struct content *file = &making->files[i];

        TRY(delivery_file_insert(work, &(struct delivery_file_insert_args){
                                           .organisation_id = work->organisation_id,
                                           .delivery_id = making->delivery.id,
                                           .path = file->path,
                                           .sha256 = sha256_hex(work->arena, file->bytes),
                                           .size_bytes = (int64_t)file->bytes.size,
                                           .row_count = file->row_count,
                                       }));
    }
    TRY(delivery_row_insert(work, making->rows.inserts, making->rows.count));
    return delivery_seal(
        work,
        &(struct delivery_seal_args){
            .id = making->delivery.id,
            .organisation_id = work->organisation_id,
            .state = "ready",
            .row_count = (int64_t)making->rows.count,
            .manifest_hash = making->manifest_hash,
            .signature = making->signature,
            .signer_key = signing_public_hex(work->arena, &work->installation->signing),
        },
        &affected);
}

/* Truth follows the last acceptance within moments: wait for it rather than leave rows out. After
 * some moments the runner is given back, as it may be the one that truth waits for. */
static enum err read_rows(struct work *work, struct delivery_rows *rows)
{
    enum { TRIES = 8 };
    const struct timespec pause = {.tv_nsec = 250 * 1000 * 1000};

    for (int i = 0; i < TRIES; i++) {
        TRY(store_read(work, delivery_read_rows, rows));
        if (rows->waiting == 0) {
            return OK;
        }
        (void)nanosleep(&pause, NULL);
    }
    return work_fail(work, ERR_UNAVAILABLE,
                     "%zu rows wait for the truth of their task to be computed", rows->waiting);
}

static enum err make(struct making *making)
{
    struct work *work = making->run->work;

    making->rows = (struct delivery_rows){
        .campaign = &making->campaign,
        .type = making->type,
        .delivery_id = making->delivery.id,
        .guideline_number = making->guideline.guideline_number,
    };
    TRY(read_rows(work, &making->rows));
    if (making->rows.count == 0) {
        return work_fail(work, ERR_CONFLICT,
                         "there is no row to deliver yet: no task has as many accepted answers as "
                         "the campaign wants");
    }
    TRY(build(making));
    TRY(store_files(making));
    return store_write(work, seal, making);
}

static enum err run_delivery(struct job_run *run)
{
    struct making *making = arena_new_of(run->work->arena, struct making);

    making->run = run;
    TRY(store_read(run->work, load, making));
    if (strcmp(making->delivery.state, "making") != 0) {
        return OK; /* sealed by an earlier run */
    }
    return make(making);
}

static enum err fail_delivery(struct work *work, void *context)
{
    const struct making *making = context;
    int64_t affected;

    return delivery_seal(work,
                         &(struct delivery_seal_args){
                             .id = making->delivery.id,
                             .organisation_id = work->organisation_id,
                             .state = "failed",
                             .row_count = 0,
                             .message = making->why,
                         },
                         &affected);
}

static enum err give_up(struct job_run *run)
{
    struct work *work = run->work;
    struct making *making = arena_new_of(work->arena, struct making);

    making->run = run;
    making->why = work->fault.text[0] == '\0' ? "it was cancelled"
                                              : arena_print(work->arena, "%s", work->fault.text);
    TRY(store_read(work, load, making));
    return store_write(work, fail_delivery, making);
}

const struct job_kind delivery_job = {
    .name = DELIVERY_JOB, .run = run_delivery, .attempt_max = 10, .give_up = give_up};
