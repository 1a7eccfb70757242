#include "engine/verify/check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "check.h"

static struct verdict run(struct check_options options, const char *answer, const char *reference)
{
    static struct arena *kept; /* notes live until the next */
    struct checker *checker;
    struct fault fault = {0};

    arena_free(kept);
    kept = arena_new();
    if (checker_new(kept, &options, &checker, &fault) != OK) {
        return verdict_unscored(REASON_CANCELLED, "no such check");
    }
    struct verdict verdict = checker_run(checker, kept, text_of(answer), text_of(reference));

    checker_free(checker);
    return verdict;
}

#define PASSES(answer, reference, ...)                                                             \
    CHECK(run((struct check_options){__VA_ARGS__}, answer, reference).kind == VERDICT_PASS)
#define FAILS(answer, reference, why, ...)                                                         \
    CHECK(run((struct check_options){__VA_ARGS__}, answer, reference).reason == (why) &&           \
          reason_of_model(why))
#define UNSCORED(answer, reference, ...)                                                           \
    CHECK(run((struct check_options){__VA_ARGS__}, answer, reference).kind == VERDICT_UNSCORED)

static void exact__normalises_as_listed(void)
{
    PASSES(" yes\n", "yes", .check = "exact", .normalise = "trim");
    FAILS("Yes", "yes", REASON_WRONG, .check = "exact", .normalise = "trim");
    PASSES("Yes", "yes", .check = "exact", .normalise = "case");
    PASSES("The  answer, a dog!", "answer dog", .check = "exact",
           .normalise = "case,punctuation,articles");
    PASSES("\xef\xbc\xa1", "A", .check = "exact", .normalise = "unicode");
    CHECK(run((struct check_options){.check = "exact", .normalise = "shout"}, "a", "a").reason ==
          REASON_CANCELLED);
}

static void choice__reads_the_letter(void)
{
    PASSES("I think the answer is (C) because A is wrong.", "C", .check = "choice");
    PASSES("B) blue", "B", .check = "choice");
    PASSES("\\boxed{D}", "(D)", .check = "choice");
    PASSES("c", "C", .check = "choice");
    FAILS("The answer is A.", "B", REASON_WRONG, .check = "choice");
    FAILS("nothing", "B", REASON_FORMAT, .check = "choice");
    FAILS("The answer is A or B.", "A", REASON_FORMAT, .check = "choice");
    FAILS("(A), (B), (C)", "A", REASON_FORMAT, .check = "choice");
    PASSES("The answer is B, A is wrong.", "B", .check = "choice");
    PASSES("The answer is B and I am sure.", "B", .check = "choice");
    UNSCORED("B", "none of these", .check = "choice");
}

static void numeric__reads_numbers_as_written(void)
{
    PASSES("So it is $1,234.50.", "1234.5", .check = "numeric");
    PASSES("-3/4", "-0.75", .check = "numeric");
    PASSES("1 1/2 cups", "1.5", .check = "numeric");
    PASSES("6.02e23", "602000000000000000000000", .check = "numeric", .relative = 1e-9);
    PASSES("28%", "0.28", .check = "numeric");
    FAILS("It is 5 or 6", "6", REASON_FORMAT, .check = "numeric");
    PASSES("5 apples or so, then 6", "6", .check = "numeric");
    PASSES("28 percent", "28%", .check = "numeric");
    PASSES("3.14159", "3.14", .check = "numeric", .round = true);
    FAILS("3.146", "3.14", REASON_WRONG, .check = "numeric", .round = true);
    FAILS("3.14159", "3.14", REASON_WRONG, .check = "numeric");
    PASSES("9.9", "10", .check = "numeric", .absolute = .11);
    PASSES("\\boxed{42}", "42", .check = "numeric");
    PASSES("5-3 = 2", "2", .check = "numeric");
    PASSES("A: 18\n", "text A: 18", .check = "numeric", .marker = "A:");
    FAILS("18", "A: 18", REASON_FORMAT, .check = "numeric", .marker = "A:");
    FAILS("many", "3", REASON_FORMAT, .check = "numeric");
    UNSCORED("3", "many", .check = "numeric");
}

