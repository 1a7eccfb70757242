#include "slice/rubric/rubric.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "slice/account/account.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_sql.h"
#include "store/work.h"
#include "sys/secret.h"

const char *criterion_key(struct work *work, const struct rubric *rubric,
                          const struct criterion *criterion)
{
    return arena_print(work->arena, "%s: %s", rubric->id, criterion->id);
}

static enum err index_criteria(struct work *work, struct version *version)
{
    size_t total = 0;

    for (size_t i = 0; i < version->set.count; i++) {
        total += version->set.at[i].count;
    }
    const struct criterion **criteria =
        arena_array(work->arena, const struct criterion *, total + 1);
    const char **keys = arena_array(work->arena, const char *, total + 1);
    uint32_t *tasks = arena_array(work->arena, uint32_t, total + 1);

    uint32_t *first = arena_array(work->arena, uint32_t, version->set.count + 1);
    size_t *begins = arena_array(work->arena, size_t, version->set.count + 1);

    version->index = map_new(work->arena);
    version->names = map_new(work->arena);
    for (size_t i = 0; i < version->set.count; i++) {
        const struct rubric *rubric = &version->set.at[i];
        uint32_t known = map_count(version->names);

        if (map_add(version->names, text_of(rubric->id)) == known) {
            first[known] = (uint32_t)i;
        }
        begins[i] = version->count;
        for (size_t k = 0; k < rubric->count; k++) {
            const char *key = criterion_key(work, rubric, &rubric->criteria[k]);

            if (map_add(version->index, text_of(key)) != version->count) {
                return work_fail_field(work, ERR_INVALID, "id",
                                       "the criterion %.200s is there twice", key);
            }
            criteria[version->count] = &rubric->criteria[k];
            keys[version->count] = key;
            tasks[version->count++] = (uint32_t)i;
        }
    }
    version->criteria = criteria;
    version->keys = keys;
    version->tasks = tasks;
    version->first = first;
    version->begins = begins;
    return OK;
}

bool version_task(const struct version *version, const char *task, uint32_t *out)
{
    uint32_t number;

    if (!map_find(version->names, text_of(task), &number)) {
        return false;
    }
    *out = version->first[number];
    return true;
}

/* The newest that is no draft. */
static enum err newest(struct work *work, const char *rubric_id, int64_t *number)
{
    struct version_row *rows;
    size_t count;

    TRY(version_list(work,
                     &(struct version_list_args){.rubric_id = rubric_id,
                                                 .organisation_id = work->organisation_id},
                     &rows, &count));
    for (size_t i = 0; i < count; i++) {
        if (rows[i].confirmed_at != INT_ABSENT) {
            *number = rows[i].number;
            return OK;
        }
    }
    return work_fail(work, ERR_NOT_FOUND, "the rubric has no version that is confirmed");
}

enum err version_load(struct work *work, const char *rubric_id, int64_t number, struct version *out)
{
    struct version_content_row row;

    if (number == INT_ABSENT) {
        TRY(newest(work, rubric_id, &number));
    }
    enum err err = version_content(
        work,
        &(struct version_content_args){
            .rubric_id = rubric_id, .organisation_id = work->organisation_id, .number = number},
        &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "the rubric has no version %lld", (long long)number);
    }
    TRY(err);
    *out = (struct version){.number = number, .confirmed = row.confirmed_at != INT_ABSENT};
    TRY(rubric_set_read(work->arena, text_of(row.rubric_text), &out->set, &work->fault));
    return index_criteria(work, out);
}

enum err version_load_confirmed(struct work *work, const char *rubric_id, int64_t number,
                                struct version *out)
{
    TRY(version_load(work, rubric_id, number, out));
    return out->confirmed ? OK
                          : work_fail_field(work, ERR_CONFLICT, "number",
                                            "version %lld is a model's draft: somebody has to "
                                            "confirm it first",
                                            (long long)number);
}

enum err version_lint(struct work *work, const struct rubric_set *set, struct list *out)
{
    struct rubric_finding_view *all = NULL;
    size_t count = 0;
    size_t room = 0;

    for (size_t i = 0; i < set->count; i++) {
        const struct rubric *rubric = &set->at[i];
        const struct rubric_finding *found;
        size_t found_count;

        TRY(rubric_lint(work->arena, rubric->criteria, rubric->count,
                        rubric->prompt[0] == '\0' ? NULL : rubric->prompt, &found, &found_count,
                        &work->fault));
        for (size_t k = 0; k < found_count; k++) {
            all = arena_room(work->arena, all, count, &room, sizeof(*all));
            all[count++] = (struct rubric_finding_view){
                .criterion =
                    rubric->count == 0
                        ? rubric->id
                        : criterion_key(work, rubric, &rubric->criteria[found[k].criterion]),
                .defect = rubric_defect_name(found[k].defect),
                .detail = found[k].other == found[k].criterion
                              ? found[k].detail
                              : arena_print(work->arena, "%s, as in %s", found[k].detail,
                                            rubric->criteria[found[k].other].id)};
        }
    }
    *out = (struct list){.at = all, .count = count};
    return OK;
}

enum err version_add(struct work *work, const struct version_draft *draft, struct version_made *out)
{
    struct version read = {.set = draft->set};
    struct buffer content = buffer_new(work->arena);
    struct version_last_row last = {.number = 0, .content_hash = ""};
    struct list findings;

    TRY(index_criteria(work, &read));
    if (read.count == 0 || read.count > RUBRIC_CRITERIA_MAX) {
        return work_fail(work, ERR_INVALID, "a rubric has from 1 to %d criteria, not %zu",
                         RUBRIC_CRITERIA_MAX, read.count);
    }
    TRY(version_lint(work, &draft->set, &findings));
    TRY(rubric_set_write(&draft->set, "periti", &content, &work->fault));
    enum err err =
        version_last(work,
                     &(struct version_last_args){.rubric_id = draft->rubric_id,
                                                 .organisation_id = work->organisation_id},
                     &last);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    bool drafted = strcmp(draft->origin, "model") == 0;

    *out = (struct version_made){.number = last.number,
                                 .change = "same",
                                 .content_hash = sha256_hex(work->arena, buffer_view(&content)),
                                 .state = drafted ? "draft" : "confirmed",
                                 .task_count = (int64_t)draft->set.count,
                                 .criterion_count = (int64_t)read.count,
                                 .finding_count = (int64_t)findings.count};
    if (strcmp(last.content_hash, out->content_hash) == 0) {
        return OK;
    }
    out->number++;
    out->change = "new";
    TRY(version_insert(work, &(struct version_insert_args){
                                 .organisation_id = work->organisation_id,
                                 .rubric_id = draft->rubric_id,
                                 .number = out->number,
                                 .content_hash = out->content_hash,
                                 .rubric_text = content.at,
                                 .origin = draft->origin,
                                 .task_count = out->task_count,
                                 .criterion_count = out->criterion_count,
                                 .finding_count = out->finding_count,
                                 .made_at = work->now_us,
                                 .made_by = work->who->person_id,
                                 .confirmed_at = drafted ? INT_ABSENT : work->now_us,
                                 .confirmed_by = drafted ? NULL : work->who->person_id,
                             }));
    return audit(work, "rubric.version", draft->rubric_id,
                 arena_print(work->arena, "{\"number\":%lld}", (long long)out->number));
}
