#include "engine/text/vocabulary.h"

#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/map.h"

struct text_vocabulary {
    struct arena *arena;
    struct map *map;
    uint32_t *frequency; /* documents that hold the term */
    uint32_t room;
    uint32_t documents;
};

struct text_vocabulary *text_vocabulary_new(struct arena *arena)
{
    struct text_vocabulary *vocabulary = arena_new_of(arena, struct text_vocabulary);

    vocabulary->arena = arena;
    vocabulary->map = map_new(arena);
    return vocabulary;
}

static int compare_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

/* Sort numbers and merge equal ones. */
static struct text_bag bag_of(struct arena *arena, uint32_t *numbers, size_t length)
{
    uint32_t *counts = arena_array(arena, uint32_t, length + 1);
    size_t size = 0;

    qsort(numbers, length, sizeof(*numbers), compare_number);
    for (size_t i = 0; i < length; i++) {
        if (size > 0 && numbers[size - 1] == numbers[i]) {
            counts[size - 1]++;
        } else {
            numbers[size] = numbers[i];
            counts[size++] = 1;
        }
    }
    return (struct text_bag){.term = numbers, .count = counts, .size = size, .length = length};
}

static void make_room(struct text_vocabulary *vocabulary)
{
    uint32_t count = map_count(vocabulary->map);

    if (count > vocabulary->room) {
        uint32_t room = count + count / 2 + 1024;

        vocabulary->frequency =
            arena_grow(vocabulary->arena, vocabulary->frequency,
                       vocabulary->room * sizeof(uint32_t), room * sizeof(uint32_t));
        vocabulary->room = room;
    }
}

struct text_bag text_vocabulary_learn(struct text_vocabulary *vocabulary, struct arena *arena,
                                      struct text_words terms)
{
    uint32_t *numbers = arena_array(arena, uint32_t, terms.count + 1);

    for (size_t i = 0; i < terms.count; i++) {
        numbers[i] = map_add(vocabulary->map, terms.at[i]);
    }
    struct text_bag bag = bag_of(arena, numbers, terms.count);

    make_room(vocabulary);
    for (size_t i = 0; i < bag.size; i++) {
        vocabulary->frequency[bag.term[i]]++;
    }
    vocabulary->documents++;
    return bag;
}

struct text_bag text_vocabulary_look(const struct text_vocabulary *vocabulary, struct arena *arena,
                                     struct text_words terms)
{
    uint32_t *numbers = arena_array(arena, uint32_t, terms.count + 1);
    size_t known = 0;

    for (size_t i = 0; i < terms.count; i++) {
        known += map_find(vocabulary->map, terms.at[i], &numbers[known]);
    }
    struct text_bag bag = bag_of(arena, numbers, known);

    bag.unknown = terms.count - known;
    return bag;
}

bool text_vocabulary_find(const struct text_vocabulary *vocabulary, struct text term, uint32_t *out)
{
    return map_find(vocabulary->map, term, out);
}

struct text text_vocabulary_term(const struct text_vocabulary *vocabulary, uint32_t term)
{
    return map_key(vocabulary->map, term);
}

uint32_t text_vocabulary_size(const struct text_vocabulary *vocabulary)
{
    return map_count(vocabulary->map);
}

uint32_t text_document_count(const struct text_vocabulary *vocabulary)
{
    return vocabulary->documents;
}

uint32_t text_document_frequency(const struct text_vocabulary *vocabulary, uint32_t term)
{
    return term < map_count(vocabulary->map) ? vocabulary->frequency[term] : 0;
}

double text_idf(const struct text_vocabulary *vocabulary, uint32_t term)
{
    uint32_t holding = text_document_frequency(vocabulary, term);

    return 1 + log((1.0 + vocabulary->documents) / (1.0 + holding));
}

struct text_vector text_weigh(const struct text_vocabulary *vocabulary, struct arena *arena,
                              struct text_bag bag)
{
    float *weights = arena_array(arena, float, bag.size + 1);
    double sum = 0;

    for (size_t i = 0; i < bag.size; i++) {
        double weight = (1 + log(bag.count[i])) * text_idf(vocabulary, bag.term[i]);

        weights[i] = (float)weight;
        sum += weight * weight;
    }
    double scale = sum > 0 ? 1 / sqrt(sum) : 0;

    for (size_t i = 0; i < bag.size; i++) {
        weights[i] = (float)((double)weights[i] * scale);
    }
    return (struct text_vector){.term = bag.term, .weight = weights, .size = bag.size};
}

double text_cosine(struct text_vector left, struct text_vector right)
{
    double sum = 0;
    size_t i = 0;
    size_t k = 0;

    while (i < left.size && k < right.size) {
        if (left.term[i] == right.term[k]) {
            sum += (double)left.weight[i++] * (double)right.weight[k++];
        } else if (left.term[i] < right.term[k]) {
            i++;
        } else {
            k++;
        }
    }
    return sum > 1 ? 1 : sum;
}
