#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "cli/command.h"
#include "command/groups.h"
#include "command/lines.h"
#include "engine/retrieve/link.h"

enum { RANKS_MAX = 1000, FIELDS_MAX = 4 };

struct title_command {
    const char *relevant;
    const char *language;
    int64_t top;
    bool quiet;
};

static const struct field fields[] = {
    TEXT(title_command, relevant, .optional = true,
         .doc = "Right answers: query id and corpus id (or a TREC qrels file)"),
    TEXT(title_command, language, .doc = "ISO 639-1 code of the titles' language"),
    INT(title_command, top, .min = 1, .max = 1000, .doc = "Links to print for each query"),
    BOOL(title_command, quiet, .optional = true, .doc = "Print the measures only"),
};
static const struct title_command defaults = {.language = "en", .top = 5};
static const struct shape shape =
    SHAPE(title_command, fields, "Options of title link", .defaults = &defaults);

/* Titles with identifiers, in the order of their file. */
struct titles {
    struct map *ids;
    struct text *at;
    size_t room;
};

/* Pairs of query and corpus title, sorted. */
struct relevance {
    uint64_t *pairs;
    size_t count;
    size_t room;
    uint64_t unknown; /* lines that name a title which is not there */
};

static size_t split(struct text line, bool at_blanks, struct text *fields_out)
{
    size_t count = 0;

    while (count < FIELDS_MAX) {
        size_t size = 0;

        while (size < line.size && line.at[size] != '\t' && !(at_blanks && line.at[size] == ' ')) {
            size++;
        }
        fields_out[count++] = text_trim((struct text){.at = line.at, .size = size});
        if (size == line.size) {
            break;
        }
        line = (struct text){.at = line.at + size + 1, .size = line.size - size - 1};
    }
    return count;
}

static enum err add_title(struct invocation *call, struct titles *titles, struct text line,
                          uint64_t number, const char *path)
{
    struct text parts[FIELDS_MAX];
    size_t count = split(line, false, parts);

    if (count < 2 || parts[0].size == 0 || parts[1].size == 0) {
        return fail_line(call->fault, ERR_INVALID, number, count < 2 ? "title" : "id",
                         "%s: a line must be an id, a tab and a title", path);
    }
    uint32_t known = map_count(titles->ids);
    uint32_t index = map_add(titles->ids, parts[0]);

    if (index < known) {
        return fail_line(call->fault, ERR_INVALID, number, "id", "%s: id %.*s appears twice", path,
                         (int)parts[0].size, parts[0].at);
    }
    if (index == titles->room) {
        size_t room = titles->room * 2 + 1024;

        titles->at = arena_grow(call->arena, titles->at, titles->room * sizeof(*titles->at),
                                room * sizeof(*titles->at));
        titles->room = room;
    }
    titles->at[index] = (struct text){.at = arena_copy(call->arena, parts[1].at, parts[1].size),
                                      .size = parts[1].size};
    return OK;
}

static enum err read_titles(struct invocation *call, const char *path, struct titles *out)
{
    LINES_SCOPE lines = NULL;
    struct text line;
    bool more;

