#include "command/benchmark.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "sys/file.h"

enum { FILE_MAX_SIZE = 2'000'000'000 };

static enum err read_line(struct arena *arena, struct text text, uint64_t line,
                          struct board_line *out, struct fault *fault)
{
    struct json *row = NULL;
    enum err err = json_parse(arena, text, &row, fault);

    if (err != OK) {
        fault->line = line;
        return err;
    }
    if (board_line_read(row, out, fault) != OK) {
        fault->line = line;
        return ERR_INVALID;
    }
    return OK;
}

static size_t count_lines(struct text file)
{
    size_t count = 0;

    for (size_t i = 0; i < file.size; i++) {
        count += file.at[i] == '\n';
    }
    return count;
}

enum err benchmark_read(struct arena *arena, const char *path, struct benchmark_lines *out,
                        struct fault *fault)
{
    struct text file;
    struct text rest;

    TRY(file_read(arena, path, FILE_MAX_SIZE, &file, fault));
    out->at = arena_array(arena, struct board_line, count_lines(file) + 1);
    out->count = 0;
    rest = file;
    for (uint64_t line = 1;; line++) {
        const char *end = rest.size == 0 ? NULL : memchr(rest.at, '\n', rest.size);

        if (end == NULL) {
            break; /* nothing is left, or a line that was cut off */
        }
        struct text one = text_trim((struct text){rest.at, (size_t)(end - rest.at)});

        if (one.size > 0) {
            TRY(read_line(arena, one, line, &out->at[out->count], fault));
            out->count++;
        }
        rest = (struct text){end + 1, rest.size - (size_t)(end + 1 - rest.at)};
    }
    out->whole_size = file.size - rest.size;
    return OK;
}

static const struct command commands[] = {
    {.name = "benchmark run",
     .words = "SUITE.jsonl",
     .run = benchmark_run,
     .options = &benchmark_run_shape,
     .summary = "Put a suite of tasks to a model and check its answers",
     .details =
         "Tasks hold id, prompt, reference, and perhaps check and domain. Answers are added to the "
         "file of --out as they\ncome, with verdict, tokens, time and the suite's hash; after a "
         "break the same command goes on where it\nstopped. What goes wrong around an answer "
         "leaves it unscored, and it is asked again next time.",
     .examples = "  periti benchmark run suite.jsonl --server http://127.0.0.1:8000/v1 --model "
                 "qwen3 --runs 4 --check math --out answers.jsonl"},
    {.name = "benchmark show",
     .words = "ANSWERS.jsonl...",
     .run = benchmark_show,
     .options = &benchmark_show_shape,
     .summary = "Compare models on what they answered",
     .details = "A line a model, best first: mean with interval (answers to one task may be "
                "alike), median of runs, pass@1,\npass@k and pass^k over the answers of each task, "
                "tokens, "
                "seconds, spending; then the paired differences between models\non the tasks that "
                "both did. Unscored answers are counted and count for neither side.",
     .examples = "  periti benchmark show answers.jsonl --by-domain"},
};

const struct command_group benchmark_group = {
    .name = "Benchmarks", .commands = commands, .command_count = COUNT(commands)};
