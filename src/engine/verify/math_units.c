#include "base/err.h"
#include "engine/verify/math_tree.h"

/* What a unit measures; and how large one is. Months and years are no fixed number of days, and
 * degrees of temperature have no common zero: they are not here. */
enum dimension { LENGTH, MASS, TIME, MONEY };

struct unit {
    const char *names; /* separated by bars */
    enum dimension dimension;
    double size;
};

static const struct unit UNITS[] = {
    {"mm|millimeter|millimeters|millimetre|millimetres", LENGTH, .001},
    {"cm|centimeter|centimeters|centimetre|centimetres", LENGTH, .01},
    {"m|meter|meters|metre|metres", LENGTH, 1},
    {"km|kilometer|kilometers|kilometre|kilometres", LENGTH, 1000},
    {"in|inch|inches", LENGTH, .0254},
    {"ft|foot|feet", LENGTH, .3048},
    {"yd|yard|yards", LENGTH, .9144},
    {"mile|miles", LENGTH, 1609.344},
    {"mg|milligram|milligrams", MASS, 1e-6},
    {"g|gram|grams", MASS, .001},
    {"kg|kilogram|kilograms", MASS, 1},
    {"lb|lbs|pound|pounds", MASS, .45359237},
    {"oz|ounce|ounces", MASS, .028349523125},
    {"ms|millisecond|milliseconds", TIME, .001},
    {"s|sec|second|seconds", TIME, 1},
    {"min|minute|minutes", TIME, 60},
    {"h|hr|hrs|hour|hours", TIME, 3600},
    {"day|days", TIME, 86'400},
    {"week|weeks", TIME, 604'800},
    {"cent|cents", MONEY, .01},
    {"dollar|dollars", MONEY, 1},
};

static const struct unit *look_up(const char *name)
{
    for (size_t i = 0; name != NULL && i < COUNT(UNITS); i++) {
        struct text names = text_of(UNITS[i].names);
        struct text one;

        while (text_cut(&names, '|', &one)) {
            if (text_is(one, name)) {
                return &UNITS[i];
            }
        }
    }
    return NULL;
}

bool math_unit_known(const char *unit)
{
    return look_up(unit) != NULL;
}

bool math_units_agree(const char *left, const char *right, double *scale)
{
    const struct unit *a = look_up(left);
    const struct unit *b = look_up(right);

    *scale = a == NULL || b == NULL ? 1 : a->size / b->size;
    return a == NULL || b == NULL || a->dimension == b->dimension;
}
