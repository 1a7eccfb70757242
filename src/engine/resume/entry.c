#include <string.h>

#include "base/arena.h"
#include "engine/resume/resume_inside.h"

/*
 * Entries of work and study. A line with dates is an anchor; lines that describe (bullets, what
 * goes on below them, sentences) part what belongs to one anchor from what belongs to the next.
 */

enum {
    HEAD_WORDS_MAX = 12,
    AFTER_MAX = 4,
    INDENT = 2,
    SENTENCE_WORDS_MIN = 2,
    TITLE_WORDS_MAX = 5,
    ASIDE_WORDS_MAX = 5
};

enum kind { HEAD, BODY, ANCHOR };

struct section {
    struct resume_out *out;
    enum resume_section section;
    struct resume_line *lines;
    enum kind *kinds;
    size_t count;
};

/* Does the span stand at an end of the piece, so that it says when rather than tells of it? */
static bool frames(struct text piece, const struct resume_span *span)
{
    struct text before = resume_strip((struct text){piece.at, span->at}, " ([");
    struct text after = resume_strip(resume_after(piece, span->at + span->size), " )].,;:|");

    if (span->told) {
        return before.size == 0 ||
               (after.size == 0 && resume_word_count(before) <= ASIDE_WORDS_MAX);
    }
    return before.size == 0 || after.size == 0 || resume_word_count(after) <= ASIDE_WORDS_MAX;
}

static bool is_anchor(const struct section *of, const struct resume_line *line)
{
    for (uint32_t i = 0; i < line->count; i++) {
        struct text piece = line->pieces[i].text;
        struct resume_span span;

        if (!resume_span_find(of->out->arena, piece, &span) ||
            resume_word_count(piece) > HEAD_WORDS_MAX + 6 || !frames(piece, &span)) {
            continue;
        }
        bool whole = span.size + 2 >= piece.size;

        if (of->section == SECTION_STUDY || span.start != NULL || whole ||
            (span.exact && !line->bullet && resume_word_count(piece) <= HEAD_WORDS_MAX)) {
            return true;
        }
    }
    return false;
}

/* "…within two years.": a sentence, unless the point ends an abbreviation. */
static bool is_sentence(struct text text)
{
    static const char SHORT[] =
        "inc.|ltd.|co.|corp.|llc.|sc.|eng.|arts.|dr.|ph.d.|jr.|sr.|st.|u.s.";
    const char *blank = text.size == 0 ? NULL : memrchr(text.at, ' ', text.size);

    if (blank == NULL || text.at[text.size - 1] != '.') {
        return resume_word_count(text) > HEAD_WORDS_MAX;
    }
    struct text last = resume_after(text, (size_t)(blank - text.at) + 1);

    return resume_word_count(text) >= SENTENCE_WORDS_MIN && !resume_is_word(last, SHORT);
}

static bool is_label(struct text text)
{
    static const char LABELS[] =
        "highlights|responsibilities|key responsibilities|achievements|key achievements|duties|"
        "accomplishments|courses|relevant coursework|thesis|dissertation|gpa|grade|technologies";

    return resume_word_at(text, 0, LABELS) > 0;
}

/* Where the text of a line begins, when a date to its left is left out. */
static uint32_t text_column(const struct section *of, const struct resume_line *line)
{
    struct resume_span span;

    for (uint32_t i = 0; i + 1 < line->count; i++) {
        if (!resume_span_find(of->out->arena, line->pieces[i].text, &span) ||
            span.size + 2 < line->pieces[i].text.size) {
            return line->pieces[i].column;
        }
    }
    return line->count == 0 ? 0 : line->pieces[line->count - 1].column;
}

/* Dates and places often stand to the right of bullets: they go to the heading above them. */
static void lift_pieces(const struct section *of, struct resume_line *line,
                        struct resume_line *head)
{
    uint32_t kept = 1;

    for (uint32_t i = 1; i < line->count; i++) {
        struct resume_piece piece = line->pieces[i];
        struct resume_span span;
        bool dates =
            resume_span_find(of->out->arena, piece.text, &span) && span.size + 2 >= piece.text.size;

        if (head->count < PIECE_MAX && (dates || resume_is_place(piece.text))) {
            head->pieces[head->count++] = piece;
        } else {
            line->pieces[kept++] = piece;
        }
    }
    line->count = kept;
}

static void lift_right(struct section *of)
{
    struct resume_line *head = NULL;

    for (size_t i = 0; i < of->count; i++) {
        if (!of->lines[i].bullet) {
            head = &of->lines[i];
        } else if (head != NULL && of->lines[i].count > 0) {
            lift_pieces(of, &of->lines[i], head);
        }
    }
}

