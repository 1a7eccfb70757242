#include "slice/learn/learn_rule.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"

enum { NEW_MIN = 10, NEW_SHARE = 10 };

static const double SLOPE_MIN = 0.25;
static const double SLOPE_MAX = 5;
static const double SLOPE_ERROR_MAX = 0.5;
static const double STEP_ERROR_MAX = 0.75;

bool learn_is_worth(int64_t before, int64_t now)
{
    int64_t more = now - before;

    return now < before || (more >= NEW_MIN && more * NEW_SHARE >= before);
}

uint32_t learn_code(int64_t person, int64_t scorer, int64_t model)
{
    if (person >= 0) {
        return (uint32_t)person;
    }
    return model < 0 ? ITEM_CATEGORIES + (uint32_t)scorer
                     : 2 * ITEM_CATEGORIES + (uint32_t)(scorer * ITEM_CATEGORIES + model);
}

void learn_code_chances(const double *person, const double *scorer, const double *model,
                        double out[static ITEM_CATEGORIES * LEARN_CODES])
{
    const double ways = 3; /* who speaks is no evidence: each way has the same chance */

    for (size_t truth = 0; truth < ITEM_CATEGORIES; truth++) {
        double *row = &out[truth * LEARN_CODES];

        for (size_t a = 0; a < ITEM_CATEGORIES; a++) {
            double by_scorer = scorer[truth * ITEM_CATEGORIES + a];

            row[a] = person[truth * ITEM_CATEGORIES + a] / ways;
            row[ITEM_CATEGORIES + a] = by_scorer / ways;
            for (size_t b = 0; b < ITEM_CATEGORIES; b++) {
                row[2 * ITEM_CATEGORIES + a * ITEM_CATEGORIES + b] =
                    by_scorer * model[truth * ITEM_CATEGORIES + b] / ways;
            }
        }
    }
}

bool learn_holds(const struct irt_item *item, const struct irt_item *errors)
{
    bool holds = item->slope >= SLOPE_MIN && item->slope <= SLOPE_MAX &&
                 errors->slope <= SLOPE_ERROR_MAX * fmax(1, item->slope);

    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        holds &= errors->intercept[k] <= STEP_ERROR_MAX; /* not where it is NaN */
    }
    return holds;
}

/* In the middle of its steps. */
static double difficulty(const struct irt_item *item)
{
    double sum = 0;

    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        sum += irt_item_difficulty(item, k) / (item->category_count - 1);
    }
    return sum;
}

double learn_anchor(const struct irt_item *priors, struct irt_item *items, size_t count)
{
    double shift = 0;

    for (size_t i = 0; i < count; i++) {
        shift += (difficulty(&priors[i]) - difficulty(&items[i])) / (double)count;
    }
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k + 1 < items[i].category_count; k++) {
            items[i].intercept[k] -= items[i].slope * shift;
        }
    }
    return shift;
}

const char *learn_consensus(struct arena *arena, const char *const *marks, size_t count)
{
    static const char LETTERS[] = "npm";
    size_t width = strlen(marks[0]);
    char *out = arena_array(arena, char, width + 1);

    for (size_t c = 0; c < width; c++) {
        size_t met[sizeof(LETTERS)] = {0};
        size_t below = 0;
        size_t letter = 0;

        for (size_t i = 0; i < count; i++) {
            const char *found = c < strlen(marks[i]) ? strchr(LETTERS, marks[i][c]) : NULL;

            met[found == NULL ? 0 : found - LETTERS]++;
        }
        /* The median; of an even number, the lower middle one and the upper one in between. */
        while (below + met[letter] <= (count - 1) / 2) {
            below += met[letter++];
        }
        size_t upper = letter;

        while (below + met[upper] <= count / 2) {
            below += met[upper++];
        }
        out[c] = LETTERS[(letter + upper) / 2];
    }
    return out;
}

struct learn_agreement learn_agree(const uint32_t *left, const uint32_t *right, size_t count)
{
    double table[ITEM_CATEGORIES][ITEM_CATEGORIES] = {0};
    double rows[ITEM_CATEGORIES] = {0};
    double columns[ITEM_CATEGORIES] = {0};
    double seen = 0;
    double chance = 0;
    struct learn_agreement found = {0};

    for (size_t i = 0; i < count; i++) {
        table[left[i]][right[i]]++;
        rows[left[i]]++;
        columns[right[i]]++;
        found.alike += (left[i] == right[i]) / (double)count;
    }
    for (size_t a = 0; a < ITEM_CATEGORIES; a++) {
        for (size_t b = 0; b < ITEM_CATEGORIES; b++) {
            double distance = ((double)a - (double)b) * ((double)a - (double)b);

            seen += distance * table[a][b];
            chance += distance * rows[a] * columns[b] / fmax(1, (double)count);
        }
    }
    found.kappa = chance > 0 ? 1 - seen / chance : 0;
    return found;
}

bool learn_is_better(struct learn_agreement before, struct learn_agreement after)
{
    return after.kappa >= before.kappa && after.kappa > 0;
}
