/* What bodies note together, and what is known of tables that did not change. */

#include <pthread.h>
#include <stdatomic.h>

#include "fixture_sql.h"
#include "store/fixture.h"

enum { THREADS = 16, STEPS = 50, PLACES = 333 };

static atomic_int served;

static enum err add_total(struct work *work, const struct total *total)
{
    (void)atomic_fetch_add(&served, 1);
    return counter_add(
        work, &(struct counter_add_args){.name = total->object_id, .value = total->amount});
}

static void note(struct work *work, const char *name, int64_t amount)
{
    store_sum(work, add_total,
              &(struct total){
                  .organisation_id = "org", .object_id = name, .name = "count", .amount = amount});
}

/* Every other body fails after it has noted and written. */
static enum err note_body(struct work *work, void *context)
{
    int64_t *left = context;

    note(work, "all", 1);
    note(work, *left % 3 == 0 ? "third" : "other", 10);
    note(work, "nothing", *left % 4 == 2 ? 1 : -1);
    TRY(counter_step(work, &(struct counter_step_args){.name = "written"}));
    return *left % 2 == 0 ? OK : work_fail(work, ERR_INVALID, "odd");
}

static void *note_often(void *context)
{
    struct fixture *fixture = context;
    size_t wrong = 0;

    for (int64_t left = STEPS; left > 0; left--) {
        ARENA_SCOPE arena = arena_new();
        struct work work = {.arena = arena, .store = fixture->store};

        wrong += store_write(&work, note_body, &left) != (left % 2 == 0 ? OK : ERR_INVALID);
    }
    return (void *)(uintptr_t)wrong;
}

struct asked {
    const char *name;
    int64_t value;
};

static enum err get_body(struct work *work, void *context)
{
    struct asked *asked = context;
    struct counter_get_row row;

    TRY(counter_get(work, &(struct counter_get_args){.name = asked->name}, &row));
    asked->value = row.value;
    return OK;
}

/* INT64_MIN: there is none. */
static int64_t counter(struct fixture *fixture, const char *name)
{
    struct work work = fixture_work(fixture);
    struct asked asked = {.name = name};

    return store_read(&work, get_body, &asked) == OK ? asked.value : INT64_MIN;
}

static void what_many_note_is_summed_and_what_fails_is_not(void)
{
    FIXTURE_SCOPE fixture;
    pthread_t threads[THREADS];
    size_t wrong = 0;

    CHECK(fixture_open(&fixture, &fixture_schema));
    atomic_store(&served, 0);
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, note_often, &fixture) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *result;

        (void)pthread_join(threads[i], &result);
        wrong += (size_t)(uintptr_t)result;
    }
    CHECK(wrong == 0);
    CHECK(counter(&fixture, "written") == THREADS * STEPS / 2);
    CHECK(counter(&fixture, "all") == THREADS * STEPS / 2);
    CHECK(counter(&fixture, "third") == THREADS * 10 * 8); /* 48, 42, … 6 */
    CHECK(counter(&fixture, "other") == THREADS * 10 * 17);
    CHECK(counter(&fixture, "nothing") == THREADS); /* 13 times up, 12 times down */
    printf("# %d bodies, %d totals\n", THREADS * STEPS / 2, atomic_load(&served));
}

/* Take a place while there is one, as far as the store and this transaction say; every third body
 * fails after it has taken one. */
static enum err take_place(struct work *work, void *context)
{
    const struct total total = {
        .organisation_id = "org", .object_id = "taken", .name = "count", .amount = 1};
    int64_t *left = context;
    struct counter_get_row row = {0};
    enum err err = counter_get(work, &(struct counter_get_args){.name = "taken"}, &row);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    if (row.value + store_summed(work, add_total, &total) >= PLACES) {
        return OK;
    }
    store_sum(work, add_total, &total);
    if (row.value + store_summed(work, add_total, &total) > PLACES) {
        return work_fail(work, ERR_INTERNAL, "its own note is not counted");
    }
    return *left % 3 == 0 ? work_fail(work, ERR_INVALID, "third") : OK;
}

static void *take_places(void *context)
{
    struct fixture *fixture = context;

    for (int64_t left = STEPS; left > 0; left--) {
        ARENA_SCOPE arena = arena_new();
        struct work work = {.arena = arena, .store = fixture->store};

        (void)store_write(&work, take_place, &left);
    }
    return NULL;
}

/* More than there are places ask for one, many of them in one commit. */
static void a_bound_on_a_sum_is_kept_to_the_last_place(void)
{
    FIXTURE_SCOPE fixture;
    pthread_t threads[THREADS];

    CHECK(fixture_open(&fixture, &fixture_schema));
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, take_places, &fixture) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
    }
    CHECK(counter(&fixture, "taken") == PLACES);
}

static enum err fail_total(struct work *work, const struct total *total)
{
    (void)total;
    return work_fail(work, ERR_UNAVAILABLE, "not now");
}

static enum err doomed_body(struct work *work, void *context)
{
    (void)context;
    TRY(counter_step(work, &(struct counter_step_args){.name = "doomed"}));
    store_sum(
        work, fail_total,
        &(struct total){.organisation_id = "org", .object_id = "x", .name = "count", .amount = 1});
    return OK;
}

static void a_total_that_fails_takes_its_bodies_along(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, doomed_body, NULL) == ERR_UNAVAILABLE);
    CHECK(strcmp(work.fault.text, "not now") == 0);
    CHECK(counter(&fixture, "doomed") == INT64_MIN);
    int64_t even = 2;

    CHECK(store_write(&work, note_body, &even) == OK);
    CHECK(counter(&fixture, "all") == 1);
}

static enum err step_body(struct work *work, void *context)
{
    return counter_step(work, &(struct counter_step_args){.name = context});
}

static void a_version_grows_with_its_tables_alone(void)
{
    static const char *const COUNTER[] = {"counter"};
    static const char *const BOTH[] = {"thing", "counter"};
    static const char *const THING[] = {"thing"};
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);
    uint64_t counter_before = store_version(fixture.store, COUNTER, 1);
    uint64_t both_before = store_version(fixture.store, BOTH, 2);
    uint64_t thing_before = store_version(fixture.store, THING, 1);

    char name[] = "a";

    CHECK(store_write(&work, step_body, name) == OK);
    CHECK(counter(&fixture, name) == 1);
    if (!fixture_is_sqlite()) {
        CHECK(counter_before == 0 && store_version(fixture.store, COUNTER, 1) == 0);
        return;
    }
    CHECK(counter_before > 0);
    CHECK(store_version(fixture.store, COUNTER, 1) > counter_before);
    CHECK(store_version(fixture.store, BOTH, 2) > both_before);
    CHECK(store_version(fixture.store, THING, 1) == thing_before);
}

STORE_TEST_MAIN(CASE(what_many_note_is_summed_and_what_fails_is_not),
                CASE(a_bound_on_a_sum_is_kept_to_the_last_place),
                CASE(a_total_that_fails_takes_its_bodies_along),
                CASE(a_version_grows_with_its_tables_alone))
