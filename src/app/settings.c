#include "app/settings.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/text.h"
#include "cli/command.h"
#include "slice/installation.h"
#include "sys/file.h"

enum { FILE_SIZE_MAX = 1 << 20, KEEP_DAYS_MAX = 36500 };

static const struct settings defaults = {
    .data = "data",
    .address = "127.0.0.1",
    .port = 8080,
    .workers = 64,
    .connections = 4096,
    .connections_per_address = 2048,
    .streams = 2000,
    .body_bytes = 1 << 20,
    .upload_bytes = INT64_C(1) << 32,
    .timeout_s = 30,
    .rate_per_minute = 600,
    .readers = 8,
    .write_queue = 4096,
    .write_group = 1024,
    .job_runners = 2,
    .grace_s = 20,
    .sandbox_level = "namespace",
    .model_deadline_s = 20,
    .answers_keep_days = KEEP_ANSWERS_DAYS,
    .applications_keep_days = KEEP_APPLICATIONS_DAYS,
    .resumes_keep_days = KEEP_RESUMES_DAYS,
    .scorers_keep_days = KEEP_SCORERS_DAYS,
};

static const struct field fields[] = {
    TEXT(settings, data, .optional = true, .doc = "Folder for keys, the spool and the SQLite file"),
    TEXT(settings, store, .optional = true,
         .doc = "sqlite:PATH or postgresql://…; the data folder's periti.db unless said"),
    TEXT(settings, address, .optional = true, .doc = "Address to listen on"),
    INT(settings, port, .optional = true, .min = 0, .max = 65535,
        .doc = "Port to listen on; 0: any free one"),
    TEXT(settings, origin, .optional = true,
         .doc = "As browsers see it, https://periti.example.org; the Host header unless said"),
    TEXT(settings, proxy, .optional = true,
         .doc = "Address of the proxy whose X-Forwarded-For is believed"),
    BOOL(settings, secure_cookie, .optional = true, .doc = "Send the cookie over TLS only"),
    INT(settings, workers, .optional = true, .min = 1, .max = 1024, .doc = "Request workers"),
    INT(settings, connections, .optional = true, .min = 1, .max = 1000000,
        .doc = "Connections at most"),
    INT(settings, connections_per_address, .optional = true, .min = 1, .max = 1000000,
        .doc = "Connections of one address at most"),
    INT(settings, streams, .optional = true, .min = 0, .max = 1000000,
        .doc = "Event streams at a time; more are refused with 503"),
    INT(settings, body_bytes, .optional = true, .min = 1024, .max = 1 << 30,
        .doc = "Size of a JSON body at most"),
    INT(settings, upload_bytes, .optional = true, .min = 1024, .max = 1e15,
        .doc = "Size of an upload at most"),
    INT(settings, timeout_s, .optional = true, .min = 1, .max = 3600,
        .doc = "Seconds until an idle connection is closed"),
    INT(settings, rate_per_minute, .optional = true, .min = 0, .max = 1e9,
        .doc = "Requests of one address without a session; 0: no bound"),
    INT(settings, readers, .optional = true, .min = 1, .max = 1000,
        .doc = "Connections to the store for reading (SQLite), or in all (PostgreSQL)"),
    INT(settings, write_queue, .optional = true, .min = 1, .max = 1000000,
        .doc = "Writes that may wait; more are refused with 503"),
    INT(settings, write_group, .optional = true, .min = 1, .max = 1000000,
        .doc = "Writes that may share one sync to disk (SQLite); 1: each alone"),
    INT(settings, job_runners, .optional = true, .min = 0, .max = 64, .doc = "Jobs at a time"),
    INT(settings, grace_s, .optional = true, .min = 0, .max = 3600,
        .doc = "Seconds to finish accepted requests when stopping"),
    INT(settings, sandbox_slots, .optional = true, .min = 0, .max = 64,
        .doc = "Programs of answers that run at once; 0: one a processor"),
    TEXT(settings, sandbox_level, .optional = true, .choices = "none|filter|namespace|full",
         .doc = "Least isolation in which programs of answers are run"),
    TEXT(settings, model_url, .optional = true,
         .doc = "Model server that rates answers of interviews too, judges and drafts rubrics and "
                "sits benchmarks, up to the version: https://host/v1; none unless said"),
    TEXT(settings, model_name, .optional = true, .doc = "Name of the model on that server"),
    TEXT(settings, model_key_file, .optional = true, .doc = "File with the key of that server"),
    INT(settings, model_deadline_s, .optional = true, .min = 1, .max = 600,
        .doc = "Seconds within which that server has to grade an answer of an interview"),
    INT(settings, model_budget_day, .optional = true, .min = 0, .max = 1e12,
        .doc = "Minor units that it may cost an organisation in 24 hours, for interviews and again "
               "for all else; 0: unbounded"),
    INT(settings, model_input_price, .optional = true, .min = 0, .max = 1e9,
        .doc = "Minor units for a million tokens that it reads"),
    INT(settings, model_output_price, .optional = true, .min = 0, .max = 1e9,
        .doc = "Minor units for a million tokens that it writes"),
    TEXT(settings, transcription_url, .optional = true,
         .doc = "Transcription server, up to the version: answers in interviews may then be "
                "spoken; none unless said"),
    TEXT(settings, transcription_model, .optional = true,
         .doc = "Name of the model on that server"),
    TEXT(settings, transcription_key_file, .optional = true,
         .doc = "File with the key of that server"),
    INT(settings, speech_keep_days, .optional = true, .min = 0, .max = 365,
        .doc = "Days that the sound of an answer is kept after it was given; 0: not at all"),
    INT(settings, answers_keep_days, .optional = true, .min = 0, .max = KEEP_DAYS_MAX,
        .doc =
            "Days that answers of interviews are kept after their end; 0: until they are erased"),
    INT(settings, applications_keep_days, .optional = true, .min = 0, .max = KEEP_DAYS_MAX,
        .doc = "Days that the words of applications are kept after they were decided; 0: for good"),
    INT(settings, resumes_keep_days, .optional = true, .min = 0, .max = KEEP_DAYS_MAX,
        .doc = "Days that what was read in a résumé is kept; what was confirmed stays in the "
               "profile; 0: until it is erased"),
    INT(settings, scorers_keep_days, .optional = true, .min = 0, .max = KEEP_DAYS_MAX,
        .doc = "Days that scorers are kept that are used no more; 0: for good"),
    TEXT(settings, config, .optional = true, .doc = "File with lines `name = value`"),
};
const struct shape settings_shape = SHAPE(settings, fields, "Settings", .defaults = &defaults);

