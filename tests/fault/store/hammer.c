/*
 * Writers at once on a store, from outside: for tests that kill, fill and stop things.
 *
 *   hammer URL append PREFIX THREADS SIZE  insert rows for ever; print the id of each that the
 *                                          store acknowledged, and "# OUTCOME" of each other
 *   hammer URL list                        check the store and print all ids
 *   hammer URL backup FILE                 beside whoever has the store open
 */

#include <pthread.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "fixture_sql.h"
#include "store/fixture.h"

struct job {
    struct store *store;
    const char *prefix;
    size_t thread;
    size_t size; /* of each row's note */
};

static enum err add_body(struct work *work, void *context)
{
    return thing_add(work, context);
}

/* One line in one write, so that lines of threads do not mix and none stays in a buffer. */
static void say(struct arena *arena, const char *what, const char *text)
{
    const char *line = arena_print(arena, "%s%s\n", what, text);

    if (write(STDOUT_FILENO, line, strlen(line)) < 0) {
        exit(1);
    }
}

static void add_one(const struct job *job, size_t number)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = job->store};
    char *note = arena_take(arena, job->size + 1, 1);
    struct thing_add_args args = {
        .id = arena_print(arena, "%s-%zu-%zu", job->prefix, job->thread, number), .note = note};

    memset(note, 'x', job->size);
    enum err err = store_write(&work, add_body, &args);

    if (err == OK) {
        say(arena, "", args.id);
        return;
    }
    say(arena, err == ERR_UNAVAILABLE ? "# unavailable: " : "# failed: ", work.fault.text);
    (void)nanosleep(&(struct timespec){.tv_nsec = 20'000'000}, NULL);
}

static void *append(void *context)
{
    for (size_t number = 0;; number++) {
        add_one(context, number);
    }
    return NULL;
}

static int append_all(struct store *store, char **argv)
{
    size_t count = strtoul(argv[4], NULL, 10);
    struct job *jobs = calloc(count, sizeof(*jobs));
    pthread_t last;

    for (size_t i = 0; jobs != NULL && i < count; i++) {
        jobs[i] = (struct job){
            .store = store, .prefix = argv[3], .thread = i, .size = strtoul(argv[5], NULL, 10)};
        if (pthread_create(&last, NULL, append, &jobs[i]) != 0) {
            return 1;
        }
    }
    (void)pthread_join(last, NULL);
    return 0;
}

static enum err say_row(struct work *work, void *context, const struct thing_row *row)
{
    (void)work;
    (void)context;
    printf("%s\n", row->id);
    return OK;
}

static enum err list_body(struct work *work, void *context)
{
    (void)context;
    return thing_all(work, &(struct thing_all_args){.amount = 0}, say_row, NULL);
}

static int list(struct store *store)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = store};
    struct store_statistics statistics;

    store_statistics(store, &statistics);
    if ((strcmp(statistics.driver, "sqlite") == 0 && store_check(store, &work.fault) != OK) ||
        store_read(&work, list_body, NULL) != OK) {
        fprintf(stderr, "%s\n", work.fault.text);
        return 1;
    }
    return 0;
}

static int backup(const struct store_settings *settings, const char *path)
{
    struct fault fault;

    if (store_backup(settings, path, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 1;
    }
    return 0;
}

int main(int argc, char **argv)
{
    struct store_settings settings = STORE_DEFAULTS;
    struct store *store;
    struct fault fault;
    size_t applied;

    if (argc < 3) {
        fputs("usage: hammer URL append PREFIX THREADS SIZE | list | backup FILE\n", stderr);
        return 2;
    }
    settings.url = argv[1];
    settings.schema = &fixture_schema;
    if (argc == 4 && strcmp(argv[2], "backup") == 0) {
        return backup(&settings, argv[3]);
    }
    if (store_open(&settings, &store, &fault) != OK ||
        store_migrate(store, 1, &applied, &fault) != OK) {
        fprintf(stderr, "%s\n", fault.text);
        return 3;
    }
    int status =
        strcmp(argv[2], "append") == 0 && argc == 6 ? append_all(store, argv) : list(store);

    store_close(store);
    return status;
}
