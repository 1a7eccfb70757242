#include "slice/offer/offer_shape.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"
#include "http/page.h"
#include "slice/offer/offer_sql.h"
#include "store/work.h"

#define STATES "open|countered|accepted|engaged|declined|withdrawn|expired|undone|dropped"
#define STEPS  "agreement|conflict|confidentiality|guideline|calibration"

static const struct field step_fields[] = {
    TEXT(offer_step_row, step_name, .choices = STEPS, .doc = "What is to be done"),
    TIME(offer_step_row, done_at, .optional = true, .doc = "When it was done"),
    TEXT(offer_step_row, signed_name, .optional = true, .doc = "Signed as"),
    TEXT(offer_step_row, content_hash, .optional = true, .doc = "SHA-256 of what was signed"),
};
static const struct shape step_shape =
    SHAPE(offer_step_row, step_fields, "A step between acceptance and the queue");

static const struct field view_fields[] = {
    TEXT(offer_view, id, .doc = "Identifier, `off_` and 26 characters"),
    TEXT(offer_view, campaign_id, .doc = "Campaign"),
    TEXT(offer_view, campaign, .doc = "Its name"),
    TEXT(offer_view, client, .doc = "The client's name"),
    TEXT(offer_view, requirement, .doc = "What for"),
    TEXT(offer_view, expert_id, .doc = "To whom"),
    TEXT(offer_view, expert, .doc = "Name"),
    TEXT(offer_view, state, .choices = STATES, .doc = "Where it stands"),
    OBJECT(offer_view, terms, engagement_body, .of = &terms_body_shape, .doc = "What is offered"),
    REAL(offer_view, cut_percent, .optional = true,
         .doc = "So much less than was paid before under the same guideline"),
    INT(offer_view, rate_before, .optional = true, .doc = "What was paid, in minor units"),
    JSON(offer_view, counter, .optional = true, .doc = "What the expert asks for instead"),
    TEXT(offer_view, counter_message, .optional = true, .doc = "And why"),
    TIME(offer_view, answer_by, .doc = "Expires then without an answer"),
    TIME(offer_view, undo_until, .optional = true,
         .doc = "The answer can be taken back until then"),
    TEXT(offer_view, engagement, .optional = true, .doc = "The engagement that it became"),
    LIST(offer_view, steps, .of = &step_shape, .doc = "Between acceptance and the queue"),
    TIME(offer_view, created_at, .doc = "When it was made"),
    TIME(offer_view, changed_at, .doc = "When it changed last"),
};
const struct shape offer_view_shape = SHAPE(offer_view, view_fields, "An offer to an expert");

static const struct field list_fields[] = PAGE_FIELDS(offer_view_shape, "Newest first");
const struct shape offer_list_shape = PAGE_SHAPE(offer_list, list_fields, "A page of offers");

static const struct offer_body body_defaults = {.answer_by = INT_ABSENT};
static const struct field body_fields[] = {
    OBJECT(offer_body, terms, engagement_body, .of = &terms_body_shape, .doc = "What is offered"),
    TIME(offer_body, answer_by, .optional = true, .doc = "Deadline; three days unless said"),
};
const struct shape offer_body_shape =
    SHAPE(offer_body, body_fields, "An offer for who is proposed", .defaults = &body_defaults);

static const struct field answer_fields[] = {
    TEXT(offer_answer, verdict, .choices = "accept|decline|counter", .doc = "What it shall be"),
    OBJECT(offer_answer, terms, engagement_body, .optional = true, .of = &terms_body_shape,
           .doc = "To counter: other terms"),
    TEXT(offer_answer, message, .optional = true, .max = 2000, .doc = "In words"),
    BOOL(offer_answer, consent_cut, .optional = true,
         .doc = "You have seen that it pays less than before, and agree"),
};
const struct shape offer_answer_shape = SHAPE(offer_answer, answer_fields, "An expert's answer");

static const struct field reply_fields[] = {
    TEXT(offer_reply, verdict, .choices = "agree|hold",
         .doc = "agree: the other terms count; hold: the offer stands as it was"),
    TEXT(offer_reply, message, .optional = true, .max = 2000, .doc = "In words"),
};
const struct shape offer_reply_shape =
    SHAPE(offer_reply, reply_fields, "A reply to a counter-offer");

