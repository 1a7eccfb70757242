#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "job/job.h"
#include "slice/fairness/fairness.h"
#include "slice/fairness/fairness_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { GROUPS_MAX = 16, GROUP_MIN = 30 };

static const char *const ATTRIBUTES[] = {"sex", "ethnicity", "age_band", "disability"};
static const double LEVEL = 0.05;

struct looking {
    const char *domain;
    struct group_pair pairs[COUNT(ATTRIBUTES) * GROUPS_MAX];
    size_t pair_count;
    int64_t compared;
    int64_t suspended;
};

struct fields {
    struct domain_row *rows;
    size_t count;
};

static enum err load_domains(struct work *work, void *context)
{
    struct fields *fields = context;

    return domains_judged(work,
                          &(struct domains_judged_args){.organisation_id = work->organisation_id},
                          &fields->rows, &fields->count);
}

/* The groups of an attribute that are large enough, each against the largest. */
static void pair_up(struct looking *looking, const char *attribute, const struct group_row *rows,
                    size_t count)
{
    const struct group_row *largest = NULL;
    size_t found = 0;

    for (size_t i = 0; i < count; i++) {
        bool is_own = strcmp(rows[i].attribute, attribute) == 0 && rows[i].amount >= GROUP_MIN;

        if (is_own && (largest == NULL || rows[i].amount > largest->amount)) {
            largest = &rows[i];
        }
    }
    for (size_t i = 0; i < count && found < GROUPS_MAX; i++) {
        if (strcmp(rows[i].attribute, attribute) == 0 && rows[i].amount >= GROUP_MIN &&
            &rows[i] != largest) {
            looking->pairs[looking->pair_count++] = (struct group_pair){
                .attribute = attribute, .focal = rows[i].name, .reference = largest->name};
            found++;
        }
    }
}

static enum err load_pairs(struct work *work, void *context)
{
    struct looking *looking = context;
    struct group_row *rows;
    size_t count;

    TRY(groups_said(work,
                    &(struct groups_said_args){.organisation_id = work->organisation_id,
                                               .domain = looking->domain},
                    &rows, &count));
    looking->pair_count = 0;
    for (size_t i = 0; i < COUNT(ATTRIBUTES); i++) {
        pair_up(looking, ATTRIBUTES[i], rows, count);
    }
    for (size_t i = 0; i < looking->pair_count; i++) {
        looking->pairs[i].p_max = LEVEL / (double)looking->pair_count;
    }
    return OK;
}

static enum err compare(struct work *work, void *context)
{
    struct looking *looking = context;

    looking->compared = looking->suspended = 0;
    TRY(item_dif_forget(work,
                        &(struct item_dif_forget_args){.organisation_id = work->organisation_id,
                                                       .domain = looking->domain}));
    for (size_t i = 0; i < looking->pair_count; i++) {
        struct item_dif *items;
        size_t count;

        TRY(fairness_dif(work, looking->domain, &looking->pairs[i], &items, &count));
        looking->compared += (int64_t)count;
        for (size_t k = 0; k < count; k++) {
            looking->suspended += items[k].suspended;
        }
    }
    return OK;
}

static enum err run_items(struct job_run *run)
{
    struct work *work = run->work;
    struct looking looking = {0};
    struct fields fields;
    int64_t compared = 0;
    int64_t suspended = 0;

    TRY(store_read(work, load_domains, &fields));
    for (size_t i = 0; i < fields.count; i++) {
        looking.domain = fields.rows[i].domain;
        TRY(store_read(work, load_pairs, &looking));
        if (looking.pair_count > 0) {
            TRY(store_write(work, compare, &looking));
            compared += looking.compared;
            suspended += looking.suspended;
        }
    }
    return job_progress(run, (int64_t)fields.count, (int64_t)fields.count,
                        arena_print(work->arena, "{\"compared\":%lld,\"suspended\":%lld}",
                                    (long long)compared, (long long)suspended));
}

const struct job_kind fairness_job = {.name = "fairness.items", .run = run_items, .attempt_max = 3};
