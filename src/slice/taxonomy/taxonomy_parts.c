#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fault.h"
#include "document/zip.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "sys/file.h"

enum { UNPACKED_MAX = 512 << 20 };

/* Files that a folder is looked through for. */
static const char *const NAMES[] = {
    "Occupation Data.txt", "Alternate Titles.txt",  "Skills.txt",         "Knowledge.txt",
    "Abilities.txt",       "Technology Skills.txt", "occupations_en.csv", "skills_en.csv"};

static const char *last_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? path : slash + 1;
}

enum err taxonomy_parts_of_path(struct arena *arena, const char *source, const char *path,
                                struct taxonomy_parts *out, struct fault *fault)
{
    struct taxonomy_part *parts = arena_array(arena, struct taxonomy_part, COUNT(NAMES));
    size_t count = 0;

    if (strcmp(source, "own") == 0) {
        parts[0].name = last_name(path);
        *out = (struct taxonomy_parts){.at = parts, .count = 1};
        return file_read(arena, path, UNPACKED_MAX, &parts[0].content, fault);
    }
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const char *file = arena_print(arena, "%s/%s", path, NAMES[i]);

        if (taxonomy_reads(source, NAMES[i]) && access(file, F_OK) == 0) {
            parts[count].name = NAMES[i];
            TRY(file_read(arena, file, UNPACKED_MAX, &parts[count++].content, fault));
        }
    }
    *out = (struct taxonomy_parts){.at = parts, .count = count};
    return OK;
}

/* Archives often hold one folder with the files in it. */
static bool is_wanted(const void *context, const char *name)
{
    size_t size = strlen(name);

    return size > 0 && name[size - 1] != '/' && taxonomy_reads(context, last_name(name));
}

enum err taxonomy_parts_of_upload(struct arena *arena, const char *source, const char *name,
                                  struct text content, struct taxonomy_parts *out,
                                  struct fault *fault)
{
    struct zip_wish wish = {.wants = is_wanted, .context = source, .size_max = UNPACKED_MAX};
    struct zip_file *files = &(struct zip_file){.name = name, .content = content};
    size_t count = taxonomy_reads(source, last_name(name));

    if (zip_is(content)) {
        TRY(zip_read(arena, content, &wish, &files, &count, fault));
    }
    struct taxonomy_part *parts = arena_array(arena, struct taxonomy_part, count);

    for (size_t i = 0; i < count; i++) {
        parts[i] =
            (struct taxonomy_part){.name = last_name(files[i].name), .content = files[i].content};
    }
    *out = (struct taxonomy_parts){.at = parts, .count = count};
    return OK;
}
