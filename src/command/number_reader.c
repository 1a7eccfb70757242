#include "command/number_reader.h"

#include <inttypes.h>

enum err reader_refuse(struct number_reader *reader, const char *field, int64_t low, int64_t high)
{
    enum { SHOWN_MAX = 40 };
    int size = 0;

    while (reader->at + size < reader->end && size < SHOWN_MAX && reader->at[size] > ' ') {
        size++;
    }
    if (size == 0 && reader->at < reader->end && *reader->at != '\n') {
        return fail_line(reader->fault, ERR_INVALID, reader->line, field,
                         "%s: a number is expected, not a byte of value %d", field,
                         (int)(unsigned char)*reader->at);
    }
    if (size == 0) {
        return fail_line(reader->fault, ERR_INVALID, reader->line, field,
                         "%s: a number is missing%s", field,
                         reader->at == reader->end ? "; is the file cut off?" : "");
    }
    return fail_line(reader->fault, ERR_INVALID, reader->line, field,
                     "%s: \"%.*s\" is not a whole number from %" PRId64 " to %" PRId64, field, size,
                     reader->at, low, high);
}
