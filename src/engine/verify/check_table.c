#include <string.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "base/map.h"
#include "engine/verify/check_internal.h"
#include "engine/verify/number.h"

enum { COLUMNS_MAX = 256, ROWS_MAX = 100'000, UNORDERED_ROWS_MAX = 2000 };

struct rows {
    struct csv_record head;
    struct csv_record *at;
    size_t count;
};

static enum err read_rows(struct arena *scratch, struct text text, struct rows *out,
                          struct fault *fault)
{
    struct csv csv = csv_open(text, ',');
    size_t room = 0;

    *out = (struct rows){0};
    TRY(csv_next(&csv, scratch, COLUMNS_MAX, &out->head, fault));
    for (;;) {
        struct csv_record record;

        TRY(csv_next(&csv, scratch, COLUMNS_MAX, &record, fault));
        if (record.count == 0) {
            return OK;
        }
        if (out->count == ROWS_MAX || record.count != out->head.count) {
            return fail_line(fault, ERR_INVALID, csv.line, "",
                             "the row has %zu fields, the header %zu", record.count,
                             out->head.count);
        }
        if (out->count == room) {
            struct csv_record *larger = arena_array(scratch, struct csv_record, room * 2 + 16);

            for (size_t i = 0; i < room; i++) {
                larger[i] = out->at[i];
            }
            out->at = larger;
            room = room * 2 + 16;
        }
        out->at[out->count++] = record;
    }
}

static bool same_cell(const struct check_options *options, struct text left, struct text right)
{
    struct number a;
    struct number b;

    left = text_trim(left);
    right = text_trim(right);
    return text_equal(left, right) ||
           (number_whole(left, &a) && number_whole(right, &b) && a.percent == b.percent &&
            check_close(options, a.value, b.value));
}

/* Where each column of the reference stands in the answer; false: one is missing. */
static bool match_columns(struct arena *scratch, const struct rows *want, const struct rows *got,
                          size_t *column)
{
    struct map *names = map_new(scratch);
    uint32_t found;

    for (size_t i = 0; i < got->head.count; i++) {
        if (map_add(names, text_trim(got->head.fields[i])) != i) {
            return false; /* the same name twice */
        }
    }
    for (size_t i = 0; i < want->head.count; i++) {
        if (!map_find(names, text_trim(want->head.fields[i]), &found)) {
            return false;
        }
        column[i] = found;
    }
    return want->head.count == got->head.count;
}

static size_t cells_right(const struct check_options *options, const struct csv_record *want,
                          const struct csv_record *got, const size_t *column)
{
    size_t right = 0;

    for (size_t i = 0; i < want->count; i++) {
        right += same_cell(options, got->fields[column[i]], want->fields[i]);
    }
    return right;
}

static size_t count_right(const struct check_options *options, struct arena *scratch,
                          const struct rows *want, const struct rows *got, const size_t *column)
{
    bool *used = arena_array(scratch, bool, got->count + 1);
    bool ordered = !options->unordered || want->count > UNORDERED_ROWS_MAX;
    size_t right = 0;

    for (size_t row = 0; row < want->count; row++) {
        size_t best = 0;
        size_t at = row;

        for (size_t k = ordered ? row : 0; k < (ordered ? row + 1 : got->count) && k < got->count;
             k++) {
            size_t here = used[k] ? 0 : cells_right(options, &want->at[row], &got->at[k], column);

            if (here > best) {
                best = here;
                at = k;
            }
        }
        if (best > 0) {
            used[at] = true;
        }
        right += best;
    }
    return right;
}

struct verdict check_table(const struct check_options *options, struct arena *scratch,
                           struct text answer, struct text reference)
{
    struct fault fault = {0};
    struct rows want;
    struct rows got;
    size_t column[COLUMNS_MAX];

    if (read_rows(scratch, reference, &want, &fault) != OK || want.head.count == 0) {
        return verdict_unscored(REASON_VERIFIER,
                                arena_print(scratch, "the reference is no table: %s", fault.text));
    }
    if (read_rows(scratch, answer, &got, &fault) != OK || got.head.count == 0) {
        return verdict_fail(REASON_FORMAT,
                            arena_print(scratch, "the answer is no table: %s", fault.text));
    }
    if (!match_columns(scratch, &want, &got, column)) {
        return verdict_fail(REASON_WRONG, "the columns differ");
    }
    size_t rows = want.count > got.count ? want.count : got.count;
    size_t cells = rows * want.head.count;
    size_t right = count_right(options, scratch, &want, &got, column);

    if (right == cells) {
        return verdict_pass();
    }
    return options->partial
               ? verdict_of_score((double)right / (double)cells)
               : verdict_fail(REASON_WRONG,
                              arena_print(scratch, "%zu of %zu cells are right", right, cells));
}

static struct text next_line(struct text *rest)
{
    struct text line = {0};

    text_cut(rest, '\n', &line);
    while (line.size > 0 && strchr(" \t\r", line.at[line.size - 1]) != NULL) {
        line.size--;
    }
    return line;
}

/* Blanks at line ends and blank lines at the end say nothing. */
struct verdict check_diff(struct arena *scratch, struct text answer, struct text reference)
{
    struct text got = answer;
    struct text want = reference;

    while (got.size > 0 && strchr(" \t\r\n", got.at[got.size - 1]) != NULL) {
        got.size--;
    }
    while (want.size > 0 && strchr(" \t\r\n", want.at[want.size - 1]) != NULL) {
        want.size--;
    }
    for (size_t line = 1; got.size > 0 || want.size > 0; line++) {
        if (!text_equal(next_line(&got), next_line(&want))) {
            return verdict_fail(REASON_WRONG,
                                arena_print(scratch, "line %zu is the first that differs", line));
        }
    }
    return verdict_pass();
}
