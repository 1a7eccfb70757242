#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/environment/environment_http.h"
#include "slice/environment/environment_sql.h"
#include "slice/installation.h"
#include "slice/reward/grade.h"
#include "slice/reward/grader.h"
#include "slice/reward/reward.h"
#include "store/store.h"
#include "store/work.h"

/* ------------------------------------------------------------------ what is said */

struct openenv_observation {
    const char *episode_id;
    const char *task;
    const char *instruction;
    const char *verdict;
    const char *reason;
    const char *note;
};
static const struct field observation_fields[] = {
    TEXT(openenv_observation, episode_id, .doc = "The episode"),
    TEXT(openenv_observation, task, .doc = "The task"),
    TEXT(openenv_observation, instruction, .doc = "What is asked"),
    TEXT(openenv_observation, verdict, .optional = true, .choices = "pass|fail|partial|unscored",
         .doc = "What came of the answer"),
    TEXT(openenv_observation, reason, .optional = true, .doc = "Why"),
    TEXT(openenv_observation, note, .optional = true, .doc = "For a person"),
};
static const struct shape observation_shape =
    SHAPE(openenv_observation, observation_fields, "What the agent sees");

struct openenv_reply {
    struct openenv_observation observation;
    double reward;
    bool done;
};
static const struct field reply_fields[] = {
    OBJECT(openenv_reply, observation, openenv_observation, .of = &observation_shape,
           .doc = "What the agent sees"),
    REAL(openenv_reply, reward, .optional = true,
         .doc = "From 0 to 1; none: not judged yet, or could not be"),
    BOOL(openenv_reply, done, .doc = "True: the episode is over"),
};
const struct shape openenv_reply_shape = SHAPE(openenv_reply, reply_fields, "A step's result");

struct openenv_reset {
    int64_t seed;
    const char *episode_id;
    const char *task;
};
static const struct openenv_reset reset_defaults = {.seed = INT_ABSENT};
static const struct field reset_fields[] = {
    INT(openenv_reset, seed, .optional = true, .min = 0, .max = 9e15,
        .doc = "Which task: its place among all, modulo their number; drawn unless said"),
    TEXT(openenv_reset, episode_id, .optional = true, .min = 1, .max = 100,
         .doc = "How the caller calls it"),
    TEXT(openenv_reset, task, .optional = true, .min = 1, .max = 200, .doc = "This task"),
};
const struct shape openenv_reset_shape =
    SHAPE(openenv_reset, reset_fields, "How to begin", .defaults = &reset_defaults);

struct openenv_action {
    const char *answer;
};
static const struct field action_fields[] = {
    TEXT(openenv_action, answer, .max = 1000000, .doc = "What the agent answers"),
};
static const struct shape action_shape = SHAPE(openenv_action, action_fields, "An action");

struct openenv_step {
    struct openenv_action action;
    const char *episode_id;
    const char *request_id;
    double timeout_s;
};
static const struct field step_fields[] = {
    OBJECT(openenv_step, action, openenv_action, .of = &action_shape, .doc = "What it does"),
    TEXT(openenv_step, episode_id, .optional = true, .min = 1, .max = 100,
         .doc = "Which episode; the last one unless said"),
    TEXT(openenv_step, request_id, .optional = true, .max = 200, .doc = "For the caller's log"),
    REAL(openenv_step, timeout_s, .optional = true, .max = 3600,
         .doc = "The task's own limits hold"),
};
const struct shape openenv_step_shape = SHAPE(openenv_step, step_fields, "A step");

/* ------------------------------------------------------------------ reset */

static enum err choose_task(struct call *call, const struct openenv_reset *body,
                            struct env_task_row *out)
{
    struct work *work = call->work;
    struct task_counts_row *counts;
    size_t count;
    int64_t total = 0;

    TRY(task_counts(work,
                    &(struct task_counts_args){.environment_id = call->ids[0],
                                               .organisation_id = work->organisation_id},
                    &counts, &count));
    for (size_t i = 0; i < count; i++) {
        total += counts[i].row_count;
    }
    if (total == 0) {
        return work_fail(work, ERR_CONFLICT, "the environment has no task yet");
    }
    int64_t seed = body->seed == INT_ABSENT ? work_random(work) : body->seed;

    return env_task_at(work,
                       &(struct env_task_at_args){.environment_id = call->ids[0],
                                                  .organisation_id = work->organisation_id,
                                                  .row_skip = seed % total},
                       out);
}

static enum err find_named(struct call *call, const char *name, struct env_task_row *out)
{
    struct work *work = call->work;
    struct task_current_row current;
    enum err err = task_current(
        work,
        &(struct task_current_args){
            .environment_id = call->ids[0], .organisation_id = work->organisation_id, .name = name},
        &current);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "task", "the environment has no task %.100s",
                               name);
    }
    TRY(err);
    return env_task_by_id(
        work,
        &(struct env_task_by_id_args){.id = current.id, .organisation_id = work->organisation_id},
        out);
}

