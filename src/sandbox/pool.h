#pragma once

/* The owner's side of the slots; shared by the ways of using them. */

#include "sandbox/keeper.h"
#include "sandbox/sandbox.h"
#include "sandbox/slot.h"

enum { SANDBOX_SLOTS_MAX = 128 };

struct pool_slot {
    enum sandbox_level level;
    int file[SLOT_FILES];
    uint32_t serial;
    int64_t jobs;
    bool alive;
    bool taken;
};

struct pool_slot *pool_take(struct sandbox *sandbox); /* waits; replaces a dead one */
void pool_give(struct sandbox *sandbox, struct pool_slot *slot, bool spent);

/* Always leaves a reply; SANDBOX_BROKEN when there was none, or when `cancel` (or NULL) became true
 * first. */
void pool_exchange(struct pool_slot *slot, const struct slot_request *request, struct text input,
                   const _Atomic bool *cancel, struct slot_reply *reply);

struct text pool_output(int fd, int64_t size_max, struct arena *arena, bool *cut);

/* What a reply means to the caller, with the output that waits in the slot's files. */
void pool_outcome(const struct pool_slot *slot, const struct sandbox_limits *limits,
                  const struct slot_reply *reply, struct arena *arena, struct sandbox_outcome *out);
