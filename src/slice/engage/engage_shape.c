#include "slice/engage/engage_shape.h"

#include "base/arena.h"
#include "base/fault.h"
#include "http/page.h"
#include "slice/campaign/campaign_sql.h"
#include "slice/engage/engage.h"
#include "slice/engage/engage_rule.h"
#include "slice/engage/engage_sql.h"

#define MINOR_MAX 100000000

static const struct field rate_fields[] = {
    TEXT(terms_rates_row, class, .doc = "The class of the minutes", .choices = MINUTE_CLASSES),
    INT(terms_rates_row, hour_minor, .min = 0, .max = MINOR_MAX,
        .doc = "For an hour of it, in minor units; 0: not paid"),
};
static const struct shape rate_shape =
    SHAPE(terms_rates_row, rate_fields, "The pay rule of a class of minutes");

struct milestone_body {
    const char *title;
    int64_t amount_minor;
    int64_t due_at;
};
static const struct field milestone_body_fields[] = {
    TEXT(milestone_body, title, .doc = "What has to be reached", .min = 3, .max = 200),
    INT(milestone_body, amount_minor, .doc = "What it pays", .min = 1, .max = MINOR_MAX),
    TIME(milestone_body, due_at, .optional = true, .doc = "By when"),
};
static const struct shape milestone_body_shape =
    SHAPE(milestone_body, milestone_body_fields, "A milestone");

#define TERMS_FIELDS                                                                               \
    INT(engagement_body, price_minor, .optional = true, .min = 0, .max = MINOR_MAX,                \
        .doc = "Pay for an accepted unit; as it is now unless said"),                              \
        TEXT(engagement_body, currency, .optional = true,                                          \
             .doc = "ISO 4217 code; as it is now unless said", .min = 3, .max = 3),                \
        INT(engagement_body, hour_minor, .optional = true, .min = 0, .max = MINOR_MAX,             \
            .doc = "Pay for an hour; none unless said"),                                           \
        LIST(engagement_body, rates, .of = &rate_shape, .optional = true,                          \
             .max = MINUTE_CLASS_COUNT,                                                            \
             .doc = "Where a class of minutes is paid otherwise; abandoned ones are not paid "     \
                    "unless said"),                                                                \
        LIST(engagement_body, milestones, .of = &milestone_body_shape, .optional = true,           \
             .max = 20, .doc = "Fixed amounts"),                                                   \
        INT(engagement_body, signing_minor, .optional = true, .min = 0, .max = MINOR_MAX,          \
            .doc = "Bonus for beginning"),                                                         \
        INT(engagement_body, completion_minor, .optional = true, .min = 0, .max = MINOR_MAX,       \
            .doc = "Bonus for completion"),                                                        \
        INT(engagement_body, kill_minor, .optional = true, .min = 0, .max = MINOR_MAX,             \
            .doc = "Paid when the operator ends it before it is completed"),                       \
        INT(engagement_body, notice_days, .optional = true, .min = 0, .max = 365,                  \
            .doc = "Days of notice that the operator gives"),                                      \
        INT(engagement_body, notice_minor, .optional = true, .min = 0, .max = MINOR_MAX,           \
            .doc = "Paid for each day of notice that is not kept"),                                \
        INT(engagement_body, week_cap_min, .optional = true, .min = 1, .max = 10080,               \
            .doc = "Minutes a week at most"),                                                      \
        INT(engagement_body, overtime_after_min, .optional = true, .min = 0, .max = 10080,         \
            .doc = "Minutes of a week after which overtime begins"),                               \
        INT(engagement_body, overtime_percent, .optional = true, .min = 100, .max = 400,           \
            .doc = "What overtime pays, of the hour"),                                             \
        INT(engagement_body, idle_s, .optional = true, .min = 30, .max = 3600,                     \
            .doc = "After so long without an event the clock stops; 300 unless said"),             \
        INT(engagement_body, task_cap_s, .optional = true, .min = 60, .max = 86400,                \
            .doc = "Seconds on one task at most, unless more is asked for"),                       \
        TIME(engagement_body, ends_at, .optional = true, .doc = "When it ends"),                   \
        TEXT(engagement_body, note, .optional = true, .max = 2000, .doc = "In words")

