#include <pthread.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture_sql.h"
#include "store/fixture.h"

/* The fixture's schema with one migration changed, or with one more. */
static struct schema variant(struct fixture *fixture, const char *changed_hash, size_t count)
{
    struct migration *migrations = arena_array(fixture->arena, struct migration, 3);

    memcpy(migrations, fixture_schema.migrations, 2 * sizeof(*migrations));
    migrations[2] = (struct migration){
        .name = "0003_more.sql", .hash = "c0ffee", .text = "CREATE TABLE more (id TEXT);"};
    if (changed_hash != NULL) {
        migrations[1].hash = changed_hash;
    }
    return (struct schema){.migrations = migrations, .count = count};
}

static enum err reopen(struct fixture *fixture, const struct schema *schema)
{
    store_close(fixture->store);
    fixture->store = NULL;
    fixture->settings.schema = schema;
    return store_open(&fixture->settings, &fixture->store, &fixture->fault);
}

static int64_t version(struct fixture *fixture)
{
    struct store_statistics statistics;

    store_statistics(fixture->store, &statistics);
    return statistics.schema_version;
}

static void migrations_apply_once(void)
{
    FIXTURE_SCOPE fixture;
    size_t applied = 9;

    CHECK(fixture_new(&fixture, &fixture_schema));
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == OK);
    CHECK(version(&fixture) == 0);
    CHECK(store_migrate(fixture.store, 5, &applied, &fixture.fault) == OK);
    CHECK(applied == 2 && version(&fixture) == 2);
    CHECK(store_migrate(fixture.store, 5, &applied, &fixture.fault) == OK);
    CHECK(applied == 0);
    CHECK(reopen(&fixture, &fixture_schema) == OK);
    CHECK(version(&fixture) == 2);
}

static void a_later_program_adds_what_is_missing(void)
{
    FIXTURE_SCOPE fixture;
    size_t applied = 9;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct schema more = variant(&fixture, NULL, 3);

    CHECK(reopen(&fixture, &more) == OK);
    CHECK(store_migrate(fixture.store, 5, &applied, &fixture.fault) == OK);
    CHECK(applied == 1 && version(&fixture) == 3);
}

static void a_newer_schema_is_refused(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct schema older = variant(&fixture, NULL, 1);

    CHECK(reopen(&fixture, &older) == ERR_CONFLICT);
    CHECK(strstr(fixture.fault.text, "newer (2, 0002_counter.sql)") != NULL);
    CHECK(reopen(&fixture, &fixture_schema) == OK);
}

static void a_changed_migration_is_refused(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct schema changed = variant(&fixture, "0123", 2);

    CHECK(reopen(&fixture, &changed) == ERR_CONFLICT);
    CHECK(strstr(fixture.fault.text, "0002_counter.sql") != NULL);
}

static void a_migration_that_fails_leaves_nothing(void)
{
    FIXTURE_SCOPE fixture;
    size_t applied;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct schema more = variant(&fixture, NULL, 3);
    struct migration *last = arena_array(fixture.arena, struct migration, 3);

    memcpy(last, more.migrations, 3 * sizeof(*last));
    last[2].text = "CREATE TABLE half (id TEXT); CREATE TABLE half (id TEXT);";
    more.migrations = last;
    CHECK(reopen(&fixture, &more) == OK);
    CHECK(store_migrate(fixture.store, 5, &applied, &fixture.fault) != OK);
    CHECK(strstr(fixture.fault.text, "0003_more.sql failed") != NULL);
    CHECK(version(&fixture) == 2);
    last[2].text = "CREATE TABLE half (id TEXT);";
    CHECK(store_migrate(fixture.store, 5, &applied, &fixture.fault) == OK);
    CHECK(applied == 1);
}

static void the_product_s_migrations_apply(void)
{
    FIXTURE_SCOPE fixture;
    size_t applied;

    CHECK(fixture_new(&fixture, NULL));
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == OK);
    CHECK(store_migrate(fixture.store, 5, &applied, &fixture.fault) == OK);
    CHECK(applied == store_schema.count);
}

static void a_second_opener_of_a_file_is_refused(void)
{
    FIXTURE_SCOPE fixture;
    struct store *second = NULL;

    CHECK(fixture_open(&fixture, &fixture_schema));
    enum err err = store_open(&fixture.settings, &second, &fixture.fault);

    if (!fixture_is_sqlite()) {
        CHECK(err == OK);
        store_close(second);
        return;
    }
    CHECK(err == ERR_CONFLICT && second == NULL);
    CHECK(strstr(fixture.fault.text, "another server has ") != NULL);
    CHECK(strstr(fixture.fault.text, arena_print(fixture.arena, "process %d", (int)getpid())) !=
          NULL);
}

