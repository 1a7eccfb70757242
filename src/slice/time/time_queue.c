#include "slice/time/time_queue.h"

#include "base/arena.h"
#include "base/time.h"
#include "http/route.h"
#include "slice/time/time_sql.h"
#include "store/work.h"

enum { WAITING_MAX = 200 };

static const struct field change_fields[] = {
    TEXT(time_change_waiting_row, id, .doc = "Identifier, `tch_` and 26 characters"),
    TEXT(time_change_waiting_row, engagement_id, .doc = "Of which engagement"),
    TEXT(time_change_waiting_row, person_name, .doc = "Whose minutes"),
    TEXT(time_change_waiting_row, kind, .doc = "add or remove", .choices = "add|remove"),
    TEXT(time_change_waiting_row, class, .doc = "The class of the minutes"),
    TIME(time_change_waiting_row, from_at, .doc = "From"),
    TIME(time_change_waiting_row, to_at, .doc = "To"),
    TEXT(time_change_waiting_row, reason, .doc = "Why"),
    TEXT(time_change_waiting_row, reason_code, .doc = "Why, as a code"),
    TIME(time_change_waiting_row, asked_at, .doc = "When it was asked for"),
    TEXT(time_change_waiting_row, state, .doc = "Where it stands", .choices = "open|appealed"),
    TEXT(time_change_waiting_row, decision, .optional = true, .doc = "What is appealed against"),
    TEXT(time_change_waiting_row, appeal, .optional = true, .doc = "What the person says"),
};
static const struct shape change_shape =
    SHAPE(time_change_waiting_row, change_fields, "Minutes to decide about");

static const struct field week_fields[] = {
    TEXT(week_extension_waiting_row, id, .doc = "Identifier, `wex_` and 26 characters"),
    TEXT(week_extension_waiting_row, engagement_id, .doc = "Of which engagement"),
    TEXT(week_extension_waiting_row, person_name, .doc = "Who asks"),
    INT(week_extension_waiting_row, week_day, .doc = "The week's Monday, in days since 1970"),
    INT(week_extension_waiting_row, extra_min, .doc = "Minutes beyond what the terms allow"),
    TEXT(week_extension_waiting_row, reason, .doc = "What for"),
    TIME(week_extension_waiting_row, asked_at, .doc = "When it was asked for"),
};
static const struct shape week_shape =
    SHAPE(week_extension_waiting_row, week_fields, "More minutes that somebody asks for");

struct minute_queue {
    struct list changes;
    struct list weeks;
};
static const struct field minute_queue_fields[] = {
    LIST(minute_queue, changes, .of = &change_shape, .doc = "Added minutes and appeals"),
    LIST(minute_queue, weeks, .of = &week_shape, .doc = "Weeks with more minutes"),
};
const struct shape minute_queue_shape =
    SHAPE(minute_queue, minute_queue_fields, "What waits about a campaign's minutes, oldest first");

enum err minute_queue_serve(struct call *call)
{
    struct work *work = call->work;
    struct minute_queue *queue = arena_new_of(work->arena, struct minute_queue);
    struct time_change_waiting_row *changes;
    struct week_extension_waiting_row *weeks;

    TRY(time_change_waiting(
        work,
        &(struct time_change_waiting_args){.campaign_id = call->ids[0],
                                           .organisation_id = work->organisation_id,
                                           .row_max = WAITING_MAX},
        &changes, &queue->changes.count));
    TRY(week_extension_waiting(
        work,
        &(struct week_extension_waiting_args){.campaign_id = call->ids[0],
                                              .organisation_id = work->organisation_id,
                                              .row_max = WAITING_MAX},
        &weeks, &queue->weeks.count));
    queue->changes.at = changes;
    queue->weeks.at = weeks;
    call->reply = queue;
    return OK;
}
