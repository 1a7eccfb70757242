#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/lines.h"
#include "engine/verify/check.h"
#include "engine/verify/verdict.h"

struct verify_options {
    struct check_options check;
    bool json;
};

static const struct verify_options verify_defaults = {
    .check = {.check = "exact", .normalise = "trim"}};

#define PART(member, field_kind, text, ...)                                                        \
    {                                                                                              \
        .name = #member, .kind = (field_kind), .doc = (text),                                      \
        .offset = offsetof(struct verify_options, check) + offsetof(struct check_options, member), \
        __VA_ARGS__                                                                                \
    }

static const struct field verify_fields[] = {
    PART(check, FIELD_TEXT, "How answers are checked [exact]", .optional = true,
         .choices = "exact|choice|numeric|set|regex|json|schema|table|diff|math"),
    PART(normalise, FIELD_TEXT,
         "Of exact and set: trim,space,case,punctuation,articles,unicode or none [trim]",
         .optional = true),
    PART(marker, FIELD_TEXT, "The answer follows the last of these; without it: no answer",
         .optional = true),
    PART(path, FIELD_TEXT, "Of json: the part that counts, as rows[0].name", .optional = true),
    PART(absolute, FIELD_REAL, "Absolute tolerance of numbers [0]", .optional = true, .max = 1e300),
    PART(relative, FIELD_REAL, "Relative tolerance of numbers [0]", .optional = true, .max = 1),
    PART(round, FIELD_BOOL, "Round answers to the places of the reference", .optional = true),
    PART(unordered, FIELD_BOOL, "Lists and rows may come in any order", .optional = true),
    PART(partial, FIELD_BOOL, "A share of a set or table counts", .optional = true),
    BOOL(verify_options, json, .doc = "Print a line of JSON for each row", .optional = true),
};
static const struct shape verify_shape =
    SHAPE(verify_options, verify_fields, "How to check answers", .defaults = &verify_defaults);

static enum err text_member(const struct json *row, const char *name, uint64_t line,
                            struct text *out, struct fault *fault)
{
    const struct json *member = json_member(row, name);

    if (member == NULL || member->kind == JSON_NULL) {
        return fail_line(fault, ERR_INVALID, line, name, "%s is missing", name);
    }
    /* A number, a list or an object stands for its own text. */
    *out = member->kind == JSON_TEXT ? text_of(member->text) : member->source;
    return OK;
}

static void print_row(FILE *to, struct arena *arena, const struct json *row, struct verdict verdict)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out json = json_to(&buffer);
    const struct json *id = json_member(row, "id");

    json_open(&json, '{');
    json_name(&json, "id");
    if (id == NULL) {
        json_null(&json);
    } else {
        json_raw(&json, arena_copy(arena, id->source.at, id->source.size));
    }
    json_name(&json, "verdict");
    json_text(&json, verdict_name(verdict.kind));
    json_name(&json, "score");
    json_real(&json, verdict.score);
    json_name(&json, "reason");
    json_text(&json, verdict.reason == REASON_NONE ? NULL : reason_name(verdict.reason));
    if (verdict.note != NULL) {
        json_name(&json, "note");
        json_text(&json, verdict.note);
    }
    json_close(&json, '}');
    fprintf(to, "%s\n", buffer.at);
}

static void print_tally(FILE *to, const struct verdict_tally *tally)
{
    for (size_t i = 0; i < COUNT(tally->kind); i++) {
        fprintf(to, "%s\t%llu\n", verdict_name((enum verdict_kind)i),
                (unsigned long long)tally->kind[i]);
    }
    for (size_t i = 0; i < REASON_COUNT; i++) {
        if (tally->reason[i] > 0) {
            fprintf(to, "reason %s\t%llu\n", reason_name((enum verdict_reason)i),
                    (unsigned long long)tally->reason[i]);
        }
    }
    if (tally->kind[VERDICT_PASS] + tally->kind[VERDICT_FAIL] + tally->kind[VERDICT_PARTIAL] > 0) {
        fprintf(to, "mean of scored\t%.6f\n", verdict_mean(tally));
    }
}

static enum err verify_row(struct checker *checker, struct arena *arena, struct text line,
                           uint64_t number, struct json **row, struct verdict *out,
                           struct fault *fault)
{
    struct text answer;
    struct text reference;
    enum err err = json_parse(arena, line, row, fault);

    if (err != OK) {
        fault->line = number;
        return err;
    }
    TRY(text_member(*row, "answer", number, &answer, fault));
    TRY(text_member(*row, "reference", number, &reference, fault));
    *out = checker_run(checker, arena, answer, reference);
    return OK;
}

static enum err verify_lines(struct invocation *call, struct checker *checker, struct lines *lines)
{
    const struct verify_options *given = call->options;
    struct verdict_tally tally = {0};
    ARENA_SCOPE arena = arena_new();
    struct arena_mark mark = arena_mark(arena);

    for (;;) {
        struct text line;
        struct json *row;
        struct verdict verdict;
        bool more = false;

        TRY(lines_next(lines, &line, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(verify_row(checker, arena, line, lines_number(lines), &row, &verdict, call->fault));
        verdict_count(&tally, verdict);
        if (given->json) {
            print_row(call->out, arena, row, verdict);
        }
        arena_undo(arena, mark);
    }
    if (!given->json) {
        print_tally(call->out, &tally);
    }
    return OK;
}

static enum err run_verify(struct invocation *call)
{
    const struct verify_options *given = call->options;
    struct checker *checker = NULL;
    LINES_SCOPE lines = NULL;

    TRY(checker_new(call->arena, &given->check, &checker, call->fault));
    TRY(lines_open(call->words[0], &lines, call->fault));
    enum err err = verify_lines(call, checker, lines);

    checker_free(checker);
    return err;
}

static const struct command commands[] = {
    {.name = "verify",
     .words = "ANSWERS.jsonl",
     .run = run_verify,
     .options = &verify_shape,
     .summary = "Check answers against references in bulk",
     .details = "Rows hold id, answer and reference; \"-\" reads standard input, gzip is undone. "
                "Memory does not grow with the\nnumber of rows. What goes wrong around an answer "
                "leaves it unscored, with a reason, and never becomes a zero.",
     .examples = "  periti verify answers.jsonl --check numeric --marker '####'\n"
                 "  periti verify answers.jsonl --check math --json"},
};

const struct command_group verify_group = {
    .name = "Verifiers", .commands = commands, .command_count = COUNT(commands)};
