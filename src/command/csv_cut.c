#include "command/csv_cut.h"

#include <stdio.h>
#include <string.h>
#if defined(__x86_64__)
#include <emmintrin.h>
#endif

#include "base/arena.h"
#include "base/csv.h"
#include "base/text.h"

/* One bit for each of 64 bytes. */
struct marks {
    uint64_t ends;    /* commas and line ends */
    uint64_t special; /* what needs a second look: quotes, returns, bytes that are not ASCII, NUL */
};

#if defined(__x86_64__)

static inline uint64_t bits_of(const __m128i *mask)
{
    return (uint64_t)(uint32_t)_mm_movemask_epi8(*mask);
}

static inline struct marks look(const char *at)
{
    const __m128i comma = _mm_set1_epi8(',');
    const __m128i line_end = _mm_set1_epi8('\n');
    const __m128i quote = _mm_set1_epi8('"');
    const __m128i carriage_return = _mm_set1_epi8('\r');
    struct marks marks = {0};

    for (int i = 0; i < 4; i++) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)(at + 16 * i));
        __m128i ends = _mm_or_si128(_mm_cmpeq_epi8(bytes, comma), _mm_cmpeq_epi8(bytes, line_end));
        __m128i special =
            _mm_or_si128(_mm_cmpeq_epi8(bytes, quote), _mm_cmpeq_epi8(bytes, carriage_return));

        /* signed: below one are NUL and all that is not ASCII */
        special = _mm_or_si128(special, _mm_cmplt_epi8(bytes, _mm_set1_epi8(1)));
        marks.ends |= bits_of(&ends) << (16 * i);
        marks.special |= bits_of(&special) << (16 * i);
    }
    return marks;
}

#else

static inline struct marks look(const char *at)
{
    struct marks marks = {0};

    for (int i = 0; i < 64; i++) {
        unsigned char c = (unsigned char)at[i];

        marks.ends |= (uint64_t)(c == ',' || c == '\n') << i;
        marks.special |= (uint64_t)(c == '"' || c == '\r' || c == 0 || c >= 0x80) << i;
    }
    return marks;
}

#endif

/* Eight digits at once, the first in the lowest byte. */
static inline bool eight_digits(uint64_t text, uint32_t *out)
{
    uint64_t digits = text ^ 0x3030303030303030U;

    if (((digits | (digits + 0x7676767676767676U)) & 0x8080808080808080U) != 0) {
        return false;
    }
    digits = digits * 10 + (digits >> 8);
    digits = (((digits & 0x000000FF000000FFU) * 0x000F424000000064U) +
              (((digits >> 16) & 0x000000FF000000FFU) * 0x0000271000000001U)) >>
             32;
    *out = (uint32_t)digits;
    return true;
}

#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__

/* One to eight bytes at `at`, the rest filled up with zeros that lead; eight may be read. */
static inline uint64_t leading_zeros(const char *at, uint32_t size)
{
    uint64_t text;

    memcpy(&text, at, sizeof(text));
    /* in two steps, for a shift by 64 is none */
    return text << (64 - 8 * size) | 0x3030303030303030U >> (4 * size) >> (4 * size);
}

#else

static inline uint64_t leading_zeros(const char *at, uint32_t size)
{
    uint64_t text = 0;

    for (uint32_t i = 0; i < 8; i++) {
        text |= (uint64_t)(unsigned char)(i < 8 - size ? '0' : at[i - (8 - size)]) << (8 * i);
    }
    return text;
}

#endif

static inline uint32_t number_of(const char *at, uint32_t size)
{
    uint32_t value = 0;
    uint32_t lead = 0;

    if (size - 1 > 8 || (size > 1 && *at == '0')) {
        return CELL_NO_NUMBER;
    }
    if (size == 9) {
        lead = (uint32_t)(unsigned char)*at++ - '0';
        size--;
    }
    return lead < 10 && eight_digits(leading_zeros(at, size), &value) ? lead * 100000000 + value
                                                                      : CELL_NO_NUMBER;
}

uint32_t cut_room_for(const struct cut_plan *plan, uint32_t size)
{
    return size / (plan->width < 2 ? 2 : plan->width) + 1;
}

