/* CSV: every record has fields, at most as many as were allowed, and reading comes to an end. */

#include <assert.h>

#include "base/arena.h"
#include "base/csv.h"
#include "base/fault.h"
#include "fuzz.h"

enum { FIELD_MAX = 16 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ARENA_SCOPE arena = arena_new();
    struct fault fault = {0};
    struct csv csv = csv_open((struct text){(const char *)data, size}, ',');
    size_t bytes = 0;

    for (size_t i = 0; i <= size; i++) {
        struct csv_record record = {0};

        if (csv_next(&csv, arena, FIELD_MAX, &record, &fault) != OK) {
            assert(fault.text[0] != '\0');
            return 0;
        }
        if (record.count == 0) {
            return 0;
        }
        assert(record.count <= FIELD_MAX);
        for (size_t k = 0; k < record.count; k++) {
            bytes += record.fields[k].size;
        }
        assert(bytes <= size);
    }
    assert(!"more records than bytes");
    return 0;
}
