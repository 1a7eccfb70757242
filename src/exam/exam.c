#include "exam/exam.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/verify/check.h"
#include "engine/verify/rubric_read.h"
#include "exam/exam_inside.h"
#include "sys/secret.h"

static enum err checker_for(struct exam *exam, const char *check, struct checker **out,
                            struct fault *fault)
{
    struct check_options options = check_options_default;

    for (size_t i = 0; i < exam->checker_count; i++) {
        if (strcmp(exam->checks[i], check) == 0) {
            *out = exam->checkers[i];
            return OK;
        }
    }
    options.check = check;
    options.marker = exam->options.marker;
    options.relative = exam->options.relative;
    TRY(checker_new(exam->arena, &options, out, fault));
    exam->checks[exam->checker_count] = check;
    exam->checkers[exam->checker_count++] = *out;
    return OK;
}

enum err exam_rubric_read(struct arena *arena, struct text reference, const struct criterion **out,
                          size_t *count, struct fault *fault)
{
    struct json *said;
    struct json row = {.kind = JSON_OBJECT};
    struct verdict ignored;
    double score;

    TRY(json_parse(arena, reference, &said, fault));
    if (said->kind == JSON_LIST) {
        said->name = "rubrics";
        row.first = said;
        said = &row;
    }
    TRY(rubric_read_criteria(arena, said, out, count, fault));
    TRY(rubric_points_score(*out, *count, &score, &ignored, fault));
    for (size_t i = 0; i < *count; i++) {
        if ((*out)[i].text == NULL || (*out)[i].text[0] == '\0') {
            return fail_field(fault, ERR_INVALID, "reference", "criterion %zu has no text", i + 1);
        }
    }
    return OK;
}

static enum err read_task(struct exam *exam, const struct json *row, struct exam_task *out,
                          struct fault *fault)
{
    const struct json *reference = row->kind == JSON_OBJECT ? json_member(row, "reference") : NULL;

    if (reference == NULL || json_text_of(row, "id") == NULL ||
        json_text_of(row, "prompt") == NULL) {
        return fail_field(fault, ERR_INVALID, "reference",
                          "a task needs id and prompt, both texts, and a reference");
    }
    const char *check = json_text_of(row, "check");
    const char *domain = json_text_of(row, "domain");

    *out = (struct exam_task){.id = json_text_of(row, "id"),
                              .prompt = json_text_of(row, "prompt"),
                              .reference = reference->kind == JSON_TEXT ? text_of(reference->text)
                                                                        : reference->source,
                              .domain = domain == NULL ? "" : domain,
                              .check = check == NULL ? exam->options.check : check};
    if (strcmp(out->check, "rubric") != 0) {
        return checker_for(exam, out->check, &out->checker, fault);
    }
    if (exam->options.judge == NULL) {
        return fail_field(fault, ERR_INVALID, "check",
                          "the task is checked by a rubric: name a model that judges");
    }
    return exam_rubric_read(exam->arena, out->reference, &out->criteria, &out->criterion_count,
                            fault);
}

enum err exam_open(struct arena *arena, struct text file, const struct exam_options *options,
                   struct exam *out, struct fault *fault)
{
    struct map *ids = map_new(arena);
    struct json_lines lines = {.rest = file};
    struct json *row;

    *out = (struct exam){.arena = arena,
                         .options = *options,
                         .suite = sha256_hex(arena, file),
                         .tasks = arena_array(arena, struct exam_task, text_lines(file))};
    TRY(json_next(arena, &lines, &row, fault));
    while (row != NULL) {
        struct exam_task *task = &out->tasks[out->task_count];
        enum err err = read_task(out, row, task, fault);

        if (err == OK && map_add(ids, text_of(task->id)) != out->task_count) {
            err = fail_field(fault, ERR_INVALID, "id", "the task %s stands twice", task->id);
        }
        if (err != OK) {
            fault->line = lines.line;
            return err;
        }
        out->task_count++;
        TRY(json_next(arena, &lines, &row, fault));
    }
    return out->task_count > 0 ? OK : fail(fault, ERR_INVALID, "the suite holds no tasks");
}

