/*
 * Staffing instances, written as a DIMACS minimum-cost flow.
 *
 * Requirements and experts each have eight latent skills (normal), a domain and a
 * level. An expert's domain follows Zipf's law; what requirements ask for follows
 * another order of the same law, so that some domains are contested. The score is a
 * logistic function of the product of the skills, of both levels and of the match of
 * the domains, with a little noise; the cost is 1,000,000 minus the score in millionths.
 *
 * Nodes: rows 1..R supply their seats, experts R+1..R+N, one sink. Arcs: row to expert
 * of capacity one; expert to sink with the expert's capacity; row to sink, for a seat that
 * stays empty, at 2,000,000 (left out when no seat may).
 *
 * usage: generate rows experts dense|expert|row degree seats capacity_max seed
 *                 [strict|scarce|priced]
 * "expert": each expert sees `degree` rows; "row": each row sees `degree` experts; both mostly
 * of the own domain. "scarce": as strict, but some rows ask for two hundred times the seats of
 * others, so that some are missing; "priced": the same for a solver that must be told what a
 * missing seat costs.
 */

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

enum { SKILLS = 8, DOMAINS = 40, EMPTY_SEAT = 2000000, UNEQUAL = 200 };

static const int64_t MISSING_SEAT = 1000000000000;

struct side {
    uint32_t count;
    float *skill; /* [member][SKILLS] */
    float *level;
    uint8_t *domain;
    uint32_t *member;            /* sorted by domain */
    uint32_t start[DOMAINS + 1]; /* of each domain in `member` */
};

struct plan {
    struct side rows;
    struct side experts;
    uint32_t *seats;
    uint32_t *capacity;
    struct rng rng;
};

static void *must(void *taken)
{
    if (taken == NULL) {
        fputs("generate: out of memory\n", stderr);
        exit(1);
    }
    return taken;
}

static struct side draw_side(uint32_t count, uint32_t stride, struct rng *rng)
{
    struct side side = {.count = count};
    double weight[DOMAINS];
    double total = 0;

    side.skill = must(calloc((size_t)count * SKILLS, sizeof(*side.skill)));
    side.level = must(calloc(count, sizeof(*side.level)));
    side.domain = must(calloc(count, sizeof(*side.domain)));
    side.member = must(calloc(count, sizeof(*side.member)));
    for (uint32_t i = 0; i < DOMAINS; i++) {
        total += 1.0 / (i * stride % DOMAINS + 2);
        weight[i] = total;
    }
    for (uint32_t i = 0; i < count; i++) {
        double at = rng_unit(rng) * total;
        uint8_t domain = 0;

        while (domain + 1 < DOMAINS && weight[domain] < at) {
            domain++;
        }
        side.domain[i] = domain;
        side.start[domain + 1]++;
        side.level[i] = (float)rng_normal(rng);
        for (uint32_t k = 0; k < SKILLS; k++) {
            side.skill[(size_t)i * SKILLS + k] = (float)rng_normal(rng);
        }
    }
    uint32_t next[DOMAINS];

