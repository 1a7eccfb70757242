#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/lines.h"
#include "command/model_options.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_read.h"
#include "engine/verify/statistics.h"
#include "model/judge.h"
#include "sys/file.h"

enum { ITEMS_MAX = 1'000'000, OUT_MODE = 0644 };

struct grade_options {
    struct model_options model;
    int64_t votes;
    const char *out;
};

static const struct grade_options grade_defaults = {.model = MODEL_OPTIONS_DEFAULT, .votes = 3};

static const struct field grade_fields[] = {
    MODEL_FIELDS(grade_options),
    INT(grade_options, votes, .doc = "Most votes on a criterion; odd [3]", .optional = true,
        .min = 1, .max = 15),
    TEXT(grade_options, out, .doc = "File for the graded rows", .optional = true),
};
static const struct shape grade_shape =
    SHAPE(grade_options, grade_fields, "How to grade", .defaults = &grade_defaults);

/* One row of the file and where its criteria stand among all. */
struct graded {
    const char *id;
    const char *task; /* NULL: the row names none */
    const struct criterion *criteria;
    size_t count;
    size_t first;
};

struct grading {
    struct graded *rows;
    size_t row_count;
    size_t row_room;
    struct judge_item *items;
    size_t item_count;
    size_t item_room;
};

static const char *needed(const struct json *row, const char *name)
{
    return row->kind == JSON_OBJECT ? json_text_of(row, name) : NULL;
}

static enum err add_row(struct invocation *call, struct grading *grading, const struct json *row,
                        uint64_t line)
{
    struct graded graded = {.first = grading->item_count};
    const char *answer = needed(row, "answer");

    answer = answer == NULL ? needed(row, "completion") : answer;
    if (answer == NULL) {
        return fail_line(call->fault, ERR_INVALID, line, "answer",
                         "the row has no answer to grade");
    }
    if (json_member(row, "rubrics") == NULL) {
        return fail_line(call->fault, ERR_INVALID, line, "rubrics",
                         "the row has no list rubrics of criteria");
    }
    if (rubric_read_criteria(call->arena, row, &graded.criteria, &graded.count, call->fault) !=
        OK) {
        call->fault->line = line;
        return ERR_INVALID;
    }
    if (graded.count == 0) {
        return fail_line(call->fault, ERR_INVALID, line, "rubrics",
                         "the list of criteria is empty");
    }
    graded.id = needed(row, "id");
    graded.task = needed(row, "task");
    graded.id =
        graded.id == NULL ? arena_print(call->arena, "%zu", grading->row_count + 1) : graded.id;
    for (size_t i = 0; i < graded.count; i++) {
        if (graded.criteria[i].text == NULL) {
            return fail_line(call->fault, ERR_INVALID, line, "rubrics", "criterion %zu has no text",
                             i + 1);
        }
        grading->items = arena_room(call->arena, grading->items, grading->item_count,
                                    &grading->item_room, sizeof(*grading->items));
        grading->items[grading->item_count++] =
            (struct judge_item){.prompt = needed(row, "prompt"),
                                .answer = answer,
                                .criterion = graded.criteria[i].text,
                                .reference = needed(row, "reference")};
    }
    grading->rows = arena_room(call->arena, grading->rows, grading->row_count, &grading->row_room,
                               sizeof(*grading->rows));
    grading->rows[grading->row_count++] = graded;
    return OK;
}

static enum err read_rows(struct invocation *call, struct grading *grading)
{
    LINES_SCOPE lines = NULL;

