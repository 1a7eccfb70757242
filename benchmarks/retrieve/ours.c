/* Our side. Usage: ours ROWS VECTORS DOCUMENTS; prints `name<TAB>CPU ms`, the best of several runs.
 */

#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "engine/retrieve/filter.h"
#include "engine/retrieve/index.h"
#include "engine/retrieve/vector.h"
#include "generate.h"

enum { RUNS = 15, SEARCHES = 8, SKETCH_SHARE = 200 };

static void must(enum err err, const struct fault *fault)
{
    if (err != OK) {
        fprintf(stderr, "%s\n", fault->text);
        exit(1);
    }
}

static void best_of(double *best, double took)
{
    *best = took < *best ? took : *best;
}

struct profiles {
    uint8_t *language;
    uint8_t *zone;
    uint8_t *level;
    uint8_t *hours;
    uint16_t *rate;
    uint32_t *skills;
};

static struct profiles make_profiles(struct arena *arena, uint64_t rows)
{
    struct profiles p = {arena_take(arena, rows + 64, 1), arena_take(arena, rows + 64, 1),
                         arena_take(arena, rows + 64, 1), arena_take(arena, rows + 64, 1),
                         arena_take(arena, rows + 64, 2), arena_take(arena, rows + 64, 4)};
    uint64_t state = 88172645463325252u;

    for (uint64_t i = 0; i < rows; i++) {
        uint64_t r = draw(&state);

        p.language[i] = (r & 7) < 4 ? 3 : (uint8_t)(r & 15);
        p.zone[i] = (uint8_t)((r >> 8) % 24);
        p.level[i] = (uint8_t)(1 + (r >> 16) % 5);
        p.hours[i] = (uint8_t)(5 + (r >> 24) % 36);
        p.rate[i] = (uint16_t)(20 + (r >> 32) % 300);
        p.skills[i] = 1u << ((r >> 45) & 31) | 1u << ((r >> 50) & 31) | 1u << ((r >> 55) & 31);
    }
    return p;
}

/* The floor: the same bytes, read once. */
static double read_all(const struct profiles *p, uint64_t rows)
{
    const void *columns[] = {p->language, p->zone, p->level, p->hours, p->rate, p->skills};
    const size_t widths[] = {1, 1, 1, 1, 2, 4};
    double best = 1e9;

    for (int run = 0; run < RUNS; run++) {
        double start = cpu_ms();
        uint64_t sum = 0;

        for (int c = 0; c < 6; c++) {
            const uint64_t *words = columns[c];

            for (size_t i = 0; i < rows * widths[c] / 8; i++) {
                sum += words[i];
            }
        }
        __asm__ volatile("" : : "r"(sum));
        best_of(&best, cpu_ms() - start);
    }
    return best;
}

enum { PREDICATES = 6 };

static double time_filter(const struct retrieve_table *table,
                          const struct retrieve_predicate *predicates, struct retrieve_bitmap *out)
{
    struct fault fault;
    double best = 1e9;

    for (int run = 0; run < RUNS; run++) {
        double start = cpu_ms();

        must(retrieve_filter(table, predicates, PREDICATES, RETRIEVE_BEST, out, &fault), &fault);
        best_of(&best, cpu_ms() - start);
    }
    return best;
}

static void bench_filter(uint64_t rows)
{
    ARENA_SCOPE arena = arena_new();
    struct profiles p = make_profiles(arena, rows);
    struct retrieve_table *table = retrieve_table_new(arena, rows);
    struct retrieve_bitmap out = retrieve_bitmap_new(arena, rows);
    double best;
    struct retrieve_predicate predicates[] = {
        {.column = retrieve_table_add(table, RETRIEVE_U8, p.language), .low = 3, .high = 3},
        {.column = retrieve_table_add(table, RETRIEVE_U8, p.level), .low = 3, .high = 255},
        {.column = retrieve_table_add(table, RETRIEVE_U8, p.hours), .low = 20, .high = 255},
        {.column = retrieve_table_add(table, RETRIEVE_U8, p.zone), .low = 8, .high = 14},
        {.column = retrieve_table_add(table, RETRIEVE_U16, p.rate), .low = 0, .high = 120},
        {.column = retrieve_table_add(table, RETRIEVE_U32, p.skills),
         .test = RETRIEVE_ANY_BIT,
         .low = 1u << 3 | 1u << 17},
    };

    best = time_filter(table, predicates, &out);
    uint64_t passed = retrieve_bitmap_count(&out);
    double start = cpu_ms();

    retrieve_table_pack(table);
    double packing = cpu_ms() - start;
    double packed = time_filter(table, predicates, &out);

    if (retrieve_bitmap_count(&out) != passed) {
        fprintf(stderr, "the packed table finds other rows\n");
        exit(1);
    }
    printf("filter\t%.3f\nfilter packed\t%.3f\npack\t%.3f\nread\t%.3f\n", best, packed, packing,
           read_all(&p, rows));
}

/* Rows of the best hits, for the peers to be compared with. */
static void print_rows(const char *name, struct retrieve_hits hits)
{
    printf("%s", name);
    for (size_t i = 0; i < hits.count; i++) {
        printf("\t%u", hits.at[i].row);
    }
    printf("\n");
}

