#include "slice/fairness/technical.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/fairness/fairness_sql.h"
#include "slice/installation.h"
#include "slice/interview/interview_rule.h"
#include "store/work.h"
#include "sys/secret.h"

static enum err read_bank(struct work *work, struct technical_file *out)
{
    struct buffer all = buffer_new(work->arena);
    struct map *domains = map_new(work->arena);
    struct technical_item *items;
    size_t count;

    TRY(technical_items(
        work, &(struct technical_items_args){.organisation_id = work->who->organisation_id}, &items,
        &count));
    for (size_t i = 0; i < count; i++) {
        bool is_asked =
            strcmp(items[i].item_status, "live") == 0 || strcmp(items[i].item_status, "pilot") == 0;

        buffer_print(&all, "%s %s\n", items[i].code, items[i].content_hash);
        (void)map_add(domains, text_of(items[i].domain));
        out->item_count += is_asked;
        out->calibrated_count += is_asked && items[i].is_used;
        out->suspended_count += strcmp(items[i].item_status, "suspended") == 0;
    }
    out->domain_count = map_count(domains);
    out->bank_hash = sha256_hex(work->arena, buffer_view(&all));
    return OK;
}

static enum err read_scorer(struct work *work, struct technical_file *out)
{
    struct technical_scorer_row row;
    enum err err = technical_scorer(
        work, &(struct technical_scorer_args){.organisation_id = work->who->organisation_id}, &row);

    out->is_shipped = err == ERR_NOT_FOUND;
    out->scorer_hash = work->installation->scorer_hash;
    out->agreement = out->kappa = (double)NAN;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    out->scorer_hash = row.content_hash;
    out->lesson_count = row.person_count;
    out->agreement = row.agreement;
    out->kappa = row.kappa;
    return OK;
}

static enum err read_counts(struct work *work, struct technical_file *out)
{
    const char *organisation_id = work->who->organisation_id;
    struct technical_counts_row counts;
    struct technical_appeals_row appeals;

    TRY(technical_counts(work, &(struct technical_counts_args){.organisation_id = organisation_id},
                         &counts));
    TRY(technical_appeals(
        work, &(struct technical_appeals_args){.organisation_id = organisation_id}, &appeals));
    out->interview_count = counts.done_count;
    out->passed_by_machine = counts.passed_by_machine;
    out->judged_count = counts.judged_count;
    out->waiting_count = counts.waiting_count;
    out->appeal_count = appeals.decided_count;
    out->overturned_count = appeals.overturned_count;
    return OK;
}

enum err technical_read(struct work *work, struct technical_file *out)
{
    const struct keeping_times *keep = &work->installation->keep;

    *out = (struct technical_file){.program = "Periti " PERITI_VERSION,
                                   .model = work->installation->rater_name,
                                   .is_spoken = work->installation->speech != NULL,
                                   .answers_keep_days = keep->answers_us / TIME_DAY,
                                   .applications_keep_days = keep->applications_us / TIME_DAY,
                                   .resumes_keep_days = keep->resumes_us / TIME_DAY,
                                   .scorers_keep_days = keep->scorers_us / TIME_DAY};
    for (int64_t level = 1; level <= 3; level++) {
        out->cuts[level - 1] = interview_scale(interview_cut(level));
    }
    TRY(read_bank(work, out));
    TRY(read_scorer(work, out));
    TRY(read_counts(work, out));
    TRY(fairness_graders(work, &out->graders));
    return fairness_report(work, "", &out->groups);
}

/* ------------------------------------------------------------------ the page */

static void put_general(const struct technical_file *file, struct buffer *out)
{
    buffer_print(
        out,
        "<h2>1. General description</h2>\n<p>%s, interviews of experts. Purpose: to find out "
        "whether somebody knows a field well enough for paid work of judging and writing. Deployed "
        "by the organisation that runs this server, on its own machine; people are told before "
        "they "
        "begin. Not for anything else: not for employment at large, and never to tell who somebody "
        "is, feels or where they come from.</p>\n<table>\n",
        file->program);
    buffer_print(out,
                 "<tr><th scope=\"row\">Question bank</th><td>SHA-256 %s: %lld questions asked "
                 "in %lld fields, %lld of them calibrated, %lld put aside</td></tr>\n",
                 file->bank_hash, (long long)file->item_count, (long long)file->domain_count,
                 (long long)file->calibrated_count, (long long)file->suspended_count);
    buffer_print(
        out, "<tr><th scope=\"row\">Scorer</th><td>SHA-256 %s, %s</td></tr>\n", file->scorer_hash,
        file->is_shipped ? "as the program came with it" : "taught by people of this organisation");
    buffer_print(out, "<tr><th scope=\"row\">Model server</th><td>%s</td></tr>\n",
                 file->model == NULL ? "none" : "one more rater, weighed by its errors");
    buffer_print(out, "<tr><th scope=\"row\">Spoken answers</th><td>%s</td></tr></table>\n",
                 file->is_spoken ? "written down and confirmed by the person; only words are scored"
                                 : "none");
}

