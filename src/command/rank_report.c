#include "command/rank_report.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "base/map.h"
#include "command/comparison_file.h"

struct ranked {
    double score;
    uint32_t item;
};

static int best_first(const void *left, const void *right)
{
    const struct ranked *a = left;
    const struct ranked *b = right;

    return a->score != b->score ? (a->score < b->score) - (a->score > b->score)
                                : (a->item > b->item) - (a->item < b->item);
}

void rank_report_sort(struct arena *arena, struct rank_report *report)
{
    uint32_t items = report->file->input.item_count;
    struct ranked *ranked = arena_array(arena, struct ranked, items);
    uint32_t *order = arena_array(arena, uint32_t, items);
    bool *met = arena_array(arena, bool, items);

    report->item_count = report->component_count = 0;
    for (uint32_t item = 0; item < items; item++) {
        if (report->fit->compared[item] == 0) {
            continue;
        }
        ranked[report->item_count++] =
            (struct ranked){.score = report->fit->score[item], .item = item};
        report->component_count += !met[report->fit->component[item]];
        met[report->fit->component[item]] = true;
    }
    qsort(ranked, report->item_count, sizeof(*ranked), best_first);
    for (uint32_t i = 0; i < report->item_count; i++) {
        order[i] = ranked[i].item;
    }
    report->order = order;
}

static bool names_raters(const struct rank_report *report)
{
    return report->file->has_raters && report->options->raters &&
           report->file->input.rater_count > 1;
}

static void print_share(FILE *to, const char *name, const struct watch_share *share)
{
    if (share->known) {
        fprintf(to, "%-15s %.4f [%.4f, %.4f] of %" PRIu64 ", p %.4g\n", name, share->share,
                share->interval.low, share->interval.high, share->count, share->p);
    } else {
        fprintf(to, "%-15s not known: nothing of the kind was seen\n", name);
    }
}

static void print_styles(FILE *to, const struct rank_report *report)
{
    for (uint32_t k = 0; k < report->file->input.style_count; k++) {
        fprintf(to, "style           %s: %.4f +- %.4f log-odds a unit", report->file->styles[k],
                report->fit->style[k], report->fit->style_error[k]);
        if (report->bias.counted && report->bias.styles[k].known) {
            fprintf(to, "; alone %.4f +- %.4f%s", report->bias.styles[k].slope,
                    report->bias.styles[k].error,
                    report->bias.styles[k].separated ? " (decides without exception)" : "");
        }
        fputc('\n', to);
    }
}

static void print_items(FILE *to, const struct rank_report *report)
{
    const struct rank_fit *fit = report->fit;
    uint32_t shown =
        report->top == 0 || report->top > report->item_count ? report->item_count : report->top;

    fprintf(to, "\n%6s  %-32s %9s  %20s  %11s\n", "rank", "item", "score", "interval",
            "comparisons");
    for (uint32_t i = 0; i < shown; i++) {
        uint32_t item = report->order[i];

        fprintf(to, "%6u  %-32s %9.4f", i + 1, map_key(report->file->items, item).at,
                fit->score[item]);
        if (fit->intervals != NULL) {
            fprintf(to, "  [%8.4f, %8.4f]", fit->intervals[item].low, fit->intervals[item].high);
        } else {
            fprintf(to, "  %20s", "");
        }
        fprintf(to, "  %11" PRIu64, fit->compared[item]);
        if (report->component_count > 1) {
            fprintf(to, "  component %u", fit->component[item] + 1);
        }
        fputc('\n', to);
    }
    if (shown < report->item_count) {
        fprintf(to, "        and %u more (--top 0 prints all, --out writes all)\n",
                report->item_count - shown);
    }
}

