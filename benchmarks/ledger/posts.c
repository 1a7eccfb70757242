/*
 * Entries posted per second, each in a transaction of its own that is on disk before the next one
 * of its writer; by writers that wait.
 *
 *   posts book STORE ORGANISATION THREADS SECONDS    with every check, as the product posts them
 *   posts bare STORE ORGANISATION THREADS SECONDS    the same, to accounts whose days are not kept
 *   posts plain FILE ORGANISATION THREADS SECONDS    the same rows in plain SQL on SQLite,
 * unchecked: one connection behind a lock
 *
 * The file was made by `periti serve`. Prints: rate cpu_us
 */

#include <pthread.h>
#include <sqlite3.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/fault.h"
#include "slice/pay/book.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum { POSTINGS = 4, CAMPAIGNS = 50, PEOPLE = 1000, PAY = 100, CHARGE = 125 };

/* What plain SQL writes for an entry, in order. */
enum { PAID, ENTRY, POSTING, BALANCE, STATEMENTS };
static const char *const SQL[STATEMENTS] = {
    [PAID] = "INSERT INTO paid VALUES ('unit', ?1, ?2, ?3)",
    [ENTRY] =
        "INSERT INTO entry VALUES (?3, ?2, NULL, ?4, 'USD', 'unit', ?1, NULL, 100, 125, NULL, "
        "NULL, ?5)",
    [POSTING] = "INSERT INTO posting VALUES (?3, ?4, ?2, ?1, 'USD', ?5)",
    [BALANCE] =
        "INSERT INTO account_balance VALUES (?1, 'USD', 0, ?2, ?3) ON CONFLICT DO UPDATE SET "
        "amount_minor = amount_minor + excluded.amount_minor",
};

struct bench {
    struct store *store;
    sqlite3 *handle;
    sqlite3_stmt *statements[STATEMENTS];
    pthread_mutex_t lock;
    const char *organisation_id;
    bool keeps_days;
    int64_t until_us;
    atomic_size_t count;
};

struct writer {
    struct bench *bench;
    size_t number;
};

struct post {
    const struct bench *bench;
    const char *unit_id;
    size_t number;
};

static void name_accounts(struct arena *arena, const struct post *post,
                          struct ledger_posting *postings)
{
    const char *organisation = post->bench->organisation_id;
    bool keeps = post->bench->keeps_days;
    size_t campaign = post->number % CAMPAIGNS;

    postings[0] = (struct ledger_posting){
        arena_print(arena, "%s:cmp_%zu", keeps ? "expenses:cost" : "equity:cost", campaign), PAY};
    postings[1] = (struct ledger_posting){
        arena_print(arena, "liabilities:payable:per_%zu", post->number % PEOPLE), -PAY};
    postings[2] = (struct ledger_posting){
        arena_print(arena, "assets:unbilled:%s:cmp_%zu", organisation, campaign), CHARGE};
    postings[3] = (struct ledger_posting){
        arena_print(arena, "%s:cmp_%zu", keeps ? "income:revenue" : "equity:revenue", campaign),
        -CHARGE};
}

static enum err post_body(struct work *work, void *context)
{
    const struct post *post = context;
    struct ledger_posting postings[POSTINGS];
    struct book_entry entry = {.person_id =
                                   arena_print(work->arena, "per_%zu", post->number % PEOPLE),
                               .currency = "USD",
                               .kind = "unit",
                               .pays_id = post->unit_id};
    const char *id;

    work->organisation_id = post->bench->organisation_id;
    name_accounts(work->arena, post, postings);
    for (size_t i = 0; i < POSTINGS; i++) {
        book_move(&entry, postings[i].account, postings[i].amount);
    }
    TRY(book_post(work, &entry, &id));
    return id == NULL ? work_fail(work, ERR_INTERNAL, "%s was paid before", post->unit_id) : OK;
}

static void post_by_book(struct bench *bench, struct arena *arena, struct post *post)
{
    struct work work = {.arena = arena, .store = bench->store, .now_us = clock_now_us()};

    if (store_write(&work, post_body, post) != OK) {
        fprintf(stderr, "%s\n", work.fault.text);
        exit(1);
    }
}

static void need(struct bench *bench, int outcome)
{
    if (outcome != SQLITE_OK && outcome != SQLITE_DONE) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(bench->handle));
        exit(1);
    }
}

static void step(struct bench *bench, int which)
{
    need(bench, sqlite3_step(bench->statements[which]));
    need(bench, sqlite3_reset(bench->statements[which]));
}

static void bind(struct bench *bench, int which, int at, const char *text)
{
    need(bench, sqlite3_bind_text(bench->statements[which], at, text, -1, SQLITE_STATIC));
}

