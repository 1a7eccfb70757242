#include "http/match.h"

#include <assert.h>
#include <string.h>

#include "base/arena.h"
#include "http/params.h"

enum { SEGMENTS_MAX = 16 };

struct node {
    struct text name;
    struct node *sibling;
    struct node *literals; /* children by name */
    struct node *any;      /* the child that is an {id} */
    const struct route *routes[METHOD_COUNT];
    size_t index[METHOD_COUNT];
    uint32_t methods;
};

struct match_table {
    struct node root;
};

/* A path, cut and unescaped. */
struct segments {
    const char *at[SEGMENTS_MAX];
    size_t count;
};

struct walk {
    const struct segments *segments;
    const char *ids[MATCH_IDS_MAX];
    size_t id_count;
};

const char *method_name(enum method method)
{
    static const char *const NAMES[] = {"GET", "POST", "PUT", "PATCH", "DELETE"};

    return NAMES[method];
}

static struct node *literal_of(const struct node *parent, struct text name)
{
    for (struct node *node = parent->literals; node != NULL; node = node->sibling) {
        if (text_equal(node->name, name)) {
            return node;
        }
    }
    return NULL;
}

static struct node *step(struct arena *arena, struct node *parent, struct text name)
{
    if (name.size > 0 && name.at[0] == '{') {
        parent->any = parent->any != NULL ? parent->any : arena_new_of(arena, struct node);
        return parent->any;
    }

    struct node *node = literal_of(parent, name);

    if (node == NULL) {
        node = arena_new_of(arena, struct node);
        node->name = name;
        node->sibling = parent->literals;
        parent->literals = node;
    }
    return node;
}

static void add(struct arena *arena, struct node *root, const struct route *route, size_t index)
{
    struct node *node = root;

    for (const char *at = route->path; *at != '\0';) {
        assert(*at == '/');
        size_t size = strcspn(at + 1, "/");

        node = step(arena, node, (struct text){.at = at + 1, .size = size});
        at += 1 + size;
    }
    assert(node->routes[route->method] == NULL);
    node->routes[route->method] = route;
    node->index[route->method] = index;
    node->methods |= UINT32_C(1) << route->method;
}

struct match_table *match_new(struct arena *arena, const struct route *const *routes, size_t count)
{
    struct match_table *table = arena_new_of(arena, struct match_table);

    for (size_t i = 0; i < count; i++) {
        add(arena, &table->root, routes[i], i);
    }
    return table;
}

/* ERR_NOT_FOUND: deeper than any route. */
static enum err cut(struct arena *arena, struct text path, struct segments *out)
{
    size_t at = 0;

    out->count = 0;
    while (at < path.size) {
        const char *start = path.at + at + 1;
        const char *end = memchr(start, '/', path.size - at - 1);
        size_t size = end == NULL ? path.size - at - 1 : (size_t)(end - start);

        if (out->count == SEGMENTS_MAX) {
            return ERR_NOT_FOUND;
        }
        TRY(percent_decode(arena, (struct text){.at = start, .size = size}, false,
                           &out->at[out->count]));
        out->count++;
        at += 1 + size;
    }
    return OK;
}

static const struct node *descend(const struct node *node, struct walk *walk, size_t depth)
{
    if (depth == walk->segments->count) {
        return node->methods != 0 ? node : NULL;
    }

    const char *name = walk->segments->at[depth];
    const struct node *literal = literal_of(node, text_of(name));
    const struct node *found = literal == NULL ? NULL : descend(literal, walk, depth + 1);
    size_t size = strlen(name);

    if (found != NULL || node->any == NULL || size == 0 || size > MATCH_ID_SIZE_MAX ||
        walk->id_count == MATCH_IDS_MAX) {
        return found;
    }
    walk->ids[walk->id_count++] = name;
    found = descend(node->any, walk, depth + 1);
    walk->id_count -= found == NULL;
    return found;
}

enum match_outcome match_find(const struct match_table *table, struct arena *arena,
                              struct text path, enum method method, struct match *out)
{
    struct segments segments;
    struct walk walk = {.segments = &segments};

    if (path.size == 0 || path.at[0] != '/') {
        return MATCH_BAD_PATH;
    }
    enum err err = cut(arena, path, &segments);

    if (err != OK) {
        return err == ERR_NOT_FOUND ? MATCH_NO_PATH : MATCH_BAD_PATH;
    }
    const struct node *node = descend(&table->root, &walk, 0);

    if (node == NULL) {
        return MATCH_NO_PATH;
    }
    const char **ids = arena_array(arena, const char *, MATCH_IDS_MAX + 1);

    memcpy(ids, walk.ids, walk.id_count * sizeof(ids[0]));
    *out = (struct match){.route = node->routes[method],
                          .index = node->index[method],
                          .ids = ids,
                          .methods = node->methods};
    return out->route != NULL ? MATCH_FOUND : MATCH_NO_METHOD;
}
