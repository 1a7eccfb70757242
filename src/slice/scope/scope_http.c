#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/time.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_sql.h"
#include "slice/expert/search.h"
#include "slice/scope/scope.h"
#include "slice/scope/scope_rule.h"
#include "slice/scope/scope_sql.h"
#include "slice/slice.h"
#include "store/work.h"

enum { DRAWS = 2000, LINES_MAX = 12 };

struct scope_body {
    int64_t tasks;
    double minutes;
    int64_t redundancy;
    double review_share;
    double review_minutes;
    const char *skill;
    int64_t level;
    const char *language;
    const char *domain;
    int64_t rate_max;
    int64_t rate_floor;
    const char *currency;
    int64_t deadline_at;
    double spread;
    double use_low;
    double use_high;
    int64_t seed;
};
static const struct scope_body body_defaults = {.redundancy = 1,
                                                .review_minutes = (double)NAN,
                                                .level = 1,
                                                .rate_max = INT_ABSENT,
                                                .currency = "USD",
                                                .spread = 0.3,
                                                .use_low = 0.5,
                                                .use_high = 0.9,
                                                .seed = 1};
static const struct field body_fields[] = {
    INT(scope_body, tasks, .min = 1, .max = 1e9, .doc = "Tasks"),
    REAL(scope_body, minutes, .min = 0.01, .max = 10000, .doc = "Minutes that an answer takes"),
    INT(scope_body, redundancy, .optional = true, .min = 1, .max = 25, .doc = "Answers a task"),
    REAL(scope_body, review_share, .optional = true, .min = 0, .max = 1,
         .doc = "Share of answers that are reviewed"),
    REAL(scope_body, review_minutes, .optional = true, .min = 0, .max = 10000,
         .doc = "Minutes a review; half of an answer's unless said"),
    TEXT(scope_body, skill, .optional = true, .max = 120, .doc = "Skill that is needed"),
    INT(scope_body, level, .optional = true, .min = 1, .max = 10, .doc = "At this level or above"),
    TEXT(scope_body, language, .optional = true, .max = 20, .doc = "Language that is needed"),
    TEXT(scope_body, domain, .optional = true, .max = 60, .doc = "Field of expertise"),
    INT(scope_body, rate_max, .optional = true, .min = 0, .max = 10000000,
        .doc = "Only experts who ask at most so much an hour"),
    INT(scope_body, rate_floor, .optional = true, .min = 0, .max = 10000000,
        .doc = "What an hour pays at least, in minor units"),
    TEXT(scope_body, currency, .optional = true, .min = 3, .max = 3, .doc = "ISO 4217 code"),
    TIME(scope_body, deadline_at, .doc = "When it must be done"),
    REAL(scope_body, spread, .optional = true, .min = 0, .max = 2,
         .doc = "How unsure the minutes are: relative deviation"),
    REAL(scope_body, use_low, .optional = true, .min = 0.05, .max = 1,
         .doc = "Share of their weekly hours that experts give, at least"),
    REAL(scope_body, use_high, .optional = true, .min = 0.05, .max = 1, .doc = "And at most"),
    INT(scope_body, seed, .optional = true, .min = 0, .max = 9e15, .doc = "Seed of the draws"),
};
static const struct shape body_shape =
    SHAPE(scope_body, body_fields, "A need", .defaults = &body_defaults);

static const struct field quantile_fields[] = {
    REAL(scope_quantiles, low, .doc = "One draw in ten is below"),
    REAL(scope_quantiles, mid, .doc = "Half of the draws are below"),
    REAL(scope_quantiles, high, .doc = "One draw in ten is above"),
};
static const struct shape quantile_shape =
    SHAPE(scope_quantiles, quantile_fields, "A figure with its range");

