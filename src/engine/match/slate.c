#include "engine/match/slate.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/rng.h"
#include "engine/retrieve/index.h"

enum { CANDIDATES_PER_SEAT = 20 };

const char *const match_part_names[MATCH_PARTS_] = {"skills", "text", "rate", "zone"};
const double match_part_weights[MATCH_PARTS_] = {0.4, 0.4, 0.1, 0.1};

struct planning {
    struct arena *arena;
    const struct match_input *input;
    const struct match_options *options;
    struct match_slates *slates;
    struct retrieve_index index;
};

/* What a filter finds: who passes everything, and who all but one thing. */
struct found {
    struct retrieve_bitmap eligible;
    struct retrieve_bitmap dear; /* fail the rate alone; `words` NULL: nobody asks */
    struct retrieve_bitmap busy; /* fail the hours alone */
};

static struct retrieve_bitmap without(struct arena *scratch, const struct retrieve_bitmap *all,
                                      const struct retrieve_bitmap *less)
{
    struct retrieve_bitmap out = retrieve_bitmap_new(scratch, all->row_count);

    for (size_t i = 0; i < retrieve_word_count(all->row_count); i++) {
        out.words[i] = all->words[i] & ~less->words[i];
    }
    return out;
}

/* Rows that pass all checks; and for each check, how many more would pass without it: the product
 * of those before it and those behind it. */
static struct found filter(const struct planning *planning, struct arena *scratch,
                           const struct match_requirement *requirement, struct match_slate *slate)
{
    struct found found = {0};
    uint64_t rows = planning->input->experts.count;
    uint32_t count = slate->check_count;
    struct retrieve_bitmap *passing = arena_array(scratch, struct retrieve_bitmap, count);
    struct retrieve_bitmap *behind = arena_array(scratch, struct retrieve_bitmap, count + 1);
    struct retrieve_bitmap before = retrieve_bitmap_new(scratch, rows);

    for (uint32_t i = 0; i < count; i++) {
        passing[i] =
            match_passing(scratch, &planning->slates->columns, requirement, &slate->checks[i]);
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
        slate->relaxed[i] = retrieve_bitmap_count(others) - slate->eligible +
                            (requirement->alone == NULL ? 0 : requirement->alone[i]);
        if (slate->checks[i].kind == MATCH_RATE) {
            found.dear = without(scratch, others, &passing[i]);
        } else if (slate->checks[i].kind == MATCH_HOURS) {
            found.busy = without(scratch, others, &passing[i]);
        }
        retrieve_bitmap_and(&before, &passing[i]);
    }
    found.eligible = behind[0];
    return found;
}

/* Rows that pass all checks but for skills, and miss no level by more than what can be bargained
 * about. */
static struct retrieve_bitmap filter_levels(const struct planning *planning, struct arena *scratch,
                                            const struct match_requirement *requirement,
                                            const struct match_slate *slate,
                                            const struct retrieve_bitmap *eligible)
{
    struct retrieve_bitmap all = retrieve_bitmap_new(scratch, eligible->row_count);

    retrieve_bitmap_fill(&all);
    for (uint32_t i = 0; i < slate->check_count; i++) {
        struct match_check check = slate->checks[i];

        if (check.kind == MATCH_TAG && check.tag.skill) {
            check.tag.level = check.tag.level > MATCH_BARGAIN_LEVELS
                                  ? (uint8_t)(check.tag.level - MATCH_BARGAIN_LEVELS)
                                  : 1;
        }
        struct retrieve_bitmap passing =
            match_passing(scratch, &planning->slates->columns, requirement, &check);

        retrieve_bitmap_and(&all, &passing);
    }
    return without(scratch, &all, eligible);
}

/* Levels that an expert lacks, in all. */
static uint32_t lack_of(const struct planning *planning,
                        const struct match_requirement *requirement, uint32_t expert)
{
    uint32_t sum = 0;

    for (uint32_t i = 0; i < requirement->tag_count; i++) {
        struct match_tag wanted = requirement->tags[i];

        if (wanted.skill) {
            uint8_t level = match_level(&planning->input->experts, expert, wanted.tag);

            sum += level < wanted.level ? (uint32_t)(wanted.level - level) : 0;
        }
    }
    return sum;
}

