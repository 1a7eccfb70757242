#include "slice/environment/mutate.h"

#include <string.h>

#include "base/arena.h"
#include "base/err.h"

/* Enough to choose from in any program of a task. */
enum { PLACES_MAX = 4096 };

/* Exchange `from` for `to`; words stand alone. The longer of two that begin alike comes first. */
struct swap {
    const char *from;
    const char *to;
    bool word;
};

static const struct swap SWAPS[] = {
    {"==", "!=", false},         {"!=", "==", false},
    {"<=", "<", false},          {">=", ">", false},
    {"<", "<=", false},          {">", ">=", false},
    {" + ", " - ", false},       {" - ", " + ", false},
    {" * ", " + ", false},       {" % ", " + ", false},
    {"and", "or", true},         {"or", "and", true},
    {"True", "False", true},     {"False", "True", true},
    {"not", "", true},           {"return", "return None and", true},
    {"min", "max", true},        {"max", "min", true},
    {"break", "continue", true}, {"continue", "break", true},
};

/* One change of the text. */
struct place {
    size_t at;
    size_t size;
    const char *to; /* NULL: the number that stands there, and one */
};

struct places {
    struct place *at;
    size_t count;
};

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static void add(struct places *places, struct place place)
{
    if (places->count < PLACES_MAX) {
        places->at[places->count++] = place;
    }
}

/* Behind a string or a comment that begins here; `at` when none does. */
static size_t skip_quiet(const char *source, size_t at)
{
    char quote = source[at];

    if (quote == '#') {
        return at + strcspn(source + at, "\n");
    }
    if (quote != '"' && quote != '\'') {
        return at;
    }
    bool triple = source[at + 1] == quote && source[at + 2] == quote;
    size_t end = at + (triple ? 3 : 1);

    while (source[end] != '\0') {
        if (source[end] == '\\' && source[end + 1] != '\0') {
            end += 2;
        } else if (triple ? strncmp(source + end, (char[]){quote, quote, quote, '\0'}, 3) == 0
                          : source[end] == quote || source[end] == '\n') {
            return end + (triple ? 3 : 1);
        } else {
            end++;
        }
    }
    return end;
}

static const struct swap *swap_at(const char *source, size_t at)
{
    for (size_t i = 0; i < COUNT(SWAPS); i++) {
        size_t size = strlen(SWAPS[i].from);
        bool same = strncmp(source + at, SWAPS[i].from, size) == 0;

        if (same && (!SWAPS[i].word ||
                     ((at == 0 || !is_word(source[at - 1])) && !is_word(source[at + size])))) {
            return &SWAPS[i];
        }
    }
    return NULL;
}

/* Arrows and shifts are no comparisons. */
static bool is_compound(const char *source, size_t at)
{
    static const char *const COMPOUNDS[] = {"->", "=>", "<<", ">>", "**", "+=", "-="};

    for (size_t i = 0; i < COUNT(COMPOUNDS); i++) {
        if (strncmp(source + at, COMPOUNDS[i], 2) == 0) {
            return true;
        }
    }
    return false;
}

static size_t look(const char *source, size_t at, struct places *places)
{
    size_t quiet = skip_quiet(source, at);

    if (quiet != at) {
        return quiet;
    }
    if (is_compound(source, at)) {
        return at + 2;
    }
    const struct swap *swap = swap_at(source, at);

    if (swap != NULL) {
        add(places, (struct place){.at = at, .size = strlen(swap->from), .to = swap->to});
        return at + strlen(swap->from);
    }
    size_t digits = strspn(source + at, "0123456789");

    if (digits > 0 && digits < 10 && (at == 0 || !is_word(source[at - 1])) &&
        !is_word(source[at + digits])) {
        add(places, (struct place){.at = at, .size = digits});
    }
    return at + (digits > 0 ? digits : 1);
}

static const char *change(struct arena *arena, const char *source, const struct place *place)
{
    const char *to = place->to;

    if (to == NULL) {
        long number = 0;

        for (size_t i = 0; i < place->size; i++) {
            number = number * 10 + (source[place->at + i] - '0');
        }
        to = arena_print(arena, "%ld", number + 1);
    }
    return arena_print(arena, "%.*s%s%s", (int)place->at, source, to,
                       source + place->at + place->size);
}

/* Evenly over all places, so that the end of a program is tried as well as its beginning. */
static size_t choose(struct arena *arena, const char *source, const struct places *places,
                     size_t most, const char **out)
{
    size_t count = places->count < most ? places->count : most;

    for (size_t i = 0; i < count; i++) {
        out[i] = change(arena, source, &places->at[i * places->count / count]);
    }
    return count;
}

static struct places places_new(struct arena *arena)
{
    return (struct places){.at = arena_array(arena, struct place, PLACES_MAX)};
}

size_t mutate_program(struct arena *arena, const char *source, size_t most, const char **out)
{
    struct places places = places_new(arena);

    for (size_t at = 0; source[at] != '\0';) {
        at = look(source, at, &places);
    }
    return choose(arena, source, &places, most, out);
}

size_t mutate_script(struct arena *arena, const char *source, size_t most, const char **out)
{
    struct places places = places_new(arena);

    for (size_t at = 0; source[at] != '\0';) {
        size_t size = strcspn(source + at, "\n");
        size_t blank = strspn(source + at, " \t");
        bool command = blank < size && source[at + blank] != '#';

        if (command) {
            add(&places, (struct place){.at = at, .size = size, .to = ""});
        }
        at += size + (source[at + size] != '\0');
    }
    return choose(arena, source, &places, most, out);
}

size_t mutate_text(struct arena *arena, const char *source, size_t most, const char **out)
{
    struct places places = places_new(arena);

    for (size_t at = 0; source[at] != '\0';) {
        size_t digits = strspn(source + at, "0123456789");
        size_t letters = 0;

        while (digits == 0 && is_word(source[at + letters])) {
            letters++;
        }
        if (digits > 0 && digits < 10) {
            add(&places, (struct place){.at = at, .size = digits});
        } else if (letters == 1) {
            add(&places, (struct place){.at = at, .size = 1, .to = source[at] == 'B' ? "C" : "B"});
        } else if (letters > 1) {
            add(&places, (struct place){.at = at, .size = letters, .to = "otherwise"});
        }
        at += digits > 0 ? digits : letters > 0 ? letters : 1;
    }
    return choose(arena, source, &places, most, out);
}
