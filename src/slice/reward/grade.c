#include "slice/reward/grade.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/reward/verifier.h"
#include "sys/clock.h"

enum { KNOWN_MAX = 16, NOTE_MAX = 400 };

static const struct field row_fields[] = {
    JSON(reward_row, id, .optional = true, .max = 1000, .doc = "Echoed: any text or number"),
    TEXT(reward_row, task, .optional = true, .min = 1, .max = 200,
         .doc = "A task of the environment: its verifier and reference judge"),
    JSON(reward_row, answer, .doc = "What is judged: a text; other JSON stands for its own text"),
    JSON(reward_row, reference, .optional = true, .doc = "What the answer is held against"),
    TEXT(reward_row, check, .optional = true, .max = 20,
         .doc = "Short for a verifier that is nothing but a check"),
    JSON(reward_row, verifier, .optional = true, .doc = "How the answer is judged: a verifier"),
    TEXT(reward_row, group, .optional = true, .max = 200, .doc = "Echoed: rows of one prompt"),
    INT(reward_row, seed, .optional = true, .doc = "Echoed: what the answer was drawn with"),
};
const struct shape reward_row_shape = SHAPE(reward_row, row_fields, "An answer to be judged");

static const struct field line_fields[] = {
    INT(reward_line, index, .optional = true, .doc = "The row, counted from zero"),
    JSON(reward_line, id, .optional = true, .doc = "As the row has it"),
    TEXT(reward_line, group, .optional = true, .doc = "As the row has it"),
    REAL(reward_line, reward, .optional = true,
         .doc = "From 0 to 1; null: could not be judged, see reason. Never 0 for a fault of ours"),
    TEXT(reward_line, verdict, .optional = true, .choices = "pass|fail|partial|unscored",
         .doc = "What came of it"),
    TEXT(reward_line, reason, .optional = true,
         .choices = "wrong|format|timeout|crash|memory|output|sandbox|transport|unparseable|"
                    "verifier|unchecked|dependency|cancelled|request",
         .doc = "Why it failed (the first six) or was not scored"),
    TEXT(reward_line, note, .optional = true, .doc = "For a person"),
    TEXT(reward_line, task_version, .optional = true, .doc = "What was asked: a hash"),
    TEXT(reward_line, verifier_version, .optional = true,
         .doc = "How it was judged: check, edition of its rules, hash of its options"),
    TEXT(reward_line, level, .optional = true, .choices = "pure|none|filter|namespace|full",
         .doc = "How the program was isolated; pure: none was run"),
    OBJECT(reward_line, limits, sandbox_limits, .of = &sandbox_limits_shape, .optional = true,
           .doc = "What the program could use"),
    INT(reward_line, micros, .optional = true, .doc = "How long it took, from its start"),
    INT(reward_line, seed, .optional = true, .doc = "As the row has it"),
    BOOL(reward_line, stored, .optional = true,
         .doc = "True: judged before in this run, and only shown again"),
    BOOL(reward_line, done, .optional = true,
         .doc = "True: the last line, with the counts; without it the answer was cut off"),
    TEXT(reward_line, run_id, .optional = true, .doc = "Of the last line: where it was kept"),
    INT(reward_line, row_count, .optional = true, .doc = "Of the last line: rows"),
    INT(reward_line, pass_count, .optional = true, .doc = "Of the last line: rows that pass"),
    INT(reward_line, fail_count, .optional = true, .doc = "Of the last line: rows that fail"),
    INT(reward_line, partial_count, .optional = true, .doc = "Of the last line: in part"),
    INT(reward_line, unscored_count, .optional = true, .doc = "Of the last line: not scored"),
};
const struct shape reward_line_shape =
    SHAPE(reward_line, line_fields, "A verdict, or the last line");

struct bench {
    struct arena *arena;
    struct known *known[KNOWN_MAX];
    size_t known_next;
    struct arena *task_arena; /* of the task that was used last: rows come in groups */
    const char *task_name;
    struct grade_task task;
};

struct bench *bench_new(void)
{
    struct arena *arena = arena_new();
    struct bench *bench = arena_new_of(arena, struct bench);

    *bench = (struct bench){.arena = arena, .task_arena = arena_new()};
    return bench;
}

void bench_free(struct bench *bench)
{
    for (size_t i = 0; i < KNOWN_MAX; i++) {
        known_free(bench->known[i]);
    }
    arena_free(bench->task_arena);
    arena_free(bench->arena);
}

/* Prepared once, kept for the rows that follow. */
static enum err find_known(struct bench *bench, struct text source, struct known **out,
                           struct fault *fault)
{
    struct known *made;

    for (size_t i = 0; i < KNOWN_MAX && bench->known[i] != NULL; i++) {
        if (text_is(source, bench->known[i]->source)) {
            *out = bench->known[i];
            return OK;
        }
    }
    TRY(known_new(source, &made, fault));
    known_free(bench->known[bench->known_next]);
    bench->known[bench->known_next] = made;
    bench->known_next = (bench->known_next + 1) % KNOWN_MAX;
    *out = made;
    return OK;
}

