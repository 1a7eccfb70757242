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
        {"\\text{No solution}", "\\text{no solution}"},
        {"it is 4", "4"},
        {"x is 4", "x = 4"},
        {"2 1/2", "5/2"},
        {"3.2e5", "320000"},
        {"3.2 x 10^5", "3.2\\times10^5"},
        {"1e-3", "0.001"},
        {"2e-1", "2e - 1"},
        {"0.1\\overline{6}", "1/6"},
        {"1.234.567,5", "1234567.5"},
        {"3{,}14", "3.14"},
        {"2,5", "2.5"},
        {"3:4", "\\frac34"},
        {"\\log_2 8", "3"},
        {"\\log_28", "3"},
        {"\\binom{5}{2}", "10"},
        {"\\sin 30^\\circ", "1/2"},
        {"\\sqrt{-4}", "2i"},
        {"\\{\\}", "\\emptyset"},
        {"(-\\infty,\\infty)", "\\mathbb{R}"},
        {"$x<3$ or $x>5$", "$(-\\infty,3)\\cup(5,\\infty)$"},
        {"\\{x \\mid x > 2\\}", "(2,\\infty)"},
        {"x \\approx 3.14", "3.14"},
        {"3\\text{ hours}", "180 minutes"},
        {"12\\text{ cm}", "12"},
        {"\\sqrt{x^2}", "|x|"},
        {"\\ln|x|+C", "\\ln x+C"},
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
        {"2 1/2", "1"},
        {"2 3", "6"},
        {"1 2 3 4", "1234"},
        {"0.\\overline{3}", "0.3"},
        {"1,234", "1.234"},
        {"3 hours", "3 minutes"},
        {"3\\text{ km}", "3\\text{ kg}"},
        {"\\$5", "5 cents"},
        {"|x|", "x"},
        {"x=5 x=6", "6"},
        {"\\{x \\mid x > 2\\}", "[2,\\infty)"},
    };

    CHECK(all(OTHER, COUNT(OTHER), false));
}

/* Who names two values, or denies one, has stated none. */
static void equal__takes_no_hedged_answer(void)
{
    static const struct pair HEDGED[] = {
        {"5 or 6", "6"},
        {"The answer is 5 or 6", "5"},
        {"The answer is 5 (or 6).", "5"},
        {"The answer is 5, maybe 6", "5"},
        {"It could be 5 | 6", "6"},
        {"One of 4, 5, 6", "6"},
        {"\\boxed{5} or \\boxed{6}", "6"},
        {"$5$ or $6$", "6"},
        {"3 apples and 4 pears", "4"},
        {"The answer is not 3", "3"},
        {"It is greater than 3", "3"},
        {"> 3", "3"},
        {"5 versus 6", "6"},
    };

    CHECK(all(HEDGED, COUNT(HEDGED), false));
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
          CASE(equal__takes_no_hedged_answer), CASE(extract__finds_what_is_stated),
          CASE(equal__survives_nonsense))
