#include "engine/truth/stream.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/fault.h"

enum {
    INDEX_MAX = 1 << 28,
    DELTA_MIN = 4096,
    FACTORS_MAX = 8, /* so many products of counts, each below 2^32, stay finite */
};
static const double prior_right = 4;
static const double prior_wrong = 1;

struct newer {
    uint32_t row;
    uint32_t before; /* number of the item's label before this one, plus one; zero: none */
};

struct truth_stream {
    uint32_t class_count;
    uint32_t item_count;
    uint32_t item_room;
    uint32_t worker_count;
    uint32_t worker_room;
    double *posterior; /* [item][class]; zero where an item has no label and no gold */
    uint32_t *gold;    /* [item] */
    uint32_t *newest;  /* [item]: of its chain, plus one */
    double *count;     /* [row][true] */
    double *total;     /* [worker][true] */
    double *mass;      /* [class] */
    double *fresh;     /* [class]: scratch */
    double *below;     /* [class]: what `fresh` is still to be divided by */
    uint32_t factors;  /* in `below` */
    double *shown;     /* [class]: what an unseen item is given */
    uint32_t *first;   /* [item_room + 1]: of the merged labels */
    uint32_t *row;
    uint32_t merged; /* labels in `row` */
    struct newer *newer;
    uint32_t newer_count;
    uint32_t newer_room;
};

/* More room for a table that lives long and grows much: an arena would keep every older one. */
static void *widen(void *old, size_t count, size_t count_new, size_t size)
{
    char *grown = realloc(old, (count_new > 0 ? count_new : 1) * size);

    assert(grown != NULL);
    memset(grown + count * size, 0, (count_new - count) * size);
    return grown;
}

struct truth_stream *truth_stream_new(uint32_t class_count)
{
    struct truth_stream *stream = widen(NULL, 0, 1, sizeof(*stream));

    assert(class_count > 0);
    stream->class_count = class_count;
    stream->mass = widen(NULL, 0, class_count, sizeof(double));
    stream->fresh = widen(NULL, 0, class_count, sizeof(double));
    stream->below = widen(NULL, 0, class_count, sizeof(double));
    stream->shown = widen(NULL, 0, class_count, sizeof(double));
    stream->first = widen(NULL, 0, 1, sizeof(uint32_t));
    return stream;
}

void truth_stream_free(struct truth_stream *stream)
{
    if (stream != NULL) {
        free(stream->posterior);
        free(stream->gold);
        free(stream->newest);
        free(stream->count);
        free(stream->total);
        free(stream->mass);
        free(stream->fresh);
        free(stream->below);
        free(stream->shown);
        free(stream->first);
        free(stream->row);
        free(stream->newer);
        free(stream);
    }
}

static void reach_item(struct truth_stream *stream, uint32_t item)
{
    uint32_t room = stream->item_room;
    uint32_t need = item + 1 > 2 * room ? item + 1 : 2 * room;

    if (item >= room) {
        stream->posterior = widen(stream->posterior, (size_t)room * stream->class_count,
                                  (size_t)need * stream->class_count, sizeof(double));
        stream->gold = widen(stream->gold, room, need, sizeof(uint32_t));
        memset(stream->gold + room, 0xFF, (need - room) * sizeof(uint32_t));
        stream->newest = widen(stream->newest, room, need, sizeof(uint32_t));
        stream->first = widen(stream->first, (size_t)room + 1, (size_t)need + 1, sizeof(uint32_t));
        for (uint32_t i = room + 1; i <= need; i++) {
            stream->first[i] = stream->merged;
        }
        stream->item_room = need;
    }
    stream->item_count = item >= stream->item_count ? item + 1 : stream->item_count;
}

static void reach_worker(struct truth_stream *stream, uint32_t worker)
{
    size_t block = (size_t)stream->class_count * stream->class_count;
    uint32_t room = stream->worker_room;
    uint32_t need = worker + 1 > 2 * room ? worker + 1 : 2 * room;

    if (worker >= room) {
        stream->count = widen(stream->count, room * block, need * block, sizeof(double));
        stream->total = widen(stream->total, (size_t)room * stream->class_count,
                              (size_t)need * stream->class_count, sizeof(double));
        stream->worker_room = need;
    }
    stream->worker_count = worker >= stream->worker_count ? worker + 1 : stream->worker_count;
}

/* Put the chains into the compressed rows: from the back, so that it happens in place. */
static void merge(struct truth_stream *stream)
{
    uint32_t end = stream->merged + stream->newer_count;

    stream->row = widen(stream->row, stream->merged, end, sizeof(uint32_t));
    for (uint32_t item = stream->item_room; item-- > 0;) {
        uint32_t from = stream->first[item];
        uint32_t to = stream->first[item + 1];

        stream->first[item + 1] = end;
        for (uint32_t at = item < stream->item_count ? stream->newest[item] : 0; at > 0;) {
            stream->row[--end] = stream->newer[at - 1].row;
            at = stream->newer[at - 1].before;
        }
        stream->newest[item] = 0;
        end -= to - from;
        memmove(stream->row + end, stream->row + from, (to - from) * sizeof(uint32_t));
    }
    assert(end == 0);
    stream->merged += stream->newer_count;
    stream->newer_count = 0;
}

