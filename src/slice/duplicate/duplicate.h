#pragma once

/*
 * Accounts that may be one person's: the same mailbox, the same telephone number, or answers that
 * were marked as copies of one another. Shown with their evidence to the office and to the people
 * themselves; nothing follows from it by itself.
 */

#include "base/err.h"
#include "base/shape.h"

struct slice;
struct work;

enum { DUPLICATE_PAIR_MAX = 500, DUPLICATE_PERSON_MAX = 100000 };

struct duplicate_evidence {
    const char *kind; /* address, phone, answers, name */
    const char *detail;
};

/* The elder account is on the left. */
struct duplicate_pair {
    const char *id; /* the same each time; tells neither who the other is */
    const char *left_id;
    const char *left_name;
    const char *left_address;
    const char *right_id;
    const char *right_name;
    const char *right_address;
    struct list evidence;
};

/* Pairs of the operator's experts, inside a transaction: all, or those with one person. A name
 * alone is no evidence. */
enum err duplicate_find(struct work *work, const char *organisation_id, const char *person_id,
                        struct duplicate_pair **out, size_t *count);

extern const struct slice duplicate_slice;
