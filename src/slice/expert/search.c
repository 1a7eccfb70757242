#include "slice/expert/search.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "base/text.h"
#include "base/time.h"
#include "http/page.h"
#include "slice/account/account.h"
#include "slice/expert/card.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/profile.h"
#include "store/work.h"

enum { WANTED_MAX = 8, FACETS_PER_KIND = 12 };

static const struct expert_query query_defaults = {
    .level = 1, .hours = INT_ABSENT, .rate_max = INT_ABSENT, .limit = PAGE_DEFAULT};
static const struct field query_fields[] = {
    TEXT(expert_query, text, .optional = true, .max = 200, .doc = "Words that all stand in it"),
    TEXT(expert_query, skill, .optional = true, .max = 120, .doc = "Has this skill"),
    INT(expert_query, level, .optional = true, .min = 1, .max = 10,
        .doc = "At this level or above"),
    TEXT(expert_query, language, .optional = true, .max = 20, .doc = "Speaks it, as en"),
    TEXT(expert_query, country, .optional = true, .max = 2, .doc = "Lives there, as DE"),
    TEXT(expert_query, domain, .optional = true, .max = 60, .doc = "Field of expertise"),
    TEXT(expert_query, credential, .optional = true, .max = 200, .doc = "Holds it, unexpired"),
    INT(expert_query, hours, .optional = true, .min = 0, .max = 168, .doc = "Hours a week, least"),
    INT(expert_query, rate_max, .optional = true, .min = 0, .max = 10000000,
        .doc = "Asks at most so much an hour, in minor units"),
    TEXT(expert_query, pool_id, .optional = true, .max = 40, .doc = "Is in this saved pool"),
    BOOL(expert_query, looking, .optional = true, .doc = "Looks for work at present"),
    TEXT(expert_query, after, .optional = true, .max = 40,
         .doc = "Cursor: `next` of the page before"),
    INT(expert_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape expert_query_shape =
    SHAPE(expert_query, query_fields, "Whom to find", .defaults = &query_defaults);

struct wanted {
    uint32_t name;
    uint8_t level;
};

/* One search as it goes through the cards. */
struct search {
    const struct expert_query *query;
    struct wanted wanted[WANTED_MAX];
    size_t wanted_count;
    bool nobody; /* a name or word that nobody has */
    const uint32_t *words;
    size_t word_count;
    struct map *pool; /* NULL: everybody */
    uint16_t day;
    struct expert_hit *hits;
    size_t count;
    size_t room;
    int64_t *holders; /* [name] among those found */
    size_t name_count;
};

static enum err want(struct work *work, struct search *search, const char *kind, const char *name,
                     int64_t level)
{
    uint32_t number;

    if (name == NULL || name[0] == '\0') {
        return OK;
    }
    enum err err = expert_name_number(work, kind, name_key(work->arena, name), &number);

    if (err == ERR_NOT_FOUND) {
        search->nobody = true;
        return OK;
    }
    TRY(err);
    search->wanted[search->wanted_count++] =
        (struct wanted){.name = number, .level = (uint8_t)level};
    return OK;
}

static bool holds(const struct match_expert *expert, const struct wanted *wanted)
{
    for (uint32_t i = 0; i < expert->tag_count; i++) {
        if (expert->tags[i].tag == wanted->name && expert->tags[i].level >= wanted->level) {
            return true;
        }
    }
    return false;
}

static bool has_words(const struct text_bag *bag, const uint32_t *words, size_t count)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        while (at < bag->size && bag->term[at] < words[i]) {
            at++;
        }
        if (at == bag->size || bag->term[at] != words[i]) {
            return false;
        }
    }
    return true;
}

static bool fits(const struct search *search, const struct match_expert *expert)
{
    const struct expert_query *query = search->query;

    if ((query->looking && expert->seats == 0) ||
        (query->hours != INT_ABSENT && expert->hours < query->hours) ||
        (query->rate_max != INT_ABSENT && expert->rate > query->rate_max)) {
        return false;
    }
    for (size_t i = 0; i < search->wanted_count; i++) {
        if (!holds(expert, &search->wanted[i])) {
            return false;
        }
    }
    return has_words(&expert->text, search->words, search->word_count);
}

static void keep(struct arena *arena, struct search *search, const char *id,
                 const struct match_expert *expert)
{
    if (search->count == search->room) {
        size_t room = search->room * 2 + 256;
        struct expert_hit *wider = arena_array(arena, struct expert_hit, room);

        if (search->count > 0) {
            memcpy(wider, search->hits, search->count * sizeof(*wider));
        }
        search->hits = wider;
        search->room = room;
    }
    search->hits[search->count++] = (struct expert_hit){
        .id = arena_copy(arena, id, strlen(id)), .rate = expert->rate, .hours = expert->hours};
}

static enum err look(struct work *work, void *context, const struct expert_card_at *row)
{
    struct search *search = context;
    ARENA_SCOPE scratch = arena_new();
    struct match_expert expert;
    uint32_t place;

