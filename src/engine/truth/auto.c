/*
 * The choice of a method.
 *
 * Without known answers no method is best on every set, and none of the usual
 * criteria (likelihood, bound, held-out labels) finds the best one. So a few
 * models that err in different ways vote: hidden subtypes, shrunk confusion,
 * free confusion, one weight per worker. With known answers each candidate is
 * fitted without them and scored on them; one that beats the plurality by more
 * than its standard error is taken, and fitted again with the answers.
 */

#include "engine/truth/fit.h"
#include "engine/truth/methods.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { GOLD_MIN = 10, ITEMS_PER_LANE = 10, EBCC_LANES = 10, MEMBERS_MAX = 4 };
static const double ebcc_labels_max = 1e6;
static const double minimax_work_max = 4e6; /* labels * classes^2 */

struct council {
    const struct truth_method *members[MEMBERS_MAX];
    uint32_t count;
};

static bool affords_ebcc(const struct truth_input *input)
{
    return input->item_count >= ITEMS_PER_LANE * EBCC_LANES * (double)input->class_count &&
           truth_label_count(input) <= ebcc_labels_max;
}

static struct council council_for(const struct truth_input *input)
{
    struct council council = {0};

    if (affords_ebcc(input)) {
        council.members[council.count++] = &truth_ebcc;
    }
    council.members[council.count++] = &truth_hierarchical;
    council.members[council.count++] = &truth_dawid_skene;
    council.members[council.count++] = &truth_bwa;
    return council;
}

/* The class with the most votes; among equals the one whose voter stands first. */
static uint32_t winner(const uint32_t *votes, uint32_t count)
{
    uint32_t best = 0;
    uint32_t most = 0;

    for (uint32_t i = 0; i < count; i++) {
        uint32_t same = 0;

        for (uint32_t k = 0; k < count; k++) {
            same += votes[k] == votes[i];
        }
        if (same > most) {
            most = same;
            best = votes[i];
        }
    }
    return best;
}

/* Let the winner have the highest probability, so that the rest still shows the disagreement. */
static void crown(double *row, uint32_t class_count, uint32_t best)
{
    uint32_t top = 0;

    for (uint32_t k = 1; k < class_count; k++) {
        top = row[k] > row[top] ? k : top;
    }
    double high = row[top];

    row[top] = row[best];
    row[best] = high;
}

static enum err vote_of_models(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct council council = council_for(input);
    size_t size = (size_t)input->item_count * input->class_count;
    uint32_t *votes = arena_array(job->arena, uint32_t, (size_t)input->item_count * council.count);

    for (uint32_t member = 0; member < council.count; member++) {
        struct arena_mark mark = arena_mark(job->arena);
        struct truth_fit fit;

        TRY(truth_run(job, council.members[member], &fit));
        for (uint32_t item = 0; item < input->item_count; item++) {
            votes[(size_t)item * council.count + member] = truth_best(input, &fit, item);
        }
        for (size_t i = 0; i < size; i++) {
            out->posterior[i] += fit.posterior[i] / council.count;
        }
        out->rounds += fit.rounds;
        out->converged = out->converged && fit.converged;
        arena_undo(job->arena, mark);
    }
    for (uint32_t item = 0; item < input->item_count; item++) {
        crown(truth_row(input, out->posterior, item), input->class_count,
              winner(votes + (size_t)item * council.count, council.count));
    }
    return OK;
}

static const char *name_council(const struct truth_job *job)
{
    return affords_ebcc(job->input)
               ? "no gold tells the methods apart: plurality of ebcc, hierarchical, dawid-skene "
                 "and bwa"
               : "no gold tells the methods apart: plurality of hierarchical, dawid-skene and bwa";
}

static enum err fit_plurality(const struct truth_job *job, struct truth_fit *out)
{
    out->reason = name_council(job);
    return vote_of_models(job, out);
}

static uint32_t gold_count(const struct truth_input *input)
{
    uint32_t count = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        count += truth_is_gold(input, item) && input->first[item + 1] > input->first[item];
    }
    return count;
}

