/* Goal: coordinated titles are taken apart as a reader would. */

#include "check.h"

#include "base/arena.h"
#include "engine/text/fold.h"
#include "engine/text/title.h"

/* The variants joined by bars. */
static bool names(const char *title, const char *want)
{
    ARENA_SCOPE arena = arena_new();
    struct text_words found = text_title_variants(arena, text_fold(arena, text_of(title), true));
    char all[512] = "";
    size_t used = 0;

    for (size_t i = 0; i < found.count && used < 400; i++) {
        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%.*s", i > 0 ? "|" : "",
                                 (int)found.at[i].size, found.at[i].at);
    }
    return strcmp(all, want) == 0;
}

static void conjuncts__share_the_head(void)
{
    CHECK(names("Shipping, Receiving, and Inventory Clerks",
                "shipping clerks|receiving clerks|inventory clerks"));
    CHECK(names("Medical and Clinical Laboratory Technologists",
                "medical laboratory technologists|clinical laboratory technologists"));
}

static void conjuncts__share_the_modifier(void)
{
    CHECK(names("Fire Inspectors and Investigators", "fire inspectors|fire investigators"));
    CHECK(names("Secretaries and Administrative Assistants",
                "secretaries|administrative assistants"));
}

static void plain_titles__stay_whole(void)
{
    CHECK(names("Physicist", "physicist"));
    CHECK(names("Clerks (night shift)", "clerks"));
    CHECK(names("Dentists, Except Orthodontists", "dentists"));
}

static void odd_titles__have_an_answer(void)
{
    CHECK(names("", ""));
    CHECK(names("and or , ; /", ""));
    CHECK(names("))) except (((", ""));
}

TEST_MAIN(CASE(conjuncts__share_the_head), CASE(conjuncts__share_the_modifier),
          CASE(plain_titles__stay_whole), CASE(odd_titles__have_an_answer))
