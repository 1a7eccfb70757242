#pragma once

/*
 * The core: the columns and edges near the margin, with their seats, as a graph over rows.
 *
 * Every column in the core sits in its best seats at the exact prices; columns outside
 * take nothing. What is left are rows with too many or too few seats, which core_balance
 * mends by shortest augmenting paths, keeping every column at its best.
 */

#include <stdint.h>

#include "engine/assign/dear.h"
#include "engine/assign/scan.h"

struct arena;
struct assign_problem;

struct core_edge {
    uint32_t row;
    int32_t cost;
};

/* A place where a column can sit. */
struct core_slot {
    uint32_t row; /* CORE_NONE: free */
    int32_t cost;
    uint32_t column; /* index in the core */
    uint32_t place;  /* in its row's list */
};

struct core_column {
    uint32_t index; /* in the problem */
    uint32_t edge;  /* first in `edges` */
    uint32_t slot;  /* first in `slots` */
    uint16_t slots; /* zero: replaced by a later entry */
    uint16_t used;
    uint32_t edges;
};

/* An edge seen from its row. */
struct core_view {
    uint32_t column;
    int32_t cost;
};

struct core_row {
    uint32_t *slots; /* indices of the slots that sit here */
    uint32_t count;
    uint32_t asked; /* seats that it is to fill, itself or by the rows below it */
    uint32_t below; /* of these, what the rows below it are asked for */
    uint32_t view;  /* first in `views` */
};

struct core {
    const struct assign_problem *problem;
    struct arena *arena;   /* of the entries */
    struct arena *scratch; /* of the rows' lists, made anew after each extension */
    int64_t *price;
    int32_t *narrow; /* the same in 32 bits, or NULL where they do not fit */
    int32_t *narrow_space;
    int64_t *seen; /* [row] the price at the last pass */
    int32_t *wake; /* [column] wants nothing else while the drift is below this */
    int64_t drift; /* the most that any price has risen, and any has fallen, pass by pass */
    struct core_dear dear;
    const struct core_tree *tree; /* NULL: none */
    bool parallel;                /* columns may name a row several times */
    int64_t band;    /* edges within this of their column's choice belong to the core */
    int64_t reach;   /* longest chain of moves that the core can be trusted with */
    uint32_t *entry; /* [column of the problem] its entry, or CORE_NONE */
    struct core_column *columns;
    struct core_edge *edges;
    struct core_slot *slots;
    uint32_t column_count, column_room;
    uint32_t edge_count, edge_room;
    uint32_t slot_count, slot_room;
    struct core_row *rows; /* [row_count + 1] */
    struct core_view *views;
    struct offer *offers; /* scratch: a column's */
    uint64_t augmentations;
    bool paired; /* short columns of one seat */
    bool vector;
};

/* Take in every column of the problem; `seats` [column → its former rows] may be NULL. */
struct core_seats {
    const uint64_t *start; /* [column + 1] */
    const uint32_t *row;
};
void core_open(struct core *core, const struct core_seats *seats);

/* Take every column in anew, after the band grew. */
void core_take_all(struct core *core);

/* Look at every edge: columns that would rather sit elsewhere are taken in anew. Returns how many.
 */
uint32_t core_verify(struct core *core);

/* Mend the rows; false when some had no end within `reach`; their prices moved by so much. */
bool core_balance(struct core *core);

/* What a seat of a column of the problem costs by its number: its load, less what it brings to be
 * one of the floor's. Never falls from seat to seat. */
static inline int64_t core_load_cost(const struct core *core, uint32_t index, uint32_t seat)
{
    int64_t load = seat_load(core->problem, seat);

    return seat < column_floor(core->problem, index) ? load - core->dear.unmet : load;
}

void core_sit(struct core *core, uint32_t slot, uint32_t row, int32_t cost);

/* Does a column sit on all its edges of this row and cost? Without parallel edges there is one. */
bool core_holds(const struct core *core, uint32_t column, uint32_t row, int32_t cost);

static inline bool core_is_root(const struct core *core, uint32_t row)
{
    return core->tree == NULL || core->tree->parent[row] == CORE_NONE;
}

/* Seats of a row with a demand of its own that stay empty. */
static inline uint32_t core_empty(const struct core *core, uint32_t row)
{
    return core_is_root(core, row) ? core->problem->demand[row] - core->rows[row].asked : 0;
}
