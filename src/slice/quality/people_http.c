/* Clauses, reviewers and alerts of a campaign, and what an expert sees of the own work. */

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "http/page.h"
#include "http/route.h"
#include "num/interval.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/quality/quality_http.h"
#include "slice/quality/quality_label.h"
#include "slice/quality/quality_sql.h"
#include "store/work.h"

static const double LEVEL = 0.95;

static const struct nothing done = {.ok = true};

/* A share with its interval; absent below the number from which shares are shown. */
struct share {
    double value;
    double low;
    double high;
};
static const struct field share_fields[] = {
    REAL(share, value, .optional = true, .doc = "None: too few to say"),
    REAL(share, low, .optional = true, .doc = "95 % interval (Wilson), from"),
    REAL(share, high, .optional = true, .doc = "to"),
};
static const struct shape share_shape = SHAPE(share, share_fields, "A share");

static struct share share_of(int64_t part, int64_t whole, int64_t whole_min)
{
    struct share share = {(double)NAN, (double)NAN, (double)NAN};

    if (whole > 0 && whole >= whole_min) {
        struct interval interval = interval_wilson((double)part, (double)whole, LEVEL);

        share = (struct share){(double)part / (double)whole, interval.low, interval.high};
    }
    return share;
}

/* ------------------------------------------------------------------ clauses */

struct clause_view {
    const char *clause_code;
    const char *title;
    int64_t review_count;
    int64_t rejected;
    int64_t returned;
    int64_t fixed;
    int64_t appealed;
    int64_t overturned;
    int64_t divided;
    struct share named;
    struct share doubted;
};
static const struct field clause_fields[] = {
    TEXT(clause_view, clause_code, .doc = "The clause"),
    TEXT(clause_view, title, .optional = true, .doc = "Its title in the guideline in force"),
    INT(clause_view, review_count, .doc = "Reviews that name it"),
    INT(clause_view, rejected, .doc = "Rejections among them"),
    INT(clause_view, returned, .doc = "Returns among them"),
    INT(clause_view, fixed, .doc = "Mended answers among them"),
    INT(clause_view, appealed, .doc = "Those whose appeal was decided"),
    INT(clause_view, overturned, .doc = "Appeals that overturned"),
    INT(clause_view, divided, .doc = "Reviews of tasks on which experts differ"),
    OBJECT(clause_view, named, share, .of = &share_shape,
           .doc = "Share of all reviews that name it"),
    OBJECT(clause_view, doubted, share, .of = &share_shape,
           .doc = "Share of those that name it whose task divides experts or whose verdict fell"),
};
static const struct shape clause_shape =
    SHAPE(clause_view, clause_fields, "How ambiguous a clause is");

struct clause_list {
    int64_t review_count;
    struct list items;
};
static const struct field clause_list_fields[] = {
    INT(clause_list, review_count, .doc = "Reviews in all"),
    LIST(clause_list, items, .of = &clause_shape, .doc = "By clause"),
};
const struct shape clause_list_shape =
    SHAPE(clause_list, clause_list_fields, "The guideline as reviews see it");

struct titling {
    struct clause_view *views;
    size_t count;
};

static enum err give_title(struct work *work, void *context, const struct clause_titles_row *row)
{
    struct titling *titling = context;

    for (size_t i = 0; i < titling->count; i++) {
        if (strcmp(titling->views[i].clause_code, row->code) == 0) {
            titling->views[i].title = arena_copy(work->arena, row->title, strlen(row->title));
        }
    }
    return OK;
}

enum err quality_serve_clauses(struct call *call)
{
    struct work *work = call->work;
    struct clause_list *list = arena_new_of(work->arena, struct clause_list);
    struct clause_total_row total;
    struct clause_row *rows;
    size_t count;

    TRY(clause_total(work, &(struct clause_total_args){call->ids[0], work->organisation_id},
                     &total));
    TRY(clause_map(work, &(struct clause_map_args){call->ids[0], work->organisation_id}, &rows,
                   &count));
    struct titling titling = {.views = arena_array(work->arena, struct clause_view, count),
                              .count = count};

