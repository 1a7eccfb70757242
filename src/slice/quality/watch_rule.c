/* Biases and alerts of a campaign's experts: evidence for a person, never a verdict. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/truth/truth.h"
#include "engine/watch/bias.h"
#include "engine/watch/copying.h"
#include "engine/watch/drift.h"
#include "slice/quality/quality_rule.h"
#include "slice/type/type.h"

enum { ALERT_MAX = 500, EVIDENCE_MAX = 50 };

static const double LEVEL = 0.95;
static const double Z = 1.959963984540054;

static bool is_of(const struct quality_labels *labels, const struct quality_vote *vote,
                  uint32_t rater)
{
    return rater == QUALITY_ALL ? quality_is_expert(labels, vote->rater) : vote->rater == rater;
}

/* ------------------------------------------------------------------ biases */

static void add_share(struct quality_result *out, const char *kind, uint32_t rater,
                      struct watch_share share)
{
    bool shown = share.known && share.count >= QUALITY_SHOWN_MIN;

    out->biases[out->bias_count++] =
        (struct quality_bias){.kind = kind,
                              .rater = rater,
                              .vote_count = share.count,
                              .estimate = shown ? share.share : (double)NAN,
                              .low = shown ? share.interval.low : (double)NAN,
                              .high = shown ? share.interval.high : (double)NAN,
                              .p = shown ? share.p : (double)NAN};
}

static void measure_position(const struct quality_labels *labels, uint32_t rater,
                             struct quality_result *out)
{
    uint64_t first = 0;
    uint64_t second = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];
        bool chooses = vote->given == labels->sides[0] || vote->given == labels->sides[1];

        if (is_of(labels, vote, rater) && vote->first != TRUTH_UNKNOWN && chooses) {
            first += vote->given == vote->first;
            second += vote->given != vote->first;
        }
    }
    add_share(out, "position", rater, watch_position_bias(first, second, LEVEL));
}

/* Rooms that every rater's measures use again. */
struct bench {
    double *longer; /* [vote] */
    uint8_t *left;  /* [vote] */
    uint8_t *said;  /* [pair]: what the expert said of it last, plus one */
};

static void measure_length(const struct quality_labels *labels, struct bench *bench, uint32_t rater,
                           struct quality_result *out)
{
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];
        bool chooses = vote->given == labels->sides[0] || vote->given == labels->sides[1];

        if (is_of(labels, vote, rater) && chooses && isfinite(labels->tasks[vote->task].longer)) {
            bench->longer[count] = labels->tasks[vote->task].longer / log(2);
            bench->left[count++] = vote->given == labels->sides[0];
        }
    }
    struct watch_length length = watch_length_bias(bench->longer, bench->left, count);
    bool shown = length.known && count >= QUALITY_SHOWN_MIN;

    out->biases[out->bias_count++] = (struct quality_bias){
        .kind = "length",
        .rater = rater,
        .vote_count = count,
        .estimate = shown ? length.slope : (double)NAN,
        .low = shown ? length.slope - Z * length.error : (double)NAN,
        .high = shown ? length.slope + Z * length.error : (double)NAN,
        .p = shown ? length.p : (double)NAN,
    };
}

/* Which of the two answers was preferred, whichever way round they were: 0, 1, or 2 for neither. */
static uint32_t preferred(const struct quality_labels *labels, const struct quality_vote *vote)
{
    bool turned = labels->tasks[vote->task].turned;

    if (vote->given != labels->sides[0] && vote->given != labels->sides[1]) {
        return 2;
    }
    return (vote->given == labels->sides[0]) != turned ? 0 : 1;
}

struct repeats {
    uint64_t same;
    uint64_t different;
};

