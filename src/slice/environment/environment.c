#include "slice/environment/environment.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/environment/environment_sql.h"
#include "slice/environment/gate.h"
#include "slice/reward/program.h"
#include "slice/reward/verifier.h"
#include "store/work.h"
#include "sys/secret.h"

enum { WORLD_FILES_MAX = 1000, WORLD_SIZE_MAX = 64 << 20 };

enum err environment_add(struct work *work, const struct environment_draft *draft, const char **id)
{
    struct environment_named_row found;
    enum err err =
        environment_named(work,
                          &(struct environment_named_args){
                              .organisation_id = draft->organisation_id, .name = draft->name},
                          &found);

    if (err == OK) {
        return work_fail_field(work, ERR_CONFLICT, "name", "there is an environment %.100s already",
                               draft->name);
    }
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    *id = work_new_id(work, "env");
    TRY(environment_insert(work, &(struct environment_insert_args){
                                     .id = *id,
                                     .organisation_id = draft->organisation_id,
                                     .name = draft->name,
                                     .summary = draft->summary,
                                     .created_at = work->now_us,
                                     .created_by = work->who->person_id,
                                 }));
    return audit(work, "environment.add", *id, "{}");
}

/* ------------------------------------------------------------------ worlds */

static enum err check_files(struct work *work, const struct task_draft *draft)
{
    size_t total = 0;

    if (draft->file_count > WORLD_FILES_MAX) {
        return work_fail_field(work, ERR_INVALID, "files", "a world has at most %d files, not %zu",
                               WORLD_FILES_MAX, draft->file_count);
    }
    for (size_t i = 0; i < draft->file_count; i++) {
        if (!program_path_is_plain(draft->files[i].path)) {
            return work_fail_field(work, ERR_INVALID, "files",
                                   "\"%.200s\" is no path below the world's folder",
                                   draft->files[i].path);
        }
        if (i > 0 && strcmp(draft->files[i - 1].path, draft->files[i].path) == 0) {
            return work_fail_field(work, ERR_INVALID, "files", "%.200s is there twice",
                                   draft->files[i].path);
        }
        total += draft->files[i].content.size;
        if (total > WORLD_SIZE_MAX) {
            return work_fail_field(work, ERR_INVALID, "files", "a world holds at most %d bytes",
                                   WORLD_SIZE_MAX);
        }
    }
    return OK;
}

/* Hash of the list of paths, permissions and contents, in the order of the list. */
static const char *world_hash(struct work *work, const struct task_draft *draft,
                              const char **hashes)
{
    struct buffer list = buffer_new(work->arena);

    for (size_t i = 0; i < draft->file_count; i++) {
        hashes[i] = sha256_hex(work->arena, draft->files[i].content);
        buffer_print(&list, "%s %o %s\n", hashes[i], (unsigned)draft->files[i].mode,
                     draft->files[i].path);
    }
    return sha256_hex(work->arena, buffer_view(&list));
}

static enum err store_world(struct work *work, const struct task_draft *draft, const char **out)
{
    const char **hashes = arena_array(work->arena, const char *, draft->file_count + 1);

    *out = NULL;
    if (draft->file_count == 0) {
        return OK;
    }
    *out = world_hash(work, draft, hashes);
    for (size_t i = 0; i < draft->file_count; i++) {
        const struct world_file *file = &draft->files[i];

        TRY(content_insert(work, &(struct content_insert_args){
                                     .organisation_id = work->organisation_id,
                                     .sha256 = hashes[i],
                                     .size_bytes = (int64_t)file->content.size,
                                     .content = file->content,
                                 }));
        TRY(world_file_insert(work, &(struct world_file_insert_args){
                                        .organisation_id = work->organisation_id,
                                        .world_hash = *out,
                                        .path = file->path,
                                        .mode = file->mode,
                                        .sha256 = hashes[i],
                                    }));
    }
    return OK;
}

/* ------------------------------------------------------------------ versions */

