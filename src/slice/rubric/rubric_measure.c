#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "engine/verify/statistics.h"
#include "http/route.h"
#include "slice/rubric/rubric_inside.h"
#include "slice/rubric/rubric_sql.h"
#include "store/work.h"

/* Below these counts a number is not shown: it would say more than is known. */
enum { GRADED_LEAST = 5, PAIRS_LEAST = 10, DOUBLE_LEAST = 5, SEED = 1 };
static const double LEVEL = .95;

static const struct field version_query_fields[] = {
    INT(rubric_version_query, number, .optional = true, .min = 1, .max = 1e9,
        .doc = "Of the version; the newest that is confirmed unless said"),
};
const struct shape version_query_shape =
    SHAPE(rubric_version_query, version_query_fields, "Which version");

/* ------------------------------------------------------------------ measures */

struct rubric_measure_view {
    const char *criterion;
    const char *text;
    double points;
    int64_t graded_count;
    double pass_rate;
    double pass_low;
    double pass_high;
    double correlation;
    int64_t people_pair_count;
    double people_kappa;
    double people_low;
    double people_high;
    int64_t judge_pair_count;
    double judge_kappa;
    double judge_low;
    double judge_high;
    double judge_f1;
    double f1_low;
    double f1_high;
    const char *advice;
};
static const struct field measure_fields[] = {
    TEXT(rubric_measure_view, criterion, .doc = "Its key: the task and the criterion's id"),
    TEXT(rubric_measure_view, text, .doc = "What it says"),
    REAL(rubric_measure_view, points, .doc = "What it is worth"),
    INT(rubric_measure_view, graded_count, .doc = "Verdicts of people, met or not met"),
    REAL(rubric_measure_view, pass_rate, .optional = true, .doc = "Share of them that are met"),
    REAL(rubric_measure_view, pass_low, .optional = true, .doc = "Lower end of its 95 % interval"),
    REAL(rubric_measure_view, pass_high, .optional = true, .doc = "Upper end"),
    REAL(rubric_measure_view, correlation, .optional = true,
         .doc = "With the points of the rest of the same grading"),
    INT(rubric_measure_view, people_pair_count,
        .doc = "Pairs of people on one answer, each way round"),
    REAL(rubric_measure_view, people_kappa, .optional = true,
         .doc = "Cohen's kappa between people"),
    REAL(rubric_measure_view, people_low, .optional = true,
         .doc = "Lower end of its 95 % interval, by a bootstrap over answers"),
    REAL(rubric_measure_view, people_high, .optional = true, .doc = "Upper end"),
    INT(rubric_measure_view, judge_pair_count,
        .doc = "Pairs of a model and a person on one answer"),
    REAL(rubric_measure_view, judge_kappa, .optional = true,
         .doc = "Cohen's kappa of models and people"),
    REAL(rubric_measure_view, judge_low, .optional = true,
         .doc = "Lower end of its 95 % interval, likewise"),
    REAL(rubric_measure_view, judge_high, .optional = true, .doc = "Upper end"),
    REAL(rubric_measure_view, judge_f1, .optional = true, .doc = "Balanced F1 of models"),
    REAL(rubric_measure_view, f1_low, .optional = true,
         .doc = "Lower end of its 95 % interval, likewise"),
    REAL(rubric_measure_view, f1_high, .optional = true, .doc = "Upper end"),
    TEXT(rubric_measure_view, advice, .doc = "What somebody should look at; empty: nothing"),
};
static const struct shape measure_shape =
    SHAPE(rubric_measure_view, measure_fields, "How a criterion measures");

struct rubric_judge_view {
    const char *grader;
    int64_t double_count;
    int64_t agreed_count;
    double agreement;
    double agreement_low;
    double agreement_high;
    bool alone;
};
static const struct field judge_fields[] = {
    TEXT(rubric_judge_view, grader, .doc = "The model"),
    INT(rubric_judge_view, double_count, .doc = "Criteria of answers that it and people judged"),
    INT(rubric_judge_view, agreed_count, .doc = "Of them, how many alike"),
    REAL(rubric_judge_view, agreement, .optional = true, .doc = "Their share"),
    REAL(rubric_judge_view, agreement_low, .optional = true,
         .doc = "Lower end of its 95 % interval"),
    REAL(rubric_judge_view, agreement_high, .optional = true, .doc = "Upper end"),
    BOOL(rubric_judge_view, alone, .doc = "Its next verdicts stand alone, but for the share"),
};
static const struct shape judge_shape =
    SHAPE(rubric_judge_view, judge_fields, "How a model stands");

