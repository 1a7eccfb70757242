#pragma once

/*
 * Capped randomness: who gets which seat is drawn, and no pair is drawn more often than a cap
 * allows, so that nobody can be sure of (or promise) a seat.
 *
 * The probabilities are a fractional assignment in parts of 1/parts, each pair's within the cap.
 * They cost as little as that allows (Jecmen and others 2020), or with `spread` above zero maximise
 * the gain times x - spread * x^2 summed over pairs (perturbed maximisation, Xu and others 2023),
 * which shares seats out further: a convex cost, so a flow with one parallel edge a part, solved
 * exactly and proved. Halving that flow along its trails, a coin for each trail, draws one
 * assignment that keeps every demand and capacity, with each pair's probability exactly as it
 * was (Birkhoff 1946; Budish and others 2013).
 */

#include "engine/assign/assign.h"

struct assign_lottery_options {
    struct assign_options assign; /* its seed draws */
    double cap;     /* on the probability of a pair, above 0 up to 1; cut down to whole parts */
    double spread;  /* from 0, at most 1 / (2 * cap) */
    uint32_t parts; /* a power of two from 1 to 64 */
};

extern const struct assign_lottery_options assign_lottery_defaults;

/* A pair that may be drawn. */
struct assign_chance {
    uint32_t row;
    uint32_t column;
    uint64_t edge;
    uint32_t parts; /* of its probability */
};

struct assign_lottery {
    struct assign_chance *chances; /* by column, then row */
    size_t chance_count;
    uint32_t parts;     /* of one; fewer than asked for where those say the same */
    uint32_t cap_parts; /* the cap that was kept */
    bool optimal;       /* the probabilities are proved the best */
    double cost;        /* on average */
    double missing;     /* on average */
    int64_t optimum;    /* cost without a cap, */
    uint64_t optimum_missing;
    double loss; /* cost less optimum: what chance costs; to be read where missing is the same */
    struct assign_seat *seats; /* drawn, by column, then row */
    size_t seat_count;
    uint32_t *empty; /* [row] of the draw */
    int64_t drawn_cost;
    uint64_t drawn_missing;
};

/*
 * For problems that assign_check accepts. ERR_INVALID: a cap of less than one part or above one, a
 * spread or parts out of range, capacities or demands too large for so many parts. Time and memory:
 * a solve of a problem with cap_parts times as many edges and parts times as many seats.
 */
enum err assign_lottery(struct arena *arena, const struct assign_problem *problem,
                        const struct assign_lottery_options *options, struct assign_lottery *out,
                        struct fault *fault);
