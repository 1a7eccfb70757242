#pragma once

/*
 * The files of SQLite, with the write-ahead log written in large pieces.
 *
 * SQLite appends a commit to the log page by page, in two writes each. Here what is appended is
 * gathered and written before SQLite syncs, reads, or does anything else with the log. Nothing
 * misses it earlier: with synchronous=FULL a commit is shown to readers and acknowledged after its
 * sync, and a log that ends too soon is what any crash leaves.
 */

/* The name to open a connection by that writes with synchronous=FULL; made known to SQLite when it
 * is first asked for. NULL: SQLite has no files here. */
const char *sqlite_wal_files(void);
