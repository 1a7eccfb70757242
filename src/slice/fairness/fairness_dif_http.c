#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/fairness/fairness.h"
#include "slice/fairness/fairness_inside.h"
#include "slice/fairness/fairness_sql.h"
#include "store/work.h"

struct dif_body {
    const char *domain;
    const char *attribute;
    const char *focal;
    const char *reference;
};
static const struct field dif_body_fields[] = {
    TEXT(dif_body, domain, .min = 1, .max = 40, .doc = "Field of expertise"),
    TEXT(dif_body, attribute, .choices = "sex|ethnicity|age_band|disability",
         .doc = "What parts them"),
    TEXT(dif_body, focal, .min = 1, .max = 60, .doc = "The group to protect"),
    TEXT(dif_body, reference, .min = 1, .max = 60, .doc = "The group to compare with"),
};
const struct shape dif_body_shape =
    SHAPE(dif_body, dif_body_fields, "Two groups to compare on every item");

struct dif_view {
    const char *item_id;
    const char *code;
    int64_t answers;
    int64_t focal_count;
    int64_t reference_count;
    const char *class;
    double delta;
    double gap;
    double gap_low;
    double gap_high;
    double p;
    double crossing_p;
    bool suspended;
};
static const struct field dif_view_fields[] = {
    TEXT(dif_view, item_id, .doc = "The item"),
    TEXT(dif_view, code, .doc = "Its code"),
    INT(dif_view, answers, .doc = "Answers of both groups"),
    INT(dif_view, focal_count, .doc = "Of the focal group"),
    INT(dif_view, reference_count, .doc = "Of the reference group"),
    TEXT(dif_view, class, .doc = "A negligible, B, C large", .choices = "not enough data|A|B|C"),
    REAL(dif_view, delta, .optional = true, .doc = "Below zero: harder for the focal group"),
    REAL(dif_view, gap, .optional = true, .doc = "Difference of mean scores, in deviations"),
    REAL(dif_view, gap_low, .optional = true, .doc = "Of its 90 % interval"),
    REAL(dif_view, gap_high, .optional = true, .doc = "Of its 90 % interval"),
    REAL(dif_view, p, .optional = true, .doc = "Mantel's test"),
    REAL(dif_view, crossing_p, .optional = true, .doc = "Whether it depends on ability"),
    BOOL(dif_view, suspended, .doc = "True: this run has put it aside"),
};
static const struct shape dif_view_shape = SHAPE(dif_view, dif_view_fields, "An item compared");

struct dif_list {
    struct list items;
};
static const struct field dif_list_fields[] = {
    LIST(dif_list, items, .of = &dif_view_shape, .doc = "None: there is nobody to compare"),
};
const struct shape dif_list_shape = SHAPE(dif_list, dif_list_fields, "Items compared");

enum err fairness_serve_items(struct call *call)
{
    const struct dif_body *body = call->body;
    struct dif_list *list = arena_new_of(call->work->arena, struct dif_list);
    struct item_dif *items;
    size_t count;

    call->work->organisation_id = call->work->who->organisation_id;
    TRY(fairness_dif(call->work, body->domain,
                     &(struct group_pair){.attribute = body->attribute,
                                          .focal = body->focal,
                                          .reference = body->reference,
                                          .p_max = 1},
                     &items, &count));
    struct dif_view *rows = arena_array(call->work->arena, struct dif_view, count);

    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct dif_view){.item_id = items[i].item_id,
                                    .code = items[i].code,
                                    .answers = items[i].answers,
                                    .class = fairness_class_name(items[i].dif.class),
                                    .delta = items[i].dif.delta,
                                    .focal_count = items[i].dif.count[1],
                                    .reference_count = items[i].dif.count[0],
                                    .gap = items[i].dif.mean_gap,
                                    .gap_low = fairness_gap_low(&items[i].dif),
                                    .gap_high = fairness_gap_high(&items[i].dif),
                                    .p = items[i].dif.p,
                                    .crossing_p = items[i].dif.crossing_p,
                                    .suspended = items[i].suspended};
    }
    list->items = (struct list){rows, count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ one item */

static const struct field item_dif_fields[] = {
    TEXT(item_dif_row, attribute, .doc = "What parts the groups"),
    TEXT(item_dif_row, focal, .doc = "The group to protect"),
    TEXT(item_dif_row, reference, .doc = "The group that it is compared with"),
    TEXT(item_dif_row, dif_class, .choices = "A|B|C", .doc = "A negligible, B, C large"),
    REAL(item_dif_row, mean_gap,
         .doc = "Difference of mean scores at equal ability, in deviations; below zero: harder "
                "for the focal group"),
    REAL(item_dif_row, gap_low, .doc = "Of its 90 % interval"),
    REAL(item_dif_row, gap_high, .doc = "Of its 90 % interval"),
    REAL(item_dif_row, p, .doc = "Mantel's test"),
    INT(item_dif_row, focal_count, .doc = "Answers of the focal group"),
    INT(item_dif_row, reference_count, .doc = "Answers of the reference group"),
    INT(item_dif_row, is_suspended, .doc = "1: it was put aside for this"),
    TIME(item_dif_row, computed_at, .doc = "When they were compared"),
};
static const struct shape item_dif_shape =
    SHAPE(item_dif_row, item_dif_fields, "Two groups compared on an item");

struct item_dif_list {
    struct list items;
};
static const struct field item_dif_list_fields[] = {
    LIST(item_dif_list, items, .of = &item_dif_shape,
         .doc = "None: no group has given answers enough"),
};
const struct shape item_dif_list_shape =
    SHAPE(item_dif_list, item_dif_list_fields, "How an item's answers compare between groups");

enum err fairness_serve_item(struct call *call)
{
    struct work *work = call->work;
    struct item_dif_list *list = arena_new_of(work->arena, struct item_dif_list);
    struct item_dif_row *rows;

    TRY(item_dif_of(work,
                    &(struct item_dif_of_args){.item_id = call->ids[0],
                                               .organisation_id = work->organisation_id},
                    &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}
