#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "base/map.h"
#include "engine/agree/agree.h"
#include "slice/delivery/package.h"

enum { REPLICATES = 1000, SEED = 1, LABEL_MAX = 32 };

static const double LEVEL = 0.95;

/* What is counted of one label. */
struct label_count {
    const char *name;
    const char *level;
    struct map *classes; /* as answered or inferred */
    int64_t *inferred;   /* [class] */
    size_t room;
    double probability; /* sum over rows */
    struct agree_rating *ratings;
    size_t rating_count;
    size_t rating_room;
};

struct counts {
    struct arena *arena;
    int64_t row_count;
    int64_t answer_count;
    struct map *raters;
    struct map *domains;
    int64_t *by_domain;
    size_t domain_room;
    struct label_count labels[LABEL_MAX];
    size_t label_count;
};

static int64_t *tally(struct arena *arena, int64_t *counts, size_t *room, uint32_t number)
{
    if (number >= *room) {
        size_t more = (number + 1) * 2;
        int64_t *longer = arena_array(arena, int64_t, more);

        if (*room > 0) {
            memcpy(longer, counts, *room * sizeof(*counts));
        }
        *room = more;
        counts = longer;
    }
    counts[number]++;
    return counts;
}

static struct label_count *label_named(struct counts *counts, const struct json *label)
{
    const char *name = json_text_of(label, "name");

    for (size_t i = 0; i < counts->label_count; i++) {
        if (strcmp(counts->labels[i].name, name) == 0) {
            return &counts->labels[i];
        }
    }
    if (counts->label_count == LABEL_MAX) {
        return NULL;
    }
    struct label_count *made = &counts->labels[counts->label_count++];
    const char *level = json_text_of(label, "level");

    made->name = arena_copy(counts->arena, name, strlen(name));
    made->level = arena_copy(counts->arena, level, strlen(level));
    made->classes = map_new(counts->arena);
    return made;
}

static void add_rating(struct counts *counts, struct label_count *label, struct agree_rating rating)
{
    if (label->rating_count == label->rating_room) {
        size_t room = label->rating_room * 2 + 256;
        struct agree_rating *longer = arena_array(counts->arena, struct agree_rating, room);

        if (label->rating_count > 0) {
            memcpy(longer, label->ratings, label->rating_count * sizeof(*longer));
        }
        label->ratings = longer;
        label->rating_room = room;
    }
    label->ratings[label->rating_count++] = rating;
}

/* Every answer's value for this label: {"answers": [{"expert_pseudonym", "values": {label:
 * value}}]}. */
static void count_answers(struct counts *counts, struct label_count *label, const struct json *row)
{
    const struct json *answers = json_member(row, "answers");

    for (const struct json *answer = answers == NULL ? NULL : answers->first; answer != NULL;
         answer = answer->next) {
        const char *who = json_text_of(answer, "expert_pseudonym");
        const char *value = json_text_of(json_member(answer, "values"), label->name);

        if (who != NULL && value != NULL) {
            add_rating(counts, label,
                       (struct agree_rating){.unit = (uint32_t)counts->row_count,
                                             .rater = map_add(counts->raters, text_of(who)),
                                             .value = map_add(label->classes, text_of(value))});
        }
    }
}

static enum err count_row(struct counts *counts, const struct json *row, struct fault *fault)
{
    const struct json *labels = json_member(row, "labels");
    const struct json *answers = json_member(row, "answers");
    const char *domain = json_text_of(row, "expert_domain");
    uint32_t number = map_add(counts->domains, text_of(domain == NULL ? "" : domain));

    counts->by_domain = tally(counts->arena, counts->by_domain, &counts->domain_room, number);
    counts->answer_count += answers == NULL ? 0 : answers->count;
    for (const struct json *one = labels == NULL ? NULL : labels->first; one != NULL;
         one = one->next) {
        const char *value = json_text_of(one, "value");
        const struct json *p = json_member(one, "p");

        if (json_text_of(one, "name") == NULL || json_text_of(one, "level") == NULL ||
            value == NULL || p == NULL) {
            return fail(fault, ERR_INVALID, "a label needs name, level, value and p");
        }
        struct label_count *label = label_named(counts, one);

        if (label == NULL) {
            return fail(fault, ERR_INVALID, "more than %d labels", LABEL_MAX);
        }
        label->inferred = tally(counts->arena, label->inferred, &label->room,
                                map_add(label->classes, text_of(value)));
        label->probability += p->real;
        count_answers(counts, label, row);
    }
    counts->row_count++;
    return OK;
}

/* ------------------------------------------------------------------ agreement */

/* Classes of an ordinal label are numbers: their scores must ascend. */
static const double *scores_of(struct arena *arena, const struct label_count *label,
                               uint32_t *order)
{
    uint32_t count = map_count(label->classes);
    double *scores = arena_array(arena, double, count);

    for (uint32_t i = 0; i < count; i++) {
        double value = 0;

        if (!text_real(map_key(label->classes, i), &value)) {
            return NULL;
        }
        uint32_t place = i;

        for (; place > 0 && scores[place - 1] > value; place--) {
            scores[place] = scores[place - 1];
            order[place] = order[place - 1];
        }
        scores[place] = value;
        order[place] = i;
    }
    return scores;
}

