#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "http/page.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_import.h"
#include "slice/expert/expert_sql.h"
#include "slice/expert/pool.h"
#include "slice/expert/profile.h"
#include "slice/expert/search.h"
#include "slice/expert/taxonomy.h"
#include "slice/slice.h"
#include "store/work.h"

/* ------------------------------------------------------------------ profiles */

struct expert {
    const char *id;
    const char *name;
    const char *email;
    int64_t version_number;
    int64_t changed_at;
    struct profile profile;
};
static const struct field expert_fields[] = {
    TEXT(expert, id, .doc = "The person"),
    TEXT(expert, name, .doc = "Name"),
    TEXT(expert, email, .doc = "E-mail address"),
    INT(expert, version_number, .doc = "Grows with every change; for If-Match. 0: no profile yet"),
    TIME(expert, changed_at, .optional = true, .doc = "When it was changed last"),
    OBJECT(expert, profile, profile, .of = &profile_shape, .doc = "What the expert can do"),
};
static const struct shape expert_shape = SHAPE(expert, expert_fields, "An expert");

static enum err read_profile(struct work *work, const char *text, struct profile *out)
{
    struct json *value = NULL;

    TRY(json_parse(work->arena, text_of(text), &value, &work->fault));
    return json_decode(work->arena, value, &profile_shape, out, &work->fault);
}

static enum err view(struct work *work, const struct expert_row *row, struct expert *out)
{
    *out = (struct expert){.id = row->person_id,
                           .name = row->name,
                           .email = row->email,
                           .version_number = row->version_number,
                           .changed_at = row->changed_at};
    return read_profile(work, row->profile, &out->profile);
}

static enum err answer_with(struct call *call, const char *person_id)
{
    struct work *work = call->work;
    struct expert *expert = arena_new_of(work->arena, struct expert);
    struct expert_row row;
    enum err err =
        expert_find_row(work,
                        &(struct expert_find_row_args){.person_id = person_id,
                                                       .organisation_id = work->organisation_id},
                        &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no profile yet");
    }
    TRY(err);
    TRY(view(work, &row, expert));
    call->version = arena_print(work->arena, "%lld", (long long)row.version_number);
    call->reply = expert;
    return OK;
}

static enum err serve_show(struct call *call)
{
    return answer_with(call, call->ids[0]);
}

/* Without a profile yet, an empty one, so that the page has something to fill in. */
static enum err serve_own(struct call *call)
{
    struct work *work = call->work;
    const struct principal *who = work->who;
    struct expert *expert = arena_new_of(work->arena, struct expert);
    struct expert_row row;

    work->organisation_id = who->organisation_id;
    enum err err =
        expert_find_row(work,
                        &(struct expert_find_row_args){.person_id = who->person_id,
                                                       .organisation_id = work->organisation_id},
                        &row);

    if (err == ERR_NOT_FOUND) {
        *expert = (struct expert){
            .id = who->person_id, .name = who->name, .email = who->email, .changed_at = INT_ABSENT};
        shape_clear(&profile_shape, &expert->profile);
        call->version = "0";
        call->reply = expert;
        return OK;
    }
    TRY(err);
    return answer_with(call, who->person_id);
}

static enum err refuse_stale(struct call *call, const char *person_id)
{
    struct work *work = call->work;
    struct expert_row row = {0};
    enum err err =
        expert_find_row(work,
                        &(struct expert_find_row_args){.person_id = person_id,
                                                       .organisation_id = work->organisation_id},
                        &row);

    if (err != ERR_NOT_FOUND) {
        TRY(err);
    }
    const char *version = arena_print(work->arena, "%lld", (long long)row.version_number);

    if (call->if_match != NULL && strcmp(call->if_match, version) != 0) {
        return work_fail(work, ERR_CONFLICT,
                         "somebody else changed the profile meanwhile; reload and try again");
    }
    return OK;
}

static enum err put(struct call *call, const char *person_id)
{
    struct work *work = call->work;
    EXPERT_WRITER_SCOPE writer = NULL;
    struct profile profile = *(const struct profile *)call->body;
    bool is_new;