void exam_close(struct exam *exam)
{
    for (size_t i = 0; i < exam->checker_count; i++) {
        checker_free(exam->checkers[i]);
    }
}

/* ------------------------------------------------------------------ sitting it */

struct sitting {
    struct exam *exam;
    const struct exam_seat *seats;
    exam_done *done;
    void *context;
    struct arena *arena;   /* of papers */
    struct arena *scratch; /* of one check */
    struct exam_paper *papers;
    size_t paper_count;
};

/* NULL: the answer is there, and is to be checked. */
static const struct verdict *verdict_of_end(const struct model_reply *reply, struct verdict *place)
{
    switch (reply->end) {
    case MODEL_ANSWERED:
        return NULL;
    case MODEL_REFUSED:
        *place = verdict_fail(REASON_WRONG, reply->note);
        break;
    case MODEL_UNUSABLE:
        *place = verdict_unscored(REASON_UNPARSEABLE, reply->note);
        break;
    case MODEL_UNREACHABLE:
        *place = verdict_unscored(REASON_TRANSPORT, reply->note);
        break;
    case MODEL_UNPAID:
    case MODEL_CANCELLED:
        *place = verdict_unscored(REASON_CANCELLED, reply->note);
        break;
    }
    return place;
}

static void put_aside(struct sitting *sitting, const struct exam_seat *seat,
                      const struct model_reply *reply)
{
    struct exam_paper *paper = &sitting->papers[sitting->paper_count++];

    *paper = (struct exam_paper){.seat = seat, .reply = *reply};
    paper->reply.text = arena_copy(sitting->arena, reply->text, strlen(reply->text));
    paper->reply.value = NULL;
    paper->reply.note = NULL;
}

static void receive(void *context, size_t index, const struct model_reply *reply)
{
    struct sitting *sitting = context;
    const struct exam_seat *seat = &sitting->seats[index];
    struct arena_mark mark = arena_mark(sitting->scratch);
    struct exam_answer answer = {.seat = seat, .reply = reply};

    if (verdict_of_end(reply, &answer.verdict) == NULL) {
        if (seat->task->checker == NULL) {
            put_aside(sitting, seat, reply);
            return;
        }
        answer.verdict = checker_run(seat->task->checker, sitting->scratch, text_of(reply->text),
                                     seat->task->reference);
    }
    sitting->done(sitting->context, &answer);
    arena_undo(sitting->scratch, mark);
}

static enum err grade_papers(struct sitting *sitting, const struct model_run *run,
                             struct model_totals *totals, struct fault *fault)
{
    struct verdict *verdicts = arena_array(sitting->arena, struct verdict, sitting->paper_count);

    TRY(exam_judge(sitting->exam, run, sitting->papers, sitting->paper_count, verdicts, totals,
                   fault));
    for (size_t i = 0; i < sitting->paper_count; i++) {
        sitting->done(sitting->context, &(struct exam_answer){.seat = sitting->papers[i].seat,
                                                              .reply = &sitting->papers[i].reply,
                                                              .verdict = verdicts[i]});
    }
    return OK;
}

enum err exam_sit(struct exam *exam, const struct model_run *run, const struct exam_seat *seats,
                  size_t count, exam_done *done, void *context, struct model_totals *totals,
                  struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    ARENA_SCOPE scratch = arena_new();
    struct model_ask *asks = arena_array(arena, struct model_ask, count + 1);
    struct sitting sitting = {.exam = exam,
                              .seats = seats,
                              .done = done,
                              .context = context,
                              .arena = arena,
                              .scratch = scratch,
                              .papers = arena_array(arena, struct exam_paper, count + 1)};
    struct model_run asking = *run;

    for (size_t i = 0; i < count; i++) {
        asks[i] = (struct model_ask){.system = exam->options.system,
                                     .user = seats[i].task->prompt,
                                     .tokens_max = exam->options.tokens,
                                     .temperature = exam->options.temperature,
                                     .seed = seats[i].run};
    }
    asking.done = receive;
    asking.context = &sitting;
    TRY(model_ask_all(&asking, asks, count, totals, fault));
    return sitting.paper_count == 0 ? OK : grade_papers(&sitting, run, totals, fault);
}
