#pragma once

/* One run of the quality job: what it reads and writes, for one label of the task type after the
 * other. Private to the slice. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/quality/quality_label.h"
#include "slice/quality/quality_result.h"
#include "slice/quality/quality_sql.h"

struct map;
struct task_type;
struct work;

enum { QUALITY_SEED = 1, QUALITY_CHUNK = 1000 };

#define QUALITY_ENGINE_VERSION "2"

struct quality_run {
    struct campaign_row campaign;
    const struct task_type *type;
    const struct type_label *label;
    const char *campaign_id;
    int64_t facts_at; /* of the newest fact read */
    struct map *task_ids;
    struct map *rater_ids;
    struct map *classes;
    struct map *strata;
    struct map *pairs;
    struct quality_task *tasks;
    size_t task_room;
    struct quality_rater *raters;
    size_t rater_room;
    struct quality_vote *votes;
    size_t vote_count;
    size_t vote_room;
    struct quality_check *checks;
    size_t check_count;
    size_t check_room;
    struct quality_labels labels; /* all of that, for the rules */
    struct quality_result result;
};

/* Campaign and type, in a transaction. */
enum err quality_load(struct work *work, struct quality_run *run);

/* Forget what was read before, and read answers, judgements, gold and payloads of the run's label;
 * opens a read transaction. */
enum err quality_read(struct work *work, struct quality_run *run);

/* Make the derived tables of the label what the run's result says; opens write transactions, and
 * leaves rows alone that are so already. */
enum err quality_write(struct work *work, struct quality_run *run);

/* The part of it that is small and made anew; inside a write transaction. */
enum err quality_write_measures(struct work *work, const struct quality_run *run);

/* Drop everything that is derived of a campaign; inside a write transaction. */
enum err quality_drop(struct work *work, const char *campaign_id);

/* Want more or fewer answers of the campaign's tasks, by its stop rule; `certainty` is [task] of
 * the run. */
enum err quality_demand(struct work *work, struct quality_run *run, const double *certainty);
