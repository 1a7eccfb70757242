#include <string.h>

#include "base/arena.h"
#include "slice/account/account.h"
#include "slice/reward/grade.h"
#include "slice/reward/reward.h"
#include "slice/reward/reward_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

struct looking {
    const struct task_source *source;
    const char *name;
    struct grade_task *out;
};

static enum err load_world(struct work *work, const char *world_hash, struct grade_task *out)
{
    struct world_file_row *rows;
    size_t count;

    TRY(world_files(work,
                    &(struct world_files_args){.organisation_id = work->organisation_id,
                                               .world_hash = world_hash},
                    &rows, &count));
    struct world_file *files = arena_array(work->arena, struct world_file, count);

    for (size_t i = 0; i < count; i++) {
        files[i] = (struct world_file){
            .path = rows[i].path, .content = rows[i].content, .mode = rows[i].mode};
    }
    out->files = files;
    out->file_count = count;
    return OK;
}

static enum err load(struct work *work, void *context)
{
    struct looking *looking = context;
    struct graded_task row;
    enum err err = graded_task_find(
        work,
        &(struct graded_task_find_args){.environment_id = looking->source->environment_id,
                                        .organisation_id = work->organisation_id,
                                        .name = looking->name},
        &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, err, "task", "the environment has no task %.100s",
                               looking->name);
    }
    TRY(err);
    *looking->out = (struct grade_task){
        .verifier = row.verifier, .reference = row.reference, .version = row.content_hash};
    return row.world_hash == NULL ? OK : load_world(work, row.world_hash, looking->out);
}

enum err task_source_find(void *context, struct arena *arena, const char *name,
                          struct grade_task *out, struct fault *fault)
{
    const struct task_source *source = context;
    struct looking looking = {.source = source, .name = name, .out = out};
    struct work work = {.arena = arena,
                        .store = source->store,
                        .installation = source->installation,
                        .organisation_id = source->organisation_id,
                        .now_us = clock_now_us()};
    enum err err = store_read(&work, load, &looking);

    if (err != OK) {
        *fault = work.fault;
    }
    return err;
}

enum err environment_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct environment_owner_find_row owner;
    enum err err =
        environment_owner_find(work, &(struct environment_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = account_may_reach(work, owner.organisation_id);
    }
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no environment %.60s, or none you may see", id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}
