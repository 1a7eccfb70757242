#include <string.h>

#include "base/arena.h"
#include "engine/verify/math.h"
#include "engine/verify/math_parser.h"

/* ---- operators, from tight to loose ---- */

/* What stands behind a value says nothing, but for a single unit that is known. */
static void take_units(struct parser *parser, struct math_node *node)
{
    int count = 0;

    while (parser->at->kind == TOKEN_UNIT ||
           (parser->at->kind == TOKEN_WORDS && parser->at[-1].kind != ',')) {
        count++;
        node->unit = count == 1 && math_unit_known(parser->at->name) ? parser->at->name : NULL;
        parser->at++;
        if (parser->at->kind == '^' && parser->at[1].kind == TOKEN_NUMBER) {
            parser->at += 2; /* square metres */
            node->unit = NULL;
        }
    }
}

/* ^\circ, with or without braces, and the sign itself. */
static bool take_degrees(struct parser *parser)
{
    const struct math_token *at = parser->at;
    bool raised = at->kind == '^';
    bool braces = raised && at[1].kind == '{';
    const struct math_token *sign = &at[braces ? 2 : raised ? 1 : 0];
    bool there = sign->kind == TOKEN_UNIT && strcmp(sign->name, "circ") == 0 &&
                 (!braces || sign[1].kind == '}');

    parser->at = there ? sign + (braces ? 2 : 1) : at;
    return there;
}

/* An angle in an argument; elsewhere degrees say nothing. */
static struct math_node *in_degrees(struct parser *parser, struct math_node *node)
{
    return parser->calls == 0 ? node
                              : math_pair(parser->arena, MATH_MULTIPLY, node,
                                          parse_number(parser, 3.14159265358979323846 / 180));
}

static struct math_node *read_power(struct parser *parser)
{
    struct math_node *node = parse_atom(parser);

    for (bool more = true; more && !parser->failed;) {
        more = take_degrees(parser);
        if (more) {
            node = in_degrees(parser, node);
            continue;
        }
        if (parse_take(parser, '^')) {
            bool minus = parse_take(parser, '-');
            struct math_node *power = parse_take(parser, '(') ? parse_brackets(parser, '(')
                                                              : parse_argument(parser, NULL);

            power = minus ? parse_wrap(parser, MATH_NEGATE, power) : power;
            node = math_pair(parser->arena, MATH_POWER, node, power);
        } else if (parser->at->kind == '!' && node->kind != MATH_WORDS) {
            parser->at++;
            node = parse_wrap(parser, MATH_FACTORIAL, node);
            more = true;
        } else if (parse_take(parser, '%')) {
            node->percent = true;
            more = true;
        }
    }
    if (node->kind != MATH_WORDS) {
        take_units(parser, node);
    }
    return node;
}

