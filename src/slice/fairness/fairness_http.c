#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/time.h"
#include "http/outlet.h"
#include "http/route.h"
#include "job/job.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bank/bank.h"
#include "slice/fairness/fairness.h"
#include "slice/fairness/fairness_inside.h"
#include "slice/fairness/fairness_sql.h"
#include "slice/slice.h"
#include "store/store.h"
#include "store/work.h"

static const struct nothing done = {.ok = true};

/* ------------------------------------------------------------------ what people say of themselves
 */

#define NOT_SAID "not said"
struct about_me {
    const char *sex;
    const char *ethnicity;
    const char *age_band;
    const char *disability;
};
static const struct about_me about_me_defaults = {
    .sex = NOT_SAID, .ethnicity = NOT_SAID, .age_band = NOT_SAID, .disability = NOT_SAID};
static const struct field about_me_fields[] = {
    TEXT(about_me, sex, .optional = true, .choices = "female|male|another|not said",
         .doc = "As you say it"),
    TEXT(about_me, ethnicity, .optional = true,
         .choices =
             "Hispanic or Latino|White|Black or African American|Asian|Native American or "
             "Alaska Native|Native Hawaiian or Pacific Islander|Two or more|another|not said",
         .doc = "As you say it"),
    TEXT(about_me, age_band, .optional = true, .choices = "under 40|40 and over|not said",
         .doc = "As you say it"),
    TEXT(about_me, disability, .optional = true, .choices = "yes|no|not said",
         .doc = "As you say it"),
};
static const struct shape about_me_shape =
    SHAPE(about_me, about_me_fields, "For the fairness report alone; no score can read it",
          .defaults = &about_me_defaults);

static enum err serve_about(struct call *call)
{
    struct work *work = call->work;
    struct about_me *view = arena_new_of(work->arena, struct about_me);
    struct demographic_find_row row;
    enum err err = demographic_find(
        work, &(struct demographic_find_args){.person_id = work->who->person_id}, &row);

    *view = about_me_defaults;
    call->reply = view;
    if (err == ERR_NOT_FOUND) {
        return OK;
    }
    TRY(err);
    *view = (struct about_me){.sex = row.sex,
                              .ethnicity = row.ethnicity,
                              .age_band = row.age_band,
                              .disability = row.disability};
    return OK;
}

static enum err serve_about_put(struct call *call)
{
    const struct about_me *body = call->body;
    struct work *work = call->work;

    TRY(demographic_put(work, &(struct demographic_put_args){
                                  .person_id = work->who->person_id,
                                  .organisation_id = work->who->organisation_id,
                                  .sex = body->sex,
                                  .ethnicity = body->ethnicity,
                                  .age_band = body->age_band,
                                  .disability = body->disability,
                                  .given_at = work->now_us,
                              }));
    call->reply = &done;
    return OK;
}

static enum err serve_about_erase(struct call *call)
{
    TRY(demographic_erase(
        call->work, &(struct demographic_erase_args){.person_id = call->work->who->person_id}));
    call->reply = &done;
    return OK;
}

/* ------------------------------------------------------------------ rates */

struct domain_query {
    const char *domain;
};
static const struct domain_query domain_query_defaults = {.domain = ""};
static const struct field domain_query_fields[] = {
    TEXT(domain_query, domain, .optional = true, .max = 40, .doc = "Only this field; else all"),
};
static const struct shape domain_query_shape = SHAPE(
    domain_query, domain_query_fields, "Which interviews", .defaults = &domain_query_defaults);

struct rate_view {
    const char *attribute;
    const char *group;
    int64_t persons;
    int64_t passed;
    double rate;
    double ratio;
    double low;
    double high;
    double p;
    double scoring_rate;
    double scoring_ratio;
    bool reference;
    const char *verdict;
};
static const struct field rate_fields[] = {
    TEXT(rate_view, attribute, .doc = "sex, ethnicity, age_band, disability, or two of them"),
    TEXT(rate_view, group, .doc = "The group"),
    INT(rate_view, persons, .doc = "Interviews with a result"),
    INT(rate_view, passed, .doc = "Of these, passed"),
    REAL(rate_view, rate, .optional = true, .doc = "Selection rate"),
    REAL(rate_view, ratio, .optional = true, .doc = "Impact ratio: to the highest rate"),
    REAL(rate_view, low, .optional = true, .doc = "Lower end of its 95 % interval"),
    REAL(rate_view, high, .optional = true, .doc = "Upper end"),
    REAL(rate_view, p, .optional = true, .doc = "Fisher's exact test against the reference"),
    REAL(rate_view, scoring_rate, .optional = true, .doc = "Share that scored above the median"),
    REAL(rate_view, scoring_ratio, .optional = true, .doc = "Impact ratio of scoring"),
    BOOL(rate_view, reference, .doc = "True: the others are compared with this group"),
    TEXT(rate_view, verdict, .doc = "Or that there is not enough data"),
};
static const struct shape rate_shape = SHAPE(rate_view, rate_fields, "The rates of a group");

struct impact_view {
    int64_t interviews;
    int64_t unknown;
    struct list groups;
};
static const struct field impact_fields[] = {
    INT(impact_view, interviews, .doc = "With a result"),
    INT(impact_view, unknown, .doc = "Of people who said nothing of themselves"),
    LIST(impact_view, groups, .of = &rate_shape, .doc = "By attribute"),
};
static const struct shape impact_shape =
    SHAPE(impact_view, impact_fields, "Whether groups pass at like rates");

static enum err serve_impact(struct call *call)
{
    struct work *work = call->work;
    struct impact_view *view = arena_new_of(work->arena, struct impact_view);
    struct fairness_report report;

