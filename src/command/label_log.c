#include "command/label_log.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"

enum { BLOCK_LABELS = 1 << 18, CLASS_ROOM_FIRST = 8 };

struct packed {
    uint32_t item;
    uint32_t code; /* worker * class_room + class */
};

struct label_log {
    struct packed **blocks;
    size_t block_count;
    size_t block_room;
    size_t count;
    uint32_t class_room;
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

struct label_log *label_log_new(void)
{
    struct label_log *log = checked(calloc(1, sizeof(*log)));

    log->class_room = CLASS_ROOM_FIRST;
    return log;
}

void label_log_free(struct label_log *log)
{
    if (log != NULL) {
        for (size_t i = 0; i < log->block_count; i++) {
            free(log->blocks[i]);
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
static enum err widen_classes(struct label_log *log, uint32_t class, struct fault *fault)
{
    uint32_t room = log->class_room;

    while (class >= room && room < 1U << 28) {
        room *= 4;
    }
    if (class >= room || (uint64_t)(log->worker_max + 1) * room >= UINT32_MAX) {
        return too_many(log, fault);
    }
    for (size_t i = 0; i < log->count; i++) {
        struct packed *label = at(log, i);

        label->code = label->code / log->class_room * room + label->code % log->class_room;
    }
    log->class_room = room;
    return OK;
}

static void add_block(struct label_log *log)
{
    if (log->block_count == log->block_room) {
        log->block_room = log->block_room * 2 + 16;
        log->blocks = checked(reallocarray(log->blocks, log->block_room, sizeof(*log->blocks)));
    }
    log->blocks[log->block_count++] = checked(malloc(BLOCK_LABELS * sizeof(struct packed)));
}

enum err label_log_add(struct label_log *log, uint32_t item, uint32_t worker, uint32_t class,
                       struct fault *fault)
{
    if (worker > log->worker_max) {
        log->worker_max = worker;
    }
    if (class >= log->class_room) {
        TRY(widen_classes(log, class, fault));
    }
    if ((uint64_t)(worker + 1) * log->class_room >= UINT32_MAX || log->count >= UINT32_MAX - 1) {
        return too_many(log, fault);
    }
    if (log->count == log->block_count * BLOCK_LABELS) {
        add_block(log);
    }
    *at(log, log->count++) =
        (struct packed){.item = item, .code = worker * log->class_room + class};
    return OK;
}

enum err label_log_index(struct label_log *log, struct arena *arena, const uint32_t *to,
                         struct truth_input *out, struct fault *fault)
{
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
    for (size_t i = 0; i < log->count; i++) {
        const struct packed *label = at(log, i);

        row[first[label->item]++] =
            label->code / log->class_room * out->class_count + to[label->code % log->class_room];
        if (i % BLOCK_LABELS == BLOCK_LABELS - 1) {
            free(log->blocks[i / BLOCK_LABELS]);
            log->blocks[i / BLOCK_LABELS] = NULL;
        }
    }
    memmove(first + 1, first, out->item_count * sizeof(*first));
    first[0] = 0;
    log->count = 0;
    out->first = first;
    out->row = row;
    return OK;
}
