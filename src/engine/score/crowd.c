#include "engine/score/crowd.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/arena.h"

static const double SMOOTHING = 0.5;
static const double PRIOR_WEIGHT = 0.3; /* of the mean beside the neighbours */
static const double ODDS_MAX = 6;       /* of one key, in nats */

/* Places in a comparison with the nearest model answer: overlaps of words, of weighted words, both
 * without words of the question too; cosines; soft overlap; alignment both ways. */
static const uint8_t GAPS[SCORE_CROWD_GAPS] = {5, 8, 11, 14, 15, 16, 34, 41, 43};
/* The same, and words and content words of the answer. */
static const uint8_t MEANS[SCORE_CROWD_MEANS] = {
    5, 8, 11, 14, 15, 16, 34, 41, 43, 3 * SCORE_PAIR_FEATURES, 3 * SCORE_PAIR_FEATURES + 1};

uint32_t score_crowd_count(uint32_t class_count)
{
    return 4 * score_bin_count(class_count) + 4 + SCORE_CROWD_GAPS + SCORE_CROWD_MEANS;
}

/* All answers, with their shares by bin. */
struct crowd {
    const struct score_peer *peers;
    double (*shares)[SCORE_EVIDENCE_CLASSES]; /* [peer] */
    double *height;                           /* [peer]: expected place among the bins */
    double sums[SCORE_EVIDENCE_CLASSES];
    double height_mean;
    double height_deviation;
    float gap_means[SCORE_CROWD_GAPS];
    float means[SCORE_CROWD_MEANS];
    uint32_t count;
    uint32_t bins;
};

/* What the others say about one answer. */
struct echo {
    double (*hits)[SCORE_EVIDENCE_CLASSES]; /* [key]: shares of the others that have it */
    double votes[SCORE_EVIDENCE_CLASSES];
    double weight;
    double cosines;
    double nearest;
    double below; /* answers that stand lower; ties are halves */
};

static void gather(struct arena *arena, uint32_t class_count, struct crowd *crowd)
{
    double square = 0;

    crowd->shares = arena_take(arena, crowd->count, sizeof(*crowd->shares));
    crowd->height = arena_array(arena, double, crowd->count);
    for (uint32_t i = 0; i < crowd->count; i++) {
        for (uint32_t k = 0; k < class_count; k++) {
            uint32_t bin = k * crowd->bins / class_count;

            crowd->shares[i][bin] += crowd->peers[i].shares[k];
            crowd->sums[bin] += crowd->peers[i].shares[k];
            crowd->height[i] += bin * crowd->peers[i].shares[k];
        }
        crowd->height_mean += crowd->height[i] / crowd->count;
        for (int k = 0; k < SCORE_CROWD_GAPS; k++) {
            crowd->gap_means[k] += crowd->peers[i].features[GAPS[k]] / (float)crowd->count;
        }
        for (int k = 0; k < SCORE_CROWD_MEANS; k++) {
            crowd->means[k] += crowd->peers[i].features[MEANS[k]] / (float)crowd->count;
        }
    }
    for (uint32_t i = 0; i < crowd->count; i++) {
        square += (crowd->height[i] - crowd->height_mean) * (crowd->height[i] - crowd->height_mean);
    }
    crowd->height_deviation = sqrt(square / crowd->count);
}

static void hear(const struct crowd *crowd, uint32_t self, uint32_t other, struct echo *echo)
{
    const struct score_graded *left = &crowd->peers[self].words;
    const struct score_graded *right = &crowd->peers[other].words;
    const double *shares = crowd->shares[other];
    double cosine = 0;
    uint32_t i = 0;
    uint32_t k = 0;

    while (i < left->count && k < right->count) {
        uint64_t own = left->keys[i];
        uint64_t met = right->keys[k];

        if (own == met) {
            cosine += (double)left->weights[i] * (double)right->weights[k];
            for (uint32_t bin = 0; bin < crowd->bins; bin++) {
                echo->hits[i][bin] += shares[bin];
            }
        }
        i += own <= met; /* no branch: which key is lower cannot be foreseen */
        k += met <= own;
    }
    for (uint32_t bin = 0; bin < crowd->bins; bin++) {
        echo->votes[bin] += cosine * cosine * shares[bin];
    }
    echo->weight += cosine * cosine;
    echo->cosines += cosine;
    echo->nearest = fmax(echo->nearest, cosine);
    echo->below += crowd->height[other] < crowd->height[self]    ? 1
                   : crowd->height[other] == crowd->height[self] ? 0.5
                                                                 : 0;
}

/* Mean log-odds of the answer's keys between a bin and the others. */
static double odds_of(const struct crowd *crowd, uint32_t self, const struct echo *echo,
                      uint32_t bin)
{
    const struct score_graded *words = &crowd->peers[self].words;
    double in_bin = crowd->sums[bin] - crowd->shares[self][bin];
    double out_of_bin = crowd->count - 1 - in_bin;
    double sum = 0;
    double weight = 0;

    for (uint32_t i = 0; i < words->count; i++) {
        double with = 0;

        for (uint32_t k = 0; k < crowd->bins; k++) {
            with += echo->hits[i][k];
        }
        if (with < SMOOTHING) { /* nobody else says it */
            continue;
        }
        double in = (echo->hits[i][bin] + SMOOTHING) / (in_bin + 2 * SMOOTHING);
        double out = (with - echo->hits[i][bin] + SMOOTHING) / (out_of_bin + 2 * SMOOTHING);

        sum += fmax(-ODDS_MAX, fmin(ODDS_MAX, log(in / out))) * (double)words->weights[i];
        weight += (double)words->weights[i];
    }
    return weight > 0 ? sum / fmax(0.3, sqrt(weight)) : 0;
}

static void write_row(const struct crowd *crowd, uint32_t self, const struct echo *echo, float *out)
{
    const float *features = crowd->peers[self].features;

    for (uint32_t bin = 0; bin < crowd->bins; bin++) {
        double mean = crowd->sums[bin] / crowd->count;

        *out++ = (float)(crowd->shares[self][bin] - mean);
        *out++ = (float)mean;
        *out++ = (float)((echo->votes[bin] + PRIOR_WEIGHT * mean) / (echo->weight + PRIOR_WEIGHT));
        *out++ = (float)odds_of(crowd, self, echo, bin);
    }
    *out++ = (float)crowd->height_deviation;
    *out++ = (float)(echo->below / (crowd->count - 1));
    *out++ = (float)(echo->cosines / (crowd->count - 1));
    *out++ = (float)echo->nearest;
    for (int k = 0; k < SCORE_CROWD_GAPS; k++) {
        *out++ = features[GAPS[k]] - crowd->gap_means[k];
    }
    memcpy(out, crowd->means, sizeof(crowd->means));
}

void score_crowd(struct arena *arena, const struct score_peer *peers, uint32_t count,
                 uint32_t class_count, float *const *out)
{
    struct arena_mark mark = arena_mark(arena);
    struct crowd crowd = {.peers = peers, .count = count, .bins = score_bin_count(class_count)};

    assert(count >= 2 && count <= SCORE_CROWD_MAX);
    gather(arena, class_count, &crowd);
    for (uint32_t i = 0; i < count; i++) {
        struct arena_mark row = arena_mark(arena);
        struct echo echo = {.hits =
                                arena_take(arena, peers[i].words.count + 1, sizeof(*echo.hits))};

        for (uint32_t k = 0; k < count; k++) {
            if (k != i) {
                hear(&crowd, i, k, &echo);
            }
        }
        write_row(&crowd, i, &echo, out[i]);
        arena_undo(arena, row);
    }
    arena_undo(arena, mark);
}
