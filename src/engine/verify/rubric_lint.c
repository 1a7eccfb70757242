#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/fault.h"
#include "base/map.h"
#include "engine/verify/rubric.h"

enum { CRITERIA_MAX = 2000, WORDS_MAX = 256, WORD_ROOM = 48 };

static const double OVERLAP = .75; /* Jaccard of content words */

static const char *const NAMES[] = {"empty", "not-atomic", "vague", "overlap", "weight",
                                    "id",    "need",       "cycle", "leak",    "no-positive"};

static const char *const JOINTS[] = {" and ", " as well as ", "; ", " and/or ", " in addition "};

static const char *const VAGUE[] = {"appropriate", "adequate",     "good",       "nice",
                                    "clear",       "reasonable",   "proper",     "quality",
                                    "helpful",     "well-written", "sufficient", "relevant",
                                    "suitable",    "high-quality"};

static const char *const COMMON[] = {
    "the", "a",    "an",   "of",   "to",       "in",       "and", "or",   "is",   "are",
    "be",  "that", "this", "it",   "response", "answer",   "for", "with", "on",   "by",
    "its", "as",   "from", "must", "should",   "mentions", "has", "have", "does", "states"};

const char *rubric_defect_name(enum rubric_defect defect)
{
    return NAMES[defect];
}

struct lint {
    struct arena *arena;
    struct rubric_finding *found;
    size_t count;
    size_t room;
};

static void report(struct lint *lint, enum rubric_defect defect, size_t criterion, size_t other,
                   const char *detail)
{
    if (lint->count == lint->room) {
        size_t room = lint->room * 2 + 16;
        struct rubric_finding *larger = arena_array(lint->arena, struct rubric_finding, room);

        for (size_t i = 0; i < lint->count; i++) {
            larger[i] = lint->found[i];
        }
        lint->found = larger;
        lint->room = room;
    }
    lint->found[lint->count++] = (struct rubric_finding){
        .defect = defect, .criterion = criterion, .other = other, .detail = detail};
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || (unsigned char)c >= 0x80;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static char *lowered(struct arena *arena, const char *text)
{
    char *copy = arena_copy(arena, text, strlen(text));

    for (char *at = copy; *at != '\0'; at++) {
        *at = lower(*at);
    }
    return copy;
}

static bool listed(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(word, list[i]) == 0) {
            return true;
        }
    }
    return false;
}

/* Content words as a set. */
static struct map *words_of(struct arena *arena, const char *text)
{
    struct map *words = map_new(arena);
    const char *at = lowered(arena, text);

    while (*at != '\0' && map_count(words) < WORDS_MAX) {
        char word[WORD_ROOM];
        size_t size = 0;

        for (; is_letter(*at); at++) {
            if (size + 1 < sizeof(word)) {
                word[size++] = *at;
            }
        }
        word[size] = '\0';
        if (size > 1 && !listed(word, COMMON, COUNT(COMMON))) {
            (void)map_add(words, (struct text){.at = word, .size = size});
        }
        at += *at != '\0';
    }
    return words;
}

static double jaccard(const struct map *left, const struct map *right)
{
    uint32_t shared = 0;
    uint32_t ignored;

    for (uint32_t i = 0; i < map_count(left); i++) {
        shared += map_find(right, map_key(left, i), &ignored);
    }
    uint32_t all = map_count(left) + map_count(right) - shared;

    return all == 0 ? 0 : (double)shared / all;
}

static bool has_digit(const char *text)
{
    return strpbrk(text, "0123456789") != NULL;
}

static void lint_text(struct lint *lint, const struct criterion *criterion, size_t at)
{
    const char *text = lowered(lint->arena, criterion->text == NULL ? "" : criterion->text);
    struct map *words = words_of(lint->arena, text);

    if (map_count(words) == 0) {
        report(lint, DEFECT_EMPTY, at, at, "there is no text");
        return;
    }
    for (size_t i = 0; i < COUNT(JOINTS); i++) {
        if (strstr(text, JOINTS[i]) != NULL) {
            report(lint, DEFECT_NOT_ATOMIC, at, at, JOINTS[i]);
            break;
        }
    }
    for (size_t i = 0; i < COUNT(VAGUE) && !has_digit(text); i++) {
        uint32_t ignored;

        if (map_find(words, text_of(VAGUE[i]), &ignored)) {
            report(lint, DEFECT_VAGUE, at, at, VAGUE[i]);
            break;
        }
    }
}

