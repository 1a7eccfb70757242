#include "command/answer_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/map.h"
#include "base/text.h"
#include "sys/file.h"

enum { COLUMN_MAX = 32 };

static const size_t FILE_SIZE_MAX = (size_t)1 << 30;

enum column {
    COLUMN_ANSWER,
    COLUMN_QUESTION_ID,
    COLUMN_REFERENCES,
    COLUMN_QUESTION,
    COLUMN_LABEL,
    COLUMN_ANSWER_ID,
    COLUMN_WAY,
    COLUMN_CORPUS,
    COLUMN_SPLIT,
    COLUMN_DOMAIN,
    COLUMN_COUNT,
};

static const char *const COLUMNS[COLUMN_COUNT] = {"answer", "question_id", "references", "question",
                                                  "label",  "answer_id",   "way",        "corpus",
                                                  "split",  "domain"};

/* What is gathered while the lines are read. */
struct reader {
    struct arena *arena;
    struct fault *fault;
    const struct answer_filter *filter;
    struct text rest;
    uint64_t line;
    size_t field_count;
    size_t place[COLUMN_COUNT]; /* COLUMN_MAX: there is no such column */
    struct map *labels;
    struct map *questions;
    struct map *domains;
    struct map *splits;
    struct map *ways;
    struct map *corpora;
};

/* Split the next line at tabs. Returns the number of fields; zero: the end. */
static enum err next_line(struct reader *reader, struct text fields[COLUMN_MAX], size_t *count)
{
    struct text line = {0};

    *count = 0;
    while (reader->rest.size > 0 && line.size == 0) { /* blank lines are skipped */
        text_cut(&reader->rest, '\n', &line);
        reader->line++;
        line.size -= line.size > 0 && line.at[line.size - 1] == '\r';
    }
    if (text_check(line) != line.size) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "",
                         "the line is not valid UTF-8");
    }
    for (bool more = line.size > 0; more;) {
        const char *end = memchr(line.at, '\t', line.size);
        size_t size = end == NULL ? line.size : (size_t)(end - line.at);

        if (*count == COLUMN_MAX) {
            return fail_line(reader->fault, ERR_INVALID, reader->line, "",
                             "the line has more than %d fields", COLUMN_MAX);
        }
        fields[(*count)++] = text_trim((struct text){.at = line.at, .size = size});
        more = end != NULL;
        line.at += size + more;
        line.size -= size + more;
    }
    return OK;
}

static enum err read_header(struct reader *reader)
{
    static const enum column NEEDED[] = {COLUMN_ANSWER, COLUMN_QUESTION_ID, COLUMN_LABEL};
    size_t needed = COUNT(NEEDED) - !reader->filter->need_labels;
    struct text fields[COLUMN_MAX];

    TRY(next_line(reader, fields, &reader->field_count));
    for (int k = 0; k < COLUMN_COUNT; k++) {
        reader->place[k] = COLUMN_MAX;
    }
    for (size_t i = 0; i < reader->field_count; i++) {
        for (int k = 0; k < COLUMN_COUNT; k++) {
            if (!text_is(fields[i], COLUMNS[k])) {
                continue;
            }
            if (reader->place[k] != COLUMN_MAX) {
                return fail_line(reader->fault, ERR_INVALID, reader->line, COLUMNS[k],
                                 "the column %s comes twice", COLUMNS[k]);
            }
            reader->place[k] = i;
        }
    }
    for (size_t i = 0; i < needed; i++) {
        if (reader->place[NEEDED[i]] == COLUMN_MAX) {
            return fail_line(reader->fault, ERR_INVALID, 1, COLUMNS[NEEDED[i]],
                             "the header must name the column %s; it needs answer%s question_id%s, "
                             "separated by tabs",
                             COLUMNS[NEEDED[i]], reader->filter->need_labels ? "," : " and",
                             reader->filter->need_labels ? " and label" : "");
        }
    }
    return OK;
}

static struct text field_of(const struct reader *reader, const struct text *fields,
                            enum column column)
{
    return reader->place[column] == COLUMN_MAX ? (struct text){"", 0}
                                               : fields[reader->place[column]];
}

static struct text drop_quality(struct text reference)
{
    static const char *const QUALITIES[] = {"BEST:", "GOOD:", "MINIMAL:", ":"};

    for (size_t i = 0; i < COUNT(QUALITIES); i++) {
        if (text_starts(reference, QUALITIES[i])) {
            reference.at += strlen(QUALITIES[i]);
            reference.size -= strlen(QUALITIES[i]);
            break;
        }
    }
    return text_trim(reference);
}

static enum err read_references(struct reader *reader, struct text field,
                                struct score_example *example)
{
    struct text references[SCORE_REFERENCE_MAX];

