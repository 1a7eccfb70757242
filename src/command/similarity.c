#include "engine/retrieve/similarity.h"

#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/text_folder.h"

struct similarity_command {
    const char *experts;
    const char *tasks;
    const char *language;
};

static const struct field fields[] = {
    TEXT(similarity_command, experts, .doc = "Folder with the experts' works"),
    TEXT(similarity_command, tasks, .doc = "Folder with the tasks' texts"),
    TEXT(similarity_command, language, .doc = "ISO 639-1 code of the texts' language"),
};
static const struct similarity_command defaults = {.language = "en"};
static const struct shape shape =
    SHAPE(similarity_command, fields, "Options of similarity", .defaults = &defaults);

static enum err read_folders(struct invocation *call, const struct similarity_command *options,
                             struct text_folder *experts, struct text_folder *tasks)
{
    if (options->experts == NULL || options->tasks == NULL) {
        const char *missing = options->experts == NULL ? "experts" : "tasks";

        return fail_field(call->fault, ERR_INVALID, missing, "--%s DIR is needed", missing);
    }
    TRY(text_folder_read(call->arena, options->experts, experts, call->fault));
    TRY(text_folder_read(call->arena, options->tasks, tasks, call->fault));
    if (experts->owner_count == 0 || tasks->owner_count == 0) {
        return fail(call->fault, ERR_INVALID, "%s holds no texts",
                    experts->owner_count == 0 ? options->experts : options->tasks);
    }
    return OK;
}

/* All texts of a task are read as one. */
static const struct text *joined_tasks(struct arena *arena, const struct text_folder *tasks)
{
    struct text *joined = arena_array(arena, struct text, tasks->owner_count);
    size_t at = 0;

    for (uint32_t i = 0; i < tasks->owner_count; i++) {
        struct buffer buffer = buffer_new(arena);

        for (; at < tasks->text_count && tasks->texts[at].owner == i; at++) {
            buffer_text(&buffer, tasks->texts[at].text);
            buffer_char(&buffer, '\n');
        }
        joined[i] = buffer_view(&buffer);
    }
    return joined;
}

static const struct similarity_work *works_of(struct arena *arena,
                                              const struct text_folder *experts)
{
    struct similarity_work *works =
        arena_array(arena, struct similarity_work, experts->text_count + 1);

    for (size_t i = 0; i < experts->text_count; i++) {
        works[i] = (struct similarity_work){.expert = experts->texts[i].owner,
                                            .text = experts->texts[i].text};
    }
    return works;
}

static void print_line(FILE *to, struct buffer *line)
{
    buffer_char(line, '\n');
    (void)fwrite(line->at, 1, line->size, to);
    buffer_reset(line);
}

static void print_matrix(struct invocation *call, const struct text_folder *experts,
                         const struct text_folder *tasks, const double *scores)
{
    struct buffer line = buffer_new(call->arena);

    buffer_string(&line, "expert");
    for (uint32_t k = 0; k < tasks->owner_count; k++) {
        buffer_char(&line, ',');
        buffer_csv(&line, text_of(tasks->owners[k]));
    }
    print_line(call->out, &line);
    for (uint32_t i = 0; i < experts->owner_count; i++) {
        buffer_csv(&line, text_of(experts->owners[i]));
        for (uint32_t k = 0; k < tasks->owner_count; k++) {
            buffer_print(&line, ",%.9g", scores[(size_t)i * tasks->owner_count + k]);
        }
        print_line(call->out, &line);
    }
}

static enum err run_similarity(struct invocation *call)
{
    const struct similarity_command *options = call->options;
    struct text_folder experts;
    struct text_folder tasks;
    double *scores;

    TRY(read_folders(call, options, &experts, &tasks));
    struct similarity_input input = {.works = works_of(call->arena, &experts),
                                     .work_count = experts.text_count,
                                     .expert_count = experts.owner_count,
                                     .tasks = joined_tasks(call->arena, &tasks),
                                     .task_count = tasks.owner_count,
                                     .language = options->language};

    TRY(retrieve_similarity(call->arena, &input, &scores, call->fault));
    print_matrix(call, &experts, &tasks, scores);
    return OK;
}

static const struct command commands[] = {
    {.name = "similarity",
     .run = run_similarity,
     .options = &shape,
     .summary = "Score how near each expert's written work is to each task",
     .details =
         "An expert is a set of texts, and so is a task. Both folders may hold, mixed:\n"
         "  DIR/<name>.txt            one text\n"
         "  DIR/<name>.jsonl          one text a line: {\"text\": \"...\"}, or a \"title\" and an\n"
         "                            \"abstract\"\n"
         "  DIR/<name>/<any>.txt      the texts of one name, and .jsonl likewise\n"
         "The texts of a task are read as one; those of an expert stay apart. Prints CSV: a row "
         "an\n"
         "expert, a column a task, both sorted by name; a score is the mean over the expert's\n"
         "works of the squared tf-idf cosine with the task (stems, 1- and 2-grams), from 0 to 1.",
     .examples = "periti similarity --experts works/ --tasks proposals/ > scores.csv"},
};

const struct command_group similarity_group = {
    .name = "Matching", .commands = commands, .command_count = COUNT(commands)};
