/* Goal: similarity equals its definition and finds planted authors; links find planted titles. */

#include "check.h"

#include "base/arena.h"
#include "base/fault.h"
#include "engine/retrieve/link.h"
#include "engine/retrieve/similarity.h"
#include "engine/text/analyser.h"
#include "engine/text/vocabulary.h"

#define T(string)                                                                                  \
    {                                                                                              \
        (string), sizeof(string) - 1                                                               \
    }

static const struct similarity_work WORKS[] = {
    {0, T("Gradient descent trains neural networks")},
    {0, T("Neural networks learn representations")},
    {1, T("Contract law and the duty of care")},
    {2, T("Neural networks for contract review")},
};
static const struct text TASKS[] = {
    T("Training a neural network by gradient descent"),
    T("Liability in contract law"),
    T(""),
};
static const struct similarity_input INPUT = {.works = WORKS,
                                              .work_count = COUNT(WORKS),
                                              .expert_count = 4,
                                              .tasks = TASKS,
                                              .task_count = COUNT(TASKS)};

static void similarity__ranks_planted_authors(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault;
    double *scores;

    CHECK(retrieve_similarity(arena, &INPUT, &scores, &fault) == OK);
    CHECK(scores[0 * 3 + 0] > scores[2 * 3 + 0] && scores[2 * 3 + 0] > scores[1 * 3 + 0]);
    CHECK(scores[1 * 3 + 1] > scores[2 * 3 + 1] && scores[2 * 3 + 1] > scores[0 * 3 + 1]);
    for (size_t i = 0; i < 4; i++) {
        CHECK(scores[i * 3 + 2] == 0); /* an empty task */
        CHECK(scores[3 * 3 + i % 3] == 0);
    }
}

static void similarity__is_the_mean_of_squared_cosines(void)
{
    ARENA_SCOPE arena = arena_new();
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct text_vocabulary *vocabulary = text_vocabulary_new(arena);
    struct text_bag bags[COUNT(WORKS) + 2];
    struct text_vector task;
    struct fault fault;
    double *scores;
    double sum = 0;

    CHECK(text_analyser_new(&TEXT_ENGLISH, &analyser, &fault) == OK);
    for (size_t i = 0; i < COUNT(WORKS) + 2; i++) {
        struct text text = i < COUNT(WORKS) ? WORKS[i].text : TASKS[i - COUNT(WORKS)];

        bags[i] = text_vocabulary_learn(vocabulary, arena, text_analyse(analyser, arena, text));
    }
    (void)text_vocabulary_learn(vocabulary, arena, (struct text_words){0}); /* the empty task */
    task = text_weigh(vocabulary, arena, bags[COUNT(WORKS)]);
    for (size_t i = 0; i < 2; i++) {
        double cosine = text_cosine(text_weigh(vocabulary, arena, bags[i]), task);

        sum += cosine * cosine;
    }
    CHECK(retrieve_similarity(arena, &INPUT, &scores, &fault) == OK);
    CHECK_NEAR(scores[0], sum / 2, 1e-6);
}

static void similarity__refuses_bad_input(void)
{
    ARENA_SCOPE arena = arena_new();
    struct similarity_input input = INPUT;
    struct fault fault;
    double *scores;

    input.expert_count = 2;
    CHECK(retrieve_similarity(arena, &input, &scores, &fault) == ERR_INVALID);
    input = INPUT;
    input.language = "xx";
    CHECK(retrieve_similarity(arena, &input, &scores, &fault) == ERR_INVALID);
    input = (struct similarity_input){0};
    CHECK(retrieve_similarity(arena, &input, &scores, &fault) == OK);
}

static const char *const TITLES[] = {
    "software developer",
    "fire investigator",
    "fire inspector",
    "shipping clerk",
    "nurse",
    "head nurse",
    "store manager",
    "",
};

static struct retrieve_linker *linker_of(struct arena *arena)
{
    struct text titles[COUNT(TITLES)];
    struct retrieve_linker *linker = NULL;
    struct fault fault;

    for (size_t i = 0; i < COUNT(TITLES); i++) {
        titles[i] = text_of(TITLES[i]);
    }
    return retrieve_linker_new(arena, titles, COUNT(TITLES), "en", &linker, &fault) == OK ? linker
                                                                                          : NULL;
}

static void link__finds_forms_and_conjuncts(void)
{
    ARENA_SCOPE arena = arena_new();
    RETRIEVE_LINKER_SCOPE linker = linker_of(arena);
    struct retrieve_links links;

    CHECK(linker != NULL);
    links = retrieve_link(arena, linker, text_of("Software Developers"), 3);
    CHECK(links.count >= 1 && links.at[0].row == 0 && links.at[0].score > 0.8);
    links = retrieve_link(arena, linker, text_of("Fire Inspectors and Investigators"), 2);
    CHECK(links.count == 2 && links.at[0].row + links.at[1].row == 3);
    links = retrieve_link(arena, linker, text_of("nurse"), 2);
    CHECK(links.count == 2 && links.at[0].row == 4 && links.at[1].row == 5);
    CHECK_NEAR(links.at[0].score, 1, 1e-6);
}

static void link__answers_odd_titles(void)
{
    ARENA_SCOPE arena = arena_new();
    RETRIEVE_LINKER_SCOPE linker = linker_of(arena);

    CHECK(linker != NULL);
    CHECK(retrieve_link(arena, linker, text_of(""), 3).count == 0);
    CHECK(retrieve_link(arena, linker, text_of("qqqq"), 3).count == 0);
    CHECK(retrieve_link(arena, linker, text_of("nurse"), 0).count == 0);
}

TEST_MAIN(CASE(similarity__ranks_planted_authors), CASE(similarity__is_the_mean_of_squared_cosines),
          CASE(similarity__refuses_bad_input), CASE(link__finds_forms_and_conjuncts),
          CASE(link__answers_odd_titles))