    while (field.size > 0) {
        const char *end = memmem(field.at, field.size, "|||", 3);
        size_t size = end == NULL ? field.size : (size_t)(end - field.at);
        struct text reference = drop_quality(text_trim((struct text){field.at, size}));

        field.at += size + (end == NULL ? 0 : 3);
        field.size -= size + (end == NULL ? 0 : 3);
        if (reference.size == 0) {
            continue;
        }
        if (example->reference_count == SCORE_REFERENCE_MAX) {
            return fail_line(reader->fault, ERR_INVALID, reader->line, "references",
                             "there are more than %d model answers", SCORE_REFERENCE_MAX);
        }
        references[example->reference_count++] = reference;
    }
    struct text *kept = arena_array(reader->arena, struct text, example->reference_count);

    memcpy(kept, references, example->reference_count * sizeof(*kept));
    example->references = kept;
    return OK;
}

static enum err read_label(struct reader *reader, struct text label, uint32_t *out)
{
    if (reader->place[COLUMN_LABEL] == COLUMN_MAX) {
        return OK;
    }
    if (label.size == 0 && reader->filter->need_labels) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "label", "the label is empty");
    }
    *out = map_add(reader->labels, label);
    if (map_count(reader->labels) > SCORE_CLASS_MAX && reader->filter->need_labels) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "label",
                         "there are more than %d different labels", SCORE_CLASS_MAX);
    }
    return OK;
}

static bool wanted(const struct reader *reader, const struct text *fields)
{
    const struct answer_filter *filter = reader->filter;
    struct text way = field_of(reader, fields, COLUMN_WAY);
    struct text corpus = field_of(reader, fields, COLUMN_CORPUS);
    bool several = map_count(reader->ways) > 1;
    const char *kept = filter->way != NULL ? filter->way : several ? "2way" : NULL;

    return (kept == NULL || text_is(way, kept)) &&
           (filter->corpus == NULL || text_is(corpus, filter->corpus));
}

static struct text domain_of(const struct reader *reader, const struct text *fields)
{
    struct text id = field_of(reader, fields, COLUMN_QUESTION_ID);

    if (reader->place[COLUMN_DOMAIN] != COLUMN_MAX) {
        return fields[reader->place[COLUMN_DOMAIN]];
    }
    for (size_t i = 0; i < id.size; i++) {
        if (id.at[i] == '_') {
            return (struct text){.at = id.at, .size = i};
        }
    }
    return id;
}

static enum err read_example(struct reader *reader, const struct text *fields,
                             struct answer_file *file)
{
    uint32_t i = file->count;
    struct score_example *example = &file->examples[i];
    struct text id = field_of(reader, fields, COLUMN_QUESTION_ID);
    struct text answer_id = field_of(reader, fields, COLUMN_ANSWER_ID);

    if (id.size == 0) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, "question_id",
                         "the question_id is empty");
    }
    file->question[i] = map_add(reader->questions, id);
    file->domain[i] = map_add(reader->domains, domain_of(reader, fields));
    file->split[i] = map_add(reader->splits, field_of(reader, fields, COLUMN_SPLIT));
    file->answer_ids[i] = arena_copy(reader->arena, answer_id.at, answer_id.size);
    example->question_id = map_key(reader->questions, file->question[i]).at;
    example->question = field_of(reader, fields, COLUMN_QUESTION);
    example->answer = field_of(reader, fields, COLUMN_ANSWER);
    TRY(read_label(reader, field_of(reader, fields, COLUMN_LABEL), &example->class));
    TRY(read_references(reader, field_of(reader, fields, COLUMN_REFERENCES), example));
    file->count++;
    return OK;
}

static enum err read_lines(struct reader *reader, struct answer_file *file)
{
    for (;;) {
        struct text fields[COLUMN_MAX];
        size_t count;

        TRY(next_line(reader, fields, &count));
        if (count == 0) {
            return OK;
        }
        if (count != reader->field_count) {
            return fail_line(reader->fault, ERR_INVALID, reader->line, "",
                             "the line has %zu fields, but the header has %zu; separate them by "
                             "single tabs",
                             count, reader->field_count);
        }
        if (file == NULL) { /* the first pass only looks which ways and corpora there are */
            (void)map_add(reader->ways, field_of(reader, fields, COLUMN_WAY));
            (void)map_add(reader->corpora, field_of(reader, fields, COLUMN_CORPUS));
        } else if (wanted(reader, fields)) {
            TRY(read_example(reader, fields, file));
        }
    }
}

struct label {
    const char *name;
    double value;
    uint32_t number; /* in order of appearance */
    bool numeric;
};

static int compare_labels(const void *left, const void *right)
{
    const struct label *a = left;
    const struct label *b = right;

    if (a->numeric && b->numeric) {
        return (a->value > b->value) - (a->value < b->value);
    }
    bool a_last = strcmp(a->name, "correct") == 0;
    bool b_last = strcmp(b->name, "correct") == 0;

    return a_last != b_last ? a_last - b_last : strcmp(a->name, b->name);
}

