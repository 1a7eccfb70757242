#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/installation.h"
#include "slice/reward/face.h"
#include "slice/reward/flow.h"
#include "slice/reward/grade.h"
#include "slice/reward/grader.h"
#include "slice/reward/reward.h"
#include "store/work.h"
#include "sys/file.h"

enum { BODY_MAX = 64 << 20 };

/* The text of an OpenAI response: what its messages say, one after the other. */
static const char *spoken(struct arena *arena, const struct json *response)
{
    const struct json *output = response == NULL ? NULL : json_member(response, "output");
    struct buffer to = buffer_new(arena);

    buffer_string(&to, "");
    for (const struct json *item = output == NULL ? NULL : output->first; item != NULL;
         item = item->next) {
        const struct json *content = json_member(item, "content");

        for (const struct json *part = content == NULL ? NULL : content->first; part != NULL;
             part = part->next) {
            const char *text = part->kind == JSON_OBJECT ? json_text_of(part, "text") : NULL;

            buffer_string(&to, text == NULL ? "" : text);
        }
    }
    return to.at;
}

static void copy_member(struct json_out *out, const struct json *from, const char *name,
                        const char *as)
{
    const struct json *member = from == NULL ? NULL : json_member(from, name);

    if (member != NULL && member->kind != JSON_NULL) {
        json_name(out, as);
        buffer_text(out->to, member->source);
        out->comma = true;
    }
}

/* Our row from theirs: the metadata may name a task or a verifier; else the expected answer is the
 * reference. */
static struct text our_row(struct arena *arena, const struct json *row)
{
    const struct json *metadata = json_member(row, "verifier_metadata");
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);

    metadata = metadata != NULL && metadata->kind == JSON_OBJECT ? metadata : NULL;
    json_open(&out, '{');
    json_name(&out, "answer");
    json_text(&out, spoken(arena, json_member(row, "response")));
    copy_member(&out, metadata, "task", "task");
    copy_member(&out, metadata, "verifier", "verifier");
    if (metadata != NULL && json_member(metadata, "reference") != NULL) {
        copy_member(&out, metadata, "reference", "reference");
    } else {
        copy_member(&out, row, "expected_answer", "reference");
    }
    json_close(&out, '}');
    return buffer_view(&to);
}

static struct text their_reply(struct arena *arena, const struct json *row,
                               const struct graded *graded)
{
    const struct verdict *verdict = &graded->verdict;
    struct buffer to = buffer_new(arena);
    struct json_out out = json_to(&to);
    bool judged = verdict->kind != VERDICT_UNSCORED;

    json_open(&out, '{');
    for (const struct json *member = row->first; member != NULL; member = member->next) {
        if (strcmp(member->name, "reward") != 0 && strcmp(member->name, "verdict") != 0 &&
            strcmp(member->name, "_ng_failure_class") != 0) {
            json_name(&out, member->name);
            buffer_text(&to, member->source);
            out.comma = true;
        }
    }
    json_name(&out, "reward");
    json_real(&out, judged ? verdict->score : (double)NAN);
    json_name(&out, "verdict");
    json_text(&out, verdict_name(verdict->kind));
    if (!judged) {
        json_name(&out, "_ng_failure_class");
        json_text(&out, "judge_failed");
        json_name(&out, "reason");
        json_text(&out, reason_name(verdict->reason));
    }
    json_close(&out, '}');
    return buffer_view(&to);
}

enum err serve_verify(struct call *call, struct outlet *outlet)
{
    struct work *work = call->work;
    const struct reward_query *query = call->query;
    struct grading grading = {.verifier = text_of("{\"check\":\"math\"}")};
    struct task_source source;
    struct graded graded = {0};
    struct text content;
    struct json *row;

    TRY(file_read(work->arena, call->upload->path, BODY_MAX, &content, &work->fault));
    TRY(json_parse(work->arena, content, &row, &work->fault));
    if (row->kind != JSON_OBJECT || json_member(row, "response") == NULL) {
        return work_fail_field(work, ERR_INVALID, "response",
                               "the body must be a row with the response to judge");
    }
    TRY(reward_choose(work, query, &source, &grading));
    TRY(grader_grade(work->installation->grader, &grading, our_row(work->arena, row), work->arena,
                     &graded, &work->fault));
    return outlet_write(outlet, their_reply(work->arena, row, &graded), &work->fault);
}
