#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "engine/verify/math.h"
#include "engine/verify/math_tree.h"

enum { FLAT_MAX = 64, FINE = 6 };

static const double SLACK = MATH_SLACK;

/* ---- values ---- */

/* A decimal of six places or more stands for what rounds to it. */
static bool rounds_to(const struct math_node *decimal, double complex value)
{
    bool negative = decimal->kind == MATH_NEGATE;
    const struct math_node *number = negative ? decimal->parts[0] : decimal;

    if (number->kind != MATH_NUMBER || number->decimals < FINE || number->percent) {
        return false;
    }
    double written = negative ? -number->number : number->number;

    return fabs(creal(value) - written) <= .5 * pow(10, -number->decimals) * (1 + SLACK) &&
           fabs(cimag(value)) < SLACK;
}

/* Digits without the zeros that end a decimal. */
static size_t significant(const struct math_node *number)
{
    size_t size = strlen(number->name);

    while (number->decimals > 0 && size > 0 && number->name[size - 1] == '0') {
        size--;
    }
    return size > 0 && number->name[size - 1] == '.' ? size - 1 : size;
}

/* Written numbers are compared digit by digit: doubles cannot tell large ones apart. */
static bool same_digits(const struct math_node *left, const struct math_node *right)
{
    size_t size = significant(left);

    return size == significant(right) && memcmp(left->name, right->name, size) == 0;
}

static bool is_finite(double complex value)
{
    return isfinite(creal(value)) && isfinite(cimag(value));
}

/* Where variables are below zero, and both have real values there: |x| is not x. */
static bool same_below_zero(const struct math_node *left, const struct math_node *right)
{
    for (int round = MATH_PROBES; round < 2 * MATH_PROBES; round++) {
        double complex a = math_value(left, round);
        double complex b = math_value(right, round);
        bool real = is_finite(a) && is_finite(b) && cimag(a) == 0 && cimag(b) == 0;

        if (real && !math_near(a, b)) {
            return false;
        }
    }
    return true;
}

/* `scale` leads from the left one's unit to the right one's. */
static bool same_at_probes(const struct math_node *left, double scale,
                           const struct math_node *right)
{
    int compared = 0;

    for (int round = 0; round < MATH_PROBES; round++) {
        double complex a = math_value(left, round) * scale;
        double complex b = math_value(right, round);

        if (is_finite(a) != is_finite(b)) {
            return false;
        }
        if (is_finite(a) && !math_near(a, b) && !rounds_to(left, b) && !rounds_to(right, a)) {
            return false;
        }
        compared += is_finite(a);
    }
    return compared > 0;
}

/* 28 % is 0.28; it is also what an answer of 28 to a question for a percentage means. */
static bool same_value(const struct math_node *left, const struct math_node *right)
{
    double scale;

    if (!math_units_agree(left->unit, right->unit, &scale)) {
        return false;
    }
    if (left->percent != right->percent) {
        struct math_node bare = left->percent ? *left : *right;

        bare.percent = false;
        if (same_value(left->percent ? right : left, &bare)) {
            return true;
        }
    }
    if (scale == 1 && left->kind == MATH_NUMBER && right->kind == MATH_NUMBER &&
        left->name[0] != '\0' && right->name[0] != '\0' && left->percent == right->percent) {
        return same_digits(left, right) ||
               (left->decimals >= FINE && rounds_to(right, left->number)) ||
               (right->decimals >= FINE && rounds_to(left, right->number));
    }
    bool absolute = math_holds(left, MATH_ABSOLUTE, NULL) || math_holds(right, MATH_ABSOLUTE, NULL);

    return same_at_probes(left, scale, right) && (!absolute || same_below_zero(left, right));
}

/* ---- relations ---- */

static bool is_symbolic(const struct math_node *node)
{
    if (node->kind == MATH_NUMBER || node->kind == MATH_ADD || node->kind == MATH_NEGATE ||
        node->kind == MATH_WORDS) {
        return node->kind == MATH_WORDS;
    }
    for (uint32_t i = 0; i < node->count; i++) {
        if (!is_symbolic(node->parts[i])) {
            return false;
        }
    }
    return true;
}

/* What a chain of relations begins with. */
static const struct math_node *leftmost(const struct math_node *node)
{
    while (math_operator(node) != '\0') {
        node = node->parts[0];
    }
    return node;
}

/* "x = 3", "AB = 4", "(p, q) = (3, 2)", "x = 5 + 6 = 11", "x in S" state what stands last; "x = 1/3
 * ~ .3" what stands before the rounding, which "x ~ .3" has not. Anything else states itself. */