static void renumber(struct arena *arena, struct label_count *label, const uint32_t *order)
{
    uint32_t count = map_count(label->classes);
    uint32_t *place = arena_array(arena, uint32_t, count);

    for (uint32_t i = 0; i < count; i++) {
        place[order[i]] = i;
    }
    for (size_t i = 0; i < label->rating_count; i++) {
        label->ratings[i].value = place[label->ratings[i].value];
    }
}

static enum err measure(struct counts *counts, struct label_count *label, struct agree_result *out,
                        struct fault *fault)
{
    struct agree_options options = AGREE_DEFAULTS;
    uint32_t count = map_count(label->classes);
    uint32_t *order = arena_array(counts->arena, uint32_t, count);
    bool nominal = strcmp(label->level, "nominal") == 0;
    const double *scores = nominal ? NULL : scores_of(counts->arena, label, order);
    const struct agree_table *table;

    if (scores != NULL) {
        renumber(counts->arena, label, order);
    }
    options.metric = AGREE_ALPHA;
    options.distance = scores == NULL                         ? AGREE_NOMINAL
                       : strcmp(label->level, "ordinal") == 0 ? AGREE_ORDINAL
                                                              : AGREE_QUADRATIC;
    options.bootstrap = REPLICATES;
    options.seed = SEED;
    options.level = LEVEL;
    TRY(agree_table_build(counts->arena,
                          &(struct agree_input){.ratings = label->ratings,
                                                .rating_count = label->rating_count,
                                                .unit_count = (uint32_t)counts->row_count,
                                                .rater_count = map_count(counts->raters),
                                                .value_count = count,
                                                .scores = scores},
                          &table, fault));
    return agree_measure(counts->arena, table, &options, out, fault);
}

/* ------------------------------------------------------------------ as JSON */

static void put_counts(struct json_out *out, const struct map *keys, const int64_t *counts,
                       size_t room)
{
    json_open(out, '{');
    for (uint32_t i = 0; i < map_count(keys); i++) {
        if (i < room && counts[i] > 0) {
            json_name(out, map_key(keys, i).at);
            json_int(out, counts[i]);
        }
    }
    json_close(out, '}');
}

static void put_agreement(struct json_out *out, const struct agree_result *result)
{
    json_name(out, "agreement");
    json_open(out, '{');
    json_name(out, "metric");
    json_text(out, "krippendorff_alpha");
    json_name(out, "value");
    json_real(out, result->defined ? result->value : (double)NAN);
    json_name(out, "ci");
    json_open(out, '[');
    json_real(out, result->has_interval ? result->interval.low : (double)NAN);
    json_real(out, result->has_interval ? result->interval.high : (double)NAN);
    json_close(out, ']');
    json_name(out, "n");
    json_int(out, (int64_t)result->paired_count);
    json_close(out, '}');
}

static enum err put_label(struct json_out *out, struct counts *counts, struct label_count *label,
                          struct fault *fault)
{
    struct agree_result result;

    json_open(out, '{');
    json_name(out, "name");
    json_text(out, label->name);
    json_name(out, "classes");
    put_counts(out, label->classes, label->inferred, label->room);
    json_name(out, "mean_probability");
    json_real(out, label->probability / (double)counts->row_count);
    TRY(measure(counts, label, &result, fault));
    put_agreement(out, &result);
    json_close(out, '}');
    return OK;
}

static enum err print(struct counts *counts, const char **text, struct fault *fault)
{
    struct buffer buffer = buffer_new(counts->arena);
    struct json_out out = json_to(&buffer);
    struct buffer canonical = buffer_new(counts->arena);
    struct json_out canonical_out = json_to(&canonical);
    struct json *tree = NULL;

    json_open(&out, '{');
    json_name(&out, "rows");
    json_int(&out, counts->row_count);
    json_name(&out, "answers");
    json_int(&out, counts->answer_count);
    json_name(&out, "raters");
    json_int(&out, map_count(counts->raters));
    json_name(&out, "by_domain");
    put_counts(&out, counts->domains, counts->by_domain, counts->domain_room);
    json_name(&out, "labels");
    json_open(&out, '[');
    for (size_t i = 0; i < counts->label_count; i++) {
        TRY(put_label(&out, counts, &counts->labels[i], fault));
    }
    json_close(&out, ']');
    json_close(&out, '}');
    TRY(json_parse(counts->arena, buffer_view(&buffer), &tree, fault));
    json_canonical(&canonical_out, tree);
    *text = canonical.at;
    return OK;
}

enum err package_statistics(struct arena *arena, struct text rows, const char **out,
                            struct fault *fault)
{
    struct counts *counts = arena_new_of(arena, struct counts);

    counts->arena = arena;
    counts->raters = map_new(arena);
    counts->domains = map_new(arena);
    struct text line;

    while (text_cut(&rows, '\n', &line)) {
        ARENA_SCOPE scratch = arena_new();
        struct json *row = NULL;

        TRY(json_parse(scratch, line, &row, fault));
        TRY(count_row(counts, row, fault));
    }
    return print(counts, out, fault);
}
