#include "engine/watch/copying.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "num/special.h"

enum { GRID = 10 };

/* Shares of copied answers that the evidence is averaged over. */
static const double COPIED[GRID] = {0.05, 0.15, 0.25, 0.35, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95};

static const double DOUBT = 0.02;

struct meeting {
    struct watch_pair pair;
    double log_ratio[GRID];
};

struct crowd_errors {
    const struct crowd *crowd;
    double *right;    /* [worker] how often right, by the others, smoothed */
    double *mistakes; /* [true class][given class] of all wrong labels, smoothed rows */
    double *alike;    /* [true class] chance that two wrong labels are the same */
    double *others;   /* [class] scratch: what the rest leave possible as the truth */
    double *logs;     /* [class] scratch: of one item's labels, all together */
};

/* Pairs by the later worker, for one earlier worker at a time. */
struct desk {
    uint32_t *place; /* [worker] of the meeting in `meetings`, plus one */
    struct meeting *meetings;
    uint32_t *met; /* the later workers, as they come */
    uint32_t count;
};

static uint32_t most_likely(const double *others, uint32_t classes)
{
    uint32_t best = 0;

    for (uint32_t k = 1; k < classes; k++) {
        best = others[k] > others[best] ? k : best;
    }
    return best;
}

/* How good each worker is and what wrong answers attract, by the labels of the rest. */
static void learn(struct crowd_errors *errors, double sure)
{
    const struct watch_labels *labels = errors->crowd->labels;
    uint32_t classes = labels->class_count;
    double *count = errors->others + classes; /* [class] wrong labels of each true class */

    for (uint32_t worker = 0; worker < labels->worker_count; worker++) {
        double right = 3; /* as if three of four had been right before */
        double all = 4;

        for (uint32_t i = errors->crowd->worker_starts[worker];
             i < errors->crowd->worker_starts[worker + 1]; i++) {
            const struct watch_label *label = &labels->at[errors->crowd->by_worker[i]];

            (void)crowd_without(errors->crowd, label->item, worker, worker, errors->others);
            uint32_t truth = most_likely(errors->others, classes);

            if (errors->others[truth] < sure) {
                continue;
            }
            all++;
            right += label->class == truth;
            if (label->class != truth) {
                errors->mistakes[(size_t)truth * classes + label->class]++;
                count[truth]++;
            }
        }
        errors->right[worker] = right / all;
    }
    for (uint32_t truth = 0; truth < classes; truth++) {
        for (uint32_t given = 0; given < classes && classes > 1; given++) {
            double *cell = &errors->mistakes[(size_t)truth * classes + given];

            *cell = given == truth ? 0 : (*cell + 1) / (count[truth] + classes - 1);
            errors->alike[truth] += *cell * *cell;
        }
    }
}

/* The probability that an independent worker gives this class to an item of that one. */
static double by_chance(const struct crowd_errors *errors, uint32_t worker, uint32_t truth,
                        uint32_t class)
{
    double right = errors->right[worker];

    return class == truth
               ? right
               : (1 - right) *
                     errors->mistakes[(size_t)truth * errors->crowd->labels->class_count + class];
}

/* What two independent workers would do, over what the others leave possible as the truth. */
struct chance {
    double left;    /* that the left worker gives what was given */
    double right;   /* likewise */
    double both;    /* both at once */
    double same;    /* that both give one class, but not the likeliest */
    double telling; /* not both the likeliest class */
};

static double same_by_chance(const struct crowd_errors *errors, uint32_t left, uint32_t right,
                             uint32_t truth, uint32_t likely)
{
    double both_right = errors->right[left] * errors->right[right];
    double both_wrong = (1 - errors->right[left]) * (1 - errors->right[right]);
    double fall = errors->mistakes[(size_t)truth * errors->crowd->labels->class_count + likely];

    return (truth == likely ? 0 : both_right) + both_wrong * (errors->alike[truth] - fall * fall);
}

