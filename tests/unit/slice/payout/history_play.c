/* What happens in a history, drawn by chance. */

#include "slice/payout/history.h"

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/money.h"
#include "base/shape.h"
#include "base/time.h"
#include "engine/ledger/ledger.h"
#include "history_sql.h"
#include "slice/invoice/invoice.h"
#include "slice/pay/book.h"
#include "slice/pay/pay.h"
#include "slice/payout/payout.h"

enum { WHOLE_POINTS = 10000, KINDS = 13, ONE_FAILS = 8, STEPS_MIN = 4, STEPS_MORE = 17 };

/* A step: what it does to the store, and, where that was committed, to the model. */
struct step {
    struct history *history;
    struct model next;
    size_t person;
    size_t unit;
    size_t currency;
    int64_t amount;
};

static uint32_t draw(struct history *history, uint32_t bound)
{
    return rng_below(&history->world->rng, bound);
}

static int64_t charge_for(const struct step *step, size_t currency, int64_t cost, bool is_unit)
{
    const struct model *model = &step->next;
    int64_t charge;

    if (is_unit && model->unit_charge != INT_ABSENT) {
        return model->unit_charge;
    }
    cost = world_exchange(step->history->world, currency, step->history->currency, cost);
    return money_scale(cost, WHOLE_POINTS + model->markup_points, WHOLE_POINTS, &charge) ? charge
                                                                                         : -1;
}

static enum err set_charge(struct work *work, void *context)
{
    struct step *step = context;
    struct model *next = &step->next;

    next->unit_charge = step->unit % 2 == 0 ? INT_ABSENT : step->amount;
    next->markup_points = step->unit % 2 == 0 ? step->amount % (2 * WHOLE_POINTS) : 0;
    return history_add_charge(work, &(struct history_add_charge_args){
                                        .id = work_new_id(work, "chg"),
                                        .organisation_id = CLIENT,
                                        .campaign_id = step->history->campaign_id,
                                        .unit_minor = next->unit_charge,
                                        .markup_points = next->markup_points,
                                        .since_at = work->now_us,
                                    });
}

static enum err set_rate(struct work *work, void *context)
{
    struct step *step = context;
    size_t to = (step->currency + 1 + step->unit % 2) % CURRENCIES;

    return history_add_rate(work, &(struct history_add_rate_args){
                                      .id = work_new_id(work, "fxr"),
                                      .from_currency = CODES[step->currency],
                                      .to_currency = CODES[to],
                                      .rate_nano = step->amount * 7919,
                                      .quoted_at = work->now_us,
                                  });
}

static struct unit_paid unit_of(struct work *work, const struct step *step)
{
    const struct history *history = step->history;

    return (struct unit_paid){.campaign_id = history->campaign_id,
                              .submission_id =
                                  arena_print(work->arena, "sub_%llu_%zu",
                                              (unsigned long long)history->number, step->unit),
                              .person_id = history->person_id[step->unit % PEOPLE],
                              .amount_minor = step->next.price[step->unit % PEOPLE],
                              .currency = CODES[step->unit / PEOPLE % CURRENCIES]};
}

/* A unit that is paid already is not paid again, whatever its price is now. */
static enum err accept_unit(struct work *work, void *context)
{
    struct step *step = context;
    struct unit_paid unit = unit_of(work, step);
    struct unit_model *now = &step->next.units[step->unit];
    size_t currency = step->unit / PEOPLE % CURRENCIES;

    if (now->cost == 0) {
        now->cost = unit.amount_minor;
        now->charge = charge_for(step, currency, now->cost, true);
        step->next.owed[step->unit % PEOPLE][currency] += now->cost;
        step->next.charged += now->charge;
    }
    return pay_unit(work, &unit);
}

static enum err reject_unit(struct work *work, void *context)
{
    struct step *step = context;
    struct unit_paid unit = unit_of(work, step);
    struct unit_model *now = &step->next.units[step->unit];

    step->next.owed[step->unit % PEOPLE][step->unit / PEOPLE % CURRENCIES] -= now->cost;
    step->next.charged -= now->charge;
    *now = (struct unit_model){0};
    return pay_reverse(work, &unit);
}

/* A week's minutes, posted anew when they change. */
static enum err settle_minutes(struct work *work, void *context)
{
    struct step *step = context;
    const struct history *history = step->history;
    struct unit_model *now = &step->next.minutes[step->person];
    const char *pays_id =
        arena_print(work->arena, "tsh_%llu_%zu", (unsigned long long)history->number, step->person);
    const char *id;

    step->next.owed[step->person][0] -= now->cost;
    step->next.charged -= now->charge;
    *now = (struct unit_model){0};
    TRY(pay_item_undo(work, history->campaign_id, "minutes", pays_id, "the minutes changed"));
    if (!money_scale(step->next.price[step->person], step->amount, 3600, &now->cost) ||
        now->cost == 0) {
        return OK;
    }
    now->charge = charge_for(step, 0, now->cost, false);
    step->next.owed[step->person][0] += now->cost;
    step->next.charged += now->charge;
    return pay_item_post(work,
                         &(struct pay_item){.campaign_id = history->campaign_id,
                                            .person_id = history->person_id[step->person],
                                            .kind = "minutes",
                                            .pays_id = pays_id,
                                            .amount_minor = now->cost,
                                            .currency = CODES[0]},
                         &id);
}

