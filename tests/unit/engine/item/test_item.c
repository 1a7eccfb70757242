/* Goal: items are read whole or refused by name, defects are found, and answers earn what the
 * rubric says. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/irt/model.h"
#include "engine/item/grade.h"
#include "engine/item/lint.h"
#include "engine/text/analyser.h"

static const char *const SOUND =
    "{\"code\":\"tide\",\"kind\":\"free\",\"prompt\":\"Why does the sea rise twice a day?\","
    "\"criteria\":[{\"id\":\"a\",\"text\":\"Names the moon\",\"points\":2,\"evidence\":[\"the moon "
    "pulls the water\",\"gravity of the moon\"]},{\"id\":\"b\",\"text\":\"Explains the far bulge\","
    "\"needs\":[\"a\"],\"evidence\":[\"a bulge on the far side\",\"the water on the other side is "
    "left behind\"]}],\"models\":[{\"marks\":\"mm\",\"text\":\"The moon pulls the water, and on "
    "the far side it is left behind.\"},{\"marks\":\"mn\",\"text\":\"The moon pulls the "
    "water.\"},{\"marks\":\"pn\",\"text\":\"Something in the sky pulls it.\"}]}";

static bool reads(struct arena *arena, const char *json, struct item *out)
{
    struct fault fault = {0};

    return item_read(arena, text_of(json), out, &fault) == OK;
}

static void read__takes_an_item_and_names_what_is_wrong(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct item item;

    CHECK(reads(arena, SOUND, &item));
    CHECK(item_is_free(&item) && item.criteria.count == 2 && item.level == 2);
    CHECK(item_read(arena, text_of("{\"code\":\"x\",\"kind\":\"song\",\"prompt\":\"?\"}"), &item,
                    &fault) == ERR_INVALID);
    CHECK(strcmp(fault.field, "kind") == 0);
    CHECK(item_read(arena, text_of("{\"code\":"), &item, &fault) == ERR_INVALID);
}

static void points__need_what_is_needed(void)
{
    ARENA_SCOPE arena = arena_new();
    struct item item;
    double max;

    CHECK(reads(arena, SOUND, &item));
    CHECK_NEAR(item_points(&item, (enum item_mark[]){ITEM_MET, ITEM_MET}, &max), 3, 0);
    CHECK_NEAR(max, 3, 0);
    CHECK_NEAR(item_points(&item, (enum item_mark[]){ITEM_PARTLY, ITEM_MET}, &max), 2, 0);
    CHECK_NEAR(item_points(&item, (enum item_mark[]){ITEM_NOT_MET, ITEM_MET}, &max), 0, 0);
    CHECK(item_category(0, 3) == 0 && item_category(2, 3) == 1 && item_category(3, 3) == 2);
}

static void likeliest__adds_up_all_ways(void)
{
    ARENA_SCOPE arena = arena_new();
    double chance[ITEM_CATEGORIES];
    struct item item;
    const double sure[ITEM_CRITERION_MAX][ITEM_MET + 1] = {{0, 0, 1}, {.5, 0, .5}};

    CHECK(reads(arena, SOUND, &item));
    CHECK(item_likeliest(&item, sure, chance) == 1); /* 2 or 3 of 3 points: a tie goes down */
    CHECK_NEAR(chance[1], .5, 1e-12);
    CHECK_NEAR(chance[2], .5, 1e-12);
    CHECK_NEAR(chance[0] + chance[1] + chance[2], 1, 1e-12);
}

/* One item with one thing changed has that finding as an error. */
static bool complains(const char *from, const char *to, const char *place)
{
    ARENA_SCOPE arena = arena_new();
    struct item_findings findings;
    struct fault fault = {0};
    struct item item;
    const char *at = strstr(SOUND, from);

    if (at == NULL) {
        return false;
    }
    const char *json =
        arena_print(arena, "%.*s%s%s", (int)(at - SOUND), SOUND, to, at + strlen(from));

    if (!reads(arena, json, &item) || item_lint(arena, &item, 1, &findings, &fault) != OK) {
        return false;
    }
    for (size_t i = 0; i < findings.count; i++) {
        if (findings.at[i].is_error && strstr(findings.at[i].place, place) != NULL) {
            return true;
        }
    }
    return false;
}

static void lint__finds_what_cannot_be_graded(void)
{
    ARENA_SCOPE arena = arena_new();
    struct item_findings findings;
    struct fault fault = {0};
    struct item item;

    CHECK(reads(arena, SOUND, &item));
    CHECK(item_lint(arena, &item, 1, &findings, &fault) == OK);
    CHECK(findings.error_count == 0 && findings.count == 1); /* too few graded answers */
    CHECK(complains("\"needs\":[\"a\"]", "\"needs\":[\"b\"]", "criteria[1]"));
    CHECK(complains("\"needs\":[\"a\"]", "\"needs\":[\"z\"]", "criteria[1]"));
    CHECK(complains("\"points\":2", "\"points\":-2", "criteria[0]"));
    CHECK(complains("gravity of the moon", "the sea rise", "criteria[0]"));
    CHECK(complains("\"marks\":\"mm\"", "\"marks\":\"mn\"", "models[0]"));
    CHECK(complains("\"marks\":\"mm\"", "\"marks\":\"mmm\"", "models[0]"));
    CHECK(complains("\"marks\":\"pn\"", "\"marks\":\"mn\"", "models[2]"));
    CHECK(complains("\"kind\":\"free\"", "\"kind\":\"choice\"", "kind"));
    CHECK(complains("\"prompt\":", "\"enemies\":[\"tide\"],\"prompt\":", "enemies"));
    CHECK(complains("\"prompt\":", "\"enemies\":[\"moon\"],\"prompt\":", "enemies"));
    struct item twice[] = {item, item};

    CHECK(item_lint(arena, twice, 2, &findings, &fault) == OK);
    CHECK(findings.error_count == 1 && strcmp(findings.at[1].place, "code") == 0);
}

