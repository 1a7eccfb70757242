#include "engine/rank/online.h"

#include <assert.h>
#include <math.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/rank/link.h"

struct rank_online rank_online_start(struct arena *arena, uint32_t item_count,
                                     const struct rank_options *options, const struct rank_fit *fit,
                                     double fade)
{
    struct rank_online online = {.score = arena_array(arena, double, item_count),
                                 .variance = arena_array(arena, double, item_count),
                                 .item_count = item_count,
                                 .ties = options->ties,
                                 .fade = fade};

    assert(options->precision > 0 && fade >= 0);
    for (uint32_t item = 0; item < item_count; item++) {
        bool known = fit != NULL && fit->compared[item] > 0;

        online.score[item] = known ? fit->score[item] : 0;
        online.variance[item] =
            known && fit->error != NULL
                ? fmin(fit->error[item] * fit->error[item], 1 / options->precision)
                : 1 / options->precision;
    }
    return online;
}

static enum err check(const struct rank_online *online, const struct rank_event *event,
                      struct fault *fault)
{
    if (event->left >= online->item_count || event->right >= online->item_count ||
        event->left == event->right) {
        return fail(fault, ERR_INVALID, "items %u and %u of %u cannot be compared", event->left,
                    event->right, online->item_count);
    }
    if ((unsigned)event->outcome > RANK_LEFT || event->first < -1 || event->first > 1) {
        return fail(fault, ERR_INVALID, "outcome %d and first %d: there is no such thing",
                    (int)event->outcome, event->first);
    }
    if (!isfinite(event->shift)) {
        return fail(fault, ERR_INVALID, "the shift of a comparison is not finite");
    }
    return OK;
}

enum err rank_online_add(struct rank_online *online, const struct rank_event *event,
                         const struct rank_rater *rater, struct fault *fault)
{
    TRY(check(online, event, fault));
    double *score = online->score;
    double *variance = online->variance;
    double odds = online->ties == RANK_HALF ? 0 : exp(rater->tie);
    double eta = rater->skill * (score[event->left] - score[event->right]) +
                 rater->side * event->first + event->shift;
    struct link link = link_of(eta, odds);
    double slope = rater->skill * ((double)event->outcome / 2 - link.expected);
    double information = rater->skill * rater->skill * link.information;

    variance[event->left] += online->fade;
    variance[event->right] += online->fade;
    double scale = 1 / (1 + information * (variance[event->left] + variance[event->right]));

    score[event->left] += variance[event->left] * slope * scale;
    score[event->right] -= variance[event->right] * slope * scale;
    variance[event->left] *= 1 - variance[event->left] * information * scale;
    variance[event->right] *= 1 - variance[event->right] * information * scale;
    return OK;
}
