#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "slice/account/account.h"
#include "slice/fairness/fairness.h"
#include "slice/fairness/fairness_sql.h"
#include "store/work.h"

enum { PAIRS_MAX = 100000 };

static const char *name_of(const struct grader_name *names, size_t count, const char *id)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i].id, id) == 0) {
            return names[i].name;
        }
    }
    return id;
}

static struct grader_pair pair_of(struct map *interviews, struct map *graders,
                                  const struct pair_row *row)
{
    double max = row->points_max > 0 ? row->points_max : 1;

    return (struct grader_pair){
        .interview = map_add(interviews, text_of(row->interview_id)),
        .grader = {map_add(graders, text_of(row->first_id)),
                   map_add(graders, text_of(row->second_id))},
        .category = {(uint32_t)row->first_category, (uint32_t)row->second_category},
        .share = {row->first_points / max, row->second_points / max}};
}

enum err fairness_graders(struct work *work, struct grader_report *out)
{
    const char *organisation_id = work->who->organisation_id;
    struct map *interviews = map_new(work->arena);
    struct map *graders = map_new(work->arena);
    struct check_shares_row shares;
    struct grader_name *names;
    struct pair_row *rows;
    size_t name_count;
    size_t count;

    TRY(check_shares(work, &(struct check_shares_args){.organisation_id = organisation_id},
                     &shares));
    TRY(pair_rows(
        work, &(struct pair_rows_args){.organisation_id = organisation_id, .row_max = PAIRS_MAX},
        &rows, &count));
    TRY(grader_names(work, &(struct grader_names_args){.organisation_id = organisation_id}, &names,
                     &name_count));
    struct grader_pair *pairs = arena_array(work->arena, struct grader_pair, count + 1);

    for (size_t i = 0; i < count; i++) {
        pairs[i] = pair_of(interviews, graders, &rows[i]);
    }
    struct grader_report report = {.draws = shares.draw_count,
                                   .chosen = shares.chosen_count,
                                   .done = shares.done_count,
                                   .count = map_count(graders)};

    TRY(grader_agree(work->arena, pairs, count, map_count(graders), &report.agreement,
                     &work->fault));
    report.graders = arena_array(work->arena, struct grader_line, report.count + 1);
    for (uint32_t i = 0; i < report.count; i++) {
        const char *id = map_key(graders, i).at;

        report.graders[i] = (struct grader_line){
            .id = id,
            .name = name_of(names, name_count, id),
            .bias = grader_bias(work->arena, pairs, count, i, (uint32_t)report.count)};
    }
    *out = report;
    return OK;
}

static void put_number(struct buffer *out, double value)
{
    if (isfinite(value)) {
        buffer_print(out, "%.4f", value);
    }
}

void fairness_graders_csv(const struct grader_report *report, struct buffer *out)
{
    buffer_string(out, "grader,answers,interviews,bias,bias_low,bias_high,verdict\r\n");
    for (size_t i = 0; i < report->count; i++) {
        const struct grader_bias *bias = &report->graders[i].bias;

        buffer_csv(out, text_of(report->graders[i].id));
        buffer_print(out, ",%zu,%zu,", bias->answers, bias->interviews);
        put_number(out, bias->mean);
        buffer_char(out, ',');
        put_number(out, bias->interval.low);
        buffer_char(out, ',');
        put_number(out, bias->interval.high);
        buffer_print(out, ",%s\r\n", bias->verdict);
    }
}

static void put_measure(struct buffer *out, const char *name, const struct grader_measure *of)
{
    if (isfinite(of->value)) {
        buffer_print(out, "<li>%s: %.3f [%.3f, %.3f]</li>\n", name, of->value, of->interval.low,
                     of->interval.high);
    }
}

void fairness_graders_html(const struct grader_report *report, struct buffer *out)
{
    const struct grader_agreement *agreement = &report->agreement;

    buffer_print(
        out,
        "<h2>The people who grade</h2>\n<p>Of %lld judgements chance sent %lld to a second "
        "grader, who could not tell; %lld are done: %zu answers of %zu interviews.</p>\n",
        (long long)report->draws, (long long)report->chosen, (long long)report->done,
        agreement->answers, agreement->interviews);
    if (!isfinite(agreement->alpha.value)) {
        buffer_print(out, "<p>Not enough yet to say how they agree: %zu of %d answers.</p>\n",
                     agreement->answers, GRADER_ANSWERS_MIN);
        return;
    }
    buffer_string(out, "<ul>\n");
    put_measure(out, "Same category", &agreement->alike);
    put_measure(out, "Krippendorff's alpha, interval", &agreement->alpha);
    buffer_string(out, "</ul>\n");
}