    for (uint32_t i = 0; i < DOMAINS; i++) {
        side.start[i + 1] += side.start[i];
        next[i] = side.start[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        side.member[next[side.domain[i]]++] = i;
    }
    return side;
}

/* At least one seat a row; the rest by random weights. */
static uint32_t *draw_seats(uint32_t rows, uint64_t seats, bool unequal, struct rng *rng)
{
    uint32_t *seat = must(calloc(rows, sizeof(*seat)));
    double *weight = must(calloc(rows, sizeof(*weight)));
    uint64_t left = seats > rows ? seats - rows : 0;
    uint64_t given = 0;
    double total = 0;

    for (uint32_t r = 0; r < rows; r++) {
        weight[r] = unequal ? 1 + rng_below(rng, UNEQUAL) : 0.3 + 2 * rng_unit(rng) * rng_unit(rng);
        total += weight[r];
    }
    for (uint32_t r = 0; r < rows; r++) {
        uint32_t extra = (uint32_t)((double)left * weight[r] / total);

        seat[r] = 1 + extra;
        given += extra;
    }
    for (uint32_t r = 0; given < left; r = (r + 1) % rows) {
        seat[r]++;
        given++;
    }
    free(weight);
    return seat;
}

static int64_t draw_cost(struct plan *plan, uint32_t row, uint32_t expert)
{
    const float *left = plan->rows.skill + (size_t)row * SKILLS;
    const float *right = plan->experts.skill + (size_t)expert * SKILLS;
    bool same = plan->rows.domain[row] == plan->experts.domain[expert];
    float product = 0;

    for (uint32_t k = 0; k < SKILLS; k++) {
        product += left[k] * right[k];
    }
    double noise = 0.02 * (rng_unit(&plan->rng) - 0.5);
    double fit = 0.06 * (double)product + 0.08 * (double)plan->experts.level[expert] +
                 0.025 * (double)plan->rows.level[row] + (same ? 0.15 : -0.1) + noise;

    return 1000000 - (int64_t)(1000000 / (1 + exp(-3 * fit)));
}

static void print_arc(struct plan *plan, uint32_t row, uint32_t expert)
{
    printf("a %" PRIu32 " %" PRIu32 " 0 1 %" PRId64 "\n", row + 1, plan->rows.count + expert + 1,
           draw_cost(plan, row, expert));
}

/* `degree` different members of the other side, three in four of the own domain if it is large. */
static void print_sparse(struct plan *plan, bool by_expert, uint32_t degree)
{
    const struct side *own = by_expert ? &plan->experts : &plan->rows;
    const struct side *other = by_expert ? &plan->rows : &plan->experts;
    uint32_t *seen = must(calloc(other->count, sizeof(*seen)));

    for (uint32_t i = 0; i < own->count; i++) {
        uint32_t from = other->start[own->domain[i]];
        uint32_t size = other->start[own->domain[i] + 1] - from;

        for (uint32_t k = 0; k < degree;) {
            bool near = size > 2 * degree ? rng_below(&plan->rng, 4) != 0 : k < size / 2;
            uint32_t pick = near ? other->member[from + rng_below(&plan->rng, size)]
                                 : rng_below(&plan->rng, other->count);

            if (seen[pick] == i + 1) {
                continue;
            }
            seen[pick] = i + 1;
            k++;
            print_arc(plan, by_expert ? pick : i, by_expert ? i : pick);
        }
    }
    free(seen);
}

static void print_dense(struct plan *plan)
{
    for (uint32_t r = 0; r < plan->rows.count; r++) {
        for (uint32_t e = 0; e < plan->experts.count; e++) {
            print_arc(plan, r, e);
        }
    }
}

/* `empty`: what a seat that stays empty costs; zero where none may. */
static void print_sink(const struct plan *plan, int64_t empty)
{
    uint32_t sink = plan->rows.count + plan->experts.count + 1;

    for (uint32_t e = 0; e < plan->experts.count; e++) {
        printf("a %" PRIu32 " %" PRIu32 " 0 %" PRIu32 " 0\n", plan->rows.count + e + 1, sink,
               plan->capacity[e]);
    }
    for (uint32_t r = 0; r < plan->rows.count && empty > 0; r++) {
        printf("a %" PRIu32 " %" PRIu32 " 0 %" PRIu32 " %" PRId64 "\n", r + 1, sink, plan->seats[r],
               empty);
    }
}

int main(int argc, char **argv)
{
    if (argc < 8) {
        fputs("usage: generate rows experts dense|expert|row degree seats capacity_max seed "
              "[strict|scarce|priced]\n",
              stderr);
        return 2;
    }
    uint32_t rows = (uint32_t)strtoul(argv[1], NULL, 10);
    uint32_t experts = (uint32_t)strtoul(argv[2], NULL, 10);
    uint32_t degree = (uint32_t)strtoul(argv[4], NULL, 10);
    uint64_t seats = strtoull(argv[5], NULL, 10);
    uint32_t capacity_max = (uint32_t)strtoul(argv[6], NULL, 10);
    const char *form = argc > 8 ? argv[8] : "";
    bool priced = strcmp(form, "priced") == 0;
    bool unequal = priced || strcmp(form, "scarce") == 0;
    int64_t empty = priced ? MISSING_SEAT : argc > 8 ? 0 : EMPTY_SEAT;
    struct plan plan = {.rng = rng_new(strtoull(argv[7], NULL, 10))};

    seats = seats < rows ? rows : seats;
    plan.rows = draw_side(rows, 7, &plan.rng);
    plan.experts = draw_side(experts, 1, &plan.rng);
    plan.seats = draw_seats(rows, seats, unequal, &plan.rng);
    plan.capacity = must(calloc(experts, sizeof(*plan.capacity)));
    for (uint32_t e = 0; e < experts; e++) {
        plan.capacity[e] = 1 + rng_below(&plan.rng, capacity_max);
    }
    bool dense = strcmp(argv[3], "dense") == 0;
    bool by_expert = strcmp(argv[3], "expert") == 0;
    uint64_t edges =
        dense ? (uint64_t)rows * experts : (uint64_t)(by_expert ? experts : rows) * degree;

    printf("c %s\np min %" PRIu32 " %" PRIu64 "\n", argv[3], rows + experts + 1,
           edges + experts + (empty > 0 ? rows : 0));
    for (uint32_t r = 0; r < rows; r++) {
        printf("n %" PRIu32 " %" PRIu32 "\n", r + 1, plan.seats[r]);
    }
    printf("n %" PRIu32 " -%" PRIu64 "\n", rows + experts + 1, seats);
    if (dense) {
        print_dense(&plan);
    } else {
        print_sparse(&plan, by_expert, degree);
    }
    print_sink(&plan, empty);
    return fflush(stdout) == 0 && !ferror(stdout) ? 0 : 1;
}
