#include "command/match_plan.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/rng.h"
#include "engine/retrieve/index.h"

enum { CANDIDATES_PER_SEAT = 20 };

const char *const match_part_names[MATCH_PARTS_] = {"skills", "text", "rate", "zone"};
const double match_part_weights[MATCH_PARTS_] = {0.4, 0.4, 0.1, 0.1};

struct planning {
    struct arena *arena;
    const struct match_input *input;
    struct match_plan *plan;
    struct retrieve_index index;
    uint32_t candidates_min;
    uint64_t seed;
};

/* Rows that pass all checks; and for each check, how many more would pass without it: the product
 * of those before it and those behind it. */
static struct retrieve_bitmap filter(const struct planning *planning, struct arena *scratch,
                                     const struct match_requirement *requirement,
                                     struct match_slate *slate)
{
    uint64_t rows = planning->input->experts.count;
    uint32_t count = slate->check_count;
    struct retrieve_bitmap *passing = arena_array(scratch, struct retrieve_bitmap, count);
    struct retrieve_bitmap *behind = arena_array(scratch, struct retrieve_bitmap, count + 1);
    struct retrieve_bitmap before = retrieve_bitmap_new(scratch, rows);

    for (uint32_t i = 0; i < count; i++) {
        passing[i] =
            match_passing(scratch, &planning->plan->columns, requirement, &slate->checks[i]);
    }
    behind[count] = retrieve_bitmap_new(scratch, rows);
    retrieve_bitmap_fill(&behind[count]);
    for (uint32_t i = count; i-- > 0;) {
        behind[i] = retrieve_bitmap_new(scratch, rows);
        retrieve_bitmap_fill(&behind[i]);
        retrieve_bitmap_and(&behind[i], &behind[i + 1]);
        retrieve_bitmap_and(&behind[i], &passing[i]);
    }
    slate->eligible = retrieve_bitmap_count(&behind[0]);
    retrieve_bitmap_fill(&before);
    for (uint32_t i = 0; i < count; i++) {
        struct retrieve_bitmap *others = &behind[i + 1]; /* not needed any more */

        retrieve_bitmap_and(others, &before);
        slate->relaxed[i] = retrieve_bitmap_count(others) - slate->eligible;
        retrieve_bitmap_and(&before, &passing[i]);
    }
    return behind[0];
}

static int compare_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* Terms of the requirement that experts use, rising. */
static uint32_t *known_terms(const struct planning *planning, struct arena *scratch,
                             struct text_words words, size_t *count)
{
    uint32_t *terms = arena_array(scratch, uint32_t, words.count + 1);

    *count = 0;
    for (size_t i = 0; i < words.count; i++) {
        *count += text_vocabulary_find(planning->input->vocabulary, words.at[i], &terms[*count]);
    }
    qsort(terms, *count, sizeof(*terms), compare_number);
    return terms;
}

/* Eligible experts that the text did not find, from a random place on, so that requirements with
 * the same filter do not all look at the same few. */
static void fill_up(struct planning *planning, struct arena *scratch, uint64_t stream,
                    struct retrieve_bitmap *eligible, struct match_slate *slate, uint32_t wanted)
{
    for (uint32_t i = 0; i < slate->candidate_count; i++) {
        uint32_t expert = slate->candidates[i].expert;

        eligible->words[expert / 64] &= ~((uint64_t)1 << expert % 64);
    }
    struct retrieve_rows rows = retrieve_bitmap_rows(scratch, eligible);
    struct rng rng = rng_stream(planning->seed, stream);
    size_t start = rows.count > 0 ? rng_below(&rng, (uint32_t)rows.count) : 0;

    for (size_t i = 0; i < rows.count && slate->candidate_count < wanted; i++) {
        uint32_t expert = rows.at[(start + i) % rows.count];

        slate->candidates[slate->candidate_count++].expert = expert;
    }
}

/* How far above the levels asked for; 0.1 where they are just met on a scale of ten. */
static double skills_part(const struct match_input *input,
                          const struct match_requirement *requirement, uint32_t expert)
{
    double sum = 0;
    uint32_t count = 0;

    for (uint32_t i = 0; i < requirement->tag_count; i++) {
        struct match_tag wanted = requirement->tags[i];

        if (text_starts(map_key(input->tags, wanted.tag), "skill ")) {
            uint8_t level = match_level(&input->experts, expert, wanted.tag);

            sum += (level - wanted.level + 1.0) / (MATCH_LEVEL_MAX - wanted.level + 1.0);
            count++;
        }
    }
    return count == 0 ? -1 : sum / count;
}

static void score(const struct planning *planning, const struct match_requirement *requirement,
                  struct match_candidate *candidate)
{
    const struct match_experts *experts = &planning->input->experts;
    uint32_t expert = candidate->expert;
    double sum = 0;
    double weight = 0;

    candidate->part[MATCH_PART_SKILLS] = (float)skills_part(planning->input, requirement, expert);
    candidate->part[MATCH_PART_RATE] =
        requirement->rate == UINT32_MAX || requirement->rate == 0
            ? -1
            : (float)(1 - (double)experts->rate[expert] / requirement->rate);
    candidate->part[MATCH_PART_ZONE] =
        requirement->zone == MATCH_ZONE_NONE
            ? -1
            : (float)(1 - match_zone_distance(experts->zone[expert], requirement->zone) / 12);
    for (int i = 0; i < MATCH_PARTS_; i++) {
        if (candidate->part[i] >= 0) {
            sum += match_part_weights[i] * (double)candidate->part[i];
            weight += match_part_weights[i];
        }
    }
    candidate->score = weight > 0 ? (float)(sum / weight) : 1;
}

