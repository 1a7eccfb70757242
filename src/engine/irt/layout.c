#include <math.h>

#include "base/arena.h"
#include "engine/irt/calibrate.h"

static const double SLOPE_BOUND = 20;
static const double INTERCEPT_BOUND = 60;
static const double LOGIT_BOUND = 12;

struct irt_layout irt_layout_new(struct arena *arena, enum irt_model model,
                                 const struct irt_item *items, uint32_t item_count)
{
    struct irt_layout layout = {.model = model,
                                .item_count = item_count,
                                .count = model == IRT_1PL,
                                .first = arena_array(arena, uint32_t, item_count)};

    for (uint32_t i = 0; i < item_count; i++) {
        layout.first[i] = layout.count;
        layout.count += irt_layout_local_count(&layout, &items[i]) - (model == IRT_1PL);
    }
    return layout;
}

uint32_t irt_layout_local_count(const struct irt_layout *layout, const struct irt_item *item)
{
    return item->category_count + (layout->model == IRT_3PL);
}

uint32_t irt_layout_place(const struct irt_layout *layout, uint32_t item, uint32_t local)
{
    if (layout->model != IRT_1PL) {
        return layout->first[item] + local;
    }
    return local == 0 ? 0 : layout->first[item] + local - 1;
}

void irt_layout_read(const struct irt_layout *layout, const struct irt_item *items, double *out)
{
    for (uint32_t i = 0; i < layout->item_count; i++) {
        const struct irt_item *item = &items[i];

        out[irt_layout_place(layout, i, 0)] = item->slope;
        for (uint32_t k = 1; k < item->category_count; k++) {
            out[irt_layout_place(layout, i, k)] = item->intercept[k - 1];
        }
        if (layout->model == IRT_3PL) {
            out[irt_layout_place(layout, i, item->category_count)] =
                log(item->guess / (1 - item->guess));
        }
    }
}

static bool write_item(const struct irt_layout *layout, const double *vector, uint32_t i,
                       struct irt_item *item)
{
    item->slope = vector[irt_layout_place(layout, i, 0)];
    if (!(fabs(item->slope) <= SLOPE_BOUND)) {
        return false;
    }
    for (uint32_t k = 1; k < item->category_count; k++) {
        item->intercept[k - 1] = vector[irt_layout_place(layout, i, k)];
        if (!(fabs(item->intercept[k - 1]) <= INTERCEPT_BOUND) ||
            (k > 1 && !(item->intercept[k - 1] < item->intercept[k - 2]))) {
            return false;
        }
    }
    if (layout->model == IRT_3PL) {
        double logit = vector[irt_layout_place(layout, i, item->category_count)];

        item->guess = 1 / (1 + exp(-logit));
        return fabs(logit) <= LOGIT_BOUND;
    }
    return true;
}

bool irt_layout_write(const struct irt_layout *layout, const double *vector, struct irt_item *items)
{
    for (uint32_t i = 0; i < layout->item_count; i++) {
        if (!write_item(layout, vector, i, &items[i])) {
            return false;
        }
    }
    return true;
}
