#pragma once

/*
 * The question bank: items as versioned, signed data, and what is known of them.
 *
 * An interview keeps the version of each item that it asked; a new wording is a new version and
 * starts without parameters. An item is in trial (pilot: asked, counts for nothing), live,
 * suspended (a person has to look), or retired (for practice).
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/shape.h"
#include "engine/irt/model.h"

struct item;
struct item_findings;
struct score_model;
struct slice;
struct text;
struct work;

/* Put the seed bank's items in that are not there yet. Inside a write transaction. */
enum err bank_install(struct work *work, const char *organisation_id);

/* Read an item's JSON and hold it to the linter. ERR_INVALID: the first error, with its member. */
enum err bank_check(struct work *work, struct text body, struct item *out);

enum err bank_add(struct work *work, const char *body, const char **id);

/* A new version; `before` is the number of the version that the author saw. ERR_CONFLICT: there is
 * a newer one, or the code or kind differs. */
enum err bank_revise(struct work *work, const char *id, const char *body, int64_t before);

/* A reason is needed to suspend. */
enum err bank_set_status(struct work *work, const char *id, const char *status, const char *reason);

enum err bank_owner(struct work *work, const char *id, const char **organisation_id);

/* One version of an item, as it was worded. */
enum err bank_version(struct work *work, const char *id, int64_t version, struct item *out);

/* What an interview may choose from. */
struct bank_entry {
    const char *id;
    const char *code;
    const char *block;
    const char *kind;
    const char *status;
    size_t part_count;
    struct texts enemies; /* codes */
    int64_t version;
    int64_t shown;
    struct irt_item prior;      /* expected by its level */
    struct irt_item model;      /* fitted to answers of this version, or expected */
    const char *calibration_id; /* NULL: expected */
};
enum { BANK_POOL_MAX = 1000 };
enum err bank_pool(struct work *work, const char *domain, struct bank_entry **out, size_t *count);

/* The scorer that is in use, and the hash of its bytes: the one that was taught last, or the
 * shipped one. It lives as long as the work. */
enum err bank_scorer(struct work *work, const struct score_model **out, const char **hash);

/* The name of the job that learns from answers and grades (slice/learn). */
#define LEARN_JOB "learn"
enum { LEARN_REST = 20 };

/* Somebody was asked it. */
enum err bank_shown(struct work *work, const char *id);

extern const struct slice bank_slice;
