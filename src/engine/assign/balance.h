#pragma once

/* Private to balancing: what a row has too much of, lacks, and pays for seats that stay empty. */

#include <stdbool.h>
#include <stdint.h>

#include "engine/assign/assign.h"
#include "engine/assign/core.h"
#include "engine/assign/market.h"

/* Cost of leaving one seat more empty in a row. */
static inline int64_t next_empty(const struct core *core, uint32_t row)
{
    uint32_t soft = core->problem->demand[row] - market_minimum(core->problem, row);

    return core_empty(core, row) < soft ? core->problem->empty_cost[row] : core->dear.missing;
}

/* Cost of the dearest of its empty seats. */
static inline int64_t last_empty(const struct core *core, uint32_t row)
{
    uint32_t soft = core->problem->demand[row] - market_minimum(core->problem, row);

    return core_empty(core, row) <= soft ? core->problem->empty_cost[row] : core->dear.missing;
}

static inline bool gives(const struct core *core, uint32_t row)
{
    return core->rows[row].count + core->rows[row].below > core->rows[row].asked;
}

static inline bool takes(const struct core *core, uint32_t row)
{
    return core->rows[row].count + core->rows[row].below < core->rows[row].asked;
}

/*
 * Moves that cost nothing at the prices of the moment, as many as depth-first search finds without
 * entering a row twice that led nowhere (Dinic 1970): seats out of rows that have too many, or into
 * rows that have too few. Returns the seats mended. Rows must not be in a tree.
 */
uint64_t flood_out(struct core *core);
uint64_t flood_in(struct core *core);