/* The column to name when a row has `count` fields: the first that is missing, or the last. */
static const char *column_at(const struct cut_plan *plan, uint32_t count)
{
    const char *name = "";

    for (uint32_t k = 0; k < plan->width; k++) {
        if (plan->place[k] != CUT_PASSED) {
            name = plan->columns[plan->place[k]].name;
            if (k >= count) {
                break;
            }
        }
    }
    return name;
}

static enum err wrong_count(struct cut *cut, uint32_t line, uint32_t count)
{
    const char *column = column_at(cut->plan, count);

    return fail_line(&cut->fault, ERR_INVALID, line, column,
                     "the row has %s%u field%s, but the header names %u%s%s",
                     count > cut->plan->width ? "more than " : "",
                     count > cut->plan->width ? cut->plan->width : count, count == 1 ? "" : "s",
                     cut->plan->width,
                     count < cut->plan->width ? "; the first that is missing is " : "",
                     count < cut->plan->width ? column : "");
}

static enum err empty_field(struct cut *cut, uint32_t line, uint32_t place)
{
    return fail_line(&cut->fault, ERR_INVALID, line, cut->plan->columns[place].name,
                     "the field %s is empty", cut->plan->columns[place].name);
}

/* Keep a field of the row that is being cut. */
static inline __attribute__((always_inline)) enum err
put(struct cut *cut, uint32_t line, uint32_t field, const char *at, uint32_t size)
{
    uint32_t place = cut->plan->place[field];

    if (place == CUT_PASSED) {
        return OK;
    }
    if (__builtin_expect(size == 0, 0) && !cut->plan->columns[place].optional) {
        return empty_field(cut, line, place);
    }
    cut->cells[(size_t)place * cut->row_room + cut->row_count] = (struct cell){
        .at = (uint32_t)(at - cut->text), .size = size, .number = number_of(at, size)};
    return OK;
}

static void end_row(struct cut *cut, uint32_t line)
{
    cut->lines[cut->row_count++] = line;
}

/* The record reader counts fields; people know them by name. */
static enum err name_field(struct cut *cut)
{
    struct fault found = cut->fault;
    unsigned number = 0;

    if (sscanf(found.field, "field %u", &number) != 1 || number == 0 || number > cut->plan->width ||
        cut->plan->place[number - 1] == CUT_PASSED) {
        return found.kind;
    }
    const char *name = cut->plan->columns[cut->plan->place[number - 1]].name;

    return fail_line(&cut->fault, found.kind, found.line, name, "the field %s: %s", name,
                     found.text);
}

/* The record at `from` holds quotes: they are undone, into the place where they stood. Leaves
 * `*from` behind the record. */
static enum err cut_quoted(struct cut *cut, uint32_t *from)
{
    ARENA_SCOPE arena = arena_new();
    struct csv csv = {.rest = {.at = cut->text + *from, .size = cut->to - *from},
                      .separator = ',',
                      .line_next = cut->line_count};
    struct csv_record record;
    char *at = cut->text + *from;

    if (csv_next(&csv, arena, CUT_FIELDS_MAX, &record, &cut->fault) != OK) {
        return name_field(cut);
    }
    if (record.count > 0 && record.count != cut->plan->width) {
        return wrong_count(cut, (uint32_t)csv.line, (uint32_t)record.count);
    }
    for (uint32_t k = 0; k < record.count; k++) {
        memmove(at, record.fields[k].at, record.fields[k].size);
        TRY(put(cut, (uint32_t)csv.line, k, at, (uint32_t)record.fields[k].size));
        at += record.fields[k].size;
    }
    if (record.count > 0) {
        end_row(cut, (uint32_t)csv.line);
    }
    cut->line_count = (uint32_t)csv.line_next;
    *from = (uint32_t)(csv.rest.at - cut->text);
    return OK;
}

static enum err put_checked(struct cut *cut, uint32_t field, const char *at, uint32_t size)
{
    uint32_t place = cut->plan->place[field];

    if (text_check((struct text){.at = at, .size = size}) != size) {
        const char *name = place == CUT_PASSED ? "" : cut->plan->columns[place].name;

        return fail_line(&cut->fault, ERR_INVALID, cut->line_count, name,
                         "the field %s is not valid UTF-8 text", name);
    }
    return put(cut, cut->line_count, field, at, size);
}