    TRY(lines_open(call->words[0], &lines, call->fault));
    for (;;) {
        const struct json *row = NULL;
        bool more = false;

        TRY(lines_next_json(lines, call->arena, &row, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(add_row(call, grading, row, lines_number(lines)));
        if (grading->item_count > ITEMS_MAX) {
            return fail(call->fault, ERR_LIMIT, "the file has more than %d criteria", ITEMS_MAX);
        }
    }
    return grading->row_count > 0 ? OK : fail(call->fault, ERR_INVALID, "the file holds no rows");
}

static void put_criterion(struct json_out *out, const struct criterion *criterion,
                          const struct judgement *judged)
{
    json_open(out, '{');
    json_name(out, "id");
    json_text(out, criterion->id);
    json_name(out, "criterion");
    json_text(out, criterion->text);
    json_name(out, "points");
    json_real(out, criterion->points);
    json_name(out, "criteria_met");
    if (judged->verdict == JUDGE_COULD_NOT) {
        json_null(out);
    } else {
        json_bool(out, judged->verdict == JUDGE_MET);
    }
    json_name(out, "reason");
    json_text(out, judged->reason);
    json_name(out, "quote");
    json_text(out, judged->quote);
    json_name(out, "votes");
    json_int(out, judged->votes);
    json_close(out, '}');
}

/* The rubric's score by points, as the judge saw it; unscored as soon as one criterion is. */
static enum err score_row(struct invocation *call, const struct graded *row,
                          const struct judgement *judged, double *score, struct verdict *verdict)
{
    struct criterion *seen = arena_array(call->arena, struct criterion, row->count);

    for (size_t i = 0; i < row->count; i++) {
        seen[i] = row->criteria[i];
        seen[i].scored = judged[i].verdict != JUDGE_COULD_NOT;
        seen[i].score = judged[i].verdict == JUDGE_MET;
    }
    return rubric_points_score(seen, row->count, score, verdict, call->fault);
}

static enum err put_row(struct invocation *call, struct json_out *out, const struct graded *row,
                        const struct judgement *judged, struct verdict_tally *tally)
{
    struct verdict verdict;
    double score = 0;

    TRY(score_row(call, row, judged, &score, &verdict));
    verdict_count(tally, verdict);
    json_open(out, '{');
    json_name(out, "id");
    json_text(out, row->id);
    if (row->task != NULL) {
        json_name(out, "task");
        json_text(out, row->task);
    }
    json_name(out, "grader");
    json_text(out, ((const struct grade_options *)call->options)->model.model);
    json_name(out, "kind");
    json_text(out, "model");
    json_name(out, "score");
    if (verdict.kind == VERDICT_UNSCORED) {
        json_null(out);
    } else {
        json_real(out, score);
    }
    json_name(out, "rubrics");
    json_open(out, '[');
    for (size_t i = 0; i < row->count; i++) {
        put_criterion(out, &row->criteria[i], &judged[i]);
    }
    json_close(out, ']');
    json_close(out, '}');
    buffer_char(out->to, '\n');
    out->comma = false;
    return OK;
}

/* Against the verdicts that the rows bring, from experts. */
static enum err print_agreement(struct invocation *call, const struct grading *grading,
                                const struct judgement *judged)
{
    struct confusion counts = {0};
    double kappa;
    double f1;

    for (size_t i = 0; i < grading->row_count; i++) {
        const struct graded *row = &grading->rows[i];

        for (size_t k = 0; k < row->count; k++) {
            bool expert = row->criteria[k].score > .5;
            enum judge_verdict verdict = judged[row->first + k].verdict;

            if (row->criteria[k].scored && verdict != JUDGE_COULD_NOT) {
                counts.both += expert && verdict == JUDGE_MET;
                counts.judge_only += !expert && verdict == JUDGE_MET;
                counts.expert_only += expert && verdict != JUDGE_MET;
                counts.neither += !expert && verdict != JUDGE_MET;
            }
        }
    }
    uint64_t total = counts.both + counts.judge_only + counts.expert_only + counts.neither;

    if (total == 0) {
        return OK;
    }
    TRY(confusion_kappa(&counts, &kappa, call->fault));
    TRY(balanced_f1(&counts, &f1, call->fault));
    fprintf(call->out, "agreement with experts\t%llu criteria\tkappa %.4f\tbalanced F1 %.4f\n",
            (unsigned long long)total, kappa, f1);
    return OK;
}

static enum err report(struct invocation *call, const struct grading *grading,
                       const struct judgement *judged)
{
    const struct grade_options *given = call->options;
    struct buffer buffer = buffer_new(call->arena);
    struct json_out out = json_to(&buffer);
    struct verdict_tally tally = {0};
    size_t verdicts[3] = {0};

    for (size_t i = 0; i < grading->row_count; i++) {
        TRY(put_row(call, &out, &grading->rows[i], judged + grading->rows[i].first, &tally));
    }
    for (size_t i = 0; i < grading->item_count; i++) {
        verdicts[judged[i].verdict]++;
    }
    if (given->out != NULL) {
        TRY(file_write(given->out, buffer_view(&buffer), OUT_MODE, call->fault));
    }
    fprintf(call->out, "answers\t%zu\tcriteria\t%zu\n", grading->row_count, grading->item_count);
    for (size_t i = 0; i < COUNT(verdicts); i++) {
        fprintf(call->out, "%s\t%zu\n", judge_verdict_name((enum judge_verdict)i), verdicts[i]);
    }
    fprintf(call->out, "answers with a score\t%llu\n",
            (unsigned long long)(grading->row_count - tally.kind[VERDICT_UNSCORED]));
    return print_agreement(call, grading, judged);
}

static enum err run_grade(struct invocation *call)
{
    const struct grade_options *given = call->options;
    struct judge_options options = judge_defaults;
    struct grading grading = {0};
    struct model_setup setup;
    struct model_totals totals;

    if (given->votes % 2 == 0) {
        return fail_field(call->fault, ERR_INVALID, "votes",
                          "%lld votes may tie; give an odd number", (long long)given->votes);
    }
    options.vote_max = (uint32_t)given->votes;
    TRY(model_setup_read(call, &given->model, &setup));
    TRY(read_rows(call, &grading));
    struct judgement *judged = arena_array(call->arena, struct judgement, grading.item_count);

    TRY(judge_all(call->arena, &setup.run, &options, grading.items, grading.item_count, judged,
                  &totals, call->fault));
    TRY(report(call, &grading, judged));
    model_totals_print(call, &totals);
    return OK;
}

static const struct command commands[] = {
    {.name = "rubric grade",
     .words = "ANSWERS.jsonl",
     .run = run_grade,
     .options = &grade_shape,
     .summary = "Grade answers by their rubrics with a model as judge",
     .details =
         "Rows hold answer, rubrics (criteria with points), and perhaps id, prompt, reference. One "
         "call a criterion; a\ncriterion is met only with words quoted from the answer; what the "
         "judge cannot grade stays ungraded and is\nnever a zero. Where rows bring criteria_met, "
         "from experts, the agreement is printed. The file of --out is\nread by `periti rubric "
         "score`.",
     .examples = "  periti rubric grade answers.jsonl --server http://127.0.0.1:8000/v1 --model "
                 "qwen3 --cache judged --out graded.jsonl"},
};

const struct command_group grade_group = {
    .name = "Judges", .commands = commands, .command_count = COUNT(commands)};
