/* Route matching: the first byte chooses the method, the rest is the raw path. */

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "fuzz.h"
#include "http/match.h"

static const struct route routes[] = {
    {.method = GET, .path = "/v1/campaigns"},
    {.method = POST, .path = "/v1/campaigns"},
    {.method = GET, .path = "/v1/campaigns/{campaign_id}"},
    {.method = PATCH, .path = "/v1/campaigns/{campaign_id}"},
    {.method = GET, .path = "/v1/campaigns/sample"},
    {.method = GET, .path = "/v1/campaigns/{campaign_id}/walls"},
    {.method = DELETE, .path = "/v1/campaigns/{campaign_id}/walls/{wall_id}"},
    {.method = PUT, .path = "/v1/leases/{lease_id}/draft"},
};

static size_t braces(const char *path)
{
    size_t count = 0;

    for (; *path != '\0'; path++) {
        count += *path == '{';
    }
    return count;
}

static const struct match_table *table(void)
{
    static struct arena *arena; /* static, so that it counts as in use at the end */
    static const struct match_table *made;
    const struct route *list[COUNT(routes)];

    if (made == NULL) {
        for (size_t i = 0; i < COUNT(routes); i++) {
            list[i] = &routes[i];
        }
        arena = arena_new();
        made = match_new(arena, list, COUNT(routes));
    }
    return made;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE arena = arena_new();
    struct match match = {0};

    if (size == 0) {
        return 0;
    }
    enum method method = (enum method)(data[0] % METHOD_COUNT);
    struct text path = {(const char *)data + 1, size - 1};

    switch (match_find(table(), arena, path, method, &match)) {
    case MATCH_FOUND:
        assert(match.route == &routes[match.index] && match.route->method == method);
        for (size_t i = 0; i < braces(match.route->path); i++) {
            assert(match.ids[i] != NULL && strlen(match.ids[i]) <= MATCH_ID_SIZE_MAX);
        }
        break;
    case MATCH_NO_METHOD:
        assert(match.methods != 0 && (match.methods & (1U << method)) == 0);
        break;
    case MATCH_NO_PATH:
    case MATCH_BAD_PATH:
        break;
    }
    return 0;
}
