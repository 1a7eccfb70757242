// Xapian, BM25 with its defaults. Usage: peer_xapian DOCUMENTS FOLDER; prints `xapian<TAB>CPU ms`.

#include <cstdio>
#include <cstdlib>
#include <string>

#include <xapian.h>

#include "generate.h"

int main(int argc, char **argv)
{
    uint64_t count = argc == 3 ? strtoull(argv[1], nullptr, 10) : 0;
    std::string folder = argv[2];
    struct zipf zipf = make_zipf();
    uint32_t words[WORDS * 2];

    {
        Xapian::WritableDatabase writer(folder, Xapian::DB_CREATE_OR_OVERWRITE);

        for (uint64_t i = 0; i < count; i++) {
            Xapian::Document document;
            int length = make_document(&zipf, i, words);

            for (int k = 0; k < length; k++) {
                document.add_term("w" + std::to_string(words[k]));
            }
            writer.add_document(document);
        }
        writer.commit();
    }
    Xapian::Database reader(folder);
    double total = 0;

    for (int q = 0; q < QUERY_COUNT; q++) {
        double best = 1e9;

        for (int run = 0; run < 7; run++) {
            std::string terms[QUERY_TERMS];
            double start = cpu_ms();

            for (int k = 0; k < QUERY_TERMS; k++) {
                terms[k] = "w" + std::to_string(QUERIES[q][k]);
            }
            Xapian::Enquire enquire(reader);

            enquire.set_query(Xapian::Query(Xapian::Query::OP_OR, terms, terms + QUERY_TERMS));
            Xapian::MSet found = enquire.get_mset(0, TOP_TEXT);
            double took = cpu_ms() - start;

            best = took < best ? took : best;
            if (q == 0 && run == 0) {
                printf("xapian rows");
                for (auto hit = found.begin(); hit != found.end(); ++hit) {
                    printf("\t%u", *hit - 1);
                }
                printf("\n");
            }
        }
        total += best;
    }
    printf("xapian\t%.4f\n", total / QUERY_COUNT);
}
