#include "remote/fetch.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "remote/ask.h"
#include "remote/client.h"

enum { ENTRIES_MAX = 10'000, PATH_SIZE_MAX = 512, OPEN_MAX = 16, BLOCK_SIZE = 65'536 };

static const struct field fetch_fields[] = {
    TEXT(remote_options, server, .optional = true,
         .doc = "Address; else PERITI_SERVER, else http://127.0.0.1:8080"),
    TEXT(remote_options, key_file, .optional = true,
         .doc = "File with an API key; else PERITI_KEY_FILE, else PERITI_KEY"),
};
static const struct shape fetch_shape =
    SHAPE(remote_options, fetch_fields, "Where to fetch a delivery from");

struct unpacking {
    struct invocation *call;
    const char *id;     /* of the delivery: the one folder of the archive */
    const char *folder; /* where its files are written */
    struct archive *archive;
};

/* ------------------------------------------------------------------ unpacking */

/* Every step of the path is a name: not empty, not ".", not "..". */
static bool is_plain(const char *path)
{
    for (const char *at = path;; at++) {
        size_t size = strcspn(at, "/");

        if (size == 0 || (size == 1 && at[0] == '.') || (size == 2 && memcmp(at, "..", 2) == 0)) {
            return false;
        }
        at += size;
        if (*at == '\0') {
            return true;
        }
    }
}

static enum err place_of(struct unpacking *unpacking, struct archive_entry *entry, const char **out)
{
    const char *path = archive_entry_pathname(entry);
    size_t size = strlen(unpacking->id);
    struct fault *fault = unpacking->call->fault;

    if (path == NULL || strlen(path) > PATH_SIZE_MAX || !is_plain(path) ||
        strncmp(path, unpacking->id, size) != 0 || path[size] != '/') {
        return fail(fault, ERR_CONFLICT, "the archive holds \"%.100s\", which is not below %s",
                    path == NULL ? "" : path, unpacking->id);
    }
    if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) != NULL ||
        archive_entry_symlink(entry) != NULL) {
        return fail(fault, ERR_CONFLICT, "the archive holds \"%.100s\", which is no plain file",
                    path);
    }
    *out = arena_print(unpacking->call->arena, "%s%s", unpacking->folder, path + size);
    return OK;
}

static enum err cannot_write(struct unpacking *unpacking, const char *path)
{
    return fail(unpacking->call->fault, ERR_UNAVAILABLE, "%s cannot be written: %s", path,
                strerror(errno));
}

static enum err make_folders(struct unpacking *unpacking, const char *path)
{
    for (const char *at = strchr(path + strlen(unpacking->folder) + 1, '/'); at != NULL;
         at = strchr(at + 1, '/')) {
        const char *folder = arena_copy(unpacking->call->arena, path, (size_t)(at - path));

        if (mkdir(folder, 0755) != 0 && errno != EEXIST) {
            return cannot_write(unpacking, folder);
        }
    }
    return OK;
}

static enum err copy_content(struct unpacking *unpacking, int file, const char *path)
{
    char block[BLOCK_SIZE];

    for (;;) {
        la_ssize_t size = archive_read_data(unpacking->archive, block, sizeof(block));

        if (size < 0) {
            return fail(unpacking->call->fault, ERR_CONFLICT, "the archive is damaged: %s",
                        archive_error_string(unpacking->archive));
        }
        if (size == 0) {
            return OK;
        }
        for (la_ssize_t done = 0; done < size;) {
            ssize_t step = write(file, block + done, (size_t)(size - done));

            if (step <= 0) {
                return cannot_write(unpacking, path);
            }
            done += step;
        }
    }
}

static enum err unpack_entry(struct unpacking *unpacking, struct archive_entry *entry)
{
    const char *path = NULL;

    TRY(place_of(unpacking, entry, &path));
    TRY(make_folders(unpacking, path));
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0644);

    if (file < 0) {
        return cannot_write(unpacking, path);
    }
    enum err err = copy_content(unpacking, file, path);

    if (close(file) != 0 && err == OK) {
        err = cannot_write(unpacking, path);
    }
    return err;
}

static enum err unpack_entries(struct unpacking *unpacking)
{
    struct fault *fault = unpacking->call->fault;

    for (size_t i = 0; i < ENTRIES_MAX; i++) {
        struct archive_entry *entry;
        int found = archive_read_next_header(unpacking->archive, &entry);

        if (found == ARCHIVE_EOF) {
            return i > 0 ? OK : fail(fault, ERR_CONFLICT, "the archive is empty");
        }
        if (found != ARCHIVE_OK) {
            return fail(fault, ERR_CONFLICT, "the archive is damaged: %s",
                        archive_error_string(unpacking->archive));
        }
        TRY(unpack_entry(unpacking, entry));
    }
    return fail(fault, ERR_LIMIT, "the archive holds more than %d files", ENTRIES_MAX);
}

