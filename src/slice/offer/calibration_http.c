#include "slice/offer/calibration_http.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/calibrate/calibrate.h"
#include "slice/calibrate/calibration_view.h"
#include "slice/offer/offer_make.h"
#include "slice/offer/offer_sql.h"
#include "store/work.h"

static enum err question_of(struct work *work, const char *offer_id, struct offer_row *row,
                            struct calibration_question *out)
{
    TRY(offer_find(work, offer_id, row));
    if (row->engagement_id == NULL) {
        return work_fail(work, ERR_CONFLICT,
                         "the calibration begins when the other steps are signed");
    }
    *out = (struct calibration_question){.campaign_id = row->campaign_id,
                                         .engagement_id = row->engagement_id};
    return OK;
}

enum err calibration_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct calibration_state *out = arena_new_of(work->arena, struct calibration_state);
    struct calibration_question question;
    struct offer_row row;

    TRY(question_of(work, call->ids[0], &row, &question));
    TRY(calibration_view(work, &question, out));
    call->reply = out;
    return OK;
}

static enum err tell_operator(struct work *work, const struct offer_row *row, const char *state)
{
    bool passed = strcmp(state, "passed") == 0;

    return notify(
        work, &(struct notice_draft){
                  .person_id = row->created_by,
                  .kind = "offer",
                  .title = arena_print(work->arena, "%s has %s the calibration", row->name,
                                       passed ? "passed" : "not passed"),
                  .message = passed ? row->campaign_name
                                    : "No attempt is left. Grant another one, or take the "
                                      "offer back with a reason.",
                  .link = arena_print(work->arena, "/campaigns/%s/staffing", row->campaign_id)});
}

enum err calibration_serve_answer(struct call *call)
{
    const struct calibration_answer *body = call->body;
    struct work *work = call->work;
    struct calibration_told *out = arena_new_of(work->arena, struct calibration_told);
    struct calibration_question question;
    struct offer_row row;

    TRY(question_of(work, call->ids[0], &row, &question));
    if (strcmp(row.person_id, work->who->person_id) != 0) {
        return work_fail(work, ERR_FORBIDDEN, "only the expert answers");
    }
    if (strcmp(row.state, "accepted") != 0) {
        return work_fail(work, ERR_CONFLICT, "the offer is %s", row.state);
    }
    TRY(calibration_tell(work, &question, body, out));
    if (strcmp(out->now.state, "passed") == 0) {
        TRY(offer_calibrated(work, &row));
    }
    if (strcmp(out->now.state, "passed") == 0 || strcmp(out->now.state, "failed") == 0) {
        TRY(tell_operator(work, &row, out->now.state));
    }
    call->reply = out;
    return OK;
}
