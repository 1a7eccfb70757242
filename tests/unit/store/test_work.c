#include <pthread.h>
#include <stdlib.h>

#include "store/fixture.h"

static void identifiers_have_a_prefix_a_time_and_sort_by_age(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);
    const char *before = work_new_id(&work, "tsk");

    CHECK(strlen(before) == 3 + 1 + 26 && strncmp(before, "tsk_", 4) == 0);
    CHECK(strspn(before + 4, "0123456789abcdefghjkmnpqrstvwxyz") == 26);
    for (size_t i = 0; i < 10000; i++) {
        const char *next = work_new_id(&work, "tsk");

        CHECK(strcmp(before, next) < 0);
        CHECK(strncmp(before, next, 14) == 0);
        before = next;
        work.now_us += i % 100 == 99 ? 0 : 1; /* still the same millisecond */
        work.now_us -= i % 100 == 99 ? 99 : 0;
    }
    work.now_us += 1000;
    const char *later = work_new_id(&work, "tsk");

    CHECK(strcmp(before, later) < 0 && strncmp(before, later, 14) != 0);
}

static void identifiers_tell_their_time(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);
    const char *id = work_new_id(&work, "tsk");

    CHECK(work_id_time(id) == work.now_us / 1000 * 1000);
    CHECK(work_id_time("") == 0 && work_id_time("tsk_") == 0 && work_id_time("tsk_12") == 0);
    CHECK(work_id_time("tsk_uuuuuuuuuu0000000000000000") == 0);
    CHECK(work_id_time("x_zzzzzzzzzz0000000000000000") > 0);
}

enum { THREADS = 8, EACH = 2000 };

struct made {
    struct store *store;
    struct arena *arena;
    const char *ids[EACH];
};

static void *make_ids(void *context)
{
    struct made *made = context;
    struct work work = {.arena = made->arena, .store = made->store, .now_us = 1};

    for (size_t i = 0; i < EACH; i++) {
        made->ids[i] = work_new_id(&work, "x");
    }
    return NULL;
}

static int compare(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void identifiers_of_many_threads_differ(void)
{
    FIXTURE_SCOPE fixture;
    static struct made made[THREADS];
    static const char *all[THREADS * EACH];
    pthread_t threads[THREADS];

    CHECK(fixture_open(&fixture, &fixture_schema));
    for (size_t i = 0; i < THREADS; i++) {
        made[i].store = fixture.store;
        made[i].arena = arena_new();
        CHECK(pthread_create(&threads[i], NULL, make_ids, &made[i]) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        (void)pthread_join(threads[i], NULL);
        memcpy(all + i * EACH, made[i].ids, sizeof(made[i].ids));
    }
    qsort(all, COUNT(all), sizeof(all[0]), compare);
    for (size_t i = 1; i < COUNT(all); i++) {
        CHECK(strcmp(all[i - 1], all[i]) < 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        arena_free(made[i].arena);
    }
}

static void random_numbers_have_62_bits(void)
{
    FIXTURE_SCOPE fixture;
    int64_t either = 0;
    int64_t both = INT64_MAX;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    for (size_t i = 0; i < 200; i++) {
        int64_t number = work_random(&work);

        CHECK(number >= 0);
        either |= number;
        both &= number;
    }
    CHECK(either == (INT64_C(1) << 62) - 1 && both == 0);
}

STORE_TEST_MAIN(CASE(identifiers_have_a_prefix_a_time_and_sort_by_age),
                CASE(identifiers_tell_their_time), CASE(identifiers_of_many_threads_differ),
                CASE(random_numbers_have_62_bits))
