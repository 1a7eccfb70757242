#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/fault.h"
#include "model/model.h"
#include "sys/file.h"

enum { KEPT_MAX = 16 * 1024 * 1024, KEPT_MODE = 0600, FOLDER_MODE = 0700 };

struct folder {
    const char *path;
};

static const char *path_of(struct arena *arena, const struct folder *folder, const char *hash)
{
    return arena_print(arena, "%s/%s.json", folder->path, hash);
}

static bool find(void *context, struct arena *arena, const char *hash, struct text *out)
{
    const char *path = path_of(arena, context, hash);
    struct fault ignored;
    struct stat status;

    return stat(path, &status) == 0 && file_read(arena, path, KEPT_MAX, out, &ignored) == OK;
}

/* An answer that cannot be kept is asked for again next time: no reason to fail. */
static void keep(void *context, const char *hash, struct text answer,
                 const struct model_reply *reply)
{
    ARENA_SCOPE arena = arena_new();
    struct fault ignored;

    if (reply->end != MODEL_ANSWERED) {
        return;
    }
    (void)file_write(path_of(arena, context, hash), answer, KEPT_MODE, &ignored);
}

enum err model_cache_open(struct arena *arena, const char *folder, struct model_cache *out,
                          struct fault *fault)
{
    struct folder *opened = arena_new_of(arena, struct folder);
    struct stat status;

    if (mkdir(folder, FOLDER_MODE) != 0 && errno != EEXIST) {
        return fail_field(fault, ERR_INVALID, "cache", "the folder %s cannot be made: %s", folder,
                          strerror(errno));
    }
    if (stat(folder, &status) != 0 || !S_ISDIR(status.st_mode)) {
        return fail_field(fault, ERR_INVALID, "cache", "%s is no folder", folder);
    }
    opened->path = arena_copy(arena, folder, strlen(folder));
    *out = (struct model_cache){.context = opened, .find = find, .keep = keep};
    return OK;
}