static void lint_points(struct lint *lint, const struct criterion *criteria, size_t count)
{
    double all = 0;
    double positive = 0;

    for (size_t i = 0; i < count; i++) {
        all += isfinite(criteria[i].points) ? fabs(criteria[i].points) : 0;
        positive += isfinite(criteria[i].points) ? fmax(criteria[i].points, 0) : 0;
    }
    for (size_t i = 0; i < count; i++) {
        double points = criteria[i].points;

        if (!isfinite(points) || points == 0) {
            report(lint, DEFECT_WEIGHT, i, i, "it counts for nothing");
        } else if (count > 2 && fabs(points) > all / 2) {
            report(lint, DEFECT_WEIGHT, i, i, "it counts for more than all others together");
        }
    }
    if (positive <= 0) {
        report(lint, DEFECT_NO_POSITIVE, 0, 0, "no criterion has positive points");
    }
}

/* Depth-first; `state` is 1 on the way down and 2 when done. Depth is bounded by the criteria. */
static bool finds_cycle(const struct criterion *criteria, const struct map *ids, uint32_t at,
                        unsigned char *state)
{
    bool cycle = false;

    if (state[at] != 0) {
        return state[at] == 1;
    }
    state[at] = 1;
    for (size_t i = 0; i < criteria[at].need_count; i++) {
        uint32_t next;

        cycle |= map_find(ids, text_of(criteria[at].needs[i]), &next) &&
                 finds_cycle(criteria, ids, next, state);
    }
    state[at] = 2;
    return cycle;
}

static void lint_needs(struct lint *lint, const struct criterion *criteria, size_t count)
{
    struct map *ids = map_new(lint->arena);
    unsigned char *state = arena_array(lint->arena, unsigned char, count);
    uint32_t ignored;
    bool unique = true;

    for (size_t i = 0; i < count; i++) {
        bool again =
            map_add(ids, text_of(criteria[i].id)) + 1 < map_count(ids) || map_count(ids) < i + 1;

        if (again && unique) {
            report(lint, DEFECT_ID, i, i, criteria[i].id);
            unique = false;
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < criteria[i].need_count; k++) {
            if (!map_find(ids, text_of(criteria[i].needs[k]), &ignored)) {
                report(lint, DEFECT_NEED, i, i, criteria[i].needs[k]);
            }
        }
    }
    for (uint32_t i = 0; unique && i < count; i++) {
        if (state[i] == 0 && finds_cycle(criteria, ids, i, state)) {
            report(lint, DEFECT_CYCLE, i, i, criteria[i].id);
        }
    }
}

/* A number or quoted text of a criterion that the prompt already gives away. */
static void lint_leak(struct lint *lint, const struct criterion *criterion, size_t at,
                      const char *prompt)
{
    const char *open = strchr(criterion->text == NULL ? "" : criterion->text, '"');
    const char *close = open == NULL ? NULL : strchr(open + 1, '"');

    if (close != NULL && close - open > 3) {
        const char *quoted = arena_copy(lint->arena, open + 1, (size_t)(close - open - 1));

        if (strstr(prompt, quoted) != NULL) {
            report(lint, DEFECT_LEAK, at, at, quoted);
        }
    }
}

enum err rubric_lint(struct arena *arena, const struct criterion *criteria, size_t count,
                     const char *prompt, const struct rubric_finding **out, size_t *out_count,
                     struct fault *fault)
{
    struct lint lint = {.arena = arena};

    if (count > CRITERIA_MAX) {
        return fail(fault, ERR_LIMIT, "%zu criteria; at most %d can be compared", count,
                    CRITERIA_MAX);
    }
    struct map **words = arena_array(arena, struct map *, count + 1);

    if (count == 0) {
        report(&lint, DEFECT_EMPTY, 0, 0, "there is no criterion");
    }
    for (size_t i = 0; i < count; i++) {
        lint_text(&lint, &criteria[i], i);
        words[i] = words_of(arena, criteria[i].text == NULL ? "" : criteria[i].text);
        for (size_t k = 0; k < i; k++) {
            if (jaccard(words[i], words[k]) >= OVERLAP) {
                report(&lint, DEFECT_OVERLAP, i, k, "the same words");
                break;
            }
        }
        if (prompt != NULL) {
            lint_leak(&lint, &criteria[i], i, prompt);
        }
    }
    if (count > 0) {
        lint_points(&lint, criteria, count);
        lint_needs(&lint, criteria, count);
    }
    *out = lint.found;
    *out_count = lint.count;
    return OK;
}
