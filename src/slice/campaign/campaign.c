#include "slice/campaign/campaign.h"

#include <string.h>

#include "base/arena.h"
#include "base/shape.h"
#include "base/time.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/campaign/campaign_rule.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/installation.h"
#include "slice/type/type.h"
#include "slice/type/type_cache.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

enum {
    SHARDS = 16,
    MEASURE_REST = 9, /* all answers are read again: a tenth of a processor for a campaign */
};

static enum err no_campaign(struct work *work, const char *id)
{
    return work_fail(work, ERR_NOT_FOUND, "there is no campaign %.40s, or none you may see", id);
}

static enum err is_engaged(struct work *work, const char *campaign_id)
{
    struct engagement_any_row engaged;

    return engagement_any(work,
                          &(struct engagement_any_args){.campaign_id = campaign_id,
                                                        .person_id = work->who->person_id},
                          &engaged);
}

enum err campaign_owner(struct work *work, const char *id, const char **organisation_id)
{
    const uint32_t offices = ROLE_OPERATOR | ROLE_CLIENT | ROLE_FINANCE | ROLE_AUDITOR;
    struct campaign_owner_find_row owner;
    enum err err = campaign_owner_find(work, &(struct campaign_owner_find_args){.id = id}, &owner);

    if (err == OK) {
        err = (work->who->roles & offices) != 0 ? account_may_reach(work, owner.organisation_id)
                                                : is_engaged(work, id);
    }
    if (err == ERR_NOT_FOUND) {
        return no_campaign(work, id);
    }
    TRY(err);
    *organisation_id = owner.organisation_id;
    return OK;
}

enum err campaign_find(struct work *work, const char *id, struct campaign_row *out)
{
    enum err err = campaign_by_id(
        work, &(struct campaign_by_id_args){.id = id, .organisation_id = work->organisation_id},
        out);

    return err == ERR_NOT_FOUND ? no_campaign(work, id) : err;
}

enum err campaign_type(struct work *work, const struct campaign_row *campaign,
                       const struct task_type **out)
{
    struct type_cache *types = work->installation == NULL ? NULL : work->installation->types;

    return type_recall(types, work->arena, campaign->task_type, campaign->parameters, out,
                       &work->fault);
}

static enum err check_draft(struct work *work, const struct campaign_draft *draft)
{
    const struct task_type *type;

    if (!is_currency(draft->currency)) {
        return work_fail_field(work, ERR_INVALID, "currency",
                               "\"%.10s\" is no ISO 4217 code such as USD or EUR", draft->currency);
    }
    if (draft->deadline_at != INT_ABSENT && draft->deadline_at <= work->now_us) {
        return work_fail_field(work, ERR_INVALID, "deadline_at", "the deadline has passed already");
    }
    return type_load(work->arena, draft->task_type, draft->parameters, &type, &work->fault);
}

enum err campaign_add(struct work *work, const struct campaign_draft *draft, const char **id)
{
    struct campaign_insert_args row = {
        .id = work_new_id(work, "cmp"),
        .organisation_id = draft->organisation_id,
        .name = draft->name,
        .domain = draft->domain,
        .task_type = draft->task_type,
        .parameters = draft->parameters,
        .redundancy = draft->redundancy,
        .review_layers = draft->review_layers,
        .price_minor = draft->price_minor,
        .currency = draft->currency,
        .budget_minor = draft->budget_minor,
        .deadline_at = draft->deadline_at,
        .lease_s = draft->lease_s,
        .is_sample = draft->is_sample,
        .created_at = work->now_us,
        .created_by = work->who->person_id,
    };

    TRY(check_draft(work, draft));
    enum err err = campaign_insert(work, &row);

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "this client has a campaign \"%s\" already",
                               draft->name);
    }
    TRY(err);
    work->organisation_id = draft->organisation_id;
    TRY(audit(work, "campaign.add", row.id, "{}"));
    if (draft->guideline != NULL) {
        TRY(campaign_set_text(work, row.id, draft->guideline));
    }
    *id = row.id;
    return OK;
}