    TRY(refuse_stale(call, person_id));
    TRY(expert_writer_new(&writer, &work->fault));
    TRY(expert_writer_begin(work, writer));
    TRY(expert_write(work, writer, person_id, &profile, &is_new));
    TRY(audit(work, "expert.put", person_id, "{}"));
    return answer_with(call, person_id);
}

static enum err serve_put_own(struct call *call)
{
    struct work *work = call->work;

    work->organisation_id = work->who->organisation_id;
    return put(call, work->who->person_id);
}

/* The operator may write the first profile of any of its experts. */
static enum err serve_put(struct call *call)
{
    return put(call, call->ids[0]);
}

static enum err member_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct expert_membership_row row;
    enum err err =
        expert_membership(work,
                          &(struct expert_membership_args){
                              .person_id = id, .organisation_id = work->who->organisation_id},
                          &row);

    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no expert %.40s", id);
    }
    TRY(err);
    *organisation_id = work->who->organisation_id;
    return OK;
}

/* ------------------------------------------------------------------ search */

static const struct field facet_fields[] = {
    TEXT(expert_facet, kind, .doc = "skill, language, country or domain"),
    TEXT(expert_facet, name, .doc = "Its name"),
    INT(expert_facet, count, .doc = "How many of those found have it"),
};
static const struct shape facet_shape =
    SHAPE(expert_facet, facet_fields, "A count beside a search");

struct expert_list {
    struct list items;
    int64_t total;
    struct list facets;
    const char *next;
};
static const struct field expert_list_fields[] = {
    LIST(expert_list, items, .of = &expert_shape, .doc = "Oldest first"),
    INT(expert_list, total, .doc = "How many are found in all"),
    LIST(expert_list, facets, .of = &facet_shape, .doc = "The most frequent of each kind"),
    TEXT(expert_list, next, .optional = true, .doc = "Cursor of the next page; none: the end"),
};
static const struct shape expert_list_shape =
    SHAPE(expert_list, expert_list_fields, "A page of experts");

static enum err serve_search(struct call *call)
{
    const struct expert_query *query = call->query;
    struct work *work = call->work;
    struct expert_list *list = arena_new_of(work->arena, struct expert_list);
    struct expert *items = arena_array(work->arena, struct expert, (size_t)query->limit);
    struct expert_found found;

    work->organisation_id = work->who->organisation_id;
    TRY(expert_search(work, query, &found));
    for (size_t i = 0; i < found.hit_count; i++) {
        struct expert_row row;

        TRY(expert_find_row(
            work,
            &(struct expert_find_row_args){.person_id = found.hits[i].id,
                                           .organisation_id = work->organisation_id},
            &row));
        TRY(view(work, &row, &items[i]));
    }
    list->items = (struct list){.at = items, .count = found.hit_count};
    list->facets = (struct list){.at = found.facets, .count = found.facet_count};
    list->total = (int64_t)found.count;
    list->next = found.more ? items[found.hit_count - 1].id : NULL;
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ the list of skills */

static const struct field skill_fields[] = {
    TEXT(taxonomy_skill, domain, .doc = "Field of expertise"),
    TEXT(taxonomy_skill, name, .doc = "The skill"),
    TEXT(taxonomy_skill, others, .doc = "Other names that mean it"),
};
static const struct shape skill_shape = SHAPE(taxonomy_skill, skill_fields, "A skill");

struct skill_list {
    struct list items;
};
static const struct field skill_list_fields[] = {
    LIST(skill_list, items, .of = &skill_shape, .doc = "By domain"),
};
static const struct shape skill_list_shape =
    SHAPE(skill_list, skill_list_fields, "Skills that names are normalised to");

static enum err serve_skills(struct call *call)
{
    struct work *work = call->work;
    struct skill_list *list = arena_new_of(work->arena, struct skill_list);
    TAXONOMY_SCOPE taxonomy = NULL;

