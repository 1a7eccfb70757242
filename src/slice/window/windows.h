#pragma once

/* The parts of the windows. */

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct expert_window;
struct list;
struct operator_window;
struct receivables;
struct spend_window;
struct work;

enum err receivables_load(struct work *work, struct receivables *out);
enum err operator_window_load(struct work *work, struct operator_window *out);

/* Of a campaign of the work's organisation; `discloses`: whoever asks may see the share anyway. */
enum err spend_window_load(struct work *work, const char *campaign_id, bool discloses,
                           struct spend_window *out);
enum err expert_window_load(struct work *work, const char *person_id, struct expert_window *out);
