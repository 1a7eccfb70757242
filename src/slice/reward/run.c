#include "slice/reward/run.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "engine/verify/verdict.h"
#include "slice/account/account.h"
#include "slice/reward/grader.h"
#include "slice/reward/reward_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"
#include "sys/secret.h"

enum { HASH_DIGITS = 32 };

/* ------------------------------------------------------------------ opening */

struct opening {
    const struct run_draft *draft;
    const char *id;
};

static bool same(const char *left, const char *right)
{
    return left == right || (left != NULL && right != NULL && strcmp(left, right) == 0);
}

static enum err find_run(struct work *work, void *context)
{
    struct opening *opening = context;
    const struct run_draft *draft = opening->draft;
    struct reward_run_row row;

    TRY(reward_run_named(work,
                         &(struct reward_run_named_args){.organisation_id = work->organisation_id,
                                                         .name = draft->name},
                         &row));
    if (!same(row.environment_id, draft->environment_id) || !same(row.verifier, draft->verifier)) {
        return work_fail_field(work, ERR_CONFLICT, "run",
                               "the run %.100s has another environment or verifier: choose "
                               "another name",
                               draft->name);
    }
    opening->id = row.id;
    return OK;
}

static enum err make_run(struct work *work, void *context)
{
    struct opening *opening = context;
    const struct run_draft *draft = opening->draft;
    enum err err = find_run(work, context);

    if (err != ERR_NOT_FOUND) {
        return err;
    }
    opening->id = work_new_id(work, "run");
    TRY(reward_run_insert(work, &(struct reward_run_insert_args){
                                    .id = opening->id,
                                    .organisation_id = work->organisation_id,
                                    .name = draft->name,
                                    .environment_id = draft->environment_id,
                                    .verifier = draft->verifier,
                                    .created_at = work->now_us,
                                    .created_by = work->who->person_id,
                                }));
    return audit(work, "run.open", opening->id, "{}");
}

enum err run_open(struct work *work, const struct run_draft *draft, const char **id)
{
    struct opening opening = {.draft = draft};
    enum err err = store_read(work, find_run, &opening);

    if (err == ERR_NOT_FOUND) {
        err = store_write(work, make_run, &opening);
    }
    TRY(err);
    *id = opening.id;
    return OK;
}

/* ------------------------------------------------------------------ recalling */

struct recalling {
    const char *run_id;
    struct load *load;
    struct buffer *lines;
    struct verdict_tally *tally;
};

static const char *row_hash(struct arena *arena, struct text line)
{
    return arena_print(arena, "%.*s", HASH_DIGITS, sha256_hex(arena, line));
}

/* The line as it was, with a mark that it is shown again. */
static void show_again(struct recalling *recalling, const struct verdicts_between_row *row)
{
    size_t size = strlen(row->verdict_text);
    enum verdict_kind kind = VERDICT_PASS;

    while (strcmp(verdict_name(kind), row->kind) != 0) {
        kind++;
    }
    buffer_put(recalling->lines, row->verdict_text, size - 1);
    buffer_string(recalling->lines, ",\"stored\":true}\n");
    recalling->tally->kind[kind]++;
}

static enum err recall(struct work *work, void *context)
{
    struct recalling *recalling = context;
    struct load *load = recalling->load;
    struct verdicts_between_row *rows;
    size_t count;
    size_t at = 0;
    size_t left = 0;

    TRY(verdicts_between(
        work,
        &(struct verdicts_between_args){.run_id = recalling->run_id,
                                        .organisation_id = work->organisation_id,
                                        .first_index = load->rows[0].index,
                                        .last_index = load->rows[load->row_count - 1].index},
        &rows, &count));
    for (size_t i = 0; i < load->row_count; i++) {
        while (at < count && rows[at].row_index < load->rows[i].index) {
            at++;
        }
        if (at == count || rows[at].row_index != load->rows[i].index) {
            load->rows[left++] = load->rows[i];
        } else if (strcmp(rows[at].row_hash, row_hash(work->arena, load->rows[i].line)) == 0) {
            show_again(recalling, &rows[at]);
        } else {
            return work_fail(work, ERR_CONFLICT,
                             "row %lld of this run was another one before: choose another run",
                             (long long)load->rows[i].index);
        }
    }
    load->row_count = left;
    return OK;
}

enum err run_recall(struct work *work, const char *run_id, struct load *load, struct buffer *lines,
                    struct verdict_tally *tally)
{
    struct recalling recalling = {.run_id = run_id, .load = load, .lines = lines, .tally = tally};

    return store_read(work, recall, &recalling);
}

/* ------------------------------------------------------------------ keeping */

struct keeping {
    const char *run_id;
    const struct sheet *sheet;
};

static enum err keep(struct work *work, void *context)
{
    const struct keeping *keeping = context;
    const struct sheet *sheet = keeping->sheet;
    struct verdict_insert_args *args =
        arena_array(work->arena, struct verdict_insert_args, sheet->row_count);
    size_t count = 0;

    for (size_t i = 0; i < sheet->row_count; i++) {
        const struct sheet_row *row = &sheet->rows[i];

        if (!row->final) {
            continue;
        }
        args[count++] = (struct verdict_insert_args){
            .organisation_id = work->organisation_id,
            .run_id = keeping->run_id,
            .row_index = row->row.index,
            .row_hash = row_hash(work->arena, row->row.line),
            .row_text = arena_copy(work->arena, row->row.line.at, row->row.line.size),
            .verdict_text =
                arena_copy(work->arena, sheet->lines.at + row->line_begin, row->line_size - 1),
            .kind = verdict_name(row->kind),
            .reason = row->reason == REASON_NONE ? NULL : reason_name(row->reason),
            .score = row->kind == VERDICT_UNSCORED ? (double)NAN : row->score,
            .task_version = row->task_version,
            .verifier_version = row->verifier_version,
            .judged_at = work->now_us};
    }
    return count == 0 ? OK : verdict_insert(work, args, count);
}

enum err run_keep(struct work *work, const char *run_id, const struct sheet *sheet)
{
    struct keeping keeping = {.run_id = run_id, .sheet = sheet};

    work->now_us = clock_now_us();
    return store_write(work, keep, &keeping);
}
