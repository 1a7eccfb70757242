// FAISS, one thread, one query at a time. Usage: peer_faiss VECTORS; prints `name<TAB>CPU ms`.

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include <faiss/IndexFlat.h>
#include <faiss/IndexScalarQuantizer.h>
#include <omp.h>

#include "generate.h"

static void measure(const char *name, const char *rows_name, faiss::Index &index, uint64_t count)
{
    double best = 1e9;
    std::vector<float> scores(TOP_VECTORS);
    std::vector<faiss::Index::idx_t> rows(TOP_VECTORS);

    for (uint64_t search = 0; search < 4; search++) {
        float query[DIMENSIONS];

        make_vector(count + 17 + search, query);
        double start = cpu_ms();

        index.search(1, query, TOP_VECTORS, scores.data(), rows.data());
        double took = cpu_ms() - start;

        best = took < best ? took : best;
        if (search == 0) {
            printf("%s", rows_name);
            for (auto row : rows) {
                printf("\t%ld", (long)row);
            }
            printf("\n");
        }
    }
    printf("%s\t%.3f\n", name, best);
}

static void fill(faiss::Index &index, uint64_t count)
{
    const uint64_t batch = 100000;
    std::vector<float> rows(batch * DIMENSIONS);

    for (uint64_t at = 0; at < count; at += batch) {
        uint64_t size = count - at < batch ? count - at : batch;

        for (uint64_t i = 0; i < size; i++) {
            make_vector(at + i, rows.data() + i * DIMENSIONS);
        }
        if (!index.is_trained) {
            index.train((faiss::Index::idx_t)size, rows.data());
        }
        index.add((faiss::Index::idx_t)size, rows.data());
    }
}

int main(int argc, char **argv)
{
    uint64_t count = argc == 2 ? strtoull(argv[1], nullptr, 10) : 0;

    omp_set_num_threads(1);
    {
        faiss::IndexScalarQuantizer bytes(DIMENSIONS, faiss::ScalarQuantizer::QT_8bit,
                                          faiss::METRIC_INNER_PRODUCT);

        fill(bytes, count);
        measure("faiss 8-bit", "8-bit rows", bytes, count);
    }
    faiss::IndexFlatIP flat(DIMENSIONS);

    fill(flat, count);
    measure("faiss flat", "flat rows", flat, count);
}
