#include "base/arena.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/grading/check_rule.h"
#include "slice/grading/grading.h"
#include "slice/grading/grading_inside.h"
#include "slice/grading/grading_sql.h"
#include "slice/interview/interview_sql.h"
#include "store/work.h"

#define CHECK_DUE (10 * TIME_DAY)

/* So that the page can show the seed exactly. */
static const int64_t SEED_MASK = (INT64_C(1) << 53) - 1;

enum err grading_share(struct work *work, double *out)
{
    struct check_share_find_row row;
    enum err err = check_share_find(
        work, &(struct check_share_find_args){.organisation_id = work->organisation_id}, &row);

    if (err == ERR_NOT_FOUND) {
        *out = CHECK_SHARE_MIN;
        return OK;
    }
    TRY(err);
    *out = row.share;
    return OK;
}

enum err grading_set_share(struct work *work, double share, const char *reason)
{
    work->organisation_id = work->who->organisation_id;
    if (!(share >= CHECK_SHARE_MIN && share <= 1)) {
        return work_fail_field(work, ERR_INVALID, "share",
                               "give a share from %g to 1: fewer checks would measure nobody",
                               CHECK_SHARE_MIN);
    }
    TRY(check_share_put(work,
                        &(struct check_share_put_args){.organisation_id = work->organisation_id,
                                                       .share = share,
                                                       .reason = reason,
                                                       .changed_at = work->now_us,
                                                       .changed_by = work->who->person_id}));
    return audit(work, "grading.share", work->organisation_id,
                 arena_print(work->arena, "{\"share\":%.4g}", share));
}

enum err grading_draw_check(struct work *work, const struct seat_row *seat)
{
    int64_t seed = work_random(work) & SEED_MASK;
    double share;
    double drawn;

    TRY(grading_share(work, &share));
    bool chosen = check_chosen((uint64_t)seed, share, &drawn);

    TRY(check_draw_insert(work,
                          &(struct check_draw_insert_args){.id = work_new_id(work, "chk"),
                                                           .interview_id = seat->interview_id,
                                                           .grading_id = seat->id,
                                                           .organisation_id = work->organisation_id,
                                                           .chance_seed = seed,
                                                           .drawn = drawn,
                                                           .share = share,
                                                           .is_chosen = chosen,
                                                           .drawn_at = work->now_us}));
    if (!chosen) {
        return OK;
    }
    return seat_insert(work, &(struct seat_insert_args){.id = work_new_id(work, "grg"),
                                                        .organisation_id = work->organisation_id,
                                                        .interview_id = seat->interview_id,
                                                        .purpose = "check",
                                                        .seat = 1,
                                                        .opened_at = work->now_us,
                                                        .due_at = work->now_us + CHECK_DUE});
}
