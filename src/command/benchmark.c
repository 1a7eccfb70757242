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

enum err benchmark_read(struct arena *arena, const char *path, struct benchmark_lines *out,
                        struct fault *fault)
{
    struct text file;
    struct text rest;
    struct text one;

    TRY(file_read(arena, path, FILE_MAX_SIZE, &file, fault));
    out->at = arena_array(arena, struct board_line, text_lines(file));
    out->count = 0;
    rest = file;
    while (rest.size > 0 && rest.at[rest.size - 1] != '\n') {
        rest.size--; /* a line that was cut off */
    }
    out->whole_size = rest.size;
    for (uint64_t line = 1; text_cut(&rest, '\n', &one); line++) {
        one = text_trim(one);
        if (one.size > 0) {
            TRY(read_line(arena, one, line, &out->at[out->count], fault));
            out->count++;
        }
    }
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