/* Add the nearest of the rows to the slate's near misses. */
static void add_near(const struct planning *planning, struct arena *scratch,
                     const struct match_requirement *requirement, enum match_kind kind,
                     const struct retrieve_bitmap *rows, struct match_slate *slate)
{
    const struct match_experts *experts = &planning->input->experts;
    struct retrieve_rows list = retrieve_bitmap_rows(scratch, rows);
    struct retrieve_top top = retrieve_top_new(scratch, planning->options->near_max);

    for (size_t i = 0; i < list.count; i++) {
        uint32_t row = list.at[i];
        uint32_t slack = kind == MATCH_RATE    ? experts->rate[row] - requirement->rate
                         : kind == MATCH_HOURS ? requirement->hours - experts->hours[row]
                                               : lack_of(planning, requirement, row);

        retrieve_top_add(&top, row,
                         INT32_MAX - (int32_t)(slack < INT32_MAX ? slack : INT32_MAX - 1));
    }
    struct retrieve_hits hits = retrieve_top_finish(&top);

    for (size_t i = 0; i < hits.count; i++) {
        slate->near[slate->near_count++].expert = hits.at[i].row;
    }
}

static bool asks_for_skills(const struct match_requirement *requirement)
{
    for (uint32_t i = 0; i < requirement->tag_count; i++) {
        if (requirement->tags[i].skill && requirement->tags[i].level > 1) {
            return true;
        }
    }
    return false;
}

/* How near their texts come, measured by the best among the candidates. */
static void rate_texts(const struct planning *planning, struct arena *scratch,
                       const struct match_requirement *requirement, struct match_slate *slate,
                       int32_t best)
{
    struct retrieve_bitmap rows = retrieve_bitmap_new(scratch, planning->input->experts.count);

    for (uint32_t i = 0; i < slate->near_count; i++) {
        retrieve_bitmap_add(&rows, slate->near[i].expert);
    }
    struct retrieve_hits hits =
        retrieve_index_search(scratch, &planning->index, requirement->terms,
                              requirement->term_count, &rows, slate->near_count);

    best = best > 0 ? best : hits.count > 0 ? hits.at[0].score : 1;
    for (uint32_t i = 0; i < slate->near_count; i++) {
        struct match_candidate *near = &slate->near[i];

        near->part[MATCH_PART_TEXT] = requirement->term_count == 0 ? -1 : 0;
        for (size_t k = 0; k < hits.count; k++) {
            if (hits.at[k].row == near->expert) {
                near->part[MATCH_PART_TEXT] = fminf(1, (float)hits.at[k].score / (float)best);
            }
        }
    }
}

static void find_near(const struct planning *planning, struct arena *scratch, uint32_t number,
                      const struct found *found, int32_t best)
{
    const struct match_requirement *requirement = &planning->input->requirements[number];
    struct match_slate *slate = &planning->slates->at[number];

    slate->near = arena_array(planning->arena, struct match_candidate,
                              3 * (size_t)planning->options->near_max + 1);
    if (planning->options->near_max == 0) {
        return;
    }
    if (found->dear.words != NULL) {
        add_near(planning, scratch, requirement, MATCH_RATE, &found->dear, slate);
    }
    if (found->busy.words != NULL) {
        add_near(planning, scratch, requirement, MATCH_HOURS, &found->busy, slate);
    }
    if (asks_for_skills(requirement)) {
        struct retrieve_bitmap rows =
            filter_levels(planning, scratch, requirement, slate, &found->eligible);

        add_near(planning, scratch, requirement, MATCH_TAG, &rows, slate);
    }
    rate_texts(planning, scratch, requirement, slate, best);
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
    struct rng rng = rng_stream(planning->options->seed, stream);
    size_t start = rows.count > 0 ? rng_below(&rng, (uint32_t)rows.count) : 0;

    for (size_t i = 0; i < rows.count && slate->candidate_count < wanted; i++) {
        uint32_t expert = rows.at[(start + i) % rows.count];

        slate->candidates[slate->candidate_count++].expert = expert;
    }
}

/* How far above the levels asked for; 0.1 where they are just met on a scale of ten. */
static double skills_part(const struct match_terms *terms)
{
    double sum = 0;

    for (uint32_t i = 0; i < terms->skill_count; i++) {
        double wanted = terms->wanted[i];

        sum += (terms->levels[i] - wanted + 1.0) / (MATCH_LEVEL_MAX - wanted + 1.0);
    }
    return terms->skill_count == 0 ? -1 : sum / terms->skill_count;
}

