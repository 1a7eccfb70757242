/* How good each rater of a campaign is. */

#include <math.h>

#include "base/arena.h"
#include "engine/truth/skill.h"
#include "num/interval.h"
#include "slice/quality/quality_rule.h"
#include "slice/type/type.h"

enum { STRATUM_MAX = 20 };

static const double LEVEL = 0.95;
static const double TOP_SHARE = 0.2;
static const double SHRINK = 10; /* pairs of average difficulty that everybody is given first */

static double log_odds(double share)
{
    double kept = fmin(fmax(share, 1e-6), 1 - 1e-6);

    return log(kept / (1 - kept));
}

double quality_adjust(double accuracy, uint32_t count, double others_agree, double all_agree)
{
    if (count == 0 || isnan(all_agree)) {
        return accuracy;
    }
    double met = (count * others_agree + SHRINK * all_agree) / (count + SHRINK);
    double moved = log_odds(accuracy) + log_odds(all_agree) - log_odds(met);

    return 1 / (1 + exp(-moved));
}

/* ------------------------------------------------------------------ counts */

/* How hard a task is shows in how often two experts agree on it: a word of nobody's own. */
static uint32_t *tally_tasks(struct arena *arena, const struct quality_labels *labels)
{
    size_t classes = labels->label->class_count;
    uint32_t *tally = arena_array(arena, uint32_t, labels->task_count * classes);

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (quality_is_expert(labels, vote->rater)) {
            tally[vote->task * classes + vote->given]++;
        }
    }
    return tally;
}

/* The share of pairs that agree among the answers to the vote's task, but for the rater's own.
 * NaN: there is no pair. */
static double agree_beside(const struct quality_labels *labels, const uint32_t *tally,
                           const struct quality_vote *vote)
{
    size_t classes = labels->label->class_count;
    uint32_t own = quality_is_expert(labels, vote->rater);
    double agreed = 0;
    double others = 0;

    for (uint32_t class = 0; class < classes; class ++) {
        double count = tally[vote->task * classes + class] - (class == vote->given ? own : 0);

        agreed += count * (count - 1);
        others += count;
    }
    return others < 2 ? (double)NAN : agreed / (others * (others - 1));
}

static void add_ease(double share, double *sum, uint32_t *count)
{
    if (!isnan(share)) {
        *sum += share;
        (*count)++;
    }
}

/* Fill the counts of everybody in one domain. */
static void count_votes(const struct quality_labels *labels, const struct quality_result *out,
                        const uint32_t *tally, uint32_t stratum, struct quality_skill *skills)
{
    double sum = 0;
    uint32_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];
        struct quality_skill *skill = &skills[vote->rater];

        if (out->truths[vote->task].vote_count == 0 ||
            (stratum != QUALITY_ALL && labels->tasks[vote->task].stratum != stratum)) {
            continue;
        }
        double share = agree_beside(labels, tally, vote);

        skill->vote_count++;
        skill->agreed_count += vote->given == out->truths[vote->task].class;
        add_ease(share, &skill->others_agree, &skill->others_count);
        if (quality_is_expert(labels, vote->rater)) {
            add_ease(share, &sum, &count);
        }
    }
    for (size_t rater = 0; rater < labels->rater_count; rater++) {
        struct quality_skill *skill = &skills[rater];

        skill->others_agree =
            skill->others_count > 0 ? skill->others_agree / skill->others_count : (double)NAN;
        skill->all_agree = count > 0 ? sum / count : (double)NAN;
    }
}

static void count_checks(const struct quality_labels *labels, uint32_t stratum,
                         struct quality_skill *skills)
{
    for (size_t i = 0; i < labels->check_count; i++) {
        const struct quality_check *check = &labels->checks[i];
        const struct quality_task *task = &labels->tasks[check->task];

        if (task->gold != TRUTH_UNKNOWN && (stratum == QUALITY_ALL || task->stratum == stratum)) {
            skills[check->rater].gold_count++;
            skills[check->rater].gold_right += check->given == task->gold;
        }
    }
}

/* ------------------------------------------------------------------ estimates */

static void estimate_outsider(struct quality_skill *skill)
{
    struct interval interval = interval_wilson(skill->agreed_count, skill->vote_count, LEVEL);

    skill->accuracy = skill->plain = (double)skill->agreed_count / skill->vote_count;
    skill->low = interval.low;
    skill->high = interval.high;
}

static void estimate_expert(const struct truth_skill *fit, struct quality_skill *skill)
{
    uint32_t n = skill->others_count;
    double others = skill->others_agree;
    double all = skill->all_agree;

    skill->plain = fit->mean[skill->rater];
    skill->accuracy = quality_adjust(fit->mean[skill->rater], n, others, all);
    skill->low = quality_adjust(fit->low[skill->rater], n, others, all);
    skill->high = quality_adjust(fit->high[skill->rater], n, others, all);
}

