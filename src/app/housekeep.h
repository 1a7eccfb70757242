#pragma once

/* What has to be done from time to time: leases that nobody tends end, kept answers are forgotten.
 */

#include "base/err.h"

struct fault;
struct installation;
struct store;

/* One round, in transactions of bounded size. Any node may run it, and several at once. */
enum err housekeep(struct store *store, const struct installation *installation,
                   struct fault *fault);