static enum err add_clauses(struct work *work, const char *guideline_id, const char *markdown)
{
    const struct clause *clauses;
    size_t count = guideline_split(work->arena, markdown, &clauses);

    if (count == 0) {
        return work_fail_field(
            work, ERR_INVALID, "guideline",
            "a guideline needs at least one heading (a line that starts with #): "
            "headings are the clauses that reviews name");
    }
    struct guideline_clause_insert_args *rows =
        arena_array(work->arena, struct guideline_clause_insert_args, count);

    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct guideline_clause_insert_args){
            .organisation_id = work->organisation_id,
            .guideline_id = guideline_id,
            .position = (int64_t)i,
            .code = clauses[i].code,
            .title = clauses[i].title,
            .body = clauses[i].body,
        };
    }
    return guideline_clause_insert(work, rows, count);
}

enum err campaign_set_text(struct work *work, const char *campaign_id, const char *markdown)
{
    struct guideline_last_row last;
    const char *guideline_id = work_new_id(work, "gdl");

    TRY(guideline_last(work,
                       &(struct guideline_last_args){.campaign_id = campaign_id,
                                                     .organisation_id = work->organisation_id},
                       &last));
    TRY(guideline_insert(work, &(struct guideline_insert_args){
                                   .id = guideline_id,
                                   .organisation_id = work->organisation_id,
                                   .campaign_id = campaign_id,
                                   .guideline_number = last.guideline_number + 1,
                                   .body = markdown,
                                   .content_hash = sha256_hex(work->arena, text_of(markdown)),
                                   .created_at = work->now_us,
                                   .created_by = work->who->person_id,
                               }));
    TRY(add_clauses(work, guideline_id, markdown));
    TRY(campaign_set_guideline(
        work, &(struct campaign_set_guideline_args){.id = campaign_id,
                                                    .organisation_id = work->organisation_id,
                                                    .guideline_id = guideline_id}));
    return audit(work, "guideline.add", guideline_id, "{}");
}

enum err campaign_change_state(struct work *work, const char *campaign_id, const char *state)
{
    struct campaign_row campaign;
    int64_t affected;

    TRY(campaign_find(work, campaign_id, &campaign));
    if (!campaign_may_become(campaign.state, state)) {
        return work_fail_field(work, ERR_CONFLICT, "state",
                               "a campaign that is %s cannot become %s", campaign.state, state);
    }
    if (strcmp(state, "open") == 0 && campaign.guideline_id == NULL) {
        return work_fail_field(work, ERR_CONFLICT, "state",
                               "write a guideline first: nobody can work without one");
    }
    TRY(campaign_set_state(
        work,
        &(struct campaign_set_state_args){
            .id = campaign_id, .organisation_id = work->organisation_id, .state = state},
        &affected));
    return audit(
        work, "campaign.state", campaign_id,
        arena_print(work->arena, "{\"from\":\"%s\",\"to\":\"%s\"}", campaign.state, state));
}

/* Work is for who has the role; nobody of a client, above all. */
static enum err refuse_stranger(struct work *work, const struct engagement_draft *draft)
{
    bool fits = false;
    enum err err = person_has_role(work, draft->person_id, draft->duty, &fits);

    if (err == ERR_NOT_FOUND) {
        return work_fail_field(work, ERR_INVALID, "person_id", "there is no such person");
    }
    TRY(err);
    if (!fits) {
        return work_fail_field(work, ERR_INVALID, "person_id",
                               "this person does not have the role %s", draft->duty);
    }
    return OK;
}

enum err engagement_add(struct work *work, const struct engagement_draft *draft, const char **id)
{
    struct campaign_row campaign;

