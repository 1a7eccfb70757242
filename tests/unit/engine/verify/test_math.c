#include "engine/verify/math.h"

#include "base/arena.h"
#include "base/err.h"
#include "check.h"

struct pair {
    const char *answer;
    const char *reference;
};

static bool equal(struct pair pair)
{
    ARENA_SCOPE arena = arena_new();

    return math_equal(arena, text_of(pair.answer), text_of(pair.reference));
}

static bool all(const struct pair *pairs, size_t count, bool want)
{
    for (size_t i = 0; i < count; i++) {
        if (equal(pairs[i]) != want) {
            printf("# %s against %s\n", pairs[i].answer, pairs[i].reference);
            return false;
        }
    }
    return true;
}

static void equal__is_tolerant_of_format(void)
{
    static const struct pair SAME[] = {
        {"The answer is 1,234.50 dollars.", "1234.5"},
        {"$\\frac{1}{2}$", "0.5"},
        {"\\boxed{\\frac{3}{6}}", "1/2"},
        {"x = 7", "7"},
        {"2\\frac{1}{3}", "7/3"},
        {"$\\sqrt{12}$", "$2\\sqrt{3}$"},
        {"(a+b)^2", "a^2+2ab+b^2"},
        {"$\\sin^2 x + \\cos^2 x$", "1"},
        {"{3, 1, 2}", "1, 2, 3"},
        {"$(1,2)$", "$(1.0, 2)$"},
        {"$x>3$", "$(3,\\infty)$"},
        {"$-1 \\le x < 4$", "$[-1,4)$"},
        {"$|x| \\le 2$", "$[-2,2]$"},
        {"$1 \\pm \\sqrt{2}$", "$1-\\sqrt2, 1+\\sqrt2$"},
        {"25\\%", "0.25"},
        {"$90^\\circ$", "90"},
        {"$15\\text{ cm}^2$", "15"},
        {"2x+4y=6", "x+2y=3"},
        {"\\begin{pmatrix}1&2\\\\3&4\\end{pmatrix}",
         "\\begin{bmatrix}1&2\\\\3&\\frac{8}{2}\\end{bmatrix}"},
        {"$\\sqrt[3]{-8}$", "-2"},
        {"5!", "120"},
        {"7:32", "14:64"},
        {"0.333333333", "1/3"},
        {"\xe2\x88\x92"
         "5",
         "-5"},
        {"\\text{Even}", "Even"},
    };

    CHECK(all(SAME, COUNT(SAME), true));
}

static void equal__is_strict_on_value(void)
{
    static const struct pair OTHER[] = {
        {"0.33", "1/3"},
        {"1.41", "\\sqrt{2}"},
        {"9007199254740993", "9007199254740992"},
        {"(2,1)", "(1,2)"},
        {"[0,1)", "(0,1)"},
        {"x \\ge 3", "x > 3"},
        {"x < 3", "x > 3"},
        {"1, 2", "1, 2, 3"},
        {"a+3z=0", "0"},
        {"f(x)", "f(y)"},
        {"\\pm 5", "5"},
        {"12:00", "1:00"},
        {"", "1"},
        {"no number at all", "1"},
        {"AZYUK2A", "2"},
        {"\\sqrt{19}", "1"},
        {"x+1", "x+1.0001"},
        {"d", "\\text{E}"},
        {"1e400", "2e400"},
        {"1/0", "2/0"},
    };

    CHECK(all(OTHER, COUNT(OTHER), false));
}

static void extract__finds_what_is_stated(void)
{
    ARENA_SCOPE arena = arena_new();

    CHECK(text_is(math_extract(arena, text_of("So \\boxed{4} at first. Later \\boxed{5}.")), "5"));
    CHECK(text_is(math_extract(arena, text_of("\\boxed{1} and \\boxed{2}")), "1, 2"));
    CHECK(text_is(math_extract(arena, text_of("We try 3 and 4. The answer is 12 apples of 20.")),
                  "12"));
    CHECK(text_is(math_extract(arena, text_of("first $a=1$, then $b=2$")), "b=2"));
    CHECK(math_extract(arena, text_of("")).size == 0);
}

/* Anything may come; nothing may hang or fall. */
static void equal__survives_nonsense(void)
{
    static const char PIECES[][20] = {"\\frac",  "{",
                                      "}",       "(",
                                      ")",       "[",
                                      "^",       "_",
                                      "\\sqrt",  "1",
                                      ",",       "x",
                                      "|",       "\\left",
                                      "\\{",     "\\}",
                                      "=",       "<",
                                      "\\pm",    "$",
                                      "\\\\",    "\\begin{pmatrix}",
                                      "&",       "%",
                                      "!",       ":",
                                      ";",       "\\text{",
                                      "\\boxed{"};
    uint64_t state = 1;

    for (int round = 0; round < 3000; round++) {
        char text[600] = "";
        size_t size = 0;

        while (size < 500 && (state % 40) != 0) {
            state = state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
            const char *piece = PIECES[(state >> 33) % COUNT(PIECES)];

            size += strlen(piece);
            (void)strncat(text, piece, sizeof(text) - strlen(text) - 1);
            state ^= state >> 29;
        }
        state++;
        (void)equal((struct pair){text, "1"});
        (void)equal((struct pair){text, "(1,2)"});
    }
    CHECK(true);
}

TEST_MAIN(CASE(equal__is_tolerant_of_format), CASE(equal__is_strict_on_value),
          CASE(extract__finds_what_is_stated), CASE(equal__survives_nonsense))