/* Counts are differences of sums: rounding may leave them a little below zero. */
static inline double not_negative(double count)
{
    return count > 0 ? count : 0;
}

/* Divide by what has gathered, and keep the largest weight within reach of a double. */
static void settle(struct truth_stream *stream)
{
    double *fresh = stream->fresh;
    double top = 0;

    for (uint32_t k = 0; k < stream->class_count; k++) {
        fresh[k] /= stream->below[k];
        stream->below[k] = 1;
        top = fresh[k] > top ? fresh[k] : top;
    }
    for (uint32_t k = 0; top < 1e-100 && k < stream->class_count; k++) {
        fresh[k] /= top;
    }
    stream->factors = 0;
}

/* Factors of one label in its item's posterior; `own` is what the item itself has put there. */
static void weigh(struct truth_stream *stream, uint32_t row, const double *own)
{
    uint32_t class_count = stream->class_count;
    uint32_t worker = row / class_count;
    const double *count = stream->count + (size_t)row * class_count;
    const double *total = stream->total + (size_t)worker * class_count;
    double prior_sum = prior_right + prior_wrong * (class_count - 1.0);

    for (uint32_t k = 0; k < class_count; k++) {
        double mine = own == NULL ? 0 : own[k];

        stream->fresh[k] *= not_negative(count[k] - mine) +
                            (row - worker * class_count == k ? prior_right : prior_wrong);
        stream->below[k] *= not_negative(total[k] - mine) + prior_sum;
    }
    if (++stream->factors == FACTORS_MAX) {
        settle(stream);
    }
}

static void move_counts(struct truth_stream *stream, uint32_t row, const double *own)
{
    uint32_t class_count = stream->class_count;
    double *count = stream->count + (size_t)row * class_count;
    double *total = stream->total + (size_t)(row / class_count) * class_count;

    for (uint32_t k = 0; k < class_count; k++) {
        double move = stream->fresh[k] - (own == NULL ? 0 : own[k]);

        count[k] += move;
        total[k] += move;
    }
}

/* The posterior of an item given all other items; the scratch row `fresh` receives it. */
static void expect(struct truth_stream *stream, uint32_t item, uint32_t arrived)
{
    uint32_t class_count = stream->class_count;
    const double *own = stream->posterior + (size_t)item * class_count;
    double *fresh = stream->fresh;
    double sum = 0;

    if (stream->gold[item] != TRUTH_UNKNOWN) {
        memset(fresh, 0, class_count * sizeof(*fresh));
        fresh[stream->gold[item]] = 1;
        return;
    }
    for (uint32_t k = 0; k < class_count; k++) {
        fresh[k] = not_negative(stream->mass[k] - own[k]) + 1;
        stream->below[k] = 1;
    }
    stream->factors = 0;
    for (uint32_t i = stream->first[item]; i < stream->first[item + 1]; i++) {
        weigh(stream, stream->row[i], own);
    }
    for (uint32_t at = stream->newest[item]; at > 0; at = stream->newer[at - 1].before) {
        weigh(stream, stream->newer[at - 1].row, at == arrived ? NULL : own);
    }
    settle(stream);
    for (uint32_t k = 0; k < class_count; k++) {
        sum += fresh[k];
    }
    for (uint32_t k = 0; k < class_count; k++) {
        fresh[k] /= sum;
    }
}

/* Returns the largest move. `arrived` is the number of a label that is not counted yet, plus one.
 */
static double update(struct truth_stream *stream, uint32_t item, uint32_t arrived)
{
    uint32_t class_count = stream->class_count;
    double *own = stream->posterior + (size_t)item * class_count;
    double most = 0;

    expect(stream, item, arrived);
    for (uint32_t i = stream->first[item]; i < stream->first[item + 1]; i++) {
        move_counts(stream, stream->row[i], own);
    }
    for (uint32_t at = stream->newest[item]; at > 0; at = stream->newer[at - 1].before) {
        move_counts(stream, stream->newer[at - 1].row, at == arrived ? NULL : own);
    }
    for (uint32_t k = 0; k < class_count; k++) {
        double move = stream->fresh[k] - own[k];
        double distance = fabs(move);

        stream->mass[k] += move;
        most = distance > most ? distance : most;
        own[k] = stream->fresh[k];
    }
    return most;
}

static bool has_labels(const struct truth_stream *stream, uint32_t item)
{
    return stream->first[item + 1] > stream->first[item] || stream->newest[item] > 0;
}