/* Right answers on gold that the fit has not seen, ties shared: hits[0 .. gold_count). */
static double score(const struct truth_job *job, const uint32_t *gold, const struct truth_fit *fit,
                    double *hits)
{
    const struct truth_input *input = job->input;
    double sum = 0;
    uint32_t at = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        const double *row = fit->posterior + (size_t)item * input->class_count;

        if (gold[item] == TRUTH_UNKNOWN || input->first[item + 1] == input->first[item]) {
            continue;
        }
        bool top = row[gold[item]] > row[truth_best(input, fit, item)] - 1e-9;

        hits[at] = top ? 1.0 / truth_tied(input, fit, item) : 0;
        sum += hits[at++];
    }
    return sum;
}

/* By how much one set of hits beats another, in standard errors of the paired difference. */
static double lead(const double *hits, const double *other, uint32_t count)
{
    double sum = 0;
    double squares = 0;

    for (uint32_t i = 0; i < count; i++) {
        double difference = hits[i] - other[i];

        sum += difference;
        squares += difference * difference;
    }
    return squares > 0 ? sum / sqrt(squares) : 0;
}

static bool affords(const struct truth_input *input, const struct truth_method *method)
{
    bool minimax = method == &truth_minimax || method == &truth_minimax_ordinal;
    double work = (double)truth_label_count(input) * input->class_count * input->class_count;

    return (!minimax || work <= minimax_work_max) && (method != &truth_ebcc || affords_ebcc(input));
}

static enum err choose_by_gold(const struct truth_job *job, struct truth_fit *out)
{
    static const struct truth_method *const candidates[] = {
        &truth_plurality, &truth_hierarchical, &truth_ebcc,    &truth_dawid_skene,     &truth_bwa,
        &truth_mace,      &truth_ordinal,      &truth_minimax, &truth_minimax_ordinal,
    };
    uint32_t count = gold_count(job->input);
    double *first = arena_array(job->arena, double, count);
    double *hits = arena_array(job->arena, double, count);
    struct truth_input blind = *job->input;
    struct truth_job trial = {
        .arena = job->arena, .input = &blind, .options = job->options, .fault = job->fault};
    const struct truth_method *best = candidates[0];
    double best_lead = 1;
    double best_sum = 0;
    double first_sum = 0;

    blind.gold = NULL;
    for (size_t i = 0; i < COUNT(candidates); i++) {
        struct arena_mark mark = arena_mark(job->arena);
        struct truth_fit fit;

        if (!affords(job->input, candidates[i])) {
            continue;
        }
        TRY(truth_run(&trial, candidates[i], &fit));
        double sum = score(job, job->input->gold, &fit, i == 0 ? first : hits);

        arena_undo(job->arena, mark);
        first_sum = i == 0 ? sum : first_sum;
        if (i > 0 && lead(hits, first, count) > best_lead) {
            best_lead = lead(hits, first, count);
            best = candidates[i];
            best_sum = sum;
        }
    }
    TRY(best->fit(job, out));
    out->method = best->name;
    out->reason =
        best == candidates[0]
            ? arena_print(job->arena,
                          "%.4g of %u gold answers right unseen; no single method beats "
                          "the plurality by its standard error",
                          first_sum, count)
            : arena_print(job->arena, "%.4g of %u gold answers right unseen, the plurality %.4g",
                          best_sum, count, first_sum);
    return OK;
}

static enum err fit_auto(const struct truth_job *job, struct truth_fit *out)
{
    out->method = truth_plurality.name;
    return gold_count(job->input) >= GOLD_MIN ? choose_by_gold(job, out) : fit_plurality(job, out);
}

const struct truth_method truth_auto = {
    .name = "auto",
    .summary = "The best on gold where there is enough, else the plurality",
    .fit = fit_auto};
const struct truth_method truth_plurality = {.name = "plurality",
                                             .summary =
                                                 "A vote of models that err in different ways",
                                             .fit = fit_plurality};