enum { SERVERS = 4 };

struct server {
    struct fixture *fixture;
    enum err outcome;
    struct fault fault;
    size_t applied;
};

static void *start_server(void *context)
{
    struct server *server = context;
    struct store *store = NULL;

    server->outcome = store_open(&server->fixture->settings, &store, &server->fault);
    if (server->outcome == OK) {
        server->outcome = store_migrate(store, 5, &server->applied, &server->fault);
    }
    store_close(store);
    return NULL;
}

static void servers_that_start_at_once_share_the_migrations(void)
{
    FIXTURE_SCOPE fixture;
    struct server servers[SERVERS] = {0};
    pthread_t threads[SERVERS];
    size_t applied = 0;

    if (fixture_is_sqlite()) {
        fixture = (struct fixture){0};
        return; /* there is one server */
    }
    CHECK(fixture_new(&fixture, &fixture_schema));
    for (size_t i = 0; i < SERVERS; i++) {
        servers[i].fixture = &fixture;
        CHECK(pthread_create(&threads[i], NULL, start_server, &servers[i]) == 0);
    }
    for (size_t i = 0; i < SERVERS; i++) {
        (void)pthread_join(threads[i], NULL);
        applied += servers[i].applied;
    }
    for (size_t i = 0; i < SERVERS; i++) {
        CHECK(servers[i].outcome == OK);
    }
    CHECK(applied == fixture_schema.count);
}

/* POSIX locks of this process on the file, as the kernel lists them. */
static size_t count_locks(const char *path)
{
    char line[256];
    char want[64];
    struct stat info;
    size_t count = 0;
    FILE *locks = fopen("/proc/locks", "r");

    if (locks == NULL || stat(path, &info) != 0) {
        return 0;
    }
    (void)snprintf(want, sizeof(want), ":%llu ", (unsigned long long)info.st_ino);
    while (fgets(line, sizeof(line), locks) != NULL) {
        count += strstr(line, "POSIX") != NULL && strstr(line, want) != NULL;
    }
    (void)fclose(locks);
    return count;
}

/* A process that opens and closes a file loses all its POSIX locks on it, SQLite's among them. */
static void a_refused_opener_leaves_the_locks_of_the_first(void)
{
    FIXTURE_SCOPE fixture;
    struct store *second = NULL;

    CHECK(fixture_open(&fixture, &fixture_schema));
    const char *path = strchr(fixture.url, ':') + 1;
    size_t before = fixture_is_sqlite() ? count_locks(path) : 0;

    if (before == 0) {
        return; /* no list of locks here */
    }
    CHECK(store_open(&fixture.settings, &second, &fixture.fault) == ERR_CONFLICT);
    CHECK(store_restore(&fixture.settings, "/dev/null", &fixture.fault) == ERR_CONFLICT);
    CHECK(count_locks(path) == before);
}

static void bad_settings_are_refused(void)
{
    FIXTURE_SCOPE fixture;
    static const char *const URLS[] = {"", "sqlite:", "mysql://x", "/tmp/a.db", "sqlite"};

    CHECK(fixture_new(&fixture, &fixture_schema));
    for (size_t i = 0; i < COUNT(URLS); i++) {
        fixture.settings.url = URLS[i];
        CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == ERR_INVALID);
    }
    fixture.settings.url = fixture.url;
    fixture.settings.reader_max = 0;
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == ERR_INVALID);
    fixture.settings.reader_max = 1;
    fixture.settings.queue_max = 0;
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == ERR_INVALID);
    fixture.settings.queue_max = 1;
    fixture.settings.group_max = 0;
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == ERR_INVALID);
    fixture.settings.group_max = 1;
    fixture.settings.url = "postgresql://nobody@127.0.0.1:1/none";
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == ERR_UNAVAILABLE);
    fixture.settings.url = "sqlite:/nowhere/at/all.db";
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == ERR_UNAVAILABLE);
}

STORE_TEST_MAIN(CASE(migrations_apply_once), CASE(a_later_program_adds_what_is_missing),
                CASE(a_newer_schema_is_refused), CASE(a_changed_migration_is_refused),
                CASE(a_migration_that_fails_leaves_nothing), CASE(the_product_s_migrations_apply),
                CASE(a_second_opener_of_a_file_is_refused),
                CASE(servers_that_start_at_once_share_the_migrations),
                CASE(a_refused_opener_leaves_the_locks_of_the_first),
                CASE(bad_settings_are_refused))