/* An expert's word on a pair is held against the same expert's earlier word on the same pair. */
static struct repeats count_repeats(const struct quality_labels *labels, struct bench *bench,
                                    uint32_t rater)
{
    struct repeats repeats = {0};

    memset(bench->said, 0, labels->task_count);
    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *vote = &labels->votes[i];

        if (vote->rater == rater) {
            uint8_t *earlier = &bench->said[labels->tasks[vote->task].pair];
            uint8_t now = (uint8_t)(1 + preferred(labels, vote));

            repeats.same += *earlier == now;
            repeats.different += *earlier != 0 && *earlier != now;
            *earlier = now;
        }
    }
    return repeats;
}

void quality_biases(struct arena *arena, const struct quality_labels *labels,
                    struct quality_result *out)
{
    struct bench bench = {.longer = arena_array(arena, double, labels->vote_count),
                          .left = arena_array(arena, uint8_t, labels->vote_count),
                          .said = arena_array(arena, uint8_t, labels->task_count)};
    struct repeats all = {0};

    out->biases = arena_array(arena, struct quality_bias, 3 * (labels->rater_count + 1));
    if (labels->sides[0] == TRUTH_UNKNOWN) {
        return;
    }
    measure_position(labels, QUALITY_ALL, out);
    measure_length(labels, &bench, QUALITY_ALL, out);
    for (uint32_t rater = 0; rater < labels->rater_count; rater++) {
        if (quality_is_expert(labels, rater)) {
            struct repeats own = count_repeats(labels, &bench, rater);

            measure_position(labels, rater, out);
            measure_length(labels, &bench, rater, out);
            add_share(out, "consistency", rater,
                      watch_self_consistency(own.same, own.different, LEVEL));
            all.same += own.same;
            all.different += own.different;
        }
    }
    add_share(out, "consistency", QUALITY_ALL,
              watch_self_consistency(all.same, all.different, LEVEL));
}

/* ------------------------------------------------------------------ alerts */

/* Experts' answers in the order in which they came. */
static struct watch_labels gather(struct arena *arena, const struct quality_labels *labels)
{
    struct watch_label *at = arena_array(arena, struct watch_label, labels->vote_count);
    size_t count = 0;

    for (size_t i = 0; i < labels->vote_count; i++) {
        const struct quality_vote *one = &labels->votes[i];

        if (quality_is_expert(labels, one->rater)) {
            at[count++] = (struct watch_label){one->task, one->rater, one->given};
        }
    }
    return (struct watch_labels){.at = at,
                                 .count = count,
                                 .item_count = (uint32_t)labels->task_count,
                                 .worker_count = (uint32_t)labels->rater_count,
                                 .class_count = (uint32_t)labels->label->class_count};
}

static uint32_t *shown_tasks(struct arena *arena, struct quality_alert *alert)
{
    uint32_t *tasks = arena_array(arena, uint32_t, EVIDENCE_MAX);

    alert->tasks = tasks;
    return tasks;
}

/* The answers that strayed in the run in which a rater strayed from the others. */
static struct quality_alert drift_alert(struct arena *arena, const struct quality_result *out,
                                        const struct watch_labels *given, uint32_t worker,
                                        const struct watch_drift *drift)
{
    struct quality_alert alert = {.kind = "drift",
                                  .left = worker,
                                  .right = QUALITY_ALL,
                                  .vote_count = drift->used_count,
                                  .strength = -log(drift->p)};
    uint32_t *tasks = shown_tasks(arena, &alert);
    uint64_t used = 0;

    for (size_t i = 0; i < given->count; i++) {
        const struct watch_label *one = &given->at[i];

        if (one->worker != worker || out->truths[one->item].vote_count < 2) {
            continue;
        }
        if (used >= drift->from && used < drift->to && one->class != out->truths[one->item].class) {
            alert.telling_count++;
            if (alert.task_count < EVIDENCE_MAX) {
                tasks[alert.task_count++] = one->item;
            }
        }
        used++;
    }
    return alert;
}

