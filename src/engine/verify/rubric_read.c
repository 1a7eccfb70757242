#include "engine/verify/rubric_read.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"

enum { NODES_MAX = 20'000 };

static bool is_number(const struct json *value)
{
    return value != NULL && (value->kind == JSON_INT || value->kind == JSON_REAL);
}

static size_t count_nodes(const struct json *node)
{
    const struct json *parts = json_member(node, "sub_tasks");
    size_t count = 1;

    for (const struct json *part = parts == NULL ? NULL : parts->first; part != NULL;
         part = part->next) {
        count += part->kind == JSON_OBJECT ? count_nodes(part) : 0;
    }
    return count;
}

struct reader {
    struct rubric_node *nodes;
    size_t count;
    size_t leaf_count;
    struct fault *fault;
};

static enum err read_node(struct reader *reader, const struct json *from, uint32_t parent)
{
    const struct json *parts = json_member(from, "sub_tasks");
    const struct json *weight = json_member(from, "weight");
    const struct json *score = json_member(from, "score");
    uint32_t at = (uint32_t)reader->count++;
    struct rubric_node *node = &reader->nodes[at];
    const char *id = json_text_of(from, "id");
    const char *text = json_text_of(from, "requirements");

    *node = (struct rubric_node){.id = id == NULL ? "" : id,
                                 .text = text == NULL ? "" : text,
                                 .parent = parent,
                                 .weight = 1,
                                 .child_count = parts == NULL ? 0 : parts->count,
                                 .score = is_number(score) ? score->real : (double)NAN};
    if (weight != NULL && !is_number(weight)) {
        return fail_field(reader->fault, ERR_INVALID, node->id, "the weight is no number");
    }
    node->weight = weight == NULL ? 1 : weight->real;
    reader->leaf_count += node->child_count == 0;
    for (const struct json *part = parts == NULL ? NULL : parts->first; part != NULL;
         part = part->next) {
        if (part->kind != JSON_OBJECT) {
            return fail_field(reader->fault, ERR_INVALID, node->id, "a part is no object");
        }
        TRY(read_node(reader, part, at));
    }
    return OK;
}

enum err rubric_read_tree(struct arena *arena, const struct json *root, struct rubric_node **out,
                          size_t *count, size_t *leaf_count, struct fault *fault)
{
    size_t size = count_nodes(root);

    if (size > NODES_MAX) {
        return fail(fault, ERR_INVALID, "the tree has %zu nodes; the most is %d", size, NODES_MAX);
    }
    struct reader reader = {.nodes = arena_array(arena, struct rubric_node, size), .fault = fault};

    TRY(read_node(&reader, root, 0));
    *out = reader.nodes;
    *count = reader.count;
    *leaf_count = reader.leaf_count;
    return OK;
}

static void read_needs(struct arena *arena, const struct json *from, struct criterion *out)
{
    const struct json *needs = json_member(from, "dependent_criteria");

    needs = needs == NULL ? json_member(from, "needs") : needs;

    if (needs == NULL || needs->kind != JSON_LIST) {
        return;
    }
    const char **list = arena_array(arena, const char *, needs->count + 1);

    for (const struct json *need = needs->first; need != NULL; need = need->next) {
        if (need->kind == JSON_TEXT) {
            list[out->need_count++] = need->text;
        }
    }
    out->needs = list;
}

/* `criteria_met`, `autorating`: true, false, or absent; `score`: a number. */
static void read_verdict(const struct json *from, struct criterion *out)
{
    static const char *const NAMES[] = {"criteria_met", "autorating", "passed"};
    const struct json *score = json_member(from, "score");

    for (size_t i = 0; i < COUNT(NAMES); i++) {
        const struct json *met = json_member(from, NAMES[i]);

        if (met != NULL && met->kind == JSON_BOOL) {
            out->scored = true;
            out->score = met->yes;
        }
    }
    if (!out->scored && is_number(score)) {
        out->scored = true;
        out->score = score->real;
    }
}

/* A text, or the first of a list of texts. */
static const char *first_text(const struct json *from, const char *name)
{
    const struct json *member = json_member(from, name);

    if (member != NULL && member->kind == JSON_LIST) {
        member = member->first;
    }
    return member != NULL && member->kind == JSON_TEXT && member->text[0] != '\0' ? member->text
                                                                                  : NULL;
}

static bool is_yes(const struct json *from, const char *name)
{
    const struct json *member = json_member(from, name);

    return member != NULL && member->kind == JSON_BOOL && member->yes;
}

/* What is said about a criterion, in the words of one form or another. */
static void read_nature(const struct json *from, struct criterion *out)
{
    static const char *const KINDS[] = {"kind", "criterion_type", "tags"};
    static const char *const EVIDENCE[] = {"evidence", "sources"};
    const char *weight = json_text_of(from, "weight");

    for (size_t i = 0; i < COUNT(KINDS) && out->kind == NULL; i++) {
        out->kind = first_text(from, KINDS[i]);
    }
    for (size_t i = 0; i < COUNT(EVIDENCE) && out->evidence == NULL; i++) {
        out->evidence = first_text(from, EVIDENCE[i]);
    }
    out->secondary =
        (weight != NULL && strncmp(weight, "Secondary", 9) == 0) || is_yes(from, "secondary");
    out->hurdle = is_yes(from, "hurdle");
    out->grounded = is_yes(from, "grounded");
}

static struct criterion read_criterion(struct arena *arena, const struct json *from, size_t index)
{
    static const char *const TEXTS[] = {"criterion", "description", "criteria", "requirements"};
    const struct json *points = json_member(from, "points");
    const char *id = from->name != NULL ? from->name : json_text_of(from, "id");
    struct criterion out = {.points = is_number(points) ? points->real : 1};

