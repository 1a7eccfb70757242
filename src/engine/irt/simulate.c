#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/rng.h"
#include "engine/irt/adapt.h"

static const double LEVEL = 0.95;

static enum err check(const struct irt_simulation_options *options, struct fault *fault)
{
    if (options->person_count == 0 || options->stop.count_max == 0) {
        return fail(fault, ERR_INVALID, "there must be at least one person and one item each");
    }
    if (!(options->deviation > 0) || !isfinite(options->mean)) {
        return fail(fault, ERR_INVALID, "the population must have a finite mean and a spread");
    }
    if (options->top_count < 1 || options->top_count > IRT_TOP_MAX) {
        return fail(fault, ERR_INVALID,
                    "items are drawn among the best %u, but must be among 1 to %d",
                    options->top_count, IRT_TOP_MAX);
    }
    if (!(options->exposure_max > 0)) {
        return fail(fault, ERR_INVALID, "the exposure cap must be positive");
    }
    return OK;
}

/* What one simulated session needs, cleared before each. */
struct session {
    const struct irt_bank *bank;    /* that scores */
    const struct irt_bank *answers; /* that answers, with the graders' true errors */
    const struct irt_simulation_options *options;
    bool *closed;
    uint32_t *shown;
    uint32_t given[IRT_BLOCK_MAX];
    uint32_t answered;
};

static uint32_t draw(const double *shares, uint32_t count, struct rng *rng)
{
    double left = rng_unit(rng);

    for (uint32_t k = 0; k + 1 < count; k++) {
        left -= shares[k];
        if (left < 0) {
            return k;
        }
    }
    return count - 1;
}

/* The true score, and then what the grader makes of it. */
static uint32_t answer(const struct irt_entry *entry, double theta, struct rng *rng)
{
    double probability[IRT_CATEGORY_MAX];
    uint32_t count = entry->item.category_count;

    irt_item_probabilities(&entry->item, theta, probability);
    uint32_t truth = draw(probability, count, rng);

    return entry->confusion == NULL ? truth : draw(entry->confusion + truth * count, count, rng);
}

static enum err next_item(struct session *session, const struct irt_posterior *posterior,
                          uint32_t number, struct rng *rng, uint32_t *out)
{
    const struct irt_simulation_options *options = session->options;

    if (options->random_order) {
        uint32_t skip = rng_below(rng, session->bank->item_count - session->answered);

        for (uint32_t i = 0; i < session->bank->item_count; i++) {
            if (!session->closed[i] && skip-- == 0) {
                *out = i;
                return OK;
            }
        }
        return ERR_NOT_FOUND;
    }
    struct irt_choice choice = {.closed = session->closed,
                                .shares = options->shares,
                                .given = session->given,
                                .shown = session->shown,
                                .session_count = number,
                                .exposure_max = options->exposure_max,
                                .top_count = options->top_count};

    return irt_choose(session->bank, posterior, &choice, rng, out);
}

/* One person from the first item to the last. */
static enum irt_stop interview(struct session *session, double theta, uint32_t number,
                               struct rng *rng, struct irt_posterior *posterior)
{
    const struct irt_simulation_options *options = session->options;

    *posterior = irt_posterior_new(session->bank, options->mean, options->deviation);
    memset(session->closed, 0, session->bank->item_count * sizeof(*session->closed));
    memset(session->given, 0, sizeof(session->given));
    session->answered = 0;
    for (;;) {
        uint32_t item;
        enum irt_stop stop = irt_stop(session->bank, posterior, &options->stop, session->answered);

        if (stop != IRT_STOP_NOT) {
            return stop;
        }
        if (next_item(session, posterior, number, rng, &item) != OK) {
            return IRT_STOP_EMPTY;
        }
        session->closed[item] = true;
        session->shown[item]++;
        session->given[session->bank->entries[item].block]++;
        session->answered++;
        irt_posterior_add(session->bank, item, answer(&session->answers->entries[item], theta, rng),
                          posterior);
    }
}

struct sums {
    double items;
    double error;
    double square;
    double deviation;
    double covered;
    double truth, truth_square;
    double mean, mean_square;
    double product;
};

static void add_person(const struct irt_bank *bank, const struct irt_posterior *posterior,
                       double theta, uint32_t answered, struct sums *sums)
{
    double error = posterior->mean - theta;

    sums->items += answered;
    sums->error += error;
    sums->square += error * error;
    sums->deviation += posterior->deviation;
    sums->covered += theta >= irt_posterior_quantile(bank, posterior, (1 - LEVEL) / 2) &&
                     theta <= irt_posterior_quantile(bank, posterior, (1 + LEVEL) / 2);
    sums->truth += theta;
    sums->truth_square += theta * theta;
    sums->mean += posterior->mean;
    sums->mean_square += posterior->mean * posterior->mean;
    sums->product += posterior->mean * theta;
}

static void summarise(const struct sums *sums, const struct session *session, double count,
                      struct irt_simulation *out)
{
    double joint = sums->product / count - sums->truth * sums->mean / (count * count);
    double left = sums->truth_square / count - sums->truth * sums->truth / (count * count);
    double right = sums->mean_square / count - sums->mean * sums->mean / (count * count);
    uint32_t used = 0;
    uint32_t most = 0;

    for (uint32_t i = 0; i < session->bank->item_count; i++) {
        used += session->shown[i] > 0;
        most = session->shown[i] > most ? session->shown[i] : most;
    }
    out->items_mean = sums->items / count;
    out->bias = sums->error / count;
    out->rmse = sqrt(sums->square / count);
    out->deviation_mean = sums->deviation / count;
    out->coverage = sums->covered / count;
    out->reliability = left > 0 && right > 0 ? joint * joint / (left * right) : 0;
    out->exposure_most = most / count;
    out->used_share = (double)used / session->bank->item_count;
}

/* The same bank as though graders never erred. */
static enum err trusting_bank(struct arena *arena, const struct irt_bank *bank,
                              struct irt_bank *out, struct fault *fault)
{
    struct irt_entry *entries = arena_array(arena, struct irt_entry, bank->item_count);

    for (uint32_t i = 0; i < bank->item_count; i++) {
        entries[i] = bank->entries[i];
        entries[i].confusion = NULL;
    }
    return irt_bank_new(arena, entries, bank->item_count, out, fault);
}

enum err irt_simulate(struct arena *arena, const struct irt_bank *bank,
                      const struct irt_simulation_options *options, struct irt_simulation *out,
                      struct fault *fault)
{
    struct irt_bank scoring = *bank;
    struct irt_simulation simulation = {0};
    struct sums sums = {0};

    TRY(check(options, fault));
    if (options->trust_grader) {
        TRY(trusting_bank(arena, bank, &scoring, fault));
    }
    struct session session = {.bank = &scoring,
                              .answers = bank,
                              .options = options,
                              .closed = arena_array(arena, bool, bank->item_count),
                              .shown = arena_array(arena, uint32_t, bank->item_count)};

    for (uint32_t person = 0; person < options->person_count; person++) {
        struct rng rng = rng_stream(options->seed, person);
        double theta = options->mean + options->deviation * rng_normal(&rng);
        struct irt_posterior posterior;

        simulation.stops[interview(&session, theta, person, &rng, &posterior)]++;
        add_person(&scoring, &posterior, theta, session.answered, &sums);
    }
    summarise(&sums, &session, options->person_count, &simulation);
    *out = simulation;
    return OK;
}
