#include "command/rank_follow.h"

#include <math.h>

#include "base/arena.h"
#include "engine/rank/online.h"
#include "num/special.h"

double rank_surprise(const struct rank_fit *fit, const struct rank_options *options,
                     const struct rank_input *input, size_t comparison)
{
    double foretold[3];

    rank_predict(fit, options, input, comparison, foretold);
    return options->ties == RANK_HALF && input->outcome[comparison] == RANK_TIE
               ? -(log(foretold[RANK_LEFT]) + log(foretold[RANK_RIGHT])) / 2
               : -log(foretold[input->outcome[comparison]]);
}

static void report_errors(struct arena *arena, const struct rank_online *online, double level,
                          struct rank_fit *fit)
{
    double reach = num_normal_quantile((1 + level) / 2);

    fit->error = arena_array(arena, double, online->item_count);
    fit->intervals = arena_array(arena, struct interval, online->item_count);
    for (uint32_t item = 0; item < online->item_count; item++) {
        fit->error[item] = sqrt(online->variance[item]);
        fit->intervals[item] =
            (struct interval){.low = fit->score[item] - reach * fit->error[item],
                              .high = fit->score[item] + reach * fit->error[item]};
    }
}

enum err rank_follow(struct arena *arena, const struct rank_input *later,
                     const struct rank_options *options, double fade, struct rank_fit *fit,
                     struct rank_followed *out, struct fault *fault)
{
    struct rank_online online = rank_online_start(arena, later->item_count, options, fit, fade);
    double loss = 0;

    fit->score = online.score;
    for (size_t i = 0; i < later->count; i++) {
        struct rank_event event = {.left = later->left[i],
                                   .right = later->right[i],
                                   .outcome = later->outcome[i],
                                   .first = later->first == NULL ? 0 : later->first[i]};

        for (uint32_t k = 0; k < later->style_count; k++) {
            event.shift += fit->style[k] * (double)later->style[i * later->style_count + k];
        }
        loss += rank_surprise(fit, options, later, i);
        TRY(rank_online_add(&online, &event,
                            &fit->raters[later->rater == NULL ? 0 : later->rater[i]], fault));
        fit->compared[event.left]++;
        fit->compared[event.right]++;
    }
    if (options->error != RANK_NO_ERROR) {
        report_errors(arena, &online, options->level, fit);
    }
    *out = (struct rank_followed){.count = later->count, .log_loss = loss / (double)later->count};
    return OK;
}
