#pragma once

/* What has to be done from time to time: leases that nobody tends end, kept answers are forgotten.
 */

#include "base/err.h"

struct fault;
struct installation;
struct store;

/* Let the clock not tell a time before the latest that the store has seen: ids and pages rely on
 * it. To be called before anything is written. */
enum err house_set_clock(struct store *store, struct fault *fault);

/* Seal what was done since into the audit chains. Any node may, and several at once. */
enum err house_seal(struct store *store, struct fault *fault);

/* One round, in transactions of bounded size. Any node may run it, and several at once. */
enum err housekeep(struct store *store, const struct installation *installation,
                   struct fault *fault);
