#include <string.h>

#include "engine/resume/resume_inside.h"

enum { PLACE_SIZE_MAX = 48, REGION_SIZE_MAX = 30, TOWN_WORDS_MAX = 4 };

static const char ANYWHERE[] = "remote|hybrid|on-site|onsite|worldwide";

bool resume_is_region(struct text text)
{
    text = resume_strip(text, " .()");
    return resume_is_word(text, RESUME_REGIONS) || resume_is_word(text, ANYWHERE);
}

static bool is_town(struct text text)
{
    for (size_t i = 0; i < text.size; i++) {
        if (strchr("0123456789@&:/|", text.at[i]) != NULL) {
            return false;
        }
    }
    return text.size >= 2 && resume_word_count(text) <= TOWN_WORDS_MAX &&
           !resume_has_word(text, RESUME_TITLES) && !resume_has_word(text, RESUME_SCHOOLS) &&
           !resume_has_word(text, RESUME_DEGREES) && !resume_has_word(text, RESUME_FIRMS);
}

bool resume_is_place(struct text text)
{
    const char *comma = memchr(text.at, ',', text.size);

    text = resume_strip(text, " ");
    if (resume_is_word(text, ANYWHERE)) {
        return true;
    }
    if (comma == NULL || text.size > PLACE_SIZE_MAX) {
        return false;
    }
    struct text town = {text.at, (size_t)(comma - text.at)};
    struct text after = text_trim(resume_after(text, town.size + 1));

    if (resume_is_region(after)) {
        return is_town(town);
    }
    const char *second = memchr(after.at, ',', after.size);

    if (second != NULL) { /* "San Francisco, CA, USA" */
        struct text last = resume_after(after, (size_t)(second - after.at) + 1);

        after.size = (size_t)(second - after.at);
        return is_town(town) && resume_is_region(after) && resume_is_region(last);
    }
    return is_town(town) && is_town(after) && after.size <= REGION_SIZE_MAX &&
           resume_word_count(after) <= 2;
}

/* Where the last comma stands; false: there is none. */
static bool last_comma(struct text text, size_t *out)
{
    const char *comma = memrchr(text.at, ',', text.size);

    if (text.size == 0 || comma == NULL) {
        return false;
    }
    *out = (size_t)(comma - text.at);
    return true;
}

struct text resume_cut_place(struct text text, struct text *place)
{
    struct text head = text;
    size_t at;

    *place = (struct text){0};
    if (!last_comma(text, &at) || !resume_is_region(resume_after(text, at + 1))) {
        return text;
    }
    do { /* regions, and then the town before them */
        head = (struct text){head.at, at};
    } while (last_comma(head, &at) && resume_is_region(resume_after(head, at + 1)));
    bool has_town = last_comma(head, &at) && is_town(text_trim(resume_after(head, at + 1)));
    size_t cut = has_town ? at : head.size;

    if (!has_town && text.size - cut <= 4) { /* "Director, IT" is no place in Italy */
        return text;
    }
    *place = resume_strip(resume_after(text, cut), ", ");
    return text_trim((struct text){text.at, cut});
}

size_t resume_break(struct text text, size_t *at)
{
    static const char *const BREAKS[] = {" – ", " — ", " | ", " at ", " @ ", " · ", " • ", " - "};
    size_t size = 0;

    for (size_t i = 0; i < sizeof(BREAKS) / sizeof(BREAKS[0]); i++) {
        const char *hit = memmem(text.at, text.size, BREAKS[i], strlen(BREAKS[i]));

        if (hit != NULL && (size == 0 || (size_t)(hit - text.at) < *at)) {
            *at = (size_t)(hit - text.at);
            size = strlen(BREAKS[i]);
        }
    }
    return size;
}