static bool earns(const char *item_json, const char *answer, uint32_t category)
{
    ARENA_SCOPE arena = arena_new();
    struct item_verdict verdict;
    struct fault fault = {0};
    struct item item;

    return reads(arena, item_json, &item) &&
           item_grade(arena, NULL, NULL, &item, text_of(answer), &verdict, &fault) == OK &&
           verdict.category == category;
}

static bool refuses(const char *item_json, const char *answer)
{
    ARENA_SCOPE arena = arena_new();
    struct item_verdict verdict;
    struct fault fault = {0};
    struct item item;

    return reads(arena, item_json, &item) &&
           item_grade(arena, NULL, NULL, &item, text_of(answer), &verdict, &fault) == ERR_INVALID &&
           strcmp(fault.field, "answer") == 0;
}

static void grade__follows_the_rule_of_each_kind(void)
{
    static const char *const NUMBER = "{\"code\":\"n\",\"kind\":\"numeric\",\"prompt\":\"?\","
                                      "\"answer\":\"15.4\",\"absolute\":0.15}";
    static const char *const CHOICE = "{\"code\":\"c\",\"kind\":\"choice\",\"prompt\":\"?\","
                                      "\"answer\":\"2\",\"parts\":[\"x\",\"y\"]}";
    static const char *const ORDER = "{\"code\":\"o\",\"kind\":\"order\",\"prompt\":\"?\","
                                     "\"parts\":[\"x\",\"y\",\"z\"]}";

    CHECK(earns(NUMBER, "15.4", 1) && earns(NUMBER, " 15.5 % ", 1) && earns(NUMBER, "15", 0));
    CHECK(refuses(NUMBER, "about many") && refuses(NUMBER, ""));
    CHECK(earns(CHOICE, "2", 1) && earns(CHOICE, "1", 0));
    CHECK(refuses(CHOICE, "3") && refuses(CHOICE, "y") && refuses(CHOICE, "0"));
    CHECK(earns(ORDER, "1 2 3", 1) && earns(ORDER, "1,3,2", 0));
    CHECK(refuses(ORDER, "1 2") && refuses(ORDER, "1 1 2") && refuses(ORDER, "1 2 3 4") &&
          refuses(ORDER, "99999999999999999999"));
}

/* Each criterion asked alone, as the scorer was taught it, says the same to the last bit. */
static void grade__hears_a_criterion_as_if_it_were_alone(void)
{
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct score_options options = SCORE_DEFAULTS;
    struct fault fault = {0};
    struct score_model model;
    struct item item;

    options.tree_count = 20;
    CHECK(reads(arena, SOUND, &item));
    CHECK(item_train(arena, &item, 1, &options, NULL, &model, &fault) == OK);
    CHECK(text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK);
    struct item_lesson lesson = item_lesson_new(arena, &item, 1);

    CHECK(lesson.examples.count == 6);
    for (uint32_t i = 0; i < lesson.examples.count; i++) {
        const struct score_example *example = &lesson.examples.at[i];
        struct score_asked asked = score_ask(arena, analyser, &model, example);
        struct score_prediction alone;
        struct item_verdict verdict;

        score_predict(arena, analyser, &model, &asked, example->answer, &alone);
        CHECK(item_grade(arena, analyser, &model, &item, example->answer, &verdict, &fault) == OK);
        const struct item_finding_of *found = &verdict.criteria[lesson.origins[i].criterion];

        CHECK(verdict.criterion_count == 2 && (uint32_t)found->mark == alone.class);
        CHECK(memcmp(found->probability, alone.probability, sizeof(found->probability)) == 0);
        CHECK((found->quote.size > 0) <= (found->mark != ITEM_NOT_MET));
        CHECK(found->quote.size == 0 ||
              (found->quote.at >= example->answer.at &&
               found->quote.at + found->quote.size <= example->answer.at + example->answer.size));
    }
}

static void prior__rises_with_the_level(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct item item;

    CHECK(reads(arena, SOUND, &item));
    struct irt_item middle = item_prior(&item);

    item.level = 3;
    struct irt_item hard = item_prior(&item);

    CHECK(irt_item_check(&middle, "middle", &fault) == OK && middle.category_count == 3);
    CHECK(irt_item_check(&hard, "hard", &fault) == OK);
    CHECK(irt_item_difficulty(&hard, 0) > irt_item_difficulty(&middle, 0));
}

TEST_MAIN(CASE(read__takes_an_item_and_names_what_is_wrong), CASE(points__need_what_is_needed),
          CASE(likeliest__adds_up_all_ways), CASE(lint__finds_what_cannot_be_graded),
          CASE(grade__follows_the_rule_of_each_kind),
          CASE(grade__hears_a_criterion_as_if_it_were_alone), CASE(prior__rises_with_the_level))
