#pragma once

/* One range of bytes of an answer (RFC 9110 §14): so that a download that was cut off goes on. */

#include <stdint.h>

enum range_outcome {
    RANGE_WHOLE, /* none was asked for, or nothing that we split by: send everything */
    RANGE_PART,
    RANGE_BEYOND, /* it begins behind the end: 416 */
};

struct range {
    uint64_t first;
    uint64_t size; /* at least one */
};

/* `header` is Range, `if_range` is If-Range (either may be NULL), `etag` that of what is there. A
 * list of ranges, another unit or a condition that does not hold means everything. */
enum range_outcome range_choose(const char *header, const char *if_range, const char *etag,
                                uint64_t size, struct range *out);