enum err serve_openenv_reset(struct call *call)
{
    struct work *work = call->work;
    const struct openenv_reset *body = call->body;
    struct openenv_reply *reply = arena_new_of(work->arena, struct openenv_reply);
    struct env_task_row task;
    const char *id = work_new_id(work, "eps");
    const char *name = body->episode_id != NULL ? body->episode_id : id;

    TRY(body->task != NULL ? find_named(call, body->task, &task) : choose_task(call, body, &task));
    TRY(episode_insert(work, &(struct episode_insert_args){
                                 .id = id,
                                 .organisation_id = work->organisation_id,
                                 .environment_id = call->ids[0],
                                 .person_id = work->who->person_id,
                                 .task_id = task.id,
                                 .name = name,
                                 .created_at = work->now_us,
                             }));
    *reply = (struct openenv_reply){
        .observation = {.episode_id = name, .task = task.name, .instruction = task.instruction},
        .reward = (double)NAN};
    call->reply = reply;
    return OK;
}

/* ------------------------------------------------------------------ step */

struct episode {
    const char *id;
    const char *task_id;
    const char *name;
    int64_t step_count;
    bool is_done;
    double reward;
};

static enum err find_episode(struct call *call, struct work *work, const char *name,
                             struct episode *out)
{
    struct episode_last_row last;
    struct episode_named_row named;
    const char *person = work->who->person_id;
    enum err err;

    if (name == NULL) {
        err = episode_last(work,
                           &(struct episode_last_args){.environment_id = call->ids[0],
                                                       .organisation_id = work->organisation_id,
                                                       .person_id = person},
                           &last);
        if (err == OK) {
            *out = (struct episode){last.id,         last.task_id,      last.name,
                                    last.step_count, last.is_done != 0, last.reward};
        }
    } else {
        err = episode_named(work,
                            &(struct episode_named_args){.environment_id = call->ids[0],
                                                         .organisation_id = work->organisation_id,
                                                         .person_id = person,
                                                         .name = name},
                            &named);
        if (err == OK) {
            *out = (struct episode){named.id,         named.task_id,      named.name,
                                    named.step_count, named.is_done != 0, named.reward};
        }
    }
    return err == ERR_NOT_FOUND ? work_fail(work, ERR_CONFLICT, "there is no episode: reset first")
                                : err;
}

struct stepping {
    struct call *call;
    struct episode episode;
    struct env_task_row task;
    struct graded graded;
};

static enum err load(struct work *work, void *context)
{
    struct stepping *stepping = context;
    const struct openenv_step *body = stepping->call->body;

    TRY(find_episode(stepping->call, work, body->episode_id, &stepping->episode));
    if (stepping->episode.is_done) {
        return work_fail(work, ERR_CONFLICT, "the episode is over: reset first");
    }
    return env_task_by_id(work,
                          &(struct env_task_by_id_args){.id = stepping->episode.task_id,
                                                        .organisation_id = work->organisation_id},
                          &stepping->task);
}

/* What the machine could not judge leaves the episode open, to be tried again. */
static enum err store(struct work *work, void *context)
{
    struct stepping *stepping = context;
    const struct verdict *verdict = &stepping->graded.verdict;
    bool judged = verdict->kind != VERDICT_UNSCORED;
    int64_t affected;

    TRY(episode_step(work,
                     &(struct episode_step_args){.id = stepping->episode.id,
                                                 .organisation_id = work->organisation_id,
                                                 .is_done = judged,
                                                 .reward = judged ? verdict->score : (double)NAN},
                     &affected));
    return affected == 1 ? OK : work_fail(work, ERR_CONFLICT, "the episode is over: reset first");
}

static struct text row_of(struct arena *arena, const struct stepping *stepping)
{
    const struct openenv_step *body = stepping->call->body;
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);

    json_open(&out, '{');
    json_name(&out, "task");
    json_text(&out, stepping->task.name);
    json_name(&out, "answer");
    json_text(&out, body->action.answer);
    json_close(&out, '}');
    return buffer_view(&to);
}

enum err serve_openenv_step(struct call *call)
{
    struct work *work = call->work;
    struct stepping stepping = {.call = call};
    struct openenv_reply *reply = arena_new_of(work->arena, struct openenv_reply);
    struct task_source source = {.store = work->store,
                                 .installation = work->installation,
                                 .organisation_id = work->organisation_id,
                                 .environment_id = call->ids[0]};
    struct grading grading = {.find_task = task_source_find, .context = &source};

    TRY(store_read(work, load, &stepping));
    TRY(grader_grade(work->installation->grader, &grading, row_of(work->arena, &stepping),
                     work->arena, &stepping.graded, &work->fault));
    TRY(store_write(work, store, &stepping));
    const struct verdict *verdict = &stepping.graded.verdict;

