#include "app/housekeep.h"

#include "base/arena.h"
#include "base/fault.h"
#include "base/time.h"
#include "slice/account/account.h"
#include "slice/account/audit_chain.h"
#include "slice/bonus/bonus.h"
#include "slice/interview/interview.h"
#include "slice/learn/learn.h"
#include "slice/offer/offer.h"
#include "slice/resume/resume_slice.h"
#include "slice/speech/speech.h"
#include "slice/task/task.h"
#include "slice/vetting/vetting.h"
#include "slice/window/window.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/clock.h"

enum {
    LEASES_AT_ONCE = 200,
    EVENTS_AT_ONCE = 500,
    LATE_AT_ONCE = 100,
    OLD_AT_ONCE = 50,
    BUDGETS_AT_ONCE = 100,
    ROUNDS_MAX = 100
};

#define KEPT_FOR (7 * TIME_DAY)

static enum err sweep(struct work *work, void *context)
{
    return lease_sweep(work, LEASES_AT_ONCE, context);
}

static enum err forget(struct work *work, void *context)
{
    return account_forget_kept(work, work->now_us - KEPT_FOR);
}

static enum err escalate(struct work *work, void *context)
{
    return vetting_escalate(work, LATE_AT_ONCE, context);
}

static enum err expire(struct work *work, void *context)
{
    return offer_expire_late(work, LATE_AT_ONCE, context);
}

static enum err wake(struct work *work, void *context)
{
    TRY(bonus_wake(work));
    return preview_wake(work);
}

struct budget_walk {
    const char *after;
    const char *next;
};

static enum err tell_budgets(struct work *work, void *context)
{
    struct budget_walk *walk = context;

    return budget_tell(work, BUDGETS_AT_ONCE, walk->after, &walk->next);
}

static enum err hush(struct work *work, void *context)
{
    return speech_forget(work, LATE_AT_ONCE, context);
}

/* What has been kept for as long as was promised. */
static enum err forget_old(struct work *work, void *context)
{
    TRY(interview_forget(work, OLD_AT_ONCE, context));
    TRY(vetting_forget(work, OLD_AT_ONCE, context));
    TRY(resume_forget(work, OLD_AT_ONCE, context));
    return learn_forget(work);
}

static enum err find_latest(struct work *work, void *context)
{
    int64_t *latest_us = context;
    int64_t task_us;

    TRY(account_latest_time(work, latest_us));
    TRY(task_latest_time(work, &task_us));
    *latest_us = task_us > *latest_us ? task_us : *latest_us;
    return OK;
}

enum err house_set_clock(struct store *store, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = store};
    int64_t latest_us = 0;
    enum err err = store_read(&work, find_latest, &latest_us);

    if (err != OK) {
        *fault = work.fault;
        return err;
    }
    clock_reach(latest_us);
    return OK;
}

static enum err seal(struct work *work, void *context)
{
    return audit_seal_some(work, EVENTS_AT_ONCE, context);
}

static enum err look(struct work *work, void *context)
{
    return audit_any_unsealed(work, context);
}

enum err house_seal(struct store *store, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {.arena = arena, .store = store};
    int64_t count = EVENTS_AT_ONCE;
    bool any = false;
    enum err err = store_read(&work, look, &any);

    for (int round = 0; err == OK && any && count == EVENTS_AT_ONCE && round < ROUNDS_MAX;
         round++) {
        struct arena_mark mark = arena_mark(arena);

        err = store_write(&work, seal, &count);
        arena_undo(arena, mark);
    }
    *fault = work.fault;
    return err;
}

enum err housekeep(struct store *store, const struct installation *installation,
                   struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct work work = {
        .arena = arena, .store = store, .installation = installation, .now_us = clock_now_us()};
    int64_t count = LEASES_AT_ONCE;
    enum err err = OK;

    for (int round = 0; err == OK && count == LEASES_AT_ONCE && round < ROUNDS_MAX; round++) {
        err = store_write(&work, sweep, &count);
    }
    if (err == OK) {
        err = store_write(&work, forget, NULL);
    }
    if (err == OK) {
        err = store_write(&work, escalate, &count);
    }
    if (err == OK) {
        err = store_write(&work, expire, &count);
    }
    if (err == OK) {
        err = store_write(&work, hush, &count);
    }
    if (err == OK) {
        err = store_write(&work, forget_old, &count);
    }
    if (err == OK) {
        err = store_write(&work, wake, NULL);
    }
    for (struct budget_walk walk = {.after = ""}; err == OK && walk.after != NULL;
         walk.after = walk.next) {
        err = store_write(&work, tell_budgets, &walk);
    }
    *fault = work.fault;
    return err;
}
