#pragma once

/* When a model's verdict stands, and what a criterion's marks come to. Pure. */

#include <stdbool.h>
#include <stdint.h>

#include "num/interval.h"

enum mark_verdict { MARK_MET, MARK_NOT_MET, MARK_COULD_NOT };

/* What the client asks of a model before it grades alone. */
struct judge_gate {
    double agreement_min; /* the lower bound of its agreement with people, from here on */
    int64_t double_min;   /* criteria that both judged, at least */
    double expert_share;  /* of its verdicts that go to people all the same */
    int64_t seed;
};

struct judge_standing {
    int64_t double_count; /* criteria of answers that the model and people judged */
    int64_t agreed_count;
    struct interval agreement; /* Wilson (1927), 95 %; 0 to 1 where nothing was judged twice */
    bool alone;
};
struct judge_standing judge_stand(const struct judge_gate *gate, int64_t double_count,
                                  int64_t agreed_count);

/* Is this verdict one of the share that goes to people? The same for the same seed, whoever asks.
 */
bool judge_is_drawn(const struct judge_gate *gate, const char *response, const char *criterion);

/* How many graders said what; of models only those whose verdict stands alone. */
struct tally {
    uint32_t people[3]; /* by enum mark_verdict */
    uint32_t models[3];
};

enum settled_by { SETTLED_OPEN, SETTLED_PERSON, SETTLED_MODEL };

struct settled {
    enum settled_by by;
    bool met; /* unless open */
};

/* People decide where more of them say one thing than the other; where none of them could, models
 * that stand alone. "Could not grade" is no vote. */
struct settled marks_settle(const struct tally *tally);
