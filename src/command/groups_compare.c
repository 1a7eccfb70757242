#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/response_file.h"
#include "engine/irt/dif.h"
#include "engine/irt/impact.h"
#include "sys/file.h"

static const size_t FILE_SIZE_MAX = (size_t)256 << 20;

enum { GROUPS_MAX = 1000, FIELDS_MAX = 16 };

struct dif_command {
    const char *focal;
};
static const struct field dif_fields[] = {
    TEXT(dif_command, focal, .min = 1, .doc = "Name of the group to protect"),
};
static const struct shape dif_shape = SHAPE(dif_command, dif_fields, "Options of irt dif");

/* One group a line, in the order of the rows. */
static enum err read_groups(struct invocation *call, uint32_t row_count, uint8_t *focal)
{
    const struct dif_command *options = call->options;
    struct text text;
    uint32_t row = 0;

    TRY(file_read(call->arena, call->words[1], FILE_SIZE_MAX, &text, call->fault));
    struct text name;

    while (text_cut(&text, '\n', &name)) {
        name = text_trim(name);
        if (name.size == 0) {
            continue;
        }
        if (row == row_count) {
            return fail(call->fault, ERR_INVALID, "more groups than the %u rows of answers",
                        row_count);
        }
        focal[row++] = text_is(name, options->focal);
    }
    if (row < row_count) {
        return fail(call->fault, ERR_INVALID, "%u groups for %u rows of answers: give one a row",
                    row, row_count);
    }
    return OK;
}

static void put(FILE *to, double value)
{
    if (isfinite(value)) {
        fprintf(to, "\t%.4f", value);
    } else {
        fprintf(to, "\t");
    }
}

static enum err run_dif(struct invocation *call)
{
    static const char *const CLASSES[] = {"not enough data", "A", "B", "C"};
    struct irt_responses responses;

    TRY(response_file_read(call->arena, call->words[0], &responses, call->fault));
    if (responses.weight != NULL) {
        return fail(call->fault, ERR_INVALID,
                    "a column of counts: give one row a person, so that each has a group");
    }
    uint8_t *focal = arena_array(call->arena, uint8_t, responses.row_count + 1);
    struct irt_dif *found = arena_array(call->arena, struct irt_dif, responses.item_count);

    TRY(read_groups(call, responses.row_count, focal));
    TRY(irt_dif(call->arena, &responses, focal, found, call->fault));
    fprintf(call->out, "item\tclass\todds\tdelta\tmean_gap\tchi2\tp\tuniform_p\tcrossing_p\n");
    for (uint32_t i = 0; i < responses.item_count; i++) {
        const struct irt_dif *dif = &found[i];
        const double values[] = {dif->odds, dif->delta,     dif->mean_gap,  dif->chi2,
                                 dif->p,    dif->uniform_p, dif->crossing_p};

        fprintf(call->out, "%s\t%s", responses.names[i], CLASSES[dif->class]);
        for (size_t k = 0; k < COUNT(values); k++) {
            put(call->out, values[k]);
        }
        fprintf(call->out, "\n");
    }
    return OK;
}

/* ------------------------------------------------------------------ rates */

struct rates {
    struct irt_group_rate at[GROUPS_MAX];
    const char *names[GROUPS_MAX];
    uint32_t count;
};

static int column_of(const struct csv_record *header, const char *name)
{
    for (size_t i = 0; i < header->count; i++) {
        if (text_is(text_trim(header->fields[i]), name)) {
            return (int)i;
        }
    }
    return -1;
}

static enum err read_rates(struct invocation *call, struct rates *out)
{
    struct csv_record record;
    struct text text;

    TRY(file_read(call->arena, call->words[0], FILE_SIZE_MAX, &text, call->fault));
    struct csv csv = csv_open(text, ',');

    TRY(csv_next(&csv, call->arena, FIELDS_MAX, &record, call->fault));
    int group = column_of(&record, "group");
    int passed = column_of(&record, "passed");
    int persons = column_of(&record, "persons");

    if (group < 0 || passed < 0 || persons < 0) {
        return fail(call->fault, ERR_INVALID, "the header must name group, passed and persons");
    }
    for (;;) {
        TRY(csv_next(&csv, call->arena, FIELDS_MAX, &record, call->fault));
        if (record.count == 0) {
            return OK;
        }
        if (out->count == GROUPS_MAX) {
            return fail(call->fault, ERR_LIMIT, "more than %d groups", GROUPS_MAX);
        }
        if ((int)record.count <= group || (int)record.count <= passed ||
            (int)record.count <= persons ||
            !text_real(text_trim(record.fields[passed]), &out->at[out->count].passed) ||
            !text_real(text_trim(record.fields[persons]), &out->at[out->count].persons)) {
            return fail_line(call->fault, ERR_INVALID, csv.line, "passed",
                             "passed and persons must be whole numbers");
        }
        struct text name = record.fields[group];

        out->names[out->count++] = arena_copy(call->arena, name.at, name.size);
    }
}

static enum err run_impact(struct invocation *call)
{
    struct rates *rates = arena_new_of(call->arena, struct rates);
    uint32_t reference;

    TRY(read_rates(call, rates));
    struct irt_impact *found = arena_array(call->arena, struct irt_impact, rates->count + 1);

    TRY(irt_impact(rates->at, rates->count, found, &reference, call->fault));
    fprintf(call->out, "group\tpersons\tpassed\trate\tratio\tlow\thigh\tp\tverdict\n");
    for (uint32_t i = 0; i < rates->count; i++) {
        const double values[] = {found[i].rate, found[i].ratio, found[i].interval.low,
                                 found[i].interval.high, found[i].p};

        fprintf(call->out, "%s\t%.0f\t%.0f", rates->names[i], rates->at[i].persons,
                rates->at[i].passed);
        for (size_t k = 0; k < COUNT(values); k++) {
            put(call->out, values[k]);
        }
        fprintf(call->out, "\t%s%s\n", irt_impact_name(found[i].verdict),
                i == reference ? ", reference" : "");
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "irt dif",
     .words = "RESPONSES.csv GROUPS.txt",
     .run = run_dif,
     .options = &dif_shape,
     .summary = "Find items that are harder for one group than for another of the same ability",
     .details = "Reads answers as `irt fit` does, one row a person, and the persons' groups, one a "
                "line.\nMantel-Haenszel with the classes A, B and C, and ordinal logistic "
                "regression.",
     .examples = "  periti irt dif answers.csv groups.txt --focal women"},
    {.name = "irt impact",
     .words = "RATES.csv",
     .run = run_impact,
     .summary = "Compare the rates at which groups pass, with intervals",
     .details = "Reads CSV with the columns group, passed, persons. Groups of fewer than 30 get no "
                "verdict.",
     .examples = "  periti irt impact rates.csv"},
};

const struct command_group fairness_group = {
    .name = "Fairness", .commands = commands, .command_count = COUNT(commands)};
