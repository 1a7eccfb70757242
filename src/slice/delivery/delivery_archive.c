#include "slice/delivery/delivery_archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "slice/delivery/delivery_sql.h"
#include "slice/installation.h"
#include "store/store.h"
#include "store/work.h"

struct packing {
    const char *delivery_id;
    struct delivery_row delivery;
    struct delivery_file_row *files;
    size_t file_count;
    struct archive *archive;
    const char *path; /* of the file that is being read */
    int64_t number;   /* of its next chunk */
    struct text chunk;
};

static enum err load(struct work *work, void *context)
{
    struct packing *packing = context;

    TRY(delivery_by_id(work,
                       &(struct delivery_by_id_args){.id = packing->delivery_id,
                                                     .organisation_id = work->organisation_id},
                       &packing->delivery));
    return delivery_files(work,
                          &(struct delivery_files_args){.delivery_id = packing->delivery_id,
                                                        .organisation_id = work->organisation_id},
                          &packing->files, &packing->file_count);
}

static enum err load_chunk(struct work *work, void *context)
{
    struct packing *packing = context;
    struct delivery_chunk_find_row row;

    TRY(delivery_chunk_find(work,
                            &(struct delivery_chunk_find_args){
                                .delivery_id = packing->delivery_id,
                                .organisation_id = work->organisation_id,
                                .path = packing->path,
                                .number = packing->number,
                            },
                            &row));
    packing->chunk = row.content;
    return OK;
}

static enum err cannot(struct work *work, struct archive *archive)
{
    const char *why = archive_error_string(archive);

    return work_fail(work, ERR_UNAVAILABLE, "cannot write the archive: %s",
                     why == NULL ? "unknown" : why);
}

static enum err begin_entry(struct work *work, const struct packing *packing,
                            const struct delivery_file_row *file)
{
    struct archive_entry *entry = archive_entry_new();
    const char *path = arena_print(work->arena, "%s/%s", packing->delivery_id, file->path);

    archive_entry_set_pathname(entry, path);
    archive_entry_set_size(entry, file->size_bytes);
    archive_entry_set_filetype(entry, AE_IFREG);
    archive_entry_set_perm(entry, 0644);
    archive_entry_set_mtime(entry, (time_t)(packing->delivery.created_at / 1000000), 0);
    int failed = archive_write_header(packing->archive, entry);

    archive_entry_free(entry);
    return failed == ARCHIVE_OK ? OK : cannot(work, packing->archive);
}

static enum err pack_file(struct work *work, struct packing *packing,
                          const struct delivery_file_row *file)
{
    int64_t left = file->size_bytes;

    packing->path = file->path;
    packing->number = 0;
    TRY(begin_entry(work, packing, file));
    while (left > 0) {
        struct arena_mark mark = arena_mark(work->arena);

        TRY(store_read(work, load_chunk, packing));
        if (archive_write_data(packing->archive, packing->chunk.at, packing->chunk.size) !=
            (la_ssize_t)packing->chunk.size) {
            return cannot(work, packing->archive);
        }
        left -= (int64_t)packing->chunk.size;
        packing->number++;
        arena_undo(work->arena, mark);
    }
    return OK;
}

static enum err pack(struct work *work, struct packing *packing, const char *path)
{
    if (archive_write_set_format_pax_restricted(packing->archive) != ARCHIVE_OK ||
        archive_write_open_filename(packing->archive, path) != ARCHIVE_OK) {
        return cannot(work, packing->archive);
    }
    for (size_t i = 0; i < packing->file_count; i++) {
        TRY(pack_file(work, packing, &packing->files[i]));
    }
    return archive_write_close(packing->archive) == ARCHIVE_OK ? OK
                                                               : cannot(work, packing->archive);
}

enum err delivery_archive(struct work *work, const char *delivery_id, const char **path,
                          const char **version)
{
    struct packing packing = {.delivery_id = delivery_id};
    const char *done =
        arena_print(work->arena, "%s/%s.tar", work->installation->spool, delivery_id);
    const char *beside = arena_print(work->arena, "%s.%s", done, work_new_id(work, "new"));

    *path = done;
    TRY(store_read(work, load, &packing));
    if (strcmp(packing.delivery.state, "ready") != 0) {
        return work_fail(work, ERR_CONFLICT, "the delivery is %s", packing.delivery.state);
    }
    *version = packing.delivery.manifest_hash;
    if (access(done, R_OK) == 0) {
        return OK;
    }
    packing.archive = archive_write_new();
    enum err err = pack(work, &packing, beside);

    (void)archive_write_free(packing.archive);
    if (err == OK && rename(beside, done) != 0) {
        err = work_fail(work, ERR_UNAVAILABLE, "cannot keep the archive: %s", strerror(errno));
    }
    if (err != OK) {
        (void)unlink(beside);
    }
    return err;
}
