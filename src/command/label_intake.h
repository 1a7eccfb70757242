#pragma once

/*
 * Rows of labels into numbers: batches are cut by all threads, and while one is cut the columns of
 * the one before are named, each by itself and in the order of the file, so that numbers do not
 * depend on threads.
 */

#include "command/label_log.h"
#include "command/names.h"
#include "command/table.h"

enum { LABEL_ITEM, LABEL_WORKER, LABEL_CLASS, LABEL_COLUMNS };

/* Read the table to its end; `names` are those of items, workers and classes. */
enum err label_intake(struct table *table, struct names *const names[LABEL_COLUMNS],
                      struct label_log *log, struct fault *fault);
