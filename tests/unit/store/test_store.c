#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <stdlib.h>

#include "base/shape.h"
#include "fixture_sql.h"
#include "store/fixture.h"

static enum err add_body(struct work *work, void *context)
{
    return thing_add(work, context);
}

static enum err find_body(struct work *work, void *context)
{
    struct thing_row *row = context;

    return thing_by_id(work, &(struct thing_by_id_args){.id = row->id}, row);
}

static enum err add(struct fixture *fixture, struct thing_add_args args)
{
    struct work work = fixture_work(fixture);
    enum err err = store_write(&work, add_body, &args);

    fixture->fault = work.fault;
    return err;
}

static enum err find(struct fixture *fixture, const char *id, struct thing_row *row)
{
    struct work work = fixture_work(fixture);

    row->id = id;
    return store_read(&work, find_body, row);
}

static void values_come_back_as_they_went_in(void)
{
    FIXTURE_SCOPE fixture;
    struct thing_row row = {0};
    static const char BYTES[] = {0, 1, (char)0xff, '\\', 0};

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(add(&fixture, (struct thing_add_args){.id = "a",
                                                .amount = INT64_MAX,
                                                .weight = 0.1,
                                                .image = {.at = BYTES, .size = sizeof(BYTES)},
                                                .note = "Gr\xc3\xbc\xc3\x9f dich, 'Welt'"}) == OK);
    CHECK(find(&fixture, "a", &row) == OK);
    CHECK(row.parent_id == NULL && row.amount == INT64_MAX && row.weight == 0.1);
    CHECK(row.image.size == sizeof(BYTES) && memcmp(row.image.at, BYTES, sizeof(BYTES)) == 0);
    CHECK(strcmp(row.note, "Gr\xc3\xbc\xc3\x9f dich, 'Welt'") == 0);
}

static void absences_come_back_as_absences(void)
{
    FIXTURE_SCOPE fixture;
    struct thing_row row = {0};

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(add(&fixture, (struct thing_add_args){
                            .id = "none", .amount = INT_ABSENT, .weight = (double)NAN}) == OK);
    CHECK(find(&fixture, "none", &row) == OK);
    CHECK(row.amount == INT_ABSENT && isnan(row.weight) && row.image.at == NULL);
    CHECK(row.note == NULL);
    CHECK(add(&fixture,
              (struct thing_add_args){
                  .id = "empty", .weight = -1.0 / 3, .image = {.at = "", .size = 0}, .note = ""}) ==
          OK);
    CHECK(find(&fixture, "empty", &row) == OK);
    CHECK(row.image.at != NULL && row.image.size == 0 && row.note != NULL && row.note[0] == '\0');
    CHECK(row.weight == -1.0 / 3 && row.amount == 0);
}

static void a_broken_rule_is_a_conflict_and_leaves_nothing(void)
{
    FIXTURE_SCOPE fixture;
    struct thing_row row = {0};

    CHECK(fixture_open(&fixture, &fixture_schema));
    CHECK(add(&fixture, (struct thing_add_args){.id = "a"}) == OK);
    CHECK(add(&fixture, (struct thing_add_args){.id = "a"}) == ERR_CONFLICT);
    CHECK(add(&fixture, (struct thing_add_args){.id = "b", .amount = -1}) == ERR_CONFLICT);
    CHECK(add(&fixture, (struct thing_add_args){.id = "c", .parent_id = "x"}) == ERR_CONFLICT);
    CHECK(fixture.fault.text[0] != '\0');
    CHECK(find(&fixture, "b", &row) == ERR_NOT_FOUND);
    CHECK(find(&fixture, "c", &row) == ERR_NOT_FOUND);
    CHECK(add(&fixture, (struct thing_add_args){.id = "c", .parent_id = "a"}) == OK);
}

static enum err change_mind(struct work *work, void *context)
{
    TRY(add_body(work, context));
    return work_fail(work, ERR_INVALID, "on second thought, no");
}