void match_score(const struct match_terms *terms, struct match_candidate *out)
{
    double sum = 0;
    double weight = 0;

    out->part[MATCH_PART_SKILLS] = (float)skills_part(terms);
    out->part[MATCH_PART_TEXT] = terms->text;
    out->part[MATCH_PART_RATE] = terms->ceiling == UINT32_MAX || terms->ceiling == 0
                                     ? -1
                                     : (float)(1 - (double)terms->rate / terms->ceiling);
    out->part[MATCH_PART_ZONE] =
        terms->zone_wanted == MATCH_ZONE_NONE
            ? -1
            : (float)(1 - match_zone_distance(terms->zone, terms->zone_wanted) / 12);
    for (int i = 0; i < MATCH_PARTS_; i++) {
        if (out->part[i] >= 0) {
            sum += match_part_weights[i] * (double)out->part[i];
            weight += match_part_weights[i];
        }
    }
    out->score = weight > 0 ? (float)(sum / weight) : 1;
}

static void score(const struct planning *planning, const struct match_requirement *requirement,
                  struct match_candidate *candidate)
{
    const struct match_experts *experts = &planning->input->experts;
    uint32_t expert = candidate->expert;
    uint8_t levels[MATCH_TAGS_MAX];
    uint8_t wanted[MATCH_TAGS_MAX];
    struct match_terms terms = {.levels = levels,
                                .wanted = wanted,
                                .rate = experts->rate[expert],
                                .ceiling = requirement->rate,
                                .zone = experts->zone[expert],
                                .zone_wanted = requirement->zone,
                                .text = candidate->part[MATCH_PART_TEXT]};

    for (uint32_t i = 0; i < requirement->tag_count && terms.skill_count < MATCH_TAGS_MAX; i++) {
        if (requirement->tags[i].skill) {
            levels[terms.skill_count] = match_level(experts, expert, requirement->tags[i].tag);
            wanted[terms.skill_count++] = requirement->tags[i].level;
        }
    }
    match_score(&terms, candidate);
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
    struct match_slate *slate = &planning->slates->at[number];
    uint32_t wanted = requirement->seats * CANDIDATES_PER_SEAT;

    wanted =
        wanted > planning->options->candidates_min ? wanted : planning->options->candidates_min;
    slate->checks = match_checks_of(planning->arena, requirement, &slate->check_count);
    slate->relaxed = arena_array(planning->arena, uint64_t, slate->check_count);
    struct found found = filter(planning, scratch, requirement, slate);

    wanted = slate->eligible < wanted ? (uint32_t)slate->eligible : wanted;
    slate->candidates = arena_array(planning->arena, struct match_candidate, wanted + 1UL);
    struct retrieve_hits hits =
        retrieve_index_search(scratch, &planning->index, requirement->terms,
                              requirement->term_count, &found.eligible, wanted);

    for (size_t i = 0; i < hits.count; i++) {
        slate->candidates[slate->candidate_count++] = (struct match_candidate){
            .expert = hits.at[i].row,
            .part[MATCH_PART_TEXT] = (float)hits.at[i].score / (float)hits.at[0].score};
    }
    find_near(planning, scratch, number, &found, hits.count > 0 ? hits.at[0].score : 0);
    fill_up(planning, scratch, number, &found.eligible, slate, wanted);
    for (uint32_t i = 0; i < slate->candidate_count; i++) {
        if (requirement->term_count == 0) {
            slate->candidates[i].part[MATCH_PART_TEXT] = -1;
        }
        score(planning, requirement, &slate->candidates[i]);
    }
    qsort(slate->candidates, slate->candidate_count, sizeof(*slate->candidates), compare_candidate);
}

enum err match_slates_make(struct arena *arena, const struct match_input *input,
                           const struct match_options *options, struct match_slates *out,
                           struct fault *fault)
{
    struct planning planning = {.arena = arena, .input = input, .options = options, .slates = out};
    struct retrieve_index_options weights = RETRIEVE_BM25;

    weights.collection = input->collection.held == NULL ? NULL : &input->collection;
    *out = (struct match_slates){
        .columns = match_columns_of(arena, input),
        .at = arena_array(arena, struct match_slate, input->requirement_count + 1UL)};
    TRY(retrieve_index_new(arena, input->experts.texts, input->experts.count, input->term_count,
                           &weights, &planning.index, fault));
    for (uint32_t i = 0; i < input->requirement_count; i++) {
        make_slate(&planning, i);
    }
    return OK;
}