static void hash_text(struct json_out *out, const char *name, const char *text)
{
    json_name(out, name);
    json_text(out, text);
}

/* Whatever decides about an answer, or what is asked. */
static const char *content_hash(struct work *work, const struct task_draft *draft,
                                const char *world)
{
    struct buffer to = buffer_new(work->arena);
    struct json_out out = json_to(&to);

    json_open(&out, '{');
    hash_text(&out, "instruction", draft->instruction);
    hash_text(&out, "verifier", draft->verifier);
    hash_text(&out, "reference", draft->reference);
    hash_text(&out, "solution", draft->solution);
    hash_text(&out, "world", world);
    hash_text(&out, "metadata", draft->metadata);
    json_close(&out, '}');
    return sha256_hex(work->arena, buffer_view(&to));
}

static enum err add_version(struct work *work, const char *environment_id,
                            const struct task_draft *draft, int64_t number, const char *world,
                            const char **id)
{
    *id = work_new_id(work, "etk");
    TRY(task_insert_version(work, &(struct task_insert_version_args){
                                      .id = *id,
                                      .organisation_id = work->organisation_id,
                                      .environment_id = environment_id,
                                      .name = draft->name,
                                      .number = number,
                                      .content_hash = content_hash(work, draft, world),
                                      .instruction = draft->instruction,
                                      .verifier = draft->verifier,
                                      .reference = draft->reference,
                                      .solution = draft->solution,
                                      .world_hash = world,
                                      .metadata = draft->metadata,
                                      .created_at = work->now_us,
                                      .created_by = work->who->person_id,
                                  }));
    return environment_touch(
        work, &(struct environment_touch_args){.id = environment_id,
                                               .organisation_id = work->organisation_id});
}

static enum err check_draft(struct work *work, const struct task_draft *draft)
{
    struct known *known;

    if (draft->name[0] == '\0' || strlen(draft->name) > 200) {
        return work_fail_field(work, ERR_INVALID, "name", "a task's name has 1 to 200 bytes");
    }
    enum err err = known_new(text_of(draft->verifier), &known, &work->fault);

    if (err != OK) {
        return work_fail_field(work, err, "verifier", "%.100s: %.300s", draft->name,
                               arena_copy(work->arena, work->fault.text, strlen(work->fault.text)));
    }
    bool needs_reference = known->checker != NULL && draft->reference == NULL;

    known_free(known);
    if (needs_reference) {
        return work_fail_field(work, ERR_INVALID, "reference",
                               "%.100s: this check holds an answer against a reference",
                               draft->name);
    }
    return check_files(work, draft);
}

enum err task_put(struct work *work, const char *environment_id, const struct task_draft *draft,
                  enum task_change *change, const char **id)
{
    struct task_current_row current = {0};
    const char *world;
    int64_t affected;

    TRY(check_draft(work, draft));
    TRY(store_world(work, draft, &world));
    enum err err =
        task_current(work,
                     &(struct task_current_args){.environment_id = environment_id,
                                                 .organisation_id = work->organisation_id,
                                                 .name = draft->name},
                     &current);

    if (err == OK && strcmp(current.content_hash, content_hash(work, draft, world)) == 0) {
        *change = TASK_SAME;
        *id = current.id;
        return OK;
    }
    *change = err == OK ? TASK_CHANGED : TASK_NEW;
    if (err == OK) {
        err = task_supersede(work,
                             &(struct task_supersede_args){
                                 .id = current.id, .organisation_id = work->organisation_id},
                             &affected);
    }
    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    return add_version(work, environment_id, draft, current.number + 1, world, id);
}

enum err gate_request(struct work *work, const char *environment_id, bool again,
                      const char **job_id)
{
    return job_request(work, GATE_JOB,
                       arena_print(work->arena, "{\"environment_id\":\"%s\",\"again\":%s}",
                                   environment_id, again ? "true" : "false"),
                       again ? NULL : environment_id, job_id);
}
