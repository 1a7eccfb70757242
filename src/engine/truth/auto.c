/*
 * The choice of a method.
 *
 * Without known answers no method is best on every set, and none of the usual
 * criteria (likelihood, bound, held-out labels) finds the best one. So a few
 * models that err in different ways vote: shrunk confusion, hidden subtypes,
 * free confusion, one weight per worker. One thing labels do tell is whether the
 * classes stand in an order; then raters with thresholds answer instead. With known
 * answers each candidate is fitted without them and scored on them, and one that
 * beats this default by enough is taken. Whether the answers also teach the workers' part is
 * decided in the same way, on folds: where a model fits badly, answers on hard items can mislead it
 * about the rest.
 */

#include "engine/truth/fit.h"
#include "engine/truth/methods.h"
#include "engine/truth/order.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { GOLD_MIN = 10, ITEMS_PER_LANE = 10, EBCC_LANES = 10, MEMBERS_MAX = 4, FOLDS = 3 };
static const double ebcc_labels_max = 1e6;
static const double ebcc_cells_max = 2e7;
static const double minimax_work_max = 4e6; /* labels (or items and workers) * classes^2 */
static const double chosen_min = .01;       /* advantage at which a candidate replaces the vote */
static const double taught_min = .005;      /* advantage at which gold teaches */

struct council {
    const struct truth_method *members[MEMBERS_MAX];
    uint32_t count;
};

static bool affords_ebcc(const struct truth_input *input)
{
    return input->item_count >= ITEMS_PER_LANE * EBCC_LANES * (double)input->class_count &&
           truth_label_count(input) <= ebcc_labels_max &&
           (double)truth_cells(input) * EBCC_LANES <= ebcc_cells_max;
}

static struct council council_for(const struct truth_input *input)
{
    struct council council = {0};

    council.members[council.count++] = &truth_hierarchical;
    if (affords_ebcc(input)) {
        council.members[council.count++] = &truth_ebcc;
    }
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
               ? "no gold tells the methods apart: plurality of hierarchical, ebcc, dawid-skene "
                 "and bwa"
               : "no gold tells the methods apart: plurality of hierarchical, dawid-skene and bwa";
}

static enum err fit_plurality(const struct truth_job *job, struct truth_fit *out)
{
    out->reason = name_council(job);
    return vote_of_models(job, out);
}

/* Gold that has labels: what a method can be scored on. */
static uint32_t gold_count(const struct truth_input *input)
{
    uint32_t count = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        count += truth_is_gold(input, item) && input->first[item + 1] > input->first[item];
    }
    return count;
}

/*
 * Right answers, ties shared, on gold that the fit has not seen: fold `fold` of `folds`, into
 * hits[0 .. gold_count).
 */
static void score(const struct truth_input *input, const struct truth_fit *fit, uint32_t fold,
                  uint32_t folds, double *hits)
{
    uint32_t at = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        const double *row = fit->posterior + (size_t)item * input->class_count;

        if (!truth_is_gold(input, item) || input->first[item + 1] == input->first[item]) {
            continue;
        }
        if (at % folds == fold) {
            bool top = row[input->gold[item]] > row[truth_best(input, fit, item)] - 1e-9;

            hits[at] = top ? 1.0 / truth_tied(input, fit, item) : 0;
        }
        at++;
    }
}

static double sum_of(const double *hits, uint32_t count)
{
    double sum = 0;

    for (uint32_t i = 0; i < count; i++) {
        sum += hits[i];
    }
    return sum;
}

/*
 * By how much accuracy would rise: the mean of the paired differences less its standard error, so
 * that what rests on little gold has to show more, for the best of many is partly luck. The quarter
 * keeps an error where the few answers at hand hold no difference.
 */
static double advantage(const double *hits, const double *other, uint32_t count)
{
    double sum = 0;
    double squares = .25;

    for (uint32_t i = 0; i < count; i++) {
        sum += hits[i] - other[i];
        squares += (hits[i] - other[i]) * (hits[i] - other[i]);
    }
    return (sum - sqrt(squares)) / count;
}

static bool affords(const struct truth_input *input, const struct truth_method *method)
{
    bool minimax = method == &truth_minimax || method == &truth_minimax_ordinal;
    double rows = fmax(truth_label_count(input), (double)input->item_count + input->worker_count);
    double work = rows * input->class_count * input->class_count;

    return (!minimax || work <= minimax_work_max) && (method != &truth_ebcc || affords_ebcc(input));
}

