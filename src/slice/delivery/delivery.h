#pragma once

/*
 * Deliveries: immutable, signed packages of accepted rows.
 *
 * A delivery is asked for, made by a job, sealed once and never changed. Its bytes are kept
 * in the store. A link that expires lets somebody download it without signing in.
 */

#include <stdint.h>

#include "base/err.h"

struct command_group;
struct slice;
struct texts;
struct work;

/* `formats`: names of package formats. ERR_INVALID: no such format. */
enum err delivery_add(struct work *work, const char *campaign_id, const struct texts *formats,
                      const char **id);

enum err delivery_owner(struct work *work, const char *id, const char **organisation_id);

/* A new link to a delivery that is ready; its text is returned once. */
enum err delivery_link(struct work *work, const char *delivery_id, int64_t hours,
                       const char **token, int64_t *expires_at);

extern const struct slice delivery_slice;
extern const struct command_group delivery_group; /* `delivery verify`, which needs no server */
