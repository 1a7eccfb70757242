#include "slice/interview/verdict_shape.h"

static const struct field criterion_view_fields[] = {
    TEXT(criterion_view, text, .doc = "What is asked"),
    REAL(criterion_view, points, .doc = "What it earns"),
    TEXT(criterion_view, mark, .doc = "What was found", .choices = "met|partly|not met"),
    REAL(criterion_view, chance, .optional = true,
         .doc = "How likely that is, by the scorer's calibration"),
    TEXT(criterion_view, quote, .optional = true, .doc = "Words of the answer that speak for it"),
    TEXT(criterion_view, reason, .optional = true, .doc = "Why, in a model's words"),
    TEXT(criterion_view, by, .doc = "Who found it", .choices = "scorer|person|model"),
};
const struct shape criterion_view_shape =
    SHAPE(criterion_view, criterion_view_fields, "A criterion and what was found");

static const struct field verdict_view_fields[] = {
    LIST(verdict_view, criteria, .of = &criterion_view_shape, .doc = "In the rubric's order"),
    REAL(verdict_view, sure, .optional = true, .doc = "Chance of the answer's category"),
    TEXT(verdict_view, follow_up, .optional = true, .doc = "What was asked further"),
};
const struct shape verdict_view_shape =
    SHAPE(verdict_view, verdict_view_fields, "What was found in one answer");
