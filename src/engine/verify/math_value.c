#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/verify/math_tree.h"

struct math_node *math_new(struct arena *arena, enum math_kind kind, uint32_t count)
{
    struct math_node *node = arena_new_of(arena, struct math_node);

    *node = (struct math_node){.kind = kind, .count = count, .decimals = -1, .name = ""};
    node->parts = count == 0 ? NULL : arena_array(arena, struct math_node *, count);
    return node;
}

struct math_node *math_pair(struct arena *arena, enum math_kind kind, struct math_node *left,
                            struct math_node *right)
{
    struct math_node *node = math_new(arena, kind, 2);

    node->parts[0] = left;
    node->parts[1] = right;
    return node;
}

static const double complex NOTHING = (double)NAN;

bool math_has_value(const struct math_node *node)
{
    switch (node->kind) {
    case MATH_NUMBER:
    case MATH_SYMBOL:
        return true;
    case MATH_ADD:
    case MATH_MULTIPLY:
    case MATH_DIVIDE:
    case MATH_POWER:
    case MATH_NEGATE:
    case MATH_CALL:
    case MATH_FACTORIAL:
    case MATH_ABSOLUTE:
        break;
    case MATH_WORDS:
    case MATH_PLUS_MINUS:
    case MATH_LIST:
    case MATH_TUPLE:
    case MATH_SET:
    case MATH_INTERVAL:
    case MATH_UNION:
    case MATH_MATRIX:
    case MATH_RATIO:
    case MATH_RELATION:
    case MATH_INFINITY:
        return false;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (!math_has_value(node->parts[i])) {
            return false;
        }
    }
    return true;
}

bool math_holds(const struct math_node *node, enum math_kind kind, const char *name)
{
    bool found = node->kind == kind && (name == NULL || strcmp(node->name, name) == 0);

    for (uint32_t i = 0; i < node->count && !found; i++) {
        found = math_holds(node->parts[i], kind, name);
    }
    return found;
}

static bool is_constant_name(const char *name)
{
    return strcmp(name, "pi") == 0 || strcmp(name, "e") == 0;
}

bool math_constant(const struct math_node *node)
{
    if (!math_has_value(node) || (node->kind == MATH_SYMBOL && !is_constant_name(node->name))) {
        return false;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (!math_constant(node->parts[i])) {
            return false;
        }
    }
    return true;
}

/* A point between 0.6 and 2.6, irregular, and the same for the same name everywhere; below zero
 * from round MATH_PROBES on. */
static double complex probe(const char *name, int round)
{
    if (strcmp(name, "pi") == 0) {
        return 3.14159265358979323846;
    }
    if (strcmp(name, "e") == 0) {
        return 2.71828182845904523536;
    }
    if (strcmp(name, "i") == 0) {
        return (double complex)I;
    }
    uint64_t hash =
        text_hash(text_of(name)) ^ ((uint64_t)(round + 1) * UINT64_C(0x9E3779B97F4A7C15));

    hash = (hash ^ hash >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    hash ^= hash >> 32;
    double point = .6 + 2 * (double)(hash >> 11) / 9007199254740992.0;

    return round < MATH_PROBES ? point : -point;
}

static double complex call_value(const char *name, double complex x)
{
    static const struct {
        const char *name;
        double complex (*function)(double complex);
    } KNOWN[] = {{"sqrt", csqrt},   {"sin", csin},     {"cos", ccos},     {"tan", ctan},
                 {"arcsin", casin}, {"arccos", cacos}, {"arctan", catan}, {"sinh", csinh},
                 {"cosh", ccosh},   {"tanh", ctanh},   {"log", clog},     {"ln", clog},
                 {"exp", cexp}};

    for (size_t i = 0; i < sizeof(KNOWN) / sizeof(KNOWN[0]); i++) {
        if (strcmp(name, KNOWN[i].name) == 0) {
            return KNOWN[i].function(x);
        }
    }
    if (strcmp(name, "cot") == 0) {
        return 1 / ctan(x);
    }
    if (strcmp(name, "sec") == 0) {
        return 1 / ccos(x);
    }
    if (strcmp(name, "lg") == 0) {
        return clog(x) / log(10);
    }
    return strcmp(name, "csc") == 0 ? 1 / csin(x) : NOTHING;
}

static double complex power_value(double complex base, double complex exponent)
{
    double n = creal(exponent);

    if (cimag(exponent) == 0 && n == floor(n) && fabs(n) <= 64) {
        double complex result = 1;

        for (int i = 0; i < (int)fabs(n); i++) {
            result *= base;
        }
        return n < 0 ? 1 / result : result;
    }
    /* The real root of a negative number, where the degree is odd. */
    double inverse = n == 0 ? 0 : 1 / n;

    if (cimag(base) == 0 && creal(base) < 0 && fabs(inverse - round(inverse)) < 1e-12 &&
        fmod(fabs(round(inverse)), 2) == 1) {
        return -pow(-creal(base), n);
    }
    return cpow(base, exponent);
}

static double complex factorial_value(double complex x)
{
    double n = creal(x);

    return cimag(x) == 0 && n >= 0 && n <= 170 && n == floor(n) ? (double complex)tgamma(n + 1)
                                                                : NOTHING;
}

/* Without a negative zero, which would turn roots round. */
static double complex negative(double complex value)
{
    return (0 - creal(value)) + (0 - cimag(value)) * (double complex)I;
}

static double complex plain_value(const struct math_node *node, int round)
{
    switch (node->kind) {
    case MATH_NUMBER:
        return node->number;
    case MATH_SYMBOL:
        return probe(node->name, round);
    case MATH_ADD:
        return math_value(node->parts[0], round) + math_value(node->parts[1], round);
    case MATH_MULTIPLY:
        return math_value(node->parts[0], round) * math_value(node->parts[1], round);
    case MATH_DIVIDE:
        return math_value(node->parts[0], round) / math_value(node->parts[1], round);
    case MATH_POWER:
        return power_value(math_value(node->parts[0], round), math_value(node->parts[1], round));
    case MATH_NEGATE:
        return negative(math_value(node->parts[0], round));
    case MATH_CALL:
        return call_value(node->name, math_value(node->parts[0], round));
    case MATH_FACTORIAL:
        return factorial_value(math_value(node->parts[0], round));
    case MATH_ABSOLUTE:
        return cabs(math_value(node->parts[0], round));
    case MATH_WORDS:
    case MATH_PLUS_MINUS:
    case MATH_LIST:
    case MATH_TUPLE:
    case MATH_SET:
    case MATH_INTERVAL:
    case MATH_UNION:
    case MATH_MATRIX:
    case MATH_RATIO:
    case MATH_RELATION:
    case MATH_INFINITY:
        break;
    }
    return NOTHING;
}

double complex math_value(const struct math_node *node, int round)
{
    double complex value = plain_value(node, round);

    return node->percent ? value / 100 : value;
}
