#include "app/taxonomy.h"

#include "app/serve.h"
#include "app/settings.h"
#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

struct taxonomy_command {
    const char *onet;
    const char *esco;
    const char *own;
    const char *data;
    const char *store;
    const char *config;
};
static const struct field fields[] = {
    TEXT(taxonomy_command, onet, .optional = true, .doc = "Folder of O*NET's text files"),
    TEXT(taxonomy_command, esco, .optional = true,
         .doc = "Folder of ESCO's CSV files: occupations_en.csv, skills_en.csv"),
    TEXT(taxonomy_command, own, .optional = true,
         .doc = "CSV file of one's own: kind, code, label, others (| between)"),
    TEXT(taxonomy_command, data, .optional = true, .doc = "Folder of the server's data"),
    TEXT(taxonomy_command, store, .optional = true, .doc = "The store, unless it is in the folder"),
    TEXT(taxonomy_command, config, .optional = true, .doc = "The server's file of settings"),
};
static const struct shape shape = SHAPE(taxonomy_command, fields, "Options of taxonomy import");

/* Read before the store is opened, so that a bad file leaves it alone. */
static enum err read_list(struct invocation *call, const char **source, struct taxonomy_file *file)
{
    const struct taxonomy_command *options = call->options;
    int named = (options->onet != NULL) + (options->esco != NULL) + (options->own != NULL);

    if (named != 1) {
        return fail(call->fault, ERR_INVALID,
                    "name one list: --onet DIR, --esco DIR or --own FILE");
    }
    *source = options->onet != NULL ? "onet" : options->esco != NULL ? "esco" : "own";
    return options->onet != NULL ? taxonomy_read_onet(call->arena, options->onet, file, call->fault)
           : options->esco != NULL
               ? taxonomy_read_esco(call->arena, options->esco, file, call->fault)
               : taxonomy_read_own(call->arena, options->own, file, call->fault);
}

static enum err run_import(struct invocation *call)
{
    const struct taxonomy_command *options = call->options;
    struct settings given = *(const struct settings *)settings_shape.defaults;
    struct invocation opening = *call;
    struct settings settings;
    struct store *store = NULL;
    struct taxonomy_file file;
    const char *source = NULL;
    size_t titles = 0;

    TRY(read_list(call, &source, &file));
    given.data = options->data != NULL ? options->data : given.data;
    given.store = options->store;
    given.config = options->config;
    opening.options = &given;
    TRY(serve_open_store(&opening, &settings, &store));
    struct work work = {.arena = call->arena, .store = store, .now_us = clock_now_us()};
    enum err err = taxonomy_replace(&work, source, &file);

    store_close(store);
    if (err != OK) {
        *call->fault = work.fault;
        return err;
    }
    for (size_t i = 0; i < file.count; i++) {
        titles += 1 + file.entries[i].other_count;
    }
    fprintf(call->out, "%s holds %zu entries of %s with %zu titles.\n", settings.store, file.count,
            source, titles);
    return OK;
}

static const struct command commands[] = {
    {.name = "taxonomy import",
     .words = "",
     .run = run_import,
     .options = &shape,
     .summary = "Import a public list of occupations and skills",
     .details =
         "Takes the place of what was imported from the same source before, whole or not at\n"
         "all; on SQLite the server must be stopped. People who confirm a profile are shown the\n"
         "five nearest entries and pick.\n"
         "O*NET is published under CC BY 4.0, ESCO for free use; name the source where you\n"
         "show their titles.",
     .examples = "  periti taxonomy import --onet db_27_0_text --data /var/lib/periti\n"
                 "  periti taxonomy import --esco ESCO_dataset_csv\n"
                 "  periti taxonomy import --own our-skills.csv"},
};

const struct command_group taxonomy_group = {
    .name = "Server", .commands = commands, .command_count = COUNT(commands)};
