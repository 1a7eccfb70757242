#include "app/taxonomy.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/serve.h"
#include "app/settings.h"
#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "job/job.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { SHOWN_MAX = 50 };

struct taxonomy_command {
    const char *onet;
    const char *esco;
    const char *own;
    const char *mode;
    const char *on_error;
    const char *data;
    const char *store;
    const char *config;
};
static const struct taxonomy_command defaults = {.mode = "replace", .on_error = "rollback"};
static const struct field fields[] = {
    TEXT(taxonomy_command, onet, .optional = true, .doc = "Folder of O*NET's text files"),
    TEXT(taxonomy_command, esco, .optional = true,
         .doc = "Folder of ESCO's CSV files: occupations_en.csv, skills_en.csv"),
    TEXT(taxonomy_command, own, .optional = true,
         .doc = "CSV file of one's own: kind, code, label, others (| between)"),
    TEXT(taxonomy_command, mode, .optional = true, .choices = "replace|add",
         .doc = "Take the place of what was imported from the source before, or add to it"),
    TEXT(taxonomy_command, on_error, .optional = true, .choices = "rollback|keep",
         .doc = "When rows are bad: change nothing, or take the good ones"),
    TEXT(taxonomy_command, data, .optional = true, .doc = "Folder of the server's data"),
    TEXT(taxonomy_command, store, .optional = true, .doc = "The store, unless it is in the folder"),
    TEXT(taxonomy_command, config, .optional = true, .doc = "The server's file of settings"),
};
static const struct shape shape =
    SHAPE(taxonomy_command, fields, "Options of taxonomy import", .defaults = &defaults);

/* Read before the store is opened, so that a bad file leaves it alone. */
static enum err read_list(struct invocation *call, const char **source, struct taxonomy_file *file)
{
    const struct taxonomy_command *options = call->options;
    const char *const paths[] = {options->onet, options->esco, options->own};
    static const char *const SOURCES[] = {"onet", "esco", "own"};
    struct taxonomy_parts parts;
    size_t named = COUNT(paths);

    for (size_t i = 0; i < COUNT(paths); i++) {
        if (paths[i] != NULL) {
            if (named != COUNT(paths)) {
                named = COUNT(paths);
                break;
            }
            named = i;
        }
    }
    if (named == COUNT(paths)) {
        return fail(call->fault, ERR_INVALID,
                    "name one list: --onet DIR, --esco DIR or --own FILE");
    }
    *source = SOURCES[named];
    TRY(taxonomy_parts_of_path(call->arena, *source, paths[named], &parts, call->fault));
    return taxonomy_read(call->arena, *source, &parts, file, call->fault);
}

/* Bad rows, on the error output; as many as a person reads. */
static enum err refuse_bad(struct invocation *call, const struct taxonomy_file *file)
{
    const struct taxonomy_command *options = call->options;

    for (int64_t i = 0; i < file->bad_count && i < SHOWN_MAX; i++) {
        const struct taxonomy_bad *bad = &file->bad[i];

        fprintf(stderr, "%s:%" PRId64 ": %s%s%s\n", bad->file, bad->line, bad->field,
                bad->field[0] == '\0' ? "" : ": ", bad->message);
    }
    if (file->bad_count == 0 || strcmp(options->on_error, "keep") == 0) {
        return OK;
    }
    return fail(call->fault, ERR_INVALID,
                "nothing was imported, because %" PRId64
                " rows are bad; mend them, or take the good ones with --on-error keep",
                file->bad_count);
}

static enum err run_import(struct invocation *call)
{
    const struct taxonomy_command *options = call->options;
    struct settings given = *(const struct settings *)settings_shape.defaults;
    struct invocation opening = *call;
    struct settings settings;
    struct store *store = NULL;
    struct taxonomy_file file;
    struct taxonomy_change change = {.file = &file, .adds = strcmp(options->mode, "add") == 0};
    size_t titles = 0;

    TRY(read_list(call, &change.source, &file));
    TRY(refuse_bad(call, &file));
    given.data = options->data != NULL ? options->data : given.data;
    given.store = options->store;
    given.config = options->config;
    opening.options = &given;
    TRY(serve_open_store(&opening, &settings, &store));
    struct work work = {.arena = call->arena, .store = store, .now_us = clock_now_us()};
    struct job_run run = {.work = &work};

    change.id = work_new_id(&work, "imp");
    enum err err = taxonomy_change(&run, &change, NULL, NULL);

    store_close(store);
    if (err != OK) {
        *call->fault = work.fault;
        return err;
    }
    for (size_t i = 0; i < file.count; i++) {
        titles += 1 + file.entries[i].other_count;
    }
    fprintf(call->out, "%s has taken in %zu entries of %s with %zu titles.\n", settings.store,
            file.count, change.source, titles);
    return OK;
}

static const struct command commands[] = {
    {.name = "taxonomy import",
     .words = "",
     .run = run_import,
     .options = &shape,
     .summary = "Import a public list of occupations and skills",
     .details =
         "Whole or not at all. On SQLite the server must be stopped; `periti taxonomy upload`\n"
         "hands a list to a server that runs. People who confirm a profile are shown the five\n"
         "nearest entries and pick.\n"
         "O*NET is published under CC BY 4.0, ESCO for free use; name the source where you\n"
         "show their titles.",
     .examples = "  periti taxonomy import --onet db_27_0_text --data /var/lib/periti\n"
                 "  periti taxonomy import --esco ESCO_dataset_csv\n"
                 "  periti taxonomy import --own our-skills.csv"},
};

const struct command_group taxonomy_group = {
    .name = "Server", .commands = commands, .command_count = COUNT(commands)};
