#include <string.h>

#include "base/arena.h"
#include "engine/verify/math.h"
#include "engine/verify/math_tree.h"

struct parser {
    struct arena *arena;
    const struct math_token *at;
    int depth;
    int bars; /* open absolute values */
    bool failed;
};

static struct math_node *read_list(struct parser *parser);
static struct math_node *read_sum(struct parser *parser);
static struct math_node *read_product(struct parser *parser);

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

static struct math_node *wrap(struct parser *parser, enum math_kind kind, struct math_node *part)
{
    struct math_node *node = math_new(parser->arena, kind, 1);

    node->parts[0] = part;
    return node;
}

static struct math_node *number(struct parser *parser, double value)
{
    struct math_node *node = math_new(parser->arena, MATH_NUMBER, 0);

    node->number = value;
    return node;
}

static struct math_node *refuse(struct parser *parser)
{
    parser->failed = true;
    return number(parser, 0);
}

static bool take(struct parser *parser, char kind)
{
    bool there = parser->at->kind == kind;

    parser->at += there;
    return there;
}

/* A growing list of parts; ends as one node of `kind`, or as the part itself when there is one. */
struct parts {
    struct math_node **at;
    uint32_t count;
    uint32_t room;
};

static void add(struct parser *parser, struct parts *parts, struct math_node *node)
{
    if (parts->count == parts->room) {
        uint32_t room = parts->room == 0 ? 4 : parts->room * 2;
        struct math_node **larger = arena_array(parser->arena, struct math_node *, room);

        for (uint32_t i = 0; i < parts->count; i++) {
            larger[i] = parts->at[i];
        }
        *parts = (struct parts){.at = larger, .count = parts->count, .room = room};
    }
    parts->at[parts->count++] = node;
}

static struct math_node *gather(struct parser *parser, enum math_kind kind, struct parts parts)
{
    if (parts.count == 1) {
        return parts.at[0];
    }
    struct math_node *node = math_new(parser->arena, kind, 0);

    node->parts = parts.at;
    node->count = parts.count;
    return node;
}

/* ---- the smallest pieces ---- */

static struct math_node *read_braces(struct parser *parser)
{
    parser->at++;
    struct math_node *inner = read_list(parser);

    return take(parser, '}') ? inner : refuse(parser);
}

/* The argument of \frac, ^ or a root: braces, or one digit or letter. The rest of a longer number
 * goes on: \frac13 and x^23 read 1, 3 and 2. */
static struct math_node *read_argument(struct parser *parser, struct math_token *rest)
{
    const struct math_token *token = parser->at;

    if (token->kind == '{') {
        return read_braces(parser);
    }
    if (token->kind == TOKEN_NUMBER && rest != NULL && strlen(token->name) > 1 &&
        token->decimals < 0) {
        *rest = *token;
        rest->name = token->name + 1;
        (void)text_real(text_of(rest->name), &rest->number);
        parser->at++;
        return number(parser, token->name[0] - '0');
    }
    if (token->kind == TOKEN_NUMBER || token->kind == TOKEN_SYMBOL) {
        struct math_node *node = number(parser, token->number);

        node->kind = token->kind == TOKEN_NUMBER ? MATH_NUMBER : MATH_SYMBOL;
        node->name = token->name;
        node->decimals = token->decimals;
        parser->at++;
        return node;
    }
    return refuse(parser);
}

static struct math_node *read_fraction(struct parser *parser)
{
    struct math_token rest = {.kind = TOKEN_END};
    struct math_node *above = read_argument(parser, &rest);

    if (rest.kind == TOKEN_NUMBER) {
        struct math_node *below = number(parser, rest.number);

        below->name = rest.name;
        return math_pair(parser->arena, MATH_DIVIDE, above, below);
    }
    return math_pair(parser->arena, MATH_DIVIDE, above, read_argument(parser, NULL));
}

static struct math_node *call(struct parser *parser, const char *name, struct math_node *of)
{
    struct math_node *node = wrap(parser, MATH_CALL, of);

    node->name = name;
    return node;
}

