/* Goal: contacts meet where they reach the same person, and only there. */

#include "slice/duplicate/duplicate_rule.h"

#include <string.h>

#include "base/arena.h"
#include "check.h"

static void addresses__reach_one_mailbox(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(duplicate_address_key(arena, "Nia.New+jobs@GoogleMail.com"), "nianew@gmail.com") ==
          0);
    CHECK(strcmp(duplicate_address_key(arena, "nia.new+x@example.org"), "nia.new@example.org") ==
          0);
    CHECK(strcmp(duplicate_address_key(arena, "nia.new@example.org"),
                 duplicate_address_key(arena, "nianew@example.org")) != 0);
    CHECK(strcmp(duplicate_address_key(arena, "+tag@example.org"), "+tag@example.org") == 0);
    CHECK(strcmp(duplicate_address_key(arena, "nobody"), "nobody") == 0);
    CHECK(strcmp(duplicate_address_key(arena, "@"), "@") == 0);
}

static void phones__meet_with_and_without_a_prefix(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(duplicate_phone_key(arena, "+44 20 7946 0958"), "079460958") == 0);
    CHECK(strcmp(duplicate_phone_key(arena, "(020) 7946-0958"),
                 duplicate_phone_key(arena, "0044 20 7946 0958")) == 0);
    CHECK(duplicate_phone_key(arena, "12-34-56") == NULL);
    CHECK(duplicate_phone_key(arena, "") == NULL);
}

static void names__meet_in_any_order(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(duplicate_name_key(arena, "Doe, Zo\xC3\xAB"),
                 duplicate_name_key(arena, "zoe DOE")) == 0);
    CHECK(strcmp(duplicate_name_key(arena, "Zoe Roe"), duplicate_name_key(arena, "Zoe Doe")) != 0);
    CHECK(strcmp(duplicate_name_key(arena, " , "), "") == 0);
}

static void veils__show_the_first_character_and_the_domain(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(strcmp(duplicate_masked(arena, "nia@example.org"), "n\xE2\x80\xA6@example.org") == 0);
    CHECK(strcmp(duplicate_masked(arena, "\xC3\xABva@x.org"), "\xC3\xAB\xE2\x80\xA6@x.org") == 0);
    CHECK(strcmp(duplicate_masked(arena, "nobody"), "\xE2\x80\xA6") == 0);
}

TEST_MAIN(CASE(addresses__reach_one_mailbox), CASE(phones__meet_with_and_without_a_prefix),
          CASE(names__meet_in_any_order), CASE(veils__show_the_first_character_and_the_domain))
