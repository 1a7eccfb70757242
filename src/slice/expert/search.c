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

enum {
    WANTED_MAX = 8,
    FACETS_PER_KIND = 12,
    /* Up to so many cards are found one by one sooner than by a pass over a pool of a million. */
    RARE = 30000,
};

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
    struct card_want want;
    struct arena *scratch;
    uint16_t day;
    struct expert_hit *hits; /* once they are twice as many as asked for, the later half goes */
    size_t hit_count;
    size_t room;
    bool more;
    const char *last; /* hits behind it are not wanted any more; NULL: all are */
    size_t count;     /* of all that were found */
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

static int compare_id(const void *left, const void *right)
{
    return strcmp(((const struct expert_hit *)left)->id, ((const struct expert_hit *)right)->id);
}

/* In the order of their ids, no more than are asked for. */
static void sort_hits(struct search *search)
{
    size_t limit = (size_t)search->query->limit;

    if (search->hit_count > 0) {
        qsort(search->hits, search->hit_count, sizeof(*search->hits), compare_id);
    }
    search->more = search->more || search->hit_count > limit;
    if (search->hit_count >= limit) {
        search->hit_count = limit;
        search->last = search->hits[limit - 1].id;
    }
}

static void keep(struct arena *arena, struct search *search, const char *id,
                 const struct match_expert *expert)
{
    const char *after = search->query->after;

    if (after != NULL && strcmp(id, after) <= 0) {
        return;
    }
    if (search->last != NULL && strcmp(id, search->last) >= 0) {
        search->more = true;
        return;
    }
    search->hits =
        arena_room(arena, search->hits, search->hit_count, &search->room, sizeof(*search->hits));
    search->hits[search->hit_count++] = (struct expert_hit){
        .id = arena_copy(arena, id, strlen(id)), .rate = expert->rate, .hours = expert->hours};
    if (search->hit_count == 2 * (size_t)search->query->limit) {
        sort_hits(search);
    }
}

static enum err look(struct work *work, void *context, const struct expert_card_at *row)
{
    struct search *search = context;
    struct arena_mark mark = arena_mark(search->scratch);
    struct match_expert expert;
    uint32_t place;

    if (search->pool != NULL && !map_find(search->pool, text_of(row->person_id), &place)) {
        return OK;
    }
    if (!expert_card_unpack(search->scratch, search->scratch, row->card, search->day, &search->want,
                            &expert)) {
        return work_fail(work, ERR_INTERNAL, "the card of %s is damaged", row->person_id);
    }
    if (fits(search, &expert)) {
        search->count++;
        keep(work->arena, search, row->person_id, &expert);
        for (uint32_t i = 0; i < expert.tag_count; i++) {
            if (expert.tags[i].tag < search->name_count) {
                search->holders[expert.tags[i].tag]++;
            }
        }
    }
    arena_undo(search->scratch, mark);
    return OK;
}

/* Cards of those who hold the rarest of the names that are asked for, or of everybody, if none is
 * rare. */
static enum err look_through(struct work *work, struct search *search)
{
    const struct wanted *rarest = NULL;
    int64_t least = RARE;

    for (size_t i = 0; i < search->wanted_count; i++) {
        struct expert_tag_count_row row;

        TRY(expert_tag_count(
            work,
            &(struct expert_tag_count_args){.organisation_id = work->organisation_id,
                                            .name_number = search->wanted[i].name,
                                            .row_max = RARE},
            &row));
        if (row.holder_count < least) {
            least = row.holder_count;
            rarest = &search->wanted[i];
        }
    }
    if (rarest != NULL) {
        return expert_cards_tagged(
            work,
            &(struct expert_cards_tagged_args){.organisation_id = work->organisation_id,
                                               .name_number = rarest->name},
            look, search);
    }
    return expert_cards(work,
                        &(struct expert_cards_args){.organisation_id = work->organisation_id,
                                                    .pool_version = INT64_MAX - 1},
                        look, search);
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
    ARENA_SCOPE scratch = arena_new();
    struct search search = {.query = query,
                            .scratch = scratch,
                            .want = {.all = true, .wordless = query->text == NULL},
                            .day = (uint16_t)(work->now_us / TIME_DAY)};
    struct expert_name_row *names;

    *out = (struct expert_found){0};
    TRY(prepare(work, &search));
    if (search.nobody) {
        return OK;
    }
    TRY(expert_names(work, &(struct expert_names_args){.organisation_id = work->organisation_id},
                     &names, &search.name_count));
    search.holders = arena_array(work->arena, int64_t, search.name_count + 1);
    TRY(look_through(work, &search));
    sort_hits(&search);
    out->hits = search.hits;
    out->hit_count = search.hit_count;
    out->more = search.more;
    out->count = search.count;
    tell_facets(work->arena, &search, names, out);
    return OK;
}