/* Does the piece go on in the line below: "May 2019 –", "School of"? */
static bool goes_on(struct text text)
{
    static const char *const ENDS[] = {" of", " and", " for", " &",  " –",
                                       " -",  " —",   " in",  " the"};

    if (text.size > 0 && text.at[text.size - 1] == ',') {
        return true;
    }
    for (size_t i = 0; i < COUNT(ENDS); i++) {
        size_t size = strlen(ENDS[i]);

        if (text.size > size && memcmp(text.at + text.size - size, ENDS[i], size) == 0) {
            return true;
        }
    }
    return false;
}

static void join_piece(const struct section *of, struct resume_piece *piece,
                       struct resume_line *below)
{
    for (uint32_t i = 0; i < below->count; i++) {
        struct resume_piece *next = &below->pieces[i];

        if (next->column > piece->column + INDENT || next->column + INDENT < piece->column) {
            continue;
        }
        piece->text = text_of(arena_print(of->out->arena, "%.*s %.*s", (int)piece->text.size,
                                          piece->text.at, (int)next->text.size, next->text.at));
        memmove(next, next + 1, (below->count - i - 1) * sizeof(*next));
        below->count--;
        return;
    }
}

/* Narrow columns break names and dates in two. Lines that lose all they had are left out. */
static void join_broken(struct section *of)
{
    size_t kept = 0;

    for (size_t i = 0; i + 1 < of->count; i++) {
        struct resume_line *line = &of->lines[i];

        for (uint32_t k = 0; k < line->count && !line->bullet && !of->lines[i + 1].bullet; k++) {
            if (goes_on(line->pieces[k].text) &&
                resume_word_count(line->pieces[k].text) <= HEAD_WORDS_MAX) {
                join_piece(of, &line->pieces[k], &of->lines[i + 1]);
            }
        }
    }
    for (size_t i = 0; i < of->count; i++) {
        if (of->lines[i].count > 0) {
            of->lines[kept++] = of->lines[i];
        }
    }
    of->count = kept;
}

/* Bullets that are entries themselves: no other line of the section has dates. */
static bool has_bullet_entries(const struct section *of)
{
    bool bullets = false;

    for (size_t i = 0; i < of->count; i++) {
        if (is_anchor(of, &of->lines[i])) {
            if (!of->lines[i].bullet) {
                return false;
            }
            bullets = true;
        }
    }
    return bullets;
}

struct sorting {
    bool after_bullet;
    uint32_t bullet_mark;
    bool after_body;
    struct resume_line *head; /* the last line that is no description */
    uint32_t head_column;
};

static enum kind kind_of(const struct section *of, const struct resume_line *line,
                         const struct sorting *at, bool bullet_entries)
{
    struct text first = line->pieces[0].text;
    bool anchor = is_anchor(of, line);
    uint32_t column = text_column(of, line);

    if (line->bullet) {
        return !bullet_entries ? BODY : anchor ? ANCHOR : HEAD;
    }
    if (anchor) {
        return ANCHOR;
    }
    bool studies = of->section == SECTION_STUDY && (resume_has_word(first, RESUME_DEGREES) ||
                                                    resume_has_word(first, RESUME_SCHOOLS));

    if ((at->after_bullet && column > at->bullet_mark) || is_label(first) ||
        (line->count == 1 && is_sentence(first))) {
        return studies && !at->after_bullet ? HEAD : BODY;
    }
    bool indented = at->head != NULL && column >= at->head_column + INDENT && line->count == 1;

    return indented && !studies && (of->section == SECTION_WORK || at->after_body) &&
                   (at->after_body || resume_word_count(first) > TITLE_WORDS_MAX ||
                    !resume_has_word(first, RESUME_TITLES))
               ? BODY
               : HEAD;
}

static void sort_lines(struct section *of)
{
    struct sorting at = {0};
    bool bullet_entries = has_bullet_entries(of);

    for (size_t i = 0; i < of->count; i++) {
        struct resume_line *line = &of->lines[i];

        of->kinds[i] = kind_of(of, line, &at, bullet_entries);
        at.after_body = of->kinds[i] == BODY;
        if (of->kinds[i] == BODY) {
            if (line->bullet && !at.after_bullet) {
                at.bullet_mark = line->mark;
            }
            at.after_bullet |= line->bullet;
            continue;
        }
        at.after_bullet = false;
        at.head = line;
        at.head_column = text_column(of, line);
    }
}

