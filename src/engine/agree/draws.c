#include "engine/agree/draws.h"

#include "base/arena.h"
#include "engine/agree/table.h"

struct weight_tables weight_tables_of(struct arena *arena, const struct patterns *patterns)
{
    uint32_t *table_of = arena_array(arena, uint32_t, patterns->count);
    uint32_t *by_mean = arena_array(arena, uint32_t, POISSON_MEAN_MAX + 1); /* number plus one */
    uint32_t count = 0;

    for (uint32_t i = 0; i < patterns->count; i++) {
        uint32_t mean = patterns->at[i].multiplicity;

        table_of[i] = UINT32_MAX;
        if (mean <= POISSON_MEAN_MAX) {
            by_mean[mean] = by_mean[mean] == 0 ? ++count : by_mean[mean];
            table_of[i] = by_mean[mean] - 1;
        }
    }
    struct poisson_table *tables = arena_array(arena, struct poisson_table, count);

    for (uint32_t mean = 0; mean <= POISSON_MEAN_MAX; mean++) {
        if (by_mean[mean] > 0) {
            tables[by_mean[mean] - 1] = num_poisson_table(arena, mean);
        }
    }
    return (struct weight_tables){.at = tables, .table_of = table_of};
}

void draws_next(struct draws *draws, uint32_t pattern, uint32_t multiplicity, size_t lane_count,
                double *weights)
{
    uint32_t number = draws->tables->table_of[pattern];

    for (size_t lane = 0; lane < lane_count; lane++) {
        weights[lane] = number == UINT32_MAX
                            ? num_poisson(&draws->rngs[lane], multiplicity)
                            : num_poisson_draw(&draws->tables->at[number],
                                               (uint32_t)(rng_next(&draws->rngs[lane]) >> 32));
    }
}