static struct math_node *read_root(struct parser *parser)
{
    struct math_node *degree = NULL;

    if (take(parser, '[')) {
        degree = read_sum(parser);
        if (!take(parser, ']')) {
            return refuse(parser);
        }
    }
    struct math_node *of;

    if (take(parser, '(')) {
        of = read_sum(parser);
        if (!take(parser, ')')) {
            return refuse(parser);
        }
    } else {
        of = read_argument(parser, NULL);
    }
    if (degree == NULL) {
        return call(parser, "sqrt", of);
    }
    return math_pair(parser->arena, MATH_POWER, of,
                     math_pair(parser->arena, MATH_DIVIDE, number(parser, 1), degree));
}

static struct math_node *read_matrix(struct parser *parser)
{
    struct parts rows = {0};

    while (!parser->failed && parser->at->kind != TOKEN_MATRIX_END) {
        struct parts cells = {0};

        do {
            add(parser, &cells, read_sum(parser));
        } while (take(parser, '&'));
        struct math_node *row = math_new(parser->arena, MATH_LIST, 0);

        row->parts = cells.at;
        row->count = cells.count;
        add(parser, &rows, row);
        if (!take(parser, TOKEN_ROW)) {
            break;
        }
    }
    struct math_node *matrix = math_new(parser->arena, MATH_MATRIX, 0);

    matrix->parts = rows.at;
    matrix->count = rows.count;
    return take(parser, TOKEN_MATRIX_END) && rows.count > 0 ? matrix : refuse(parser);
}

static struct math_node *read_set(struct parser *parser)
{
    struct math_node *inner = read_list(parser);
    struct math_node *set = inner->kind == MATH_LIST ? inner : wrap(parser, MATH_SET, inner);

    set->kind = MATH_SET;
    return take(parser, TOKEN_SET_CLOSE) ? set : refuse(parser);
}

/* (x), (a, b), [a, b): the brackets of an interval need not match. */
static struct math_node *read_brackets(struct parser *parser, char open)
{
    struct math_node *inner = read_list(parser);
    char close = parser->at->kind;

    if (close != ')' && close != ']') {
        return refuse(parser);
    }
    parser->at++;
    if (inner->kind == MATH_LIST && inner->count == 2 && (open == '[' || close == ']')) {
        inner->kind = MATH_INTERVAL;
        inner->name = arena_print(parser->arena, "%c%c", open, close);
    } else if (inner->kind == MATH_LIST) {
        inner->kind = MATH_TUPLE;
    }
    return inner;
}

static struct math_node *read_bars(struct parser *parser)
{
    parser->bars++;
    struct math_node *inner = read_sum(parser);

    parser->bars--;
    return take(parser, '|') ? wrap(parser, MATH_ABSOLUTE, inner) : refuse(parser);
}

static struct math_node *read_call(struct parser *parser, const char *name)
{
    struct math_node *power = take(parser, '^') ? read_argument(parser, NULL) : NULL;
    struct math_node *of = take(parser, '(')         ? read_brackets(parser, '(')
                           : parser->at->kind == '{' ? read_braces(parser)
                                                     : read_product(parser);
    struct math_node *node = call(parser, name, of);

    return power == NULL ? node : math_pair(parser->arena, MATH_POWER, node, power);
}

static struct math_node *named(struct parser *parser, enum math_kind kind,
                               const struct math_token *token)
{
    struct math_node *node = math_new(parser->arena, kind, 0);

    node->name = token->name;
    node->number = token->number;
    node->decimals = token->decimals;
    return node;
}

static struct math_node *read_atom(struct parser *parser)
{
    const struct math_token *token = parser->at++;