static void write_plainly(struct bench *bench, const struct post *post, const char *entry_id,
                          const struct ledger_posting *postings)
{
    const char *organisation = bench->organisation_id;

    for (int which = PAID; which <= ENTRY; which++) {
        bind(bench, which, 1, post->unit_id);
        bind(bench, which, 2, organisation);
        bind(bench, which, 3, entry_id);
    }
    bind(bench, ENTRY, 4, strrchr(postings[1].account, ':') + 1);
    need(bench, sqlite3_bind_int64(bench->statements[ENTRY], 5, clock_now_us()));
    step(bench, PAID);
    step(bench, ENTRY);
    for (int i = 0; i < POSTINGS; i++) {
        bind(bench, POSTING, 1, postings[i].account);
        bind(bench, POSTING, 2, organisation);
        bind(bench, POSTING, 3, entry_id);
        need(bench, sqlite3_bind_int(bench->statements[POSTING], 4, i + 1));
        need(bench, sqlite3_bind_int64(bench->statements[POSTING], 5, postings[i].amount));
        step(bench, POSTING);
        bind(bench, BALANCE, 1, postings[i].account);
        bind(bench, BALANCE, 2, organisation);
        need(bench, sqlite3_bind_int64(bench->statements[BALANCE], 3, postings[i].amount));
        step(bench, BALANCE);
    }
}

static void post_plainly(struct bench *bench, struct arena *arena, const struct post *post)
{
    struct ledger_posting postings[POSTINGS];
    const char *entry_id = arena_print(arena, "ent_%s", post->unit_id);

    name_accounts(arena, post, postings);
    (void)pthread_mutex_lock(&bench->lock);
    need(bench, sqlite3_exec(bench->handle, "BEGIN IMMEDIATE", NULL, NULL, NULL));
    write_plainly(bench, post, entry_id, postings);
    need(bench, sqlite3_exec(bench->handle, "COMMIT", NULL, NULL, NULL));
    (void)pthread_mutex_unlock(&bench->lock);
}

static void *post_all(void *context)
{
    const struct writer *writer = context;
    struct bench *bench = writer->bench;

    for (size_t number = 0; clock_tick_us() < bench->until_us; number++) {
        ARENA_SCOPE arena = arena_new();
        struct post post = {.bench = bench,
                            .unit_id =
                                arena_print(arena, "sub_%03zu%010zu", writer->number, number),
                            .number = number * 7 + writer->number};

        if (bench->store != NULL) {
            post_by_book(bench, arena, &post);
        } else {
            post_plainly(bench, arena, &post);
        }
        bench->count++;
    }
    return NULL;
}

static void run(struct bench *bench, size_t threads, double seconds)
{
    struct writer *writers = calloc(threads, sizeof(*writers));
    pthread_t *handles = calloc(threads, sizeof(*handles));
    int64_t start = clock_tick_us();
    clock_t began = clock();

    bench->until_us = start + (int64_t)(seconds * 1e6);
    for (size_t i = 0; i < threads; i++) {
        writers[i] = (struct writer){.bench = bench, .number = i};
        (void)pthread_create(&handles[i], NULL, post_all, &writers[i]);
    }
    for (size_t i = 0; i < threads; i++) {
        (void)pthread_join(handles[i], NULL);
    }
    double took = (double)(clock_tick_us() - start) / 1e6;
    double cpu_us = (double)(clock() - began) / CLOCKS_PER_SEC * 1e6;

    printf("%.0f %.1f\n", (double)bench->count / took, cpu_us / (double)bench->count);
    free(writers);
    free(handles);
}

static void open_store(struct bench *bench, const char *url, int64_t threads)
{
    struct store_settings settings = STORE_DEFAULTS;
    struct fault fault;

    settings.url = url;
    settings.schema = &store_schema;
    settings.reader_max = threads;
    if (store_open(&settings, &bench->store, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        exit(1);
    }
}

static void open_plain(struct bench *bench, const char *path)
{
    need(bench, sqlite3_open(path, &bench->handle));
    need(bench, sqlite3_exec(bench->handle,
                             "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;"
                             "PRAGMA foreign_keys = ON; PRAGMA cache_size = -16000",
                             NULL, NULL, NULL));
    for (int i = 0; i < STATEMENTS; i++) {
        need(bench, sqlite3_prepare_v2(bench->handle, SQL[i], -1, &bench->statements[i], NULL));
    }
}

int main(int argc, char **argv)
{
    struct bench bench = {.lock = PTHREAD_MUTEX_INITIALIZER};

    if (argc != 6) {
        fputs("usage: posts book|bare|plain WHERE ORGANISATION THREADS SECONDS\n", stderr);
        return 2;
    }
    size_t threads = strtoul(argv[4], NULL, 10);

    bench.organisation_id = argv[3];
    bench.keeps_days = strcmp(argv[1], "bare") != 0;
    if (strcmp(argv[1], "plain") == 0) {
        open_plain(&bench, argv[2]);
    } else {
        open_store(&bench, argv[2], (int64_t)threads);
    }
    run(&bench, threads, strtod(argv[5], NULL));
    store_close(bench.store);
    for (int i = 0; i < STATEMENTS; i++) {
        (void)sqlite3_finalize(bench.statements[i]);
    }
    (void)sqlite3_close(bench.handle);
    return 0;
}