    for (size_t i = 0; i < count; i++) {
        const struct clause_row *row = &rows[i];

        titling.views[i] = (struct clause_view){
            .clause_code = row->clause_code,
            .review_count = row->review_count,
            .rejected = row->rejected,
            .returned = row->returned,
            .fixed = row->fixed,
            .appealed = row->appealed,
            .overturned = row->overturned,
            .divided = row->divided,
            .named = share_of(row->review_count, total.review_count, 1),
            .doubted = share_of(row->doubted, row->review_count, 5),
        };
    }
    TRY(clause_titles(work, &(struct clause_titles_args){call->ids[0], work->organisation_id},
                      give_title, &titling));
    list->review_count = total.review_count;
    list->items = (struct list){.at = titling.views, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ the reviews behind a number */

static const struct field reviewed_fields[] = {
    TEXT(reviewed_row, id, .doc = "The review"),
    TEXT(reviewed_row, task_id, .doc = "The task"),
    TEXT(reviewed_row, submission_id, .doc = "The submission"),
    TEXT(reviewed_row, reviewer, .optional = true, .doc = "Pseudonym of who reviewed"),
    TEXT(reviewed_row, verdict, .doc = "What was decided", .choices = "accept|fix|return|reject"),
    TEXT(reviewed_row, clause_code, .optional = true, .doc = "By which clause"),
    TEXT(reviewed_row, reason_code, .optional = true, .doc = "Why"),
    TEXT(reviewed_row, message, .optional = true, .doc = "In words"),
    TIME(reviewed_row, decided_at, .doc = "When"),
    TEXT(reviewed_row, appeal_state, .optional = true, .choices = "open|upheld|overturned",
         .doc = "Where an appeal stands"),
    TEXT(reviewed_row, expected, .optional = true, .choices = "pass|fault",
         .doc = "What a planted submission deserves"),
};
static const struct shape reviewed_shape =
    SHAPE(reviewed_row, reviewed_fields, "A review behind a number");

static const struct field reviewed_list_fields[] = PAGE_FIELDS(reviewed_shape, "Newest first");
const struct shape reviewed_list_shape =
    PAGE_SHAPE(reviewed_list, reviewed_list_fields, "The reviews behind a number");

struct reviewed_query {
    const char *clause_code;
    const char *engagement_id;
    const char *among;
    const char *after;
    int64_t limit;
};
static const struct reviewed_query reviewed_query_defaults = {.among = "all",
                                                              .limit = PAGE_DEFAULT};
static const struct field reviewed_query_fields[] = {
    TEXT(reviewed_query, clause_code, .optional = true, .min = 1, .max = 40,
         .doc = "Those that name this clause"),
    TEXT(reviewed_query, engagement_id, .optional = true, .min = 1, .max = 40,
         .doc = "Those of this reviewer"),
    TEXT(reviewed_query, among, .optional = true,
         .choices = "all|rejected|returned|fixed|adverse|appealed|overturned|divided|planted",
         .doc = "adverse: returns and rejections; appealed: with a decided appeal; divided: of tasks "
                "on which experts differ; planted: of planted submissions, which the others leave "
                "out"),
    TEXT(reviewed_query, after, .optional = true, .max = 200,
         .doc = "Cursor: `next` of the page before"),
    INT(reviewed_query, limit, .optional = true, .min = 1, .max = PAGE_MAX, .doc = "Rows at most"),
};
const struct shape reviewed_query_shape = SHAPE(
    reviewed_query, reviewed_query_fields, "Which reviews", .defaults = &reviewed_query_defaults);

enum err quality_serve_reviews(struct call *call)
{
    const struct reviewed_query *query = call->query;
    struct work *work = call->work;
    const bool judges_reviewers = (work->who->roles & (ROLE_OPERATOR | ROLE_AUDITOR)) != 0;
    struct reviewed_row *rows;
    size_t count;

    if (strcmp(query->among, "planted") == 0 && !judges_reviewers) {
        return work_fail_field(work, ERR_FORBIDDEN, "among",
                               "planted submissions are shown to operators and auditors only");
    }
    TRY(reviewed_page(work,
                      &(struct reviewed_page_args){.campaign_id = call->ids[0],
                                                   .organisation_id = work->organisation_id,
                                                   .any_clause = query->clause_code == NULL,
                                                   .clause_code = query->clause_code,
                                                   .any_reviewer = query->engagement_id == NULL,
                                                   .engagement_id = query->engagement_id,
                                                   .among = query->among,
                                                   .id = page_after(query->after, "~"),
                                                   .row_max = query->limit},
                      &rows, &count));
    return page_reply(call, rows, count, query->limit, PAGE_LAST(rows, count, id));
}

/* ------------------------------------------------------------------ reviewers */

struct reviewer_view {
    const char *engagement_id;
    const char *pseudonym;
    int64_t review_count;
    int64_t adverse;
    int64_t appealed;
    int64_t overturned;
    int64_t planted;
    int64_t caught;
    struct share harshness;
    struct share overturn_rate;
    struct share plants_right;
};
static const struct field reviewer_fields[] = {
    TEXT(reviewer_view, engagement_id, .doc = "The reviewer's engagement"),
    TEXT(reviewer_view, pseudonym, .doc = "The reviewer"),
    INT(reviewer_view, review_count, .doc = "Reviews"),
    INT(reviewer_view, adverse, .doc = "Returns and rejections among them"),
    INT(reviewer_view, appealed, .doc = "Appeals against them that were decided"),
    INT(reviewer_view, overturned, .doc = "Those that overturned"),
    INT(reviewer_view, planted, .doc = "Planted submissions among what was judged"),
    INT(reviewer_view, caught, .doc = "Those that were judged as they deserve"),
    OBJECT(reviewer_view, harshness, share, .of = &share_shape, .doc = "Share of adverse verdicts"),
    OBJECT(reviewer_view, overturn_rate, share, .of = &share_shape,
           .doc = "Share of overturned ones"),
    OBJECT(reviewer_view, plants_right, share, .of = &share_shape,
           .doc = "Share of plants judged as they deserve"),
};
static const struct shape reviewer_shape =
    SHAPE(reviewer_view, reviewer_fields, "How a reviewer judges");

struct reviewer_list {
    struct list items;
};
static const struct field reviewer_list_fields[] = {
    LIST(reviewer_list, items, .of = &reviewer_shape, .doc = "By engagement"),
};
const struct shape reviewer_list_shape =
    SHAPE(reviewer_list, reviewer_list_fields, "A campaign's reviewers");

enum err quality_serve_reviewers(struct call *call)
{
    struct work *work = call->work;
    struct reviewer_list *list = arena_new_of(work->arena, struct reviewer_list);
    struct reviewer_row *rows;
    size_t count;

    TRY(reviewer_page(work, &(struct reviewer_page_args){call->ids[0], work->organisation_id},
                      &rows, &count));
    struct reviewer_view *views = arena_array(work->arena, struct reviewer_view, count);

    for (size_t i = 0; i < count; i++) {
        views[i] = (struct reviewer_view){
            .engagement_id = rows[i].rater_id,
            .pseudonym = rows[i].pseudonym,
            .review_count = rows[i].review_count,
            .adverse = rows[i].adverse,
            .appealed = rows[i].appealed,
            .overturned = rows[i].overturned,
            .planted = rows[i].planted,
            .caught = rows[i].caught,
            .harshness = share_of(rows[i].adverse, rows[i].review_count, QUALITY_SHOWN_MIN),
            .overturn_rate = share_of(rows[i].overturned, rows[i].appealed, 10),
            .plants_right = share_of(rows[i].caught, rows[i].planted, 10),
        };
    }
    list->items = (struct list){.at = views, .count = count};
    call->reply = list;
    return OK;
}

/* ------------------------------------------------------------------ alerts */

static const struct field alert_fields[] = {
    TEXT(alert_row, label, .doc = "Which label of the task type"),
    TEXT(alert_row, kind, .doc = "What it points at", .choices = "drift|copying"),
    TEXT(alert_row, left_id, .doc = "Whom it is about"),
    TEXT(alert_row, right_id, .doc = "And whom else; empty: nobody"),
    TEXT(alert_row, left_name, .doc = "Pseudonym"),
    TEXT(alert_row, right_name, .doc = "Pseudonym, or empty"),
    INT(alert_row, vote_count, .doc = "Answers that were looked at"),
    INT(alert_row, telling_count,
        .doc = "drift: wrong ones in the run; copying: the same wrong ones of both"),
    REAL(alert_row, by_chance, .doc = "Of these by chance"),
    REAL(alert_row, strength, .doc = "Natural log of the evidence against chance"),
    JSON(alert_row, evidence, .doc = "The tasks in which it shows"),
    TEXT(alert_row, finding, .optional = true, .choices = "harmless|watch|decide",
         .doc = "What somebody made of it last"),
    TEXT(alert_row, message, .optional = true, .doc = "In words"),
    TIME(alert_row, happened_at, .optional = true, .doc = "When"),
};
static const struct shape alert_shape =
    SHAPE(alert_row, alert_fields, "Evidence for a person to look at, never a verdict");

struct alert_list {
    struct list items;
};
static const struct field alert_list_fields[] = {
    LIST(alert_list, items, .of = &alert_shape, .doc = "The strongest first"),
};
const struct shape alert_list_shape = SHAPE(alert_list, alert_list_fields, "A campaign's alerts");

enum err quality_serve_alerts(struct call *call)
{
    struct work *work = call->work;
    struct alert_list *list = arena_new_of(work->arena, struct alert_list);
    struct alert_row *rows;
    size_t count;

    TRY(alert_page(work, &(struct alert_page_args){call->ids[0], work->organisation_id}, &rows,
                   &count));
    list->items = (struct list){.at = rows, .count = count};
    call->reply = list;
    return OK;
}

static const struct field alert_item_fields[] = {
    TEXT(alert_item_row, task_id, .doc = "The task"),
    TEXT(alert_item_row, external_id, .optional = true, .doc = "The client's own identifier of it"),
    JSON(alert_item_row, payload, .doc = "What it shows"),
    TEXT(alert_item_row, value, .doc = "Its inferred answer"),
    REAL(alert_item_row, probability, .doc = "How probable that is"),
    TEXT(alert_item_row, left_said, .optional = true, .doc = "What the one said"),
    TEXT(alert_item_row, right_said, .optional = true, .doc = "What the other said"),
    TEXT(alert_item_row, submission_id, .optional = true, .doc = "The one's submission"),
};
static const struct shape alert_item_shape =
    SHAPE(alert_item_row, alert_item_fields, "Two answers to a task, side by side");

struct alert_item_list {
    struct list items;
};
static const struct field alert_item_list_fields[] = {
    LIST(alert_item_list, items, .of = &alert_item_shape, .doc = "In the order in which they came"),
};
const struct shape alert_item_list_shape =
    SHAPE(alert_item_list, alert_item_list_fields, "What an alert rests on");

struct alert_query {
    const char *label;
    const char *kind;
    const char *left_id;
    const char *right_id;
};
static const struct alert_query alert_query_defaults = {.right_id = ""};
static const struct field alert_query_fields[] = {
    TEXT(alert_query, label, .min = 1, .max = 60, .doc = "Which label of the task type"),
    TEXT(alert_query, kind, .choices = "drift|copying", .doc = "Which alert"),
    TEXT(alert_query, left_id, .min = 1, .max = 40, .doc = "Whom it is about"),
    TEXT(alert_query, right_id, .optional = true, .max = 40, .doc = "And whom else"),
};
const struct shape alert_query_shape =
    SHAPE(alert_query, alert_query_fields, "Which alert", .defaults = &alert_query_defaults);

enum err quality_serve_alert_items(struct call *call)
{
    const struct alert_query *query = call->query;
    struct work *work = call->work;
    struct alert_item_list *list = arena_new_of(work->arena, struct alert_item_list);
    struct alert_find_row alert = {.evidence = "[]"};
    struct json *tasks = NULL;
    enum err found = alert_find(work,
                                &(struct alert_find_args){.campaign_id = call->ids[0],
                                                          .organisation_id = work->organisation_id,
                                                          .label = query->label,
                                                          .kind = query->kind,
                                                          .left_id = query->left_id,
                                                          .right_id = query->right_id},
                                &alert);

    if (found != ERR_NOT_FOUND) { /* an alert may be gone when its answers are asked for */
        TRY(found);
    }
    TRY(json_parse(work->arena, text_of(alert.evidence), &tasks, &work->fault));
    struct alert_item_row *rows = arena_array(work->arena, struct alert_item_row, tasks->count);

    for (const struct json *task = tasks->first; task != NULL; task = task->next) {
        enum err err =
            alert_item(work,
                       &(struct alert_item_args){.campaign_id = call->ids[0],
                                                 .organisation_id = work->organisation_id,
                                                 .label = query->label,
                                                 .task_id = task->text,
                                                 .left_id = query->left_id,
                                                 .right_id = query->right_id},
                       &rows[list->items.count]);

        if (err != ERR_NOT_FOUND) {
            TRY(err);
            list->items.count++;
        }
    }
    list->items.at = rows;
    call->reply = list;
    return OK;
}

struct finding_body {
    const char *label;
    const char *kind;
    const char *left_id;
    const char *right_id;
    const char *finding;
    const char *message;
};
static const struct finding_body finding_defaults = {.right_id = ""};
static const struct field finding_fields[] = {
    TEXT(finding_body, label, .min = 1, .max = 60, .doc = "Which label of the task type"),
    TEXT(finding_body, kind, .choices = "drift|copying", .doc = "Which alert"),
    TEXT(finding_body, left_id, .min = 1, .max = 40, .doc = "Whom it is about"),
    TEXT(finding_body, right_id, .optional = true, .max = 40, .doc = "And whom else"),
    TEXT(finding_body, finding, .choices = "harmless|watch|decide", .doc = "What you make of it"),
    TEXT(finding_body, message, .min = 3, .max = 2000, .doc = "Why"),
};
const struct shape finding_body_shape = SHAPE(
    finding_body, finding_fields, "What a person makes of an alert", .defaults = &finding_defaults);

/* Whom it is about must work on the campaign; the alert itself may be gone by now. */
static enum err check_named(struct work *work, const char *campaign_id, const char *field,
                            const char *id)
{
    struct engagement_named_row named;
    enum err err = engagement_named(
        work,
        &(struct engagement_named_args){
            .id = id, .campaign_id = campaign_id, .organisation_id = work->organisation_id},
        &named);

    return err == ERR_NOT_FOUND
               ? work_fail_field(work, ERR_INVALID, field, "nobody on this campaign is %.40s", id)
               : err;
}

enum err quality_serve_finding(struct call *call)
{
    const struct finding_body *body = call->body;
    struct work *work = call->work;

    TRY(check_named(work, call->ids[0], "left_id", body->left_id));
    if (*body->right_id != '\0') {
        TRY(check_named(work, call->ids[0], "right_id", body->right_id));
    }
    TRY(alert_seen_insert(work,
                          &(struct alert_seen_insert_args){.id = work_new_id(work, "als"),
                                                           .organisation_id = work->organisation_id,
                                                           .campaign_id = call->ids[0],
                                                           .label = body->label,
                                                           .kind = body->kind,
                                                           .left_id = body->left_id,
                                                           .right_id = body->right_id,
                                                           .finding = body->finding,
                                                           .message = body->message,
                                                           .person_id = work->who->person_id,
                                                           .happened_at = work->now_us}));
    call->reply = &done;
    return OK;
}
