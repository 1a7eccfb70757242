/*
 * One-coin Dawid-Skene: each worker is right with one probability, whatever the
 * class, and errors are uniform. Beta prior whose parameters are learnt from all
 * workers (Minka 2000, fixed point for the Dirichlet-multinomial), variational.
 */

#include "engine/truth/methods.h"
#include "engine/truth/table.h"

#include <math.h>

#include "base/arena.h"
#include "engine/truth/dirichlet.h"
#include "num/special.h"

struct coin {
    double *tally;   /* [worker][2]: right and wrong labels expected */
    double prior[2]; /* Beta parameters */
    uint32_t round;
};

static void tally(const struct truth_input *input, const struct truth_counts *counts,
                  struct coin *coin)
{
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;

    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        const double *count = counts->given + worker * block;
        double all = 0;
        double right = 0;

        for (size_t at = 0; at < block; at++) {
            all += count[at];
        }
        for (size_t at = 0; at < block; at += class_count + 1) {
            right += count[at];
        }
        coin->tally[(size_t)worker * 2] = right;
        coin->tally[(size_t)worker * 2 + 1] = fmax(all - right, 0);
    }
}

static void update(void *context, const struct truth_job *job, const struct truth_counts *counts,
                   struct truth_logs *logs)
{
    const struct truth_input *input = job->input;
    uint32_t class_count = input->class_count;
    size_t block = (size_t)class_count * class_count;
    double spread = log(fmax(class_count - 1.0, 1));
    struct coin *coin = context;

    tally(input, counts, coin);
    if (coin->round++ > 2) {
        dirichlet_learn(coin->tally, input->worker_count, coin->prior, 2);
    }
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        double right = coin->tally[(size_t)worker * 2] + coin->prior[0];
        double wrong = coin->tally[(size_t)worker * 2 + 1] + coin->prior[1];
        double all = num_digamma(right + wrong);
        double *out = logs->given + worker * block;

        for (size_t at = 0; at < block; at++) {
            out[at] = at % (class_count + 1) == 0 ? num_digamma(right) - all
                                                  : num_digamma(wrong) - all - spread;
        }
    }
    double all = num_digamma(input->item_count + class_count);

    for (uint32_t k = 0; k < class_count; k++) {
        logs->prior[k] = num_digamma(counts->mass[k] + 1) - all;
    }
}

static enum err fit_one_coin(const struct truth_job *job, struct truth_fit *out)
{
    struct coin coin = {.tally =
                            arena_array(job->arena, double, (size_t)job->input->worker_count * 2),
                        .prior = {4, 1}};

    return truth_iterate(job, &(struct truth_model){.update = update, .context = &coin}, out);
}

const struct truth_method truth_one_coin = {.name = "one-coin",
                                            .summary = "One probability of being right per worker",
                                            .fit = fit_one_coin};
