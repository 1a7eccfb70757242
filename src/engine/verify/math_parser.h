#pragma once

/* Between the two halves of the reader of formulas: its pieces, and the operators around them. */

#include <stdbool.h>
#include <stdint.h>

#include "engine/verify/math_tree.h"

struct parser {
    struct arena *arena;
    const struct math_token *at;
    int depth;
    int bars;  /* open absolute values */
    int calls; /* of functions: degrees are angles in their arguments */
    bool failed;
};

/* A growing list of parts; ends as one node of `kind`, or as the part itself when there is one. */
struct parts {
    struct math_node **at;
    uint32_t count;
    uint32_t room;
};

bool parse_take(struct parser *parser, char kind); /* step over a token, if it is there */
struct math_node *parse_refuse(struct parser *parser);
struct math_node *parse_wrap(struct parser *parser, enum math_kind kind, struct math_node *part);
struct math_node *parse_number(struct parser *parser, double value);
void parse_add(struct parser *parser, struct parts *parts, struct math_node *node);
struct math_node *parse_collect(struct parser *parser, enum math_kind kind, struct parts parts);
struct math_node *parse_gather(struct parser *parser, enum math_kind kind, struct parts parts);

struct math_node *parse_atom(struct parser *parser);
struct math_node *parse_argument(struct parser *parser, struct math_token *rest);
struct math_node *parse_brackets(struct parser *parser, char open);
struct math_node *parse_product(struct parser *parser);
struct math_node *parse_sum(struct parser *parser);
struct math_node *parse_list(struct parser *parser);