/* Put labels in order and renumber the examples' classes. */
static void sort_labels(struct reader *reader, struct answer_file *file)
{
    uint32_t count = map_count(reader->labels);
    struct label *labels = arena_array(reader->arena, struct label, count);
    uint32_t *class = arena_array(reader->arena, uint32_t, count);
    bool numeric = true;

    for (uint32_t i = 0; i < count; i++) {
        struct text name = map_key(reader->labels, i);

        labels[i] = (struct label){.name = name.at, .number = i};
        labels[i].numeric = text_real(name, &labels[i].value);
        numeric &= labels[i].numeric;
    }
    for (uint32_t i = 0; i < count; i++) {
        labels[i].numeric = numeric;
    }
    qsort(labels, count, sizeof(*labels), compare_labels);
    file->classes = arena_array(reader->arena, const char *, count);
    file->values = numeric ? arena_array(reader->arena, double, count) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        class[labels[i].number] = i;
        file->classes[i] = labels[i].name;
        if (numeric) {
            file->values[i] = labels[i].value;
        }
    }
    for (uint32_t i = 0; i < file->count && count > 0; i++) {
        file->examples[i].class = class[file->examples[i].class];
    }
    file->class_count = count;
}

/* Number labels as a model does. A label that it never met stays out of range, or is refused. */
static enum err match_labels(struct reader *reader, struct answer_file *file)
{
    const struct answer_filter *filter = reader->filter;
    uint32_t count = map_count(reader->labels);
    uint32_t *class = arena_array(reader->arena, uint32_t, count);

    for (uint32_t i = 0; i < count; i++) {
        class[i] = UINT32_MAX;
        for (uint32_t k = 0; k < filter->class_count; k++) {
            class[i] = text_is(map_key(reader->labels, i), filter->classes[k]) ? k : class[i];
        }
        if (class[i] == UINT32_MAX && filter->need_labels) {
            return fail_field(reader->fault, ERR_INVALID, "label",
                              "the label \"%s\" is not among those that were learnt",
                              map_key(reader->labels, i).at);
        }
    }
    for (uint32_t i = 0; i < file->count && count > 0; i++) {
        file->examples[i].class = class[file->examples[i].class];
    }
    file->class_count = filter->class_count;
    return OK;
}

static const char **keys_of(struct arena *arena, const struct map *map)
{
    const char **keys = arena_array(arena, const char *, map_count(map));

    for (uint32_t i = 0; i < map_count(map); i++) {
        keys[i] = map_key(map, i).at;
    }
    return keys;
}

static struct text without_mark(struct text input)
{
    bool mark = text_starts(input, "\xEF\xBB\xBF");

    return (struct text){.at = input.at + (mark ? 3 : 0), .size = input.size - (mark ? 3 : 0)};
}

enum err answer_file_read(struct arena *arena, const char *path, const struct answer_filter *filter,
                          struct answer_file *out, struct fault *fault)
{
    struct reader reader = {.arena = arena,
                            .fault = fault,
                            .filter = filter,
                            .labels = map_new(arena),
                            .questions = map_new(arena),
                            .domains = map_new(arena),
                            .splits = map_new(arena),
                            .ways = map_new(arena),
                            .corpora = map_new(arena)};
    struct answer_file file = {0};
    struct text input;

    TRY(file_read(arena, path, FILE_SIZE_MAX, &input, fault));
    reader.rest = without_mark(input);
    TRY(read_header(&reader));
    struct reader second = reader;
    size_t room = text_lines(reader.rest);

    TRY(read_lines(&reader, NULL));
    file.examples = arena_array(arena, struct score_example, room);
    file.answer_ids = arena_array(arena, const char *, room);
    file.question = arena_array(arena, uint32_t, room);
    file.domain = arena_array(arena, uint32_t, room);
    file.split = arena_array(arena, uint32_t, room);
    TRY(read_lines(&second, &file));
    if (file.count == 0) {
        return fail(fault, ERR_INVALID, "the file has no answers%s",
                    filter->way != NULL || filter->corpus != NULL ? " of that way and corpus" : "");
    }
    if (filter->classes != NULL) {
        TRY(match_labels(&second, &file));
    } else {
        sort_labels(&second, &file);
    }
    file.labelled = reader.place[COLUMN_LABEL] != COLUMN_MAX;
    file.splits = keys_of(arena, reader.splits);
    file.corpora = keys_of(arena, reader.corpora);
    file.corpus_count = map_count(reader.corpora);
    file.question_count = map_count(reader.questions);
    file.domain_count = map_count(reader.domains);
    file.split_count = map_count(reader.splits);
    *out = file;
    return OK;
}
