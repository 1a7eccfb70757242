#pragma once

/* The lines of a DIMACS minimum-cost flow, arc by arc. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"
#include "command/number_reader.h"

struct arena;
struct fault;

struct dimacs_arc {
    uint32_t tail;
    uint32_t head;
    int64_t lower;
    int64_t capacity;
    int64_t cost;
};

/* A file being read. Nodes are numbered from zero here. */
struct dimacs {
    struct number_reader reader;
    struct text text;
    size_t done; /* bytes of the text that were let go */
    struct arena *arena;
    bool has_problem;
    uint32_t node_count;
    uint32_t arc_max;
    uint32_t arc_count;
    bool late_node;    /* a supply was given behind an arc */
    bool supply_known; /* from a first reading */
    int64_t *supply;
};

struct dimacs dimacs_open(struct arena *arena, struct text text, struct fault *fault);

/* Up to and with the next arc; `found` is false at the end. Supplies on the way are taken in. */
enum err dimacs_next(struct dimacs *file, struct dimacs_arc *arc, bool *found);

/* Do the supplies read so far balance? */
enum err dimacs_check_balance(const struct dimacs *file);