    out.id = id == NULL ? arena_print(arena, "%zu", index + 1) : id;
    for (size_t i = 0; i < COUNT(TEXTS) && out.text == NULL; i++) {
        out.text = json_text_of(from, TEXTS[i]);
    }
    read_needs(arena, from, &out);
    read_nature(from, &out);
    read_verdict(from, &out);
    return out;
}

static enum err read_leaves(struct arena *arena, const struct json *row,
                            const struct criterion **out, size_t *count, struct fault *fault)
{
    struct rubric_node *nodes;
    size_t node_count;
    size_t leaf_count;

    TRY(rubric_read_tree(arena, row, &nodes, &node_count, &leaf_count, fault));
    struct criterion *list = arena_array(arena, struct criterion, leaf_count + 1);

    *count = 0;
    for (size_t i = 0; i < node_count; i++) {
        if (nodes[i].child_count == 0) {
            list[(*count)++] = (struct criterion){.id = nodes[i].id,
                                                  .text = nodes[i].text,
                                                  .points = nodes[i].weight,
                                                  .score = nodes[i].score,
                                                  .scored = !isnan(nodes[i].score)};
        }
    }
    *out = list;
    return OK;
}

enum err rubric_read_criteria(struct arena *arena, const struct json *row,
                              const struct criterion **out, size_t *count, struct fault *fault)
{
    if (json_member(row, "sub_tasks") != NULL) {
        return read_leaves(arena, row, out, count, fault);
    }
    const struct json *items = json_member(row, "rubric_items");

    items = items == NULL ? json_member(row, "rubrics") : items;
    items = items == NULL ? json_member(row, "rubric") : items;
    items = items == NULL ? row : items;
    if (items->kind != JSON_LIST && items->kind != JSON_OBJECT) {
        return fail_field(fault, ERR_INVALID, "rubrics", "the criteria are no list");
    }
    struct criterion *list = arena_array(arena, struct criterion, items->count + 1);

    *count = 0;
    for (const struct json *item = items->first; item != NULL; item = item->next) {
        if (item->kind != JSON_OBJECT) {
            return fail_field(fault, ERR_INVALID, "rubrics", "criterion %zu is no object",
                              *count + 1);
        }
        list[*count] = read_criterion(arena, item, *count);
        (*count)++;
    }
    *out = list;
    return OK;
}
