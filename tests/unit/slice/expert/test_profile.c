#include "check.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/expert/card.h"
#include "slice/expert/expert_record.h"
#include "slice/expert/taxonomy.h"

static void company__forgets_marks_and_legal_forms(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(company_key(arena, "Acme, Inc."), "acme") == 0);
    CHECK(strcmp(company_key(arena, "  ACME GmbH & Co. KG "), "acme") == 0);
    CHECK(strcmp(company_key(arena, "Société Générale SA"), "societe generale") == 0);
    CHECK(strcmp(company_key(arena, "Co"), "co") == 0);
    CHECK(strcmp(company_key(arena, "???"), "???") == 0);
}

static void skills__are_linked_with_confidence(void)
{
    ARENA_SCOPE arena = arena_new();
    TAXONOMY_SCOPE taxonomy = NULL;
    struct fault fault;

    CHECK(taxonomy_new(arena, &taxonomy, &fault) == OK);
    struct skill_link exact = taxonomy_link(arena, taxonomy, " Golang ");
    struct skill_link spelt = taxonomy_link(arena, taxonomy, "machine lerning");
    struct skill_link unheard = taxonomy_link(arena, taxonomy, "Falconry");

    CHECK(strcmp(exact.name, "go") == 0 && exact.confidence == 1);
    CHECK(strcmp(spelt.name, "machine learning") == 0);
    CHECK(spelt.confidence > 0.7 && spelt.confidence < 1);
    CHECK(strcmp(unheard.name, "falconry") == 0 && unheard.confidence == 0);
}

static const uint32_t TERMS[] = {3, 9, 300};
static const uint32_t COUNTS[] = {1, 2, 1};

static struct card sample(void)
{
    return (struct card){
        .looking = true,
        .hours = 30,
        .seats = 2,
        .rate = 7500,
        .zone = 4,
        .windows = {{.from_day = 100, .to_day = 120, .hours = 10},
                    {.from_day = 200, .to_day = 220, .hours = 40}},
        .window_count = 2,
        .tags = {{.name = 5, .level = 7}, {.name = 70000, .level = 1, .until_day = 150}},
        .tag_count = 2,
        .text = {.term = TERMS, .count = COUNTS, .size = 3, .length = 4},
    };
}

static void card__comes_back_as_of_a_day(void)
{
    ARENA_SCOPE arena = arena_new();
    ARENA_SCOPE other = arena_new();
    struct buffer bytes = buffer_new(other);
    struct card card = sample();
    struct match_expert expert;

    expert_card_pack(&bytes, &card);
    CHECK(expert_card_unpack(arena, arena, buffer_view(&bytes), 110, NULL, &expert));
    CHECK(expert.hours == 10 && expert.from_day == 100 && expert.to_day == 120);
    CHECK(expert.seats == 2 && expert.rate == 7500 && expert.zone == 4);
    CHECK(expert.tag_count == 2 && expert.tags[1].tag == 70000);
    CHECK(expert.text.size == 3 && expert.text.term[2] == 300 && expert.text.count[1] == 2);
    CHECK(expert.text.length == 4);

    CHECK(expert_card_unpack(arena, arena, buffer_view(&bytes), 160, NULL, &expert));
    CHECK(expert.hours == 30 && expert.from_day == 200); /* at most the weekly hours */
    CHECK(expert.tag_count == 1);                        /* the other has expired */

    CHECK(expert_card_unpack(arena, arena, buffer_view(&bytes), 230, NULL, &expert));
    CHECK(expert.to_day == 0); /* no window is left */
}

static void card__gives_only_what_is_asked_for(void)
{
    ARENA_SCOPE arena = arena_new();
    ARENA_SCOPE other = arena_new();
    struct buffer bytes = buffer_new(other);
    struct card card = sample();
    uint32_t tags[6] = {[5] = 1};
    uint32_t terms[301] = {[300] = 2};
    struct card_want want = {.tags = tags, .tag_count = 6, .terms = terms, .term_count = 301};
    struct match_expert expert;

    expert_card_pack(&bytes, &card);
    CHECK(expert_card_unpack(arena, arena, buffer_view(&bytes), 110, &want, &expert));
    CHECK(expert.tag_count == 1 && expert.tags[0].tag == 0 && expert.tags[0].level == 7);
    CHECK(expert.text.size == 1 && expert.text.term[0] == 1 && expert.text.count[0] == 1);
    CHECK(expert.text.length == 4); /* of all its words */

    want = (struct card_want){0};
    CHECK(expert_card_unpack(arena, arena, buffer_view(&bytes), 110, &want, &expert));
    CHECK(expert.tag_count == 0 && expert.text.size == 0 && expert.text.length == 4);
}

static void card__cut_anywhere_is_refused(void)
{
    ARENA_SCOPE arena = arena_new();
    ARENA_SCOPE other = arena_new();
    struct buffer bytes = buffer_new(other);
    struct card card = sample();
    struct match_expert expert;

    expert_card_pack(&bytes, &card);
    for (size_t size = 0; size < bytes.size; size++) {
        CHECK(!expert_card_unpack(arena, arena, (struct text){bytes.at, size}, 110, NULL, &expert));
    }
    buffer_char(&bytes, 0);
    CHECK(!expert_card_unpack(arena, arena, buffer_view(&bytes), 110, NULL, &expert));
}

static enum err read_record(struct arena *arena, const char *json, struct expert_record *out,
                            struct fault *fault)
{
    struct json *value = NULL;

    TRY(json_parse(arena, text_of(json), &value, fault));
    return expert_record_read(arena, value, out, fault);
}

static void record__splits_what_csv_cannot_say(void)
{
    ARENA_SCOPE arena = arena_new();
    struct expert_record record;
    struct fault fault = {0};

    CHECK(read_record(arena,
                      "{\"email\": \"a@b.c\", \"skills\": \"tax law: 7; law\", \"zone\": \"-5.5\","
                      "\"languages\": \"en; de;\", \"looking\": \"no\", \"country\": \"\"}",
                      &record, &fault) == OK);
    const struct profile_skill *skills = record.profile.skills.at;

    CHECK(record.profile.skills.count == 2 && skills[0].level == 7 && skills[1].level == 5);
    CHECK(strcmp(skills[1].name, "law") == 0);
    CHECK(record.profile.languages.count == 2 && !record.profile.looking);
    CHECK_NEAR(record.profile.zone, -5.5, 0);
    CHECK(record.profile.country == NULL);
}

static void record__names_the_column_at_fault(void)
{
    ARENA_SCOPE arena = arena_new();
    struct expert_record record;
    struct fault fault = {0};

    CHECK(read_record(arena, "{\"name\": \"Ana\"}", &record, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "email") == 0);
    CHECK(read_record(arena, "{\"email\": 7}", &record, &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "email") == 0);
    CHECK(read_record(arena, "{\"email\": \"a@b.c\", \"weekly_hours\": \"many\"}", &record,
                      &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "weekly_hours") == 0);
    CHECK(read_record(arena, "{\"email\": \"a@b.c\", \"shoe\": \"42\"}", &record, &fault) ==
          ERR_INVALID);
    CHECK(strcmp(fault.field, "shoe") == 0);
}

TEST_MAIN(CASE(company__forgets_marks_and_legal_forms), CASE(skills__are_linked_with_confidence),
          CASE(card__comes_back_as_of_a_day), CASE(card__gives_only_what_is_asked_for),
          CASE(card__cut_anywhere_is_refused), CASE(record__splits_what_csv_cannot_say),
          CASE(record__names_the_column_at_fault))
