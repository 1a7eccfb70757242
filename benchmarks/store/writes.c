/*
 * Durable single-row writes per second, with many writers that each wait for their answer.
 *
 *   writes store URL THREADS SECONDS    through the store
 *   writes naive FILE THREADS SECONDS   SQLite with the same settings, one transaction a write, one
 *                                       connection behind a lock (the fastest plain way: writers
 *                                       with a connection each spend their time on retries)
 *
 * Prints: rate p50_ms p99_ms
 */

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "fixture_sql.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { SAMPLES_MAX = 1 << 20 };

extern const struct schema fixture_schema;

static const char NOTE[] =
    "An answer of some eighty characters, as an expert gives one to a task, more or less.";

struct bench {
    struct store *store;
    sqlite3 *handle;
    sqlite3_stmt *insert;
    pthread_mutex_t lock;
    int64_t until_us;
    atomic_size_t sample_count;
    double *samples; /* milliseconds */
};

struct writer {
    struct bench *bench;
    size_t number;
};

static enum err add_body(struct work *work, void *context)
{
    return thing_add(work, context);
}

static void write_by_store(struct bench *bench, const char *id, struct arena *arena)
{
    struct work work = {.arena = arena, .store = bench->store};
    struct thing_add_args args = {.id = id, .note = NOTE};

    if (store_write(&work, add_body, &args) != OK) {
        fprintf(stderr, "%s\n", work.fault.text);
        exit(1);
    }
}

static void run_sql(sqlite3 *handle, const char *sql)
{
    if (sqlite3_exec(handle, sql, NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(handle));
        exit(1);
    }
}

static void write_naively(struct bench *bench, const char *id)
{
    (void)pthread_mutex_lock(&bench->lock);
    run_sql(bench->handle, "BEGIN IMMEDIATE");
    (void)sqlite3_bind_text(bench->insert, 1, id, -1, SQLITE_STATIC);
    (void)sqlite3_bind_text(bench->insert, 2, NOTE, -1, SQLITE_STATIC);
    (void)sqlite3_step(bench->insert);
    (void)sqlite3_reset(bench->insert);
    run_sql(bench->handle, "COMMIT");
    (void)pthread_mutex_unlock(&bench->lock);
}

static void *write_all(void *context)
{
    const struct writer *writer = context;
    struct bench *bench = writer->bench;

    for (size_t number = 0;; number++) {
        ARENA_SCOPE arena = arena_new();
        const char *id = arena_print(arena, "w%03zu-%09zu", writer->number, number);
        int64_t start = clock_tick_us();

        if (start > bench->until_us) {
            return NULL;
        }
        if (bench->store != NULL) {
            write_by_store(bench, id, arena);
        } else {
            write_naively(bench, id);
        }
        size_t sample = bench->sample_count++;

        if (sample < SAMPLES_MAX) {
            bench->samples[sample] = (double)(clock_tick_us() - start) / 1000;
        }
    }
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void run(struct bench *bench, size_t threads, double seconds)
{
    struct writer *writers = calloc(threads, sizeof(*writers));
    pthread_t *handles = calloc(threads, sizeof(*handles));
    int64_t start = clock_tick_us();

    bench->samples = calloc(SAMPLES_MAX, sizeof(double));
    bench->until_us = start + (int64_t)(seconds * 1e6);
    for (size_t i = 0; i < threads; i++) {
        writers[i] = (struct writer){.bench = bench, .number = i};
        (void)pthread_create(&handles[i], NULL, write_all, &writers[i]);
    }
    for (size_t i = 0; i < threads; i++) {
        (void)pthread_join(handles[i], NULL);
    }
    double took = (double)(clock_tick_us() - start) / 1e6;
    size_t count = bench->sample_count < SAMPLES_MAX ? bench->sample_count : SAMPLES_MAX;

    qsort(bench->samples, count, sizeof(double), compare);
    printf("%.0f %.2f %.2f\n", (double)bench->sample_count / took, bench->samples[count / 2],
           bench->samples[count * 99 / 100]);
    free(bench->samples);
    free(writers);
    free(handles);
}

static void open_store(struct bench *bench, const char *url, int64_t threads)
{
    struct store_settings settings = STORE_DEFAULTS;
    struct fault fault;
    size_t applied;

    settings.url = url;
    settings.schema = &fixture_schema;
    settings.reader_max = threads;
    if (store_open(&settings, &bench->store, &fault) != OK ||
        store_migrate(bench->store, 1, &applied, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        exit(1);
    }
}

static void open_naive(struct bench *bench, const char *path)
{
    (void)sqlite3_open(path, &bench->handle);
    run_sql(bench->handle, "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                           "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000");
    run_sql(bench->handle, fixture_schema.migrations[0].text);
    (void)sqlite3_prepare_v2(bench->handle,
                             "INSERT INTO thing (id, amount, note) VALUES (?1, 0, ?2)", -1,
                             &bench->insert, NULL);
}

int main(int argc, char **argv)
{
    struct bench bench = {.lock = PTHREAD_MUTEX_INITIALIZER};

    if (argc != 5) {
        fputs("usage: writes store|naive WHERE THREADS SECONDS\n", stderr);
        return 2;
    }
    size_t threads = strtoul(argv[3], NULL, 10);

    if (strcmp(argv[1], "store") == 0) {
        open_store(&bench, argv[2], (int64_t)threads);
    } else {
        open_naive(&bench, argv[2]);
    }
    run(&bench, threads, strtod(argv[4], NULL));
    store_close(bench.store);
    (void)sqlite3_finalize(bench.insert);
    (void)sqlite3_close(bench.handle);
    return 0;
}
