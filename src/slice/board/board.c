#include "slice/board/board.h"

#include <string.h>

#include "base/arena.h"
#include "base/time.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/board/board_rule.h"
#include "slice/board/board_sql.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/slice.h"
#include "store/work.h"

enum { DAYS_SHOWN = 60, PACE_DAYS = 7 };

struct day_view {
    const char *day;
    const char *counter;
    int64_t amount;
};
static const struct field day_fields[] = {
    TEXT(day_view, day, .doc = "Such as 2026-03-01, in UTC"),
    TEXT(day_view, counter, .doc = "What is counted"),
    INT(day_view, amount, .doc = "How many that day"),
};
static const struct shape day_shape = SHAPE(day_view, day_fields, "A count of one day");

static const struct field agreement_fields[] = {
    TEXT(board_agreement_row, label, .doc = "Which label of the task type"),
    TEXT(board_agreement_row, metric, .doc = "Krippendorff's alpha"),
    REAL(board_agreement_row, estimate, .optional = true, .doc = "None: it cannot be known yet"),
    REAL(board_agreement_row, low, .optional = true, .doc = "95 % interval (bootstrap), from"),
    REAL(board_agreement_row, high, .optional = true, .doc = "to"),
    INT(board_agreement_row, unit_count, .doc = "Tasks with two answers or more"),
};
static const struct shape agreement_shape =
    SHAPE(board_agreement_row, agreement_fields, "Agreement over all experts");

struct board {
    int64_t tasks;
    int64_t done;
    int64_t given;
    int64_t wanted;
    int64_t pending;
    int64_t accepted;
    int64_t returned;
    int64_t rejected;
    int64_t skipped;
    int64_t appeals;
    int64_t overturned;
    int64_t spend_minor;
    int64_t committed_minor;
    int64_t budget_minor;
    const char *currency;
    int64_t deadline_at;
    int64_t early_at;
    int64_t middle_at;
    int64_t late_at;
    struct list agreement;
    struct list days;
};
static const struct field board_fields[] = {
    INT(board, tasks, .doc = "Tasks"),
    INT(board, done, .doc = "Tasks with as many accepted answers as wanted"),
    INT(board, given, .doc = "Answers given"),
    INT(board, wanted, .doc = "Answers wanted in all"),
    INT(board, pending, .doc = "Answers that wait for a review"),
    INT(board, accepted, .doc = "Answers accepted"),
    INT(board, returned, .doc = "Answers returned and not revised yet"),
    INT(board, rejected, .doc = "Answers rejected"),
    INT(board, skipped, .doc = "Tasks skipped by somebody"),
    INT(board, appeals, .doc = "Appeals opened"),
    INT(board, overturned, .doc = "Appeals that overturned a rejection"),
    INT(board, spend_minor, .doc = "Owed for accepted answers, in minor units"),
    INT(board, committed_minor, .doc = "What the answers still wanted will cost at most"),
    INT(board, budget_minor, .optional = true, .doc = "Budget, in minor units"),
    TEXT(board, currency, .doc = "ISO 4217 code"),
    TIME(board, deadline_at, .optional = true, .doc = "When it must be done"),
    TIME(board, early_at, .optional = true,
         .doc = "Forecast of the end: one in ten that it is earlier"),
    TIME(board, middle_at, .optional = true, .doc = "Forecast of the end: the middle"),
    TIME(board, late_at, .optional = true,
         .doc = "Forecast of the end: one in ten that it is later"),
    LIST(board, agreement, .of = &agreement_shape, .doc = "By label"),
    LIST(board, days, .of = &day_shape, .doc = "Counts of the last sixty days"),
};
static const struct shape board_shape = SHAPE(board, board_fields, "A campaign at one glance");

