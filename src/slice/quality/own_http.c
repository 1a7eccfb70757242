/* What an expert sees of the own figures: the formula, its inputs, the last judgements. */

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/quality/quality_http.h"
#include "slice/quality/quality_label.h"
#include "slice/quality/quality_sql.h"
#include "store/work.h"

#define FORMULA                                                                                    \
    "The chance that an answer of yours is right, on a task of average difficulty. It is the "     \
    "mean of what a model of all experts' answers believes about you (hierarchical, 95 % "         \
    "interval), moved by how hard your tasks were: log-odds of the figure = log-odds of the "      \
    "model's + log-odds of how often two others agree on any task - log-odds of how often two "    \
    "others agree on yours. Below 30 answers nothing is shown."

static const struct field own_skill_fields[] = {
    TEXT(own_skill_row, campaign_id, .doc = "The campaign"),
    TEXT(own_skill_row, campaign_name, .doc = "Its name"),
    TEXT(own_skill_row, field, .doc = "Its field of expertise"),
    TEXT(own_skill_row, label, .doc = "Which label of the task type"),
    TEXT(own_skill_row, domain, .doc = "Domain of the tasks; empty: all"),
    INT(own_skill_row, label_count, .doc = "Own answers that are counted"),
    REAL(own_skill_row, accuracy, .optional = true, .doc = "The figure; none: too few answers"),
    REAL(own_skill_row, low, .optional = true, .doc = "95 % interval, from"),
    REAL(own_skill_row, high, .optional = true, .doc = "to"),
    REAL(own_skill_row, plain, .optional = true, .doc = "The model's, before difficulty"),
    INT(own_skill_row, others_count, .doc = "Own tasks that two others or more answered too"),
    REAL(own_skill_row, others_agree, .optional = true,
         .doc = "How often two others agree on these"),
    REAL(own_skill_row, all_agree, .optional = true,
         .doc = "How often two others agree in general"),
    INT(own_skill_row, is_top, .doc = "1: in the top group, which the intervals set apart"),
    TEXT(own_skill_row, engine, .doc = "What inferred the answers"),
    TEXT(own_skill_row, engine_version, .doc = "Its version"),
    INT(own_skill_row, seed, .doc = "Its seed"),
    TIME(own_skill_row, facts_at, .doc = "Newest answer that it rests on"),
};
static const struct shape own_skill_shape =
    SHAPE(own_skill_row, own_skill_fields, "How good one's answers are");

static const struct field own_review_fields[] = {
    TEXT(own_review_row, submission_id, .doc = "The own answer"),
    TEXT(own_review_row, campaign_name, .doc = "The campaign"),
    TEXT(own_review_row, verdict, .doc = "What was decided", .choices = "accept|fix|return|reject"),
    TEXT(own_review_row, clause_code, .optional = true, .doc = "The clause that was not met"),
    TEXT(own_review_row, reason_code, .optional = true, .doc = "Why"),
    TEXT(own_review_row, message, .optional = true, .doc = "In words"),
    TIME(own_review_row, decided_at, .doc = "When"),
    TEXT(own_review_row, appeal_state, .optional = true, .choices = "open|upheld|overturned",
         .doc = "Where an appeal stands"),
};
static const struct shape own_review_shape =
    SHAPE(own_review_row, own_review_fields, "A judgement of an own answer");

struct own_skill {
    const char *formula;
    int64_t shown_from;
    struct list skills;
    struct list reviews;
};
static const struct field own_fields[] = {
    TEXT(own_skill, formula, .doc = "What the figures are"),
    INT(own_skill, shown_from, .doc = "Answers from which a figure is shown"),
    LIST(own_skill, skills, .of = &own_skill_shape, .doc = "By campaign, label and domain"),
    LIST(own_skill, reviews, .of = &own_review_shape, .doc = "The last twenty judgements"),
};
const struct shape own_skill_view_shape = SHAPE(own_skill, own_fields, "The own figures");

enum err quality_serve_own(struct call *call)
{
    struct work *work = call->work;
    struct own_skill *view = arena_new_of(work->arena, struct own_skill);
    struct own_skill_row *skills;
    struct own_review_row *reviews;

    TRY(skill_own(work, &(struct skill_own_args){.person_id = work->who->person_id}, &skills,
                  &view->skills.count));
    TRY(own_reviews(work, &(struct own_reviews_args){.person_id = work->who->person_id}, &reviews,
                    &view->reviews.count));
    view->formula = FORMULA;
    view->shown_from = QUALITY_SHOWN_MIN;
    view->skills.at = skills;
    view->reviews.at = reviews;
    call->reply = view;
    return OK;
}
