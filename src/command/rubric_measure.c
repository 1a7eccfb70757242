#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/lines.h"
#include "engine/verify/rubric_read.h"
#include "command/rubric_tools.h"
#include "engine/verify/measure.h"
#include "engine/verify/rubric.h"

struct measure_options {
    double level;
    int64_t least;
};

static const struct measure_options measure_defaults = {.level = .95, .least = 5};

static const struct field measure_fields[] = {
    REAL(measure_options, level, .doc = "Coverage of intervals [0.95]", .optional = true, .min = .5,
         .max = .999),
    INT(measure_options, least, .doc = "Gradings below which nothing is said [5]", .optional = true,
        .min = 1, .max = 1'000'000),
};
const struct shape rubric_measure_shape =
    SHAPE(measure_options, measure_fields, "How to measure", .defaults = &measure_defaults);

struct measuring {
    struct invocation *call;
    struct map *criteria;
    struct map *responses;
    struct map *graders;
    double *points;
    size_t points_room;
    struct rubric_grade *grades;
    size_t count;
    size_t room;
};

static void add_grade(struct measuring *all, const char *task, const struct criterion *criterion,
                      struct rubric_grade grade)
{
    struct arena *arena = all->call->arena;
    const char *name =
        task[0] == '\0' ? criterion->id : arena_print(arena, "%s: %s", task, criterion->id);

    grade.criterion = map_add(all->criteria, text_of(name));
    grade.met = criterion->score > .5;
    all->points =
        arena_room(arena, all->points, grade.criterion, &all->points_room, sizeof(double));
    all->points[grade.criterion] = criterion->points;
    all->grades = arena_room(arena, all->grades, all->count, &all->room, sizeof(*all->grades));
    all->grades[all->count++] = grade;
}

static enum err add_row(struct measuring *all, const struct json *row, uint64_t line)
{
    struct fault *fault = all->call->fault;
    bool object = row->kind == JSON_OBJECT;
    const char *response = object ? json_text_of(row, "id") : NULL;
    const char *grader = object ? json_text_of(row, "grader") : NULL;
    const char *task = object ? json_text_of(row, "task") : NULL;
    const char *kind = object ? json_text_of(row, "kind") : NULL;
    const struct criterion *criteria;
    size_t count;

    if (response == NULL || grader == NULL || json_member(row, "rubrics") == NULL) {
        return fail_line(fault, ERR_INVALID, line, "grader",
                         "a row needs id, grader and rubrics with criteria_met");
    }
    if (rubric_read_criteria(all->call->arena, row, &criteria, &count, fault) != OK) {
        fault->line = line;
        return ERR_INVALID;
    }
    struct rubric_grade grade = {.response = map_add(all->responses, text_of(response)),
                                 .grader = map_add(all->graders, text_of(grader)),
                                 .model = kind != NULL && strcmp(kind, "model") == 0};

    for (size_t i = 0; i < count; i++) {
        if (criteria[i].scored) {
            add_grade(all, task == NULL ? "" : task, &criteria[i], grade);
        }
    }
    return OK;
}

static enum err read_grades(struct measuring *all)
{
    struct invocation *call = all->call;
    LINES_SCOPE lines = NULL;

    TRY(lines_open(call->words[0], &lines, call->fault));
    for (;;) {
        const struct json *row = NULL;
        bool more = false;

        TRY(lines_next_json(lines, call->arena, &row, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(add_row(all, row, lines_number(lines)));
    }
    return all->count > 0 ? OK : fail(call->fault, ERR_INVALID, "the file holds no grades");
}

static uint64_t total_of(const struct confusion *counts)
{
    return counts->both + counts->judge_only + counts->expert_only + counts->neither;
}

static enum err print_kappa(struct invocation *call, const struct confusion *counts, uint64_t least)
{
    double kappa;

    if (total_of(counts) < least) {
        fprintf(call->out, "\t-");
        return OK;
    }
    TRY(confusion_kappa(counts, &kappa, call->fault));
    fprintf(call->out, "\t%.3f", kappa);
    return OK;
}

/* What a person should look at; evidence, no verdict. */
static const char *advice_of(const struct criterion_measure *measure, double kappa, uint64_t least)
{
    if (measure->graded < least) {
        return "not enough gradings yet";
    }
    if (measure->met == 0 || measure->met == measure->graded) {
        return "tells no answers apart so far";
    }
    if (measure->total_correlation < 0) {
        return "runs against the rest";
    }
    return isfinite(kappa) && kappa < .4 ? "graders read it differently" : "";
}

static enum err print_criterion(struct measuring *all, uint32_t index,
                                const struct criterion_measure *measure)
{
    const struct measure_options *given = all->call->options;
    struct invocation *call = all->call;
    uint64_t least = (uint64_t)given->least;
    double kappa = (double)NAN;
    double f1;

    fprintf(call->out, "%s\t%g\t%llu", map_key(all->criteria, index).at, all->points[index],
            (unsigned long long)measure->graded);
    if (measure->graded == 0) {
        fprintf(call->out, "\t-");
    } else {
        fprintf(call->out, "\t%.3f [%.3f-%.3f]", (double)measure->met / (double)measure->graded,
                measure->pass.low, measure->pass.high);
    }
    if (isnan(measure->total_correlation)) {
        fprintf(call->out, "\t-");
    } else {
        fprintf(call->out, "\t%.3f", measure->total_correlation);
    }
    if (total_of(&measure->people) >= 2 * least) {
        TRY(confusion_kappa(&measure->people, &kappa, call->fault));
    }
    TRY(print_kappa(call, &measure->people, 2 * least));
    TRY(print_kappa(call, &measure->judge, least));
    if (total_of(&measure->judge) < least) {
        fprintf(call->out, "\t-");
    } else {
        TRY(balanced_f1(&measure->judge, &f1, call->fault));
        fprintf(call->out, "\t%.3f", f1);
    }
    fprintf(call->out, "\t%s\n", advice_of(measure, kappa, least));
    return OK;
}

enum err rubric_measure_file(struct invocation *call)
{
    const struct measure_options *given = call->options;
    struct measuring all = {.call = call,
                            .criteria = map_new(call->arena),
                            .responses = map_new(call->arena),
                            .graders = map_new(call->arena)};

    TRY(read_grades(&all));
    uint32_t count = map_count(all.criteria);
    struct criterion_measure *found = arena_array(call->arena, struct criterion_measure, count);

    TRY(rubric_measure(call->arena, all.points, count, all.grades, all.count, given->level, found,
                       call->fault));
    fprintf(call->out,
            "criterion\tpoints\tgradings\tpass rate [%g %%]\twith the rest\tkappa of "
            "people\tkappa of models\tbalanced F1\tlook at\n",
            given->level * 100);
    for (uint32_t i = 0; i < count; i++) {
        TRY(print_criterion(&all, i, &found[i]));
    }
    return OK;
}
