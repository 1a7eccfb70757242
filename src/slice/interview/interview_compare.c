#include <string.h>

#include "base/arena.h"
#include "engine/text/analyser.h"
#include "engine/text/shingle.h"
#include "slice/interview/interview_inside.h"
#include "slice/interview/interview_rule.h"
#include "slice/interview/interview_sql.h"
#include "store/work.h"

/* Two answers that share half of their shingles meet in some band with probability
 * 1 - (1 - .5^2)^16 = .99. */
enum { BANDS = 16, BAND_ROWS = 2, SHINGLE = 3, CANDIDATES_MAX = 20 };

static const uint64_t SEED = 20261122;

struct looking {
    struct text_analyser *analyser;
    struct text_shingles shingles;
    uint32_t word_count;
};

static struct text_shingles shingles_of(struct work *work, struct text_analyser *analyser,
                                        const char *answer, uint32_t *words)
{
    struct text_words terms = text_analyse(analyser, work->arena, text_of(answer));

    *words = (uint32_t)terms.count;
    return text_shingles(work->arena, terms, SHINGLE);
}

static enum err compare_with(struct work *work, const struct interview_row *interview,
                             const struct step_row *step, const struct looking *own,
                             const struct band_row *other, bool *found)
{
    uint32_t words;
    struct text_shingles theirs =
        shingles_of(work, own->analyser, other->answer == NULL ? "" : other->answer, &words);
    double resemblance = text_resemblance(own->shingles, theirs);
    double containment = text_containment(own->shingles, theirs);
    uint32_t fewer = words < own->word_count ? words : own->word_count;

    *found = interview_looks_copied(resemblance, containment, fewer);
    if (!*found) {
        return OK;
    }
    const char *detail = arena_print(
        work->arena,
        "%.0f %% of the runs of three words stand in another person's answer to this question too",
        100 * containment);

    TRY(interview_note(work, interview->id, step->id, "copy", detail));
    return interview_note(work, other->interview_id, other->step_id, "copy", detail);
}

enum err interview_compare(struct work *work, const struct interview_row *interview,
                           const struct step_row *step, const char *answer)
{
    const struct text_options words = {.language = NULL};
    TEXT_ANALYSER_SCOPE analyser = NULL;
    uint32_t minima[BANDS * BAND_ROWS];
    struct looking own = {0};
    bool found = false;

    TRY(text_analyser_new(&words, &analyser, &work->fault));
    own.analyser = analyser;
    own.shingles = shingles_of(work, analyser, answer, &own.word_count);
    if (own.shingles.count == 0) {
        return OK;
    }
    text_minhash(own.shingles, SEED, BANDS * BAND_ROWS, minima);
    for (size_t band = 0; band < BANDS; band++) {
        int64_t key = (int64_t)text_minhash_band(minima, band, BAND_ROWS);
        struct band_row *others = NULL;
        size_t count = 0;

        if (!found) {
            TRY(band_find(work,
                          &(struct band_find_args){.organisation_id = work->organisation_id,
                                                   .item_id = step->item_id,
                                                   .band = key,
                                                   .person_id = interview->person_id,
                                                   .row_max = CANDIDATES_MAX},
                          &others, &count));
        }
        for (size_t i = 0; i < count && !found; i++) {
            TRY(compare_with(work, interview, step, &own, &others[i], &found));
        }
        TRY(band_insert(work, &(struct band_insert_args){.organisation_id = work->organisation_id,
                                                         .item_id = step->item_id,
                                                         .band = key,
                                                         .step_id = step->id}));
    }
    return OK;
}

enum err interview_note(struct work *work, const char *interview_id, const char *step_id,
                        const char *kind, const char *detail)
{
    return note_insert(work, &(struct note_insert_args){.id = work_new_id(work, "ign"),
                                                        .organisation_id = work->organisation_id,
                                                        .interview_id = interview_id,
                                                        .step_id = step_id,
                                                        .note_kind = kind,
                                                        .detail = detail,
                                                        .found_at = work->now_us});
}