static const struct math_node *stated(const struct math_node *node)
{
    while (math_operator(node) == TOKEN_ABOUT) {
        const struct math_node *exact = node->parts[0];
        bool name = is_symbolic(exact) && !math_constant(exact);

        node = node->parts[name ? 1 : 0];
    }
    char operator= math_operator(node);

    if (operator!= '=' && operator!= TOKEN_IN) {
        return node;
    }
    const struct math_node *first = node;
    const struct math_node *name = leftmost(node);
    bool circular = false; /* "x = 5x = 6" defines nothing */

    while (math_operator(first) == '=' || math_operator(first) == TOKEN_IN) {
        circular = circular || (name->kind == MATH_SYMBOL &&
                                math_holds(first->parts[1], MATH_SYMBOL, name->name));
        first = first->parts[0];
    }
    bool defines = is_symbolic(first) || math_operator(node->parts[0]) == '=';

    return defines && !circular ? node->parts[1] : node;
}

/* Sides differ by one factor: the same equation. */
static bool same_equation(const struct math_node *left, const struct math_node *right)
{
    double complex factor = 0;

    for (int round = 0; round < MATH_PROBES; round++) {
        double complex a = math_value(left->parts[0], round) - math_value(left->parts[1], round);
        double complex b = math_value(right->parts[0], round) - math_value(right->parts[1], round);

        if (!(cabs(a) > SLACK) || !(cabs(b) > SLACK)) {
            return false;
        }
        if (round > 0 && !math_near(a / b, factor)) {
            return false;
        }
        factor = a / b;
    }
    return true;
}

/* ---- collections ---- */

struct flat {
    const struct math_node *at[FLAT_MAX];
    size_t count;
    bool full;
};

/* A copy of `node` with its first plus-or-minus decided. */
static struct math_node *decide(struct arena *arena, const struct math_node *node, bool plus,
                                bool *found)
{
    struct math_node *copy = math_new(arena, node->kind, node->count);
    struct math_node **parts = copy->parts;

    *copy = *node;
    copy->parts = parts;
    for (uint32_t i = 0; i < node->count; i++) {
        parts[i] = *found ? node->parts[i] : decide(arena, node->parts[i], plus, found);
    }
    if (node->kind == MATH_PLUS_MINUS && !*found) {
        *found = true;
        copy->kind = MATH_ADD;
        if (!plus) {
            struct math_node *minus = math_new(arena, MATH_NEGATE, 1);

            minus->parts[0] = parts[1];
            parts[1] = minus;
        }
    }
    return copy;
}

/* Parts of a list, with assignments reduced to their values and both signs written out. */
static void flatten(struct arena *arena, const struct math_node *node, struct flat *out, int depth)
{
    bool found = false;

    node = stated(node);
    if (node->kind == MATH_LIST || node->kind == MATH_SET) {
        for (uint32_t i = 0; i < node->count; i++) {
            flatten(arena, node->parts[i], out, depth);
        }
        return;
    }
    if (depth > 0 && node->kind != MATH_TUPLE) {
        const struct math_node *plus = decide(arena, node, true, &found);

        if (found) {
            found = false;
            const struct math_node *minus = decide(arena, node, false, &found);

            flatten(arena, plus, out, depth - 1);
            flatten(arena, minus, out, depth - 1);
            return;
        }
    }
    if (out->count < FLAT_MAX) {
        out->at[out->count++] = node;
    } else {
        out->full = true;
    }
}

static bool same_in_order(struct arena *arena, const struct math_node *left,
                          const struct math_node *right)
{
    if (left->count != right->count) {
        return false;
    }
    for (uint32_t i = 0; i < left->count; i++) {
        if (!math_same(arena, left->parts[i], right->parts[i])) {
            return false;
        }
    }
    return true;
}

static bool contains(struct arena *arena, const struct flat *list, const struct math_node *wanted)
{
    for (size_t i = 0; i < list->count; i++) {
        if (math_same(arena, list->at[i], wanted)) {
            return true;
        }
    }
    return false;
}

/* As sets: order and repetition say nothing. */
static bool same_in_any_order(struct arena *arena, const struct flat *left,
                              const struct flat *right)
{
    if (left->full || right->full) {
        return false;
    }
    for (size_t i = 0; i < left->count; i++) {
        if (!contains(arena, right, left->at[i])) {
            return false;
        }
    }
    for (size_t i = 0; i < right->count; i++) {
        if (!contains(arena, left, right->at[i])) {
            return false;
        }
    }
    return true;
}

static bool is_collection(const struct math_node *node)
{
    return node->kind == MATH_LIST || node->kind == MATH_SET || node->kind == MATH_PLUS_MINUS;
}

static bool same_ratio(struct arena *arena, const struct math_node *left,
                       const struct math_node *right)
{
    if (same_in_order(arena, left, right)) {
        return true;
    }
    double a, b, c, d;

    return math_bound(left->parts[0], &a) && math_bound(left->parts[1], &b) &&
           math_bound(right->parts[0], &c) && math_bound(right->parts[1], &d) && b != 0 && d != 0 &&
           math_near(a / b, c / d);
}

