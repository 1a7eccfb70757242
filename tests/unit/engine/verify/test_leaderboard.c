#include "engine/verify/leaderboard.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "check.h"

static struct board_line line(const char *model, const char *task, int64_t run, double score)
{
    return (struct board_line){.model = model,
                               .task = task,
                               .domain = task[0] == 'a' ? "algebra" : "biology",
                               .suite = "",
                               .run = run,
                               .score = score,
                               .input_tokens = 10,
                               .took_ms = 500};
}

static void board__is_worked_out_by_hand(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct leaderboard board;
    const struct board_line lines[] = {
        line("low", "a1", 1, 0),  line("low", "a1", 2, 1),           line("low", "b1", 1, 0),
        line("low", "b1", 2, 0),  line("low", "b2", 1, (double)NAN), line("high", "a1", 1, 1),
        line("high", "a1", 2, 1), line("high", "b1", 1, 1),          line("high", "b1", 2, 0),
        line("high", "b1", 2, 1), /* the first one counts */
    };

    CHECK(leaderboard_make(arena, lines, COUNT(lines), .95, &board, &fault) == OK);
    CHECK(board.model_count == 2 && board.slice_count == 4 && board.pair_count == 1);
    const struct board *high = &board.models[0];
    const struct board *low = &board.models[1];

    CHECK(strcmp(high->model, "high") == 0 && high->count == 4 && high->unscored == 0);
    CHECK_NEAR(high->mean, .75, 1e-12);
    CHECK_NEAR(high->median, .75, 1e-12);
    CHECK(high->is_pass && high->k == 2);
    CHECK_NEAR(high->pass_at_k, 1, 1e-12);
    CHECK_NEAR(high->pass_all_k, .5, 1e-12);
    CHECK(low->count == 4 && low->unscored == 1 && low->input_tokens == 50);
    CHECK_NEAR(low->mean, .25, 1e-12);
    CHECK_NEAR(low->median_seconds, .5, 1e-12);
    CHECK_NEAR(board.pairs[0].difference, .5, 1e-12);
    CHECK(board.pairs[0].task_count == 2);
    CHECK(high->known && high->interval.low >= 0 && high->interval.high <= 1);
}

static void all_alike__is_not_certain(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct leaderboard board;
    const struct board_line lines[] = {line("all", "a1", 1, 1), line("all", "b1", 1, 1),
                                       line("no", "a1", 1, 0), line("no", "b1", 1, 0)};

    CHECK(leaderboard_make(arena, lines, COUNT(lines), .95, &board, &fault) == OK);
    CHECK_NEAR(board.models[0].interval.low, .3424, 1e-4); /* Wilson, 2 of 2 */
    CHECK(board.models[0].interval.high >= 1 - 1e-12);
    CHECK_NEAR(board.pairs[0].difference, 1, 1e-12);
    CHECK_NEAR(board.pairs[0].interval.low, -.3152, 1e-3);
}

static void nothing_scored__is_no_number(void)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct leaderboard board;
    const struct board_line lines[] = {line("none", "a1", 1, (double)NAN),
                                       line("one", "a1", 1, .5)};

    CHECK(leaderboard_make(arena, lines, COUNT(lines), .95, &board, &fault) == OK);
    CHECK(board.model_count == 2 && strcmp(board.models[1].model, "none") == 0);
    CHECK(isnan(board.models[1].mean) && !board.models[1].known && !board.models[0].known);
    CHECK(!board.models[0].is_pass && board.pair_count == 0);
    CHECK(leaderboard_make(arena, lines, 0, .95, &board, &fault) == OK && board.model_count == 0);
}

static void bad_rows__are_refused(void)
{
    static const char *const BAD[] = {"{}", "[1]", "{\"task\":\"t\"}",
                                      "{\"task\":\"t\",\"model\":\"m\",\"score\":1.5}",
                                      "{\"task\":\"t\",\"model\":\"m\",\"took_ms\":-1}"};
    ARENA_SCOPE arena = arena_new();

    for (size_t i = 0; i < COUNT(BAD); i++) {
        struct fault fault = {0};
        struct board_line read;
        struct json *row;

        CHECK(json_parse(arena, text_of(BAD[i]), &row, &fault) == OK);
        CHECK(board_line_read(row, &read, &fault) == ERR_INVALID && fault.text[0] != '\0');
    }
}

TEST_MAIN(CASE(board__is_worked_out_by_hand), CASE(all_alike__is_not_certain),
          CASE(nothing_scored__is_no_number), CASE(bad_rows__are_refused))
