#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/duplicate/duplicate.h"
#include "slice/duplicate/duplicate_rule.h"
#include "slice/slice.h"
#include "store/work.h"

static const struct field evidence_fields[] = {
    TEXT(duplicate_evidence, kind, .choices = "address|phone|answers|name", .doc = "What is alike"),
    TEXT(duplicate_evidence, detail, .doc = "In words"),
};
static const struct shape evidence_shape =
    SHAPE(duplicate_evidence, evidence_fields, "Why two accounts look like one person's");

static const struct field pair_fields[] = {
    TEXT(duplicate_pair, left_id, .doc = "The elder account"),
    TEXT(duplicate_pair, left_name, .doc = "Its name"),
    TEXT(duplicate_pair, left_address, .doc = "Its address"),
    TEXT(duplicate_pair, right_id, .doc = "The younger account"),
    TEXT(duplicate_pair, right_name, .doc = "Its name"),
    TEXT(duplicate_pair, right_address, .doc = "Its address"),
    LIST(duplicate_pair, evidence, .of = &evidence_shape, .doc = "Why; no verdict"),
};
static const struct shape pair_shape =
    SHAPE(duplicate_pair, pair_fields, "Two accounts that may be one person's");

struct duplicate_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(duplicate_list, items, .of = &pair_shape, .doc = "At most 500"),
};
static const struct shape list_shape =
    SHAPE(duplicate_list, list_fields, "Accounts that may be one person's");

static enum err serve_list(struct call *call)
{
    struct work *work = call->work;
    struct duplicate_list *list = arena_new_of(work->arena, struct duplicate_list);
    struct duplicate_pair *pairs;

    TRY(duplicate_find(work, work->who->organisation_id, &pairs, &list->items.count));
    list->items.at = pairs;
    call->reply = list;
    return OK;
}

struct duplicate_of_me {
    const char *address;
    struct list evidence;
};
static const struct field mine_fields[] = {
    TEXT(duplicate_of_me, address, .doc = "The other account's address, veiled"),
    LIST(duplicate_of_me, evidence, .of = &evidence_shape, .doc = "Why; no verdict"),
};
static const struct shape mine_shape =
    SHAPE(duplicate_of_me, mine_fields, "An account that looks like one's own");

struct duplicate_own_list {
    struct list items;
};
static const struct field own_fields[] = {
    LIST(duplicate_own_list, items, .of = &mine_shape, .doc = "What the office sees of oneself"),
};
static const struct shape own_shape =
    SHAPE(duplicate_own_list, own_fields, "Accounts that look like one's own");

/* A person sees the same evidence as the office, and of the other account only a veiled address. */
static enum err serve_mine(struct call *call)
{
    struct work *work = call->work;
    struct duplicate_own_list *list = arena_new_of(work->arena, struct duplicate_own_list);
    struct duplicate_pair *pairs;
    size_t count;

    TRY(duplicate_find(work, work->who->organisation_id, &pairs, &count));
    struct duplicate_of_me *mine = arena_array(work->arena, struct duplicate_of_me, count);

    for (size_t i = 0; i < count; i++) {
        bool left = strcmp(pairs[i].left_id, work->who->person_id) == 0;

        if (left || strcmp(pairs[i].right_id, work->who->person_id) == 0) {
            mine[list->items.count++] = (struct duplicate_of_me){
                .address = duplicate_masked(work->arena,
                                            left ? pairs[i].right_address : pairs[i].left_address),
                .evidence = pairs[i].evidence};
        }
    }
    list->items.at = mine;
    call->reply = list;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/duplicates", serve_list, ROLE_OPERATOR | ROLE_AUDITOR, 200, .reply = &list_shape,
     .summary = "List accounts that may be one person's, with the evidence",
     .command = "duplicate list"},
    {GET, "/v1/duplicates-of-me", serve_mine, ROLE_EXPERT, 200, .reply = &own_shape,
     .summary = "Show which accounts look like one's own, and why", .command = "duplicate mine"},
};

const struct slice duplicate_slice = {
    .name = "duplicate", .routes = routes, .route_count = COUNT(routes)};
