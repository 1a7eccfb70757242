#include <string.h>

#include "base/arena.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/irt/raters.h"
#include "engine/item/item.h"
#include "slice/interview/interview_rule.h"
#include "slice/learn/learn.h"
#include "slice/learn/learn_inside.h"
#include "slice/learn/learn_sql.h"
#include "store/store.h"
#include "store/work.h"

enum { CELLS = ITEM_CATEGORIES * ITEM_CATEGORIES };

struct learning {
    const char *domain;
    struct learn_response *responses;
    struct learn_grade *grades;
    size_t response_count;
    size_t grade_count;
    struct map *raters;
    struct irt_rater_fit fit;
};

static enum err load(struct work *work, void *context)
{
    struct learning *learning = context;

    TRY(learn_grades(work,
                     &(struct learn_grades_args){.organisation_id = work->organisation_id,
                                                 .domain = learning->domain,
                                                 .row_max = LEARN_ROWS_MAX},
                     &learning->grades, &learning->grade_count));
    return learn_responses(work,
                           &(struct learn_responses_args){.organisation_id = work->organisation_id,
                                                          .domain = learning->domain,
                                                          .row_max = LEARN_ROWS_MAX},
                           &learning->responses, &learning->response_count);
}

static const char *cells_text(struct work *work, const double *cells)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '[');
    for (size_t k = 0; k < CELLS; k++) {
        json_real(&out, cells[k]);
    }
    json_close(&out, ']');
    return buffer.at;
}

static enum err put(struct work *work, void *context)
{
    const struct learning *learning = context;

    for (uint32_t i = 0; i < map_count(learning->raters); i++) {
        TRY(rater_confusion_put(
            work, &(struct rater_confusion_put_args){
                      .organisation_id = work->organisation_id,
                      .domain = learning->domain,
                      .rater = map_key(learning->raters, i).at,
                      .cells = cells_text(work, learning->fit.confusion + (size_t)i * CELLS),
                      .shared_count = learning->fit.rated_count[i],
                      .computed_at = work->now_us}));
    }
    return OK;
}

/* Only answers that a person graded tell anything of raters: two machines may err together. */
static struct irt_rater_input gather(struct work *work, struct learning *learning)
{
    size_t room = learning->grade_count + 2 * learning->response_count;
    struct irt_rating *ratings = arena_array(work->arena, struct irt_rating, room + 1);
    struct map *answers = map_new(work->arena);
    size_t count = 0;

    learning->raters = map_new(work->arena);
    (void)map_add(learning->raters, text_of(RATER_SCORER));
    for (size_t i = 0; i < learning->grade_count; i++) {
        const struct learn_grade *grade = &learning->grades[i];

        ratings[count++] = (struct irt_rating){map_add(answers, text_of(grade->step_id)),
                                               map_add(learning->raters, text_of(grade->grader_id)),
                                               (uint32_t)grade->category};
    }
    for (size_t i = 0; i < learning->response_count; i++) {
        const struct learn_response *response = &learning->responses[i];
        uint32_t answer;

        if (!map_find(answers, text_of(response->step_id), &answer)) {
            continue;
        }
        ratings[count++] = (struct irt_rating){answer, 0, (uint32_t)response->category};
        if (response->model_category != INT_ABSENT) {
            ratings[count++] =
                (struct irt_rating){answer, map_add(learning->raters, text_of(RATER_MODEL)),
                                    (uint32_t)response->model_category};
        }
    }
    uint32_t rater_count = map_count(learning->raters);
    struct irt_rater *beliefs = arena_array(work->arena, struct irt_rater, rater_count);

    for (uint32_t i = 0; i < rater_count; i++) {
        struct rater_belief belief = interview_belief(map_key(learning->raters, i).at);

        beliefs[i] = (struct irt_rater){belief.agreement, belief.weight};
    }
    return (struct irt_rater_input){.ratings = ratings,
                                    .rating_count = count,
                                    .answer_count = map_count(answers),
                                    .raters = beliefs,
                                    .rater_count = rater_count,
                                    .category_count = ITEM_CATEGORIES};
}

enum err learn_raters(struct work *work, const char *domain, struct learnt *learnt)
{
    struct learning learning = {.domain = domain};

    TRY(store_read(work, load, &learning));
    if (learning.grade_count == 0) {
        return OK;
    }
    struct irt_rater_input input = gather(work, &learning);

    TRY(irt_raters_fit(work->arena, &input, &learning.fit, &work->fault));
    learnt->rater_count += input.rater_count;
    return store_write(work, put, &learning);
}
