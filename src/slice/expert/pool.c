#include "slice/expert/pool.h"

#include <string.h>

#include "base/arena.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/search.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

enum { MEMBERS_AT_ONCE = 1000, MEMBERS_MAX = 100000 };

static const struct field pool_fields[] = {
    TEXT(expert_pool_row, id, .doc = "Identifier, `pol_` and 26 characters"),
    TEXT(expert_pool_row, name, .doc = "Name"),
    INT(expert_pool_row, member_count, .doc = "Experts in it"),
    TIME(expert_pool_row, created_at, .doc = "Since when"),
};
const struct shape pool_shape = SHAPE(expert_pool_row, pool_fields, "A saved pool of experts");

static const struct field pool_list_fields[] = PAGE_FIELDS(pool_shape, "By name");
const struct shape pool_list_shape = PAGE_SHAPE(pool_list, pool_list_fields, "Saved pools");

struct pool_body {
    const char *name;
    const char *skill;
    int64_t level;
    const char *language;
    const char *country;
    const char *domain;
    const char *credential;
    const char *text;
    int64_t hours;
    int64_t rate_max;
    const char *pool_id;
    bool looking;
    bool found;
};
static const struct pool_body pool_defaults = {
    .level = 1, .hours = INT_ABSENT, .rate_max = INT_ABSENT};
static const struct field pool_body_fields[] = {
    TEXT(pool_body, name, .min = 1, .max = 120, .doc = "Name"),
    BOOL(pool_body, found, .optional = true, .doc = "Put everybody in whom the filters find"),
    TEXT(pool_body, text, .optional = true, .max = 200, .doc = "Filter: words"),
    TEXT(pool_body, skill, .optional = true, .max = 120, .doc = "Filter: skill"),
    INT(pool_body, level, .optional = true, .min = 1, .max = 10, .doc = "Filter: at this level"),
    TEXT(pool_body, language, .optional = true, .max = 20, .doc = "Filter: language"),
    TEXT(pool_body, country, .optional = true, .max = 2, .doc = "Filter: country"),
    TEXT(pool_body, domain, .optional = true, .max = 60, .doc = "Filter: domain"),
    TEXT(pool_body, credential, .optional = true, .max = 200, .doc = "Filter: credential"),
    INT(pool_body, hours, .optional = true, .min = 0, .max = 168, .doc = "Filter: hours a week"),
    INT(pool_body, rate_max, .optional = true, .min = 0, .max = 10000000,
        .doc = "Filter: asks no more an hour, in minor units"),
    TEXT(pool_body, pool_id, .optional = true, .max = 40, .doc = "Filter: in another pool"),
    BOOL(pool_body, looking, .optional = true, .doc = "Filter: looks for work"),
};
const struct shape pool_body_shape =
    SHAPE(pool_body, pool_body_fields, "A new pool", .defaults = &pool_defaults);

struct pool_members {
    struct texts expert_ids;
};
static const struct field members_fields[] = {
    TEXTS(pool_members, expert_ids, .min = 1, .max = MEMBERS_AT_ONCE, .doc = "Who"),
};
const struct shape pool_members_shape = SHAPE(pool_members, members_fields, "Experts for a pool");

static enum err next_version(struct work *work, int64_t *out)
{
    TRY(expert_pool_advance(
        work, &(struct expert_pool_advance_args){.organisation_id = work->organisation_id}));
    return expert_version(work, out);
}

static enum err is_member(struct work *work, const char *pool_id, const char *id, bool *out)
{
    struct expert_pool_member_find_row row;
    enum err err = expert_pool_member_find(
        work,
        &(struct expert_pool_member_find_args){
            .pool_id = pool_id, .person_id = id, .organisation_id = work->organisation_id},
        &row);

    *out = err == OK;
    return err == ERR_NOT_FOUND ? OK : err;
}

static enum err refuse_strangers(struct work *work, struct texts ids)
{
    struct expert_row expert;

    for (size_t i = 0; i < ids.count; i++) {
        enum err err =
            expert_find_row(work,
                            &(struct expert_find_row_args){
                                .person_id = ids.at[i], .organisation_id = work->organisation_id},
                            &expert);

        if (err == ERR_NOT_FOUND) {
            return work_fail_field(work, ERR_INVALID,
                                   arena_print(work->arena, "expert_ids[%zu]", i),
                                   "there is no expert %.40s with a profile", ids.at[i]);
        }
        TRY(err);
    }
    return OK;
}

static enum err add_members(struct work *work, const char *pool_id, struct texts ids)
{
    struct expert_pool_member_insert_args *rows =
        arena_array(work->arena, struct expert_pool_member_insert_args, ids.count + 1);
    int64_t version;
    size_t count = 0;