static struct chance chance_of(const struct crowd_errors *errors, const struct watch_label *left,
                               const struct watch_label *right, uint32_t likely)
{
    uint32_t classes = errors->crowd->labels->class_count;
    struct chance chance = {.telling = 1};

    for (uint32_t truth = 0; truth < classes; truth++) {
        double weight = errors->others[truth];
        double a = by_chance(errors, left->worker, truth, left->class);
        double b = by_chance(errors, right->worker, truth, right->class);

        chance.left += weight * a;
        chance.right += weight * b;
        chance.both += weight * a * b;
        chance.telling -= weight * by_chance(errors, left->worker, truth, likely) *
                          by_chance(errors, right->worker, truth, likely);
        chance.same += weight * same_by_chance(errors, left->worker, right->worker, truth, likely);
    }
    return chance;
}

/* Either may have copied: the mean of both directions' ratios. Leaving out where both give the
 * likeliest class, for which the ratio is above one, can only lower the evidence. */
static void add_evidence(const struct crowd_errors *errors, const struct watch_label *left,
                         const struct watch_label *right, uint32_t likely, struct meeting *meeting)
{
    bool same = left->class == right->class;

    if (same && left->class == likely) {
        return;
    }
    struct chance chance = chance_of(errors, left, right, likely);

    meeting->pair.telling_count++;
    meeting->pair.same_count += same;
    meeting->pair.same_expected += fmin(1, chance.same / fmax(chance.telling, 1e-12));
    for (int i = 0; i < GRID; i++) {
        double c = COPIED[i];
        double gain = same ? (chance.left + chance.right) / 2 / fmax(chance.both, 1e-12) : 0;

        meeting->log_ratio[i] += log(1 - c + c * gain);
    }
}

static double log_chance(const struct crowd_errors *errors, const struct watch_label *label,
                         uint32_t truth)
{
    return log(fmax(by_chance(errors, label->worker, truth, label->class), 1e-12));
}

static void weigh_item(const struct crowd_errors *errors, uint32_t item)
{
    const struct crowd *crowd = errors->crowd;

    for (uint32_t truth = 0; truth < crowd->labels->class_count; truth++) {
        errors->logs[truth] = log(fmax(crowd->share[truth], 1e-12));
        for (uint32_t i = crowd->item_starts[item]; i < crowd->item_starts[item + 1]; i++) {
            errors->logs[truth] += log_chance(errors, &crowd->labels->at[crowd->by_item[i]], truth);
        }
    }
}

/* What all but these two say of the item. A little doubt remains however many they are, for they
 * may have been misled together. */
static void take_out(const struct crowd_errors *errors, const struct watch_label *left,
                     const struct watch_label *right)
{
    uint32_t classes = errors->crowd->labels->class_count;
    double most = -(double)INFINITY;
    double sum = 0;

    for (uint32_t truth = 0; truth < classes; truth++) {
        errors->others[truth] = errors->logs[truth] - log_chance(errors, left, truth) -
                                log_chance(errors, right, truth);
        most = fmax(most, errors->others[truth]);
    }
    for (uint32_t truth = 0; truth < classes; truth++) {
        errors->others[truth] = exp(errors->others[truth] - most);
        sum += errors->others[truth];
    }
    for (uint32_t truth = 0; truth < classes; truth++) {
        errors->others[truth] =
            (1 - DOUBT) * errors->others[truth] / sum + DOUBT * errors->crowd->share[truth];
    }
}

static struct meeting *meet(struct desk *desk, uint32_t left, uint32_t right)
{
    if (desk->place[right] == 0) {
        desk->met[desk->count] = right;
        desk->meetings[desk->count++] = (struct meeting){.pair = {.left = left, .right = right}};
        desk->place[right] = desk->count;
    }
    return &desk->meetings[desk->place[right] - 1];
}

static void meet_everyone(struct crowd_errors *errors, struct desk *desk, uint32_t worker)
{
    const struct crowd *crowd = errors->crowd;
    const struct watch_labels *labels = crowd->labels;

    for (uint32_t i = crowd->worker_starts[worker]; i < crowd->worker_starts[worker + 1]; i++) {
        const struct watch_label *own = &labels->at[crowd->by_worker[i]];

        uint32_t votes = crowd->item_starts[own->item + 1] - crowd->item_starts[own->item];

        weigh_item(errors, own->item);
        for (uint32_t k = crowd->item_starts[own->item]; k < crowd->item_starts[own->item + 1];
             k++) {
            const struct watch_label *other = &labels->at[crowd->by_item[k]];

            if (other->worker <= worker) {
                continue;
            }
            struct meeting *meeting = meet(desk, worker, other->worker);

            meeting->pair.shared_count++;
            if (votes > 2) {
                take_out(errors, own, other);
                add_evidence(errors, own, other, most_likely(errors->others, labels->class_count),
                             meeting);
            }
        }
    }
}