static const struct field reason_fields[] = {
    TEXT(offer_reason, reason, .min = 3, .max = 500, .doc = "Why"),
};
const struct shape offer_reason_shape = SHAPE(offer_reason, reason_fields, "A reason");

static const struct field sign_fields[] = {
    TEXT(offer_sign, step, .choices = STEPS, .doc = "What is done"),
    TEXT(offer_sign, signed_name, .min = 1, .max = 120, .doc = "Your name, as a signature"),
    TEXT(offer_sign, content_hash, .optional = true, .max = 64,
         .doc = "SHA-256 of what you read: of the agreement, or of the guideline"),
};
const struct shape offer_sign_shape = SHAPE(offer_sign, sign_fields, "A step that is done");

static const struct field agreement_fields[] = {
    TEXT(offer_agreement, text, .doc = "The agreement in words"),
    TEXT(offer_agreement, content_hash, .doc = "Its SHA-256, to be sent with the signature"),
};
const struct shape offer_agreement_shape =
    SHAPE(offer_agreement, agreement_fields, "What is to be signed");

static const struct field reading_fields[] = {
    INT(offer_reading, version, .doc = "Version of the guideline"),
    TEXT(offer_reading, body, .doc = "Markdown"),
    TEXT(offer_reading, content_hash, .doc = "Its SHA-256, to be sent with the signature"),
};
const struct shape offer_reading_shape =
    SHAPE(offer_reading, reading_fields, "The guideline to be read before the queue opens");

static const struct field event_fields[] = {
    TEXT(offer_event_row, id, .doc = "Identifier, `oev_` and 26 characters"),
    TEXT(offer_event_row, kind, .doc = "What happened"),
    TEXT(offer_event_row, detail, .doc = "In words"),
    TEXT(offer_event_row, done_by, .optional = true, .doc = "By whom; none: by the clock"),
    TIME(offer_event_row, happened_at, .doc = "When"),
};
static const struct shape event_shape = SHAPE(offer_event_row, event_fields, "What happened");

static const struct field event_list_fields[] = {
    LIST(offer_event_list, items, .of = &event_shape, .doc = "Oldest first"),
};
const struct shape offer_event_list_shape =
    SHAPE(offer_event_list, event_list_fields, "What happened to an offer");

enum err offer_terms_read(struct work *work, const char *json, struct engagement_body *out)
{
    struct json *value = NULL;

    TRY(json_parse(work->arena, text_of(json), &value, &work->fault));
    return json_decode(work->arena, value, &terms_body_shape, out, &work->fault);
}

const char *offer_terms_text(struct work *work, const struct engagement_body *terms)
{
    struct buffer text = buffer_new(work->arena);
    struct json_out out = json_to(&text);

    json_encode(&out, &terms_body_shape, terms);
    return arena_copy(work->arena, text.at, text.size);
}

enum err offer_view_of(struct work *work, const struct offer_row *row, struct offer_view *out)
{
    struct offer_step_row *steps;
    size_t count;

    TRY(offer_steps(
        work,
        &(struct offer_steps_args){.offer_id = row->id, .organisation_id = row->organisation_id},
        &steps, &count));
    *out = (struct offer_view){.id = row->id,
                               .campaign_id = row->campaign_id,
                               .campaign = row->campaign_name,
                               .client = row->organisation_name,
                               .requirement = row->requirement_name,
                               .expert_id = row->person_id,
                               .expert = row->name,
                               .state = row->state,
                               .cut_percent = row->cut_percent,
                               .rate_before = row->rate_before,
                               .counter = row->counter_terms,
                               .counter_message = row->counter_message,
                               .answer_by = row->answer_by,
                               .undo_until = row->undo_until,
                               .engagement = row->engagement_id,
                               .steps = {.at = steps, .count = count},
                               .created_at = row->created_at,
                               .changed_at = row->changed_at};
    return offer_terms_read(work, row->offer_terms, &out->terms);
}
