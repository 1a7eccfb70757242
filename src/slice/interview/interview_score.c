#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "engine/text/analyser.h"
#include "slice/bank/bank.h"
#include "slice/interview/interview.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "slice/interview/parameter_text.h"
#include "slice/interview/rater_table.h"
#include "slice/interview/verdict_shape.h"
#include "store/work.h"

/* ------------------------------------------------------------------ one answer */

static const char *quoted(struct work *work, struct text quote)
{
    return quote.size == 0 ? NULL : arena_copy(work->arena, quote.at, quote.size);
}

/* As it is kept and shown: the criteria in words with what was found. */
static const char *verdict_json(struct work *work, const struct item *item,
                                const struct item_verdict *verdict)
{
    struct criterion_view *rows =
        arena_array(work->arena, struct criterion_view, verdict->criterion_count);
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    for (size_t i = 0; i < verdict->criterion_count; i++) {
        const struct item_finding_of *found = &verdict->criteria[i];

        rows[i] = (struct criterion_view){.text = item_criteria(item)[i].text,
                                          .points = item_criteria(item)[i].points,
                                          .mark = item_mark_name(found->mark),
                                          .chance = found->probability[found->mark],
                                          .quote = quoted(work, found->quote),
                                          .by = "scorer"};
    }
    struct verdict_view view = {.criteria = {rows, verdict->criterion_count},
                                .sure = verdict->chance[verdict->category],
                                .follow_up = NULL};

    json_encode(&out, &verdict_view_shape, &view);
    return buffer.at;
}

/* The first further question whose criterion is not met; NULL: none. */
static const char *pick_follow_up(const struct item *item, const struct item_verdict *verdict)
{
    const struct item_follow_up *follow_ups = item->follow_ups.at;

    for (size_t i = 0; i < item->follow_ups.count; i++) {
        for (size_t k = 0; k < verdict->criterion_count; k++) {
            if (strcmp(item_criteria(item)[k].id, follow_ups[i].when) == 0 &&
                verdict->criteria[k].mark == ITEM_NOT_MET) {
                return follow_ups[i].ask;
            }
        }
    }
    return NULL;
}

static enum err judge(struct work *work, const struct grading_of *grading, const char *whole,
                      const char **scorer_hash, struct item_verdict *out)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    const struct score_model *scorer;

    if (whole[0] == '\0') { /* no answer: nothing is met, and nobody has to look */
        *out = (struct item_verdict){.points_max = 1, .alarm = SCORE_CALM};
        out->chance[0] = 1;
        return OK;
    }
    TRY(bank_scorer(work, &scorer, scorer_hash));
    TRY(text_analyser_new(&TEXT_ENGLISH, &analyser, &work->fault));
    return item_grade(work->arena, analyser, scorer, grading->item, text_of(whole), out,
                      &work->fault);
}

enum err interview_grade(struct work *work, const struct grading_of *grading,
                         const char **follow_up)
{
    const char *added = grading->follow_up_answer;
    const char *whole = added == NULL || added[0] == '\0'
                            ? grading->answer
                            : arena_print(work->arena, "%s\n%s", grading->answer, added);
    const char *asked = grading->follow_up;
    const char *scorer_hash = NULL;
    struct item_verdict verdict;

    TRY(judge(work, grading, whole, &scorer_hash, &verdict));
    if (asked == NULL && whole[0] != '\0') {
        asked = pick_follow_up(grading->item, &verdict);
    }
    *follow_up = grading->follow_up == NULL ? asked : NULL;
    TRY(step_answer(
        work, &(struct step_answer_args){
                  .id = grading->step->id,
                  .organisation_id = work->organisation_id,
                  .answer = grading->answer,
                  .follow_up = asked,
                  .follow_up_answer = added,
                  .pasted_count = grading->pasted,
                  .category = verdict.category,
                  .points = verdict.points,
                  .points_max = verdict.points_max,
                  .verdict = verdict_json(work, grading->item, &verdict),
                  .alarm = verdict.alarm == SCORE_CALM ? NULL : score_alarm_name(verdict.alarm),
                  .answered_at = work->now_us,
                  .scorer_hash = item_is_free(grading->item) ? scorer_hash : NULL,
              }));
    if (verdict.alarm != SCORE_CALM && *follow_up == NULL) {
        TRY(interview_note(work, grading->interview->id, grading->step->id, "guard",
                           score_alarm_reason(verdict.alarm)));
    }
    return OK;
}

/* ------------------------------------------------------------------ all answers */

/* All that was said of the answers of an interview. */
struct reader {
    struct work *work;
    struct rater_table raters;
    const struct grade_row *grades;
    size_t grade_count;
    const struct model_grade_row *models;
    size_t model_count;
    struct irt_entry *entries;
    uint32_t *categories;
    struct interview_reading reading;
    size_t free_count;
    size_t person_count;
};

/* What people said, those of an appeal instead of the first judgement. */
static enum err add_people(const struct reader *reader, const char *step_id,
                           struct rater_evidence *evidence)
{
    bool appealed = false;