static const struct field engagement_body_fields[] = {
    TEXT(engagement_body, person_id, .doc = "Who", .min = 1, .max = 40),
    TEXT(engagement_body, duty, .doc = "What for", .choices = "expert|reviewer"),
    TERMS_FIELDS,
    TEXT(engagement_body, calibration_waived, .optional = true, .min = 3, .max = 500,
         .doc = "Why an expert begins without the campaign's calibration; else the queue opens "
                "when it is passed"),
};
const struct shape engagement_body_shape =
    SHAPE(engagement_body, engagement_body_fields, "A new member of the team");

static const struct field terms_body_fields[] = {TERMS_FIELDS};
const struct shape terms_body_shape = {
    .name = "terms_body",
    .doc = "Terms that are proposed",
    .fields = terms_body_fields,
    .size = sizeof(struct engagement_body),
    .field_count = COUNT(terms_body_fields),
};

static void put(int64_t said, int64_t *to)
{
    if (said != INT_ABSENT) {
        *to = said;
    }
}

static enum err read_rates(const struct list *rates, struct terms_draft *terms, struct fault *fault)
{
    const struct terms_rates_row *rows = rates->at;

    for (size_t i = 0; i < rates->count; i++) {
        enum minute_class class;

        if (!minute_class_find(rows[i].class, &class)) {
            return fail_field(fault, ERR_INVALID, "rates", "there is no class of minutes %.40s",
                              rows[i].class);
        }
        if (terms->class_minor[class] != INT_ABSENT) {
            return fail_field(fault, ERR_INVALID, "rates", "%s minutes have two rates",
                              rows[i].class);
        }
        terms->class_minor[class] = rows[i].hour_minor;
    }
    return OK;
}

enum err terms_read(struct arena *arena, const struct engagement_body *body, const char *currency,
                    int64_t unit_minor, struct terms_draft *out, struct fault *fault)
{
    struct terms_draft terms =
        terms_by_unit(body->currency == NULL ? currency : body->currency,
                      body->price_minor == INT_ABSENT ? unit_minor : body->price_minor);
    const struct milestone_body *rows = body->milestones.at;
    struct milestone *milestones = arena_array(arena, struct milestone, body->milestones.count);

    put(body->hour_minor, &terms.hour_minor);
    put(body->signing_minor, &terms.signing_minor);
    put(body->completion_minor, &terms.completion_minor);
    put(body->kill_minor, &terms.kill_minor);
    put(body->notice_days, &terms.notice_days);
    put(body->notice_minor, &terms.notice_minor);
    put(body->overtime_percent, &terms.overtime_percent);
    put(body->idle_s, &terms.idle_s);
    terms.week_cap_min = body->week_cap_min;
    terms.overtime_after_min = body->overtime_after_min;
    terms.task_cap_s = body->task_cap_s;
    terms.ends_at = body->ends_at;
    terms.note = body->note;
    for (size_t i = 0; i < body->milestones.count; i++) {
        milestones[i] = (struct milestone){
            .title = rows[i].title, .amount_minor = rows[i].amount_minor, .due_at = rows[i].due_at};
    }
    terms.milestones = milestones;
    terms.milestone_count = body->milestones.count;
    TRY(read_rates(&body->rates, &terms, fault));
    *out = terms;
    return OK;
}

/* ------------------------------------------------------------------ as shown */

static const struct field milestone_fields[] = {
    INT(milestone_row, position, .doc = "Counts from 1"),
    TEXT(milestone_row, title, .doc = "What has to be reached"),
    INT(milestone_row, amount_minor, .doc = "What it pays"),
    TIME(milestone_row, due_at, .optional = true, .doc = "By when"),
};
static const struct shape milestone_shape = SHAPE(milestone_row, milestone_fields, "A milestone");

