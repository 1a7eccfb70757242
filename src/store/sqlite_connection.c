#include <assert.h>
#include <stdlib.h>

#include "base/fault.h"
#include "store/memo.h"
#include "store/sqlite.h"
#include "store/sqlite_wal.h"
#include "store/totals.h"

enum { BUSY_MS = 5000 };

/* The session's own statements; everything else that is SQL comes from .sql files. */
static const char WRITER_SETUP[] = "PRAGMA journal_mode = WAL;"
                                   "PRAGMA synchronous = FULL;"
                                   "PRAGMA wal_autocheckpoint = 0;"
                                   "PRAGMA journal_size_limit = 67108864;"
                                   "PRAGMA foreign_keys = ON;"
                                   "PRAGMA trusted_schema = OFF;"
                                   "PRAGMA temp_store = MEMORY;"
                                   "PRAGMA cache_size = -16000;";
static const char READER_SETUP[] = "PRAGMA query_only = ON;"
                                   "PRAGMA trusted_schema = OFF;"
                                   "PRAGMA temp_store = MEMORY;";

/* SQLite's count of its memory is a lock that every thread takes for every allocation. */
[[gnu::constructor]] static void count_no_memory(void)
{
    (void)sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

static enum err kind_of(int code)
{
    switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
        return ERR_CONFLICT;
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_CANTOPEN:
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_NOMEM:
        return ERR_UNAVAILABLE;
    default:
        return ERR_INTERNAL;
    }
}

enum err connection_fault(const struct connection *connection, const char *what,
                          struct fault *fault)
{
    int code = sqlite3_extended_errcode(connection->handle);
    enum err kind = kind_of(code);
    const char *text = sqlite3_errmsg(connection->handle);

    if ((code & 0xff) == SQLITE_FULL) {
        return fail(fault, kind, "the store's disk is full; free some space and try again");
    }
    if (kind == ERR_UNAVAILABLE) {
        return fail(fault, kind, "the store cannot be used now (%s); try again later", text);
    }
    return fail(fault, kind, "%s: %s", what, text);
}

enum err connection_script(struct connection *connection, const char *text, struct fault *fault)
{
    if (sqlite3_exec(connection->handle, text, NULL, NULL, NULL) != SQLITE_OK) {
        return connection_fault(connection, "store", fault);
    }
    return OK;
}

static bool run_once(sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;

    (void)sqlite3_reset(statement);
    return done;
}

enum err connection_begin(struct connection *connection, struct fault *fault)
{
    return run_once(connection->begin) ? OK : connection_fault(connection, "store", fault);
}

void connection_end(struct connection *connection)
{
    (void)run_once(connection->end);
}

static enum err prepare(struct connection *connection, const char *text, sqlite3_stmt **out,
                        struct fault *fault)
{
    return sqlite3_prepare_v3(connection->handle, text, -1, SQLITE_PREPARE_PERSISTENT, out, NULL) ==
                   SQLITE_OK
               ? OK
               : connection_fault(connection, "store", fault);
}

/* The first cell of the first row; zero rows are fine. */
static bool first_text(struct connection *connection, const char *sql, char *out, size_t size)
{
    sqlite3_stmt *statement;
    bool found = false;

    if (sqlite3_prepare_v2(connection->handle, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const unsigned char *text = sqlite3_column_text(statement, 0);

        (void)sqlite3_snprintf((int)size, out, "%s", text == NULL ? "" : (const char *)text);
        found = true;
    }
    (void)sqlite3_finalize(statement);
    return found;
}

static enum err set_up(struct connection *connection, const char *path, struct fault *fault)
{
    char mode[16];

    (void)sqlite3_busy_timeout(connection->handle, BUSY_MS);
    (void)sqlite3_extended_result_codes(connection->handle, 1);
    (void)sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!connection->db.writing) {
        (void)sqlite3_db_config(connection->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
        TRY(connection_script(connection, READER_SETUP, fault));
        TRY(prepare(connection, "BEGIN", &connection->begin, fault));
        return prepare(connection, "ROLLBACK", &connection->end, fault);
    }
    TRY(connection_script(connection, WRITER_SETUP, fault));
    if (!first_text(connection, "PRAGMA journal_mode", mode, sizeof(mode)) ||
        sqlite3_stricmp(mode, "wal") != 0) {
        return fail(fault, ERR_INVALID,
                    "%s is on a file system without shared memory; SQLite needs a local one", path);
    }
    return OK;
}

enum err connection_open(const char *path, bool writing, struct connection **out,
                         struct fault *fault)
{
    int flags = (writing ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY) | SQLITE_OPEN_NOMUTEX;
    struct connection *connection = calloc(1, sizeof(*connection));

    if (connection == NULL) {
        abort();
    }
    connection->db = (struct db){.driver = &sqlite_driver, .writing = writing};
    enum err err = OK;

    if (sqlite3_open_v2(path, &connection->handle, flags, writing ? sqlite_wal_files() : NULL) !=
        SQLITE_OK) {
        err = fail(fault, ERR_UNAVAILABLE, "cannot open %s: %s", path,
                   sqlite3_errmsg(connection->handle));
    } else {
        err = set_up(connection, path, fault);
    }
    if (err != OK) {
        connection_close(connection);
        return err;
    }
    *out = connection;
    return OK;
}

static void drop_statement(void *statement)
{
    (void)sqlite3_finalize(statement);
}

void connection_close(struct connection *connection)
{
    if (connection == NULL) {
        return;
    }
    totals_free(connection->db.totals);
    memo_free(connection->db.memo);
    cache_clear(&connection->cache, drop_statement);
    drop_statement(connection->begin);
    drop_statement(connection->end);
    int closed = sqlite3_close(connection->handle);

    assert(closed == SQLITE_OK);
    free(connection);
}

enum err connection_check(struct connection *connection, struct fault *fault)
{
    char found[256];

    if (!first_text(connection, "PRAGMA integrity_check(1)", found, sizeof(found))) {
        return connection_fault(connection, "integrity check", fault);
    }
    if (sqlite3_stricmp(found, "ok") != 0) {
        return fail(fault, ERR_INTERNAL, "the store is damaged: %s", found);
    }
    if (first_text(connection, "PRAGMA foreign_key_check", found, sizeof(found))) {
        return fail(fault, ERR_INTERNAL,
                    "the store is damaged: a row of %s refers to one that does not exist", found);
    }
    return OK;
}
