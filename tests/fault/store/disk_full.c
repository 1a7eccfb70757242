/* Usage: disk_full FOLDER, on a disk of some megabytes. */

#include <fcntl.h>
#include <unistd.h>

#include "fixture_sql.h"
#include "store/fixture.h"

enum { NOTE_SIZE = 50'000, ROWS_MAX = 2000, BALLAST_SIZE = 4 << 20 };

static struct store *store;
static char ballast[300];
static char url[300];

static enum err add_body(struct work *work, void *context)
{
    char *note = arena_take(work->arena, NOTE_SIZE + 1, 1);

    memset(note, 'x', NOTE_SIZE);
    return thing_add(work, &(struct thing_add_args){.id = context, .note = note});
}

static enum err add(size_t number, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = store};
    enum err err = store_write(&work, add_body, arena_print(arena, "t%zu", number));

    *fault = work.fault;
    return err;
}

static enum err count_body(struct work *work, void *context)
{
    struct thing_count_row row;

    TRY(thing_count(work, &row));
    *(int64_t *)context = row.total;
    return OK;
}

static int64_t count(void)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = store};
    int64_t total = -1;

    return store_read(&work, count_body, &total) == OK ? total : -1;
}

static void make_ballast(void)
{
    static char zeros[BALLAST_SIZE];
    int file = open(ballast, O_WRONLY | O_CREAT, 0600);
    ssize_t put = write(file, zeros, sizeof(zeros));

    (void)put;
    (void)close(file);
}

static void a_full_disk_is_said_and_outlived(void)
{
    struct fault fault = {0};
    size_t number = 0;
    enum err err = OK;

    make_ballast();
    while (err == OK && number < ROWS_MAX) {
        err = add(number++, &fault);
    }
    int64_t kept = (int64_t)number - 1;

    printf("# full after %lld rows: %s\n", (long long)kept, fault.text);
    CHECK(err == ERR_UNAVAILABLE && strstr(fault.text, "full") != NULL);
    CHECK(count() == kept);
    for (int i = 0; i < 5; i++) {
        CHECK(add(number, &fault) == ERR_UNAVAILABLE && count() == kept);
    }
    CHECK(unlink(ballast) == 0);
    CHECK(add(number, &fault) == OK && count() == kept + 1);
    CHECK(store_check(store, &fault) == OK);
}

static void what_was_acknowledged_is_there_after_a_restart(void)
{
    struct store_settings settings = STORE_DEFAULTS;
    int64_t kept = count();
    struct fault fault;

    store_close(store);
    settings.url = url;
    settings.schema = &fixture_schema;
    CHECK(store_open(&settings, &store, &fault) == OK);
    CHECK(count() == kept && store_check(store, &fault) == OK);
}

int main(int argc, char **argv)
{
    static const struct test_case cases[] = {CASE(a_full_disk_is_said_and_outlived),
                                             CASE(what_was_acknowledged_is_there_after_a_restart)};
    struct store_settings settings = STORE_DEFAULTS;
    struct fault fault;
    size_t applied;

    (void)snprintf(ballast, sizeof(ballast), "%s/ballast", argc > 1 ? argv[1] : ".");
    (void)snprintf(url, sizeof(url), "sqlite:%s/full.db", argc > 1 ? argv[1] : ".");
    settings.url = url;
    settings.schema = &fixture_schema;
    if (store_open(&settings, &store, &fault) != OK ||
        store_migrate(store, 1, &applied, &fault) != OK) {
        printf("Bail out! %s\n", fault.text);
        return 1;
    }
    int status = test_main(cases, COUNT(cases));

    store_close(store);
    return status;
}