static const struct field terms_view_fields[] = {
    TEXT(terms_view, id, .doc = "Identifier, `ter_` and 26 characters"),
    INT(terms_view, terms_number, .doc = "Counts from 1"),
    TEXT(terms_view, state, .doc = "Where they stand; in force until the next ones are",
         .choices = "proposed|in_force|declined|withdrawn"),
    TEXT(terms_view, side, .doc = "Who proposed them", .choices = "operator|person"),
    TEXT(terms_view, source, .doc = "The offer that they came from; hand: none; change: proposed"),
    TEXT(terms_view, currency, .doc = "ISO 4217 code"),
    INT(terms_view, unit_minor, .doc = "For an accepted unit, in minor units"),
    INT(terms_view, hour_minor, .doc = "For an hour of work"),
    LIST(terms_view, rates, .of = &rate_shape, .doc = "For an hour of each class of minutes"),
    LIST(terms_view, milestones, .of = &milestone_shape, .doc = "Fixed amounts"),
    INT(terms_view, signing_minor, .doc = "Bonus for beginning"),
    INT(terms_view, completion_minor, .doc = "Bonus for completion"),
    INT(terms_view, kill_minor, .doc = "Paid when the operator ends it early"),
    INT(terms_view, notice_days, .doc = "Days of notice that the operator gives"),
    INT(terms_view, notice_minor, .doc = "Paid for each day of notice that is not kept"),
    INT(terms_view, week_cap_min, .optional = true, .doc = "Minutes a week at most"),
    INT(terms_view, overtime_after_min, .optional = true,
        .doc = "Minutes of a week after which overtime begins"),
    INT(terms_view, overtime_percent, .doc = "What overtime pays, of the hour"),
    INT(terms_view, idle_s, .doc = "After so long without an event the clock stops"),
    INT(terms_view, task_cap_s, .optional = true, .doc = "Seconds on one task at most"),
    TIME(terms_view, ends_at, .optional = true, .doc = "When it ends"),
    TEXT(terms_view, note, .optional = true, .doc = "In words"),
    TIME(terms_view, proposed_at, .doc = "When they were proposed"),
    TIME(terms_view, decided_at, .optional = true, .doc = "When they were settled"),
    TIME(terms_view, since_at, .optional = true, .doc = "In force since"),
    TEXT(terms_view, cut, .optional = true,
         .doc = "The first term that is worse for the person than before; none: no cut"),
};
static const struct shape terms_view_shape =
    SHAPE(terms_view, terms_view_fields, "What was agreed with a person");

static const struct field terms_list_fields[] = {
    LIST(terms_list, items, .of = &terms_view_shape, .doc = "Newest first"),
};
const struct shape terms_list_shape =
    SHAPE(terms_list, terms_list_fields, "The terms of an engagement");

struct terms_view terms_view_of(const struct engagement_terms_row *row)
{
    return (struct terms_view){
        .id = row->id,
        .terms_number = row->terms_number,
        .state = row->state,
        .side = row->side,
        .source = row->source,
        .currency = row->currency,
        .unit_minor = row->unit_minor,
        .hour_minor = row->hour_minor,
        .signing_minor = row->signing_minor,
        .completion_minor = row->completion_minor,
        .kill_minor = row->kill_minor,
        .notice_days = row->notice_days,
        .notice_minor = row->notice_minor,
        .week_cap_min = row->week_cap_min,
        .overtime_after_min = row->overtime_after_min,
        .overtime_percent = row->overtime_percent,
        .idle_s = row->idle_s,
        .task_cap_s = row->task_cap_s,
        .ends_at = row->ends_at,
        .note = row->note,
        .proposed_at = row->proposed_at,
        .decided_at = row->decided_at,
        .since_at = row->since_at,
    };
}

static struct terms_draft draft_of(const struct terms_view *view)
{
    const struct terms_rates_row *rates = view->rates.at;
    struct terms_draft terms = {
        .currency = view->currency,
        .unit_minor = view->unit_minor,
        .hour_minor = view->hour_minor,
        .completion_minor = view->completion_minor,
        .kill_minor = view->kill_minor,
        .notice_days = view->notice_days,
        .notice_minor = view->notice_minor,
        .week_cap_min = view->week_cap_min,
        .overtime_after_min = view->overtime_after_min,
        .overtime_percent = view->overtime_percent,
        .idle_s = view->idle_s,
        .task_cap_s = view->task_cap_s,
    };

    for (size_t i = 0; i < view->rates.count; i++) {
        enum minute_class class;

        if (minute_class_find(rates[i].class, &class)) {
            terms.class_minor[class] = rates[i].hour_minor;
        }
    }
    return terms;
}

const char *terms_view_cut(const struct terms_view *before, const struct terms_view *after)
{
    struct terms_draft old = draft_of(before);
    struct terms_draft new = draft_of(after);

    return terms_cut(&old, &new);
}

static const struct field settle_body_fields[] = {
    TEXT(settle_body, verdict, .doc = "The other side accepts or declines; who proposed withdraws",
         .choices = "accept|decline|withdraw"),
};
const struct shape settle_body_shape =
    SHAPE(settle_body, settle_body_fields, "An answer to proposed terms");

static const struct field leave_body_fields[] = {
    TEXT(leave_body, message, .doc = "Why", .min = 3, .max = 500),
};
const struct shape leave_body_shape = SHAPE(leave_body, leave_body_fields, "An end by the person");