    if (search->pool != NULL && !map_find(search->pool, text_of(row->person_id), &place)) {
        return OK;
    }
    if (!expert_card_unpack(scratch, scratch, row->card, search->day, NULL, &expert)) {
        return work_fail(work, ERR_INTERNAL, "the card of %s is damaged", row->person_id);
    }
    if (!fits(search, &expert)) {
        return OK;
    }
    keep(work->arena, search, row->person_id, &expert);
    for (uint32_t i = 0; i < expert.tag_count; i++) {
        if (expert.tags[i].tag < search->name_count) {
            search->holders[expert.tags[i].tag]++;
        }
    }
    return OK;
}

static enum err add_member(struct work *work, void *context,
                           const struct expert_pool_member_at *row)
{
    (void)map_add(context, text_of(row->person_id));
    return OK;
}

static enum err prepare(struct work *work, struct search *search)
{
    const struct expert_query *query = search->query;
    struct expert_pool_row pool;

    TRY(want(work, search, "skill", query->skill, query->level));
    TRY(want(work, search, "credential", query->credential, 1));
    TRY(want(work, search, "domain", query->domain, 1));
    TRY(want(work, search, "country", query->country, 1));
    TRY(want(work, search, "language", query->language, 1));
    if (query->text != NULL) {
        TRY(expert_word_numbers(work, query->text, &search->words, &search->word_count));
        search->nobody = search->nobody || search->word_count == 0;
    }
    if (query->pool_id == NULL) {
        return OK;
    }
    enum err err =
        expert_pool_by_id(work,
                          &(struct expert_pool_by_id_args){
                              .id = query->pool_id, .organisation_id = work->organisation_id},
                          &pool);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "pool_id", "there is no pool %.40s",
                               query->pool_id);
    }
    TRY(err);
    search->pool = map_new(work->arena);
    return expert_pool_members(
        work,
        &(struct expert_pool_members_args){.pool_id = query->pool_id,
                                           .organisation_id = work->organisation_id,
                                           .pool_version = INT64_MAX - 1},
        add_member, search->pool);
}

static int compare_id(const void *left, const void *right)
{
    return strcmp(((const struct expert_hit *)left)->id, ((const struct expert_hit *)right)->id);
}

static int compare_facet(const void *left, const void *right)
{
    const struct expert_facet *a = left;
    const struct expert_facet *b = right;
    int kind = strcmp(a->kind, b->kind);

    if (kind != 0) {
        return kind;
    }
    return a->count != b->count ? (a->count < b->count) - (a->count > b->count)
                                : strcmp(a->name, b->name);
}

/* The most frequent of each kind that a filter knows. */
static void tell_facets(struct arena *arena, const struct search *search,
                        const struct expert_name_row *names, struct expert_found *out)
{
    static const char *const KINDS[] = {"country ", "domain ", "language ", "skill "};
    struct expert_facet *all = arena_array(arena, struct expert_facet, search->name_count + 1);
    size_t count = 0;
    size_t in_kind = 0;

    for (size_t i = 0; i < search->name_count; i++) {
        for (size_t k = 0; k < COUNT(KINDS); k++) {
            size_t size = strlen(KINDS[k]);

            if (search->holders[i] > 0 && strncmp(names[i].name, KINDS[k], size) == 0) {
                all[count++] = (struct expert_facet){.kind = arena_copy(arena, KINDS[k], size - 1),
                                                     .name = names[i].name + size,
                                                     .count = search->holders[i]};
            }
        }
    }
    qsort(all, count, sizeof(*all), compare_facet);
    for (size_t i = 0; i < count; i++) {
        in_kind = i > 0 && strcmp(all[i].kind, all[i - 1].kind) == 0 ? in_kind + 1 : 0;
        if (in_kind < FACETS_PER_KIND) {
            all[out->facet_count++] = all[i];
        }
    }
    out->facets = all;
}

enum err expert_search(struct work *work, const struct expert_query *query,
                       struct expert_found *out)
{
    struct search search = {.query = query, .day = (uint16_t)(work->now_us / TIME_DAY)};
    struct expert_name_row *names;

    *out = (struct expert_found){0};
    TRY(prepare(work, &search));
    if (search.nobody) {
        return OK;
    }
    TRY(expert_names(work, &(struct expert_names_args){.organisation_id = work->organisation_id},
                     &names, &search.name_count));
    search.holders = arena_array(work->arena, int64_t, search.name_count + 1);
    if (search.wanted_count > 0) {
        TRY(expert_cards_tagged(
            work,
            &(struct expert_cards_tagged_args){.organisation_id = work->organisation_id,
                                               .name_number = search.wanted[0].name},
            look, &search));
    } else {
        TRY(expert_cards(work,
                         &(struct expert_cards_args){.organisation_id = work->organisation_id,
                                                     .pool_version = INT64_MAX - 1},
                         look, &search));
    }
    if (search.count > 0) {
        qsort(search.hits, search.count, sizeof(*search.hits), compare_id);
    }
    out->hits = search.hits;
    out->count = search.count;
    tell_facets(work->arena, &search, names, out);
    return OK;
}
