#include "base/arena.h"
#include "base/buffer.h"
#include "http/outlet.h"
#include "http/route.h"
#include "slice/fairness/fairness.h"
#include "slice/fairness/fairness_inside.h"
#include "store/store.h"
#include "store/work.h"

struct bias_view {
    const char *id;
    const char *name;
    int64_t answers;
    int64_t interviews;
    double bias;
    double low;
    double high;
    const char *verdict;
};
static const struct field bias_fields[] = {
    TEXT(bias_view, id, .doc = "Who graded"),
    TEXT(bias_view, name, .doc = "Their name"),
    INT(bias_view, answers, .doc = "That somebody else graded too"),
    INT(bias_view, interviews, .doc = "Of so many interviews"),
    REAL(bias_view, bias, .optional = true,
         .doc = "Own share of the points minus the other's; above zero: milder"),
    REAL(bias_view, low, .optional = true,
         .doc = "Lower end of an interval that holds for all graders at once, 95 %"),
    REAL(bias_view, high, .optional = true, .doc = "Upper end"),
    TEXT(bias_view, verdict, .choices = "not enough data|no sign|milder|stricter",
         .doc = "What the interval says"),
};
static const struct shape bias_shape = SHAPE(bias_view, bias_fields, "A grader beside others");

struct grader_report_view {
    int64_t draws;
    int64_t chosen;
    int64_t done;
    int64_t answers;
    int64_t answers_min;
    double alike;
    double alike_low;
    double alike_high;
    double alpha;
    double alpha_low;
    double alpha_high;
    struct list graders;
};
static const struct field report_fields[] = {
    INT(grader_report_view, draws, .doc = "Judgements that chance was asked about"),
    INT(grader_report_view, chosen, .doc = "Of these, sent to a second grader"),
    INT(grader_report_view, done, .doc = "Of these, graded"),
    INT(grader_report_view, answers, .doc = "Answers with two grades"),
    INT(grader_report_view, answers_min, .doc = "Below so many nothing is said"),
    REAL(grader_report_view, alike, .optional = true, .doc = "Share in the same category"),
    REAL(grader_report_view, alike_low, .optional = true, .doc = "Lower end of its 95 % interval"),
    REAL(grader_report_view, alike_high, .optional = true, .doc = "Upper end"),
    REAL(grader_report_view, alpha, .optional = true,
         .doc = "Krippendorff's alpha, interval distance"),
    REAL(grader_report_view, alpha_low, .optional = true, .doc = "Lower end of its 95 % interval"),
    REAL(grader_report_view, alpha_high, .optional = true, .doc = "Upper end"),
    LIST(grader_report_view, graders, .of = &bias_shape,
         .doc = "Those who were checked or checked"),
};
const struct shape grader_report_shape =
    SHAPE(grader_report_view, report_fields, "How people who grade agree");

enum err fairness_serve_graders(struct call *call)
{
    struct arena *arena = call->work->arena;
    struct grader_report_view *view = arena_new_of(arena, struct grader_report_view);
    struct grader_report report;

    TRY(fairness_graders(call->work, &report));
    struct bias_view *rows = arena_array(arena, struct bias_view, report.count + 1);

    for (size_t i = 0; i < report.count; i++) {
        const struct grader_bias *bias = &report.graders[i].bias;

        rows[i] = (struct bias_view){.id = report.graders[i].id,
                                     .name = report.graders[i].name,
                                     .answers = (int64_t)bias->answers,
                                     .interviews = (int64_t)bias->interviews,
                                     .bias = bias->mean,
                                     .low = bias->interval.low,
                                     .high = bias->interval.high,
                                     .verdict = bias->verdict};
    }
    const struct grader_agreement *agreement = &report.agreement;

    *view = (struct grader_report_view){.draws = report.draws,
                                        .chosen = report.chosen,
                                        .done = report.done,
                                        .answers = (int64_t)agreement->answers,
                                        .answers_min = GRADER_ANSWERS_MIN,
                                        .alike = agreement->alike.value,
                                        .alike_low = agreement->alike.interval.low,
                                        .alike_high = agreement->alike.interval.high,
                                        .alpha = agreement->alpha.value,
                                        .alpha_low = agreement->alpha.interval.low,
                                        .alpha_high = agreement->alpha.interval.high,
                                        .graders = {rows, report.count}};
    call->reply = view;
    return OK;
}

static enum err read_graders(struct work *work, void *context)
{
    return fairness_graders(work, context);
}

enum err fairness_pour_graders(struct call *call, struct outlet *outlet)
{
    struct buffer buffer = buffer_new(call->work->arena);
    struct grader_report report;

    TRY(store_read(call->work, read_graders, &report));
    fairness_graders_csv(&report, &buffer);
    return outlet_write(outlet, buffer_view(&buffer), &call->work->fault);
}
