#pragma once

/*
 * Assignment problems from files: DIMACS minimum-cost flow, OR-Library assignment, and the
 * product's own binary form. Whatever in a DIMACS file is no assignment problem is a network.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "engine/assign/assign.h"
#include "engine/assign/network.h"

struct arena;
struct fault;

struct assign_file {
    bool is_network;
    struct network network;
    struct assign_problem problem;
    const uint32_t *row_name; /* [row] the number of its node in the file */
    const uint32_t *column_name;
    uint32_t sink_name; /* zero: columns are the demands themselves */
};

/* ERR_INVALID names line and field. The text is that of a mapped file; read parts are let go. */
enum err dimacs_read(struct arena *arena, struct text text, struct assign_file *out,
                     struct fault *fault);
enum err orlib_read(struct arena *arena, struct text text, struct assign_file *out,
                    struct fault *fault);

/* The binary form; a problem read from it points into `text`. Not for networks. */
enum err csr_read(struct arena *arena, struct text text, struct assign_file *out,
                  struct fault *fault);
enum err csr_write(const char *path, const struct assign_file *file, struct fault *fault);
