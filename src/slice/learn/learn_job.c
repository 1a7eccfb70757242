#include "base/arena.h"
#include "base/json.h"
#include "slice/bank/bank.h"
#include "slice/learn/learn.h"
#include "slice/learn/learn_inside.h"
#include "slice/learn/learn_sql.h"
#include "store/store.h"
#include "store/work.h"

/* Compares items between groups; its slice alone may read what people say of themselves. */
#define FAIRNESS_JOB "fairness.items"

struct domains {
    struct learn_domain_row *rows;
    size_t count;
};

static enum err load(struct work *work, void *context)
{
    struct domains *domains = context;

    return learn_domains(work,
                         &(struct learn_domains_args){.organisation_id = work->organisation_id},
                         &domains->rows, &domains->count);
}

static enum err ask_on(struct work *work, void *context)
{
    const char *id;

    return job_request(work, FAIRNESS_JOB, "{}", work->organisation_id, &id);
}

static const char *result_of(struct work *work, const struct learnt *learnt)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '{');
    json_name(&out, "raters");
    json_int(&out, learnt->rater_count);
    json_name(&out, "items_calibrated");
    json_int(&out, learnt->calibrated_count);
    json_name(&out, "items_held_back");
    json_int(&out, learnt->held_count);
    json_name(&out, "scorer");
    json_text(&out, learnt->scorer);
    json_close(&out, '}');
    return buffer.at;
}

static enum err learn_domain(struct work *work, const char *domain, bool force,
                             struct learnt *learnt)
{
    TRY(learn_raters(work, domain, learnt));
    return learn_items(work, domain, force, learnt);
}

/* Memory that a domain took is given back. */
static enum err learn_apart(struct work *work, const char *domain, bool force,
                            struct learnt *learnt)
{
    ARENA_SCOPE inner = arena_new();
    struct arena *outer = work->arena;

    work->arena = inner;
    enum err err = domain == NULL ? learn_scorer(work, force, learnt)
                                  : learn_domain(work, domain, force, learnt);

    work->arena = outer;
    return err;
}

static enum err run_learn(struct job_run *run)
{
    struct work *work = run->work;
    struct learnt learnt = {0};
    struct domains domains = {0};
    struct json *arguments;

    TRY(json_parse(work->arena, text_of(run->arguments), &arguments, &work->fault));
    const struct json *force = json_member(arguments, "force");
    bool is_forced = force != NULL && force->kind == JSON_BOOL && force->yes;

    TRY(store_read(work, load, &domains));
    for (size_t i = 0; i < domains.count; i++) {
        TRY(learn_apart(work, domains.rows[i].domain, is_forced, &learnt));
        TRY(job_progress(run, (int64_t)i + 1, (int64_t)domains.count + 1, NULL));
    }
    TRY(learn_apart(work, NULL, is_forced, &learnt));
    TRY(store_write(work, ask_on, NULL));
    return job_progress(run, (int64_t)domains.count + 1, (int64_t)domains.count + 1,
                        result_of(work, &learnt));
}

const struct job_kind learn_job = {.name = LEARN_JOB, .run = run_learn, .attempt_max = 3};