    *reply = (struct openenv_reply){
        .observation = {.episode_id = stepping.episode.name,
                        .task = stepping.task.name,
                        .instruction = stepping.task.instruction,
                        .verdict = verdict_name(verdict->kind),
                        .reason =
                            verdict->reason == REASON_NONE ? NULL : reason_name(verdict->reason),
                        .note = verdict->note},
        .reward = verdict->kind == VERDICT_UNSCORED ? (double)NAN : verdict->score,
        .done = verdict->kind != VERDICT_UNSCORED};
    call->reply = reply;
    return OK;
}

/* ------------------------------------------------------------------ what it is */

struct openenv_state {
    const char *episode_id;
    int64_t step_count;
    bool done;
    double reward;
};
static const struct field state_fields[] = {
    TEXT(openenv_state, episode_id, .optional = true,
         .doc = "The last episode; none: no reset yet"),
    INT(openenv_state, step_count, .doc = "Steps in it"),
    BOOL(openenv_state, done, .doc = "True: it is over"),
    REAL(openenv_state, reward, .optional = true, .doc = "Its reward"),
};
const struct shape openenv_state_shape = SHAPE(openenv_state, state_fields, "An episode's state");

enum err serve_openenv_state(struct call *call)
{
    struct openenv_state *state = arena_new_of(call->work->arena, struct openenv_state);
    struct episode episode = {0};
    enum err err = find_episode(call, call->work, NULL, &episode);

    *state = (struct openenv_state){.reward = (double)NAN};
    if (err == OK) {
        *state = (struct openenv_state){.episode_id = episode.name,
                                        .step_count = episode.step_count,
                                        .done = episode.is_done,
                                        .reward = episode.reward};
    } else if (err != ERR_CONFLICT) {
        return err;
    }
    call->reply = state;
    return OK;
}

struct openenv_schema {
    const char *action;
    const char *observation;
    const char *state;
};
static const struct field schema_fields[] = {
    JSON(openenv_schema, action, .doc = "JSON schema of an action"),
    JSON(openenv_schema, observation, .doc = "JSON schema of an observation"),
    JSON(openenv_schema, state, .doc = "JSON schema of a state"),
};
const struct shape openenv_schema_shape = SHAPE(openenv_schema, schema_fields, "Schemas");

enum err serve_openenv_schema(struct call *call)
{
    static const struct openenv_schema schema = {
        .action = "{\"type\":\"object\",\"properties\":{\"answer\":{\"type\":\"string\"}},"
                  "\"required\":[\"answer\"]}",
        .observation = "{\"type\":\"object\",\"properties\":{\"episode_id\":{\"type\":\"string\"},"
                       "\"task\":{\"type\":\"string\"},\"instruction\":{\"type\":\"string\"},"
                       "\"verdict\":{\"type\":\"string\"},\"reason\":{\"type\":\"string\"},"
                       "\"note\":{\"type\":\"string\"}},\"required\":[\"episode_id\",\"task\","
                       "\"instruction\"]}",
        .state = "{\"type\":\"object\",\"properties\":{\"episode_id\":{\"type\":\"string\"},"
                 "\"step_count\":{\"type\":\"integer\"},\"done\":{\"type\":\"boolean\"},"
                 "\"reward\":{\"type\":\"number\"}},\"required\":[\"step_count\",\"done\"]}"};

    call->reply = &schema;
    return OK;
}

struct openenv_metadata {
    const char *name;
    const char *description;
    const char *version;
};
static const struct field metadata_fields[] = {
    TEXT(openenv_metadata, name, .doc = "Name of the environment"),
    TEXT(openenv_metadata, description, .doc = "What it is for"),
    TEXT(openenv_metadata, version, .doc = "Counts changes of its tasks"),
};
const struct shape openenv_metadata_shape =
    SHAPE(openenv_metadata, metadata_fields, "What the environment is");

enum err serve_openenv_metadata(struct call *call)
{
    struct work *work = call->work;
    struct openenv_metadata *metadata = arena_new_of(work->arena, struct openenv_metadata);
    struct environment_row row;

    TRY(environment_by_id(work,
                          &(struct environment_by_id_args){
                              .id = call->ids[0], .organisation_id = work->organisation_id},
                          &row));
    *metadata = (struct openenv_metadata){
        .name = row.name,
        .description = row.summary,
        .version = arena_print(work->arena, "%lld", (long long)row.version_number)};
    call->reply = metadata;
    return OK;
}

struct openenv_health {
    const char *status;
};
static const struct field health_fields[] = {
    TEXT(openenv_health, status, .choices = "healthy", .doc = "It is there"),
};
const struct shape openenv_health_shape = SHAPE(openenv_health, health_fields, "Health");

enum err serve_openenv_health(struct call *call)
{
    static const struct openenv_health healthy = {.status = "healthy"};

    call->reply = &healthy;
    return OK;
}
