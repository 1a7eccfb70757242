#include "base/rng.h"

#include <assert.h>
#include <math.h>

static uint64_t splitmix(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

struct rng rng_new(uint64_t seed)
{
    return rng_stream(seed, 0);
}

struct rng rng_stream(uint64_t seed, uint64_t index)
{
    uint64_t state = seed;
    struct rng rng;

    state = splitmix(&state) ^ index * 0xd1342543de82ef95;
    for (int i = 0; i < 4; i++) {
        rng.state[i] = splitmix(&state);
    }
    return rng;
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

uint64_t rng_next(struct rng *rng)
{
    uint64_t *s = rng->state;
    uint64_t result = rotate(s[0] + s[3], 23) + s[0];
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

uint32_t rng_below(struct rng *rng, uint32_t bound)
{
    assert(bound > 0);
    uint32_t threshold = (uint32_t)-bound % bound;

    for (;;) { /* Lemire 2019: rejects less than half of the draws */
        uint64_t product = (rng_next(rng) >> 32) * bound;

        if ((uint32_t)product >= threshold) {
            return (uint32_t)(product >> 32);
        }
    }
}

double rng_unit(struct rng *rng)
{
    return (double)(rng_next(rng) >> 11) * 0x1p-53;
}

double rng_normal(struct rng *rng)
{
    for (;;) { /* rejects 21 % of the draws */
        double u = 2 * rng_unit(rng) - 1;
        double v = 2 * rng_unit(rng) - 1;
        double square = u * u + v * v;

        if (square > 0 && square < 1) {
            return u * sqrt(-2 * log(square) / square);
        }
    }
}
