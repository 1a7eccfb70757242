#include "base/json.h"
#include "exam/exam.h"

static void put_text(struct json_out *out, const char *name, const char *text)
{
    json_name(out, name);
    json_text(out, text);
}

static void put_int(struct json_out *out, const char *name, int64_t value)
{
    json_name(out, name);
    json_int(out, value);
}

static void put_real(struct json_out *out, const char *name, double value)
{
    json_name(out, name);
    json_real(out, value);
}

void exam_put(const struct exam *exam, const char *model, const struct exam_answer *answer,
              struct buffer *to)
{
    const struct exam_task *task = answer->seat->task;
    const struct model_reply *reply = answer->reply;
    const struct verdict *verdict = &answer->verdict;
    struct json_out out = json_to(to);

    json_open(&out, '{');
    put_text(&out, "task", task->id);
    put_text(&out, "model", model);
    put_text(&out, "suite", exam->suite);
    put_text(&out, "domain", task->domain);
    put_text(&out, "check", task->check);
    put_text(&out, "answer", reply->text);
    put_int(&out, "run", answer->seat->run);
    put_int(&out, "input_tokens", reply->input_tokens);
    put_int(&out, "output_tokens", reply->output_tokens);
    put_real(&out, "spend", reply->spend);
    put_int(&out, "took_ms", reply->took_us / 1000);
    put_int(&out, "tries", reply->tries);
    put_text(&out, "verdict", verdict_name(verdict->kind));
    put_real(&out, "score", verdict->score);
    put_text(&out, "reason", verdict->reason == REASON_NONE ? NULL : reason_name(verdict->reason));
    put_text(&out, "note", verdict->note);
    json_close(&out, '}');
    buffer_char(to, '\n');
}