/* What may follow a factor without a sign between. */
static bool begins_factor(const struct parser *parser)
{
    char kind = parser->at->kind;

    return kind != TOKEN_END &&
           (strchr("0xfFBQI({MS", kind) != NULL || (kind == '|' && parser->bars == 0));
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

/* 2 1/3 likewise; any other number after a number is no factor. */
static struct math_node *read_plain_mixed(struct parser *parser, struct math_node *whole)
{
    const struct math_token *at = parser->at;
    bool mixed = whole->kind == MATH_NUMBER && whole->decimals < 0 && at->decimals < 0 &&
                 at[1].kind == '/' && at[2].kind == TOKEN_NUMBER && at[2].decimals < 0;

    if (!mixed) {
        return parse_refuse(parser);
    }
    parser->at += 3;
    return math_pair(parser->arena, MATH_ADD, whole,
                     math_pair(parser->arena, MATH_DIVIDE, parse_number(parser, at->number),
                               parse_number(parser, at[2].number)));
}

struct math_node *parse_product(struct parser *parser)
{
    parser->depth++;
    struct math_node *node = read_power(parser);

    while (!parser->failed) {
        if (parse_take(parser, '/')) {
            bool minus = parse_take(parser, '-');
            struct math_node *below = read_power(parser);

            below = minus ? parse_wrap(parser, MATH_NEGATE, below) : below;
            node = math_pair(parser->arena, MATH_DIVIDE, node, below);
        } else if (is_mixed(parser, node)) {
            node = math_pair(parser->arena, MATH_ADD, node, read_power(parser));
        } else if (parser->at->kind == TOKEN_NUMBER && node->kind == MATH_NUMBER) {
            node = read_plain_mixed(parser, node);
        } else if (parse_take(parser, '*')) {
            bool minus = parse_take(parser, '-');
            struct math_node *right = read_power(parser);

            right = minus ? parse_wrap(parser, MATH_NEGATE, right) : right;
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
    if (parse_take(parser, '-')) {
        return parse_wrap(parser, MATH_NEGATE, parse_product(parser));
    }
    if (parse_take(parser, TOKEN_PLUS_MINUS)) {
        return math_pair(parser->arena, MATH_PLUS_MINUS, parse_number(parser, 0),
                         parse_product(parser));
    }
    (void)parse_take(parser, '+');
    return parse_product(parser);
}

struct math_node *parse_sum(struct parser *parser)
{
    struct math_node *node = read_signed(parser);

    while (!parser->failed) {
        char kind = parser->at->kind;

        if (kind == '+' || kind == TOKEN_PLUS_MINUS) {
            parser->at++;
            node = math_pair(parser->arena, kind == '+' ? MATH_ADD : MATH_PLUS_MINUS, node,
                             parse_product(parser));
        } else if (kind == '-') {
            parser->at++;
            node = math_pair(parser->arena, MATH_ADD, node,
                             parse_wrap(parser, MATH_NEGATE, parse_product(parser)));
        } else if (kind == TOKEN_UNION) {
            parser->at++;
            node = math_pair(parser->arena, MATH_UNION, node, parse_product(parser));
        } else {
            break;
        }
    }
    return node;
}

static struct math_node *read_ratio(struct parser *parser)
{
    struct math_node *node = parse_sum(parser);

    while (!parser->failed && parse_take(parser, ':')) {
        node = math_pair(parser->arena, MATH_RATIO, node, parse_sum(parser));
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

struct math_node *parse_list(struct parser *parser)
{
    struct parts groups = {0};

    parser->depth++;
    if (parser->depth > MATH_DEPTH_MAX) {
        parser->depth--;
        return parse_refuse(parser);
    }
    do {
        struct parts parts = {0};
        bool either = true; /* nothing but "or" between the parts */

        do {
            while (parse_take(parser, ',')) {
                either = either && strcmp(parser->at[-1].name, "or") == 0;
            }
            char kind = parser->at->kind;

            if (kind == TOKEN_END || kind == TOKEN_SET_CLOSE || kind == '}' || kind == ')' ||
                kind == ']') {
                break;
            }
            parse_add(parser, &parts, read_relation(parser));
        } while (!parser->failed && parser->at->kind == ',');
        if (parts.count > 0) {
            struct math_node *group = parse_gather(parser, MATH_LIST, parts);

            group->name = group->kind == MATH_LIST && either ? "or" : group->name;
            group->kind = parser->at->kind == ';' || groups.count > 0
                              ? (group->kind == MATH_LIST ? MATH_TUPLE : group->kind)
                              : group->kind;
            parse_add(parser, &groups, group);
        }
    } while (!parser->failed && parse_take(parser, ';'));
    parser->depth--;
    return groups.count == 0 ? parse_refuse(parser) : parse_gather(parser, MATH_LIST, groups);
}

struct math_node *math_parse(struct arena *arena, struct text text)
{
    struct parser parser = {.arena = arena, .at = math_tokens(arena, text)};

    if (parser.at == NULL || parser.at->kind == TOKEN_END) {
        return NULL;
    }
    struct math_node *node = parse_list(&parser);

    while (parser.at->kind == '.' || parser.at->kind == ',') {
        parser.at++;
    }
    return parser.failed || parser.at->kind != TOKEN_END ? NULL : node;
}
