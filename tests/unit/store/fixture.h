#pragma once

/*
 * A store of its own for a test: a SQLite file in a new folder, or, when
 * PERITI_TEST_STORE is "postgresql", a new database of the server that
 * PERITI_TEST_POSTGRES names.
 */

#include <stdbool.h>

#include "base/arena.h"
#include "base/fault.h"
#include "check.h"
#include "store/schema.h"
#include "store/store.h"
#include "store/work.h"

extern const struct schema fixture_schema; /* of the tests of the store */

struct fixture {
    struct arena *arena;
    struct store_settings settings;
    struct store *store; /* open and migrated; a test may close it and set it to NULL */
    struct fault fault;
    char folder[64];
    char database[64];
    char url[512];
};

bool fixture_is_sqlite(void);

/* An empty place for a store; nothing is open. */
bool fixture_new(struct fixture *fixture, const struct schema *schema /* NULL: the product's */);
bool fixture_open(struct fixture *fixture, const struct schema *schema); /* and migrates */
void fixture_free(struct fixture *fixture); /* closes and removes all */

struct work fixture_work(struct fixture *fixture);

static inline void fixture_freep(struct fixture *fixture)
{
    fixture_free(fixture);
}
#define FIXTURE_SCOPE [[gnu::cleanup(fixture_freep)]] struct fixture

/* Why the tests cannot run here; NULL: they can. */
const char *fixture_skip(void);

#define STORE_TEST_MAIN(...)                                                                       \
    int main(void)                                                                                 \
    {                                                                                              \
        static const struct test_case cases[] = {__VA_ARGS__};                                     \
                                                                                                   \
        if (fixture_skip() != NULL) {                                                              \
            printf("1..0 # SKIP %s\n", fixture_skip());                                            \
            return 0;                                                                              \
        }                                                                                          \
        return test_main(cases, sizeof(cases) / sizeof(cases[0]));                                 \
    }
