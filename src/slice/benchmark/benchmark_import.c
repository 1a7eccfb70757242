#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/leaderboard.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/benchmark/benchmark_inside.h"
#include "slice/benchmark/benchmark_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/file.h"
#include "sys/secret.h"

enum { ANSWERS_MAX = 200'000, CHUNK = 500, MODEL_SIZE_MAX = 200 };

struct benchmark_import_query {
    const char *provenance;
};
static const struct field import_query_fields[] = {
    TEXT(benchmark_import_query, provenance, .min = 3, .max = 1000,
         .doc = "Where the answers come from: server, settings, date; or who the people were"),
};
const struct shape benchmark_import_query_shape =
    SHAPE(benchmark_import_query, import_query_fields, "What is known of the answers");

static const struct field imported_fields[] = {
    TEXT(benchmark_imported, id, .doc = "Identifier, `bmr_` and 26 characters"),
    TEXT(benchmark_imported, change, .choices = "new|same", .doc = "same: the file was here"),
    INT(benchmark_imported, answer_count, .doc = "Answers in it"),
    INT(benchmark_imported, unscored_count, .doc = "Of them, not scored"),
};
const struct shape benchmark_imported_shape =
    SHAPE(benchmark_imported, imported_fields, "A file of answers");

/* The tasks of one release: name to hash of the version. */
struct released {
    const char *hash;
    struct map *names;
    const char **versions;
};

struct importing {
    const struct answer_file *from;
    struct benchmark_imported *made;
    struct released *releases;
    size_t release_count;
    size_t release_room;
    struct benchmark_answer_insert_args *rows;
    size_t count;
    size_t room;
};

struct reading {
    struct released *to;
    size_t room;
};

static enum err take_released(struct work *work, void *context, const struct json *row,
                              struct text line, uint64_t number)
{
    struct reading *reading = context;
    struct released *to = reading->to;
    uint32_t index = map_add(to->names, text_of(json_text_of(row, "id")));

    (void)line;
    (void)number;
    to->versions = arena_room(work->arena, (void *)(uintptr_t)to->versions, index, &reading->room,
                              sizeof(*to->versions));
    to->versions[index] = json_text_of(row, "version");
    return OK;
}

/* The release that an answer names, read once. */
static enum err release_of(struct work *work, struct importing *importing, const char *hash,
                           const struct released **out)
{
    struct release_text_find_row row;

    for (size_t i = 0; i < importing->release_count; i++) {
        if (strcmp(importing->releases[i].hash, hash) == 0) {
            *out = &importing->releases[i];
            return OK;
        }
    }
    enum err err =
        release_text_find(work,
                          &(struct release_text_find_args){.suite_id = importing->from->suite_id,
                                                           .organisation_id = work->organisation_id,
                                                           .content_hash = hash},
                          &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "suite",
                               "the suite never released a file with the hash \"%.64s\": answers "
                               "count only if they say which release they answer",
                               hash);
    }
    TRY(err);
    importing->releases = arena_room(work->arena, importing->releases, importing->release_count,
                                     &importing->release_room, sizeof(*importing->releases));
    struct released *release = &importing->releases[importing->release_count++];

    *release = (struct released){.hash = hash, .names = map_new(work->arena)};
    struct reading reading = {.to = release};

    *out = release;
    return suite_each_line(work, text_of(row.release_text), UINT64_MAX, take_released, &reading);
}

static enum err expert_score_of(struct work *work, const struct json *row, double *out)
{
    const struct json *score = json_member(row, "expert_score");

    *out = (double)NAN;
    if (score == NULL || score->kind == JSON_NULL) {
        return OK;
    }
    if ((score->kind != JSON_INT && score->kind != JSON_REAL) || score->real < 0 ||
        score->real > 1) {
        return work_fail_field(work, ERR_INVALID, "expert_score",
                               "expert_score lies between 0 and 1");
    }
    *out = score->real;
    return OK;
}

static enum err take_answer(struct work *work, void *context, const struct json *row,
                            struct text line, uint64_t number)
{
    struct importing *importing = context;
    const struct released *release = NULL;
    const char *kind = row->kind == JSON_OBJECT ? json_text_of(row, "kind") : NULL;
    struct board_line read;
    double expert_score;
    uint32_t index;

