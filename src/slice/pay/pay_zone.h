#pragma once

/* On whose clock weeks begin: the person's for what they earned, the operator's for what is paid.
 */

#include <stdint.h>

#include "base/err.h"

struct pay_days;
struct work;
struct zone;

/* UTC, until the person says where they are. */
enum err pay_zone_of(struct work *work, const char *person_id, const char **name,
                     const struct zone **out);

/* The default, until the operator says otherwise. */
enum err pay_days_load(struct work *work, const char *organisation_id, struct pay_days *days,
                       const struct zone **zone);

/* ERR_INVALID: there is no such zone here. */
enum err pay_days_set(struct work *work, const struct pay_days *days);