    TRY(campaign_find(work, draft->campaign_id, &campaign));
    TRY(refuse_stranger(work, draft));
    struct engagement_insert_args row = {
        .id = work_new_id(work, "eng"),
        .organisation_id = work->organisation_id,
        .campaign_id = draft->campaign_id,
        .person_id = draft->person_id,
        .duty = draft->duty,
        .state = draft->hold == NULL ? "active" : "paused",
        .reason = draft->hold,
        .pseudonym = pseudonym(work->arena, draft->duty, (uint64_t)work_random(work)),
        .price_minor = draft->price_minor == INT_ABSENT ? campaign.price_minor : draft->price_minor,
        .currency = campaign.currency,
        .since_at = work->now_us,
        .changed_at = work->now_us,
        .claim_shuffle = work_random(work),
    };
    enum err err = engagement_insert(work, &row);

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "person_id", "the person is on the team already as %s",
                               draft->duty);
    }
    TRY(err);
    TRY(notify(work,
               &(struct notice_draft){
                   .person_id = draft->person_id,
                   .kind = "engagement",
                   .title = arena_print(work->arena, "You are on the team of %s", campaign.name),
                   .message = draft->hold != NULL ? draft->hold
                              : strcmp(draft->duty, "reviewer") == 0
                                  ? "Its review queue is open to you."
                                  : "Its tasks are open to you.",
                   .link = draft->hold != NULL                    ? "/offers"
                           : strcmp(draft->duty, "reviewer") == 0 ? "/review"
                                                                  : "/today",
               }));
    TRY(audit(work, "engagement.add", row.id, "{}"));
    *id = row.id;
    return OK;
}

/* Where there is one writer, nobody is met. */
static int64_t choose_shard(struct work *work)
{
    return store_is_near(work->store) ? 0 : work_random(work) % SHARDS;
}

static enum err add_to(struct work *work, const struct total *total, int64_t shard)
{
    return campaign_counter_add(work, &(struct campaign_counter_add_args){
                                          .organisation_id = total->organisation_id,
                                          .campaign_id = total->object_id,
                                          .counter = total->name,
                                          .shard = shard,
                                          .amount = total->amount,
                                      });
}

/* How something stands, which is no event of a day. */
static enum err add_standing(struct work *work, const struct total *total)
{
    return add_to(work, total, choose_shard(work));
}

/* A count of many writes at once. */
static enum err add_count(struct work *work, const struct total *total)
{
    int64_t shard = choose_shard(work);

    TRY(add_to(work, total, shard));
    return campaign_day_add(work, &(struct campaign_day_add_args){
                                      .organisation_id = total->organisation_id,
                                      .campaign_id = total->object_id,
                                      .day = work->now_us / TIME_DAY,
                                      .counter = total->name,
                                      .shard = shard,
                                      .amount = total->amount,
                                  });
}

void campaign_count(struct work *work, const char *campaign_id, const char *counter, int64_t amount)
{
    store_sum(work, add_count,
              &(struct total){.organisation_id = work->organisation_id,
                              .object_id = campaign_id,
                              .name = counter,
                              .amount = amount});
}

void campaign_hold(struct work *work, const char *campaign_id, int64_t change)
{
    store_sum(work, add_standing,
              &(struct total){.organisation_id = work->organisation_id,
                              .object_id = campaign_id,
                              .name = "active",
                              .amount = change});
}

int64_t campaign_counted(struct work *work, const char *campaign_id, const char *counter)
{
    const struct total total = {
        .organisation_id = work->organisation_id, .object_id = campaign_id, .name = counter};

    return store_summed(work, add_count, &total) + store_summed(work, add_standing, &total);
}

enum err campaign_woke(struct work *work, const char *campaign_id)
{
    return campaign_reopen(work, &(struct campaign_reopen_args){
                                     .id = campaign_id, .organisation_id = work->organisation_id});
}

static enum err measure(struct work *work, const struct total *total)
{
    const char *arguments = arena_print(work->arena, "{\"campaign_id\":\"%s\"}", total->object_id);
    const char *id;

    return job_request_rested(work, QUALITY_JOB, arguments, total->object_id, MEASURE_REST, &id);
}

void campaign_measure(struct work *work, const char *campaign_id)
{
    store_sum(work, measure,
              &(struct total){.organisation_id = work->organisation_id,
                              .object_id = campaign_id,
                              .name = QUALITY_JOB,
                              .amount = 1});
}