static enum err find_task(struct bench *bench, const struct grading *grading, const char *name,
                          struct fault *fault)
{
    if (grading->find_task == NULL) {
        return fail_field(fault, ERR_INVALID, "task",
                          "a row may name a task only when the request names an environment");
    }
    if (bench->task_name != NULL && strcmp(bench->task_name, name) == 0) {
        return OK;
    }
    arena_free(bench->task_arena);
    bench->task_arena = arena_new();
    bench->task_name = NULL;
    bench->task = (struct grade_task){0};
    TRY(grading->find_task(grading->context, bench->task_arena, name, &bench->task, fault));
    bench->task_name = arena_copy(bench->task_arena, name, strlen(name));
    return OK;
}

/* ------------------------------------------------------------------ reading a row */

struct reading {
    struct text id;
    const struct json *answer;
    const struct json *reference;
    const struct json *verifier;
    const char *task;
    const char *check;
    const char *group;
    int64_t seed;
};

static enum err want_text(const struct json *member, const char **out, struct fault *fault)
{
    if (member->kind == JSON_NULL) {
        return OK;
    }
    if (member->kind != JSON_TEXT) {
        return fail_field(fault, ERR_INVALID, member->name, "%s must be a text", member->name);
    }
    *out = member->text;
    return OK;
}

static enum err read_member(const struct json *member, struct reading *out, struct fault *fault)
{
    const char *name = member->name;

    if (strcmp(name, "answer") == 0) {
        out->answer = member;
    } else if (strcmp(name, "reference") == 0) {
        out->reference = member;
    } else if (strcmp(name, "id") == 0) {
        out->id = member->source;
    } else if (strcmp(name, "verifier") == 0) {
        out->verifier = member->kind == JSON_NULL ? NULL : member;
    } else if (strcmp(name, "task") == 0) {
        return want_text(member, &out->task, fault);
    } else if (strcmp(name, "check") == 0) {
        return want_text(member, &out->check, fault);
    } else if (strcmp(name, "group") == 0) {
        return want_text(member, &out->group, fault);
    } else if (strcmp(name, "seed") == 0) {
        if (member->kind != JSON_INT) {
            return fail_field(fault, ERR_INVALID, "seed", "seed must be an integer");
        }
        out->seed = member->integer;
    } else {
        return fail_field(fault, ERR_INVALID, name, "a row has no member %.60s", name);
    }
    return OK;
}

static enum err read_row(struct arena *arena, struct text line, struct reading *out,
                         struct fault *fault)
{
    struct json *tree;

    TRY(json_parse(arena, line, &tree, fault));
    if (tree->kind != JSON_OBJECT) {
        return fail(fault, ERR_INVALID, "a row must be a JSON object");
    }
    for (const struct json *member = tree->first; member != NULL; member = member->next) {
        TRY(read_member(member, out, fault));
    }
    if (out->answer == NULL) {
        return fail_field(fault, ERR_INVALID, "answer", "answer is missing");
    }
    return OK;
}

/* Text stands for itself, other JSON for how it is written. */
static struct text as_text(const struct json *value)
{
    return value->kind == JSON_TEXT ? text_of(value->text) : value->source;
}

static struct text verifier_source(struct arena *arena, const struct grading *grading,
                                   const struct reading *row, const struct grade_task *task)
{
    if (row->verifier != NULL) {
        return row->verifier->source;
    }
    if (row->check != NULL) {
        struct buffer to = buffer_new(arena);
        struct json_out out = json_to(&to);

        json_open(&out, '{');
        json_name(&out, "check");
        json_text(&out, row->check);
        json_close(&out, '}');
        return buffer_view(&to);
    }
    if (task != NULL) {
        return text_of(task->verifier);
    }
    return grading->verifier.size > 0 ? grading->verifier : text_of("{\"check\":\"exact\"}");
}

/* What the last code fence holds; the whole when there is none. */
static struct text unfence(struct text answer)
{
    static const char FENCE[] = "```";
    struct text inside = answer;
    size_t marks = 0;
    size_t begin = 0;

    for (size_t at = 0; at + 3 <= answer.size; at++) {
        bool starts =
            (at == 0 || answer.at[at - 1] == '\n') && memcmp(answer.at + at, FENCE, 3) == 0;

        if (!starts) {
            continue;
        }
        const char *end = memchr(answer.at + at, '\n', answer.size - at);
        size_t next = end == NULL ? answer.size : (size_t)(end - answer.at) + 1;

        if (marks++ % 2 == 0) {
            begin = next;
            inside = (struct text){.at = answer.at + begin, .size = answer.size - begin};
        } else {
            inside.size = at - begin;
        }
        at = next - 1;
    }
    return inside;
}

/* ------------------------------------------------------------------ judging */

static struct verdict judge_text(struct known *known, const struct reading *row,
                                 const struct grade_task *task, struct text answer,
                                 struct arena *scratch)
{
    struct text reference = row->reference != NULL                    ? as_text(row->reference)
                            : task != NULL && task->reference != NULL ? text_of(task->reference)
                                                                      : (struct text){0};

    if (reference.at == NULL) {
        return verdict_unscored(REASON_VERIFIER,
                                "there is no reference to hold the answer against");
    }
    return checker_run(known->checker, scratch, answer, reference);
}

