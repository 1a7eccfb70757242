#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "exam/exam.h"
#include "slice/account/account.h"
#include "slice/benchmark/benchmark_inside.h"
#include "slice/benchmark/benchmark_sql.h"
#include "store/work.h"
#include "sys/secret.h"

enum err suite_each_line(struct work *work, struct text file, uint64_t line_max, suite_take *take,
                         void *context)
{
    struct json_lines lines = {.rest = file};
    struct json *row;
    enum err err = json_next(work->arena, &lines, &row, &work->fault);

    while (err == OK && row != NULL) {
        if (lines.line > line_max) {
            return work_fail(work, ERR_INVALID, "more than %llu lines: hand them over in parts",
                             (unsigned long long)line_max);
        }
        err = take(work, context, row, row->source, lines.line);
        if (err != OK) {
            work->fault.line = lines.line;
            return err;
        }
        err = json_next(work->arena, &lines, &row, &work->fault);
    }
    return err;
}

static enum err need(struct work *work, const struct json *row, const char *name, const char **out)
{
    const struct json *member = row->kind == JSON_OBJECT ? json_member(row, name) : NULL;

    if (member == NULL || member->kind == JSON_NULL) {
        return work_fail_field(work, ERR_INVALID, name, "a task needs %s", name);
    }
    /* A number, a list or an object stands for its own text. */
    *out = member->kind == JSON_TEXT
               ? member->text
               : arena_copy(work->arena, member->source.at, member->source.size);
    return OK;
}

static const char *or_default(const struct json *row, const char *name, const char *otherwise)
{
    const char *text = json_text_of(row, name);

    return text == NULL ? otherwise : text;
}

enum err suite_task_draft_read(struct work *work, const struct json *row,
                               struct suite_task_draft *out)
{
    const struct criterion *criteria;
    size_t count;

    TRY(need(work, row, "id", &out->name));
    TRY(need(work, row, "prompt", &out->prompt));
    TRY(need(work, row, "reference", &out->reference));
    out->part = or_default(row, "part", "public");
    out->domain = or_default(row, "domain", "");
    out->check = or_default(row, "check", "exact");
    if (out->name[0] == '\0' || strlen(out->name) > 200 || strlen(out->domain) > 60) {
        return work_fail_field(work, ERR_INVALID, "id", "id has 1 to 200 bytes, domain at most 60");
    }
    if (!shape_allows("public|held_out", out->part)) {
        return work_fail_field(work, ERR_INVALID, "part", "part is public or held_out, not %.60s",
                               out->part);
    }
    if (!shape_allows(EXAM_CHECKS, out->check)) {
        return work_fail_field(work, ERR_INVALID, "check", "check is one of %s, not %.60s",
                               EXAM_CHECKS, out->check);
    }
    return strcmp(out->check, "rubric") == 0
               ? exam_rubric_read(work->arena, text_of(out->reference), &criteria, &count,
                                  &work->fault)
               : OK;
}

static void put(struct json_out *out, const char *name, const char *text)
{
    json_name(out, name);
    json_text(out, text);
}

static const char *hash_of(struct work *work, const struct suite_task_draft *draft)
{
    struct buffer to = buffer_new(work->arena);
    struct json_out out = json_to(&to);

    json_open(&out, '{');
    put(&out, "prompt", draft->prompt);
    put(&out, "reference", draft->reference);
    put(&out, "check", draft->check);
    put(&out, "part", draft->part);
    put(&out, "domain", draft->domain);
    json_close(&out, '}');
    return sha256_hex(work->arena, buffer_view(&to));
}

static enum err retire_before(struct work *work, const char *suite_id,
                              const struct suite_task_draft *draft)
{
    int64_t affected;

    return suite_task_retire(
        work,
        &(struct suite_task_retire_args){.suite_id = suite_id,
                                         .organisation_id = work->organisation_id,
                                         .name = draft->name,
                                         .retired_at = work->now_us,
                                         .retired_by = work->who->person_id,
                                         .retired_reason = "replaced by a newer version"},
        &affected);
}

