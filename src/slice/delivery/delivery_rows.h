#pragma once

/* Rows of a delivery, written with their lineage from what the store holds. */

#include <stdint.h>

#include "base/buffer.h"
#include "base/err.h"

struct campaign_row;
struct delivery_row_insert_args;
struct task_type;
struct work;

struct delivery_rows {
    const struct campaign_row *campaign;
    const struct task_type *type;
    const char *delivery_id;
    int64_t guideline_number;
    struct buffer rows; /* rows.jsonl */
    struct delivery_row_insert_args *inserts;
    size_t count;
    size_t room;
    size_t waiting; /* done tasks whose truth is not inferred yet: they are left out */
};

/* A body for store_read: all of them from one consistent state. */
enum err delivery_read_rows(struct work *work, void *delivery_rows);