struct scope {
    int64_t supply;
    int64_t answered;
    int64_t accepted;
    struct scope_quantiles experts;
    struct scope_quantiles offers;
    struct scope_quantiles hours;
    struct scope_quantiles cost_minor;
    struct scope_quantiles weeks;
    int64_t finish_low;
    int64_t finish_mid;
    int64_t finish_high;
    double in_time;
    int64_t draws;
    struct texts arithmetic;
};
static const struct field scope_fields[] = {
    INT(scope, supply, .doc = "Experts of the pool who could do it and look for work"),
    INT(scope, answered, .doc = "Offers that were answered so far"),
    INT(scope, accepted, .doc = "Of these, accepted"),
    OBJECT(scope, experts, scope_quantiles, .of = &quantile_shape, .doc = "Experts"),
    OBJECT(scope, offers, scope_quantiles, .of = &quantile_shape, .doc = "Offers to make"),
    OBJECT(scope, hours, scope_quantiles, .of = &quantile_shape, .doc = "Hours of work"),
    OBJECT(scope, cost_minor, scope_quantiles, .of = &quantile_shape, .doc = "Cost, minor units"),
    OBJECT(scope, weeks, scope_quantiles, .of = &quantile_shape, .doc = "Weeks of work"),
    TIME(scope, finish_low, .doc = "Done, one draw in ten earlier"),
    TIME(scope, finish_mid, .doc = "Done, half of the draws earlier"),
    TIME(scope, finish_high, .doc = "Done, one draw in ten later"),
    REAL(scope, in_time, .doc = "Share of the draws that meet the deadline"),
    INT(scope, draws, .doc = "How many draws"),
    TEXTS(scope, arithmetic, .doc = "How it was reckoned, line by line"),
};
static const struct shape scope_shape = SHAPE(scope, scope_fields, "What a need will take");

static enum err read_supply(struct work *work, const struct scope_body *body,
                            struct scope_supply *out)
{
    struct expert_query query = {.skill = body->skill,
                                 .level = body->level,
                                 .language = body->language,
                                 .domain = body->domain,
                                 .hours = 1,
                                 .rate_max = body->rate_max,
                                 .looking = true,
                                 .limit = INT32_MAX};
    struct expert_found found;
    struct scope_answers_row answers;

    TRY(expert_search(work, &query, &found));
    if (found.count == 0) {
        return work_fail_field(work, ERR_INVALID, "skill",
                               "nobody in the pool who looks for work fits this need");
    }
    TRY(scope_answers(work, &answers));
    uint16_t *hours = arena_array(work->arena, uint16_t, found.count);
    uint32_t *rate = arena_array(work->arena, uint32_t, found.count);

    for (size_t i = 0; i < found.count; i++) {
        hours[i] = found.hits[i].hours;
        rate[i] = found.hits[i].rate;
    }
    *out = (struct scope_supply){.hours = hours,
                                 .rate = rate,
                                 .count = (uint32_t)found.count,
                                 .accepted = (uint32_t)answers.accepted_count,
                                 .answered = (uint32_t)answers.answered_count};
    return OK;
}

static double mean_hours(const struct scope_supply *supply)
{
    double sum = 0;

    for (uint32_t i = 0; i < supply->count; i++) {
        sum += supply->hours[i];
    }
    return sum / supply->count;
}

static struct texts explain(struct work *work, const struct scope_body *body,
                            const struct scope_supply *supply, const struct scope_need *need,
                            const struct scope_answer *answer)
{
    struct arena *arena = work->arena;
    const char **lines = arena_array(arena, const char *, LINES_MAX);
    size_t count = 0;
    double answers = need->tasks * need->redundancy;
    double use = (need->use_low + need->use_high) / 2;
    double total = answer->hours_plain + answer->review_plain;

    lines[count++] = arena_print(arena, "%.0f tasks × %.0f answers = %.0f answers", need->tasks,
                                 need->redundancy, answers);
    lines[count++] = arena_print(arena, "%.0f answers × %.4g minutes = %.1f hours", answers,
                                 need->minutes, answer->hours_plain);
    lines[count++] =
        arena_print(arena, "%.0f reviews × %.4g minutes = %.1f hours", answers * need->review_share,
                    need->review_minutes, answer->review_plain);
    lines[count++] = arena_print(arena, "%.1f hours in %.1f weeks = %.1f hours a week", total,
                                 need->weeks, total / need->weeks);
    lines[count++] = arena_print(
        arena, "experts who fit: %u; each offers %.1f hours a week and gives %.0f %% of them",
        supply->count, mean_hours(supply), use * 100);
    lines[count++] = arena_print(arena, "%.1f hours a week ÷ %.1f hours an expert = %.0f experts",
                                 total / need->weeks, mean_hours(supply) * use,
                                 ceil(total / need->weeks / (mean_hours(supply) * use)));
    lines[count++] = supply->answered == 0
                         ? "no offer has been answered yet: any share of acceptance is possible"
                         : arena_print(arena, "%u of %u answered offers were accepted",
                                       supply->accepted, supply->answered);
    lines[count++] = arena_print(
        arena,
        "%u draws of minutes (± %.0f %%), hours given (%.0f to %.0f %%), acceptance and "
        "experts, seed %lld",
        need->draws, need->spread * 100, need->use_low * 100, need->use_high * 100,
        (long long)body->seed);
    return (struct texts){.at = lines, .count = count};
}

