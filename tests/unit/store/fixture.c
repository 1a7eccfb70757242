#include "store/fixture.h"

#include <ftw.h>
#include <libpq-fe.h>
#include <stdlib.h>
#include <unistd.h>

bool fixture_is_sqlite(void)
{
    const char *wanted = getenv("PERITI_TEST_STORE");

    return wanted == NULL || strcmp(wanted, "postgresql") != 0;
}

const char *fixture_skip(void)
{
    const char *server = getenv("PERITI_TEST_POSTGRES");

    return fixture_is_sqlite() || (server != NULL && server[0] != '\0') ? NULL
                                                                        : "no PERITI_TEST_POSTGRES";
}

static bool on_server(const char *format, const char *name)
{
    char sql[256];
    PGconn *server = PQconnectdb(getenv("PERITI_TEST_POSTGRES"));

    (void)snprintf(sql, sizeof(sql), "%s %s%s", format, name,
                   strncmp(format, "DROP", 4) == 0 ? " WITH (FORCE)" : "");
    PGresult *result = PQexec(server, sql);
    bool good = PQresultStatus(result) == PGRES_COMMAND_OK;

    if (!good) {
        printf("# %s", PQerrorMessage(server));
    }
    PQclear(result);
    PQfinish(server);
    return good;
}

static bool new_database(struct fixture *fixture)
{
    static int number;
    const char *server = getenv("PERITI_TEST_POSTGRES");
    const char *slash = strrchr(server, '/');

    (void)snprintf(fixture->database, sizeof(fixture->database), "test_%d_%d", (int)getpid(),
                   number++);
    (void)snprintf(fixture->url, sizeof(fixture->url), "%.*s/%s", (int)(slash - server), server,
                   fixture->database);
    return on_server("CREATE DATABASE", fixture->database);
}

static bool new_folder(struct fixture *fixture)
{
    (void)snprintf(fixture->folder, sizeof(fixture->folder), "/tmp/periti-test-XXXXXX");
    if (mkdtemp(fixture->folder) == NULL) {
        return false;
    }
    (void)snprintf(fixture->url, sizeof(fixture->url), "sqlite:%s/test.db", fixture->folder);
    return true;
}

bool fixture_new(struct fixture *fixture, const struct schema *schema)
{
    *fixture = (struct fixture){.arena = arena_new(), .settings = STORE_DEFAULTS};
    fixture->settings.url = fixture->url;
    fixture->settings.schema = schema;
    return fixture_is_sqlite() ? new_folder(fixture) : new_database(fixture);
}

bool fixture_open(struct fixture *fixture, const struct schema *schema)
{
    size_t applied;
    bool good = fixture_new(fixture, schema) &&
                store_open(&fixture->settings, &fixture->store, &fixture->fault) == OK &&
                store_migrate(fixture->store, 1, &applied, &fixture->fault) == OK;

    if (!good) {
        printf("# %s\n", fixture->fault.text);
    }
    return good;
}

static int remove_entry(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

void fixture_free(struct fixture *fixture)
{
    store_close(fixture->store);
    if (fixture->folder[0] != '\0') {
        (void)nftw(fixture->folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    }
    if (fixture->database[0] != '\0') {
        (void)on_server("DROP DATABASE", fixture->database);
    }
    arena_free(fixture->arena);
}

struct work fixture_work(struct fixture *fixture)
{
    return (struct work){
        .arena = fixture->arena, .store = fixture->store, .now_us = 1700000000000000};
}