/* A line with what needs a second look, but no quote; `end` stands on its line end. */
static enum err cut_unusual(struct cut *cut, const char *at, const char *end)
{
    uint32_t count = 0;

    end -= end > at && end[-1] == '\r';
    if (at == end) {
        return OK;
    }
    for (;;) {
        const char *comma = memchr(at, ',', (size_t)(end - at));
        uint32_t size = (uint32_t)((comma == NULL ? end : comma) - at);

        if (count < cut->plan->width) {
            TRY(put_checked(cut, count, at, size));
        }
        count++;
        if (comma == NULL) {
            break;
        }
        at = comma + 1;
    }
    if (count != cut->plan->width) {
        return wrong_count(cut, cut->line_count, count);
    }
    end_row(cut, cut->line_count);
    return OK;
}

/* Leaves `*from` behind the line, or the record, that ends or goes on at `end`. */
static enum err cut_careful(struct cut *cut, uint32_t *from, uint32_t end)
{
    const char *at = cut->text + *from;
    const char *line_end = cut->text + end;

    if (memchr(at, '"', end - *from) != NULL) {
        return cut_quoted(cut, from);
    }
    TRY(cut_unusual(cut, at, line_end));
    cut->line_count++;
    *from = end + 1;
    return OK;
}

/* A line that is cut already but for its last field, which ends at `end`. */
static inline enum err cut_plain_end(struct cut *cut, uint32_t fields, uint32_t field_from,
                                     uint32_t end)
{
    if (fields == 0 && field_from == end) {
        cut->line_count++;
        return OK;
    }
    if (fields + 1 != cut->plan->width) {
        return wrong_count(cut, cut->line_count, fields + 1);
    }
    TRY(put(cut, cut->line_count, fields, cut->text + field_from, end - field_from));
    end_row(cut, cut->line_count++);
    return OK;
}

static enum err cut_lines(struct cut *cut)
{
    uint32_t line_from = cut->from;

    while (line_from < cut->to) {
        uint32_t field_from = line_from;
        uint32_t fields = 0;
        bool again = false;
        bool unusual = false;

        for (uint32_t window = line_from; window < cut->to && !again; window += 64) {
            struct marks marks = look(cut->text + window);

            for (; marks.ends != 0; marks.ends &= marks.ends - 1) {
                uint32_t bit = (uint32_t)__builtin_ctzll(marks.ends);
                uint32_t end = window + bit;
                uint64_t before = marks.special & ((1ULL << bit) - 1);

                if (end >= cut->to) {
                    break;
                }
                unusual = unusual || before != 0;
                if (cut->text[end] == ',' && !unusual) {
                    if (fields + 1 < cut->plan->width) {
                        TRY(put(cut, cut->line_count, fields, cut->text + field_from,
                                end - field_from));
                    }
                    fields++;
                } else if (cut->text[end] == '\n' && unusual) {
                    TRY(cut_careful(cut, &line_from, end));
                    again = true;
                    break;
                } else if (cut->text[end] == '\n') {
                    TRY(cut_plain_end(cut, fields, field_from, end));
                    line_from = end + 1;
                    fields = 0;
                }
                field_from = end + 1;
            }
            if (!again) {
                unusual = unusual || marks.special != 0;
            }
        }
        if (!again) {
            break;
        }
    }
    return OK;
}

void cut_run(struct cut *cut)
{
    cut->row_count = 0;
    cut->line_count = 0;
    cut->err = cut_lines(cut);
}

size_t cut_whole(const char *text, size_t size)
{
    size_t whole = 0;
    bool quoted = false;

    if (memchr(text, '"', size) == NULL) {
        const char *last = memrchr(text, '\n', size);

        return last == NULL ? 0 : (size_t)(last - text) + 1;
    }
    for (size_t i = 0; i < size; i++) {
        bool opens = i == 0 || text[i - 1] == ',' || text[i - 1] == '\n';

        if (text[i] == '\n' && !quoted) {
            whole = i + 1;
        } else if (text[i] == '"' && quoted && i + 1 < size && text[i + 1] == '"') {
            i++;
        } else if (text[i] == '"' && (quoted || opens)) {
            quoted = !quoted;
        }
    }
    return whole;
}
