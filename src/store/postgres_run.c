#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "store/postgres.h"
#include "store/work.h"

enum {
    PARAMS_MAX = 200,
    PIPELINE_MAX = 256, /* statements under way; their answers fit in the socket's buffers */
    FETCH_MAX = 500,    /* rows of a stream that are held at once */
};

/* Of pg_type. */
static const Oid TYPES[] = {
    [QUERY_INT] = 20, [QUERY_REAL] = 701, [QUERY_TEXT] = 25, [QUERY_BLOB] = 17};

struct params {
    const char *values[PARAMS_MAX];
    Oid types[PARAMS_MAX];
};

static void clear_result(PGresult **result)
{
    PQclear(*result);
}
#define RESULT_SCOPE [[gnu::cleanup(clear_result)]] PGresult *

static struct pg_connection *connection_of(struct work *work)
{
    return (struct pg_connection *)work->db;
}

static bool is_state(const char *state, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strncmp(state, list[i], strlen(list[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* By SQLSTATE; appendix A of the manual. */
static enum err kind_of(const char *state)
{
    static const char *const CONFLICTS[] = {"23"};
    static const char *const LATER[] = {"08", "40", "53", "55P03", "57", "58"};

    if (is_state(state, CONFLICTS, COUNT(CONFLICTS))) {
        return ERR_CONFLICT;
    }
    return is_state(state, LATER, COUNT(LATER)) ? ERR_UNAVAILABLE : ERR_INTERNAL;
}

enum err postgres_fault(struct pg_connection *connection, const PGresult *result, const char *what,
                        struct fault *fault)
{
    static const char *const LOST[] = {"40001", "40P01"};
    const char *state = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_SQLSTATE);
    const char *text = result == NULL ? NULL : PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);

    connection->db.broken = true;
    if (state == NULL || PQstatus(connection->handle) != CONNECTION_OK) {
        return fail(fault, ERR_UNAVAILABLE,
                    "the connection to PostgreSQL was lost; try again later");
    }
    enum err kind = kind_of(state);

    if (is_state(state, LOST, COUNT(LOST))) {
        connection->retry = true;
        return fail(fault, kind, "%s: another change came first; try again", what);
    }
    if (strcmp(state, "53100") == 0) {
        return fail(fault, kind, "the store's disk is full; free some space and try again");
    }
    return fail(fault, kind, "%s: %s", what, text == NULL ? state : text);
}

static enum err refused(struct work *work, const PGresult *result, const struct query *query)
{
    return postgres_fault(connection_of(work), result, query->name, &work->fault);
}

static bool is_good(const PGresult *result)
{
    ExecStatusType status = PQresultStatus(result);

    return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

enum err postgres_script(struct pg_connection *connection, const char *text, struct fault *fault)
{
    RESULT_SCOPE result = PQexec(connection->handle, text);

    return is_good(result) ? OK : postgres_fault(connection, result, "store", fault);
}

/* Servers that start at once change the schema one after the other. In this isolation each
 * statement sees what was committed while it waited for the lock. */
static const char ONE_AT_A_TIME[] = "SET TRANSACTION ISOLATION LEVEL READ COMMITTED;"
                                    "SELECT pg_advisory_xact_lock(7305529)";

/* SQLite keeps a table in the order of its primary key where this says so; PostgreSQL has no such
 * thing, and no such words. */
static const char *without_clauses(struct arena *arena, const char *text)
{
    static const char CLAUSE[] = "WITHOUT ROWID";
    char *copy = arena_copy(arena, text, strlen(text));

    for (char *at = strstr(copy, CLAUSE); at != NULL; at = strstr(at, CLAUSE)) {
        memset(at, ' ', sizeof(CLAUSE) - 1);
    }
    return copy;
}

enum err postgres_run_script(struct work *work, const char *text)
{
    TRY(postgres_script(connection_of(work), ONE_AT_A_TIME, &work->fault));
    return postgres_script(connection_of(work), without_clauses(work->arena, text), &work->fault);
}

static void fill_types(const struct query *query, struct params *params)
{
    assert(query->param_count <= PARAMS_MAX);
    for (size_t i = 0; i < query->param_count; i++) {
        params->types[i] = TYPES[query->params[i].kind];
    }
}

/* The values stay in the arena until the statement was sent. */
static void fill_values(struct work *work, const struct query *query, const void *args,
                        struct params *params)
{
    for (size_t i = 0; i < query->param_count; i++) {
        params->values[i] = postgres_from_slot(work->arena, &query->params[i], args);
    }
}

/* The name of the connection's prepared statement; made at first use. */
static enum err prepare(struct work *work, const struct query *query, struct params *params,
                        const char **name)
{
    struct pg_connection *connection = connection_of(work);
    void **cached = cache_find(&connection->cache, query);

    if (*cached == NULL) {
        const char *fresh = arena_print(work->arena, "q%u", ++connection->statement_count);

        fill_types(query, params);
        RESULT_SCOPE result = PQprepare(connection->handle, fresh, query->postgres,
                                        (int)query->param_count, params->types);

        if (!is_good(result)) {
            return refused(work, result, query);
        }
        *cached = strdup(fresh);
        assert(*cached != NULL);
    }
    *name = *cached;
    return OK;
}

static enum err take_rows(struct work *work, const struct query *query, const PGresult *result,
                          const struct sink *sink)
{
    char *row = arena_take(work->arena, 1, query->row_size);
    int count = PQntuples(result);

    assert((size_t)PQnfields(result) == query->column_count);
    for (int i = 0; i < count; i++) {
        for (size_t k = 0; k < query->column_count; k++) {
            const char *value =
                PQgetisnull(result, i, (int)k) ? NULL : PQgetvalue(result, i, (int)k);

            postgres_to_slot(work->arena, &query->columns[k], value, row);
        }
        TRY(sink->take(work, sink->context, row));
    }
    return OK;
}

static enum err fetch_all(struct work *work, const struct query *query, const char *cursor,
                          const struct sink *sink)
{
    const char *fetch = arena_print(work->arena, "FETCH %d FROM %s", (int)FETCH_MAX, cursor);

    for (;;) {
        RESULT_SCOPE result = PQexec(connection_of(work)->handle, fetch);

        if (!is_good(result)) {
            return refused(work, result, query);
        }
        TRY(take_rows(work, query, result, sink));
        if (PQntuples(result) < FETCH_MAX) {
            return OK;
        }
    }
}

/* Through a cursor, so that neither side holds all rows. */
static enum err stream(struct work *work, const struct query *query, const void *args,
                       const struct sink *sink)
{
    struct pg_connection *connection = connection_of(work);
    const char *cursor = arena_print(work->arena, "c%u", ++connection->cursor_count);
    const char *declare =
        arena_print(work->arena, "DECLARE %s NO SCROLL CURSOR FOR %s", cursor, query->postgres);
    struct params params;

    fill_types(query, &params);
    fill_values(work, query, args, &params);
    RESULT_SCOPE result = PQexecParams(connection->handle, declare, (int)query->param_count,
                                       params.types, params.values, NULL, NULL, 0);

    if (!is_good(result)) {
        return refused(work, result, query);
    }
    enum err err = fetch_all(work, query, cursor, sink);

    if (!connection->db.broken) {
        PQclear(PQexec(connection->handle, arena_print(work->arena, "CLOSE %s", cursor)));
    }
    return err;
}

enum err postgres_run(struct work *work, const struct query *query, const void *args,
                      const struct sink *sink, int64_t *affected)
{
    struct arena_mark mark;
    struct params params;
    const char *name = NULL;

    if (sink != NULL && sink->streams) {
        return stream(work, query, args, sink);
    }
    TRY(prepare(work, query, &params, &name));
    mark = arena_mark(work->arena);
    fill_values(work, query, args, &params);
    RESULT_SCOPE result = PQexecPrepared(connection_of(work)->handle, name, (int)query->param_count,
                                         params.values, NULL, NULL, 0);

    arena_undo(work->arena, mark);
    if (!is_good(result)) {
        return refused(work, result, query);
    }
    if (affected != NULL) {
        *affected = strtoll(PQcmdTuples(result), NULL, 10);
    }
    return sink == NULL ? OK : take_rows(work, query, result, sink);
}

/* Read the answers up to the sync; the first failure is the outcome, the rest was skipped. */
static enum err read_answers(struct work *work, const struct query *query)
{
    struct pg_connection *connection = connection_of(work);
    enum err err = OK;

    for (;;) {
        RESULT_SCOPE result = PQgetResult(connection->handle);

        if (result == NULL) {
            if (PQstatus(connection->handle) != CONNECTION_OK) {
                return refused(work, NULL, query);
            }
            continue; /* the end of one statement's answers */
        }
        if (PQresultStatus(result) == PGRES_PIPELINE_SYNC) {
            return err;
        }
        if (!is_good(result) && err == OK) {
            err = refused(work, result, query);
        }
    }
}

static enum err send_some(struct work *work, const struct query *query, const char *name,
                          const char *args, size_t count)
{
    PGconn *handle = connection_of(work)->handle;
    struct params params;

    for (size_t i = 0; i < count; i++) {
        struct arena_mark mark = arena_mark(work->arena);

        fill_values(work, query, args + i * query->args_size, &params);
        int sent = PQsendQueryPrepared(handle, name, (int)query->param_count, params.values, NULL,
                                       NULL, 0);

        arena_undo(work->arena, mark);
        if (sent == 0) {
            return refused(work, NULL, query);
        }
    }
    return PQpipelineSync(handle) == 1 ? read_answers(work, query) : refused(work, NULL, query);
}

enum err postgres_run_many(struct work *work, const struct query *query, const void *args,
                           size_t count)
{
    PGconn *handle = connection_of(work)->handle;
    struct params params;
    const char *name = NULL;
    enum err err = OK;

    TRY(prepare(work, query, &params, &name));
    if (PQenterPipelineMode(handle) != 1) {
        return refused(work, NULL, query);
    }
    for (size_t done = 0; done < count && err == OK; done += PIPELINE_MAX) {
        size_t some = count - done < PIPELINE_MAX ? count - done : PIPELINE_MAX;

        err = send_some(work, query, name, (const char *)args + done * query->args_size, some);
    }
    (void)PQexitPipelineMode(handle);
    return err;
}
