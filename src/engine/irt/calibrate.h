#pragma once

/* Inside the calibration: where parameters stand in one vector, the maximisation step, and the
 * observed information. */

#include <stdbool.h>
#include <stdint.h>

#include "engine/irt/fit.h"

struct arena;
struct irt_expectation;
struct irt_grid;
struct irt_packed;

/* The free parameters of all items in one vector; in the 1PL the common slope stands first. */
struct irt_layout {
    enum irt_model model;
    uint32_t item_count;
    uint32_t count;
    uint32_t *first; /* [item]: its own first parameter */
};
struct irt_layout irt_layout_new(struct arena *arena, enum irt_model model,
                                 const struct irt_item *items, uint32_t item_count);

/* How many of an item's parameters are free: slope, intercepts, and the guess in the 3PL. */
uint32_t irt_layout_local_count(const struct irt_layout *layout, const struct irt_item *item);
/* The place of an item's parameter, counted as irt_item_score does. */
uint32_t irt_layout_place(const struct irt_layout *layout, uint32_t item, uint32_t local);

void irt_layout_read(const struct irt_layout *layout, const struct irt_item *items, double *out);
/* False, with the items spoilt, where a parameter leaves its bounds or intercepts rise. */
bool irt_layout_write(const struct irt_layout *layout, const double *vector,
                      struct irt_item *items);

/* Move the items to (nearly) the maximum that the expected counts allow. Returns true when a
 * parameter was held at its bound. */
bool irt_maximise(const struct irt_layout *layout, const struct irt_fit_options *options,
                  const struct irt_packed *packed, const struct irt_expectation *expectation,
                  const struct irt_grid *grid, struct irt_item *items);

/* Standard errors from the observed information at the items given. */
void irt_standard_errors(struct arena *arena, const struct irt_layout *layout,
                         const struct irt_fit_options *options, const struct irt_packed *packed,
                         struct irt_expectation *expectation, const struct irt_grid *grid,
                         const struct irt_item *items, struct irt_item *out);