static void a_body_that_fails_leaves_nothing(void)
{
    FIXTURE_SCOPE fixture;
    struct thing_row row = {0};

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, change_mind, &(struct thing_add_args){.id = "a"}) == ERR_INVALID);
    CHECK(strcmp(work.fault.text, "on second thought, no") == 0);
    CHECK(find(&fixture, "a", &row) == ERR_NOT_FOUND);
}

static enum err hundred_body(struct work *work, void *context)
{
    struct thing_add_many_args *args = arena_array(work->arena, struct thing_add_many_args, 100);

    (void)context;
    for (size_t i = 0; i < 100; i++) {
        args[i] = (struct thing_add_many_args){.id = arena_print(work->arena, "t%03zu", i),
                                               .amount = (int64_t)(i / 2),
                                               .note = i % 3 == 0 ? NULL : "x"};
    }
    return thing_add_many(work, args, 100);
}

struct sum {
    int64_t amounts;
    size_t rows;
    size_t stop_after;
};

static enum err add_up(struct work *work, void *context, const struct thing_row *row)
{
    struct sum *sum = context;
    struct thing_row again;

    TRY(thing_by_id(work, &(struct thing_by_id_args){.id = row->id}, &again));
    sum->amounts += again.amount;
    sum->rows++;
    return sum->rows == sum->stop_after ? work_fail(work, ERR_LIMIT, "enough") : OK;
}

static enum err look_body(struct work *work, void *context)
{
    struct sum *sum = context;
    struct thing_row *rows;
    size_t count;

    TRY(thing_page(work, &(struct thing_page_args){.amount = 10, .id = "t020", .row_max = 5}, &rows,
                   &count));
    if (count != 5 || strcmp(rows[0].id, "t021") != 0 || rows[4].amount != 12) {
        return work_fail(work, ERR_INTERNAL, "the page is wrong: %zu rows", count);
    }
    TRY(thing_page(work, &(struct thing_page_args){.amount = 1000, .id = "", .row_max = 5}, &rows,
                   &count));
    if (count != 0) {
        return work_fail(work, ERR_INTERNAL, "there should be no page");
    }
    return thing_all(work, &(struct thing_all_args){.amount = 0}, add_up, sum);
}

static void many_rows_come_in_pages_and_one_by_one(void)
{
    FIXTURE_SCOPE fixture;
    struct sum sum = {0};
    struct sum cut = {.stop_after = 7};

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, hundred_body, NULL) == OK);
    CHECK(store_read(&work, look_body, &sum) == OK);
    CHECK(sum.rows == 100 && sum.amounts == 2 * 49 * 50 / 2);
    CHECK(store_read(&work, look_body, &cut) == ERR_LIMIT);
    CHECK(cut.rows == 7);
    CHECK(store_read(&work, look_body, &sum) == OK);
}

static enum err change_body(struct work *work, void *context)
{
    int64_t *affected = context;
    struct thing_delete_row gone;
    struct thing_count_row count;

    TRY(thing_rename(work, &(struct thing_rename_args){.note = "new", .amount = 45}, affected));
    TRY(thing_delete(work, &(struct thing_delete_args){.id = "t099"}, &gone));
    TRY(thing_count(work, &count));
    if (gone.amount != 49 || count.total != 99) {
        return work_fail(work, ERR_INTERNAL, "deleted %lld, left %lld", (long long)gone.amount,
                         (long long)count.total);
    }
    return thing_delete(work, &(struct thing_delete_args){.id = "t099"}, &gone);
}

static void changes_are_counted_and_given_back(void)
{
    FIXTURE_SCOPE fixture;
    int64_t affected = -1;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, hundred_body, NULL) == OK);
    CHECK(store_write(&work, change_body, &affected) == ERR_NOT_FOUND);
    CHECK(affected == 10);
}

static enum err write_while_reading(struct work *work, void *context)
{
    return counter_step(work, context);
}

static void a_reader_cannot_write(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    CHECK(store_read(&work, write_while_reading, &(struct counter_step_args){.name = "n"}) ==
          ERR_INTERNAL);
}

