#include "command/agree_report.h"

#include <inttypes.h>
#include <math.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "command/names.h"
#include "command/rating_file.h"

/* What rounds to zero has no sign. */
static double shown(double value)
{
    return fabs(value) < 0.00005 ? 0 : value;
}

static void print_result(FILE *to, const struct agree_report *report, size_t metric,
                         const struct agree_result *result)
{
    fprintf(to, "%-18s", report->metrics[metric]);
    if (!result->defined) {
        fprintf(to, "undefined: %s\n", result->undefined_because);
        return;
    }
    fprintf(to, "%8.4f", shown(result->value));
    if (result->has_interval) {
        fprintf(to, "  [%7.4f, %7.4f]", shown(result->interval.low), shown(result->interval.high));
    } else {
        fprintf(to, "  %18s", report->replicates > 0 ? "[interval unknown]" : "");
    }
    if (result->has_error) {
        fprintf(to, "  se %.5f", result->error);
    }
    if (metric < report->coefficient_count) {
        fprintf(to, "  observed %.4f chance %.4f", result->observed, result->chance);
    }
    fputc('\n', to);
}

static size_t count_of(const struct agree_report *report, const struct agree_section *section)
{
    return section->left != NULL ? report->coefficient_count : report->metric_count;
}

static void print_section(FILE *to, const struct agree_report *report,
                          const struct agree_section *section)
{
    for (size_t i = 0; i < count_of(report, section); i++) {
        print_result(to, report, i, &section->results[i]);
    }
}

static void print_counts(FILE *to, const char *title, const struct agree_result *result)
{
    fprintf(to, "\n%s: %" PRIu64 " items, %" PRIu64 " of them with two or more labels\n", title,
            result->unit_count, result->paired_count);
}

void agree_report_print(FILE *to, const struct agree_report *report)
{
    const struct agree_result *first = &report->whole.results[0];

    fprintf(to, "items     %u (%" PRIu64 " with two or more labels)\n",
            names_count(report->file->items), first->paired_count);
    fprintf(to, "workers   %u\n", map_count(report->file->workers));
    fprintf(to, "labels    %zu of %u values\n", report->file->rating_count,
            report->file->label_count);
    fprintf(to, "level     %s, weights %s, intervals %g %%\n\n", report->level, report->weights,
            report->confidence * 100);
    print_section(to, report, &report->whole);
    for (size_t i = 0; i < report->stratum_count; i++) {
        char title[128];

        (void)snprintf(title, sizeof(title), "stratum %.100s", report->strata[i].stratum);
        print_counts(to, title, &report->strata[i].results[0]);
        print_section(to, report, &report->strata[i]);
    }
    if (report->without_stratum > 0) {
        fprintf(to, "\n%" PRIu64 " items have no stratum and are in the whole only\n",
                report->without_stratum);
    }
    for (size_t i = 0; i < report->pair_count; i++) {
        char title[256];

        (void)snprintf(title, sizeof(title), "%.100s and %.100s", report->pairs[i].left,
                       report->pairs[i].right);
        print_counts(to, title, &report->pairs[i].results[0]);
        print_section(to, report, &report->pairs[i]);
    }
}

static void write_real(struct json_out *json, const char *name, bool known, double value)
{
    json_name(json, name);
    if (known) {
        json_real(json, value);
    } else {
        json_null(json);
    }
}

static void write_count(struct json_out *json, const char *name, uint64_t count)
{
    json_name(json, name);
    json_int(json, (int64_t)count);
}

static void write_result(struct json_out *json, const char *metric,
                         const struct agree_result *result, bool corrected)
{
    json_name(json, "metric");
    json_text(json, metric);
    write_real(json, "value", result->defined, result->value);
    write_real(json, "low", result->has_interval, result->interval.low);
    write_real(json, "high", result->has_interval, result->interval.high);
    write_real(json, "standard_error", result->has_error, result->error);
    if (corrected) {
        write_real(json, "observed", result->defined, result->observed);
        write_real(json, "chance", result->defined, result->chance);
    }
    write_count(json, "items", result->unit_count);
    write_count(json, "items_paired", result->paired_count);
    write_count(json, "labels_paired", result->rating_count);
    write_count(json, "workers", result->rater_count);
    json_name(json, "undefined_because");
    json_text(json, result->undefined_because);
}

static void write_coefficients(struct json_out *json, const struct agree_report *report,
                               const struct agree_section *section)
{
    json_name(json, "coefficients");
    json_open(json, '[');
    for (size_t i = 0; i < count_of(report, section); i++) {
        json_open(json, '{');
        write_result(json, report->metrics[i], &section->results[i], i < report->coefficient_count);
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_sections(struct json_out *json, const struct agree_report *report,
                           const struct agree_section *sections, size_t count)
{
    json_open(json, '[');
    for (size_t i = 0; i < count; i++) {
        json_open(json, '{');
        if (sections[i].stratum != NULL) {
            json_name(json, "stratum");
            json_text(json, sections[i].stratum);
        }
        if (sections[i].left != NULL) {
            json_name(json, "left");
            json_text(json, sections[i].left);
            json_name(json, "right");
            json_text(json, sections[i].right);
        }
        if (count_of(report, &sections[i]) == 1) {
            write_result(json, report->metrics[0], &sections[i].results[0],
                         report->coefficient_count > 0);
        } else {
            write_coefficients(json, report, &sections[i]);
        }
        json_close(json, '}');
    }
    json_close(json, ']');
}

void agree_report_json(FILE *to, struct arena *arena, const struct agree_report *report)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    write_count(&json, "items", names_count(report->file->items));
    write_count(&json, "workers", map_count(report->file->workers));
    write_count(&json, "labels", report->file->rating_count);
    write_count(&json, "values", report->file->label_count);
    json_name(&json, "level");
    json_text(&json, report->level);
    json_name(&json, "weights");
    json_text(&json, report->weights);
    json_name(&json, "confidence");
    json_real(&json, report->confidence);
    if (report->metric_count == 1) {
        const struct agree_result *only = &report->whole.results[0];

        json_name(&json, "metric");
        json_text(&json, report->metrics[0]);
        write_real(&json, "value", only->defined, only->value);
        write_real(&json, "low", only->has_interval, only->interval.low);
        write_real(&json, "high", only->has_interval, only->interval.high);
    }
    write_coefficients(&json, report, &report->whole);
    if (report->pairs != NULL) {
        json_name(&json, "pairs");
        write_sections(&json, report, report->pairs, report->pair_count);
    }
    if (report->strata != NULL) {
        json_name(&json, "strata");
        write_sections(&json, report, report->strata, report->stratum_count);
        write_count(&json, "items_without_stratum", report->without_stratum);
    }
    json_close(&json, '}');
    fprintf(to, "%s\n", buffer.at);
}
