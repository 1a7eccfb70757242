#pragma once

/*
 * Qualifications: who holds what, on which evidence, until when.
 *
 * One is issued by an interview, ends by itself after a year, and can be taken back only by a named
 * person with a reason that its holder reads.
 */

#include "base/err.h"

struct buffer;
struct slice;
struct work;

enum err qualify_owner(struct work *work, const char *id, const char **organisation_id);
enum err qualify_revoke(struct work *work, const char *id, const char *reason);

/* All that are valid now, as CSV with a header. */
enum err qualify_export(struct work *work, struct buffer *out);

extern const struct slice qualify_slice;
