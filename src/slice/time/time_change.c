#include "slice/time/time_change.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/time/time_sql.h"
#include "slice/time/timesheet.h"
#include "store/work.h"

static bool is_person(const struct work *work, const struct time_engagement_row *engagement)
{
    return strcmp(work->who->person_id, engagement->person_id) == 0;
}

static enum err find_engagement(struct work *work, const char *id, struct time_engagement_row *out)
{
    return time_engagement(work, &(struct time_engagement_args){.id = id}, out);
}

static enum err tell(struct work *work, const struct time_engagement_row *engagement,
                     const char *title, const char *message)
{
    return notify(work, &(struct notice_draft){.person_id = engagement->person_id,
                                               .kind = "time",
                                               .title = title,
                                               .message = message,
                                               .link = "/earnings"});
}

static enum err check_times(struct work *work, const struct time_engagement_row *engagement,
                            const struct change_draft *draft)
{
    bool overlaps = false;

    if (draft->to_at <= draft->from_at || draft->to_at - draft->from_at > TIME_DAY) {
        return work_fail_field(work, ERR_INVALID, "to_at",
                               "minutes end after they begin, and within a day");
    }
    if (draft->from_at < engagement->since_at) {
        return work_fail_field(work, ERR_INVALID, "from_at",
                               "the engagement began later than these minutes");
    }
    if (draft->to_at > work->now_us) {
        return work_fail_field(work, ERR_INVALID, "to_at", "these minutes are not over yet");
    }
    TRY(sheet_overlaps(work, engagement->person_id, draft->from_at, draft->to_at, &overlaps));
    if (strcmp(draft->kind, "add") == 0 && overlaps) {
        return work_fail_field(work, ERR_CONFLICT, "from_at",
                               "some of these minutes count already; no moment counts twice");
    }
    if (strcmp(draft->kind, "remove") == 0 && !overlaps) {
        return work_fail_field(work, ERR_CONFLICT, "from_at",
                               "there are no minutes here that could be taken away");
    }
    return OK;
}

enum err change_ask(struct work *work, const char *engagement_id, const struct change_draft *draft,
                    const char **id)
{
    struct time_engagement_row engagement;
    bool adds = strcmp(draft->kind, "add") == 0;

    TRY(find_engagement(work, engagement_id, &engagement));
    if (adds != is_person(work, &engagement)) {
        return work_fail(work, ERR_FORBIDDEN,
                         adds ? "only the person who worked adds minutes"
                              : "minutes are taken away by an operator; ask for it in words");
    }
    TRY(check_times(work, &engagement, draft));
    *id = work_new_id(work, "tch");
    TRY(time_change_insert(work, &(struct time_change_insert_args){
                                     .id = *id,
                                     .organisation_id = work->organisation_id,
                                     .engagement_id = engagement_id,
                                     .person_id = engagement.person_id,
                                     .kind = draft->kind,
                                     .class = draft->class,
                                     .from_at = draft->from_at,
                                     .to_at = draft->to_at,
                                     .reason = draft->reason,
                                     .reason_code = draft->reason_code,
                                     .asked_by = work->who->person_id,
                                     .asked_at = work->now_us,
                                     .state = adds ? "open" : "approved",
                                     .counts = !adds,
                                     .decided_by = adds ? NULL : work->who->person_id,
                                     .decided_at = adds ? INT_ABSENT : work->now_us,
                                     .decision = adds ? NULL : draft->reason,
                                 }));
    TRY(audit(work, adds ? "time.add" : "time.remove", *id, "{}"));
    return adds ? OK
                : tell(work, &engagement, "Minutes were taken away; you may appeal", draft->reason);
}

static enum err find(struct work *work, const char *engagement_id, const char *id,
                     struct time_change_row *out)
{
    enum err err = time_change_by_id(
        work,
        &(struct time_change_by_id_args){
            .id = id, .engagement_id = engagement_id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? work_fail(work, err, "this engagement has no such change") : err;
}

/* An appeal against taking away or against a refusal: overturned means the person was right. */
static enum err settle(struct work *work, const struct time_engagement_row *engagement,
                       const struct time_change_row *change, bool approve, const char *why)
{
    bool adds = strcmp(change->kind, "add") == 0;

    if (change->decided_by != NULL && strcmp(change->decided_by, work->who->person_id) == 0) {
        return work_fail(work, ERR_FORBIDDEN,
                         "somebody else has to settle the appeal against your decision");
    }
    TRY(time_change_settle(work, &(struct time_change_settle_args){
                                     .id = change->id,
                                     .organisation_id = work->organisation_id,
                                     .state = approve ? "overturned" : "upheld",
                                     .counts = adds ? approve : !approve,
                                     .settled_by = work->who->person_id,
                                     .settled_at = work->now_us,
                                     .settlement = why,
                                 }));
    TRY(audit(work, "time.settle", change->id, "{}"));
    return tell(work, engagement, "Your appeal about minutes was settled", why);
}

enum err change_decide(struct work *work, const char *engagement_id, const char *id, bool approve,
                       const char *why)
{
    struct time_engagement_row engagement;
    struct time_change_row change;

    TRY(find_engagement(work, engagement_id, &engagement));
    TRY(find(work, engagement_id, id, &change));
    if (is_person(work, &engagement)) {
        return work_fail(work, ERR_FORBIDDEN, "nobody decides about their own minutes");
    }
    if (strcmp(change.state, "appealed") == 0) {
        return settle(work, &engagement, &change, approve, why);
    }
    if (strcmp(change.state, "open") != 0) {
        return work_fail(work, ERR_CONFLICT, "this was decided already: %s", change.state);
    }
    TRY(time_change_decide(work, &(struct time_change_decide_args){
                                     .id = id,
                                     .organisation_id = work->organisation_id,
                                     .state = approve ? "approved" : "declined",
                                     .counts = approve,
                                     .decided_by = work->who->person_id,
                                     .decided_at = work->now_us,
                                     .decision = why,
                                 }));
    TRY(audit(work, "time.decide", id, "{}"));
    return tell(work, &engagement,
                approve ? "Your added minutes count"
                        : "Your added minutes were declined; you may "
                          "appeal",
                why);
}

enum err change_appeal(struct work *work, const char *engagement_id, const char *id,
                       const char *message)
{
    struct time_engagement_row engagement;
    struct time_change_row change;

    TRY(find_engagement(work, engagement_id, &engagement));
    TRY(find(work, engagement_id, id, &change));
    bool against_person = strcmp(change.kind, "add") == 0 ? strcmp(change.state, "declined") == 0
                                                          : strcmp(change.state, "approved") == 0;

    if (!is_person(work, &engagement)) {
        return work_fail(work, ERR_FORBIDDEN, "the person whose minutes they are may appeal");
    }
    if (!against_person) {
        return work_fail(work, ERR_CONFLICT,
                         "only declined or removed minutes can be appealed, once; this is %s",
                         change.state);
    }
    TRY(time_change_appeal(
        work, &(struct time_change_appeal_args){
                  .id = id, .organisation_id = work->organisation_id, .appeal = message}));
    return audit(work, "time.appeal", id, "{}");
}