static enum err share_bonus(struct work *work, void *context)
{
    struct step *step = context;
    int64_t weights[PEOPLE] = {1 + step->amount % 97, 1 + step->amount % 31, step->amount % 7};
    int64_t shares[PEOPLE];
    const char *id;

    TRY(ledger_split(step->amount, weights, PEOPLE, shares, &work->fault));
    for (size_t i = 0; i < PEOPLE; i++) {
        if (shares[i] == 0) {
            continue;
        }
        step->next.owed[i][step->currency] += shares[i];
        step->next.charged += charge_for(step, step->currency, shares[i], false);
        TRY(pay_item_post(
            work,
            &(struct pay_item){.campaign_id = step->history->campaign_id,
                               .person_id = step->history->person_id[i],
                               .kind = "bonus",
                               .pays_id = arena_print(work->arena, "bon_%llu_%u_%zu",
                                                      (unsigned long long)step->history->number,
                                                      step->history->thing, i),
                               .amount_minor = shares[i],
                               .currency = CODES[step->currency]},
            &id));
    }
    return OK;
}

static enum err hold_payouts(struct work *work, void *context)
{
    struct step *step = context;
    int64_t until = work->now_us + (1 + step->amount % 5) * TIME_DAY;

    if (until > step->next.held_until_us[step->person]) {
        step->next.held_until_us[step->person] = until;
    }
    return history_add_hold(
        work, &(struct history_add_hold_args){.id = work_new_id(work, "hld"),
                                              .person_id = step->history->person_id[step->person],
                                              .until_at = until,
                                              .set_at = work->now_us});
}

static enum err change_account(struct work *work, void *context)
{
    struct step *step = context;
    const struct principal *finance = work->who;
    struct principal own = {.person_id = step->history->person_id[step->person]};
    const char *id;

    step->next.usable_us[step->person] = work->now_us + 3 * TIME_DAY;
    work->who = &own;
    TRY(payout_account_set(work,
                           &(struct account_draft){.kind = "iban",
                                                   .holder = "Expert",
                                                   .account_number = "DE89370400440532013000",
                                                   .bank_code = "COBADEFFXXX"},
                           &id));
    work->who = finance;
    return payout_account_decide(work, id, true);
}

/* What was charged and not invoiced yet, or a credit note for what was taken back. */
static enum err issue_invoice(struct work *work, void *context)
{
    struct step *step = context;
    int64_t net = step->next.charged - step->next.invoiced;
    const char *id;
    const char *payment_id;
    enum err err = invoice_issue(work, step->history->campaign_id, work->now_us, &id);

    if (err == ERR_CONFLICT && net <= 0) {
        return OK;
    }
    TRY(err);
    step->next.invoiced += net;
    return net > 0 && step->amount % 2 == 0
               ? invoice_pay(work, id,
                             &(struct payment_draft){
                                 .amount_minor = net, .reference = id, .received_at = work->now_us},
                             &payment_id)
               : OK;
}

static enum err close_period(struct work *work, void *context)
{
    const char *id;

    (void)context;
    work->organisation_id = HOUSE;
    return book_close(work, work->now_us, &id);
}

static bool commit(struct step *step, store_body *body)
{
    ARENA_SCOPE arena = arena_new();
    struct history *history = step->history;
    bool fails = draw(history, ONE_FAILS) == 0;
    enum err err = world_do(history->world,
                            &(struct doing){.body = body, .context = step, .fails = fails}, arena);

    if (err == OK) {
        history->model = step->next;
        if (body == set_rate) {
            history->world
                ->rate_nano[step->currency][(step->currency + 1 + step->unit % 2) % CURRENCIES] =
                step->amount * 7919;
        }
    }
    return fails ? err == ERR_CONFLICT : err == OK;
}

static bool play_step(struct history *history)
{
    static store_body *const BODIES[KINDS] = {
        accept_unit, accept_unit,  accept_unit,    reject_unit,   settle_minutes, share_bonus,
        set_charge,  hold_payouts, change_account, issue_invoice, close_period,   set_rate,
    };
    uint32_t kind = draw(history, KINDS + 2);
    struct step step = {.history = history,
                        .next = history->model,
                        .person = draw(history, PEOPLE),
                        .unit = draw(history, UNITS),
                        .currency = draw(history, CURRENCIES),
                        .amount = 1 + (int64_t)draw(history, 100000)};

    history->thing++;
    history->world->now_us += TIME_SECOND + (int64_t)draw(history, 1 << 30) * 120;
    if (kind == KINDS - 1) {
        history->model.price[step.person] = step.amount;
        return true;
    }
    return kind >= KINDS ? history_pay_out(history, step.currency, true)
                         : commit(&step, BODIES[kind]);
}

bool history_play(struct history *history)
{
    for (uint32_t left = STEPS_MIN + draw(history, STEPS_MORE); left > 0; left--) {
        if (!play_step(history)) {
            return broken("a step went wrong", history->number);
        }
    }
    history->world->now_us += 6 * TIME_DAY; /* no hold and no new account waits so long */
    for (size_t i = 0; i < CURRENCIES; i++) {
        if (!history_pay_out(history, i, false)) {
            return broken("the last payout went wrong", history->number);
        }
        for (size_t k = 0; k < PEOPLE; k++) {
            if (history->model.owed[k][i] > 0) {
                return broken("somebody is still owed", history->number);
            }
        }
    }
    return true;
}
