#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture_sql.h"
#include "store/fixture.h"

static const char *beside(struct fixture *fixture, const char *name)
{
    return arena_print(fixture->arena, "%s/%s", fixture->folder, name);
}

static enum err set_body(struct work *work, void *context)
{
    return counter_set(work, context);
}

static enum err get_body(struct work *work, void *context)
{
    struct counter_get_row row;

    TRY(counter_get(work, &(struct counter_get_args){.name = "n"}, &row));
    *(int64_t *)context = row.value;
    return OK;
}

static bool set(struct fixture *fixture, int64_t value)
{
    struct work work = fixture_work(fixture);

    return store_write(&work, set_body, &(struct counter_set_args){.name = "n", .value = value}) ==
           OK;
}

static int64_t get(struct fixture *fixture)
{
    struct work work = fixture_work(fixture);
    int64_t value = -1;

    return store_read(&work, get_body, &value) == OK ? value : -1;
}

static void damage(const char *path, off_t offset)
{
    int file = open(path, O_WRONLY);
    static const char JUNK[4000] = "junk";

    if (file >= 0) {
        ssize_t put = pwrite(file, JUNK, sizeof(JUNK), offset);

        (void)put;
        (void)close(file);
    }
}

static void a_backup_is_restored(void)
{
    FIXTURE_SCOPE fixture;
    struct stat info;

    CHECK(fixture_open(&fixture, &fixture_schema));
    const char *path = beside(&fixture, "backup.db");

    CHECK(set(&fixture, 1));
    CHECK(store_backup(
              &(struct store_settings){.url = fixture.url, .schema = fixture.settings.schema}, path,
              &fixture.fault) == OK);
    CHECK(stat(path, &info) == 0 && (info.st_mode & 0777) == 0600);
    CHECK(set(&fixture, 2));
    CHECK(store_restore(&fixture.settings, path, &fixture.fault) == ERR_CONFLICT);
    store_close(fixture.store);
    fixture.store = NULL;
    CHECK(store_restore(&fixture.settings, path, &fixture.fault) == OK);
    CHECK(access(beside(&fixture, "test.db.replaced"), F_OK) == 0);
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == OK);
    CHECK(get(&fixture) == 1);
    CHECK(set(&fixture, 3) && get(&fixture) == 3);
    CHECK(store_check(fixture.store, &fixture.fault) == OK);
}

static void a_backup_never_replaces_a_file(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    const char *path = beside(&fixture, "backup.db");

    CHECK(store_backup(&fixture.settings, path, &fixture.fault) == OK);
    CHECK(store_backup(&fixture.settings, path, &fixture.fault) == ERR_CONFLICT);
    CHECK(store_backup(&fixture.settings, "/nowhere/backup.db", &fixture.fault) == ERR_UNAVAILABLE);
}

static void a_damaged_backup_is_refused_and_the_store_stays(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    const char *path = beside(&fixture, "backup.db");
    const char *text = beside(&fixture, "text.db");

    CHECK(set(&fixture, 7));
    CHECK(store_backup(&fixture.settings, path, &fixture.fault) == OK);
    store_close(fixture.store);
    fixture.store = NULL;
    damage(path, 4096);
    damage(path, 8192);
    CHECK(store_restore(&fixture.settings, path, &fixture.fault) == ERR_INVALID);
    CHECK(close(open(text, O_WRONLY | O_CREAT, 0600)) == 0);
    damage(text, 0);
    CHECK(store_restore(&fixture.settings, text, &fixture.fault) == ERR_INVALID);
    CHECK(store_restore(&fixture.settings, beside(&fixture, "none"), &fixture.fault) ==
          ERR_INVALID);
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == OK);
    CHECK(get(&fixture) == 7);
}

static void a_backup_of_a_newer_schema_is_refused(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    const char *path = beside(&fixture, "backup.db");
    struct schema older = {.migrations = fixture_schema.migrations, .count = 1};

    CHECK(store_backup(&fixture.settings, path, &fixture.fault) == OK);
    store_close(fixture.store);
    fixture.store = NULL;
    fixture.settings.schema = &older;
    CHECK(store_restore(&fixture.settings, path, &fixture.fault) == ERR_INVALID);
    CHECK(strstr(fixture.fault.text, "newer") != NULL);
}

static void damage_is_found(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(set(&fixture, 7));
    store_close(fixture.store);
    fixture.store = NULL;
    damage(beside(&fixture, "test.db"), 4096 + 8);
    enum err err = store_open(&fixture.settings, &fixture.store, &fixture.fault);

    if (err == OK) {
        err = store_check(fixture.store, &fixture.fault);
    }
    CHECK(err == ERR_INTERNAL && fixture.fault.text[0] != '\0');
}

int main(void)
{
    static const struct test_case cases[] = {
        CASE(a_backup_is_restored),
        CASE(a_backup_never_replaces_a_file),
        CASE(a_damaged_backup_is_refused_and_the_store_stays),
        CASE(a_backup_of_a_newer_schema_is_refused),
        CASE(damage_is_found),
    };

    if (!fixture_is_sqlite()) {
        printf("1..0 # SKIP PostgreSQL has its own tools for backups\n");
        return 0;
    }
    return test_main(cases, COUNT(cases));
}