    for (size_t i = 0; i < reader->grade_count; i++) {
        appealed |= strcmp(reader->grades[i].step_id, step_id) == 0 &&
                    strcmp(reader->grades[i].purpose, "appeal") == 0;
    }
    for (size_t i = 0; i < reader->grade_count; i++) {
        const struct grade_row *grade = &reader->grades[i];

        if (strcmp(grade->step_id, step_id) == 0 &&
            appealed == (strcmp(grade->purpose, "appeal") == 0)) {
            TRY(rater_evidence_add(&reader->raters, grade->grader_id, grade->category, evidence));
        }
    }
    return OK;
}

/* The scorer, and the model server where it was heard. */
static enum err add_machines(struct reader *reader, const struct step_row *step,
                             struct rater_evidence *evidence)
{
    TRY(rater_evidence_add(&reader->raters, RATER_SCORER, step->category, evidence));
    for (size_t i = 0; i < reader->model_count; i++) {
        const struct model_grade_row *model = &reader->models[i];

        if (strcmp(model->step_id, step->id) == 0 && strcmp(model->model_state, "graded") == 0) {
            TRY(rater_evidence_add(&reader->raters, RATER_MODEL, model->category, evidence));
            reader->reading.by_model++;
        }
    }
    return OK;
}

static enum err read_step(struct reader *reader, const struct step_row *step)
{
    struct irt_entry *entry = &reader->entries[reader->reading.counted];
    struct rater_evidence evidence = rater_evidence_new();

    TRY(parameter_read(reader->work, step->parameters, &entry->item));
    reader->reading.calibrated += step->calibration_id != NULL;
    reader->categories[reader->reading.counted++] = (uint32_t)step->category;
    if (entry->item.category_count != ITEM_CATEGORIES) {
        return OK; /* by rule: exact */
    }
    TRY(add_people(reader, step->id, &evidence));
    reader->free_count++;
    reader->person_count += evidence.rater_count > 0;
    reader->reading.alarmed |= step->alarm != NULL && evidence.rater_count == 0;
    if (evidence.rater_count == 0) {
        TRY(add_machines(reader, step, &evidence));
    }
    entry->confusion = rater_evidence_confusion(reader->work, &evidence);
    reader->categories[reader->reading.counted - 1] = 0;
    return OK;
}

static enum err estimate(struct reader *reader, int64_t difficulty)
{
    double cut = interview_cut(difficulty);
    struct interview_reading *reading = &reader->reading;
    struct irt_entry first = {.item = {.slope = 1, .category_count = 2}};
    struct irt_bank bank;
    bool empty = reading->counted == 0;

    TRY(irt_bank_new(reader->work->arena, empty ? &first : reader->entries,
                     empty ? 1 : (uint32_t)reading->counted, &bank, &reader->work->fault));
    struct irt_posterior posterior = irt_posterior_new(&bank, 0, 1);

    for (uint32_t i = 0; i < reading->counted; i++) {
        irt_posterior_add(&bank, i, reader->categories[i], &posterior);
    }
    reading->mean = posterior.mean;
    reading->deviation = posterior.deviation;
    reading->low = irt_posterior_quantile(&bank, &posterior, 0.05);
    reading->high = irt_posterior_quantile(&bank, &posterior, 0.95);
    reading->by_person = reader->free_count > 0 && reader->person_count == reader->free_count;
    for (size_t i = 0; i < IRT_ADAPT_NODES; i++) {
        reading->chance_above += bank.theta[i] >= cut ? posterior.share[i] : 0;
    }
    return OK;
}

static enum err load_grades(struct reader *reader, const char *interview_id)
{
    struct work *work = reader->work;
    struct grade_row *grades;
    struct model_grade_row *models;

    TRY(grades_of(work,
                  &(struct grades_of_args){.interview_id = interview_id,
                                           .organisation_id = work->organisation_id},
                  &grades, &reader->grade_count));
    TRY(model_grades_of(work,
                        &(struct model_grades_of_args){.interview_id = interview_id,
                                                       .organisation_id = work->organisation_id},
                        &models, &reader->model_count));
    reader->grades = grades;
    reader->models = models;
    return OK;
}

enum err interview_read(struct work *work, const struct interview_row *interview,
                        struct interview_reading *out)
{
    struct reader reader = {.work = work};
    struct step_row *steps;
    size_t count;

    TRY(rater_table_load(work, interview->domain, &reader.raters));
    TRY(load_grades(&reader, interview->id));
    TRY(interview_steps(work, interview->id, &steps, &count));
    reader.entries = arena_array(work->arena, struct irt_entry, count + 1);
    reader.categories = arena_array(work->arena, uint32_t, count + 1);
    for (size_t i = 0; i < count; i++) {
        if (steps[i].is_counted && steps[i].category != INT_ABSENT) {
            reader.reading.scorer_hash =
                steps[i].scorer_hash != NULL ? steps[i].scorer_hash : reader.reading.scorer_hash;
            TRY(read_step(&reader, &steps[i]));
        }
    }
    TRY(estimate(&reader, interview->difficulty));
    *out = reader.reading;
    return OK;
}
