#include "slice/duplicate/duplicate.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "slice/duplicate/duplicate_rule.h"
#include "slice/duplicate/duplicate_sql.h"
#include "store/work.h"
#include "sys/secret.h"

enum { EVIDENCE_MAX = 4, GROUP_MAX = 20 };

struct finding {
    struct work *work;
    const char *only; /* pairs with this person; NULL: all pairs */
    const struct duplicate_people_row *people;
    struct map *ids;
    struct map *keys; /* of contacts, to a group */
    struct map *pairs;
    uint32_t (*groups)[GROUP_MAX]; /* [key] people */
    uint32_t *group_sizes;
    size_t group_room;
    size_t size_room;
    struct duplicate_pair *found;
    size_t found_room;
};

/* Tells neither of the two who the other is. */
static const char *pair_id(struct arena *arena, struct text both)
{
    return arena_print(arena, "dup_%.26s", sha256_hex(arena, both));
}

static bool is_asked_for(const struct finding *finding, uint32_t left, uint32_t right)
{
    return finding->only == NULL || strcmp(finding->people[left].id, finding->only) == 0 ||
           strcmp(finding->people[right].id, finding->only) == 0;
}

static struct duplicate_pair *pair_of(struct finding *finding, uint32_t left, uint32_t right)
{
    struct arena *arena = finding->work->arena;
    const struct duplicate_people_row *a = &finding->people[left < right ? left : right];
    const struct duplicate_people_row *b = &finding->people[left < right ? right : left];
    uint32_t known = map_count(finding->pairs);
    struct text both = text_of(arena_print(arena, "%s %s", a->id, b->id));
    uint32_t number = map_add(finding->pairs, both);

    if (number == known) {
        finding->found = arena_room(arena, finding->found, number, &finding->found_room,
                                    sizeof(*finding->found));
        finding->found[number] = (struct duplicate_pair){
            .id = pair_id(arena, both),
            .left_id = a->id,
            .left_name = a->name,
            .left_address = a->email,
            .right_id = b->id,
            .right_name = b->name,
            .right_address = b->email,
            .evidence.at = arena_array(arena, struct duplicate_evidence, EVIDENCE_MAX)};
    }
    return &finding->found[number];
}

/* A kind of evidence stands once. */
static void add_evidence(struct duplicate_pair *pair, const char *kind, const char *detail)
{
    struct duplicate_evidence *all = (struct duplicate_evidence *)(uintptr_t)pair->evidence.at;

    for (size_t i = 0; i < pair->evidence.count; i++) {
        if (strcmp(all[i].kind, kind) == 0) {
            return;
        }
    }
    all[pair->evidence.count++] = (struct duplicate_evidence){.kind = kind, .detail = detail};
}

/* Put a person under a contact, and pair them with whoever stands there already. */
static void meet(struct finding *finding, uint32_t person, const char *kind, const char *key)
{
    struct arena *arena = finding->work->arena;
    uint32_t known = map_count(finding->keys);
    uint32_t number = map_add(finding->keys, text_of(arena_print(arena, "%s %s", kind, key)));

    if (number == known) {
        finding->groups = arena_room(arena, finding->groups, number, &finding->group_room,
                                     sizeof(*finding->groups));
        finding->group_sizes = arena_room(arena, finding->group_sizes, number, &finding->size_room,
                                          sizeof(*finding->group_sizes));
        finding->group_sizes[number] = 0;
    }
    uint32_t *group = finding->groups[number];
    uint32_t *size = &finding->group_sizes[number];

    for (uint32_t i = 0; i < *size; i++) {
        if (group[i] == person) {
            return;
        }
    }
    for (uint32_t i = 0; i < *size && map_count(finding->pairs) < DUPLICATE_PAIR_MAX; i++) {
        if (is_asked_for(finding, group[i], person)) {
            add_evidence(pair_of(finding, group[i], person), kind,
                         arena_print(arena, "both have %s", key));
        }
    }
    if (*size < GROUP_MAX) {
        group[(*size)++] = person;
    }
}

static enum err meet_by_phone(struct finding *finding, const char *organisation_id)
{
    struct duplicate_phones_row *phones;
    size_t count;

    TRY(duplicate_phones(finding->work,
                         &(struct duplicate_phones_args){.organisation_id = organisation_id,
                                                         .row_max = DUPLICATE_PERSON_MAX},
                         &phones, &count));
    for (size_t i = 0; i < count; i++) {
        const char *key = duplicate_phone_key(finding->work->arena, phones[i].confirmed);
        uint32_t person;

        if (key != NULL && map_find(finding->ids, text_of(phones[i].person_id), &person)) {
            meet(finding, person, "phone", key);
        }
    }
    return OK;
}

static enum err meet_by_answers(struct finding *finding, const char *organisation_id)
{
    struct duplicate_answers_row *rows;
    size_t count;

    TRY(duplicate_answers(finding->work,
                          &(struct duplicate_answers_args){.organisation_id = organisation_id,
                                                           .row_max = DUPLICATE_PAIR_MAX},
                          &rows, &count));
    for (size_t i = 0; i < count && map_count(finding->pairs) < DUPLICATE_PAIR_MAX; i++) {
        uint32_t left;
        uint32_t right;

        if (map_find(finding->ids, text_of(rows[i].left_id), &left) &&
            map_find(finding->ids, text_of(rows[i].right_id), &right) &&
            is_asked_for(finding, left, right)) {
            add_evidence(pair_of(finding, left, right), "answers",
                         arena_print(finding->work->arena,
                                     "%lld answers share most of their runs of three words",
                                     (long long)rows[i].item_count));
        }
    }
    return OK;
}

enum err duplicate_find(struct work *work, const char *organisation_id, const char *person_id,
                        struct duplicate_pair **out, size_t *count)
{
    struct finding finding = {.work = work,
                              .only = person_id,
                              .ids = map_new(work->arena),
                              .keys = map_new(work->arena),
                              .pairs = map_new(work->arena)};
    struct duplicate_people_row *people;
    size_t person_count;

    TRY(duplicate_people(work,
                         &(struct duplicate_people_args){.organisation_id = organisation_id,
                                                         .row_max = DUPLICATE_PERSON_MAX},
                         &people, &person_count));
    finding.people = people;
    for (uint32_t i = 0; i < person_count; i++) {
        (void)map_add(finding.ids, text_of(people[i].id));
        meet(&finding, i, "address", duplicate_address_key(work->arena, people[i].email));
    }
    TRY(meet_by_phone(&finding, organisation_id));
    TRY(meet_by_answers(&finding, organisation_id));
    *count = map_count(finding.pairs);
    for (size_t i = 0; i < *count; i++) {
        const char *name = duplicate_name_key(work->arena, finding.found[i].left_name);

        if (name[0] != '\0' &&
            strcmp(name, duplicate_name_key(work->arena, finding.found[i].right_name)) == 0) {
            add_evidence(&finding.found[i], "name", "both have the same name");
        }
    }
    *out = finding.found;
    return OK;
}