static double time_scan(const struct retrieve_vectors *vectors, struct retrieve_scan scan,
                        const char *rows_name)
{
    double best = 1e9;
    struct fault fault;

    for (int search = 0; search < SEARCHES; search++) {
        ARENA_SCOPE arena = arena_new();
        struct retrieve_query query;
        float from[DIMENSIONS];

        make_vector(vectors->row_count + 17 + (uint64_t)search, from);
        double start = cpu_ms();

        must(retrieve_query_of(arena, vectors, from, &query, &fault), &fault);
        struct retrieve_hits hits = retrieve_vectors_search(arena, vectors, &query, &scan);

        best_of(&best, cpu_ms() - start);
        if (search == 0 && rows_name != NULL) {
            print_rows(rows_name, hits);
        }
    }
    return best;
}

static void bench_vectors(uint64_t count)
{
    ARENA_SCOPE arena = arena_new();
    struct retrieve_vectors vectors;
    struct retrieve_bitmap among = retrieve_bitmap_new(arena, count);
    struct fault fault;
    float row[DIMENSIONS];

    must(retrieve_vectors_new(arena, count, DIMENSIONS, 127 / 0.45F, &vectors, &fault), &fault);
    for (uint64_t i = 0; i < count; i++) {
        make_vector(i, row);
        must(retrieve_vectors_set(&vectors, i, row, &fault), &fault);
    }
    for (uint64_t i = 0; i < count; i += 100) {
        retrieve_bitmap_add(&among, i + i / 100 % 100 < count ? i + i / 100 % 100 : i);
    }
    retrieve_vectors_sketch(arena, &vectors);
    printf("scan\t%.3f\n", time_scan(&vectors, (struct retrieve_scan){.top = TOP_VECTORS}, "rows"));
    retrieve_vectors_halve(arena, &vectors);
    printf("scan by halves\t%.3f\n",
           time_scan(&vectors, (struct retrieve_scan){.top = TOP_VECTORS}, "halves rows"));
    printf("scan among 1 %%\t%.3f\n",
           time_scan(&vectors, (struct retrieve_scan){.top = TOP_VECTORS, .among = &among}, NULL));
    printf("scan by sketch\t%.3f\n",
           time_scan(
               &vectors,
               (struct retrieve_scan){.top = TOP_VECTORS, .sketched = (size_t)count / SKETCH_SHARE},
               "sketch rows"));
}

static int compare_number(const void *left, const void *right)
{
    uint32_t a = *(const uint32_t *)left;
    uint32_t b = *(const uint32_t *)right;

    return (a > b) - (a < b);
}

static struct text_bag make_bag(struct arena *arena, const struct zipf *zipf, uint64_t document)
{
    uint32_t *terms = arena_array(arena, uint32_t, WORDS * 2);
    uint32_t *counts = arena_array(arena, uint32_t, WORDS * 2);
    int length = make_document(zipf, document, terms);
    struct text_bag bag = {.term = terms, .count = counts, .length = (size_t)length};

    qsort(terms, (size_t)length, sizeof(*terms), compare_number);
    for (int i = 0; i < length; i++) {
        if (bag.size > 0 && terms[bag.size - 1] == terms[i]) {
            counts[bag.size - 1]++;
        } else {
            terms[bag.size] = terms[i];
            counts[bag.size++] = 1;
        }
    }
    return bag;
}

static void bench_text(uint32_t count)
{
    ARENA_SCOPE arena = arena_new();
    struct text_bag *bags = arena_array(arena, struct text_bag, count);
    struct zipf zipf = make_zipf();
    struct retrieve_index index;
    struct fault fault;
    double total = 0;

    for (uint32_t i = 0; i < count; i++) {
        bags[i] = make_bag(arena, &zipf, i);
    }
    double start = cpu_ms();

    must(retrieve_index_new(arena, bags, count, VOCABULARY, &RETRIEVE_BM25, &index, &fault),
         &fault);
    printf("index\t%.3f\n", cpu_ms() - start);
    for (int q = 0; q < QUERY_COUNT; q++) {
        double best = 1e9;

        for (int run = 0; run < RUNS; run++) {
            ARENA_SCOPE scratch = arena_new();

            start = cpu_ms();
            struct retrieve_hits hits =
                retrieve_index_search(scratch, &index, QUERIES[q], QUERY_TERMS, NULL, TOP_TEXT);

            best_of(&best, cpu_ms() - start);
            if (run == 0 && q == 0) {
                print_rows("text rows", hits);
            }
        }
        total += best;
    }
    printf("text\t%.4f\n", total / QUERY_COUNT);
}

int main(int argc, char **argv)
{
    if (argc != 4) {
        fprintf(stderr, "usage: ours ROWS VECTORS DOCUMENTS\n");
        return 2;
    }
    bench_filter(strtoull(argv[1], NULL, 10));
    bench_vectors(strtoull(argv[2], NULL, 10));
    bench_text((uint32_t)strtoul(argv[3], NULL, 10));
    return 0;
}