/* What was asked, when no task says it. */
static const char *inline_version(struct arena *arena, const struct reading *row)
{
    return row->reference == NULL
               ? NULL
               : arena_print(arena, "inline:%016llx",
                             (unsigned long long)text_hash(row->reference->source));
}

/* One row being graded. */
struct turn {
    struct bench *bench;
    const struct grading *grading;
    struct arena *scratch;
    struct graded *out;
    bool may_run;  /* programs */
    bool deferred; /* it needs one that may not */
    struct fault fault;
};

static enum err judge(struct turn *turn, struct known *known, const struct reading *row,
                      const struct grade_task *task)
{
    struct text answer = as_text(row->answer);
    struct verdict *verdict = &turn->out->verdict;

    if (row->answer->kind == JSON_NULL) {
        *verdict = verdict_fail(REASON_FORMAT, "there is no answer");
        return OK;
    }
    answer = known->verifier.fenced ? unfence(answer) : answer;
    if (known->checker != NULL) {
        *verdict = judge_text(known, row, task, answer, turn->scratch);
    } else if (turn->may_run) {
        *verdict = grade_code(turn->grading, known, task, answer, turn->scratch, turn->out);
    } else {
        turn->deferred = true;
    }
    return OK;
}

static enum err grade(struct turn *turn, struct text line)
{
    const struct grade_task *task = NULL;
    struct reading row = {0};
    struct known *known;

    TRY(read_row(turn->scratch, line, &row, &turn->fault));
    turn->out->id = row.id;
    turn->out->group = row.group;
    turn->out->seed = row.seed;
    if (row.task != NULL) {
        TRY(find_task(turn->bench, turn->grading, row.task, &turn->fault));
        task = &turn->bench->task;
    }
    TRY(find_known(turn->bench, verifier_source(turn->scratch, turn->grading, &row, task), &known,
                   &turn->fault));
    turn->out->verifier_version = known->version;
    turn->out->task_version = task != NULL ? task->version : inline_version(turn->scratch, &row);
    return judge(turn, known, &row, task);
}

bool grade_row(struct bench *bench, const struct grading *grading, struct text line, bool may_run,
               struct arena *scratch, struct graded *out)
{
    struct turn turn = {
        .bench = bench, .grading = grading, .scratch = scratch, .out = out, .may_run = may_run};
    int64_t begun_us = clock_tick_us();

    *out = (struct graded){.index = out->index};
    enum err err = grade(&turn, line);

    if (err == ERR_UNAVAILABLE || err == ERR_INTERNAL) {
        out->verdict = verdict_unscored(REASON_SANDBOX, "the row could not be looked up");
    } else if (err != OK) {
        const char *field = turn.fault.field;

        out->verdict = verdict_unscored(
            REASON_REQUEST,
            arena_print(scratch, "%s%s%s", field, field[0] == '\0' ? "" : ": ", turn.fault.text));
    }
    if (!out->sandboxed) {
        out->micros = clock_tick_us() - begun_us;
    }
    return !turn.deferred;
}

/* ------------------------------------------------------------------ writing a verdict */

static void write_limits(struct json_out *out, const struct graded *graded)
{
    json_name(out, "level");
    json_text(out, graded->sandboxed ? sandbox_level_name(graded->level) : "pure");
    if (graded->sandboxed) {
        json_name(out, "limits");
        json_encode(out, &sandbox_limits_shape, &graded->limits);
    }
}

static void write_optional(struct json_out *out, const char *name, const char *text)
{
    if (text != NULL) {
        json_name(out, name);
        json_text(out, text);
    }
}

void graded_write(struct buffer *to, const struct graded *graded)
{
    struct json_out out = json_to(to);
    const struct verdict *verdict = &graded->verdict;

    json_open(&out, '{');
    json_name(&out, "index");
    json_int(&out, graded->index);
    if (graded->id.size > 0) {
        json_name(&out, "id");
        buffer_text(to, graded->id);
        out.comma = true;
    }
    write_optional(&out, "group", graded->group);
    json_name(&out, "reward");
    json_real(&out, verdict->kind == VERDICT_UNSCORED ? (double)NAN : verdict->score);
    json_name(&out, "verdict");
    json_text(&out, verdict_name(verdict->kind));
    if (verdict->reason != REASON_NONE) {
        json_name(&out, "reason");
        json_text(&out, reason_name(verdict->reason));
    }
    if (verdict->note != NULL && verdict->note[0] != '\0') {
        struct text note = {.at = verdict->note, .size = strnlen(verdict->note, NOTE_MAX)};

        note.size = text_check(note); /* a cut may have split a character */
        json_name(&out, "note");
        json_view(&out, note);
    }
    write_optional(&out, "task_version", graded->task_version);
    write_optional(&out, "verifier_version", graded->verifier_version);
    write_limits(&out, graded);
    json_name(&out, "micros");
    json_int(&out, graded->micros);
    json_name(&out, "seed");
    json_int(&out, graded->seed);
    json_close(&out, '}');
    buffer_char(to, '\n');
}