    *out = (struct titles){.ids = map_new(call->arena)};
    TRY(lines_open(path, &lines, call->fault));
    for (;;) {
        TRY(lines_next(lines, &line, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(add_title(call, out, line, lines_number(lines), path));
    }
    if (map_count(out->ids) == 0) {
        return fail(call->fault, ERR_INVALID, "%s holds no titles", path);
    }
    return OK;
}

static void add_pair(struct arena *arena, struct relevance *relevance, uint32_t query, uint32_t row)
{
    if (relevance->count == relevance->room) {
        size_t room = relevance->room * 2 + 1024;

        relevance->pairs = arena_grow(arena, relevance->pairs, relevance->room * sizeof(uint64_t),
                                      room * sizeof(uint64_t));
        relevance->room = room;
    }
    relevance->pairs[relevance->count++] = (uint64_t)query << 32 | row;
}

/* "query corpus", "query corpus grade" or TREC's "query 0 corpus grade"; a grade of 0 is no link.
 */
static enum err add_judgement(struct invocation *call, struct text line, uint64_t number,
                              const struct titles *queries, const struct titles *corpus,
                              struct relevance *out)
{
    struct text parts[FIELDS_MAX];
    size_t count = split(line, memchr(line.at, '\t', line.size) == NULL, parts);
    struct text grade = count > 2 ? parts[count - 1] : text_of("1");
    uint32_t query;
    uint32_t row;
    int64_t value;

    if (count < 2) {
        return fail_line(call->fault, ERR_INVALID, number, "corpus id",
                         "a line must be a query id and a corpus id with a tab between");
    }
    if (!text_int(grade, &value)) {
        return fail_line(call->fault, ERR_INVALID, number, "grade",
                         "the grade is %.*s, but must be a whole number", (int)grade.size,
                         grade.at);
    }
    if (!map_find(queries->ids, parts[0], &query) ||
        !map_find(corpus->ids, parts[count == 4 ? 2 : 1], &row)) {
        out->unknown++;
    } else if (value > 0) {
        add_pair(call->arena, out, query, row);
    }
    return OK;
}

static int compare_pair(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left;
    uint64_t b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

static enum err read_relevance(struct invocation *call, const char *path,
                               const struct titles *queries, const struct titles *corpus,
                               struct relevance *out)
{
    LINES_SCOPE lines = NULL;
    struct text line;
    bool more;

    TRY(lines_open(path, &lines, call->fault));
    for (;;) {
        TRY(lines_next(lines, &line, &more, call->fault));
        if (!more) {
            break;
        }
        TRY(add_judgement(call, line, lines_number(lines), queries, corpus, out));
    }
    if (out->count == 0) {
        return fail(call->fault, ERR_INVALID,
                    "%s links no query of the one file to a title of the other", path);
    }
    qsort(out->pairs, out->count, sizeof(*out->pairs), compare_pair);
    return OK;
}

static bool has_pair(const struct relevance *relevance, uint32_t query, uint32_t row)
{
    uint64_t pair = (uint64_t)query << 32 | row;

    return bsearch(&pair, relevance->pairs, relevance->count, sizeof(pair), compare_pair) != NULL;
}

static bool is_judged(const struct relevance *relevance, uint32_t query)
{
    size_t low = 0;
    size_t high = relevance->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;

        if (relevance->pairs[middle] >> 32 < query) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < relevance->count && relevance->pairs[low] >> 32 == query;
}

struct measures {
    uint64_t judged;
    double reciprocal;
    uint64_t first; /* right at rank 1 */
    uint64_t five;
};

static void measure(const struct relevance *relevance, uint32_t query, struct retrieve_links links,
                    struct measures *measures)
{
    if (!is_judged(relevance, query)) {
        return;
    }
    measures->judged++;
    for (size_t i = 0; i < links.count; i++) {
        if (has_pair(relevance, query, links.at[i].row)) {
            measures->reciprocal += 1.0 / (double)(i + 1);
            measures->first += i == 0;
            measures->five += i < 5;
            return;
        }
    }
}

static void print_links(FILE *to, struct text query, const struct titles *corpus,
                        struct retrieve_links links, size_t top)
{
    for (size_t i = 0; i < links.count && i < top; i++) {
        struct text id = map_key(corpus->ids, links.at[i].row);
        struct text title = corpus->at[links.at[i].row];

        fprintf(to, "%.*s\t%zu\t%.*s\t%.6f\t%.*s\n", (int)query.size, query.at, i + 1, (int)id.size,
                id.at, links.at[i].score, (int)title.size, title.at);
    }
}

static void print_measures(FILE *to, const struct measures *measures, uint64_t unknown)
{
    double judged = (double)measures->judged;

    fprintf(to, "MRR\t%.6f\nhits@1\t%.6f\nhits@5\t%.6f\nqueries\t%llu\n",
            measures->reciprocal / judged, (double)measures->first / judged,
            (double)measures->five / judged, (unsigned long long)measures->judged);
    if (unknown > 0) {
        fprintf(to, "judgements of unknown titles\t%llu\n", (unsigned long long)unknown);
    }
}

static enum err run_link(struct invocation *call)
{
    const struct title_command *options = call->options;
    struct titles queries;
    struct titles corpus;
    struct relevance relevance = {0};
    struct measures measures = {0};
    RETRIEVE_LINKER_SCOPE linker = NULL;
    size_t top = options->relevant == NULL ? (size_t)options->top : RANKS_MAX;

    if (call->word_count != 2) {
        return fail(call->fault, ERR_INVALID, "two files are needed: queries and corpus");
    }
    TRY(read_titles(call, call->words[0], &queries));
    TRY(read_titles(call, call->words[1], &corpus));
    if (options->relevant != NULL) {
        TRY(read_relevance(call, options->relevant, &queries, &corpus, &relevance));
    }
    TRY(retrieve_linker_new(call->arena, corpus.at, map_count(corpus.ids), options->language,
                            &linker, call->fault));
    for (uint32_t i = 0; i < map_count(queries.ids); i++) {
        ARENA_SCOPE scratch = arena_new();
        struct retrieve_links links = retrieve_link(scratch, linker, queries.at[i], top);

        if (!options->quiet) {
            print_links(call->out, map_key(queries.ids, i), &corpus, links, (size_t)options->top);
        }
        measure(&relevance, i, links, &measures);
    }
    if (options->relevant != NULL) {
        print_measures(call->out, &measures, relevance.unknown);
    }
    return OK;
}

static const struct command commands[] = {
    {.name = "title link",
     .words = "QUERIES.tsv CORPUS.tsv",
     .run = run_link,
     .options = &shape,
     .summary = "Link free titles of jobs or skills to those of a taxonomy",
     .details =
         "Both files hold an id, a tab and a title on each line; further columns are passed over.\n"
         "Prints, tab-separated: query id, rank, corpus id, score from 0 to 1, title. With\n"
         "--relevant it ends with the mean reciprocal rank of the first right title (nothing\n"
         "beyond rank 1,000), the share of queries right at rank 1 and within 5, and their number.",
     .examples = "periti title link free.tsv esco.tsv --top 5\n"
                 "periti title link free.tsv esco.tsv --relevant right.tsv --quiet"},
};

const struct command_group title_group = {
    .name = "Matching", .commands = commands, .command_count = COUNT(commands)};