    if (parser->depth > MATH_DEPTH_MAX) {
        return refuse(parser);
    }
    switch (token->kind) {
    case TOKEN_NUMBER:
        return named(parser, MATH_NUMBER, token);
    case TOKEN_SYMBOL:
        return named(parser, MATH_SYMBOL, token);
    case TOKEN_UNIT: /* as a currency before its amount */
        return parser->at->kind == TOKEN_END ? refuse(parser) : read_atom(parser);
    case TOKEN_WORDS:
        return named(parser, MATH_WORDS, token);
    case TOKEN_INFINITY:
        return named(parser, MATH_INFINITY, token);
    case TOKEN_FRACTION:
        return read_fraction(parser);
    case TOKEN_ROOT:
        return read_root(parser);
    case TOKEN_CALL:
        return read_call(parser, token->name);
    case TOKEN_MATRIX:
        return read_matrix(parser);
    case TOKEN_SET_OPEN:
        return read_set(parser);
    case '(':
    case '[':
        return read_brackets(parser, token->kind);
    case '|':
        return read_bars(parser);
    case '{':
        parser->at--;
        return read_braces(parser);
    default:
        parser->at--;
        return refuse(parser);
    }
}

/* ---- operators, from tight to loose ---- */

static void skip_units(struct parser *parser)
{
    while (parser->at->kind == TOKEN_UNIT ||
           (parser->at->kind == TOKEN_WORDS && parser->at[-1].kind != ',')) {
        parser->at++;
        if (parser->at->kind == '^' && parser->at[1].kind == TOKEN_NUMBER) {
            parser->at += 2; /* square metres */
        }
    }
}

static struct math_node *read_power(struct parser *parser)
{
    struct math_node *node = read_atom(parser);

    for (bool more = true; more && !parser->failed;) {
        more = false;
        if (parser->at->kind == '^' && parser->at[1].kind == TOKEN_UNIT) {
            parser->at += 2; /* degrees */
            more = true;
        } else if (parser->at->kind == '^' && parser->at[1].kind == '{' &&
                   parser->at[2].kind == TOKEN_UNIT && parser->at[3].kind == '}') {
            parser->at += 4;
            more = true;
        } else if (take(parser, '^')) {
            bool minus = take(parser, '-');
            struct math_node *power =
                take(parser, '(') ? read_brackets(parser, '(') : read_argument(parser, NULL);

            power = minus ? wrap(parser, MATH_NEGATE, power) : power;
            node = math_pair(parser->arena, MATH_POWER, node, power);
        } else if (parser->at->kind == '!' && node->kind != MATH_WORDS) {
            parser->at++;
            node = wrap(parser, MATH_FACTORIAL, node);
            more = true;
        } else if (take(parser, '%')) {
            node->percent = true;
            more = true;
        }
    }
    if (node->kind != MATH_WORDS) {
        skip_units(parser);
    }
    return node;
}

/* What may follow a factor without a sign between. */
static bool begins_factor(const struct parser *parser)
{
    char kind = parser->at->kind;

    return kind != TOKEN_END &&
           (strchr("0xfFQI({MS", kind) != NULL || (kind == '|' && parser->bars == 0));
}

/* 2\frac{1}{3} is two and a third. */
static bool is_mixed(const struct parser *parser, const struct math_node *left)
{
    return left->kind == MATH_NUMBER && left->decimals < 0 && parser->at->kind == TOKEN_FRACTION &&
           (parser->at[1].kind == TOKEN_NUMBER ||
            (parser->at[1].kind == '{' && parser->at[2].kind == TOKEN_NUMBER &&
             parser->at[3].kind == '}' && parser->at[4].kind == '{' &&
             parser->at[5].kind == TOKEN_NUMBER && parser->at[6].kind == '}'));
}

static struct math_node *read_product(struct parser *parser)
{
    parser->depth++;
    struct math_node *node = read_power(parser);

    while (!parser->failed) {
        if (take(parser, '/')) {
            bool minus = take(parser, '-');
            struct math_node *below = read_power(parser);

            below = minus ? wrap(parser, MATH_NEGATE, below) : below;
            node = math_pair(parser->arena, MATH_DIVIDE, node, below);
        } else if (is_mixed(parser, node)) {
            node = math_pair(parser->arena, MATH_ADD, node, read_power(parser));
        } else if (take(parser, '*')) {
            bool minus = take(parser, '-');
            struct math_node *right = read_power(parser);

            right = minus ? wrap(parser, MATH_NEGATE, right) : right;
            node = math_pair(parser->arena, MATH_MULTIPLY, node, right);
        } else if (begins_factor(parser)) {
            node = math_pair(parser->arena, MATH_MULTIPLY, node, read_power(parser));
        } else {
            break;
        }
    }
    parser->depth--;
    return node;
}

