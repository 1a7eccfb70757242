#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/lines.h"
#include "command/rubric_tools.h"
#include "engine/verify/measure.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_read.h"

struct measure_file_options {
    double level;
    int64_t least;
};

static const struct measure_file_options measure_defaults = {.level = .95, .least = 5};

static const struct field measure_fields[] = {
    REAL(measure_file_options, level, .doc = "Coverage of intervals [0.95]", .optional = true,
         .min = .5, .max = .999),
    INT(measure_file_options, least, .doc = "Gradings below which nothing is said [5]",
        .optional = true, .min = 1, .max = 1'000'000),
};
const struct shape rubric_measure_shape =
    SHAPE(measure_file_options, measure_fields, "How to measure", .defaults = &measure_defaults);

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

static void print_figure(FILE *to, double value, const struct interval *interval)
{
    if (isnan(value)) {
        fprintf(to, "\t-");
    } else if (isnan(interval->low)) {
        fprintf(to, "\t%.3f", value);
    } else {
        fprintf(to, "\t%.3f [%.3f-%.3f]", value, interval->low, interval->high);
    }
}

static double kappa_of(const struct measured_agreement *agreement, uint64_t least)
{
    return total_of(&agreement->pairs) < least ? (double)NAN : agreement->kappa;
}

static void print_criterion(const struct measuring *all, uint32_t index,
                            const struct criterion_measure *measure)
{
    const struct measure_file_options *given = all->call->options;
    const struct interval none = {(double)NAN, (double)NAN};
    FILE *to = all->call->out;
    uint64_t least = (uint64_t)given->least;
    bool judged = total_of(&measure->judge.pairs) >= least;

    fprintf(to, "%s\t%g\t%llu", map_key(all->criteria, index).at, all->points[index],
            (unsigned long long)measure->graded);
    print_figure(
        to, measure->graded == 0 ? (double)NAN : (double)measure->met / (double)measure->graded,
        &measure->pass);
    print_figure(to, measure->total_correlation, &none);
    print_figure(to, kappa_of(&measure->people, 2 * least), &measure->people.kappa_interval);
    print_figure(to, kappa_of(&measure->judge, least), &measure->judge.kappa_interval);
    print_figure(to, judged ? measure->judge.f1 : (double)NAN, &measure->judge.f1_interval);
    fprintf(to, "\t%s\n", measure_advice(measure, least));
}

enum err rubric_measure_file(struct invocation *call)
{
    const struct measure_file_options *given = call->options;
    struct measuring all = {.call = call,
                            .criteria = map_new(call->arena),
                            .responses = map_new(call->arena),
                            .graders = map_new(call->arena)};

    TRY(read_grades(&all));
    uint32_t count = map_count(all.criteria);
    struct criterion_measure *found = arena_array(call->arena, struct criterion_measure, count);

    TRY(rubric_measure(call->arena,
                       &(struct measure_input){.points = all.points,
                                               .criterion_count = count,
                                               .grades = all.grades,
                                               .count = all.count},
                       &(struct measure_options){.level = given->level, .seed = 1}, found,
                       call->fault));
    fprintf(call->out,
            "criterion\tpoints\tgradings\tpass rate [%g %%]\twith the rest\tkappa of "
            "people\tkappa of models\tbalanced F1\tlook at\n",
            given->level * 100);
    for (uint32_t i = 0; i < count; i++) {
        print_criterion(&all, i, &found[i]);
    }
    return OK;
}