struct rubric_measures {
    int64_t number;
    int64_t response_count;
    int64_t grader_count;
    struct list criteria;
    struct list judges;
};
static const struct field measures_fields[] = {
    INT(rubric_measures, number, .doc = "Of the version"),
    INT(rubric_measures, response_count, .doc = "Answers that were graded by it"),
    INT(rubric_measures, grader_count, .doc = "People and models who graded"),
    LIST(rubric_measures, criteria, .of = &measure_shape, .doc = "In the order of the version"),
    LIST(rubric_measures, judges, .of = &judge_shape, .doc = "Models that graded"),
};
const struct shape rubric_measures_shape =
    SHAPE(rubric_measures, measures_fields, "How a version measures");

static int64_t total_of(const struct confusion *counts)
{
    return (int64_t)(counts->both + counts->judge_only + counts->expert_only + counts->neither);
}

static double shown(bool enough, double value)
{
    return enough ? value : (double)NAN;
}

static struct rubric_measure_view view_of(const struct version *version, size_t index,
                                          const struct criterion_measure *measure)
{
    const struct measured_agreement *people = &measure->people;
    const struct measured_agreement *judge = &measure->judge;
    bool graded = measure->graded >= GRADED_LEAST;
    bool paired = total_of(&people->pairs) >= PAIRS_LEAST;
    bool judged = total_of(&judge->pairs) >= DOUBLE_LEAST;

    return (struct rubric_measure_view){
        .criterion = version->keys[index],
        .text = version->criteria[index]->text,
        .points = version->criteria[index]->points,
        .graded_count = (int64_t)measure->graded,
        .pass_rate = shown(graded, (double)measure->met / (double)measure->graded),
        .pass_low = shown(graded, measure->pass.low),
        .pass_high = shown(graded, measure->pass.high),
        .correlation = shown(graded, measure->total_correlation),
        .people_pair_count = total_of(&people->pairs),
        .people_kappa = shown(paired, people->kappa),
        .people_low = shown(paired, people->kappa_interval.low),
        .people_high = shown(paired, people->kappa_interval.high),
        .judge_pair_count = total_of(&judge->pairs),
        .judge_kappa = shown(judged, judge->kappa),
        .judge_low = shown(judged, judge->kappa_interval.low),
        .judge_high = shown(judged, judge->kappa_interval.high),
        .judge_f1 = shown(judged, judge->f1),
        .f1_low = shown(judged, judge->f1_interval.low),
        .f1_high = shown(judged, judge->f1_interval.high),
        .advice = measure_advice(measure, GRADED_LEAST)};
}

static enum err measure(struct work *work, const struct marks *marks, struct list *out)
{
    const struct version *version = marks->version;
    struct rubric_grade *grades = arena_array(work->arena, struct rubric_grade, marks->count + 1);
    double *points = arena_array(work->arena, double, version->count);
    struct criterion_measure *found =
        arena_array(work->arena, struct criterion_measure, version->count);
    struct rubric_measure_view *views =
        arena_array(work->arena, struct rubric_measure_view, version->count);
    size_t count = 0;

    for (size_t i = 0; i < marks->count; i++) {
        const struct mark *mark = &marks->at[i];

        if (mark->verdict != MARK_COULD_NOT) {
            grades[count++] = (struct rubric_grade){.criterion = mark->criterion,
                                                    .response = mark->response,
                                                    .grader = mark->grader,
                                                    .model = mark->model,
                                                    .met = mark->verdict == MARK_MET};
        }
    }
    for (size_t i = 0; i < version->count; i++) {
        points[i] = version->criteria[i]->points;
    }
    TRY(rubric_measure(work->arena,
                       &(struct measure_input){.points = points,
                                               .criterion_count = (uint32_t)version->count,
                                               .grades = grades,
                                               .count = count},
                       &(struct measure_options){.level = LEVEL, .seed = SEED}, found,
                       &work->fault));
    for (size_t i = 0; i < version->count; i++) {
        views[i] = view_of(version, i, &found[i]);
    }
    *out = (struct list){.at = views, .count = version->count};
    return OK;
}

static struct list judges_of(struct work *work, const struct marks *marks,
                             const struct judge_gate *gate)
{
    uint32_t graders = map_count(marks->graders);
    struct rubric_judge_view *views =
        arena_array(work->arena, struct rubric_judge_view, graders + 1);
    size_t count = 0;

    for (uint32_t i = 0; i < graders; i++) {
        if (!marks->model_of[i]) {
            continue;
        }
        struct judge_standing found = marks_standing(marks, i, gate);
        bool known = found.double_count > 0;

        views[count++] = (struct rubric_judge_view){
            .grader = map_key(marks->graders, i).at,
            .double_count = found.double_count,
            .agreed_count = found.agreed_count,
            .agreement =
                known ? (double)found.agreed_count / (double)found.double_count : (double)NAN,
            .agreement_low = known ? found.agreement.low : (double)NAN,
            .agreement_high = known ? found.agreement.high : (double)NAN,
            .alone = found.alone};
    }
    return (struct list){.at = views, .count = count};
}

