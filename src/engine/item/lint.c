#include "engine/item/lint.h"

#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "engine/item/lint_internal.h"
#include "engine/text/analyser.h"
#include "engine/text/shingle.h"

enum { SHINGLE_WORDS = 3 };

static const double PROMPT_LIKE = .7; /* resemblance at which two prompts ask the same */

void item_report(struct item_lint *lint, bool is_error, const char *place, const char *text)
{
    if (lint->count == lint->room) {
        size_t room = lint->room * 2 + 32;
        struct item_finding *larger = arena_array(lint->arena, struct item_finding, room);

        for (size_t i = 0; i < lint->count; i++) {
            larger[i] = lint->found[i];
        }
        lint->found = larger;
        lint->room = room;
    }
    lint->found[lint->count++] =
        (struct item_finding){.item = lint->at, .is_error = is_error, .place = place, .text = text};
    lint->error_count += is_error;
}

/* ------------------------------------------------------------------ between items */

static void lint_codes(struct item_lint *lint, const struct item *items, size_t count,
                       struct map *codes)
{
    for (lint->at = 0; lint->at < count; lint->at++) {
        uint32_t seen = map_count(codes);

        if (map_add(codes, text_of(items[lint->at].code)) != seen) {
            item_report(lint, true, "code",
                        arena_print(lint->arena, "%s is the code of another item too",
                                    items[lint->at].code));
        }
    }
}

static void lint_enemies(struct item_lint *lint, const struct item *items, size_t count,
                         const struct map *codes)
{
    for (lint->at = 0; lint->at < count; lint->at++) {
        const struct item *item = &items[lint->at];

        for (size_t i = 0; i < item->enemies.count; i++) {
            const char *enemy = item->enemies.at[i];
            uint32_t found;

            if (strcmp(enemy, item->code) == 0) {
                item_report(lint, true, "enemies", "an item cannot be its own enemy");
            } else if (!map_find(codes, text_of(enemy), &found)) {
                item_report(lint, true, "enemies",
                            arena_print(lint->arena, "there is no item %s", enemy));
            }
        }
    }
}

static bool are_enemies(const struct item *left, const struct item *right)
{
    for (size_t i = 0; i < left->enemies.count; i++) {
        if (strcmp(left->enemies.at[i], right->code) == 0) {
            return true;
        }
    }
    return false;
}

static enum err lint_prompts(struct item_lint *lint, const struct item *items, size_t count,
                             struct fault *fault)
{
    struct text_shingles *prompts = arena_array(lint->arena, struct text_shingles, count);
    TEXT_ANALYSER_SCOPE analyser = NULL;
    const struct text_options words = {.language = "en", .keep_stop_words = true};

    TRY(text_analyser_new(&words, &analyser, fault));
    for (size_t i = 0; i < count; i++) {
        prompts[i] = text_shingles(lint->arena,
                                   text_analyse(analyser, lint->arena, text_of(items[i].prompt)),
                                   SHINGLE_WORDS);
    }
    for (lint->at = 0; lint->at < count; lint->at++) {
        for (size_t k = 0; k < lint->at; k++) {
            const struct item *item = &items[lint->at];

            if (text_resemblance(prompts[lint->at], prompts[k]) > PROMPT_LIKE &&
                !are_enemies(item, &items[k]) && !are_enemies(&items[k], item)) {
                item_report(lint, false, "prompt",
                            arena_print(lint->arena,
                                        "it asks nearly what %s asks: name it as an enemy, or "
                                        "leave one of them out",
                                        items[k].code));
            }
        }
    }
    return OK;
}

/* Findings as they are read: item after item. Stable, and there are few. */
static void sort_by_item(struct item_finding *found, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct item_finding one = found[i];
        size_t k = i;

        for (; k > 0 && found[k - 1].item > one.item; k--) {
            found[k] = found[k - 1];
        }
        found[k] = one;
    }
}

enum err item_lint(struct arena *arena, const struct item *items, size_t count,
                   struct item_findings *out, struct fault *fault)
{
    struct item_lint lint = {.arena = arena};
    struct map *codes = map_new(arena);

    lint_codes(&lint, items, count, codes);
    lint_enemies(&lint, items, count, codes);
    for (lint.at = 0; lint.at < count; lint.at++) {
        TRY(item_lint_one(&lint, &items[lint.at], fault));
    }
    TRY(lint_prompts(&lint, items, count, fault));
    sort_by_item(lint.found, lint.count);
    *out = (struct item_findings){
        .at = lint.found, .count = lint.count, .error_count = lint.error_count};
    return OK;
}
