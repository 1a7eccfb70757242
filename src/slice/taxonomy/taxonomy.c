#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "engine/retrieve/link.h"
#include "engine/text/analyser.h"
#include "slice/expert/taxonomy.h"
#include "slice/taxonomy/taxonomy_slice.h"
#include "slice/taxonomy/taxonomy_sql.h"
#include "slice/taxonomy/taxonomy_word.h"
#include "store/work.h"

enum {
    TITLES_MAX = 600,        /* looked at for one word */
    BEGINNING_SIZE = 4,      /* bytes of a word that nothing is found under */
    LINKS_MAX = 60,          /* titles ranked, of which several may be one entry's */
    EMBEDDED_NAMES_MAX = 64, /* other names of one of the product's own skills */
};

static const double NEAR_MIN = 0.25; /* farther titles are no help to whoever picks */

/* Titles that may be meant; each stands once. */
struct candidates {
    struct map *known; /* source, code and title */
    struct taxonomy_proposal *at;
    size_t room;
};

static void add_candidate(struct arena *arena, struct candidates *candidates, const char *source,
                          const char *code, const char *title)
{
    const char *key = arena_print(arena, "%s\n%s\n%s", source, code, title);
    uint32_t known = map_count(candidates->known);
    uint32_t number = map_add(candidates->known, text_of(key));

    if (number == known) {
        candidates->at =
            arena_room(arena, candidates->at, number, &candidates->room, sizeof(*candidates->at));
        candidates->at[number] =
            (struct taxonomy_proposal){.source = source, .code = code, .title = title};
    }
}

static enum err gather(struct work *work, const char *kind, struct text word, size_t size,
                       struct candidates *candidates)
{
    const char *first = arena_copy(work->arena, word.at, size);
    const char *last =
        size < word.size ? arena_print(work->arena, "%s\xF4\x8F\xBF\xBF", first) : first;
    struct taxonomy_title *titles;
    size_t count;

    TRY(taxonomy_titles(work,
                        &(struct taxonomy_titles_args){
                            .kind = kind, .word = first, .word_last = last, .row_max = TITLES_MAX},
                        &titles, &count));
    for (size_t i = 0; i < count; i++) {
        add_candidate(work->arena, candidates, titles[i].source, titles[i].code, titles[i].title);
    }
    return OK;
}

/* By each word, and by a word's beginning where nothing stands under it: it may be misspelt. */
static enum err gather_lists(struct work *work, const char *kind, const char *name,
                             struct candidates *candidates)
{
    TEXT_ANALYSER_SCOPE analyser = NULL;
    struct text stems[TAXONOMY_WORD_MAX];

    TRY(text_analyser_new(&TAXONOMY_WORDS, &analyser, &work->fault));
    size_t count = taxonomy_stems(work->arena, analyser, name, stems);

    for (size_t i = 0; i < count; i++) {
        uint32_t before = map_count(candidates->known);

        TRY(gather(work, kind, stems[i], stems[i].size, candidates));
        if (map_count(candidates->known) == before && stems[i].size > BEGINNING_SIZE) {
            TRY(gather(work, kind, stems[i], BEGINNING_SIZE, candidates));
        }
    }
    return OK;
}

/* The skills that the product brings along. */
static enum err gather_embedded(struct work *work, struct candidates *candidates)
{
    struct taxonomy *taxonomy = NULL;
    size_t count;

    TRY(taxonomy_new(work->arena, &taxonomy, &work->fault));
    const struct taxonomy_skill *skills = taxonomy_skills(taxonomy, &count);

    for (size_t i = 0; i < count; i++) {
        const char *at = skills[i].others;

        add_candidate(work->arena, candidates, "periti", skills[i].name, skills[i].name);
        for (int k = 0; k < EMBEDDED_NAMES_MAX && *at != '\0'; k++) {
            size_t size = strcspn(at, ",");
            struct text other = text_trim((struct text){.at = at, .size = size});

            if (other.size > 0) {
                add_candidate(work->arena, candidates, "periti", skills[i].name,
                              arena_copy(work->arena, other.at, other.size));
            }
            at += size + (at[size] == ',');
        }
    }
    taxonomy_free(taxonomy);
    return OK;
}

static bool is_proposed(const struct taxonomy_proposal *proposals, size_t count,
                        const struct taxonomy_proposal *one)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(proposals[i].source, one->source) == 0 &&
            strcmp(proposals[i].code, one->code) == 0) {
            return true;
        }
    }
    return false;
}

static enum err label_of(struct work *work, const char *kind, struct taxonomy_proposal *proposal)
{
    struct taxonomy_label_row row;

    if (strcmp(proposal->source, "periti") == 0) {
        proposal->label = proposal->code;
        return OK;
    }
    TRY(taxonomy_label(work,
                       &(struct taxonomy_label_args){
                           .source = proposal->source, .kind = kind, .code = proposal->code},
                       &row));
    proposal->label = row.label;
    return OK;
}

enum err taxonomy_propose(struct work *work, const char *kind, const char *name,
                          struct taxonomy_proposal **out, size_t *count)
{
    struct candidates candidates = {.known = map_new(work->arena)};
    struct taxonomy_proposal *proposals =
        arena_array(work->arena, struct taxonomy_proposal, TAXONOMY_PROPOSAL_MAX);
    RETRIEVE_LINKER_SCOPE linker = NULL;
    size_t used = 0;

    TRY(gather_lists(work, kind, name, &candidates));
    if (strcmp(kind, "skill") == 0) {
        TRY(gather_embedded(work, &candidates));
    }
    size_t total = map_count(candidates.known);
    struct text *titles = arena_array(work->arena, struct text, total);

    for (size_t i = 0; i < total; i++) {
        titles[i] = text_of(candidates.at[i].title);
    }
    if (total > 0) {
        TRY(retrieve_linker_new(work->arena, titles, total, "en", &linker, &work->fault));
        struct retrieve_links links = retrieve_link(work->arena, linker, text_of(name), LINKS_MAX);

        for (size_t i = 0; i < links.count && used < TAXONOMY_PROPOSAL_MAX; i++) {
            struct taxonomy_proposal one = candidates.at[links.at[i].row];

            one.score = links.at[i].score;
            if (one.score >= NEAR_MIN && !is_proposed(proposals, used, &one)) {
                TRY(label_of(work, kind, &one));
                proposals[used++] = one;
            }
        }
    }
    *out = proposals;
    *count = used;
    return OK;
}
