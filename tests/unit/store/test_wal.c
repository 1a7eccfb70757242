/* The log written in large pieces: whoever opens the file by SQLite's own means sees every commit.
 */

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "store/sqlite_wal.h"

static const char SETUP[] = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                            "PRAGMA wal_autocheckpoint = 0; PRAGMA cache_size = 10;"
                            "CREATE TABLE row (id INTEGER PRIMARY KEY, text TEXT NOT NULL)";
/* Many times what the cache holds, so that pages go to the log and come back before the commit. */
static const char FILL[] =
    "INSERT INTO row (text) WITH RECURSIVE step (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM step "
    "WHERE n < 5000) SELECT hex(randomblob(200)) FROM step";
static const char CHANGE[] = "UPDATE row SET text = text || 'x' WHERE id % 7 = 0";

struct files {
    char folder[64];
    char path[96];
    sqlite3 *writer;
    sqlite3 *reader;
};

static bool run(sqlite3 *handle, const char *sql)
{
    return sqlite3_exec(handle, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static void open_both(struct files *files)
{
    (void)snprintf(files->folder, sizeof(files->folder), "/tmp/periti-wal-XXXXXX");
    CHECK(mkdtemp(files->folder) != NULL);
    (void)snprintf(files->path, sizeof(files->path), "%s/store.db", files->folder);
    CHECK(sqlite3_open_v2(files->path, &files->writer, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE,
                          sqlite_wal_files()) == SQLITE_OK);
    CHECK(run(files->writer, SETUP));
    CHECK(sqlite3_open_v2(files->path, &files->reader, SQLITE_OPEN_READONLY, NULL) == SQLITE_OK);
}

static void close_both(struct files *files)
{
    char command[128];

    CHECK(sqlite3_close(files->reader) == SQLITE_OK);
    CHECK(sqlite3_close(files->writer) == SQLITE_OK);
    (void)snprintf(command, sizeof(command), "rm -r %s", files->folder);
    CHECK(system(command) == 0);
}

/* The first cell. */
static void ask(sqlite3 *handle, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *statement;

    CHECK(sqlite3_prepare_v2(handle, sql, -1, &statement, NULL) == SQLITE_OK);
    CHECK(sqlite3_step(statement) == SQLITE_ROW);
    (void)snprintf(out, size, "%s", (const char *)sqlite3_column_text(statement, 0));
    (void)sqlite3_finalize(statement);
}

static bool says(sqlite3 *handle, const char *sql, const char *wanted)
{
    char got[256];

    ask(handle, sql, got, sizeof(got));
    return strcmp(got, wanted) == 0;
}

static void pages_that_leave_the_cache_come_back(void)
{
    struct files files;

    CHECK(sqlite_wal_files() != NULL);
    open_both(&files);
    CHECK(run(files.writer, "BEGIN IMMEDIATE"));
    CHECK(run(files.writer, FILL) && run(files.writer, CHANGE));
    CHECK(says(files.writer, "SELECT count(*) FROM row WHERE text LIKE '%x'", "714"));
    CHECK(says(files.reader, "SELECT count(*) FROM row", "0"));
    CHECK(run(files.writer, "COMMIT"));
    CHECK(says(files.reader, "SELECT count(*) FROM row WHERE text LIKE '%x'", "714"));
    CHECK(says(files.reader, "PRAGMA integrity_check", "ok"));
    close_both(&files);
}

static void what_is_rolled_back_is_written_over(void)
{
    struct files files;

    open_both(&files);
    CHECK(run(files.writer, "BEGIN IMMEDIATE") && run(files.writer, FILL));
    CHECK(run(files.writer, "ROLLBACK"));
    for (int i = 0; i < 20; i++) {
        CHECK(run(files.writer, "INSERT INTO row (text) VALUES ('short')"));
    }
    CHECK(says(files.reader, "SELECT count(*) FROM row", "20"));
    CHECK(run(files.writer, "BEGIN IMMEDIATE") && run(files.writer, FILL));
    CHECK(run(files.writer, "SAVEPOINT inside") && run(files.writer, CHANGE));
    CHECK(run(files.writer, "ROLLBACK TO inside") && run(files.writer, "COMMIT"));
    CHECK(says(files.reader, "SELECT count(*) FROM row WHERE text LIKE '%x'", "0"));
    CHECK(says(files.reader, "SELECT count(*) FROM row", "5020"));
    CHECK(says(files.reader, "PRAGMA integrity_check", "ok"));
    close_both(&files);
}

static void a_log_that_begins_anew_is_read_anew(void)
{
    struct files files;

    open_both(&files);
    for (int round = 0; round < 3; round++) {
        CHECK(run(files.writer, FILL) && run(files.writer, CHANGE));
        CHECK(sqlite3_wal_checkpoint_v2(files.writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                        NULL) == SQLITE_OK);
        CHECK(run(files.writer, "DELETE FROM row WHERE id % 3 = 0"));
    }
    CHECK(says(files.reader, "PRAGMA integrity_check", "ok"));
    char written[32];

    ask(files.writer, "SELECT count(*) FROM row", written, sizeof(written));
    CHECK(says(files.reader, "SELECT count(*) FROM row", written));
    close_both(&files);
}

static void a_commit_is_there_before_its_sync(void)
{
    struct files files;

    open_both(&files);
    struct wal *wal = sqlite_wal_of(files.writer);

    CHECK(wal != NULL && sqlite_wal_of(files.reader) == NULL);
    for (int round = 0; round < 3; round++) {
        sqlite_wal_defer(wal, true);
        CHECK(run(files.writer, "INSERT INTO row (text) VALUES ('left')"));
        sqlite_wal_defer(wal, false);
        CHECK(says(files.reader, "SELECT count(*) FROM row WHERE text = 'left'", "1"));
        CHECK(sqlite_wal_sync(wal));
        CHECK(run(files.writer, "DELETE FROM row") && run(files.writer, FILL));
        CHECK(sqlite3_wal_checkpoint_v2(files.writer, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL,
                                        NULL) == SQLITE_OK);
    }
    CHECK(says(files.reader, "PRAGMA integrity_check", "ok"));
    close_both(&files);
}

TEST_MAIN(CASE(pages_that_leave_the_cache_come_back), CASE(what_is_rolled_back_is_written_over),
          CASE(a_log_that_begins_anew_is_read_anew), CASE(a_commit_is_there_before_its_sync))
