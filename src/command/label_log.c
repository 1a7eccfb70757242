#include "command/label_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "sys/spill.h"

enum { BLOCK_LABELS = 1 << 18, CLASS_BITS_FIRST = 3, CLASS_BITS_MAX = 28 };

struct packed {
    uint32_t item;
    uint32_t code; /* worker << class_bits | class */
};

struct label_log {
    struct spill *spill;
    struct packed **blocks;
    size_t block_count;
    size_t block_room;
    size_t count;
    uint32_t class_bits;
    uint32_t worker_max;
};

static void *checked(void *taken)
{
    if (taken == NULL) {
        fprintf(stderr, "out of memory for labels\n");
        abort();
    }
    return taken;
}

static void free_block(struct label_log *log, size_t i)
{
    spill_give(log->spill, log->blocks[i], BLOCK_LABELS * sizeof(struct packed));
    log->blocks[i] = NULL;
}

struct label_log *label_log_new(struct spill *spill)
{
    struct label_log *log = checked(calloc(1, sizeof(*log)));

    log->spill = spill;
    log->class_bits = CLASS_BITS_FIRST;
    return log;
}

void label_log_free(struct label_log *log)
{
    if (log != NULL) {
        for (size_t i = 0; i < log->block_count; i++) {
            free_block(log, i);
        }
        free(log->blocks);
        free(log);
    }
}

static struct packed *at(const struct label_log *log, size_t i)
{
    return &log->blocks[i / BLOCK_LABELS][i % BLOCK_LABELS];
}

static enum err too_many(const struct label_log *log, struct fault *fault)
{
    return fail(fault, ERR_LIMIT,
                "%zu labels of %u workers are more than fit: labels, and workers times classes, "
                "must stay under 2^32",
                log->count, log->worker_max + 1);
}

/* A new class may need more room beside the worker. */
static enum err widen_classes(struct label_log *log, uint32_t class_max, struct fault *fault)
{
    uint32_t bits = log->class_bits;
    uint32_t mask = (1U << bits) - 1;

    while (class_max >> bits > 0 && bits < CLASS_BITS_MAX) {
        bits += 2;
    }
    if (class_max >> bits > 0 || ((uint64_t)log->worker_max + 1) << bits >= UINT32_MAX) {
        return too_many(log, fault);
    }
    for (size_t i = 0; bits != log->class_bits && i < log->count; i++) {
        struct packed *label = at(log, i);

        label->code = label->code >> log->class_bits << bits | (label->code & mask);
    }
    log->class_bits = bits;
    return OK;
}

static void add_block(struct label_log *log)
{
    if (log->block_count == log->block_room) {
        log->block_room = log->block_room * 2 + 16;
        log->blocks = checked(reallocarray(log->blocks, log->block_room, sizeof(*log->blocks)));
    }
    log->blocks[log->block_count++] =
        spill_take_once(log->spill, BLOCK_LABELS * sizeof(struct packed));
}

static uint32_t largest(const uint32_t *numbers, size_t count, uint32_t most)
{
    for (size_t i = 0; i < count; i++) {
        most = numbers[i] > most ? numbers[i] : most;
    }
    return most;
}

enum err label_log_add(struct label_log *log, const struct label_columns *labels, size_t count,
                       struct fault *fault)
{
    log->worker_max = largest(labels->worker, count, log->worker_max);
    if (log->count + count >= UINT32_MAX) {
        return too_many(log, fault);
    }
    TRY(widen_classes(log, largest(labels->class, count, 0), fault));
    for (size_t i = 0; i < count;) {
        size_t used = log->count % BLOCK_LABELS;
        size_t end = i + (BLOCK_LABELS - used);

        if (log->count == log->block_count * BLOCK_LABELS) {
            add_block(log);
        }
        struct packed *to = at(log, log->count) - i;

        end = end < count ? end : count;
        log->count += end - i;
        for (; i < end; i++) {
            to[i] =
                (struct packed){.item = labels->item[i],
                                .code = labels->worker[i] << log->class_bits | labels->class[i]};
        }
    }
    return OK;
}

enum err label_log_index(struct label_log *log, struct arena *arena, const uint32_t *to,
                         struct truth_input *out, struct fault *fault)
{
    uint32_t mask = (1U << log->class_bits) - 1;

    if ((uint64_t)out->worker_count * out->class_count >= UINT32_MAX) {
        return too_many(log, fault);
    }
    uint32_t *first = arena_array(arena, uint32_t, (size_t)out->item_count + 1);
    uint32_t *row = arena_array(arena, uint32_t, log->count);

    for (size_t i = 0; i < log->count; i++) {
        first[at(log, i)->item + 1]++;
    }
    for (uint32_t item = 0; item < out->item_count; item++) {
        first[item + 1] += first[item];
    }
    for (size_t from = 0; from < log->count; from += BLOCK_LABELS) {
        const struct packed *block = log->blocks[from / BLOCK_LABELS];
        size_t count = log->count - from < BLOCK_LABELS ? log->count - from : BLOCK_LABELS;

        for (size_t i = 0; i < count; i++) {
            row[first[block[i].item]++] =
                (block[i].code >> log->class_bits) * out->class_count + to[block[i].code & mask];
        }
        free_block(log, from / BLOCK_LABELS);
    }
    memmove(first + 1, first, out->item_count * sizeof(*first));
    first[0] = 0;
    log->count = 0;
    out->first = first;
    out->row = row;
    return OK;
}
