#pragma once

/*
 * Whether the classes stand in an order that workers follow. Nobody says so in a file of labels,
 * but the labels do: a model of raters with an order foretells labels that were held back better
 * than the same model with the order torn apart, and about as well as free confusion does.
 */

#include <stdbool.h>

#include "base/err.h"

struct truth_job;

/* False where it cannot be told, or where telling would take too long. */
enum err truth_order_find(const struct truth_job *job, bool *out);
