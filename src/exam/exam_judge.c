#include "exam/exam_inside.h"

#include "base/arena.h"
#include "model/judge.h"

/* Why a criterion has no verdict, as the reason of the whole answer's. */
static struct verdict missing(const struct judgement *judged)
{
    switch (judged->end) {
    case MODEL_UNREACHABLE:
        return verdict_unscored(REASON_TRANSPORT, "the judge could not be reached");
    case MODEL_UNPAID:
    case MODEL_CANCELLED:
        return verdict_unscored(REASON_CANCELLED, "the judge was not asked to the end");
    case MODEL_ANSWERED:
    case MODEL_REFUSED:
    case MODEL_UNUSABLE:
        break;
    }
    return verdict_unscored(REASON_UNPARSEABLE, "the judge could not grade a criterion");
}

static enum err score(struct arena *arena, const struct exam_task *task,
                      const struct judgement *judged, struct verdict *out, struct fault *fault)
{
    struct criterion *criteria = arena_array(arena, struct criterion, task->criterion_count);
    double points;

    for (size_t i = 0; i < task->criterion_count; i++) {
        if (judged[i].verdict == JUDGE_COULD_NOT) {
            *out = missing(&judged[i]);
            return OK;
        }
        criteria[i] = task->criteria[i];
        criteria[i].scored = true;
        criteria[i].score = judged[i].verdict == JUDGE_MET;
    }
    return rubric_points_score(criteria, task->criterion_count, &points, out, fault);
}

static size_t gather(struct arena *arena, const struct exam_paper *papers, size_t count,
                     struct judge_item **out)
{
    size_t total = 0;

    for (size_t i = 0; i < count; i++) {
        total += papers[i].seat->task->criterion_count;
    }
    *out = arena_array(arena, struct judge_item, total);
    total = 0;
    for (size_t i = 0; i < count; i++) {
        const struct exam_task *task = papers[i].seat->task;

        for (size_t k = 0; k < task->criterion_count; k++) {
            (*out)[total++] = (struct judge_item){.prompt = task->prompt,
                                                  .answer = papers[i].reply.text,
                                                  .criterion = task->criteria[k].text};
        }
    }
    return total;
}

enum err exam_judge(struct exam *exam, const struct model_run *run, const struct exam_paper *papers,
                    size_t count, struct verdict *out, struct model_totals *totals,
                    struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct model_server judge = *run->server;
    struct model_run judging = *run;
    struct model_totals spent;
    struct judge_item *items;
    size_t total = gather(arena, papers, count, &items);
    struct judgement *judged = arena_array(arena, struct judgement, total);
    size_t first = 0;

    judge.model = exam->options.judge;
    judging.server = &judge;
    judging.spent += totals->spend;
    TRY(judge_all(arena, &judging, &judge_defaults, items, total, judged, &spent, fault));
    model_totals_add(totals, &spent);
    for (size_t i = 0; i < count; i++) {
        TRY(score(arena, papers[i].seat->task, judged + first, &out[i], fault));
        first += papers[i].seat->task->criterion_count;
    }
    return OK;
}