    TRY(next_version(work, &version));
    for (size_t i = 0; i < ids.count; i++) {
        bool there = false;

        TRY(is_member(work, pool_id, ids.at[i], &there));
        for (size_t k = 0; ids.count <= MEMBERS_AT_ONCE && k < count; k++) {
            there = there || strcmp(rows[k].person_id, ids.at[i]) == 0;
        }
        if (!there) {
            rows[count++] =
                (struct expert_pool_member_insert_args){.organisation_id = work->organisation_id,
                                                        .pool_id = pool_id,
                                                        .person_id = ids.at[i],
                                                        .since_version = version};
        }
    }
    TRY(expert_pool_member_insert(work, rows, count));
    return expert_pool_count(
        work, &(struct expert_pool_count_args){.id = pool_id,
                                               .organisation_id = work->organisation_id,
                                               .member_count = (int64_t)count});
}

static enum err fill(struct work *work, const struct pool_body *body, const char *pool_id)
{
    struct expert_query query = {.text = body->text,
                                 .skill = body->skill,
                                 .level = body->level,
                                 .language = body->language,
                                 .country = body->country,
                                 .domain = body->domain,
                                 .credential = body->credential,
                                 .hours = body->hours,
                                 .rate_max = body->rate_max,
                                 .pool_id = body->pool_id,
                                 .looking = body->looking,
                                 .limit = MEMBERS_MAX};
    struct expert_found found;

    TRY(expert_search(work, &query, &found));
    if (found.count > MEMBERS_MAX) {
        return work_fail(work, ERR_LIMIT, "%zu experts are found, a pool holds %d: filter more",
                         found.count, MEMBERS_MAX);
    }
    const char **ids = arena_array(work->arena, const char *, found.count);

    for (size_t i = 0; i < found.count; i++) {
        ids[i] = found.hits[i].id;
    }
    return add_members(work, pool_id, (struct texts){.at = ids, .count = found.count});
}

enum err pool_serve_add(struct call *call)
{
    const struct pool_body *body = call->body;
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);

    work->organisation_id = work->who->organisation_id;
    made->id = work_new_id(work, "pol");
    enum err err = expert_pool_insert(
        work, &(struct expert_pool_insert_args){.id = made->id,
                                                .organisation_id = work->organisation_id,
                                                .name = body->name,
                                                .created_at = work->now_us,
                                                .created_by = work->who->person_id});

    if (err == ERR_CONFLICT) {
        return work_fail_field(work, err, "name", "there is a pool \"%s\" already", body->name);
    }
    TRY(err);
    if (body->found) {
        TRY(fill(work, body, made->id));
    }
    TRY(audit(work, "pool.add", made->id, "{}"));
    call->reply = made;
    return OK;
}

enum err pool_serve_list(struct call *call)
{
    const struct page_query *query = call->query;
    struct work *work = call->work;
    struct expert_pool_row *rows;
    size_t count;

    TRY(expert_pool_page(
        work,
        &(struct expert_pool_page_args){.organisation_id = work->who->organisation_id,
                                        .name = page_after(query->after, ""),
                                        .row_max = query->limit},
        &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, name));
}

enum err pool_serve_show(struct call *call)
{
    struct work *work = call->work;
    struct expert_pool_row *row = arena_new_of(work->arena, struct expert_pool_row);

    TRY(expert_pool_by_id(work,
                          &(struct expert_pool_by_id_args){
                              .id = call->ids[0], .organisation_id = work->organisation_id},
                          row));
    call->reply = row;
    return OK;
}

enum err pool_serve_members_add(struct call *call)
{
    const struct pool_members *body = call->body;

    TRY(refuse_strangers(call->work, body->expert_ids));
    TRY(add_members(call->work, call->ids[0], body->expert_ids));
    TRY(audit(call->work, "pool.members", call->ids[0], "{}"));
    return pool_serve_show(call);
}

enum err pool_serve_member_remove(struct call *call)
{
    struct work *work = call->work;
    int64_t version;
    int64_t affected;

    TRY(next_version(work, &version));
    TRY(expert_pool_member_end(
        work,
        &(struct expert_pool_member_end_args){.pool_id = call->ids[0],
                                              .person_id = call->ids[1],
                                              .organisation_id = work->organisation_id,
                                              .until_version = version},
        &affected));
    if (affected == 0) {
        return work_fail(work, ERR_NOT_FOUND, "there is no expert %.40s in this pool",
                         call->ids[1]);
    }
    TRY(expert_pool_count(work,
                          &(struct expert_pool_count_args){.id = call->ids[0],
                                                           .organisation_id = work->organisation_id,
                                                           .member_count = -1}));
    TRY(audit(work, "pool.member_remove", call->ids[0], "{}"));
    call->reply = &done;
    return OK;
}