static enum err unpack(struct unpacking *unpacking, const char *path)
{
    unpacking->archive = archive_read_new();
    if (unpacking->archive == NULL) {
        return fail(unpacking->call->fault, ERR_INTERNAL, "libarchive cannot be started");
    }
    enum err err = OK;

    if (archive_read_support_format_tar(unpacking->archive) != ARCHIVE_OK ||
        archive_read_open_filename(unpacking->archive, path, BLOCK_SIZE) != ARCHIVE_OK) {
        err = fail(unpacking->call->fault, ERR_CONFLICT, "the download is no archive: %s",
                   archive_error_string(unpacking->archive));
    }
    if (err == OK) {
        err = unpack_entries(unpacking);
    }
    (void)archive_read_free(unpacking->archive);
    return err;
}

/* ------------------------------------------------------------------ the command */

static int remove_one(const char *path, const struct stat *, int, struct FTW *)
{
    return remove(path);
}

static enum err download(struct invocation *call, const char *id, const char *path)
{
    struct remote_server server;
    struct buffer target = buffer_new(call->arena);
    struct remote_answer answer = {0};
    struct json *link;

    TRY(remote_find_server(call, &server));
    buffer_string(&target, "/v1/deliveries/");
    remote_escape(&target, id);
    buffer_string(&target, "/links");
    TRY(remote_expect(
        call, &server,
        &(struct remote_request){
            .method = "POST", .target = target.at, .body = text_of("{\"hours\":1}"), .once = true},
        &answer));
    TRY(json_parse(call->arena, buffer_view(&answer.body), &link, call->fault));
    const char *where = json_text_of(link, "path");

    if (where == NULL || where[0] != '/') {
        return fail(call->fault, ERR_INTERNAL, "the server gave no link");
    }
    return remote_expect(
        call, &server,
        &(struct remote_request){.method = "GET", .target = where, .save_path = path}, &answer);
}

/* Both are made beside the goal, so that the last step is one rename. */
static enum err fetch(struct invocation *call, const char *goal, const char *beside)
{
    const char *id = call->words[0];
    const char *archive = arena_print(call->arena, "%s/delivery.tar", beside);
    const char *folder = arena_print(call->arena, "%s/%s", beside, id);

    TRY(download(call, id, archive));
    if (mkdir(folder, 0755) != 0) {
        return fail(call->fault, ERR_UNAVAILABLE, "%s cannot be made: %s", folder, strerror(errno));
    }
    TRY(unpack(&(struct unpacking){.call = call, .id = id, .folder = folder}, archive));
    if (rename(folder, goal) != 0) {
        return fail(call->fault, ERR_UNAVAILABLE, "%s cannot be made: %s", goal, strerror(errno));
    }
    return OK;
}

static enum err run_fetch(struct invocation *call)
{
    const char *id = call->words[0];
    const char *goal = arena_print(call->arena, "%s/%s", call->words[1], id);
    char *beside = arena_print(call->arena, "%s/.fetch-XXXXXX", call->words[1]);
    struct stat info;

    if (!is_plain(id) || strchr(id, '/') != NULL) {
        return fail(call->fault, ERR_INVALID, "\"%.60s\" is no identifier of a delivery", id);
    }
    if (mkdir(call->words[1], 0755) != 0 && errno != EEXIST) {
        return fail(call->fault, ERR_INVALID, "the folder %s cannot be made: %s", call->words[1],
                    strerror(errno));
    }
    if (lstat(goal, &info) == 0) {
        return fail(call->fault, ERR_INVALID,
                    "%s is there already; remove it, or fetch to another folder", goal);
    }
    if (mkdtemp(beside) == NULL) {
        return fail(call->fault, ERR_INVALID, "nothing can be written in %s: %s", call->words[1],
                    strerror(errno));
    }
    enum err err = fetch(call, goal, beside);

    (void)nftw(beside, remove_one, OPEN_MAX, FTW_DEPTH | FTW_PHYS);
    TRY(err);
    fprintf(call->out, "%s is fetched. Prove it with: periti delivery verify %s\n", id, goal);
    return OK;
}

const struct command remote_fetch = {
    .name = "delivery fetch",
    .words = "DELIVERY_ID DIR",
    .run = run_fetch,
    .options = &fetch_shape,
    .summary = "Download a delivery and unpack it to DIR/DELIVERY_ID",
    .details = "Asks a running server. Makes a link that holds for an hour. Nothing that is there "
               "already is overwritten.",
    .examples = "  periti delivery fetch dlv_01K9ZP5W8Q4M2R6T0V3X7Y1A2B deliveries",
};