/* Hits of a method that is taught all gold but the fold it is scored on; one fold: no gold. */
static enum err try_method(const struct truth_job *job, const struct truth_method *method,
                           uint32_t folds, double *hits)
{
    const struct truth_input *input = job->input;

    for (uint32_t fold = 0; fold < folds; fold++) {
        struct arena_mark mark = arena_mark(job->arena);
        uint32_t *gold = arena_array(job->arena, uint32_t, input->item_count);
        struct truth_input known = *input;
        struct truth_job trial = *job;
        struct truth_fit fit;
        uint32_t at = 0;

        for (uint32_t item = 0; item < input->item_count; item++) {
            bool counted =
                truth_is_gold(input, item) && input->first[item + 1] > input->first[item];

            gold[item] = counted && at % folds == fold ? TRUTH_UNKNOWN : input->gold[item];
            at += counted;
        }
        known.gold = folds == 1 ? NULL : gold;
        trial.input = &known;
        TRY(truth_run(&trial, method, &fit));
        score(input, &fit, fold, folds, hits);
        arena_undo(job->arena, mark);
    }
    return OK;
}

struct choice {
    const struct truth_method *method;
    double *first; /* hits of the default */
    double *hits;  /* hits of the chosen */
    double *trial; /* scratch */
    uint32_t count;
};

static void exchange(double **left, double **right)
{
    double *held = *left;

    *left = *right;
    *right = held;
}

/* What answers where no gold speaks. */
static enum err find_default(const struct truth_job *job, const struct truth_method **out)
{
    bool ordered;

    TRY(truth_order_find(job, &ordered));
    *out = ordered ? &truth_ordinal : &truth_plurality;
    return OK;
}

/* `choice->method` is the default at first. */
static enum err choose(const struct truth_job *job, struct choice *choice)
{
    static const struct truth_method *const others[] = {
        &truth_plurality,    &truth_minimax, &truth_minimax_ordinal, &truth_ordinal,  &truth_ebcc,
        &truth_hierarchical, &truth_bwa,     &truth_dawid_skene,     &truth_one_coin,
    };
    const struct truth_method *first = choice->method;
    double best = chosen_min;

    TRY(try_method(job, choice->method, 1, choice->first));
    memcpy(choice->hits, choice->first, choice->count * sizeof(double));
    for (size_t i = 0; i < COUNT(others); i++) {
        if (others[i] == first || !affords(job->input, others[i])) {
            continue;
        }
        TRY(try_method(job, others[i], 1, choice->trial));
        double gain = advantage(choice->trial, choice->first, choice->count);

        if (gain > best) {
            best = gain;
            choice->method = others[i];
            exchange(&choice->hits, &choice->trial);
        }
    }
    return OK;
}

/* Fit what was chosen: with the gold where that helps, else without, the gold shown as it is. */
static enum err fit_chosen(const struct truth_job *job, const struct choice *choice, bool taught,
                           struct truth_fit *out)
{
    const struct truth_input *input = job->input;
    struct truth_input blind = *input;
    struct truth_job final = *job;

    blind.gold = NULL;
    final.input = taught ? input : &blind;
    TRY(choice->method->fit(&final, out));
    for (uint32_t item = 0; item < input->item_count; item++) {
        if (truth_is_gold(input, item)) {
            truth_certain(truth_row(input, out->posterior, item), input->class_count,
                          input->gold[item]);
        }
    }
    out->likelihood = (double)NAN;
    return OK;
}

static enum err choose_by_gold(const struct truth_job *job, const struct truth_method *first,
                               struct truth_fit *out)
{
    uint32_t count = gold_count(job->input);
    struct choice choice = {.method = first,
                            .first = arena_array(job->arena, double, count),
                            .hits = arena_array(job->arena, double, count),
                            .trial = arena_array(job->arena, double, count),
                            .count = count};

    TRY(choose(job, &choice));
    TRY(try_method(job, choice.method, FOLDS, choice.trial));
    bool taught = advantage(choice.trial, choice.hits, count) > taught_min;

    TRY(fit_chosen(job, &choice, taught, out));
    out->method = choice.method->name;
    out->reason =
        arena_print(job->arena,
                    "%.4g of %u gold answers right unseen (%s %.4g); workers are "
                    "%s with the gold",
                    sum_of(taught ? choice.trial : choice.hits, count), count, first->name,
                    sum_of(choice.first, count), taught ? "learnt" : "not learnt");
    return OK;
}

static enum err fit_auto(const struct truth_job *job, struct truth_fit *out)
{
    const struct truth_method *first;

    TRY(find_default(job, &first));
    if (gold_count(job->input) >= GOLD_MIN) {
        return choose_by_gold(job, first, out);
    }
    out->method = first->name;
    if (first == &truth_ordinal) {
        out->reason = "the classes stand in an order: raters with thresholds foretell labels that "
                      "were held back better than with the order torn apart";
    }
    return first->fit(job, out);
}

const struct truth_method truth_auto = {
    .name = "auto",
    .summary = "The best on gold where there is enough, else raters of an order if there is one, "
               "else the plurality",
    .fit = fit_auto};
const struct truth_method truth_plurality = {.name = "plurality",
                                             .summary =
                                                 "A vote of models that err in different ways",
                                             .fit = fit_plurality};