static void put_design(const struct technical_file *file, struct buffer *out)
{
    buffer_string(
        out,
        "<h2>2. Design and data</h2>\n<p>An answer in words is compared with the criteria of its "
        "question: likeness of words, extremely randomised trees and a regression, calibrated. "
        "Numbers, choices and orders are marked by rule. Ability is estimated by item response "
        "theory with the errors of whoever graded in the likelihood. Learnt from: the graded "
        "answers of the question bank, written for it, and answers that people here have graded; "
        "no data of others. It sees nothing but the text of the answer: no voice, face, name, "
        "speed, origin.</p>\n");
    if (file->is_shipped) {
        buffer_string(out,
                      "<p>Accuracy of the shipped scorer, cross-validated on questions that it "
                      "had not seen: .75 of answers in the right one of three categories, "
                      "quadratic kappa .77.</p>\n");
    } else {
        buffer_print(
            out,
            "<p>Accuracy on answers that it had not seen, against people: %.2f in the same "
            "one of three categories, quadratic kappa %.2f; learnt from %lld answers "
            "graded here.</p>\n",
            file->agreement, file->kappa, (long long)file->lesson_count);
    }
    buffer_print(
        out,
        "<p>Thresholds, on a scale of 50 ± 10: %.1f newcomer, %.1f practitioner, %.1f "
        "authority. An interview ends when the interval is narrow (deviation .4) or leaves "
        "out the threshold (90 %%), or at the number of questions of the listing.</p>\n",
        file->cuts[0], file->cuts[1], file->cuts[2]);
}

static void put_control(const struct technical_file *file, struct buffer *out)
{
    buffer_print(
        out,
        "<h2>3. Human oversight, monitoring, limits</h2>\n<p>The program lets people through and "
        "turns nobody down: below the threshold, or where a guard raised an alarm, a person grades "
        "first, without seeing the program's number, and a named person decides, who must have "
        "opened the result. Appeals go to two others. Of %lld interviews with a result %lld were "
        "passed without a person, %lld were graded by people, %lld wait for one. Appeals decided: "
        "%lld, results changed: %lld.</p>\n<p>Known limits: right answers in words that nobody "
        "foresaw are graded low, which is why a person looks; English alone; what the questions "
        "ask "
        "is what their authors thought of.</p>\n",
        (long long)file->interview_count, (long long)file->passed_by_machine,
        (long long)file->judged_count, (long long)file->waiting_count,
        (long long)file->appeal_count, (long long)file->overturned_count);
    fairness_graders_html(&file->graders, out);
}

static void put_groups(const struct technical_file *file, struct buffer *out)
{
    size_t shown = 0;

    buffer_string(out,
                  "<h2>4. Rates of groups</h2>\n<p>Of people who said something of themselves; "
                  "no score can read it. The whole is in the bias audit.</p>\n<table>\n");
    for (size_t i = 0; i < file->groups.count; i++) {
        const struct group_rate *group = &file->groups.groups[i];

        if (isfinite(group->impact.ratio) && !group->reference) {
            buffer_print(out,
                         "<tr><th scope=\"row\">%s</th><td>impact ratio %.3f [%.3f, %.3f], n "
                         "%lld: %s</td></tr>\n",
                         group->group, group->impact.ratio, group->impact.interval.low,
                         group->impact.interval.high, (long long)group->persons,
                         irt_impact_name(group->impact.verdict));
            shown++;
        }
    }
    buffer_print(out, "</table>\n%s", shown == 0 ? "<p>Not enough data yet.</p>\n" : "");
}

static void put_days(struct buffer *out, const char *what, int64_t days, const char *then)
{
    buffer_print(out, "<tr><th scope=\"row\">%s</th><td>", what);
    if (days == 0) {
        buffer_string(out, "until they are erased");
    } else {
        buffer_print(out, "%lld days", (long long)days);
    }
    buffer_print(out, "; %s</td></tr>\n", then);
}

static void put_keeping(const struct technical_file *file, struct buffer *out)
{
    buffer_string(out, "<h2>5. What is kept, and how long</h2>\n<p>People erase their interviews "
                       "and résumés themselves, at any time. Otherwise a job deletes what is past "
                       "its days; each deletion is in the log.</p>\n<table>\n");
    put_days(out, "Answers, and what people and programs said of them", file->answers_keep_days,
             "longer only while an appeal or a grading is open or a qualification rests on them. "
             "Estimate, categories and times stay, without words, because what is known of the "
             "questions was learnt from them");
    put_days(out, "Words of applications", file->applications_keep_days,
             "who decided what, and when, stays");
    put_days(
        out, "What was read in résumés", file->resumes_keep_days,
        "the file itself goes once it was read; what its person confirmed stays in the profile");
    put_days(out, "Scorers that are used no more", file->scorers_keep_days,
             "their hash and how they agreed with people stay");
    buffer_string(out, "</table>\n");
}

void technical_html(const struct technical_file *file, const char *date, struct buffer *out)
{
    buffer_print(
        out,
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Technical file</title>\n"
        "<style>body{font:15px system-ui;max-width:60em;margin:2em auto;padding:0 1em}"
        "table{border-collapse:collapse;width:100%%}th,td{border:1px solid #ccc;padding:4px 8px;"
        "text-align:left;overflow-wrap:anywhere}</style>\n<h1>Technical file of the "
        "interviews</h1>\n<p>In the order of Annex IV of Regulation (EU) 2024/1689, as of %s. What "
        "a provider has to add in words of its own (risks weighed, standards applied, declaration "
        "of conformity) is in docs/eu-ai-act.md of the program.</p>\n",
        date);
    put_general(file, out);
    put_design(file, out);
    put_control(file, out);
    put_groups(file, out);
    put_keeping(file, out);
    buffer_string(
        out,
        "<h2>6. Changes and log</h2>\n<p>Questions are versioned and signed, scorers and "
        "calibrations named by the hash of their content; each answer keeps which of them it met, "
        "and no result of the past changes when something is learnt. What anybody of the house "
        "opened, graded and decided is in an audit log whose entries are chained and "
        "sealed.</p></html>\n");
}
