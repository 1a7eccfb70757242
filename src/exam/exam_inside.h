#pragma once

#include "exam/exam.h"

/* An answer that a judge is to grade: what outlives the call that brought it. */
struct exam_paper {
    const struct exam_seat *seat;
    struct model_reply reply;
};

/* Grade papers by their rubrics; the spending is added to `totals`. */
enum err exam_judge(struct exam *exam, const struct model_run *run, const struct exam_paper *papers,
                    size_t count, struct verdict *out, struct model_totals *totals,
                    struct fault *fault);