static void settle(struct meeting *meeting)
{
    double most = 0; /* of no copying at all */
    double sum = -(double)INFINITY;

    for (int i = 0; i < GRID; i++) {
        if (meeting->log_ratio[i] > most) {
            most = meeting->log_ratio[i];
            meeting->pair.copying = COPIED[i];
        }
        sum = num_log_sum(sum, meeting->log_ratio[i]);
    }
    meeting->pair.log_evidence = sum - log(GRID);
}

struct pair_list {
    struct watch_pair *at;
    size_t count;
    size_t room;
};

/* Takes the meetings of one worker into the list, and clears the desk. */
static enum err keep(struct arena *arena, const struct watch_copying_options *options,
                     struct desk *desk, struct pair_list *list, struct fault *fault)
{
    for (uint32_t i = 0; i < desk->count; i++) {
        desk->place[desk->met[i]] = 0;
        if (desk->meetings[i].pair.telling_count < options->shared_min) {
            continue;
        }
        if (list->count == options->pair_max) {
            return fail(fault, ERR_LIMIT, "more than %zu pairs of workers share items",
                        options->pair_max);
        }
        if (list->count == list->room) {
            size_t room = list->room == 0 ? 64 : list->room * 2;

            list->at = arena_grow(arena, list->at, list->room * sizeof(*list->at),
                                  room * sizeof(*list->at));
            list->room = room;
        }
        settle(&desk->meetings[i]);
        list->at[list->count++] = desk->meetings[i].pair;
    }
    desk->count = 0;
    return OK;
}

static int most_suspect_first(const void *left, const void *right)
{
    const struct watch_pair *a = left;
    const struct watch_pair *b = right;

    if (a->log_evidence != b->log_evidence) {
        return (a->log_evidence < b->log_evidence) - (a->log_evidence > b->log_evidence);
    }
    return a->left != b->left ? (a->left > b->left) - (a->left < b->left)
                              : (a->right > b->right) - (a->right < b->right);
}

static enum err check_options(const struct watch_copying_options *options, struct fault *fault)
{
    if (!(options->sure >= 0.5 && options->sure < 1) ||
        !(options->false_alarm > 0 && options->false_alarm < 1)) {
        return fail(fault, ERR_INVALID,
                    "sure is %g and must lie in [0.5, 1); the chance of a false alarm is %g and "
                    "must lie between 0 and 1",
                    options->sure, options->false_alarm);
    }
    return OK;
}

enum err watch_copying_find(struct arena *arena, const struct watch_labels *labels,
                            const struct watch_copying_options *options, struct watch_pair **out,
                            size_t *count, struct fault *fault)
{
    ARENA_SCOPE scratch = arena_new();
    struct pair_list list = {0};
    struct crowd crowd;

    TRY(check_options(options, fault));
    TRY(crowd_gather(scratch, labels, &crowd, fault));
    size_t classes = labels->class_count;
    size_t workers = labels->worker_count;
    struct crowd_errors errors = {.crowd = &crowd,
                                  .right = arena_array(scratch, double, workers),
                                  .mistakes = arena_array(scratch, double, classes *classes),
                                  .alike = arena_array(scratch, double, classes),
                                  .others = arena_array(scratch, double, 2 * classes),
                                  .logs = arena_array(scratch, double, classes)};
    struct desk desk = {.place = arena_array(scratch, uint32_t, workers),
                        .meetings = arena_array(scratch, struct meeting, workers),
                        .met = arena_array(scratch, uint32_t, workers)};

    learn(&errors, options->sure);
    for (uint32_t worker = 0; worker < labels->worker_count; worker++) {
        meet_everyone(&errors, &desk, worker);
        TRY(keep(arena, options, &desk, &list, fault));
    }
    for (size_t i = 0; i < list.count; i++) {
        list.at[i].alarm =
            list.at[i].log_evidence >= log((double)list.count / options->false_alarm);
    }
    if (list.count > 0) {
        qsort(list.at, list.count, sizeof(*list.at), most_suspect_first);
    }
    *out = list.at;
    *count = list.count;
    return OK;
}
