#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "slice/fairness/fairness.h"

static void put_ratio(struct buffer *out, double value)
{
    if (isfinite(value)) {
        buffer_print(out, "%.3f", value);
    }
}

void fairness_csv(const struct fairness_report *report, struct buffer *out)
{
    buffer_string(out, "category,group,applicants,selected,selection_rate,impact_ratio,ratio_low,"
                       "ratio_high,scoring_rate,scoring_impact_ratio,reference,verdict\r\n");
    for (size_t i = 0; i < report->count; i++) {
        const struct group_rate *group = &report->groups[i];

        buffer_csv(out, text_of(group->attribute));
        buffer_char(out, ',');
        buffer_csv(out, text_of(group->group));
        buffer_print(out, ",%lld,%lld,", (long long)group->persons, (long long)group->passed);
        put_ratio(out, group->impact.rate);
        buffer_char(out, ',');
        put_ratio(out, group->impact.ratio);
        buffer_char(out, ',');
        put_ratio(out, group->impact.interval.low);
        buffer_char(out, ',');
        put_ratio(out, group->impact.interval.high);
        buffer_char(out, ',');
        put_ratio(out, group->scoring.rate);
        buffer_char(out, ',');
        put_ratio(out, group->scoring.ratio);
        buffer_print(out, ",%s,%s\r\n", group->reference ? "yes" : "no",
                     irt_impact_name(group->impact.verdict));
    }
    buffer_print(out, "unknown,no category given,%lld,,,,,,,,,\r\n", (long long)report->unknown);
}

/* Text between tags. */
static void put_html(struct buffer *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            buffer_string(out, "&lt;");
            break;
        case '>':
            buffer_string(out, "&gt;");
            break;
        case '&':
            buffer_string(out, "&amp;");
            break;
        default:
            buffer_char(out, *text);
        }
    }
}

static void put_cell(struct buffer *out, double value)
{
    buffer_string(out, "<td>");
    if (isfinite(value)) {
        buffer_print(out, "%.3f", value);
    } else {
        buffer_string(out, "–");
    }
    buffer_string(out, "</td>");
}

static void put_row(struct buffer *out, const struct group_rate *group)
{
    buffer_string(out, "<tr><th scope=\"row\">");
    put_html(out, group->group);
    buffer_print(out, "</th><td>%lld</td><td>%lld</td>", (long long)group->persons,
                 (long long)group->passed);
    put_cell(out, group->impact.rate);
    put_cell(out, group->impact.ratio);
    put_cell(out, group->scoring.rate);
    put_cell(out, group->scoring.ratio);
    buffer_print(out, "<td>%s</td></tr>\n", irt_impact_name(group->impact.verdict));
}

void fairness_html(const struct fairness_report *report, const char *date, struct buffer *out)
{
    const char *attribute = "";

    buffer_print(
        out,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Bias audit</title>\n"
        "<style>body{font:15px system-ui;max-width:60em;margin:2em auto;padding:0 1em}"
        "table{border-collapse:collapse;width:100%%}th,td{border:1px solid "
        "#ccc;padding:4px 8px;text-align:right}th:first-child{text-align:left}</style>\n"
        "<h1>Bias audit of the interviews</h1>\n<p>Data of all interviews with a result until %s: "
        "%lld, of these %lld by people who gave no category. Selection: the interview was passed. "
        "Scoring: the score was above the median of all. The impact ratio is a group's rate over "
        "the highest rate among groups of at least %d people.</p>\n",
        date, (long long)report->interviews, (long long)report->unknown, IRT_GROUP_COUNT_MIN);
    for (size_t i = 0; i < report->count; i++) {
        if (strcmp(attribute, report->groups[i].attribute) != 0) {
            buffer_string(out, attribute[0] == '\0' ? "" : "</tbody></table>\n");
            attribute = report->groups[i].attribute;
            buffer_print(out,
                         "<h2>%s</h2>\n<table><thead><tr><th>Group</th><th>Applicants</th><th>"
                         "Selected</th><th>Selection rate</th><th>Impact ratio</th><th>Scoring "
                         "rate</th><th>Impact ratio of scoring</th><th>Verdict</th></tr></thead>"
                         "<tbody>\n",
                         attribute);
        }
        put_row(out, &report->groups[i]);
    }
    buffer_string(out, attribute[0] == '\0' ? "<p>Nobody has given a category yet.</p>\n"
                                            : "</tbody></table>\n");
}
