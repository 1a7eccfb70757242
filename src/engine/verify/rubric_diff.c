#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/map.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_set.h"

struct comparing {
    struct arena *arena;
    struct rubric_change *at;
    size_t count;
    size_t room;
};

static void add(struct comparing *all, struct rubric_change change)
{
    all->at = arena_room(all->arena, all->at, all->count, &all->room, sizeof(*all->at));
    all->at[all->count++] = change;
}

/* The first rubric of each id. */
static struct map *index_of(struct arena *arena, const struct rubric_set *set)
{
    struct map *ids = map_new(arena);

    for (size_t i = 0; i < set->count; i++) {
        (void)map_add(ids, text_of(set->at[i].id));
    }
    return ids;
}

static const struct rubric *find_rubric(const struct rubric_set *set, const struct map *ids,
                                        const char *id)
{
    uint32_t number = 0;

    if (!map_find(ids, text_of(id), &number)) {
        return NULL;
    }
    for (size_t i = number; i < set->count; i++) {
        if (strcmp(set->at[i].id, id) == 0) {
            return &set->at[i];
        }
    }
    return NULL;
}

static const struct criterion *find_criterion(const struct rubric *rubric, const char *id)
{
    for (size_t i = 0; rubric != NULL && i < rubric->count; i++) {
        if (strcmp(rubric->criteria[i].id, id) == 0) {
            return &rubric->criteria[i];
        }
    }
    return NULL;
}

/* Criteria of `these` that `those` lack. */
static void add_lacking(struct comparing *all, char sign, const struct rubric_set *these,
                        const struct rubric_set *those)
{
    struct map *ids = index_of(all->arena, those);

    for (size_t i = 0; i < these->count; i++) {
        const struct rubric *one = &these->at[i];
        const struct rubric *other = find_rubric(those, ids, one->id);

        for (size_t k = 0; k < one->count; k++) {
            if (find_criterion(other, one->criteria[k].id) == NULL) {
                add(all, (struct rubric_change){.sign = sign,
                                                .rubric = one->id,
                                                .criterion = one->criteria[k].id,
                                                .what = "criterion",
                                                .before = sign == '-' ? one->criteria[k].text : "",
                                                .now = sign == '+' ? one->criteria[k].text : ""});
            }
        }
    }
}

static const char *needs_of(struct arena *arena, const struct criterion *one)
{
    struct buffer text = buffer_new(arena);

    for (size_t i = 0; i < one->need_count; i++) {
        buffer_print(&text, "%s%s", i == 0 ? "" : " ", one->needs[i]);
    }
    return text.size == 0 ? "" : text.at;
}

static const char *flags_of(struct arena *arena, const struct criterion *one)
{
    return arena_print(arena, "%s%s%s", one->secondary ? "secondary " : "",
                       one->hurdle ? "hurdle " : "", one->grounded ? "grounded " : "");
}

static const char *or_nothing(const char *text)
{
    return text == NULL ? "" : text;
}

static void add_changes(struct comparing *all, const char *rubric, const struct criterion *before,
                        const struct criterion *now)
{
    struct arena *arena = all->arena;
    const struct {
        const char *what;
        const char *before;
        const char *now;
    } parts[] = {
        {"criterion", or_nothing(before->text), or_nothing(now->text)},
        {"kind", or_nothing(before->kind), or_nothing(now->kind)},
        {"evidence", or_nothing(before->evidence), or_nothing(now->evidence)},
        {"points", arena_print(arena, "%g", before->points), arena_print(arena, "%g", now->points)},
        {"needs", needs_of(arena, before), needs_of(arena, now)},
        {"flags", flags_of(arena, before), flags_of(arena, now)},
    };

    for (size_t i = 0; i < COUNT(parts); i++) {
        if (strcmp(parts[i].before, parts[i].now) != 0) {
            add(all, (struct rubric_change){.sign = '~',
                                            .rubric = rubric,
                                            .criterion = now->id,
                                            .what = parts[i].what,
                                            .before = parts[i].before,
                                            .now = parts[i].now});
        }
    }
}

void rubric_set_diff(struct arena *arena, const struct rubric_set *before,
                     const struct rubric_set *now, const struct rubric_change **out, size_t *count)
{
    struct comparing all = {.arena = arena};
    struct map *ids = index_of(arena, before);

    add_lacking(&all, '-', before, now);
    add_lacking(&all, '+', now, before);
    for (size_t i = 0; i < now->count; i++) {
        const struct rubric *old = find_rubric(before, ids, now->at[i].id);

        for (size_t k = 0; k < now->at[i].count; k++) {
            const struct criterion *one = find_criterion(old, now->at[i].criteria[k].id);

            if (one != NULL) {
                add_changes(&all, now->at[i].id, one, &now->at[i].criteria[k]);
            }
        }
    }
    *out = all.at;
    *count = all.count;
}
