#include "slice/window/period_window.h"

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/window/window_sql.h"
#include "store/work.h"

struct period_query {
    int64_t until_at;
};
static const struct field period_query_fields[] = {
    TIME(period_query, until_at, .optional = true, .doc = "Before which moment; now unless said"),
};
const struct shape period_query_shape =
    SHAPE(period_query, period_query_fields, "The end of a period");

static const struct field open_fields[] = {
    TEXT(window_open_before_row, kind, .choices = "unbilled|award|run|transit|minutes",
         .doc =
             "Charged and not invoiced; awards without an entry; payout runs that were not sent; "
             "payouts of which the bank has not said what became; changes of minutes that wait "
             "for a decision"),
    TEXT(window_open_before_row, currency, .doc = "ISO 4217 code"),
    INT(window_open_before_row, item_count, .doc = "How many"),
    INT(window_open_before_row, amount_minor, .doc = "In minor units; 0 where nobody knows yet"),
};
static const struct shape open_shape =
    SHAPE(window_open_before_row, open_fields, "What is not finished");

struct period_window {
    int64_t until_at;
    struct list items;
};
static const struct field period_window_fields[] = {
    TIME(period_window, until_at, .doc = "The end of the period"),
    LIST(period_window, items, .of = &open_shape,
         .doc =
             "None: all is finished. What is not goes on after the end as entries of later days"),
};
const struct shape period_window_shape =
    SHAPE(period_window, period_window_fields, "What of a period is not finished");

enum err period_serve_window(struct call *call)
{
    const struct period_query *query = call->query;
    struct work *work = call->work;
    struct period_window *view = arena_new_of(work->arena, struct period_window);
    struct window_open_before_row *rows;

    view->until_at = query->until_at == INT_ABSENT ? work->now_us : query->until_at;
    TRY(window_open_before(work,
                           &(struct window_open_before_args){
                               .person_id = work->who->person_id,
                               .house_id = work->who->organisation_id,
                               .until_at = view->until_at,
                           },
                           &rows, &view->items.count));
    view->items.at = rows;
    call->reply = view;
    return OK;
}