static void print_raters(FILE *to, const struct rank_report *report)
{
    uint32_t count = report->file->input.rater_count;

    fprintf(to, "\n%-24s %16s %18s %18s  %11s\n", "rater", "skill", "tie", "side", "comparisons");
    for (uint32_t i = 0; i < count && (report->top == 0 || i < report->top); i++) {
        const struct rank_rater *rater = &report->fit->raters[i];

        fprintf(to, "%-24s %7.3f +- %5.3f  %7.3f +- %5.3f", map_key(report->file->raters, i).at,
                rater->skill, rater->skill_error, rater->tie, rater->tie_error);
        fprintf(to, "  %7.3f +- %5.3f  %11" PRIu64 "\n", rater->side, rater->side_error,
                rater->count);
    }
    if (report->top > 0 && count > report->top) {
        fprintf(to, "and %u more (--raters writes all)\n", count - report->top);
    }
}

void rank_report_print(FILE *to, const struct rank_report *report)
{
    const struct rank_fit *fit = report->fit;

    fprintf(to, "comparisons     %zu\n", report->file->input.count);
    fprintf(to, "items           %u\n", report->item_count);
    fprintf(to, "log-likelihood  %.6f\n", fit->likelihood);
    fprintf(to, "rounds          %u%s\n", fit->rounds,
            fit->converged ? "" : " (stopped at the bound)");
    if (report->options->ties == RANK_DAVIDSON) {
        fprintf(to, "ties            log-odds %.4f between equals\n", fit->common.tie);
    }
    if (report->file->has_sides) {
        fprintf(to, "side bias       log-odds %.4f for the one shown first\n", fit->common.side);
    }
    print_styles(to, report);
    if (report->bias.counted) {
        print_share(to, "shown first won", &report->bias.position);
        print_share(to, "said the same", &report->bias.consistency);
    }
    if (report->followed.count > 0) {
        fprintf(to, "followed        %" PRIu64 " comparisons, log-loss %.6f before each\n",
                report->followed.count, report->followed.log_loss);
    }
    if (report->tested) {
        fprintf(to, "log-loss        %.6f on %zu comparisons held out\n", report->log_loss,
                report->test_count);
    }
    if (report->component_count > 1) {
        fprintf(to,
                "components      %u: nothing connects them, so scores compare only within one\n",
                report->component_count);
    }
    print_items(to, report);
    if (names_raters(report)) {
        print_raters(to, report);
    }
}

static void write_real(struct json_out *json, const char *name, double value)
{
    json_name(json, name);
    json_real(json, value);
}

static void write_int(struct json_out *json, const char *name, uint64_t value)
{
    json_name(json, name);
    json_int(json, (int64_t)value);
}

static void write_item(struct json_out *json, const struct rank_report *report, uint32_t item)
{
    const struct rank_fit *fit = report->fit;

    json_open(json, '{');
    json_name(json, "item");
    json_view(json, map_key(report->file->items, item));
    write_real(json, "score", fit->score[item]);
    if (fit->error != NULL) {
        write_real(json, "error", fit->error[item]);
        write_real(json, "low", fit->intervals[item].low);
        write_real(json, "high", fit->intervals[item].high);
    }
    write_int(json, "comparisons", fit->compared[item]);
    write_int(json, "component", fit->component[item] + 1);
    json_close(json, '}');
}

static void write_rater(struct json_out *json, const struct rank_report *report, uint32_t number)
{
    const struct rank_rater *rater = &report->fit->raters[number];

    json_open(json, '{');
    json_name(json, "rater");
    json_view(json, map_key(report->file->raters, number));
    write_int(json, "comparisons", rater->count);
    write_real(json, "skill", rater->skill);
    write_real(json, "skill_error", rater->skill_error);
    write_real(json, "tie", rater->tie);
    write_real(json, "tie_error", rater->tie_error);
    write_real(json, "side", rater->side);
    write_real(json, "side_error", rater->side_error);
    json_close(json, '}');
}

static void write_share(struct json_out *json, const char *name, const struct watch_share *share)
{
    json_name(json, name);
    if (!share->known) {
        json_null(json);
        return;
    }
    json_open(json, '{');
    write_real(json, "share", share->share);
    write_real(json, "low", share->interval.low);
    write_real(json, "high", share->interval.high);
    write_int(json, "count", share->count);
    write_real(json, "p", share->p);
    json_close(json, '}');
}