static double highest_outside(const struct quality_skill *skills, size_t count, double low)
{
    double high = -1;

    for (size_t i = 0; i < count; i++) {
        if (skills[i].low < low) {
            high = fmax(high, skills[i].high);
        }
    }
    return high;
}

void quality_name_top(struct quality_skill *skills, size_t count)
{
    size_t most = (size_t)(TOP_SHARE * (double)count);
    double best = 2;

    for (size_t i = 0; i < count; i++) { /* each one as the last of a group */
        size_t inside = 0;

        for (size_t k = 0; k < count; k++) {
            inside += skills[k].low >= skills[i].low;
        }
        if (inside <= most && skills[i].low > highest_outside(skills, count, skills[i].low)) {
            best = fmin(best, skills[i].low);
        }
    }
    for (size_t i = 0; i < count; i++) {
        skills[i].is_top = skills[i].low >= best;
    }
}

/* The top group among experts with answers enough. */
static void name_top(struct arena *arena, const struct quality_labels *labels,
                     struct quality_skill *skills)
{
    struct quality_skill *shown = arena_array(arena, struct quality_skill, labels->rater_count);
    size_t count = 0;

    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        if (quality_is_expert(labels, rater) && !isnan(skills[rater].accuracy)) {
            shown[count++] = skills[rater];
        }
    }
    quality_name_top(shown, count);
    for (size_t i = 0; i < count; i++) {
        skills[shown[i].rater].is_top = shown[i].is_top;
    }
}

static enum err measure(struct arena *arena, const struct quality_labels *labels,
                        const uint32_t *tally, uint32_t stratum, uint64_t seed,
                        struct quality_result *out, struct fault *fault)
{
    struct quality_skill *skills = arena_array(arena, struct quality_skill, labels->rater_count);
    struct truth_skill_options options = TRUTH_SKILL_DEFAULTS;
    struct truth_input input;
    struct truth_skill fit;

    count_votes(labels, out, tally, stratum, skills);
    count_checks(labels, stratum, skills);
    options.seed = seed;
    options.level = LEVEL;
    options.top_share = TOP_SHARE;
    TRY(quality_index(arena, labels, stratum, true, &input, fault));
    TRY(truth_skill(arena, &input, &options, &fit, fault));
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        struct quality_skill *skill = &skills[rater];

        skill->rater = rater;
        skill->stratum = stratum;
        skill->accuracy = skill->plain = skill->low = skill->high = (double)NAN;
        if (skill->vote_count >= QUALITY_SHOWN_MIN) {
            quality_is_expert(labels, rater) ? estimate_expert(&fit, skill)
                                             : estimate_outsider(skill);
        }
    }
    name_top(arena, labels, skills);
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        if (skills[rater].vote_count > 0) {
            out->skills[out->skill_count++] = skills[rater];
        }
    }
    return OK;
}

enum err quality_skills(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                        struct quality_result *out, struct fault *fault)
{
    size_t strata = labels->stratum_count < STRATUM_MAX ? labels->stratum_count : STRATUM_MAX;
    uint32_t *tally = tally_tasks(arena, labels);

    out->skills = arena_array(arena, struct quality_skill, labels->rater_count * (1 + strata));
    TRY(measure(arena, labels, tally, QUALITY_ALL, seed, out, fault));
    for (uint32_t stratum = 0; strata > 1 && stratum < strata; stratum++) {
        TRY(measure(arena, labels, tally, stratum, seed, out, fault));
    }
    return OK;
}

/* ------------------------------------------------------------------ confusion */

static void add_matrix(const struct quality_labels *labels, uint32_t rater, const uint32_t *matrix,
                       struct quality_result *out)
{
    uint32_t classes = (uint32_t)labels->label->class_count;

    for (uint32_t class = 0; class < classes; class ++) {
        uint32_t sum = 0;

        for (uint32_t given = 0; given < classes; given++) {
            sum += matrix[class * classes + given];
        }
        for (uint32_t given = 0; sum > 0 && given < classes; given++) {
            out->cells[out->cell_count++] =
                (struct quality_cell){.rater = rater,
                                      .class = class,
                                      .given = given,
                                      .count = matrix[class * classes + given],
                                      .class_count = sum};
        }
    }
}

void quality_confuse(struct arena *arena, const struct quality_labels *labels,
                     struct quality_result *out)
{
    uint32_t classes = (uint32_t)labels->label->class_count;
    size_t size = (size_t)classes * classes;
    uint32_t *own = arena_array(arena, uint32_t, labels->rater_count * size);
    uint32_t *all = arena_array(arena, uint32_t, size);

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];
        const struct quality_truth *truth = &out->truths[vote->task];
        size_t cell = (size_t)truth->class * classes + vote->given;

        if (truth->vote_count > 0) {
            own[vote->rater * size + cell]++;
            all[cell] += quality_is_expert(labels, vote->rater);
        }
    }
    out->cells = arena_array(arena, struct quality_cell, (labels->rater_count + 1) * size);
    add_matrix(labels, QUALITY_ALL, all, out);
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        add_matrix(labels, rater, own + rater * size, out);
    }
}
