#pragma once

/*
 * Rows that are asked for often and seldom change (`-- remembered:` in a .sql file), kept beside
 * the one connection that writes to a store. A row counts while no commit has changed, and the open
 * transaction has not asked to change, a table that its query reads.
 */

#include <stdbool.h>

struct arena;
struct memo;
struct query;
struct versions;

struct memo *memo_new(void);
void memo_free(struct memo *memo); /* NULL is fine */

/* The row that was found for the same arguments, with its texts in the arena. False: it is not
 * known, or may have changed. */
bool memo_recall(const struct memo *memo, const struct versions *versions, struct arena *arena,
                 const struct query *query, const void *args, void *out);

/* What was just found. */
void memo_keep(struct memo *memo, const struct versions *versions, const struct query *query,
               const void *args, const void *row);