static bool has_label_of(const struct truth_stream *stream, uint32_t item, uint32_t worker)
{
    uint32_t lowest = worker * stream->class_count;

    for (uint32_t i = stream->first[item]; i < stream->first[item + 1]; i++) {
        if (stream->row[i] - lowest < stream->class_count) {
            return true;
        }
    }
    for (uint32_t at = stream->newest[item]; at > 0; at = stream->newer[at - 1].before) {
        if (stream->newer[at - 1].row - lowest < stream->class_count) {
            return true;
        }
    }
    return false;
}

static enum err check(const struct truth_stream *stream, const struct truth_label *label,
                      struct fault *fault)
{
    if (label->class >= stream->class_count) {
        return fail_field(fault, ERR_INVALID, "class", "class %u is none of the %u", label->class,
                          stream->class_count);
    }
    if (label->item >= INDEX_MAX || label->worker >= INDEX_MAX ||
        (label->worker + 1) * (uint64_t)stream->class_count >= UINT32_MAX ||
        stream->merged + (uint64_t)stream->newer_count >= UINT32_MAX - 1) {
        return fail(fault, ERR_LIMIT, "item %u, worker %u or one more label is out of bounds",
                    label->item, label->worker);
    }
    if (label->item < stream->item_count && has_label_of(stream, label->item, label->worker)) {
        return fail_field(fault, ERR_CONFLICT, "worker", "worker %u has labelled item %u already",
                          label->worker, label->item);
    }
    return OK;
}

enum err truth_stream_add(struct truth_stream *stream, const struct truth_label *label,
                          struct fault *fault)
{
    TRY(check(stream, label, fault));
    reach_item(stream, label->item);
    reach_worker(stream, label->worker);
    if (stream->newer_count >= DELTA_MIN && stream->newer_count > stream->merged / 10) {
        merge(stream);
    }
    if (stream->newer_count == stream->newer_room) {
        uint32_t room = stream->newer_room * 2 + DELTA_MIN;

        stream->newer = widen(stream->newer, stream->newer_room, room, sizeof(*stream->newer));
        stream->newer_room = room;
    }
    stream->newer[stream->newer_count++] =
        (struct newer){.row = label->worker * stream->class_count + label->class,
                       .before = stream->newest[label->item]};
    stream->newest[label->item] = stream->newer_count;
    (void)update(stream, label->item, stream->newer_count);
    return OK;
}

enum err truth_stream_gold(struct truth_stream *stream, uint32_t item, uint32_t class,
                           struct fault *fault)
{
    if (class != TRUTH_UNKNOWN && class >= stream->class_count) {
        return fail_field(fault, ERR_INVALID, "class", "class %u is none of the %u", class,
                          stream->class_count);
    }
    if (item >= INDEX_MAX) {
        return fail(fault, ERR_LIMIT, "item %u is out of bounds", item);
    }
    reach_item(stream, item);
    stream->gold[item] = class;
    if (has_labels(stream, item)) {
        (void)update(stream, item, 0);
    }
    return OK;
}

uint32_t truth_stream_refresh(struct truth_stream *stream, uint32_t rounds_max)
{
    uint32_t rounds = 0;
    double most = 1;

    merge(stream);
    while (rounds < rounds_max && most > 1e-4) {
        most = 0;
        for (uint32_t item = 0; item < stream->item_count; item++) {
            if (has_labels(stream, item)) {
                most = fmax(most, update(stream, item, 0));
            }
        }
        rounds++;
    }
    return rounds;
}

static double prior_of(const struct truth_stream *stream, uint32_t k)
{
    double sum = stream->class_count;

    for (uint32_t i = 0; i < stream->class_count; i++) {
        sum += stream->mass[i];
    }
    return (stream->mass[k] + 1) / sum;
}

const double *truth_stream_posterior(struct truth_stream *stream, uint32_t item)
{
    bool known = item < stream->item_count && stream->gold[item] != TRUTH_UNKNOWN;

    if (item < stream->item_count && has_labels(stream, item)) {
        return stream->posterior + (size_t)item * stream->class_count;
    }
    for (uint32_t k = 0; k < stream->class_count; k++) {
        stream->shown[k] = known ? stream->gold[item] == k : prior_of(stream, k);
    }
    return stream->shown;
}

double truth_stream_skill(const struct truth_stream *stream, uint32_t worker)
{
    uint32_t class_count = stream->class_count;
    double prior_sum = prior_right + prior_wrong * (class_count - 1.0);
    double skill = 0;

    for (uint32_t k = 0; k < class_count; k++) {
        bool seen = worker < stream->worker_count;
        size_t row = (size_t)worker * class_count + k;
        double right = seen ? stream->count[row * class_count + k] : 0;
        double all = seen ? stream->total[row] : 0;

        skill += prior_of(stream, k) * (right + prior_right) / (all + prior_sum);
    }
    return fmin(fmax(skill, 0), 1);
}

struct truth_input truth_stream_input(struct truth_stream *stream)
{
    merge(stream);
    return (struct truth_input){.item_count = stream->item_count,
                                .worker_count = stream->worker_count,
                                .class_count = stream->class_count,
                                .first = stream->first,
                                .row = stream->row,
                                .gold = stream->gold};
}