enum err suite_task_put(struct work *work, const char *suite_id,
                        const struct suite_task_draft *draft, enum suite_change *change)
{
    struct suite_task_current_row now;
    struct suite_task_last_row last = {.number = 0};
    const char *hash = hash_of(work, draft);
    enum err err = suite_task_current(
        work,
        &(struct suite_task_current_args){
            .suite_id = suite_id, .organisation_id = work->organisation_id, .name = draft->name},
        &now);

    *change = SUITE_NEW;
    if (err == OK) {
        *change = strcmp(now.content_hash, hash) == 0 ? SUITE_SAME : SUITE_CHANGED;
    } else if (err != ERR_NOT_FOUND) {
        return err;
    }
    if (*change == SUITE_SAME) {
        return OK;
    }
    TRY(retire_before(work, suite_id, draft));
    err = suite_task_last(work,
                          &(struct suite_task_last_args){.suite_id = suite_id,
                                                         .organisation_id = work->organisation_id,
                                                         .name = draft->name},
                          &last);
    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    return suite_task_insert(work, &(struct suite_task_insert_args){
                                       .organisation_id = work->organisation_id,
                                       .suite_id = suite_id,
                                       .name = draft->name,
                                       .number = last.number + 1,
                                       .part = draft->part,
                                       .domain = draft->domain,
                                       .prompt = draft->prompt,
                                       .reference = draft->reference,
                                       .check_kind = draft->check,
                                       .content_hash = hash,
                                       .added_at = work->now_us,
                                       .added_by = work->who->person_id,
                                   });
}

enum err suite_release_make(struct work *work, const struct suite_row *suite, const char *part,
                            struct suite_release *out)
{
    struct suite_task_list_row *rows;
    struct buffer to = buffer_new(work->arena);
    size_t count;
    int64_t taken = 0;

    TRY(suite_task_list(work,
                        &(struct suite_task_list_args){.suite_id = suite->id,
                                                       .organisation_id = work->organisation_id},
                        &rows, &count));
    for (size_t i = 0; i < count; i++) {
        struct json_out line = json_to(&to);

        if (strcmp(part, "public") == 0 && strcmp(rows[i].part, "public") != 0) {
            continue;
        }
        json_open(&line, '{');
        put(&line, "id", rows[i].name);
        put(&line, "prompt", rows[i].prompt);
        put(&line, "reference", rows[i].reference);
        put(&line, "check", rows[i].check_kind);
        put(&line, "domain", rows[i].domain);
        put(&line, "part", rows[i].part);
        put(&line, "version", rows[i].content_hash);
        put(&line, "canary", suite->canary);
        json_close(&line, '}');
        buffer_char(&to, '\n');
        taken++;
    }
    if (taken == 0) {
        return work_fail(work, ERR_CONFLICT, "the suite has no task to release");
    }
    *out = (struct suite_release){.content_hash = sha256_hex(work->arena, buffer_view(&to)),
                                  .task_count = taken,
                                  .file = buffer_view(&to)};
    return OK;
}

enum err suite_release_keep(struct work *work, const struct suite_row *suite, const char *part,
                            struct suite_release *out)
{
    TRY(suite_release_make(work, suite, part, out));
    TRY(release_insert(work,
                       &(struct release_insert_args){
                           .organisation_id = work->organisation_id,
                           .suite_id = suite->id,
                           .content_hash = out->content_hash,
                           .release_part = part,
                           .task_count = out->task_count,
                           .release_text = arena_copy(work->arena, out->file.at, out->file.size),
                           .released_at = work->now_us,
                           .released_by = work->who->person_id,
                       }));
    return audit(work, "suite.release", suite->id,
                 arena_print(work->arena, "{\"content_hash\":\"%s\"}", out->content_hash));
}

enum err suite_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct suite_owner_find_row owner;
    enum err err = suite_owner_find(work, &(struct suite_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no suite %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}