static struct math_node *read_signed(struct parser *parser)
{
    if (take(parser, '-')) {
        return wrap(parser, MATH_NEGATE, read_product(parser));
    }
    if (take(parser, TOKEN_PLUS_MINUS)) {
        return math_pair(parser->arena, MATH_PLUS_MINUS, number(parser, 0), read_product(parser));
    }
    (void)take(parser, '+');
    return read_product(parser);
}

static struct math_node *read_sum(struct parser *parser)
{
    struct math_node *node = read_signed(parser);

    while (!parser->failed) {
        char kind = parser->at->kind;

        if (kind == '+' || kind == TOKEN_PLUS_MINUS) {
            parser->at++;
            node = math_pair(parser->arena, kind == '+' ? MATH_ADD : MATH_PLUS_MINUS, node,
                             read_product(parser));
        } else if (kind == '-') {
            parser->at++;
            node = math_pair(parser->arena, MATH_ADD, node,
                             wrap(parser, MATH_NEGATE, read_product(parser)));
        } else if (kind == TOKEN_UNION) {
            parser->at++;
            node = math_pair(parser->arena, MATH_UNION, node, read_product(parser));
        } else {
            break;
        }
    }
    return node;
}

static struct math_node *read_ratio(struct parser *parser)
{
    struct math_node *node = read_sum(parser);

    while (!parser->failed && take(parser, ':')) {
        node = math_pair(parser->arena, MATH_RATIO, node, read_sum(parser));
    }
    return node;
}

static bool is_relation(char kind)
{
    return kind != TOKEN_END && strchr("=<>lgn~e", kind) != NULL;
}

/* a < b < c becomes a relation whose left side is a relation. */
static struct math_node *read_relation(struct parser *parser)
{
    struct math_node *node = read_ratio(parser);

    while (!parser->failed && is_relation(parser->at->kind)) {
        char *name = arena_print(parser->arena, "%c", parser->at->kind);

        parser->at++;
        node = math_pair(parser->arena, MATH_RELATION, node, read_ratio(parser));
        node->name = name;
    }
    return node;
}

static struct math_node *read_list(struct parser *parser)
{
    struct parts groups = {0};

    parser->depth++;
    if (parser->depth > MATH_DEPTH_MAX) {
        parser->depth--;
        return refuse(parser);
    }
    do {
        struct parts parts = {0};

        do {
            while (take(parser, ',')) {
            }
            char kind = parser->at->kind;

            if (kind == TOKEN_END || kind == TOKEN_SET_CLOSE || kind == '}' || kind == ')' ||
                kind == ']') {
                break;
            }
            add(parser, &parts, read_relation(parser));
        } while (!parser->failed && take(parser, ','));
        if (parts.count > 0) {
            struct math_node *group = gather(parser, MATH_LIST, parts);

            group->kind = parser->at->kind == ';' || groups.count > 0
                              ? (group->kind == MATH_LIST ? MATH_TUPLE : group->kind)
                              : group->kind;
            add(parser, &groups, group);
        }
    } while (!parser->failed && take(parser, ';'));
    parser->depth--;
    return groups.count == 0 ? refuse(parser) : gather(parser, MATH_LIST, groups);
}

struct math_node *math_parse(struct arena *arena, struct text text)
{
    struct parser parser = {.arena = arena, .at = math_tokens(arena, text)};

    if (parser.at == NULL || parser.at->kind == TOKEN_END) {
        return NULL;
    }
    struct math_node *node = read_list(&parser);

    while (parser.at->kind == '.' || parser.at->kind == ',') {
        parser.at++;
    }
    return parser.failed || parser.at->kind != TOKEN_END ? NULL : node;
}
