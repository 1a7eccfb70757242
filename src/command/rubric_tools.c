#include "command/rubric_tools.h"

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/rubric_set.h"
#include "engine/verify/rubric.h"
#include "sys/file.h"

enum { OUT_MODE = 0644 };

struct convert_options {
    const char *to;
    const char *out;
};

static const struct convert_options convert_defaults = {.to = "periti"};

static const struct field convert_fields[] = {
    TEXT(convert_options, to, .doc = "The form that is wanted [periti]", .optional = true,
         .choices = "periti|healthbench|apex|ace|archipelago|tree"),
    TEXT(convert_options, out, .doc = "File to write; without it: standard output",
         .optional = true),
};
const struct shape rubric_convert_shape =
    SHAPE(convert_options, convert_fields, "How to convert", .defaults = &convert_defaults);

enum err rubric_convert(struct invocation *call)
{
    const struct convert_options *given = call->options;
    struct buffer buffer = buffer_new(call->arena);
    struct rubric_set set;

    TRY(rubric_set_read(call->arena, call->words[0], &set, call->fault));
    TRY(rubric_set_write(&set, given->to, &buffer, call->fault));
    if (given->out == NULL) {
        fwrite(buffer.at, 1, buffer.size, call->out);
        return OK;
    }
    TRY(file_write(given->out, buffer_view(&buffer), OUT_MODE, call->fault));
    size_t criteria = 0;

    for (size_t i = 0; i < set.count; i++) {
        criteria += set.at[i].count;
    }
    fprintf(call->out, "%zu rubrics with %zu criteria written to %s\n", set.count, criteria,
            given->out);
    return OK;
}

static const struct rubric *find_rubric(const struct rubric_set *set, const char *id)
{
    for (size_t i = 0; i < set->count; i++) {
        if (strcmp(set->at[i].id, id) == 0) {
            return &set->at[i];
        }
    }
    return NULL;
}

static const struct criterion *find_criterion(const struct rubric *rubric, const char *id)
{
    for (size_t i = 0; rubric != NULL && i < rubric->count; i++) {
        if (strcmp(rubric->criteria[i].id, id) == 0) {
            return &rubric->criteria[i];
        }
    }
    return NULL;
}

static bool same_text(const char *left, const char *right)
{
    return strcmp(left == NULL ? "" : left, right == NULL ? "" : right) == 0;
}

static bool same_needs(const struct criterion *left, const struct criterion *right)
{
    if (left->need_count != right->need_count) {
        return false;
    }
    for (size_t i = 0; i < left->need_count; i++) {
        if (!same_text(left->needs[i], right->needs[i])) {
            return false;
        }
    }
    return true;
}

static size_t print_changes(FILE *to, const struct rubric *rubric, const struct criterion *before,
                            const struct criterion *now)
{
    const struct {
        const char *name;
        const char *before;
        const char *now;
    } texts[] = {{"criterion", before->text, now->text},
                 {"kind", before->kind, now->kind},
                 {"evidence", before->evidence, now->evidence}};
    size_t count = 0;

    for (size_t i = 0; i < COUNT(texts); i++) {
        if (!same_text(texts[i].before, texts[i].now)) {
            fprintf(to, "~\t%s\t%s\t%s\t%s -> %s\n", rubric->id, now->id, texts[i].name,
                    texts[i].before == NULL ? "" : texts[i].before,
                    texts[i].now == NULL ? "" : texts[i].now);
            count++;
        }
    }
    if (before->points != now->points) {
        fprintf(to, "~\t%s\t%s\tpoints\t%g -> %g\n", rubric->id, now->id, before->points,
                now->points);
        count++;
    }
    if (!same_needs(before, now) || before->secondary != now->secondary ||
        before->hurdle != now->hurdle || before->grounded != now->grounded) {
        fprintf(to, "~\t%s\t%s\tneeds or flags\n", rubric->id, now->id);
        count++;
    }
    return count;
}

/* Criteria of `these` that `those` lack. */
static size_t print_lacking(FILE *to, char sign, const struct rubric_set *these,
                            const struct rubric_set *those)
{
    size_t count = 0;

    for (size_t i = 0; i < these->count; i++) {
        const struct rubric *other = find_rubric(those, these->at[i].id);

        for (size_t k = 0; k < these->at[i].count; k++) {
            const struct criterion *one = &these->at[i].criteria[k];

            if (find_criterion(other, one->id) == NULL) {
                fprintf(to, "%c\t%s\t%s\t%s\n", sign, these->at[i].id, one->id, one->text);
                count++;
            }
        }
    }
    return count;
}

enum err rubric_diff(struct invocation *call)
{
    struct rubric_set before;
    struct rubric_set now;
    size_t changes = 0;

    TRY(rubric_set_read(call->arena, call->words[0], &before, call->fault));
    TRY(rubric_set_read(call->arena, call->words[1], &now, call->fault));
    changes += print_lacking(call->out, '-', &before, &now);
    changes += print_lacking(call->out, '+', &now, &before);
    for (size_t i = 0; i < now.count; i++) {
        const struct rubric *old = find_rubric(&before, now.at[i].id);

        for (size_t k = 0; k < now.at[i].count; k++) {
            const struct criterion *one = find_criterion(old, now.at[i].criteria[k].id);

            if (one != NULL) {
                changes += print_changes(call->out, &now.at[i], one, &now.at[i].criteria[k]);
            }
        }
    }
    fprintf(call->out, "%zu changes\n", changes);
    return OK;
}