static const struct field engagement_fields[] = {
    TEXT(engagement_row, id, .doc = "Identifier, `eng_` and 26 characters"),
    TEXT(engagement_row, person_id, .doc = "Who"),
    TEXT(engagement_row, name, .doc = "The person's name"),
    TEXT(engagement_row, duty, .doc = "What for", .choices = "expert|reviewer"),
    TEXT(engagement_row, state, .doc = "Where it stands", .choices = "active|paused|ended"),
    TEXT(engagement_row, pseudonym, .doc = "What the client sees instead of a name"),
    INT(engagement_row, price_minor, .doc = "Pay for an accepted unit, in minor units"),
    TEXT(engagement_row, currency, .doc = "ISO 4217 code"),
    TEXT(engagement_row, reason, .optional = true, .doc = "Why it stands so"),
    TIME(engagement_row, since_at, .doc = "Since when"),
};
static const struct shape engagement_shape =
    SHAPE(engagement_row, engagement_fields, "A person on a campaign's team");

static const struct field engagement_list_fields[] = {
    LIST(engagement_list, items, .of = &engagement_shape, .doc = "By duty"),
};
const struct shape engagement_list_shape =
    SHAPE(engagement_list, engagement_list_fields, "A campaign's team");

static const struct field engagement_own_fields[] = {
    TEXT(engagement_own_row, id, .doc = "Identifier, `eng_` and 26 characters"),
    TEXT(engagement_own_row, campaign_id, .doc = "The campaign"),
    TEXT(engagement_own_row, campaign_name, .doc = "Its name"),
    TEXT(engagement_own_row, duty, .doc = "What for", .choices = "expert|reviewer"),
    TEXT(engagement_own_row, state, .doc = "Where it stands", .choices = "active|paused|ended"),
    TEXT(engagement_own_row, reason, .optional = true, .doc = "Why it stands so"),
    INT(engagement_own_row, price_minor, .doc = "Pay for an accepted unit, in minor units"),
    TEXT(engagement_own_row, currency, .doc = "ISO 4217 code"),
    TIME(engagement_own_row, since_at, .doc = "Since when"),
};
static const struct shape engagement_own_shape =
    SHAPE(engagement_own_row, engagement_own_fields, "An own engagement");

static const struct field engagement_own_list_fields[] =
    PAGE_FIELDS(engagement_own_shape, "Oldest first");
const struct shape engagement_own_list_shape =
    PAGE_SHAPE(engagement_own_list, engagement_own_list_fields, "A person's engagements");

static const struct field engagement_event_fields[] = {
    TEXT(engagement_event_row, id, .doc = "Identifier, `eev_` and 26 characters"),
    TEXT(engagement_event_row, kind, .doc = "What happened",
         .choices = "began|paused|resumed|completed|ended_by_operator|ended_by_person"),
    TEXT(engagement_event_row, reason_code, .optional = true, .choices = ENGAGE_REASONS,
         .doc = "Why it was paused or ended; quality: by a decision"),
    TEXT(engagement_event_row, message, .doc = "Why, in words"),
    TIME(engagement_event_row, happened_at, .doc = "When"),
    TIME(engagement_event_row, notice_at, .optional = true, .doc = "When an end was announced"),
};
static const struct shape engagement_event_shape =
    SHAPE(engagement_event_row, engagement_event_fields, "What happened to an engagement");

static const struct field engagement_event_list_fields[] = {
    LIST(engagement_event_list, items, .of = &engagement_event_shape, .doc = "Oldest first"),
};
const struct shape engagement_event_list_shape =
    SHAPE(engagement_event_list, engagement_event_list_fields, "How an engagement went");

static const struct field engagement_state_fields[] = {
    TEXT(engagement_state, state, .doc = "Where it shall stand", .choices = "active|paused|ended"),
    TEXT(engagement_state, reason_code, .optional = true, .choices = ENGAGE_REASONS,
         .doc = "Why, unless it is resumed. The quality of the work is no reason here: a decision "
                "with its evidence pauses or ends for that"),
    TEXT(engagement_state, reason, .doc = "Why in words; the person reads it", .min = 3,
         .max = 500),
    BOOL(engagement_state, completed, .optional = true,
         .doc = "With ended: the work was completed, so no kill fee is due"),
    TIME(engagement_state, notice_at, .optional = true,
         .doc = "With ended: when the end was announced; now unless said"),
};
const struct shape engagement_state_shape =
    SHAPE(engagement_state, engagement_state_fields, "A change of an engagement");