static const struct field *named(struct text name, size_t *index)
{
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (text_is(name, fields[i].name)) {
            *index = i;
            return &fields[i];
        }
    }
    return NULL;
}

static enum err set_line(struct arena *arena, struct text line, uint64_t number, const char *path,
                         struct settings *out, struct setting_sources *sources, struct fault *fault)
{
    const char *equals = memchr(line.at, '=', line.size);
    size_t index = 0;

    if (equals == NULL) {
        return fail_line(fault, ERR_INVALID, number, "", "%s: write `name = value`", path);
    }
    struct text name = text_trim((struct text){line.at, (size_t)(equals - line.at)});
    struct text value =
        text_trim((struct text){equals + 1, (size_t)(line.at + line.size - equals - 1)});
    const struct field *field = named(name, &index);

    if (field == NULL) {
        return fail_line(fault, ERR_INVALID, number, "", "%s: there is no setting %.*s", path,
                         (int)name.size, name.at);
    }
    enum err err = option_set(arena, field, arena_copy(arena, value.at, value.size), out, fault);

    fault->line = number;
    sources->at[index] = path;
    return err;
}

static enum err read_config(struct arena *arena, const char *path, struct settings *out,
                            struct setting_sources *sources, struct fault *fault)
{
    struct text rest;
    struct text line;

    TRY(file_read(arena, path, FILE_SIZE_MAX, &rest, fault));
    for (uint64_t number = 1; text_cut(&rest, '\n', &line); number++) {
        line = text_trim(line);
        if (line.size > 0 && line.at[0] != '#') {
            TRY(set_line(arena, line, number, path, out, sources, fault));
        }
    }
    return OK;
}

static const char *variable_of(struct arena *arena, const struct field *field)
{
    char *name = arena_print(arena, "PERITI_%s", field->name);

    for (char *c = name; *c != '\0'; c++) {
        *c = *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c;
    }
    return getenv(name);
}

/* An option was given when it differs from the default that the shape put there. */
static bool was_given(const struct field *field, const struct settings *options)
{
    const char *given = (const char *)options + field->offset;
    const char *standard = (const char *)&defaults + field->offset;

    switch (field->kind) {
    case FIELD_BOOL:
        return *(const bool *)(const void *)given != *(const bool *)(const void *)standard;
    case FIELD_INT:
        return *(const int64_t *)(const void *)given != *(const int64_t *)(const void *)standard;
    case FIELD_TEXT:
        return *(const char *const *)(const void *)given !=
               *(const char *const *)(const void *)standard;
    case FIELD_REAL:
    case FIELD_TIME:
    case FIELD_JSON:
    case FIELD_OBJECT:
    case FIELD_LIST:
    case FIELD_TEXTS:
        break;
    }
    return false;
}

static void copy_field(const struct field *field, const struct settings *from, struct settings *to)
{
    size_t size = field->kind == FIELD_BOOL  ? sizeof(bool)
                  : field->kind == FIELD_INT ? sizeof(int64_t)
                                             : sizeof(const char *);

    memcpy((char *)to + field->offset, (const char *)from + field->offset, size);
}

enum err settings_load(struct arena *arena, const struct settings *options, struct settings *out,
                       struct setting_sources *sources, struct fault *fault)
{
    struct settings loaded = defaults;
    const char *config = options->config != NULL ? options->config : getenv("PERITI_CONFIG");

    sources->at = arena_array(arena, const char *, COUNT(fields));
    for (size_t i = 0; i < COUNT(fields); i++) {
        sources->at[i] = "default";
    }
    if (config != NULL) {
        TRY(read_config(arena, config, &loaded, sources, fault));
    }
    for (size_t i = 0; i < COUNT(fields); i++) {
        const char *value = variable_of(arena, &fields[i]);

        if (value != NULL) {
            TRY(option_set(arena, &fields[i], value, &loaded, fault));
            sources->at[i] = "environment";
        }
        if (was_given(&fields[i], options)) {
            copy_field(&fields[i], options, &loaded);
            sources->at[i] = "option";
        }
    }
    if (loaded.store == NULL) {
        loaded.store = arena_print(arena, "sqlite:%s/periti.db", loaded.data);
    }
    *out = loaded;
    return OK;
}