static int compare_candidate(const void *left, const void *right)
{
    const struct match_candidate *a = left;
    const struct match_candidate *b = right;

    return a->score != b->score ? (a->score < b->score) - (a->score > b->score)
                                : (a->expert > b->expert) - (a->expert < b->expert);
}

static void make_slate(struct planning *planning, uint32_t number)
{
    ARENA_SCOPE scratch = arena_new();
    const struct match_requirement *requirement = &planning->input->requirements[number];
    struct match_slate *slate = &planning->plan->slates[number];
    uint32_t wanted = requirement->seats * CANDIDATES_PER_SEAT;
    size_t term_count;

    wanted = wanted > planning->candidates_min ? wanted : planning->candidates_min;
    slate->checks = match_checks_of(planning->arena, requirement, &slate->check_count);
    slate->relaxed = arena_array(planning->arena, uint64_t, slate->check_count);
    struct retrieve_bitmap eligible = filter(planning, scratch, requirement, slate);

    wanted = slate->eligible < wanted ? (uint32_t)slate->eligible : wanted;
    slate->candidates = arena_array(planning->arena, struct match_candidate, wanted + 1UL);
    uint32_t *terms = known_terms(planning, scratch, requirement->terms, &term_count);
    struct retrieve_hits hits =
        retrieve_index_search(scratch, &planning->index, terms, term_count, &eligible, wanted);

    for (size_t i = 0; i < hits.count; i++) {
        slate->candidates[slate->candidate_count++] = (struct match_candidate){
            .expert = hits.at[i].row,
            .part[MATCH_PART_TEXT] = (float)hits.at[i].score / (float)hits.at[0].score};
    }
    fill_up(planning, scratch, number, &eligible, slate, wanted);
    for (uint32_t i = 0; i < slate->candidate_count; i++) {
        if (term_count == 0) {
            slate->candidates[i].part[MATCH_PART_TEXT] = -1;
        }
        score(planning, requirement, &slate->candidates[i]);
    }
    qsort(slate->candidates, slate->candidate_count, sizeof(*slate->candidates), compare_candidate);
}

/* Candidates as edges, sorted by expert. */
static void make_edges(struct planning *planning, struct assign_problem *problem)
{
    const struct match_plan *plan = planning->plan;
    uint32_t experts = planning->input->experts.count;
    uint64_t *start = arena_array(planning->arena, uint64_t, (size_t)experts + 2);

    for (uint32_t i = 0; i < problem->row_count; i++) {
        for (uint32_t k = 0; k < plan->slates[i].candidate_count; k++) {
            start[plan->slates[i].candidates[k].expert + 2]++;
        }
    }
    for (size_t i = 2; i < (size_t)experts + 2; i++) {
        start[i] += start[i - 1];
    }
    uint64_t total = start[(size_t)experts + 1];
    uint32_t *row = arena_array(planning->arena, uint32_t, total + 1);
    int32_t *cost = arena_array(planning->arena, int32_t, total + 1);

    for (uint32_t i = 0; i < problem->row_count; i++) {
        for (uint32_t k = 0; k < plan->slates[i].candidate_count; k++) {
            const struct match_candidate *candidate = &plan->slates[i].candidates[k];
            uint64_t at = start[candidate->expert + 1]++;

            row[at] = i;
            cost[at] = -(int32_t)lround((double)candidate->score * MATCH_SCORE_UNIT);
        }
    }
    problem->start = start;
    problem->row = row;
    problem->cost = cost;
}

static enum err assign(struct planning *planning, struct fault *fault)
{
    struct match_plan *plan = planning->plan;
    const struct match_input *input = planning->input;
    uint32_t *demand = arena_array(planning->arena, uint32_t, input->requirement_count);
    int32_t *empty = arena_array(planning->arena, int32_t, input->requirement_count);
    struct assign_options options = assign_defaults;

    for (uint32_t i = 0; i < input->requirement_count; i++) {
        demand[i] = input->requirements[i].seats;
        empty[i] = MATCH_EMPTY_SEAT;
    }
    plan->problem = (struct assign_problem){.row_count = input->requirement_count,
                                            .column_count = input->experts.count,
                                            .demand = demand,
                                            .empty_cost = empty,
                                            .capacity = input->experts.seats};
    make_edges(planning, &plan->problem);
    options.seed = planning->seed;
    TRY(assign_check(&plan->problem, fault));
    TRY(assign_solve(planning->arena, &plan->problem, &options, &plan->fit, fault));
    TRY(assign_prove(planning->arena, &plan->problem, &plan->fit, &plan->proof, fault));
    plan->seated = arena_array(planning->arena, uint32_t, input->experts.count + 1UL);
    for (size_t i = 0; i < plan->fit.seat_count; i++) {
        plan->seated[plan->fit.seats[i].column]++;
    }
    return OK;
}

enum err match_plan_make(struct arena *arena, const struct match_input *input,
                         uint32_t candidates_min, uint64_t seed, struct match_plan *out,
                         struct fault *fault)
{
    struct planning planning = {.arena = arena,
                                .input = input,
                                .plan = out,
                                .candidates_min = candidates_min,
                                .seed = seed};

    *out = (struct match_plan){
        .columns = match_columns_of(arena, input),
        .slates = arena_array(arena, struct match_slate, input->requirement_count)};
    TRY(retrieve_index_new(arena, input->experts.texts, input->experts.count,
                           text_vocabulary_size(input->vocabulary), &RETRIEVE_BM25, &planning.index,
                           fault));
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        make_slate(&planning, i);
    }
    return assign(&planning, fault);
}
