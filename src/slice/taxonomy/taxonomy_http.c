#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/bulk/bulk.h"
#include "slice/slice.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "slice/taxonomy/taxonomy_sql.h"
#include "store/work.h"

struct taxonomy_query {
    const char *kind;
    const char *name;
};
static const struct field query_fields[] = {
    TEXT(taxonomy_query, kind, .choices = "occupation|skill", .doc = "What is looked for"),
    TEXT(taxonomy_query, name, .min = 1, .max = TAXONOMY_TITLE_MAX,
         .doc = "A title as somebody wrote it"),
};
static const struct shape query_shape =
    SHAPE(taxonomy_query, query_fields, "A title that a list may know");

static const struct field proposal_fields[] = {
    TEXT(taxonomy_proposal, source, .choices = "onet|esco|own|periti", .doc = "The list"),
    TEXT(taxonomy_proposal, code, .doc = "The entry's code in the list"),
    TEXT(taxonomy_proposal, label, .doc = "Its preferred title"),
    TEXT(taxonomy_proposal, title, .doc = "The one of its titles that comes nearest"),
    REAL(taxonomy_proposal, score, .doc = "How near, from 0 to 1"),
};
static const struct shape proposal_shape =
    SHAPE(taxonomy_proposal, proposal_fields, "An entry of a list that may be meant");

struct taxonomy_proposal_list {
    struct list items;
};
static const struct field list_fields[] = {
    LIST(taxonomy_proposal_list, items, .of = &proposal_shape,
         .doc = "Nearest first, at most five"),
};
static const struct shape list_shape =
    SHAPE(taxonomy_proposal_list, list_fields, "Entries that may be meant; a person picks");

static enum err serve_propose(struct call *call)
{
    const struct taxonomy_query *query = call->query;
    struct taxonomy_proposal_list *list =
        arena_new_of(call->work->arena, struct taxonomy_proposal_list);
    struct taxonomy_proposal *proposals;

    TRY(taxonomy_propose(call->work, query->kind, query->name, &proposals, &list->items.count));
    list->items.at = proposals;
    call->reply = list;
    return OK;
}

static const struct field count_fields[] = {
    TEXT(taxonomy_count, source, .choices = "onet|esco|own", .doc = "The list"),
    TEXT(taxonomy_count, kind, .choices = "occupation|skill", .doc = "What it lists"),
    INT(taxonomy_count, concept_count, .doc = "Entries"),
};
static const struct shape count_shape = SHAPE(taxonomy_count, count_fields, "An imported list");

struct taxonomy_count_list {
    struct list items;
};
static const struct field count_list_fields[] = {
    LIST(taxonomy_count_list, items, .of = &count_shape, .doc = "By source"),
};
static const struct shape count_list_shape =
    SHAPE(taxonomy_count_list, count_list_fields, "The lists that were imported");

static enum err serve_counts(struct call *call)
{
    struct taxonomy_count_list *list = arena_new_of(call->work->arena, struct taxonomy_count_list);
    struct taxonomy_count *rows;

    TRY(taxonomy_counts(call->work, &rows, &list->items.count));
    list->items.at = rows;
    call->reply = list;
    return OK;
}

static const struct route routes[] = {
    {GET, "/v1/concepts", serve_propose, ROLE_ANY, 200, .query = &query_shape, .reply = &list_shape,
     .summary = "Propose entries of the lists of occupations and skills for a title",
     .command = "taxonomy propose"},
    {GET, "/v1/taxonomies", serve_counts, ROLE_ANY, 200, .reply = &count_list_shape,
     .summary = "List the imported lists of occupations and skills", .command = "taxonomy list"},
    {POST, "/v1/taxonomy-imports", taxonomy_serve_import, ROLE_OPERATOR, 202, ROUTE_FREE,
     .uploads = true, .query = &taxonomy_import_shape, .reply = &bulk_begun_shape,
     .summary = "Import a public list of occupations and skills", .command = "taxonomy upload",
     .fills = BULK_FILLS, .report = BULK_REPORT},
};

static const struct job_kind *const jobs[] = {&taxonomy_job};

const struct slice taxonomy_slice = {.name = "taxonomy",
                                     .routes = routes,
                                     .route_count = COUNT(routes),
                                     .jobs = jobs,
                                     .job_count = COUNT(jobs)};
