/* Query strings, read by a shape with a field of every kind that a query may hold. */

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/shape.h"
#include "fuzz.h"
#include "http/params.h"

struct query {
    const char *after;
    const char *state;
    int64_t limit;
    double rate;
    bool yes;
    int64_t since;
};
static const struct query defaults = {.limit = 50};
static const struct field fields[] = {
    TEXT(query, after, .optional = true, .max = 40, .doc = "Where to go on"),
    TEXT(query, state, .optional = true, .choices = "open|closed", .doc = "One of two"),
    INT(query, limit, .optional = true, .min = 1, .max = 200, .doc = "At most"),
    REAL(query, rate, .optional = true, .min = -1, .max = 1, .doc = "A real"),
    BOOL(query, yes, .optional = true, .doc = "Yes or no"),
    TIME(query, since, .optional = true, .doc = "A time"),
};
static const struct shape shape = SHAPE(query, fields, "A query", .defaults = &defaults);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct query query = {0};

    if (params_read(arena, (struct text){(const char *)data, size}, &shape, &query, &fault) != OK) {
        assert(fault.text[0] != '\0');
        return 0;
    }
    assert(query.limit >= 1 && query.limit <= 200);
    assert(query.rate >= -1 && query.rate <= 1);
    assert(query.after == NULL || strlen(query.after) <= size);
    assert(query.state == NULL || strcmp(query.state, "open") == 0 ||
           strcmp(query.state, "closed") == 0);
    return 0;
}
