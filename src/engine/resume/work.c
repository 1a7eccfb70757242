#include <string.h>

#include "engine/resume/resume_inside.h"

/* Which part of a position's heading is its title, which the company, which the place. */

enum { PARTS_MAX = 24, COMPANY_WORDS_MAX = 10 };

struct parts {
    struct resume_unit at[PARTS_MAX];
    uint32_t count;
    struct text place;
    uint32_t place_line;
};

static void add_part(struct parts *parts, struct text text, const struct resume_unit *unit)
{
    struct text place;

    text = resume_strip(text, ",|;:·");
    bool aside = unit->right || parts->count > 0;

    if (resume_is_place(text) && (aside || resume_cut_place(text, &place).size < text.size)) {
        place = text;
        text.size = 0;
    } else {
        text = resume_cut_place(text, &place);
    }
    if (place.size > 0 && parts->place.size == 0) {
        parts->place = place;
        parts->place_line = unit->line;
    }
    if (text.size > 1 && !resume_is_duration(text) && parts->count < PARTS_MAX) {
        parts->at[parts->count] = *unit;
        parts->at[parts->count++].text = text;
    }
}

static void split(struct parts *parts, const struct resume_unit *unit)
{
    struct text rest = unit->text;
    size_t at = 0;
    size_t size;

    if (text_starts(rest, "at ")) {
        rest = resume_after(rest, 3);
    }
    while ((size = resume_break(rest, &at)) > 0) {
        add_part(parts, (struct text){rest.at, at}, unit);
        rest = resume_after(rest, at + size);
    }
    add_part(parts, rest, unit);
}

/* How much a text reads like a title; negative: like an organisation. */
static int title_score(struct text text)
{
    static const char *const ENDINGS[] = {"ologist", "ician", "ist ", "aceutist"};
    struct text head = text;
    int score = 0;

    for (size_t at = 0; at < text.size; at++) { /* what the title is of is left out */
        if (text.at[at] == ',' || resume_word_at(text, at, "of|for|in|to") > 0) {
            head = text_trim((struct text){text.at, at});
            break;
        }
    }
    const char *blank = head.size == 0 ? NULL : memrchr(head.at, ' ', head.size);
    struct text last = blank == NULL ? head : resume_after(head, (size_t)(blank - head.at) + 1);

    score += resume_has_word(text, RESUME_TITLES) ? 2 : 0;
    score += resume_is_word(last, RESUME_TITLES) ? 2 : 0;
    for (size_t i = 0; i < sizeof(ENDINGS) / sizeof(ENDINGS[0]) && score == 0; i++) {
        size_t size = strlen(ENDINGS[i]) - (ENDINGS[i][strlen(ENDINGS[i]) - 1] == ' ');

        score += last.size > size + 2 && memcmp(last.at + last.size - size, ENDINGS[i], size) == 0
                     ? 2
                     : 0;
    }
    score -= resume_has_word(text, RESUME_FIRMS) ? 3 : 0;
    score -= resume_has_word(text, RESUME_HOUSES) ? 1 : 0;
    return score;
}

/* One line says both: at the comma next to the company, "Consultant, Valuations, Deloitte". */
static bool part_at_comma(struct text text, struct text *title, struct text *company)
{
    const char *first = memchr(text.at, ',', text.size);
    const char *last = first == NULL ? NULL : memrchr(text.at, ',', text.size);

    if (first == NULL) {
        return false;
    }
    struct text tail = text_trim(resume_after(text, (size_t)(last - text.at) + 1));

    if (resume_is_word(tail, RESUME_FIRMS) && last != first) { /* "…, Acme, Inc." */
        last = memrchr(text.at, ',', (size_t)(last - text.at));
        tail = text_trim(resume_after(text, (size_t)(last - text.at) + 1));
    }
    struct text head = text_trim((struct text){text.at, (size_t)(last - text.at)});
    struct text lead = text_trim((struct text){text.at, (size_t)(first - text.at)});
    bool turned = title_score(tail) > title_score(lead);

    *title = turned ? tail : head;
    *company = turned ? head : tail;
    return true;
}

static uint32_t best_title(const struct parts *parts)
{
    uint32_t best = UINT32_MAX;
    int most = 0;

    for (uint32_t i = 0; i < parts->count; i++) {
        int score = title_score(parts->at[i].text);

        if (score > most) {
            most = score;
            best = i;
        }
    }
    return best;
}

/* The part beside the title: before it where there is one, else behind it. */
static uint32_t best_company(const struct parts *parts, uint32_t title)
{
    uint32_t best = UINT32_MAX;
    int most = -100;

    for (uint32_t i = 0; i < parts->count; i++) {
        if (i == title || resume_word_count(parts->at[i].text) > COMPANY_WORDS_MAX) {
            continue;
        }
        int away = title == UINT32_MAX ? 0 : i > title ? (int)(i - title) : (int)(title - i);
        int score =
            -title_score(parts->at[i].text) * 2 - away * 2 - (title != UINT32_MAX && i > title);

        if (score > most) {
            most = score;
            best = i;
        }
    }
    return best;
}

struct text resume_work(struct resume_out *out, const struct resume_entry *entry,
                        struct text before)
{
    struct parts parts = {0};

    for (uint32_t i = 0; i < entry->count; i++) {
        split(&parts, &entry->units[i]);
    }
    uint32_t title_at = best_title(&parts);
    bool known = title_at != UINT32_MAX;

    if (!known && parts.count > 1) { /* unknown to the list: it stands second */
        title_at = 1;
    }
    uint32_t company_at = best_company(&parts, title_at);
    struct text title = title_at == UINT32_MAX ? (struct text){0} : parts.at[title_at].text;
    struct text company = company_at == UINT32_MAX ? (struct text){0} : parts.at[company_at].text;
    uint32_t title_line = title_at == UINT32_MAX ? 0 : parts.at[title_at].line;
    uint32_t company_line = company_at == UINT32_MAX ? title_line : parts.at[company_at].line;
    double sure = known ? 0.9 : 0.5;

    if (company.size == 0 && title.size > 0 && !part_at_comma(title, &title, &company)) {
        company = before; /* a further position at the same company */
        sure = 0.6;
    }
    resume_add(out, "company", out->group, company, sure, company_line);
    resume_add(out, "position", out->group, title, sure, title_line);
    if (parts.place.size > 0) {
        resume_add(out, "place", out->group, parts.place, 0.8, parts.place_line);
    }
    return company;
}
