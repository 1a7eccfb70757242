#pragma once

/*
 * The files of SQLite, with the write-ahead log written in large pieces.
 *
 * SQLite appends a commit to the log page by page, in two writes each. Here what is appended is
 * gathered and written before SQLite syncs, reads, or does anything else with the log. Nothing
 * misses it earlier: a commit is shown to readers once it is written, and a log that ends too soon
 * is what any crash leaves.
 *
 * The sync of a commit may be left to another thread, so that the next commit is made beside it.
 * What a later commit rests on lies before it in the log, so no sync keeps it without that.
 */

#include <stdbool.h>

struct sqlite3;
struct wal;

/* The name to open a connection by that writes with synchronous=FULL; made known to SQLite when it
 * is first asked for. NULL: SQLite has no files here. */
const char *sqlite_wal_files(void);

/* The log of a connection that was opened so, once it has read from its file; NULL: it has none. */
struct wal *sqlite_wal_of(struct sqlite3 *handle);

/* From now on a commit is written, but not synced; all other syncs of the log remain. On the
 * connection's own thread. */
void sqlite_wal_defer(struct wal *wal, bool defers);

/* Sync the commits that have been written so far; on any thread. False: the disk did not keep them,
 * and whether it does will not be known before the log is read anew. */
[[nodiscard]] bool sqlite_wal_sync(struct wal *wal);