/* Has the line words besides its dates? */
static bool says_more(const struct section *of, const struct resume_line *line)
{
    for (uint32_t i = 0; i < line->count; i++) {
        struct resume_span span;

        struct text rest = line->pieces[i].text;

        if (resume_span_find(of->out->arena, rest, &span)) {
            rest = resume_without(rest, &span);
        }
        if (rest.size > 2 && !resume_is_duration(rest)) {
            return true;
        }
    }
    return false;
}

/* The first line of the entry whose anchor is `anchor`, not before `from`. */
static size_t first_line(const struct section *of, size_t from, size_t anchor, size_t lead)
{
    size_t first = from;
    bool parted = false;

    for (size_t i = from; i < anchor; i++) {
        if (of->kinds[i] == BODY) {
            first = i + 1;
            parted = true;
        }
    }
    /* The lines next to the dates, and where the dates stand alone, those above a gap. */
    bool enough = says_more(of, &of->lines[anchor]);

    for (size_t i = anchor; i > first; i--) {
        if (of->lines[i].gap && (enough || i < anchor)) {
            return i;
        }
        enough |= i < anchor;
    }
    if (anchor - first > lead && (lead > 0 || !parted)) {
        first = anchor - lead;
    }
    return first;
}

static void take_piece(struct section *of, const struct resume_piece *piece, bool right,
                       struct resume_entry *entry)
{
    struct text rest = piece->text;
    struct resume_span span;

    if (resume_span_find(of->out->arena, rest, &span)) {
        if (!entry->dated) {
            entry->span = span;
            entry->span_line = piece->line;
            entry->dated = true;
        }
        rest = resume_without(rest, &span);
    }
    rest = resume_strip(rest, ",|;:");
    if (rest.size > 1 && entry->count < ENTRY_UNITS_MAX) {
        entry->units[entry->count++] =
            (struct resume_unit){.text = rest, .line = piece->line, .right = right};
    }
}

/* Lines up to the first description behind the anchor; the dates of the anchor count first. */
static void gather(struct section *of, size_t first, size_t anchor, size_t end,
                   struct resume_entry *out)
{
    size_t last = anchor;

    while (last + 1 < end && last < anchor + AFTER_MAX && of->kinds[last + 1] == HEAD) {
        last++;
    }
    for (size_t i = first; i <= last && i < of->count; i++) {
        if (of->kinds[i] == BODY) {
            continue;
        }
        for (uint32_t k = 0; k < of->lines[i].count; k++) {
            take_piece(of, &of->lines[i].pieces[k], k > 0, out);
        }
    }
}

/* Without any dates an entry begins behind descriptions and gaps. */
static size_t next_undated(const struct section *of, size_t from)
{
    for (size_t i = from + 1; i < of->count; i++) {
        if (of->kinds[i] == HEAD &&
            (of->lines[i].gap || of->kinds[i - 1] == BODY || of->lines[i].bullet)) {
            return i;
        }
    }
    return of->count;
}

static size_t next_anchor(const struct section *of, size_t from)
{
    while (from < of->count && of->kinds[from] != ANCHOR) {
        from++;
    }
    return from;
}

static void close_entry(struct section *of, const struct resume_entry *entry, struct text *company)
{
    if (entry->count == 0) {
        return;
    }
    of->out->group++;
    if (of->section == SECTION_WORK) {
        *company = resume_work(of->out, entry, *company);
    } else {
        resume_study(of->out, entry);
    }
    if (entry->dated) {
        double sure = entry->span.exact ? 0.95 : 0.8;

        if (entry->span.start != NULL) {
            resume_add(of->out, "start", of->out->group, text_of(entry->span.start), sure,
                       entry->span_line);
        }
        resume_add(of->out, "end", of->out->group, text_of(entry->span.end), sure,
                   entry->span_line);
    }
}

void resume_entries(struct resume_out *out, enum resume_section section, struct resume_line *lines,
                    size_t count)
{
    struct section of = {.out = out,
                         .section = section,
                         .lines = lines,
                         .kinds = arena_array(out->arena, enum kind, count + 1),
                         .count = count};
    struct text company = {0};

    lift_right(&of);
    join_broken(&of);
    sort_lines(&of);
    size_t anchor = next_anchor(&of, 0);
    bool dated = anchor < of.count;
    size_t lead = dated ? anchor : 0;
    size_t first = 0;

    while (first < of.count) {
        struct resume_entry entry = {0};
        size_t next = dated ? next_anchor(&of, anchor + 1) : next_undated(&of, first);
        size_t end = dated && next < of.count ? first_line(&of, anchor + 1, next, lead) : next;

        gather(&of, first, dated ? anchor : first, end, &entry);
        close_entry(&of, &entry, &company);
        first = end;
        anchor = next;
    }
}
