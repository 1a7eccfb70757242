#pragma once

/*
 * Offers: from a proposal that an operator accepts to an engagement.
 *
 * Terms are those of an engagement (slice/engage). An answer can be taken back within a day. What
 * stands between acceptance and the queue is a list of steps, each signed with name and time; the
 * last one begins the engagement. Seats that are declined, dropped or left without an answer are
 * proposed to others at once.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct slice;
struct work;

/* Let offers expire that nobody answered in time, and propose others; `*count` were late. */
enum err offer_expire_late(struct work *work, int64_t at_once, int64_t *count);

extern const struct slice offer_slice;
