#include <string.h>

#include "base/arena.h"
#include "slice/account/account.h"
#include "slice/installation.h"
#include "slice/resume/resume_slice.h"
#include "slice/resume/resume_sql.h"
#include "store/work.h"

enum err resume_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct resume_row *row = arena_new_of(work->arena, struct resume_row);
    enum err err = resume_find(work, &(struct resume_find_args){.id = id}, row);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(row->person_id, work->who->person_id) != 0)) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such résumé, or none you may see");
    }
    TRY(err);
    *organisation_id = row->organisation_id;
    return OK;
}

enum err resume_put(struct work *work, const char *id, const struct resume_found *found,
                    size_t count)
{
    struct resume_field_insert_args *fields =
        arena_array(work->arena, struct resume_field_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        fields[i] = (struct resume_field_insert_args){
            .organisation_id = work->organisation_id,
            .resume_id = id,
            .position = (int64_t)i,
            .field = found[i].field,
            .field_group = found[i].group,
            .found = found[i].value,
            .confidence = found[i].confidence,
            .place = found[i].line == 0
                         ? "data"
                         : arena_print(work->arena, "line %lld", (long long)found[i].line)};
    }
    return resume_field_insert(work, fields, count);
}

static const char *state_of(const struct resume_verdict *verdict)
{
    return strcmp(verdict->verdict, "confirm") == 0 ? "confirmed"
           : strcmp(verdict->verdict, "mend") == 0  ? "mended"
                                                    : "dropped";
}

static const char *found_at(const struct resume_field_row *fields, size_t count, int64_t position)
{
    for (size_t i = 0; i < count; i++) {
        if (fields[i].position == position) {
            return fields[i].found;
        }
    }
    return NULL;
}

static enum err settle_one(struct work *work, const char *id, const struct resume_field_row *fields,
                           size_t count, const struct resume_verdict *verdict)
{
    bool mends = strcmp(verdict->verdict, "mend") == 0;
    bool drops = strcmp(verdict->verdict, "drop") == 0;
    const char *found = found_at(fields, count, verdict->position);
    int64_t changed;

    if (found == NULL) {
        return work_fail_field(work, ERR_INVALID, "fields", "there is no field %lld",
                               (long long)verdict->position);
    }
    if (mends && (verdict->value == NULL || verdict->value[0] == '\0')) {
        return work_fail_field(work, ERR_INVALID, "fields",
                               "field %lld is mended to nothing: drop it",
                               (long long)verdict->position);
    }
    return resume_field_settle(
        work,
        &(struct resume_field_settle_args){.resume_id = id,
                                           .organisation_id = work->organisation_id,
                                           .position = verdict->position,
                                           .field_state = state_of(verdict),
                                           .confirmed = drops   ? NULL
                                                        : mends ? verdict->value
                                                                : found},
        &changed);
}

enum err resume_settle(struct work *work, const char *id, const struct resume_verdict *verdicts,
                       size_t count)
{
    struct resume_field_row *fields;
    struct resume_row row;
    size_t field_count;

    TRY(resume_find(work, &(struct resume_find_args){.id = id}, &row));
    if (strcmp(row.resume_state, "read") != 0) {
        return work_fail(work, ERR_CONFLICT, "it is %s: upload it again to change it",
                         strcmp(row.resume_state, "confirmed") == 0 ? "confirmed already"
                                                                    : "not read");
    }
    TRY(resume_fields(
        work,
        &(struct resume_fields_args){.resume_id = id, .organisation_id = work->organisation_id},
        &fields, &field_count));
    for (size_t i = 0; i < count; i++) {
        TRY(settle_one(work, id, fields, field_count, &verdicts[i]));
    }
    TRY(resume_confirm(work, &(struct resume_confirm_args){.id = id,
                                                           .organisation_id = work->organisation_id,
                                                           .confirmed_at = work->now_us}));
    TRY(resume_to_profile(work, id));
    return audit(work, "resume.confirm", id, "{}");
}

enum err resume_drop(struct work *work, const char *id)
{
    const char *house = work->organisation_id;

    TRY(resume_file_erase(
        work, &(struct resume_file_erase_args){.resume_id = id, .organisation_id = house}));
    TRY(resume_fields_erase(
        work, &(struct resume_fields_erase_args){.resume_id = id, .organisation_id = house}));
    TRY(resume_erase(work, &(struct resume_erase_args){.id = id, .organisation_id = house}));
    return audit(work, "resume.erase", id, "{}");
}

enum err resume_forget(struct work *work, int64_t row_max, int64_t *count)
{
    int64_t kept_us = work->installation->keep.resumes_us;
    struct resume_past_row *rows;
    size_t found = 0;

    if (kept_us > 0) {
        TRY(resumes_past(
            work,
            &(struct resumes_past_args){.before_at = work->now_us - kept_us, .row_max = row_max},
            &rows, &found));
    }
    for (size_t i = 0; i < found; i++) {
        work->organisation_id = rows[i].organisation_id;
        TRY(resume_drop(work, rows[i].id));
    }
    work->organisation_id = NULL;
    *count = (int64_t)found;
    return OK;
}
