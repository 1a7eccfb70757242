#include "slice/reward/program.h"

#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"

enum { FILES_MAX = 1000, INPUT_MAX = 256 << 20, WORDS_MAX = 64 };

/*
 * Standard input carries the files one after the other, then what the program itself reads; head
 * takes exactly what it is told to from a file that can be read anew.
 */
#define LAY_OUT                                                                                    \
    "n=$1; shift\n"                                                                                \
    "while [ \"$n\" -gt 0 ]; do\n"                                                                 \
    "  case $3 in */*) mkdir -p \"${3%/*}\" || exit 125;; esac\n"                                  \
    "  head -c \"$1\" > \"$3\" && chmod \"$2\" \"$3\" || exit 125\n"                               \
    "  shift 3; n=$((n-1))\n"                                                                      \
    "done\n"

static const char RUN[] = LAY_OUT "exec \"$@\"\n";

/* The file that is kept is shown last; the program's own output goes to standard error. */
static const char RUN_AND_KEEP[] =
    LAY_OUT "keep=$1; shift\n"
            "\"$@\" 1>&2\n"
            "code=$?\n"
            "for file in $keep; do\n"
            "  if [ -f \"$file\" ] && [ ! -L \"$file\" ]; then cat \"$file\"; break; fi\n"
            "done\n"
            "exit \"$code\"\n";

/* How a language is run. The source is in `main`; its words follow the shell's own. */
struct language {
    const char *name;
    const char *needs;
    const char *file;
    const char *const *command;
};

static const char *const PYTHON[] = {"/usr/bin/python3", "-B", "main.py", NULL};
static const char *const BASH[] = {"/bin/bash", "main.sh", NULL};
static const char *const PERL[] = {"/usr/bin/perl", "main.pl", NULL};
static const char *const NODE[] = {"/usr/bin/node", "main.js", NULL};
static const char *const C[] = {"/bin/sh", "-c",
                                "/usr/bin/cc -O1 -o main main.c -lm && exec ./main", NULL};
static const char *const CPP[] = {"/bin/sh", "-c",
                                  "/usr/bin/c++ -O1 -o main main.cpp && exec ./main", NULL};

static const struct language LANGUAGES[] = {
    {"python", "/usr/bin/python3", "main.py", PYTHON},
    {"bash", "/bin/bash", "main.sh", BASH},
    {"perl", "/usr/bin/perl", "main.pl", PERL},
    {"nodejs", "/usr/bin/node", "main.js", NODE},
    {"c", "/usr/bin/cc", "main.c", C},
    {"cpp", "/usr/bin/c++", "main.cpp", CPP},
};

static const struct language *find_language(const char *name)
{
    for (size_t i = 0; i < COUNT(LANGUAGES); i++) {
        if (strcmp(LANGUAGES[i].name, name) == 0) {
            return &LANGUAGES[i];
        }
    }
    return NULL;
}

bool program_language_is_there(const char *name)
{
    const struct language *language = find_language(name);

    return language != NULL && access(language->needs, X_OK) == 0;
}

bool program_path_is_plain(const char *path)
{
    for (const char *at = path;; at++) {
        size_t size = strcspn(at, "/");

        if (size == 0 || at[0] == '-' || (size == 1 && at[0] == '.') ||
            (size == 2 && memcmp(at, "..", 2) == 0)) {
            return false;
        }
        at += size;
        if (*at == '\0') {
            return true;
        }
    }
}

/* The words of the shell, and the input that feeds it. */
struct parcel {
    struct arena *arena;
    const char **words;
    size_t count;
    struct buffer input;
};

static enum err add_file(struct parcel *parcel, const struct program_file *file,
                         struct fault *fault)
{
    if (!program_path_is_plain(file->path)) {
        return fail_field(fault, ERR_INVALID, "files",
                          "\"%.100s\" is no path below the folder of the job", file->path);
    }
    if (file->content.size > INPUT_MAX - parcel->input.size) {
        return fail_field(fault, ERR_INVALID, "files", "the files hold more than %d bytes",
                          INPUT_MAX);
    }
    parcel->words[parcel->count++] = arena_print(parcel->arena, "%zu", file->content.size);
    parcel->words[parcel->count++] = arena_print(parcel->arena, "%o", (unsigned)file->mode & 0777U);
    parcel->words[parcel->count++] = file->path;
    buffer_text(&parcel->input, file->content);
    return OK;
}

static enum err pack(struct parcel *parcel, const struct program *program, struct fault *fault)
{
    const struct language *language =
        program->language == NULL ? NULL : find_language(program->language);
    const char *const *command = language != NULL ? language->command : program->command;
    size_t files = program->file_count + (language != NULL);

    if (program->language != NULL && (language == NULL || access(language->needs, X_OK) != 0)) {
        return fail_field(fault, ERR_INVALID, "language", "this machine does not run %.40s",
                          program->language);
    }
    if (files > FILES_MAX) {
        return fail_field(fault, ERR_INVALID, "files", "%zu files; the most is %d", files,
                          FILES_MAX);
    }
    parcel->words = arena_array(parcel->arena, const char *, 8 + 3 * files + WORDS_MAX);
    parcel->words[parcel->count++] = "/bin/sh";
    parcel->words[parcel->count++] = "-c";
    parcel->words[parcel->count++] = program->keep != NULL ? RUN_AND_KEEP : RUN;
    parcel->words[parcel->count++] = "sh";
    parcel->words[parcel->count++] = arena_print(parcel->arena, "%zu", files);
    for (size_t i = 0; i < program->file_count; i++) {
        TRY(add_file(parcel, &program->files[i], fault));
    }
    if (language != NULL) {
        struct program_file main = {
            .path = language->file, .content = program->source, .mode = 0644};

        TRY(add_file(parcel, &main, fault));
    }
    if (program->keep != NULL) {
        parcel->words[parcel->count++] = program->keep;
    }
    for (size_t i = 0; i < WORDS_MAX && command[i] != NULL; i++) {
        parcel->words[parcel->count++] = command[i];
    }
    buffer_text(&parcel->input, program->input);
    return OK;
}

enum err program_run(struct sandbox *sandbox, const struct program *program, struct arena *arena,
                     struct sandbox_outcome *out, struct fault *fault)
{
    static const char *const ENVIRONMENT[] = {
        "PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LANG=C.UTF-8", "TZ=UTC",
        "PYTHONDONTWRITEBYTECODE=1",         NULL};
    struct parcel parcel = {.arena = arena, .input = buffer_new(arena)};

    TRY(pack(&parcel, program, fault));
    struct sandbox_job job = {.arguments = parcel.words,
                              .environment = ENVIRONMENT,
                              .input = buffer_view(&parcel.input),
                              .limits = program->limits,
                              .cancel = program->cancel};

    return sandbox_run(sandbox, &job, arena, out, fault);
}
