#pragma once

/*
 * What to relax when the minima cannot all be met.
 *
 * The dual of an answer that misses seats holds its own explanation (Farkas 1902, Hall 1935): the
 * rows whose price stands near that of a missing seat ask for more than all columns together can
 * take in them, and their prices bound what one unit less, or one unit more, would bring. The
 * best of those bounds are then made exact by a repair each.
 */

#include "engine/assign/assign.h"

/* A row that could ask for one seat less; one candidate more for it, who takes only this seat,
 * brings the same, and costs what he costs. */
struct assign_less {
    uint32_t row;
    uint32_t missing; /* seats below its minimum that are empty in the answer */
    uint64_t fewer;   /* missing seats in all that it would spare */
    int64_t cost;     /* by which the cost of the answer would change */
};

/* A column that could take one seat more. */
struct assign_more {
    uint32_t column;
    uint64_t fewer;
    int64_t cost;
};

struct assign_shortage {
    bool *tight;    /* [row] is it among the rows that together ask for too much? */
    uint64_t asked; /* seats that those must fill */
    uint64_t given; /* seats that all columns together can take in them: asked - missing */
    struct assign_less *rows;    /* those with missing seats, and up to `most` others: the most */
    size_t row_count;            /* spared first, then the cheapest, then the most missing */
    struct assign_more *columns; /* up to `most`: the most spared first, then the cheapest */
    size_t column_count;
};

/*
 * Explain a fit of assign_solve or assign_repair for the same problem. Without missing seats
 * all is empty. Two passes over the edges and up to 2 * `most` repairs. A column beyond
 * the largest capacity is charged the last load cost again.
 */
enum err assign_relax(struct arena *arena, const struct assign_problem *problem,
                      const struct assign_options *options, const struct assign_fit *fit,
                      uint32_t most, struct assign_shortage *out, struct fault *fault);
