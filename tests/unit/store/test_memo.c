/* Rows that are remembered: what was changed since is never told. */

#include <sqlite3.h>

#include "fixture_sql.h"
#include "store/fixture.h"

struct asked {
    const char *name;
    int64_t value; /* INT64_MIN: there is none */
};

static enum err ask(struct work *work, struct asked *asked)
{
    struct counter_known_row row;
    enum err err = counter_known(work, &(struct counter_known_args){.name = asked->name}, &row);

    asked->value = INT64_MIN;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    asked->value = strcmp(row.name, asked->name) == 0 ? row.value : INT64_MAX;
    return OK;
}

static enum err ask_body(struct work *work, void *context)
{
    return ask(work, context);
}

static int64_t known(struct fixture *fixture, const char *name)
{
    struct work work = fixture_work(fixture);
    struct asked asked = {.name = name};

    return store_write(&work, ask_body, &asked) == OK ? asked.value : INT64_MAX;
}

static enum err set(struct work *work, const char *name, int64_t value)
{
    return counter_set(work, &(struct counter_set_args){.name = name, .value = value});
}

static enum err set_body(struct work *work, void *context)
{
    const struct asked *asked = context;

    return set(work, asked->name, asked->value);
}

static enum err set_and_fail(struct work *work, void *context)
{
    TRY(set_body(work, context));
    TRY(ask(work, &(struct asked){.name = "a"}));
    return work_fail(work, ERR_INVALID, "no");
}

static enum err put(struct fixture *fixture, store_body *body, const char *name, int64_t value)
{
    struct work work = fixture_work(fixture);
    struct asked asked = {.name = name, .value = value};

    return store_write(&work, body, &asked);
}

static void a_row_is_told_as_it_is_after_each_commit(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(known(&fixture, "a") == INT64_MIN);
    CHECK(put(&fixture, set_body, "a", 1) == OK);
    CHECK(known(&fixture, "a") == 1);
    CHECK(known(&fixture, "a") == 1);
    CHECK(put(&fixture, set_body, "a", 2) == OK);
    CHECK(known(&fixture, "a") == 2);
    CHECK(known(&fixture, "b") == INT64_MIN);
}

static void what_was_rolled_back_is_not_told(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(put(&fixture, set_body, "a", 1) == OK);
    CHECK(known(&fixture, "a") == 1);
    CHECK(put(&fixture, set_and_fail, "a", 5) == ERR_INVALID);
    CHECK(known(&fixture, "a") == 1);
}

/* Asked for, changed, and asked for again in one body. */
static enum err change_between(struct work *work, void *context)
{
    struct asked *asked = context;

    for (int64_t value = 10; value < 13; value++) {
        TRY(ask(work, asked));
        TRY(set(work, asked->name, value));
        TRY(ask(work, asked));
        if (asked->value != value) {
            return work_fail(work, ERR_INTERNAL, "stale");
        }
    }
    return OK;
}

static void a_body_sees_its_own_changes(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(put(&fixture, set_body, "a", 1) == OK);
    CHECK(known(&fixture, "a") == 1);
    CHECK(put(&fixture, change_between, "a", 0) == OK);
    CHECK(known(&fixture, "a") == 12);
}

static void arguments_are_told_apart(void)
{
    static const char LONG[] = "0123456789012345678901234567890123456789012345678901234567890123456"
                               "789012345678901234567890123456789012345678901234567890123456789012"
                               "345678901234567890123456789";
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(put(&fixture, set_body, "", 7) == OK);
    CHECK(put(&fixture, set_body, LONG, 8) == OK);
    for (int64_t i = 0; i < 600; i++) {
        char name[24];

        (void)snprintf(name, sizeof(name), "n%lld", (long long)i);
        CHECK(put(&fixture, set_body, name, i) == OK);
    }
    for (int64_t i = 0; i < 1200; i++) {
        char name[24];

        (void)snprintf(name, sizeof(name), "n%lld", (long long)(i % 600));
        CHECK(known(&fixture, name) == i % 600);
    }
    CHECK(known(&fixture, "") == 7 && known(&fixture, "") == 7);
    CHECK(known(&fixture, LONG) == 8 && known(&fixture, LONG) == 8);
}

static bool change_behind(const struct fixture *fixture)
{
    sqlite3 *handle = NULL;
    const char *path = fixture->url + strlen("sqlite:");
    bool done =
        sqlite3_open(path, &handle) == SQLITE_OK &&
        sqlite3_exec(handle, "UPDATE counter SET value = 99", NULL, NULL, NULL) == SQLITE_OK;

    (void)sqlite3_close(handle);
    return done;
}

/* Nobody else may write to the file; if somebody does, that shows that nothing was asked. */
static void it_is_asked_for_once(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(put(&fixture, set_body, "a", 1) == OK);
    CHECK(known(&fixture, "a") == 1);
    if (!fixture_is_sqlite()) {
        return;
    }
    CHECK(change_behind(&fixture));
    CHECK(known(&fixture, "a") == 1);
    CHECK(put(&fixture, set_body, "b", 2) == OK);
    CHECK(known(&fixture, "a") == 99);
}

STORE_TEST_MAIN(CASE(a_row_is_told_as_it_is_after_each_commit),
                CASE(what_was_rolled_back_is_not_told), CASE(a_body_sees_its_own_changes),
                CASE(arguments_are_told_apart), CASE(it_is_asked_for_once))