    TRY(fairness_report(work, ((const struct domain_query *)call->query)->domain, &report));
    struct rate_view *rates = arena_array(work->arena, struct rate_view, report.count);

    for (size_t i = 0; i < report.count; i++) {
        const struct group_rate *group = &report.groups[i];

        rates[i] = (struct rate_view){.attribute = group->attribute,
                                      .group = group->group,
                                      .persons = group->persons,
                                      .passed = group->passed,
                                      .rate = group->impact.rate,
                                      .ratio = group->impact.ratio,
                                      .low = group->impact.interval.low,
                                      .high = group->impact.interval.high,
                                      .p = group->impact.p,
                                      .scoring_rate = group->scoring.rate,
                                      .scoring_ratio = group->scoring.ratio,
                                      .reference = group->reference,
                                      .verdict = irt_impact_name(group->impact.verdict)};
    }
    *view = (struct impact_view){.interviews = report.interviews,
                                 .unknown = report.unknown,
                                 .groups = {rates, report.count}};
    call->reply = view;
    return OK;
}

static enum err read_report(struct work *work, void *context)
{
    return fairness_report(work, "", context);
}

static enum err pour_csv(struct call *call, struct outlet *outlet)
{
    struct buffer buffer = buffer_new(call->work->arena);
    struct fairness_report report;

    TRY(store_read(call->work, read_report, &report));
    fairness_csv(&report, &buffer);
    return outlet_write(outlet, buffer_view(&buffer), &call->work->fault);
}

struct both {
    struct fairness_report groups;
    struct grader_report graders;
};

static enum err read_both(struct work *work, void *context)
{
    struct both *both = context;

    TRY(fairness_report(work, "", &both->groups));
    return fairness_graders(work, &both->graders);
}

static enum err pour_html(struct call *call, struct outlet *outlet)
{
    struct buffer buffer = buffer_new(call->work->arena);
    struct both both;
    char date[TIME_TEXT_SIZE];

    TRY(store_read(call->work, read_both, &both));
    time_print(call->work->now_us, date);
    fairness_html(&both.groups, arena_copy(call->work->arena, date, 10), &buffer);
    fairness_graders_html(&both.graders, &buffer);
    return outlet_write(outlet, buffer_view(&buffer), &call->work->fault);
}

/* ------------------------------------------------------------------ routes */

#define OFFICE (ROLE_OPERATOR | ROLE_AUDITOR)

static const struct route routes[] = {
    {GET, "/v1/about-me", serve_about, ROLE_EXPERT, 200, .reply = &about_me_shape,
     .summary = "Show what one has said of oneself", .command = "about-me show"},
    {PUT, "/v1/about-me", serve_about_put, ROLE_EXPERT, 200, ROUTE_WRITES, .body = &about_me_shape,
     .reply = &nothing_shape, .summary = "Say something of oneself, for the fairness report alone",
     .command = "about-me set"},
    {DELETE, "/v1/about-me", serve_about_erase, ROLE_EXPERT, 200, ROUTE_WRITES,
     .reply = &nothing_shape, .summary = "Take it back", .command = "about-me erase"},
    {GET, "/v1/fairness/impact", serve_impact, OFFICE, 200, .query = &domain_query_shape,
     .reply = &impact_shape, .summary = "Compare the rates at which groups pass",
     .command = "fairness impact"},
    {GET, "/v1/fairness/bias-audit.csv", .roles = OFFICE, .status = 200, .mode = ROUTE_FREE,
     .pour = pour_csv, .media = "text/csv", .summary = "Export a bias audit as CSV",
     .command = "fairness audit"},
    {GET, "/v1/fairness/bias-audit.html", .roles = OFFICE, .status = 200, .mode = ROUTE_FREE,
     .pour = pour_html, .media = "text/html", .summary = "Export a bias audit to publish",
     .command = "fairness page"},
    {GET, "/v1/fairness/technical-file", technical_serve, OFFICE, 200, .reply = &technical_shape,
     .summary = "Show versions, thresholds and rates as of now", .command = "fairness versions"},
    {GET, "/v1/fairness/technical-file.html", .roles = OFFICE, .status = 200, .mode = ROUTE_FREE,
     .pour = technical_pour, .media = "text/html",
     .summary = "Export the technical file in the order of the EU AI Act",
     .command = "fairness technical-file"},
    {GET, "/v1/fairness/graders", fairness_serve_graders, OFFICE, 200,
     .reply = &grader_report_shape, .summary = "Show how people who grade agree",
     .command = "fairness graders"},
    {GET, "/v1/fairness/graders.csv", .roles = OFFICE, .status = 200, .mode = ROUTE_FREE,
     .pour = fairness_pour_graders, .media = "text/csv",
     .summary = "Export how people who grade agree as CSV", .command = "fairness grader-audit"},
    {GET, "/v1/fairness/items/{item_id}", fairness_serve_item, OFFICE, 200, .owner = bank_owner,
     .reply = &item_dif_list_shape, .summary = "Show how an item's answers compare between groups",
     .command = "fairness item"},
    {POST, "/v1/fairness/items", fairness_serve_items, ROLE_OPERATOR, 200, ROUTE_WRITES,
     .body = &dif_body_shape, .reply = &dif_list_shape,
     .summary = "Compare two groups on every item; put aside those of class C",
     .command = "fairness items"},
};

static const struct job_kind *const jobs[] = {&fairness_job};

const struct slice fairness_slice = {.name = "fairness",
                                     .routes = routes,
                                     .route_count = COUNT(routes),
                                     .jobs = jobs,
                                     .job_count = COUNT(jobs)};
