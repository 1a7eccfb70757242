/* Every query of the product, asked of PostgreSQL: it prepares, and its plan needs no scan of a
 * whole table. (For SQLite the build does the same.) */

#include <libpq-fe.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "store/fixture.h"
#include "store/query.h"

extern const struct query *const *const all_queries[];

static const char *const TYPES[] = {
    [QUERY_INT] = "bigint",
    [QUERY_REAL] = "double precision",
    [QUERY_TEXT] = "text",
    [QUERY_BLOB] = "bytea",
};

/* Prefix, the list with a comma between, and suffix; nothing for an empty list. */
static void put_list(struct buffer *to, const struct query *query, bool types)
{
    for (size_t i = 0; i < query->param_count; i++) {
        buffer_print(to, "%s%s", i == 0 ? "(" : ", ",
                     types ? TYPES[query->params[i].kind] : "NULL");
    }
    buffer_string(to, query->param_count > 0 ? ")" : "");
}

static PGresult *ask(PGconn *server, struct arena *arena, const struct query *query)
{
    struct buffer sql = buffer_new(arena);

    buffer_print(&sql, "PREPARE %s", query->name);
    put_list(&sql, query, true);
    buffer_print(&sql, " AS %s", query->postgres);
    PGresult *prepared = PQexec(server, sql.at);

    if (PQresultStatus(prepared) != PGRES_COMMAND_OK) {
        return prepared;
    }
    PQclear(prepared);
    buffer_reset(&sql);
    buffer_print(&sql, "EXPLAIN EXECUTE %s", query->name);
    put_list(&sql, query, false);
    return PQexec(server, sql.at);
}

static bool scans(const PGresult *plan)
{
    for (int i = 0; i < PQntuples(plan); i++) {
        if (strstr(PQgetvalue(plan, i, 0), "Seq Scan on ") != NULL) {
            return true;
        }
    }
    return false;
}

/* What is wrong with the query, as lines of TAP. */
static bool is_fine(PGconn *server, struct arena *arena, const struct query *query)
{
    PGresult *plan = ask(server, arena, query);
    bool fine = PQresultStatus(plan) == PGRES_TUPLES_OK && (query->scans || !scans(plan));

    if (PQresultStatus(plan) != PGRES_TUPLES_OK) {
        printf("# %s: %s", query->name, PQerrorMessage(server));
    }
    for (int i = 0; !fine && i < PQntuples(plan); i++) {
        printf("# %s: %s\n", query->name, PQgetvalue(plan, i, 0));
    }
    PQclear(plan);
    return fine;
}

static void every_query_prepares_and_has_an_index(void)
{
    FIXTURE_SCOPE fixture;
    size_t wrong = 0;
    size_t seen = 0;

    CHECK(fixture_open(&fixture, NULL));
    PGconn *server = PQconnectdb(fixture.url);

    PQclear(PQexec(server, "SET plan_cache_mode = force_generic_plan"));
    PQclear(
        PQexec(server, "SET enable_seqscan = off")); /* so that one is left only without index */
    for (const struct query *const *const *list = all_queries; *list != NULL; list++) {
        for (const struct query *const *query = *list; *query != NULL; query++) {
            wrong += !is_fine(server, fixture.arena, *query);
            seen++;
        }
    }
    PQfinish(server);
    printf("# %zu queries\n", seen);
    CHECK(wrong == 0 && seen > 0);
}

int main(void)
{
    static const struct test_case cases[] = {CASE(every_query_prepares_and_has_an_index)};

    if (fixture_is_sqlite() || fixture_skip() != NULL) {
        printf("1..0 # SKIP %s\n",
               fixture_is_sqlite() ? "the build checks SQLite" : fixture_skip());
        return 0;
    }
    return test_main(cases, COUNT(cases));
}