static enum err nested_body(struct work *work, void *context)
{
    struct thing_row row = {.id = "a"};

    TRY(store_write(work, add_body, context));
    return store_read(work, find_body, &row);
}

static void bodies_inside_bodies_share_the_transaction(void)
{
    FIXTURE_SCOPE fixture;

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, nested_body, &(struct thing_add_args){.id = "a"}) == OK);
}

enum { THREADS = 16, STEPS = 50 };

/* Every other write of each thread is taken back. */
static enum err step_body(struct work *work, void *context)
{
    int64_t *left = context;

    TRY(counter_step(work, &(struct counter_step_args){.name = "n"}));
    return *left % 2 == 0 ? OK : work_fail(work, ERR_INVALID, "odd");
}

static void *step_often(void *context)
{
    struct fixture *fixture = context;
    size_t wrong = 0;

    for (int64_t left = STEPS; left > 0; left--) {
        ARENA_SCOPE arena = arena_new();
        struct work work = {.arena = arena, .store = fixture->store};
        enum err want = left % 2 == 0 ? OK : ERR_INVALID;

        wrong += store_write(&work, step_body, &left) != want;
    }
    return (void *)(uintptr_t)wrong;
}

static enum err get_body(struct work *work, void *context)
{
    struct counter_get_row row;

    TRY(counter_get(work, &(struct counter_get_args){.name = "n"}, &row));
    *(int64_t *)context = row.value;
    return OK;
}

static void writers_at_once_lose_nothing(void)
{
    FIXTURE_SCOPE fixture;
    pthread_t threads[THREADS];
    size_t wrong = 0;
    int64_t value = 0;
    struct store_statistics before;
    struct store_statistics after;

    CHECK(fixture_open(&fixture, &fixture_schema));
    store_statistics(fixture.store, &before);
    for (size_t i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, step_often, &fixture) == 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        void *result;

        (void)pthread_join(threads[i], &result);
        wrong += (size_t)(uintptr_t)result;
    }
    struct work work = fixture_work(&fixture);

    store_statistics(fixture.store, &after);
    CHECK(wrong == 0);
    CHECK(store_read(&work, get_body, &value) == OK);
    CHECK(value == THREADS * STEPS / 2);
    CHECK(after.writes - before.writes == THREADS * STEPS / 2);
    CHECK(after.commits - before.commits <= after.writes - before.writes);
    CHECK(store_check(fixture.store, &fixture.fault) == OK || !fixture_is_sqlite());
}

enum { MANY = 1300 }; /* more than a pipeline or a fetch holds */

static enum err add_many_body(struct work *work, void *context)
{
    struct thing_add_many_args *args = arena_array(work->arena, struct thing_add_many_args, MANY);
    const char *last = context;

    for (size_t i = 0; i < MANY; i++) {
        args[i] =
            (struct thing_add_many_args){.id = arena_print(work->arena, "m%05zu", i), .amount = 1};
    }
    args[MANY - 1].id = last == NULL ? args[MANY - 1].id : last;
    return thing_add_many(work, args, MANY);
}

static enum err sum_body(struct work *work, void *context)
{
    return thing_all(work, &(struct thing_all_args){.amount = 1}, add_up, context);
}

static void long_streams_and_arrays_are_whole(void)
{
    FIXTURE_SCOPE fixture;
    struct sum sum = {0};
    struct sum cut = {.stop_after = 700};

    CHECK(fixture_open(&fixture, &fixture_schema));
    struct work work = fixture_work(&fixture);

    /* the last of the array breaks a rule, so nothing of it stays */
    CHECK(store_write(&work, add_many_body, (char[]){"m00000"}) == ERR_CONFLICT);
    CHECK(store_read(&work, sum_body, &sum) == OK && sum.rows == 0);
    CHECK(store_write(&work, add_many_body, NULL) == OK);
    CHECK(store_read(&work, sum_body, &cut) == ERR_LIMIT && cut.rows == 700);
    CHECK(store_read(&work, sum_body, &sum) == OK);
    CHECK(sum.rows == MANY && sum.amounts == MANY);
}

