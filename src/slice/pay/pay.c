#include "slice/pay/pay.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "slice/campaign/campaign.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/pay/book.h"
#include "slice/pay/pay_rule.h"
#include "slice/pay/pay_sql.h"
#include "store/work.h"

static enum err find_charge(struct work *work, const char *campaign_id, struct charge *out)
{
    struct charge_rule_row rule;
    enum err err = charge_rule_at(work,
                                  &(struct charge_rule_at_args){
                                      .campaign_id = campaign_id,
                                      .organisation_id = work->organisation_id,
                                      .since_at = work->now_us,
                                  },
                                  &rule);

    *out = (struct charge){.unit_minor = INT_ABSENT};
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    *out = (struct charge){.unit_minor = rule.unit_minor, .markup_points = rule.markup_points};
    return OK;
}

/* The cost in the campaign's currency, at the newest rate. */
static enum err exchanged(struct work *work, const struct pay_item *item,
                          const struct campaign_row *campaign, int64_t *out)
{
    struct exchange_rate_row rate;

    if (strcmp(item->currency, campaign->currency) == 0) {
        *out = item->amount_minor;
        return OK;
    }
    enum err err = exchange_rate_at(work,
                                    &(struct exchange_rate_at_args){
                                        .from_currency = item->currency,
                                        .to_currency = campaign->currency,
                                        .quoted_at = work->now_us,
                                    },
                                    &rate);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, ERR_CONFLICT,
                         "this work is paid in %s and charged in %s: finance has to record an "
                         "exchange rate first",
                         item->currency, campaign->currency);
    }
    TRY(err);
    return ledger_convert(item->amount_minor, item->currency, campaign->currency, rate.rate_nano,
                          out, &work->fault);
}

struct owing {
    const struct pay_item *item;
    const char *cost;
    const char *payable;
    const char *unbilled;
    const char *revenue;
    int64_t charge_minor;
    const char *charge_currency;
};

/* What the client is charged for it, in the campaign's currency. */
static enum err find_price(struct work *work, const struct pay_item *item, bool is_unit,
                           const struct campaign_row *campaign, int64_t *out)
{
    struct charge charge;
    int64_t cost = 0;

    TRY(find_charge(work, item->campaign_id, &charge));
    if (is_unit && charge.unit_minor != INT_ABSENT) {
        *out = charge.unit_minor;
        return OK;
    }
    TRY(exchanged(work, item, campaign, &cost));
    return charge_for_cost(&charge, cost, out, &work->fault);
}

static enum err prepare(struct work *work, const struct pay_item *item, bool is_unit,
                        struct owing *out)
{
    struct campaign_row campaign;

    TRY(campaign_find(work, item->campaign_id, &campaign));
    *out = (struct owing){
        .item = item,
        .cost = arena_print(work->arena, "expenses:cost:%s", item->campaign_id),
        .payable = arena_print(work->arena, "liabilities:payable:%s", item->person_id),
        .unbilled = arena_print(work->arena, "assets:unbilled:%s:%s", work->organisation_id,
                                item->campaign_id),
        .revenue = arena_print(work->arena, "income:revenue:%s", item->campaign_id),
        .charge_currency = campaign.currency,
    };
    return find_price(work, item, is_unit, &campaign, &out->charge_minor);
}

/* One entry where currencies agree; else the charge is an entry of its own, paid for the same. */
static enum err post(struct work *work, const struct owing *owing, const char **id)
{
    const struct pay_item *item = owing->item;
    bool same = strcmp(item->currency, owing->charge_currency) == 0;
    struct book_entry cost = {.campaign_id = item->campaign_id,
                              .person_id = item->person_id,
                              .currency = item->currency,
                              .kind = item->kind,
                              .pays_id = item->pays_id,
                              .note = item->note};
    struct book_entry charge = {.campaign_id = item->campaign_id,
                                .currency = owing->charge_currency,
                                .kind = arena_print(work->arena, "%s-charge", item->kind),
                                .pays_id = item->pays_id,
                                .note = item->note};
    const char *charge_id;

    book_move(&cost, owing->cost, item->amount_minor);
    book_move(&cost, owing->payable, -item->amount_minor);
    book_move(same ? &cost : &charge, owing->unbilled, owing->charge_minor);
    book_move(same ? &cost : &charge, owing->revenue, -owing->charge_minor);
    TRY(book_post(work, &cost, id));
    if (*id == NULL) {
        return OK;
    }
    TRY(book_post(work, &charge, &charge_id));
    if (owing->charge_minor != 0) {
        campaign_count(work, item->campaign_id, "spend_minor", owing->charge_minor);
    }
    return OK;
}

static struct pay_item item_of(const struct unit_paid *unit)
{
    return (struct pay_item){.campaign_id = unit->campaign_id,
                             .person_id = unit->person_id,
                             .kind = "unit",
                             .pays_id = unit->submission_id,
                             .amount_minor = unit->amount_minor,
                             .currency = unit->currency};
}

enum err pay_unit(struct work *work, const struct unit_paid *unit)
{
    struct pay_item item = item_of(unit);
    struct owing owing;
    const char *id;

    TRY(prepare(work, &item, true, &owing));
    return post(work, &owing, &id);
}

enum err pay_unit_charge(struct work *work, const struct campaign_row *campaign,
                         const struct unit_paid *unit, int64_t *out)
{
    struct pay_item item = item_of(unit);

    return find_price(work, &item, true, campaign, out);
}

enum err pay_reverse(struct work *work, const struct unit_paid *unit)
{
    return pay_item_undo(work, unit->campaign_id, "unit", unit->submission_id,
                         "the acceptance was undone");
}

enum err pay_item_post(struct work *work, const struct pay_item *item, const char **id)
{
    struct owing owing;

    TRY(prepare(work, item, false, &owing));
    return post(work, &owing, id);
}

enum err pay_item_undo(struct work *work, const char *campaign_id, const char *kind,
                       const char *pays_id, const char *note)
{
    struct book_undone cost;
    struct book_undone charge;

    TRY(book_correct(work, kind, pays_id, note, &cost));
    TRY(book_correct(work, arena_print(work->arena, "%s-charge", kind), pays_id, note, &charge));
    int64_t client = cost.client_minor + charge.client_minor;

    if (client != 0) {
        campaign_count(work, campaign_id, "spend_minor", client);
    }
    return OK;
}
