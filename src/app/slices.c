#include "app/slices.h"

#include "app/page.h"
#include "base/arena.h"
#include "base/err.h"
#include "http/route.h"
#include "http/server.h"
#include "slice/account/account.h"
#include "slice/bank/bank.h"
#include "slice/benchmark/benchmark.h"
#include "slice/board/board.h"
#include "slice/bonus/bonus.h"
#include "slice/bulk/bulk.h"
#include "slice/calibrate/calibrate.h"
#include "slice/campaign/campaign.h"
#include "slice/decision/decision.h"
#include "slice/delivery/delivery.h"
#include "slice/duplicate/duplicate.h"
#include "slice/engage/engage.h"
#include "slice/environment/environment.h"
#include "slice/expert/expert.h"
#include "slice/fairness/fairness.h"
#include "slice/gold/gold.h"
#include "slice/grading/grading.h"
#include "slice/inquiry/inquiry.h"
#include "slice/interview/interview.h"
#include "slice/invoice/invoice.h"
#include "slice/learn/learn.h"
#include "slice/match/match.h"
#include "slice/conflict/conflict.h"
#include "slice/offer/offer.h"
#include "slice/pay/pay.h"
#include "slice/payout/payout.h"
#include "slice/progress/progress.h"
#include "slice/qualify/qualify.h"
#include "slice/quality/quality.h"
#include "slice/rater/rater.h"
#include "slice/resume/resume_slice.h"
#include "slice/review/review.h"
#include "slice/reward/reward.h"
#include "slice/rubric/rubric.h"
#include "slice/scope/scope.h"
#include "slice/slice.h"
#include "slice/speech/speech.h"
#include "slice/task/task.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "slice/time/time.h"
#include "slice/vetting/vetting.h"
#include "slice/wall/wall.h"
#include "slice/window/window.h"

/* clang-format off */
const struct slice *const app_slices[] = {
    &account_slice,
    &campaign_slice,
    &wall_slice,
    &engage_slice,
    &task_slice,
    &review_slice,
    &gold_slice,
    &quality_slice,
    &decision_slice,
    &board_slice,
    &delivery_slice,
    &progress_slice,
    &pay_slice,
    &payout_slice,
    &invoice_slice,
    &time_slice,
    &bonus_slice,
    &window_slice,
    &expert_slice,
    &reward_slice,
    &inquiry_slice,
    &rubric_slice,
    &benchmark_slice,
    &bank_slice,
    &vetting_slice,
    &interview_slice,
    &grading_slice,
    &learn_slice,
    &rater_slice,
    &speech_slice,
    &qualify_slice,
    &fairness_slice,
    &bulk_slice,
    &resume_slice,
    &taxonomy_slice,
    &duplicate_slice,
    &match_slice,
    &environment_slice,
    &calibrate_slice,
    &offer_slice,
    &conflict_slice,
    &scope_slice,
};
/* clang-format on */
const size_t app_slice_count = COUNT(app_slices);

const struct http_site *app_site(struct arena *arena, const struct installation *installation)
{
    struct http_site *site = arena_new_of(arena, struct http_site);
    size_t total = 0;

    for (size_t i = 0; i < app_slice_count; i++) {
        total += app_slices[i]->route_count;
    }
    const struct route **routes = arena_array(arena, const struct route *, total);
    size_t count = 0;

    for (size_t i = 0; i < app_slice_count; i++) {
        for (size_t k = 0; k < app_slices[i]->route_count; k++) {
            routes[count++] = &app_slices[i]->routes[k];
        }
    }
    *site = (struct http_site){.routes = routes,
                               .route_count = count,
                               .assets = page_assets,
                               .asset_count = page_asset_count,
                               .hooks = &account_hooks,
                               .everyone = ROLE_ANY,
                               .installation = installation};
    return site;
}

const struct job_kind *const *app_jobs(struct arena *arena, size_t *count)
{
    size_t total = 0;

    for (size_t i = 0; i < app_slice_count; i++) {
        total += app_slices[i]->job_count;
    }
    const struct job_kind **kinds = arena_array(arena, const struct job_kind *, total);

    *count = 0;
    for (size_t i = 0; i < app_slice_count; i++) {
        for (size_t k = 0; k < app_slices[i]->job_count; k++) {
            kinds[(*count)++] = app_slices[i]->jobs[k];
        }
    }
    return kinds;
}