    TRY(board_line_read(row, &read, &work->fault));
    TRY(expert_score_of(work, row, &expert_score));
    if (strlen(read.model) > MODEL_SIZE_MAX) {
        return work_fail_field(work, ERR_INVALID, "model", "a model's name has at most %d bytes",
                               MODEL_SIZE_MAX);
    }
    TRY(release_of(work, importing, read.suite, &release));
    if (!map_find(release->names, text_of(read.task), &index)) {
        return work_fail_field(work, ERR_INVALID, "task", "the release has no task %.100s",
                               read.task);
    }
    importing->rows = arena_room(work->arena, importing->rows, importing->count, &importing->room,
                                 sizeof(*importing->rows));
    importing->rows[importing->count++] = (struct benchmark_answer_insert_args){
        .organisation_id = work->organisation_id,
        .suite_id = importing->from->suite_id,
        .line = (int64_t)number,
        .name = read.task,
        .task_hash = release->versions[index],
        .model = read.model,
        .is_person = kind != NULL && strcmp(kind, "person") == 0,
        .run_number = read.run,
        .score = read.score,
        .expert_score = expert_score,
        .input_tokens = read.input_tokens,
        .output_tokens = read.output_tokens,
        .took_ms = read.took_ms,
        .spend = read.spend,
        .answer_line = arena_copy(work->arena, line.at, line.size)};
    importing->made->unscored_count += isnan(read.score);
    return OK;
}

static enum err keep_rows(struct work *work, struct importing *importing)
{
    for (size_t i = 0; i < importing->count; i++) {
        importing->rows[i].run_id = importing->made->id;
    }
    for (size_t first = 0; first < importing->count; first += CHUNK) {
        size_t left = importing->count - first;

        TRY(benchmark_answer_insert(work, importing->rows + first, left < CHUNK ? left : CHUNK));
    }
    return OK;
}

enum err answers_keep(struct work *work, const struct answer_file *from,
                      struct benchmark_imported *out)
{
    struct importing keeping = {.from = from, .made = out};
    struct importing *importing = &keeping;
    const char *hash = sha256_hex(work->arena, from->lines);
    struct run_of_file_row found;

    *importing->made = (struct benchmark_imported){.change = "new"};
    TRY(suite_each_line(work, from->lines, ANSWERS_MAX, take_answer, importing));
    if (importing->count == 0) {
        return work_fail(work, ERR_INVALID, "the file holds no answers");
    }
    importing->made->answer_count = (int64_t)importing->count;
    enum err err = run_of_file(work,
                               &(struct run_of_file_args){.suite_id = importing->from->suite_id,
                                                          .organisation_id = work->organisation_id,
                                                          .file_hash = hash},
                               &found);

    if (err == OK) {
        importing->made->id = found.id;
        importing->made->change = "same";
        return OK;
    }
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    importing->made->id = work_new_id(work, "bmr");
    TRY(benchmark_run_insert(
        work, &(struct benchmark_run_insert_args){.id = importing->made->id,
                                                  .organisation_id = work->organisation_id,
                                                  .suite_id = importing->from->suite_id,
                                                  .file_hash = hash,
                                                  .provenance = from->provenance,
                                                  .answer_count = importing->made->answer_count,
                                                  .imported_at = work->now_us,
                                                  .imported_by = work->who->person_id}));
    TRY(keep_rows(work, importing));
    return audit(work, "benchmark.import", importing->made->id, "{}");
}

struct handing {
    struct answer_file from;
    struct benchmark_imported *made;
};

static enum err keep_file(struct work *work, void *context)
{
    struct handing *handing = context;

    return answers_keep(work, &handing->from, handing->made);
}

enum err serve_benchmark_import(struct call *call)
{
    struct work *work = call->work;
    const struct benchmark_import_query *query = call->query;
    struct handing handing = {.from = {.suite_id = call->ids[0], .provenance = query->provenance},
                              .made = arena_new_of(work->arena, struct benchmark_imported)};

    TRY(file_read(work->arena, call->upload->path, SUITE_FILE_MAX, &handing.from.lines,
                  &work->fault));
    TRY(store_write(work, keep_file, &handing));
    call->reply = handing.made;
    return OK;
}