/* Chance errors in the run: as often as the rater erred outside it. */
static double errors_expected(const struct quality_result *out, const struct watch_labels *given,
                              uint32_t worker, const struct watch_drift *drift)
{
    uint64_t used = 0;
    uint64_t outside = 0;
    uint64_t wrong = 0;

    for (size_t i = 0; i < given->count; i++) {
        const struct watch_label *one = &given->at[i];

        if (one->worker == worker && out->truths[one->item].vote_count >= 2) {
            bool inside = used >= drift->from && used < drift->to;

            outside += !inside;
            wrong += !inside && one->class != out->truths[one->item].class;
            used++;
        }
    }
    return outside == 0 ? 0 : (double)wrong / (double)outside * (double)(drift->to - drift->from);
}

static enum err find_drift(struct arena *arena, const struct quality_labels *labels,
                           const struct watch_labels *given, uint64_t seed,
                           struct quality_result *out, struct fault *fault)
{
    struct watch_drift_options options = WATCH_DRIFT_DEFAULTS;
    struct watch_drift *drifts;

    options.seed = seed;
    TRY(watch_drift_find(arena, given, &options, &drifts, fault));
    for (uint32_t worker = 0; worker < labels->rater_count; worker++) {
        if (drifts[worker].alarm && out->alert_count < ALERT_MAX) {
            struct quality_alert alert = drift_alert(arena, out, given, worker, &drifts[worker]);

            alert.expected = errors_expected(out, given, worker, &drifts[worker]);
            out->alerts[out->alert_count++] = alert;
        }
    }
    return OK;
}

/* The same wrong answers of two raters. */
static struct quality_alert copying_alert(struct arena *arena, const struct quality_result *out,
                                          const struct watch_labels *given,
                                          const struct watch_pair *pair, uint32_t *said)
{
    struct quality_alert alert = {.kind = "copying",
                                  .left = pair->left,
                                  .right = pair->right,
                                  .vote_count = pair->shared_count,
                                  .telling_count = pair->same_count,
                                  .expected = pair->same_expected,
                                  .strength = pair->log_evidence};
    uint32_t *tasks = shown_tasks(arena, &alert);

    for (size_t i = 0; i < given->count; i++) {
        if (given->at[i].worker == pair->left) {
            said[given->at[i].item] = given->at[i].class + 1;
        }
    }
    for (size_t i = 0; i < given->count; i++) {
        const struct watch_label *one = &given->at[i];

        if (one->worker == pair->right && said[one->item] == one->class + 1 &&
            one->class != out->truths[one->item].class && alert.task_count < EVIDENCE_MAX) {
            tasks[alert.task_count++] = one->item;
        }
    }
    for (size_t i = 0; i < given->count; i++) {
        said[given->at[i].item] = 0;
    }
    return alert;
}

static enum err find_copying(struct arena *arena, const struct quality_labels *labels,
                             const struct watch_labels *given, struct quality_result *out,
                             struct fault *fault)
{
    struct watch_copying_options options = WATCH_COPYING_DEFAULTS;
    uint32_t *said = arena_array(arena, uint32_t, labels->task_count);
    struct watch_pair *pairs;
    size_t count;

    TRY(watch_copying_find(arena, given, &options, &pairs, &count, fault));
    for (size_t i = 0; i < count && out->alert_count < ALERT_MAX; i++) {
        if (pairs[i].alarm) {
            out->alerts[out->alert_count++] = copying_alert(arena, out, given, &pairs[i], said);
        }
    }
    return OK;
}

enum err quality_alerts(struct arena *arena, const struct quality_labels *labels, uint64_t seed,
                        struct quality_result *out, struct fault *fault)
{
    struct watch_labels given = gather(arena, labels);

    out->alerts = arena_array(arena, struct quality_alert, ALERT_MAX);
    if (given.count == 0) {
        return OK;
    }
    TRY(find_drift(arena, labels, &given, seed, out, fault));
    return find_copying(arena, labels, &given, out, fault);
}