static enum err swallow_body(struct work *work, void *context)
{
    struct counter_get_row row;
    enum err ignored = thing_add(work, context);

    if (ignored == OK) {
        return ERR_INTERNAL;
    }
    return counter_get(work, &(struct counter_get_args){.name = "n"}, &row);
}

static enum err forget_body(struct work *work, void *context)
{
    enum err ignored = thing_add(work, context);

    return ignored == ERR_CONFLICT ? OK : ERR_INTERNAL;
}

static void a_query_that_fails_ends_its_body(void)
{
    FIXTURE_SCOPE fixture;
    struct thing_add_args args = {.id = "a"};

    CHECK(fixture_open(&fixture, &fixture_schema) && add(&fixture, args) == OK);
    struct work work = fixture_work(&fixture);

    CHECK(store_write(&work, swallow_body, &args) == ERR_INTERNAL);
    CHECK(strstr(work.fault.text, "after a query that failed") != NULL);
    CHECK(store_write(&work, forget_body, &args) == ERR_INTERNAL);
    CHECK(strstr(work.fault.text, "after a query that failed") != NULL);
}

/* A body that occupies the store until it is told to go. */
struct gate {
    struct fixture *fixture;
    sem_t inside;
    sem_t open;
    enum err outcome;
};

static enum err gate_body(struct work *work, void *context)
{
    struct gate *gate = context;

    (void)work;
    (void)sem_post(&gate->inside);
    (void)sem_wait(&gate->open);
    return OK;
}

static void *pass_gate(void *context)
{
    struct gate *gate = context;
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = gate->fixture->store};

    gate->outcome = store_write(&work, gate_body, gate);
    return NULL;
}

static size_t queue_length(struct fixture *fixture)
{
    struct store_statistics statistics;

    store_statistics(fixture->store, &statistics);
    return statistics.queue_length;
}

static void a_full_queue_refuses_at_once(void)
{
    FIXTURE_SCOPE fixture;
    struct gate first = {.fixture = &fixture};
    struct gate second = {.fixture = &fixture};
    struct store_statistics statistics;
    pthread_t threads[2];

    CHECK(fixture_new(&fixture, &fixture_schema));
    fixture.settings.queue_max = 1;
    fixture.settings.reader_max = 1;
    CHECK(store_open(&fixture.settings, &fixture.store, &fixture.fault) == OK);
    struct work work = fixture_work(&fixture);

    (void)sem_init(&first.inside, 0, 0);
    (void)sem_init(&first.open, 0, 0);
    (void)sem_init(&second.inside, 0, 0);
    (void)sem_init(&second.open, 0, 1);
    (void)pthread_create(&threads[0], NULL, pass_gate, &first);
    (void)sem_wait(&first.inside);
    (void)pthread_create(&threads[1], NULL, pass_gate, &second);
    while (queue_length(&fixture) == 0) {
        (void)sched_yield();
    }
    enum err third = store_write(&work, add_body, &(struct thing_add_args){.id = "a"});

    (void)sem_post(&first.open);
    (void)pthread_join(threads[0], NULL);
    (void)pthread_join(threads[1], NULL);
    store_statistics(fixture.store, &statistics);
    CHECK(third == ERR_UNAVAILABLE && statistics.refused == 1);
    CHECK(first.outcome == OK && second.outcome == OK && queue_length(&fixture) == 0);
}

STORE_TEST_MAIN(CASE(values_come_back_as_they_went_in), CASE(absences_come_back_as_absences),
                CASE(a_broken_rule_is_a_conflict_and_leaves_nothing),
                CASE(a_body_that_fails_leaves_nothing),
                CASE(many_rows_come_in_pages_and_one_by_one),
                CASE(changes_are_counted_and_given_back), CASE(a_reader_cannot_write),
                CASE(bodies_inside_bodies_share_the_transaction),
                CASE(writers_at_once_lose_nothing), CASE(long_streams_and_arrays_are_whole),
                CASE(a_query_that_fails_ends_its_body), CASE(a_full_queue_refuses_at_once))
