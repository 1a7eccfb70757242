#pragma once

/*
 * The keeper: a small process that makes slots, and outlives its owner just long enough to clean
 * up. The owner asks over a socket; an answer to KEEPER_NEW carries the slot's files.
 */

#include <stdint.h>

#include "sandbox/sandbox.h"
#include "sandbox/slot.h"

enum keeper_order { KEEPER_NEW, KEEPER_END };

struct keeper_request {
    int32_t order;
    uint32_t serial; /* the owner's number of the slot */
};

struct keeper_reply {
    int32_t good;
    struct sandbox_probe probe; /* what the slot reached */
    char note[NOTE_ROOM];
};

/* Serve until `socket` closes. */
_Noreturn void keeper_main(int socket, const struct sandbox_options *options);