    TRY(taxonomy_new(work->arena, &taxonomy, &work->fault));
    list->items.at = taxonomy_skills(taxonomy, &list->items.count);
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ routes */

static const struct route routes[] = {
    {GET, "/v1/skills", serve_skills, ROLE_ANY, 200, .reply = &skill_list_shape,
     .summary = "List the skills that names are normalised to", .command = "skill list"},
    {GET, "/v1/profile", serve_own, ROLE_EXPERT, 200, .reply = &expert_shape,
     .summary = "Show your own profile", .command = "profile show"},
    {PUT, "/v1/profile", serve_put_own, ROLE_EXPERT, 200, ROUTE_WRITES, .body = &profile_shape,
     .reply = &expert_shape, .summary = "Replace your own profile", .command = "profile put"},
    {GET, "/v1/experts", serve_search, ROLE_OPERATOR, 200, .query = &expert_query_shape,
     .reply = &expert_list_shape, .summary = "Search the experts, with counts beside",
     .command = "expert list"},
    {GET, "/v1/experts/{expert_id}", serve_show, ROLE_OPERATOR, 200, .owner = expert_owner,
     .reply = &expert_shape, .summary = "Show an expert's profile", .command = "expert show"},
    {PUT, "/v1/experts/{expert_id}", serve_put, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = member_owner, .body = &profile_shape, .reply = &expert_shape,
     .summary = "Replace an expert's profile", .command = "expert put"},
    {POST, "/v1/expert-imports", expert_import_serve_begin, ROLE_OPERATOR, 202, ROUTE_FREE,
     .uploads = true, .query = &expert_import_query_shape, .reply = &expert_import_begun_shape,
     .summary = "Import profiles from JSONL, JSON or CSV", .command = "expert import",
     .fills = "/v1/expert-imports/{import_id}", .report = "/v1/expert-imports/{import_id}/errors"},
    {GET, "/v1/expert-imports", expert_import_serve_list, ROLE_OPERATOR, 200,
     .query = &page_query_shape, .reply = &expert_import_list_shape,
     .summary = "List the imports of profiles", .command = "expert imports"},
    {GET, "/v1/expert-imports/{import_id}", expert_import_serve_show, ROLE_OPERATOR, 200,
     .owner = expert_import_owner, .reply = &expert_import_shape,
     .summary = "Show how far an import of profiles is", .command = "expert import-show"},
    {GET, "/v1/expert-imports/{import_id}/errors", expert_import_serve_errors, ROLE_OPERATOR, 200,
     .owner = expert_import_owner, .query = &expert_import_line_query_shape,
     .reply = &expert_import_error_list_shape,
     .summary = "List the profiles that could not be imported", .command = "expert import-errors"},
    {GET, "/v1/pools", pool_serve_list, ROLE_OPERATOR, 200, .query = &page_query_shape,
     .reply = &pool_list_shape, .summary = "List the saved pools", .command = "pool list"},
    {POST, "/v1/pools", pool_serve_add, ROLE_OPERATOR, 201, ROUTE_WRITES, .body = &pool_body_shape,
     .reply = &made_shape, .summary = "Save a pool, empty or with everybody whom filters find",
     .command = "pool add"},
    {GET, "/v1/pools/{pool_id}", pool_serve_show, ROLE_OPERATOR, 200, .owner = expert_pool_owner,
     .reply = &pool_shape, .summary = "Show a saved pool", .command = "pool show"},
    {POST, "/v1/pools/{pool_id}/members", pool_serve_members_add, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .owner = expert_pool_owner, .body = &pool_members_shape, .reply = &pool_shape,
     .summary = "Put experts into a pool", .command = "pool member-add"},
    {DELETE, "/v1/pools/{pool_id}/members/{expert_id}", pool_serve_member_remove, ROLE_OPERATOR,
     200, ROUTE_WRITES, .owner = expert_pool_owner, .reply = &nothing_shape,
     .summary = "Take an expert out of a pool", .command = "pool member-remove"},
};

static const struct job_kind *const jobs[] = {&expert_import_job};

const struct slice expert_slice = {.name = "expert",
                                   .routes = routes,
                                   .route_count = COUNT(routes),
                                   .jobs = jobs,
                                   .job_count = COUNT(jobs)};