static void read_counters(const struct campaign_count *rows, size_t count, struct board *board)
{
    const struct {
        const char *name;
        int64_t *to;
    } COUNTERS[] = {
        {"tasks", &board->tasks},
        {"wanted", &board->wanted},
        {"done", &board->done},
        {"given", &board->given},
        {"pending", &board->pending},
        {"accepted", &board->accepted},
        {"returned", &board->returned},
        {"rejected", &board->rejected},
        {"skipped", &board->skipped},
        {"appeals", &board->appeals},
        {"overturned", &board->overturned},
        {"spend_minor", &board->spend_minor},
    };

    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < COUNT(COUNTERS); k++) {
            if (strcmp(rows[i].counter, COUNTERS[k].name) == 0) {
                *COUNTERS[k].to = rows[i].amount;
            }
        }
    }
}

/* Answers of the last days, and how long the campaign has run in them. */
static enum err forecast(struct work *work, const char *campaign_id,
                         const struct campaign_day_count *days, size_t day_count,
                         struct board *board)
{
    struct board_first_given_row first;
    int64_t since = work->now_us / TIME_DAY - PACE_DAYS + 1;
    int64_t recent = 0;

    TRY(board_first_given(work,
                          &(struct board_first_given_args){
                              .campaign_id = campaign_id, .organisation_id = work->organisation_id},
                          &first));
    for (size_t i = 0; i < day_count; i++) {
        if (days[i].day >= since && strcmp(days[i].counter, "given") == 0) {
            recent += days[i].amount;
        }
    }
    double window = (double)(work->now_us - since * TIME_DAY) / (double)TIME_DAY;
    double life = first.submitted_at == INT_ABSENT
                      ? 0
                      : (double)(work->now_us - first.submitted_at) / (double)TIME_DAY;
    struct forecast ends =
        board_forecast(work->now_us, recent, life < window ? life : window,
                       board->wanted - board->pending - board->accepted - board->returned);

    board->early_at = ends.early_at;
    board->middle_at = ends.middle_at;
    board->late_at = ends.late_at;
    return OK;
}

static enum err read_agreement(struct work *work, const char *campaign_id, struct board *board)
{
    struct board_agreement_row *rows;

    TRY(board_agreement(work,
                        &(struct board_agreement_args){.campaign_id = campaign_id,
                                                       .organisation_id = work->organisation_id},
                        &rows, &board->agreement.count));
    board->agreement.at = rows;
    return OK;
}

static enum err read_days(struct work *work, const char *campaign_id, struct board *board)
{
    struct campaign_day_count *days;
    size_t count;

    TRY(campaign_days(work,
                      &(struct campaign_days_args){.campaign_id = campaign_id,
                                                   .organisation_id = work->organisation_id,
                                                   .day = work->now_us / TIME_DAY - DAYS_SHOWN},
                      &days, &count));
    struct day_view *views = arena_array(work->arena, struct day_view, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = (struct day_view){.day = time_day_text(work->arena, days[i].day),
                                     .counter = days[i].counter,
                                     .amount = days[i].amount};
    }
    board->days = (struct list){.at = views, .count = count};
    return forecast(work, campaign_id, days, count, board);
}

static enum err serve_board(struct call *call)
{
    struct work *work = call->work;
    struct board *board = arena_new_of(work->arena, struct board);
    struct campaign_row campaign;
    struct campaign_count *counters;
    size_t count;

    TRY(campaign_find(work, call->ids[0], &campaign));
    TRY(campaign_counters(
        work,
        &(struct campaign_counters_args){.campaign_id = call->ids[0],
                                         .organisation_id = work->organisation_id},
        &counters, &count));
    read_counters(counters, count, board);
    board->budget_minor = campaign.budget_minor;
    board->currency = campaign.currency;
    board->deadline_at = campaign.deadline_at;
    board->committed_minor = (board->wanted - board->accepted) * campaign.price_minor;
    TRY(read_agreement(work, call->ids[0], board));
    TRY(read_days(work, call->ids[0], board));
    call->reply = board;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/campaigns/{campaign_id}/board", serve_board,
     ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR, 200, .owner = campaign_owner,
     .reply = &board_shape, .summary = "Show progress, quality, spend and a forecast",
     .command = "campaign board"},
};

const struct slice board_slice = {.name = "board", .routes = routes, .route_count = COUNT(routes)};
