#include "engine/verify/rubric.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/rubric_tools.h"
#include "engine/verify/rubric_read.h"
#include "sys/file.h"

enum { FILE_MAX_SIZE = 256 * 1024 * 1024 };

/* What a command does with each rubric of a file. */
struct sink {
    enum err (*take)(struct sink *sink, const struct json *rubric, struct arena *arena,
                     struct fault *fault);
    FILE *out;
    size_t count;
    size_t scored;
    size_t findings;
    double sum;
};

/* One JSON document, or one a line. */
static enum err each_rubric(struct invocation *call, struct sink *sink)
{
    struct text file;
    struct json *whole;
    struct fault first = {0};

    TRY(file_read(call->arena, call->words[0], FILE_MAX_SIZE, &file, call->fault));
    if (json_parse(call->arena, file, &whole, &first) == OK) {
        return sink->take(sink, whole, call->arena, call->fault);
    }
    struct json_lines lines = {.rest = file};

    do {
        if (json_next(call->arena, &lines, &whole, call->fault) != OK) {
            *call->fault = lines.line == 1 ? first : *call->fault;
            return ERR_INVALID;
        }
        if (whole != NULL) {
            TRY(sink->take(sink, whole, call->arena, call->fault));
        }
    } while (whole != NULL);
    return OK;
}

static void print_score(struct sink *sink, double score, size_t criteria, struct verdict verdict)
{
    sink->count++;
    if (verdict.kind == VERDICT_UNSCORED) {
        fprintf(sink->out, "%zu\tunscored\t%zu criteria\t%s\n", sink->count, criteria,
                verdict.note);
        return;
    }
    sink->scored++;
    sink->sum += score;
    fprintf(sink->out, "%zu\t%.17g\t%zu criteria\n", sink->count, score, criteria);
}

static enum err score(struct sink *sink, const struct json *rubric, struct arena *arena,
                      struct fault *fault)
{
    struct verdict verdict;
    size_t count;

    if (json_member(rubric, "sub_tasks") != NULL) {
        struct rubric_node *nodes;
        size_t leaf_count;

        TRY(rubric_read_tree(arena, rubric, &nodes, &count, &leaf_count, fault));
        TRY(rubric_tree_score(nodes, count, &verdict, fault));
        print_score(sink, nodes[0].score, leaf_count, verdict);
        return OK;
    }
    const struct criterion *criteria;
    double points;

    TRY(rubric_read_criteria(arena, rubric, &criteria, &count, fault));
    TRY(rubric_points_score(criteria, count, &points, &verdict, fault));
    print_score(sink, points, count, verdict);
    return OK;
}

static enum err run_score(struct invocation *call)
{
    struct sink sink = {.take = score, .out = call->out};

    fprintf(call->out, "rubric\tscore\tof\n");
    TRY(each_rubric(call, &sink));
    if (sink.scored > 1) {
        double mean = sink.sum / (double)sink.scored;

        fprintf(call->out, "mean of %zu, clipped to 0 and 1\t%.17g\n", sink.scored,
                fmin(fmax(mean, 0), 1));
    }
    return OK;
}

/* The texts of a prompt, be it text or messages. */
static const char *prompt_of(struct arena *arena, const struct json *row)
{
    const struct json *prompt = json_member(row, "prompt");
    struct buffer text = buffer_new(arena);

    if (prompt == NULL || prompt->kind == JSON_TEXT) {
        return prompt == NULL ? NULL : prompt->text;
    }
    for (const struct json *message = prompt->first; message != NULL; message = message->next) {
        const char *content =
            message->kind == JSON_OBJECT ? json_text_of(message, "content") : NULL;

        buffer_string(&text, content == NULL ? "" : content);
        buffer_char(&text, '\n');
    }
    return text.at;
}

static enum err lint(struct sink *sink, const struct json *rubric, struct arena *arena,
                     struct fault *fault)
{
    const struct criterion *criteria;
    const struct rubric_finding *found;
    size_t count;
    size_t found_count;

    TRY(rubric_read_criteria(arena, rubric, &criteria, &count, fault));
    const char *prompt = rubric->kind == JSON_OBJECT ? prompt_of(arena, rubric) : NULL;

    TRY(rubric_lint(arena, criteria, count, prompt, &found, &found_count, fault));
    sink->count++;
    for (size_t i = 0; i < found_count; i++) {
        const char *id = count == 0 ? "-" : criteria[found[i].criterion].id;
        const char *other = found[i].other == found[i].criterion ? "" : criteria[found[i].other].id;

        fprintf(sink->out, "%zu\t%s\t%s\t%s%s%s\n", sink->count, id,
                rubric_defect_name(found[i].defect), found[i].detail,
                other[0] == '\0' ? "" : " as in ", other);
    }
    sink->findings += found_count;
    return OK;
}

static enum err run_lint(struct invocation *call)
{
    struct sink sink = {.take = lint, .out = call->out};

    fprintf(call->out, "rubric\tcriterion\tdefect\tdetail\n");
    TRY(each_rubric(call, &sink));
    if (sink.findings > 0) {
        return fail(call->fault, ERR_UNAVAILABLE, "%zu findings in %zu rubrics", sink.findings,
                    sink.count);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "rubric score",
     .words = "FILE",
     .run = run_score,
     .summary = "Score graded rubrics",
     .details = "A weighted tree (sub_tasks, weight, score), rows of criteria with points and "
                "criteria_met, or keyed\ncriteria with autorating; one JSON document, or one a "
                "line. A criterion that is not graded leaves its rubric\nunscored.",
     .examples = "  periti rubric score graded_tree.json"},
    {.name = "rubric lint",
     .words = "FILE",
     .run = run_lint,
     .summary = "Find criteria that grade badly",
     .details = "Not atomic, vague, overlapping, cyclic or missing needs, weights that count for "
                "nothing or for all, ids twice,\nanswers that the prompt gives away. Exit code 1 "
                "with findings."},
    {.name = "rubric convert",
     .words = "FILE",
     .run = rubric_convert,
     .options = &rubric_convert_shape,
     .summary = "Turn rubrics from one public form into another",
     .details =
         "Reads Periti's own lines, HealthBench, APEX (lines or CSV), ACE CSV, archipelago "
         "verifiers and weighted trees;\nthe form is told by what the file holds. What would "
         "change a score and has no place in the other form is\nrefused, with the criterion.",
     .examples = "  periti rubric convert ACE-Food.csv --to periti --out food.jsonl"},
    {.name = "rubric diff",
     .words = "OLD NEW",
     .run = rubric_diff,
     .summary = "Say what changed between two versions of rubrics",
     .details = "Criteria are the same by their id within a rubric. Prints + added, - removed, ~ "
                "changed, with what. Exit code 0\nwhether or not there are changes."},
    {.name = "rubric measure",
     .words = "GRADES.jsonl",
     .run = rubric_measure_file,
     .options = &rubric_measure_shape,
     .summary = "Show how each criterion measures",
     .details =
         "Rows hold id (the response), grader, perhaps kind (expert or model) and task, and "
         "rubrics with criteria_met.\nPrints for each criterion the pass rate with its "
         "interval, the correlation with the rest, kappa between\npeople, kappa and balanced "
         "F1 of models against people, and what to look at.",
     .examples = "  periti rubric measure grades.jsonl"},
};

const struct command_group rubric_group = {
    .name = "Rubrics", .commands = commands, .command_count = COUNT(commands)};
