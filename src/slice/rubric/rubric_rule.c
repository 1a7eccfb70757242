#include "slice/rubric/rubric_rule.h"

#include <string.h>
#include <xxhash.h>

static const double LEVEL = .95;

struct judge_standing judge_stand(const struct judge_gate *gate, int64_t double_count,
                                  int64_t agreed_count)
{
    struct judge_standing out = {.double_count = double_count,
                                 .agreed_count = agreed_count,
                                 .agreement = {.low = 0, .high = 1}};

    if (double_count > 0) {
        out.agreement = interval_wilson((double)agreed_count, (double)double_count, LEVEL);
        out.alone = double_count >= gate->double_min && out.agreement.low >= gate->agreement_min;
    }
    return out;
}

bool judge_is_drawn(const struct judge_gate *gate, const char *response, const char *criterion)
{
    uint64_t first = XXH3_64bits_withSeed(response, strlen(response), (uint64_t)gate->seed);
    uint64_t both = XXH3_64bits_withSeed(criterion, strlen(criterion), first);

    return (double)(both >> 11) * 0x1p-53 < gate->expert_share;
}

static struct settled decide(const uint32_t votes[3], enum settled_by by)
{
    struct settled open = {.by = SETTLED_OPEN};

    return votes[MARK_MET] == votes[MARK_NOT_MET]
               ? open
               : (struct settled){.by = by, .met = votes[MARK_MET] > votes[MARK_NOT_MET]};
}

struct settled marks_settle(const struct tally *tally)
{
    bool people_said = tally->people[MARK_MET] + tally->people[MARK_NOT_MET] > 0;

    return people_said ? decide(tally->people, SETTLED_PERSON)
                       : decide(tally->models, SETTLED_MODEL);
}
