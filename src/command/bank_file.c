#include "command/bank_file.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sys/embedded.h"
#include "sys/file.h"

static const size_t FILE_SIZE_MAX = (size_t)16 << 20;

/* A fault of a file names it. */
static enum err read_one(struct arena *arena, const char *path, struct item_bank *bank,
                         struct fault *fault)
{
    struct text content;

    TRY(file_read(arena, path, FILE_SIZE_MAX, &content, fault));
    if (text_check(content) != content.size) {
        return fail(fault, ERR_INVALID, "%s is no UTF-8 text", path);
    }
    enum err err = item_bank_read(arena, content, bank, fault);

    if (err != OK) {
        char text[sizeof(fault->text)];

        (void)snprintf(text, sizeof(text), "%s", fault->text);
        (void)snprintf(fault->text, sizeof(fault->text), "%.160s: %.340s", path, text);
    }
    return err;
}

static int by_name(const struct dirent **left, const struct dirent **right)
{
    return strcmp((*left)->d_name, (*right)->d_name);
}

static int is_json(const struct dirent *entry)
{
    size_t size = strlen(entry->d_name);

    return size > 5 && strcmp(entry->d_name + size - 5, ".json") == 0;
}

static enum err read_folder(struct arena *arena, const char *path, struct item_bank *bank,
                            struct fault *fault)
{
    struct dirent **entries;
    int count = scandir(path, &entries, is_json, by_name);
    enum err err = OK;

    if (count <= 0) {
        return fail(fault, ERR_INVALID, "%s holds no JSON files", path);
    }
    for (int i = 0; i < count; i++) {
        if (err == OK) {
            err =
                read_one(arena, arena_print(arena, "%s/%s", path, entries[i]->d_name), bank, fault);
        }
        free(entries[i]);
    }
    free(entries);
    return err;
}

static enum err read_seed(struct arena *arena, struct item_bank *bank, struct fault *fault)
{
    for (size_t i = 0; i < embedded_bank_count; i++) {
        TRY(item_bank_read(arena, text_of(embedded_bank[i].text), bank, fault));
    }
    return OK;
}

enum err bank_file_read(struct arena *arena, const char *const *paths, size_t count,
                        struct item_bank *out, struct fault *fault)
{
    struct item_bank bank = {0};

    for (size_t i = 0; i < count; i++) {
        struct stat about;
        bool folder = stat(paths[i], &about) == 0 && S_ISDIR(about.st_mode);

        TRY(folder ? read_folder(arena, paths[i], &bank, fault)
                   : read_one(arena, paths[i], &bank, fault));
    }
    if (count == 0) {
        TRY(read_seed(arena, &bank, fault));
    }
    *out = bank;
    return OK;
}
