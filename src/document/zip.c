#include "document/zip.h"

#include <archive.h>
#include <archive_entry.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "document/document.h"

enum { BLOCK = 64 * 1024, MIB = 1024 * 1024 };

static const char DAMAGED[] = "the archive is damaged or encrypted";

bool zip_is(struct text bytes)
{
    return bytes.size >= 4 && memcmp(bytes.at, "PK\003\004", 4) == 0;
}

/* The file's bytes; *left is what may still be unpacked, zero when that was not enough. */
static enum err unpack(struct arena *arena, struct archive *archive, size_t *left, struct text *out,
                       struct fault *fault)
{
    struct buffer buffer = buffer_new(arena);
    char *block = arena_array(arena, char, BLOCK);
    la_ssize_t got;

    while ((got = archive_read_data(archive, block, BLOCK)) > 0) {
        if ((size_t)got >= *left) {
            *left = 0;
            return OK;
        }
        *left -= (size_t)got;
        buffer_put(&buffer, block, (size_t)got);
    }
    *out = buffer_view(&buffer);
    return got < 0 ? fail(fault, ERR_INVALID, "%s", DAMAGED) : OK;
}

static enum err read_files(struct arena *arena, struct archive *archive,
                           const struct zip_wish *wish, struct zip_file *files, size_t *count,
                           struct fault *fault)
{
    struct archive_entry *entry;
    size_t left = wish->size_max;
    int entries = 0;
    int got;

    *count = 0;
    while ((got = archive_read_next_header(archive, &entry)) == ARCHIVE_OK) {
        const char *name = archive_entry_pathname(entry);

        if (entries++ == DOCUMENT_ENTRY_MAX) {
            return fail(fault, ERR_INVALID, "the archive has more than %d entries",
                        DOCUMENT_ENTRY_MAX);
        }
        if (name == NULL || *count == ZIP_FILE_MAX || !wish->wants(wish->context, name)) {
            continue;
        }
        files[*count].name = arena_copy(arena, name, strlen(name));
        TRY(unpack(arena, archive, &left, &files[*count].content, fault));
        if (left == 0) {
            return fail(fault, ERR_INVALID, "the archive unpacks to more than %zu MiB",
                        wish->size_max / MIB);
        }
        ++*count;
    }
    return got == ARCHIVE_EOF ? OK : fail(fault, ERR_INVALID, "%s", DAMAGED);
}

enum err zip_read(struct arena *arena, struct text bytes, const struct zip_wish *wish,
                  struct zip_file **out, size_t *count, struct fault *fault)
{
    struct archive *archive = archive_read_new();
    struct zip_file *files = arena_array(arena, struct zip_file, ZIP_FILE_MAX);
    enum err err = OK;

    (void)archive_read_support_format_zip(archive);
    if (archive_read_open_memory(archive, bytes.at, bytes.size) != ARCHIVE_OK) {
        err = fail(fault, ERR_INVALID, "%s", DAMAGED);
    }
    if (err == OK) {
        err = read_files(arena, archive, wish, files, count, fault);
    }
    (void)archive_read_free(archive);
    *out = files;
    return err;
}