/* 3:4 where three quarters are asked for. */
static bool same_quotient(const struct math_node *left, const struct math_node *right)
{
    const struct math_node *ratio = left->kind == MATH_RATIO ? left : right;
    const struct math_node *value = ratio == left ? right : left;
    double above, below, whole;

    return value->kind == MATH_DIVIDE && math_bound(value, &whole) &&
           math_bound(ratio->parts[0], &above) && math_bound(ratio->parts[1], &below) &&
           below != 0 && math_near(above / below, whole);
}

/* Case says nothing in a word; a single letter is a name. */
static bool same_words(const char *left, const char *right)
{
    size_t size = strlen(left);

    if (size != strlen(right) || size == 1) {
        return strcmp(left, right) == 0;
    }
    for (size_t i = 0; i < size; i++) {
        char a = left[i];
        char b = right[i];
        bool letter = (a >= 'a' && a <= 'z') || (a >= 'A' && a <= 'Z');

        if (a != b && !(letter && (a ^ b) == 0x20)) {
            return false;
        }
    }
    return true;
}

/* A product of matrices, where both sides are such. */
static const struct math_node *multiplied(struct arena *arena, const struct math_node *node)
{
    if (node->kind != MATH_MULTIPLY) {
        return node;
    }
    const struct math_node *left = multiplied(arena, node->parts[0]);
    const struct math_node *right = multiplied(arena, node->parts[1]);

    if (left->kind != MATH_MATRIX || right->kind != MATH_MATRIX ||
        left->parts[0]->count != right->count) {
        return node;
    }
    struct math_node *result = math_new(arena, MATH_MATRIX, left->count);

    for (uint32_t row = 0; row < left->count; row++) {
        uint32_t width = right->parts[0]->count;

        result->parts[row] = math_new(arena, MATH_LIST, width);
        for (uint32_t column = 0; column < width; column++) {
            struct math_node *sum = math_new(arena, MATH_NUMBER, 0);

            for (uint32_t k = 0; k < right->count; k++) {
                if (left->parts[row]->count != right->count || right->parts[k]->count != width) {
                    return node;
                }
                sum = math_pair(arena, MATH_ADD, sum,
                                math_pair(arena, MATH_MULTIPLY, left->parts[row]->parts[k],
                                          right->parts[k]->parts[column]));
            }
            result->parts[row]->parts[column] = sum;
        }
    }
    return result;
}

static bool is_sequence(const struct math_node *node)
{
    return node->kind == MATH_LIST || node->kind == MATH_TUPLE || node->kind == MATH_SET;
}

static bool same_collections(struct arena *arena, const struct math_node *left,
                             const struct math_node *right)
{
    struct flat a = {.count = 0};
    struct flat b = {.count = 0};

    /* A tuple keeps its order, also against the same without brackets. */
    if (is_sequence(left) && is_sequence(right) &&
        (left->kind == MATH_TUPLE || right->kind == MATH_TUPLE) && left->count == right->count &&
        same_in_order(arena, left, right)) {
        return true;
    }
    flatten(arena, left, &a, 4);
    flatten(arena, right, &b, 4);
    if (a.count == 1 && b.count == 1 && (a.at[0] == left || b.at[0] == right)) {
        return false;
    }
    return same_in_any_order(arena, &a, &b);
}

bool math_same(struct arena *arena, const struct math_node *left, const struct math_node *right)
{
    bool both_equations = math_operator(left) == '=' && math_operator(right) == '=';

    if (both_equations && math_has_value(left->parts[0]) && math_has_value(left->parts[1]) &&
        math_has_value(right->parts[0]) && math_has_value(right->parts[1]) &&
        same_equation(left, right)) {
        return true;
    }
    left = multiplied(arena, stated(left));
    right = multiplied(arena, stated(right));
    if (math_has_value(left) && math_has_value(right)) {
        return same_value(left, right);
    }
    if (left->kind == MATH_INFINITY && right->kind == MATH_INFINITY) {
        return true;
    }
    if (left->kind == MATH_WORDS || right->kind == MATH_WORDS) {
        return left->name[0] != '\0' && same_words(left->name, right->name);
    }
    if (left->kind == MATH_RATIO && right->kind == MATH_RATIO) {
        return same_ratio(arena, left, right);
    }
    if (left->kind == MATH_RATIO || right->kind == MATH_RATIO) {
        return same_quotient(left, right);
    }
    if (left->kind == MATH_MATRIX && right->kind == MATH_MATRIX) {
        for (uint32_t i = 0; left->count == right->count && i < left->count; i++) {
            if (!same_in_order(arena, left->parts[i], right->parts[i])) {
                return false;
            }
        }
        return left->count == right->count;
    }
    if (math_same_ranges(left, right)) {
        return true;
    }
    bool collections = is_collection(left) || is_collection(right);

    if (collections || (is_sequence(left) && is_sequence(right))) {
        return (collections || left->kind == MATH_TUPLE) && same_collections(arena, left, right);
    }
    return left->kind == right->kind && left->kind == MATH_NEGATE &&
           math_same(arena, left->parts[0], right->parts[0]);
}
