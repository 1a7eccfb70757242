#include <math.h>
#include <string.h>

#include "engine/verify/math.h"
#include "engine/verify/math_tree.h"

enum { RANGES_MAX = 64 };

bool math_near(double complex left, double complex right)
{
    double scale = fmax(cabs(left), cabs(right));

    return cabs(left - right) <= MATH_SLACK * fmax(scale, 1e-3);
}

char math_operator(const struct math_node *node)
{
    return node->kind == MATH_RELATION ? node->name[0] : '\0';
}

struct range {
    double low;
    double high;
    bool low_open;
    bool high_open;
};

/* ---- sets of reals as sorted ranges ---- */

struct ranges {
    struct range at[RANGES_MAX];
    size_t count;
};

static bool add_range(struct ranges *ranges, struct range range)
{
    size_t i = ranges->count;

    if (ranges->count == RANGES_MAX || isnan(range.low) || isnan(range.high)) {
        return false;
    }
    for (; i > 0 && ranges->at[i - 1].low > range.low; i--) {
        ranges->at[i] = ranges->at[i - 1];
    }
    ranges->at[i] = range;
    ranges->count++;
    return true;
}

bool math_bound(const struct math_node *node, double *out)
{
    bool negative = node->kind == MATH_NEGATE;
    const struct math_node *inner = negative ? node->parts[0] : node;

    if (inner->kind == MATH_INFINITY) {
        *out = negative ? -(double)INFINITY : (double)INFINITY;
        return true;
    }
    double complex value = math_constant(node) ? math_value(node, 0) : (double complex)NAN;

    *out = creal(value);
    return isfinite(*out) && fabs(cimag(value)) < MATH_SLACK;
}

/* One side of an inequality: `constant op expression` narrows the range. */
static bool narrow(struct range *range, double limit, char operator, bool constant_left)
{
    bool open = operator== '<' || operator== '>';
    bool upper = (operator== '<' || operator== TOKEN_LESS_EQUAL) != constant_left;

    if (operator!= '<' && operator!= '>' && operator!= TOKEN_LESS_EQUAL && operator!=
        TOKEN_GREATER_EQUAL) {
        return false;
    }
    if (upper) {
        range->high = limit;
        range->high_open = open;
    } else {
        range->low = limit;
        range->low_open = open;
    }
    return true;
}

/* "a < e <= b" or "e > a": the range, and the expression that it bounds. */
static bool read_inequality(const struct math_node *node, struct range *range,
                            const struct math_node **subject)
{
    double limit;

    *range = (struct range){-(double)INFINITY, (double)INFINITY, true, true};
    if (math_operator(node->parts[0]) != '\0') {
        const struct math_node *inner = node->parts[0];

        *subject = inner->parts[1];
        return math_operator(inner->parts[0]) == '\0' && math_bound(inner->parts[0], &limit) &&
               narrow(range, limit, math_operator(inner), true) &&
               math_bound(node->parts[1], &limit) &&
               narrow(range, limit, math_operator(node), false);
    }
    if (math_bound(node->parts[1], &limit) && !math_constant(node->parts[0])) {
        *subject = node->parts[0];
        return narrow(range, limit, math_operator(node), false);
    }
    *subject = node->parts[1];
    return math_bound(node->parts[0], &limit) && narrow(range, limit, math_operator(node), true);
}

static bool add_inequality(const struct math_node *node, struct ranges *out)
{
    struct range range;
    const struct math_node *subject;
    double limit;

    if (math_operator(node) == TOKEN_NOT_EQUAL && math_bound(node->parts[1], &limit)) {
        return add_range(out, (struct range){-(double)INFINITY, limit, true, true}) &&
               add_range(out, (struct range){limit, (double)INFINITY, true, true});
    }
    if (!read_inequality(node, &range, &subject)) {
        return false;
    }
    if (subject->kind != MATH_ABSOLUTE) {
        return add_range(out, range);
    }
    if (range.low < 0) {
        return add_range(out,
                         (struct range){-range.high, range.high, range.high_open, range.high_open});
    }
    return add_range(out,
                     (struct range){-range.high, -range.low, range.high_open, range.low_open}) &&
           add_range(out, range);
}

static bool read_ranges(const struct math_node *node, struct ranges *out)
{
    double low;
    double high;

    if (node->kind == MATH_UNION || (node->kind == MATH_LIST && strcmp(node->name, "or") == 0)) {
        for (uint32_t i = 0; i < node->count; i++) {
            if (!read_ranges(node->parts[i], out)) {
                return false;
            }
        }
        return true;
    }
    if (node->kind == MATH_SYMBOL && strcmp(node->name, "R") == 0) {
        return add_range(out, (struct range){-(double)INFINITY, (double)INFINITY, true, true});
    }
    if (node->kind == MATH_RELATION) {
        return add_inequality(node, out);
    }
    bool pair = node->kind == MATH_INTERVAL || (node->kind == MATH_TUPLE && node->count == 2);

    if (!pair || !math_bound(node->parts[0], &low) || !math_bound(node->parts[1], &high)) {
        return false;
    }
    bool tuple = node->kind == MATH_TUPLE;

    return add_range(out, (struct range){low, high, tuple || node->name[0] == '(',
                                         tuple || node->name[1] == ')'});
}

static bool near_limit(double left, double right)
{
    return left == right || (isfinite(left) && isfinite(right) && math_near(left, right));
}

bool math_same_ranges(const struct math_node *left, const struct math_node *right)
{
    struct ranges a = {.count = 0};
    struct ranges b = {.count = 0};

    if (!read_ranges(left, &a) || !read_ranges(right, &b) || a.count != b.count) {
        return false;
    }
    for (size_t i = 0; i < a.count; i++) {
        const struct range *x = &a.at[i];
        const struct range *y = &b.at[i];

        if (!near_limit(x->low, y->low) || !near_limit(x->high, y->high) ||
            (isfinite(x->low) && x->low_open != y->low_open) ||
            (isfinite(x->high) && x->high_open != y->high_open)) {
            return false;
        }
    }
    return true;
}
