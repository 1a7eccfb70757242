#include "slice/payout/statement.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/shape.h"
#include "base/time.h"
#include "base/zone.h"
#include "slice/pay/pay_zone.h"
#include "slice/payout/payout_shape.h"
#include "slice/payout/payout_sql.h"
#include "store/work.h"
#include "sys/zone_file.h"

enum { PAGE = 200, WEEK_DAYS = 7 };

/* Balances after the sums: currencies of both, in order. */
static struct list add_up(struct arena *arena, const struct list *opening, const struct list *sums)
{
    const struct statement_balance *before = opening->at;
    const struct statement_sum *rows = sums->at;
    struct statement_balance *after =
        arena_array(arena, struct statement_balance, opening->count + sums->count);
    size_t count = 0;

    for (size_t i = 0; i < opening->count; i++) {
        after[count++] = before[i];
    }
    for (size_t i = 0; i < sums->count; i++) {
        size_t at = 0;

        while (at < count && strcmp(after[at].currency, rows[i].currency) != 0) {
            at++;
        }
        if (at == count) {
            after[count++] = (struct statement_balance){.currency = rows[i].currency};
        }
        after[at].amount_minor += rows[i].amount_minor;
    }
    return (struct list){.at = after, .count = count};
}

/* Sums stand on the first page; those behind it would say the same again. */
static enum err load_sums(struct work *work, const char *person_id, struct statement_view *view)
{
    struct statement_balance *opening;
    struct statement_sum *sums;

    TRY(statement_opening(
        work, &(struct statement_opening_args){.person_id = person_id, .from_at = view->from_at},
        &opening, &view->opening.count));
    TRY(statement_sums(work,
                       &(struct statement_sums_args){
                           .person_id = person_id, .from_at = view->from_at, .to_at = view->to_at},
                       &sums, &view->items.count));
    view->opening.at = opening;
    view->items.at = sums;
    view->closing = add_up(work->arena, &view->opening, &view->items);
    return OK;
}

/* A cursor is a moment and an identifier: "1772000000000000.ent_…". */
static enum err read_cursor(struct work *work, const struct statement_query *query, int64_t from_at,
                            struct statement_entries_args *args)
{
    char *end = NULL;

    args->after_at = from_at - 1;
    args->id = "~";
    if (query->after == NULL) {
        return OK;
    }
    errno = 0;
    args->after_at = strtoll(query->after, &end, 10);
    if (errno != 0 || end == query->after || *end != '.') {
        return work_fail_field(work, ERR_INVALID, "after", "this is no `next` of a page before");
    }
    args->id = end + 1;
    args->after_at = args->after_at < from_at - 1 ? from_at - 1 : args->after_at;
    return OK;
}

static enum err load_lists(struct work *work, const char *person_id,
                           const struct statement_query *query, struct statement_view *view)
{
    struct statement_entries_args args = {.person_id = person_id,
                                          .to_at = view->to_at,
                                          .row_max =
                                              query->limit == INT_ABSENT ? PAGE : query->limit};
    struct statement_entry *entries;

    TRY(read_cursor(work, query, view->from_at, &args));
    if (query->after == NULL) {
        TRY(load_sums(work, person_id, view));
    }
    TRY(statement_entries(work, &args, &entries, &view->entries.count));
    view->entries.at = entries;
    if (view->entries.count == (size_t)args.row_max) {
        const struct statement_entry *last = &entries[view->entries.count - 1];

        view->next = arena_print(work->arena, "%" PRId64 ".%s", last->happened_at, last->id);
    }
    return OK;
}

enum err statement_load(struct work *work, const char *person_id,
                        const struct statement_query *query, struct statement_view *out)
{
    const struct zone *zone;
    struct statement_view view = {0};
    int64_t at_us = 0;
    int64_t day;

    TRY(pay_zone_of(work, person_id, &view.zone, &zone));
    if (query->week != NULL &&
        !time_parse(text_of(arena_print(work->arena, "%sT00:00:00Z", query->week)), &at_us)) {
        return work_fail_field(work, ERR_INVALID, "week", "\"%.20s\" is no day such as 2026-03-02",
                               query->week);
    }
    day = week_start_day(query->week == NULL ? zone_day(zone, work->now_us)
                                             : zone_day(zone_utc(), at_us));
    view.week = time_day_text(work->arena, day);
    view.from_at = zone_day_start(zone, day);
    view.to_at = zone_day_start(zone, day + WEEK_DAYS);
    TRY(load_lists(work, person_id, query, &view));
    *out = view;
    return OK;
}
