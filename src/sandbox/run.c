#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sandbox/pool.h"

const struct sandbox_limits sandbox_limits_default = {.wall_ms = 10'000,
                                                      .cpu_ms = 10'000,
                                                      .memory_mib = 512,
                                                      .file_mib = 32,
                                                      .output_kib = 256,
                                                      .process_max = 64,
                                                      .open_max = 128};

static const struct field limit_fields[] = {
    INT(sandbox_limits, wall_ms, .doc = "Milliseconds on the clock", .optional = true, .min = 1,
        .max = 3'600'000),
    INT(sandbox_limits, cpu_ms, .doc = "Processor milliseconds of one process", .optional = true,
        .min = 1, .max = 3'600'000),
    INT(sandbox_limits, memory_mib, .doc = "MiB of all processes together", .optional = true,
        .min = 8, .max = 1'048'576),
    INT(sandbox_limits, address_mib, .doc = "MiB of addresses of one process; 0: memory_mib",
        .optional = true, .min = 0, .max = 1'073'741'824),
    INT(sandbox_limits, file_mib, .doc = "MiB of one file, output included", .optional = true,
        .min = 1, .max = 1'048'576),
    INT(sandbox_limits, output_kib, .doc = "KiB handed back of each stream", .optional = true,
        .min = 1, .max = 65'536),
    INT(sandbox_limits, process_max, .doc = "Processes and threads", .optional = true, .min = 1,
        .max = 500),
    INT(sandbox_limits, open_max, .doc = "Open files of one process", .optional = true, .min = 8,
        .max = 4096),
};
const struct shape sandbox_limits_shape =
    SHAPE(sandbox_limits, limit_fields, "What a job may use", .defaults = &sandbox_limits_default);

const struct sandbox_options sandbox_options_default = {.kind = SANDBOX_COMMANDS,
                                                        .level_min = SANDBOX_NAMESPACE,
                                                        .level_max = SANDBOX_FULL,
                                                        .slot_count = 1,
                                                        .disk_mib = 64,
                                                        .inode_max = 4096,
                                                        .jobs_max = 2000,
                                                        .memory_mib = 1024};

static const char *const LEVELS[] = {"none", "filter", "namespace", "full"};
static const char *const ENDS[] = {"exited", "signal", "timeout", "memory", "output", "broken"};

const char *sandbox_level_name(enum sandbox_level level)
{
    return LEVELS[level];
}

bool sandbox_level_named(const char *name, enum sandbox_level *out)
{
    for (size_t i = 0; i < COUNT(LEVELS); i++) {
        if (strcmp(name, LEVELS[i]) == 0) {
            *out = (enum sandbox_level)i;
            return true;
        }
    }
    return false;
}

const char *sandbox_end_name(enum sandbox_end end)
{
    return ENDS[end];
}

void sandbox_probe(struct sandbox_probe *out)
{
    struct sandbox_options options = sandbox_options_default;
    struct sandbox *sandbox = NULL;
    struct fault fault = {0};

    options.level_min = SANDBOX_NONE;
    *out = (struct sandbox_probe){0};
    if (sandbox_new(&options, &sandbox, &fault) == OK) {
        *out = *sandbox_reached(sandbox);
        sandbox_free(sandbox);
    }
}

static enum err add_words(struct slot_request *request, const char *const *words, uint32_t *count,
                          struct fault *fault)
{
    for (; words != NULL && *words != NULL; words++, (*count)++) {
        size_t size = strlen(*words) + 1;

        if (size > REQUEST_ROOM - request->text_size || *count + 1 >= WORD_MAX / 2) {
            return fail(fault, ERR_INVALID,
                        "the command and its environment are longer than %d bytes", REQUEST_ROOM);
        }
        memcpy(request->text + request->text_size, *words, size);
        request->text_size += (uint32_t)size;
    }
    return OK;
}

void pool_outcome(const struct pool_slot *slot, const struct sandbox_limits *limits,
                  const struct slot_reply *reply, struct arena *arena, struct sandbox_outcome *out)
{
    *out = (struct sandbox_outcome){.end = (enum sandbox_end)reply->end,
                                    .level = slot->level,
                                    .exit_code = reply->exit_code,
                                    .signal = reply->signal,
                                    .wall_us = reply->wall_us,
                                    .cpu_us = reply->cpu_us,
                                    .memory_kib = reply->memory_kib,
                                    .output = {.at = ""},
                                    .error = {.at = ""}};
    out->note = arena_copy(arena, reply->note, strnlen(reply->note, sizeof(reply->note)));
    if (reply->end != SANDBOX_BROKEN) {
        int64_t room = limits->output_kib * 1024;

        out->output = pool_output(slot->file[SLOT_OUTPUT], room, arena, &out->cut);
        out->error = pool_output(slot->file[SLOT_ERROR], room, arena, &out->cut);
    }
}

enum err sandbox_run(struct sandbox *sandbox, const struct sandbox_job *job, struct arena *arena,
                     struct sandbox_outcome *out, struct fault *fault)
{
    struct slot_request *request = arena_new_of(arena, struct slot_request);
    struct slot_reply reply;

    if (job->arguments == NULL || job->arguments[0] == NULL || job->arguments[0][0] != '/') {
        return fail(fault, ERR_INVALID, "a command starts with an absolute path");
    }
    request->limits = job->limits;
    TRY(add_words(request, job->arguments, &request->argument_count, fault));
    TRY(add_words(request, job->environment, &request->environment_count, fault));
    struct pool_slot *slot = pool_take(sandbox);

    pool_exchange(slot, request, job->input, job->cancel, &reply);
    pool_outcome(slot, &job->limits, &reply, arena, out);
    pool_give(sandbox, slot, reply.spent != 0);
    return OK;
}