static void set__ignores_order_and_counts_shares(void)
{
    PASSES("b, a, a", "a;b", .check = "set");
    PASSES("[\"a\", 'b']", "{b, a}", .check = "set");
    FAILS("a", "a, b", REASON_WRONG, .check = "set");
    struct verdict part =
        run((struct check_options){.check = "set", .partial = true}, "a, c", "a, b");

    CHECK(part.kind == VERDICT_PARTIAL);
    CHECK_NEAR(part.score, .5, 1e-15);
    part = run((struct check_options){.check = "set", .partial = true}, "c, a, a, c", "a, b, a");
    CHECK_NEAR(part.score, .5, 1e-15);
    UNSCORED("a", " ", .check = "set");
}

static void regex__is_bounded(void)
{
    PASSES("order 66 now", "\\b\\d{2}\\b", .check = "regex");
    FAILS("order", "^\\d+$", REASON_WRONG, .check = "regex");
    UNSCORED("x", "(unclosed", .check = "regex");
    UNSCORED("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "^(a+)+$", .check = "regex");
}

static void json__compares_values(void)
{
    PASSES("```json\n{\"b\": [1, 2.0], \"a\": null}\n```", "{\"a\":null,\"b\":[1,2]}",
           .check = "json");
    PASSES("{\"a\": \"```\",\n\"b\": 1}", "{\"b\":1,\"a\":\"```\"}", .check = "json");
    FAILS("[2,1]", "[1,2]", REASON_WRONG, .check = "json");
    PASSES("[2,1]", "[1,2]", .check = "json", .unordered = true);
    FAILS("[1,1]", "[1,2]", REASON_WRONG, .check = "json", .unordered = true);
    PASSES("{\"rows\":[{\"x\":1.0001}]}", "1", .check = "json", .path = "rows[0].x",
           .relative = .001);
    FAILS("{\"rows\":[]}", "1", REASON_FORMAT, .check = "json", .path = "rows[0].x");
    FAILS("{\"a\":1,\"a\":2}", "{}", REASON_FORMAT, .check = "json");
    UNSCORED("{}", "{", .check = "json");
}

static void schema__holds_answers_to_it(void)
{
    static const char SCHEMA[] =
        "{\"type\":\"object\",\"required\":[\"n\"],\"additionalProperties\":false,"
        "\"properties\":{\"n\":{\"type\":\"integer\",\"minimum\":1},"
        "\"tags\":{\"type\":\"array\",\"maxItems\":2,\"items\":{\"enum\":[\"a\",\"b\"]}}}}";

    PASSES("{\"n\":3,\"tags\":[\"a\"]}", SCHEMA, .check = "schema");
    FAILS("{\"tags\":[]}", SCHEMA, REASON_WRONG, .check = "schema");
    FAILS("{\"n\":0}", SCHEMA, REASON_WRONG, .check = "schema");
    FAILS("{\"n\":1,\"x\":1}", SCHEMA, REASON_WRONG, .check = "schema");
    FAILS("{\"n\":1,\"tags\":[\"c\"]}", SCHEMA, REASON_WRONG, .check = "schema");
    FAILS("[]", SCHEMA, REASON_WRONG, .check = "schema");
}

static void table__matches_by_column(void)
{
    PASSES("y,x\n2,1.0\n", "x,y\n1,2\n", .check = "table");
    FAILS("x,y\n3,4\n1,2\n", "x,y\n1,2\n3,4\n", REASON_WRONG, .check = "table");
    PASSES("x,y\n3,4\n1,2\n", "x,y\n1,2\n3,4\n", .check = "table", .unordered = true);
    CHECK_NEAR(run((struct check_options){.check = "table", .partial = true}, "x,y\n1,9\n3,4\n",
                   "x,y\n1,2\n3,4\n")
                   .score,
               .75, 1e-15);
    FAILS("x\n1\n", "x,y\n1,2\n", REASON_WRONG, .check = "table");
    FAILS("x,y\n1\n", "x,y\n1,2\n", REASON_FORMAT, .check = "table");
    UNSCORED("x\n1\n", "x,y\n1\n", .check = "table");
}

static void diff__ignores_ends_of_lines(void)
{
    PASSES("a \r\nb\n\n", "a\nb", .check = "diff");
    FAILS("a\nc", "a\nb", REASON_WRONG, .check = "diff");
    FAILS("a", "a\nb", REASON_WRONG, .check = "diff");
}

TEST_MAIN(CASE(exact__normalises_as_listed), CASE(choice__reads_the_letter),
          CASE(numeric__reads_numbers_as_written), CASE(set__ignores_order_and_counts_shares),
          CASE(regex__is_bounded), CASE(json__compares_values), CASE(schema__holds_answers_to_it),
          CASE(table__matches_by_column), CASE(diff__ignores_ends_of_lines))
