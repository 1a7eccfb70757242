#pragma once

/*
 * How often each table has changed, as far as this process sees. Tables share counters by a hash of
 * their names, so a version may grow although nothing changed, never the other way round.
 */

#include <stddef.h>
#include <stdint.h>

struct versions;

struct versions *versions_new(void);
void versions_free(struct versions *versions); /* NULL is fine */

/* The open transaction changes this table; for its one thread. NULL is fine. */
void versions_mark(struct versions *versions, const char *table);

/* It was committed, or not: count what was marked. */
void versions_count(struct versions *versions);

/* The same as versions_of, for the thread of the open transaction; zero: that changes one of them.
 */
uint64_t versions_settled(const struct versions *versions, const char *const *tables, size_t count);

/* Not zero; for any thread. */
uint64_t versions_of(const struct versions *versions, const char *const *tables, size_t count);