static int64_t after(const struct work *work, double weeks)
{
    return work->now_us + (int64_t)(weeks * 7 * (double)TIME_DAY);
}

static enum err read_need(struct work *work, const struct scope_body *body, struct scope_need *out)
{
    if (body->deadline_at < work->now_us + TIME_DAY) {
        return work_fail_field(work, ERR_INVALID, "deadline_at",
                               "the deadline must be a day ahead at least");
    }
    if (body->use_high < body->use_low) {
        return work_fail_field(work, ERR_INVALID, "use_high", "must not be below use_low");
    }
    if (currency_digits(body->currency) < 0) {
        return work_fail_field(work, ERR_INVALID, "currency",
                               "\"%.10s\" is no ISO 4217 code such as USD or EUR", body->currency);
    }
    *out = (struct scope_need){
        .tasks = (double)body->tasks,
        .minutes = body->minutes,
        .redundancy = (double)body->redundancy,
        .review_share = body->review_share,
        .review_minutes = isnan(body->review_minutes) ? body->minutes / 2 : body->review_minutes,
        .weeks = (double)(body->deadline_at - work->now_us) / (7 * (double)TIME_DAY),
        .rate_floor = (uint32_t)body->rate_floor,
        .spread = body->spread,
        .use_low = body->use_low,
        .use_high = body->use_high,
        .seed = (uint64_t)body->seed,
        .draws = DRAWS,
    };
    return OK;
}

static enum err serve_scope(struct call *call)
{
    const struct scope_body *body = call->body;
    struct work *work = call->work;
    struct scope *out = arena_new_of(work->arena, struct scope);
    struct organisation_row house;
    struct scope_supply supply;
    struct scope_need need;
    struct scope_answer answer;

    TRY(read_need(work, body, &need));
    TRY(organisation_operator(work, &house));
    work->organisation_id = house.id;
    TRY(read_supply(work, body, &supply));
    scope_compute(work->arena, &supply, &need, &answer);
    *out = (struct scope){
        .supply = supply.count,
        .answered = supply.answered,
        .accepted = supply.accepted,
        .experts = answer.experts,
        .offers = answer.offers,
        .hours = answer.hours,
        .cost_minor = answer.cost,
        .weeks = answer.weeks,
        .finish_low = after(work, answer.weeks.low),
        .finish_mid = after(work, answer.weeks.mid),
        .finish_high = after(work, answer.weeks.high),
        .in_time = answer.in_time,
        .draws = need.draws,
        .arithmetic = explain(work, body, &supply, &need, &answer),
    };
    call->reply = out;
    return OK;
}

static const struct route routes[] = {
    {POST, "/v1/scope", serve_scope, ROLE_OPERATOR | ROLE_CLIENT, 200, .body = &body_shape,
     .reply = &scope_shape,
     .summary = "Reckon experts, hours, cost and date of a need, with the arithmetic",
     .command = "campaign scope"},
};

const struct slice scope_slice = {.name = "scope", .routes = routes, .route_count = COUNT(routes)};