static void write_styles(struct json_out *json, const struct rank_report *report)
{
    json_name(json, "styles");
    json_open(json, '[');
    for (uint32_t k = 0; k < report->file->input.style_count; k++) {
        json_open(json, '{');
        json_name(json, "style");
        json_text(json, report->file->styles[k]);
        write_real(json, "weight", report->fit->style[k]);
        write_real(json, "error", report->fit->style_error[k]);
        if (report->bias.counted && report->bias.styles[k].known) {
            write_real(json, "alone", report->bias.styles[k].slope);
            write_real(json, "alone_error", report->bias.styles[k].error);
        }
        json_close(json, '}');
    }
    json_close(json, ']');
}

static void write_summary(struct json_out *json, const struct rank_report *report)
{
    const struct rank_fit *fit = report->fit;

    write_int(json, "comparisons", report->file->input.count);
    write_int(json, "item_count", report->item_count);
    write_int(json, "components", report->component_count);
    write_real(json, "log_likelihood", fit->likelihood);
    write_int(json, "rounds", fit->rounds);
    json_name(json, "converged");
    json_bool(json, fit->converged);
    json_name(json, "tie");
    if (report->options->ties == RANK_DAVIDSON) {
        json_real(json, fit->common.tie);
    } else {
        json_null(json);
    }
    json_name(json, "side");
    if (report->file->has_sides) {
        json_real(json, fit->common.side);
    } else {
        json_null(json);
    }
    write_styles(json, report);
    if (report->bias.counted) {
        write_share(json, "shown_first_won", &report->bias.position);
        write_share(json, "said_the_same", &report->bias.consistency);
    }
    if (report->followed.count > 0) {
        write_int(json, "followed", report->followed.count);
        write_real(json, "followed_log_loss", report->followed.log_loss);
    }
    if (report->tested) {
        write_real(json, "log_loss", report->log_loss);
        write_int(json, "log_loss_comparisons", report->test_count);
    }
}

void rank_report_json(FILE *to, struct arena *arena, const struct rank_report *report)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    write_summary(&json, report);
    json_name(&json, "items");
    json_open(&json, '[');
    for (uint32_t i = 0; i < report->item_count; i++) {
        write_item(&json, report, report->order[i]);
    }
    json_close(&json, ']');
    json_name(&json, "raters");
    json_open(&json, '[');
    for (uint32_t i = 0; names_raters(report) && i < report->file->input.rater_count; i++) {
        write_rater(&json, report, i);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(to, "%s\n", buffer.at);
}

void rank_report_items(struct buffer *to, const struct rank_report *report)
{
    const struct rank_fit *fit = report->fit;

    buffer_string(to, "item,score,error,low,high,comparisons,component\n");
    for (uint32_t i = 0; i < report->item_count; i++) {
        uint32_t item = report->order[i];

        buffer_csv(to, map_key(report->file->items, item));
        buffer_print(to, ",%.8f", fit->score[item]);
        if (fit->error != NULL) {
            buffer_print(to, ",%.8f,%.8f,%.8f", fit->error[item], fit->intervals[item].low,
                         fit->intervals[item].high);
        } else {
            buffer_string(to, ",,,");
        }
        buffer_print(to, ",%" PRIu64 ",%u\n", fit->compared[item], fit->component[item] + 1);
    }
}

void rank_report_raters(struct buffer *to, const struct rank_report *report)
{
    buffer_string(to, "rater,comparisons,skill,skill_error,tie,tie_error,side,side_error\n");
    for (uint32_t i = 0; i < report->file->input.rater_count; i++) {
        const struct rank_rater *rater = &report->fit->raters[i];

        buffer_csv(to, map_key(report->file->raters, i));
        buffer_print(to, ",%" PRIu64 ",%.8f,%.8f,%.8f", rater->count, rater->skill,
                     rater->skill_error, rater->tie);
        buffer_print(to, ",%.8f,%.8f,%.8f\n", rater->tie_error, rater->side, rater->side_error);
    }
}
