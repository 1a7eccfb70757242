#include "slice/offer/staffing.h"

#include "base/arena.h"
#include "http/route.h"
#include "slice/offer/offer_sql.h"
#include "store/work.h"

static const struct field day_fields[] = {
    INT(offer_day_row, happened_day, .doc = "Days since 1970"),
    TEXT(offer_day_row, kind, .doc = "offered, accepted, engaged, dropped and so on"),
    INT(offer_day_row, event_count, .doc = "How often"),
};
static const struct shape day_shape = SHAPE(offer_day_row, day_fields, "Offers on a day");

struct staffing {
    int64_t seats;
    struct list days;
};
static const struct field staffing_fields[] = {
    INT(staffing, seats, .doc = "Seats of the open requirements"),
    LIST(staffing, days, .of = &day_shape, .doc = "By day"),
};
const struct shape staffing_shape =
    SHAPE(staffing, staffing_fields, "Seats filled by day against plan");

enum err staffing_serve(struct call *call)
{
    struct work *work = call->work;
    struct staffing *out = arena_new_of(work->arena, struct staffing);
    struct offer_day_row *rows;
    struct offer_plan_row plan;
    size_t count;

    TRY(offer_plan(work,
                   &(struct offer_plan_args){.campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
                   &plan));
    TRY(offer_days(work,
                   &(struct offer_days_args){.campaign_id = call->ids[0],
                                             .organisation_id = work->organisation_id},
                   &rows, &count));
    out->seats = plan.seats;
    out->days = (struct list){.at = rows, .count = count};
    call->reply = out;
    return OK;
}