static enum err load(struct call *call, int64_t number, struct version *version,
                     struct marks *marks)
{
    TRY(version_load(call->work, call->ids[0], number, version));
    return marks_load(call->work, call->ids[0], version, marks);
}

enum err serve_measures(struct call *call)
{
    struct work *work = call->work;
    const struct rubric_version_query *query = call->query;
    struct rubric_measures *view = arena_new_of(work->arena, struct rubric_measures);
    struct rubric_row row;
    struct version version;
    struct marks marks;

    TRY(rubric_find(call, &row));
    TRY(load(call, query->number, &version, &marks));
    struct judge_gate gate = gate_of(&row);

    *view = (struct rubric_measures){.number = version.number,
                                     .response_count = map_count(marks.responses),
                                     .grader_count = map_count(marks.graders),
                                     .judges = judges_of(work, &marks, &gate)};
    TRY(measure(work, &marks, &view->criteria));
    call->reply = view;
    return OK;
}

/* ------------------------------------------------------------------ scores */

struct rubric_score_view {
    const char *response;
    const char *task;
    double score;
    int64_t criterion_count;
    int64_t met_count;
    int64_t person_count;
    int64_t model_count;
    int64_t open_count;
};
static const struct field score_fields[] = {
    TEXT(rubric_score_view, response, .doc = "The answer, as it was named"),
    TEXT(rubric_score_view, task, .doc = "Whose criteria it is graded by"),
    REAL(rubric_score_view, score, .optional = true,
         .doc = "Points of the met criteria over the positive points; none while one is open"),
    INT(rubric_score_view, criterion_count, .doc = "Criteria of its task"),
    INT(rubric_score_view, met_count, .doc = "Met"),
    INT(rubric_score_view, person_count, .doc = "Settled by people"),
    INT(rubric_score_view, model_count, .doc = "Settled by a model alone"),
    INT(rubric_score_view, open_count, .doc = "Nobody could say yet, or people disagree"),
};
static const struct shape score_shape =
    SHAPE(rubric_score_view, score_fields, "What an answer is worth");

struct rubric_scores {
    int64_t number;
    struct list items;
};
static const struct field scores_fields[] = {
    INT(rubric_scores, number, .doc = "Of the version"),
    LIST(rubric_scores, items, .of = &score_shape, .doc = "By answer"),
};
const struct shape rubric_scores_shape =
    SHAPE(rubric_scores, scores_fields, "What the answers are worth by one version");

/* The criteria of one answer, with what settles each; from its first mark on. */
static enum err score_response(struct work *work, const struct marks *marks, size_t *at,
                               struct rubric_score_view *out)
{
    const struct version *version = marks->version;
    uint32_t response = marks->at[*at].response;
    uint32_t task = version->tasks[marks->at[*at].criterion];
    const struct rubric *rubric = &version->set.at[task];
    struct criterion *criteria = arena_array(work->arena, struct criterion, rubric->count);
    size_t first = version->begins[task];
    struct judged judged;
    struct verdict verdict;

    memcpy(criteria, rubric->criteria, rubric->count * sizeof(*criteria));
    *out = (struct rubric_score_view){.response = map_key(marks->responses, response).at,
                                      .task = rubric->id,
                                      .criterion_count = (int64_t)rubric->count,
                                      .score = (double)NAN};
    while (*at < marks->count && marks->at[*at].response == response &&
           version->tasks[marks->at[*at].criterion] == task && marks_next(marks, at, &judged)) {
        struct criterion *criterion = &criteria[judged.first->criterion - first];

        criterion->scored = judged.settled.by != SETTLED_OPEN;
        criterion->score = criterion->scored && judged.settled.met;
        out->met_count += criterion->scored && judged.settled.met;
        out->person_count += judged.settled.by == SETTLED_PERSON;
        out->model_count += judged.settled.by == SETTLED_MODEL;
    }
    out->open_count = out->criterion_count - out->person_count - out->model_count;
    double points;

    /* A rubric without positive points has no score. */
    if (out->open_count == 0 &&
        rubric_points_score(criteria, rubric->count, &points, &verdict, &work->fault) == OK) {
        out->score = points;
    }
    return OK;
}

enum err serve_scores(struct call *call)
{
    const struct rubric_version_query *query = call->query;
    struct rubric_scores *view = arena_new_of(call->work->arena, struct rubric_scores);
    struct version version;
    struct marks marks;
    size_t count = 0;

    TRY(load(call, query->number, &version, &marks));
    struct rubric_score_view *views =
        arena_array(call->work->arena, struct rubric_score_view, marks.count + 1);

    for (size_t at = 0; at < marks.count; count++) {
        TRY(score_response(call->work, &marks, &at, &views[count]));
    }
    *view =
        (struct rubric_scores){.number = version.number, .items = {.at = views, .count = count}};
    call->reply = view;
    return OK;
}
