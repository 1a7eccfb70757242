/* Goal: folding, words, stems and n-grams are what the standards and the published lists say. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/text/analyser.h"
#include "engine/text/fold.h"

static bool folds(const char *from, const char *to, bool strip_marks)
{
    ARENA_SCOPE arena = arena_new();

    return text_is(text_fold(arena, text_of(from), strip_marks), to);
}

/* The words joined by bars. */
static bool joined(struct text_words words, const char *want)
{
    char all[512];
    size_t used = 0;

    for (size_t i = 0; i < words.count && used + words.at[i].size + 2 < sizeof(all); i++) {
        used += (size_t)snprintf(all + used, sizeof(all) - used, "%s%.*s", i > 0 ? "|" : "",
                                 (int)words.at[i].size, words.at[i].at);
    }
    all[used] = '\0';
    return strcmp(all, want) == 0;
}

static bool splits(const char *from, const char *want)
{
    ARENA_SCOPE arena = arena_new();

    return joined(text_words(arena, text_fold(arena, text_of(from), false)), want);
}

static void fold__follows_nfkc_casefold(void)
{
    CHECK(folds("Straße", "strasse", false));
    CHECK(folds("\xEF\xAC\x81t \xE2\x85\xA7", "fit viii", false)); /* ligature, Roman numeral */
    CHECK(folds("ΣΊΣΥΦΟΣ", "σίσυφοσ", false));
    CHECK(folds("e\xCC\x81", "é", false));
    CHECK(folds("so\xC2\xADme", "some", false)); /* soft hyphen */
    CHECK(folds("Café Ångström", "cafe angstrom", true));
    CHECK(folds("don\xE2\x80\x99t \xE2\x80\x93 \xE2\x88\x92"
                "5",
                "don't - -5", false));
    CHECK(folds("", "", false));
}

static void fold__is_idempotent(void)
{
    static const char *const TEXTS[] = {"ẞ ŉ ǰ", "İstanbul", "ﷺ", "① ½ ™ K", "한국 日本"};

    for (size_t i = 0; i < COUNT(TEXTS); i++) {
        ARENA_SCOPE arena = arena_new();
        struct text once = text_fold(arena, text_of(TEXTS[i]), true);

        CHECK(text_check(once) == once.size);
        CHECK(text_equal(text_fold(arena, once, true), once));
    }
}

static void words__are_runs_of_letters_and_digits(void)
{
    CHECK(splits("The cat -- sat, on_it.", "the|cat|sat|on|it"));
    CHECK(splits("don't 'quote' rock'n'roll'", "don't|quote|rock'n'roll"));
    CHECK(splits("pi is 3.14. v1.2 end.", "pi|is|3.14|v1.2|end"));
    CHECK(splits("C++ and C# or F#, not c+ a#b", "c++|and|c#|or|f#|not|c|a|b"));
    CHECK(splits("機械 learning カ", "機|械|learning|カ"));
    CHECK(splits("  ... !", ""));
    CHECK(splits("", ""));
}

static void grams__come_by_length_then_place(void)
{
    ARENA_SCOPE arena = arena_new();
    struct text_words words = text_words(arena, text_of("a b c"));

    CHECK(joined(text_word_grams(arena, words, 1, 2), "a|b|c|a b|b c"));
    CHECK(joined(text_word_grams(arena, words, 3, 5), "a b c"));
    CHECK(joined(text_word_grams(arena, words, 4, 5), ""));
    CHECK(joined(text_char_grams(arena, text_words(arena, text_of("né é")), 3, 4),
                 " né|né | né | é "));
    CHECK(joined(text_char_grams(arena, (struct text_words){0}, 1, 3), ""));
}

static void stems__are_those_of_porter_2(void)
{
    static const char *const PAIRS[][2] = {
        /* from the sample vocabulary at snowballstem.org */
        {"consistency", "consist"}, {"consolation", "consol"}, {"knightly", "knight"},
        {"knocking", "knock"},      {"generate", "generat"},   {"dying", "die"},
    };
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct fault fault;

    CHECK(text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK);
    for (size_t i = 0; i < COUNT(PAIRS); i++) {
        CHECK(text_is(text_stem(analyser, arena, text_of(PAIRS[i][0])), PAIRS[i][1]));
    }
}

static void analyse__drops_stop_words_and_adds_pairs(void)
{
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct fault fault;

    CHECK(text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK);
    CHECK(joined(text_analyse(analyser, arena, text_of("The Learning of the Machines")),
                 "learn|machin|learn machin"));
    CHECK(joined(text_analyse(analyser, arena, text_of("of the")), ""));
    CHECK(text_is_stop_word("en", text_of("because")));
    CHECK(text_is_stop_word("en", text_of("a")));
    CHECK(text_is_stop_word("en", text_of("yours")));
    CHECK(!text_is_stop_word("en", text_of("no")));
    CHECK(!text_is_stop_word("en", text_of("")));
    CHECK(!text_is_stop_word(NULL, text_of("the")));
}

static void analyser__refuses_unknown_languages_and_orders(void)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct fault fault;

    CHECK(text_analyser_new(&(struct text_options){.language = "tlh"}, &analyser, &fault) ==
          ERR_INVALID);
    CHECK(strstr(fault.text, "tlh") != NULL);
    CHECK(text_analyser_new(&(struct text_options){.word_low = 2, .word_high = 1}, &analyser,
                            &fault) == ERR_INVALID);
    CHECK(text_analyser_new(&(struct text_options){.char_low = 2, .char_high = 99}, &analyser,
                            &fault) == ERR_INVALID);
    CHECK(analyser == NULL);
}

TEST_MAIN(CASE(fold__follows_nfkc_casefold), CASE(fold__is_idempotent),
          CASE(words__are_runs_of_letters_and_digits), CASE(grams__come_by_length_then_place),
          CASE(stems__are_those_of_porter_2), CASE(analyse__drops_stop_words_and_adds_pairs),
          CASE(analyser__refuses_unknown_languages_and_orders))
