/* SQLite FTS5 in memory, BM25 by `rank`. Usage: peer_fts5 DOCUMENTS; prints `fts5<TAB>CPU ms`. */

#include <sqlite3.h>
#include <stdio.h>

#include "generate.h"

static void run(sqlite3 *db, const char *sql)
{
    if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(1);
    }
}

static void fill(sqlite3 *db, uint64_t count)
{
    struct zipf zipf = make_zipf();
    sqlite3_stmt *insert;

    run(db, "CREATE VIRTUAL TABLE text USING fts5(body, content='', detail=none)");
    run(db, "BEGIN");
    sqlite3_prepare_v2(db, "INSERT INTO text(rowid, body) VALUES (?1, ?2)", -1, &insert, NULL);
    for (uint64_t i = 0; i < count; i++) {
        uint32_t words[WORDS * 2];
        char body[WORDS * 2 * 12];
        int length = make_document(&zipf, i, words);
        int used = 0;

        for (int k = 0; k < length; k++) {
            used += snprintf(body + used, sizeof(body) - (size_t)used, "w%u ", words[k]);
        }
        sqlite3_bind_int64(insert, 1, (sqlite3_int64)i);
        sqlite3_bind_text(insert, 2, body, used, SQLITE_STATIC);
        sqlite3_step(insert);
        sqlite3_reset(insert);
    }
    sqlite3_finalize(insert);
    run(db, "COMMIT");
    run(db, "INSERT INTO text(text) VALUES ('optimize')");
}

static double search(sqlite3 *db, const uint32_t *terms)
{
    double best = 1e9;
    sqlite3_stmt *select;
    char match[256];
    int used = 0;

    for (int k = 0; k < QUERY_TERMS; k++) {
        used += snprintf(match + used, sizeof(match) - (size_t)used, "%sw%u", k > 0 ? " OR " : "",
                         terms[k]);
    }
    sqlite3_prepare_v2(db, "SELECT rowid FROM text WHERE text MATCH ?1 ORDER BY rank LIMIT ?2", -1,
                       &select, NULL);
    for (int round = 0; round < 5; round++) {
        double start = cpu_ms();

        sqlite3_bind_text(select, 1, match, used, SQLITE_STATIC);
        sqlite3_bind_int(select, 2, TOP_TEXT);
        while (sqlite3_step(select) == SQLITE_ROW) {
        }
        sqlite3_reset(select);
        double took = cpu_ms() - start;

        best = took < best ? took : best;
    }
    sqlite3_finalize(select);
    return best;
}

int main(int argc, char **argv)
{
    sqlite3 *db;
    double total = 0;

    if (argc != 2 || sqlite3_open(":memory:", &db) != SQLITE_OK) {
        return 2;
    }
    fill(db, strtoull(argv[1], NULL, 10));
    for (int q = 0; q < QUERY_COUNT; q++) {
        total += search(db, QUERIES[q]);
    }
    printf("fts5\t%.4f\n", total / QUERY_COUNT);
    sqlite3_close(db);
    return 0;
}
