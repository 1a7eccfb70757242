#include "slice/rubric/rubric_intake.h"

#include "base/arena.h"
#include "base/map.h"
#include "slice/account/account.h"
#include "slice/rubric/rubric_sql.h"
#include "store/work.h"

/* Of each grader so far, whether its next verdicts stand alone. */
static const bool *find_alone(struct work *work, const struct mark_intake *intake)
{
    uint32_t count = map_count(intake->before.graders);
    bool *alone = arena_array(work->arena, bool, (size_t)count + 1);

    for (uint32_t i = 0; i < count; i++) {
        alone[i] =
            intake->before.model_of[i] && marks_standing(&intake->before, i, &intake->gate).alone;
    }
    return alone;
}

enum err mark_intake_open(struct work *work, const struct rubric_row *rubric,
                          const struct version *version, struct mark_intake *out)
{
    *out = (struct mark_intake){
        .rubric_id = rubric->id, .number = version->number, .gate = gate_of(rubric)};
    TRY(marks_load(work, rubric->id, version, &out->before));
    out->alone = find_alone(work, out);
    return OK;
}

/* A model that nobody has compared with people yet does not grade alone. */
static bool grades_alone(const struct mark_intake *intake, const char *name)
{
    uint32_t number;

    return map_find(intake->before.graders, text_of(name), &number) && intake->alone[number];
}

enum err mark_intake_put(struct work *work, struct mark_intake *intake,
                         const struct mark_draft *draft)
{
    static const char *const VERDICTS[] = {"met", "not_met", "could_not_grade"};
    bool to_person =
        draft->model && (!grades_alone(intake, draft->grader) || draft->verdict == MARK_COULD_NOT ||
                         judge_is_drawn(&intake->gate, draft->response, draft->criterion));
    int64_t affected;

    TRY(mark_insert(work,
                    &(struct mark_insert_args){.organisation_id = work->organisation_id,
                                               .rubric_id = intake->rubric_id,
                                               .number = intake->number,
                                               .response = draft->response,
                                               .criterion = draft->criterion,
                                               .grader = draft->grader,
                                               .grader_kind = draft->model ? "model" : "person",
                                               .verdict = VERDICTS[draft->verdict],
                                               .reason = draft->reason,
                                               .quote = draft->quote,
                                               .to_person = to_person,
                                               .marked_at = work->now_us,
                                               .marked_by = work->who->person_id},
                    &affected));
    intake->new_count += affected;
    intake->same_count += 1 - affected;
    intake->to_person_count += affected * to_person;
    return OK;
}
