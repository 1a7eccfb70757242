#pragma once

/*
 * The framing guard: refuses requests whose end two readers could see at
 * different places (request smuggling, RFC 9112 §6 and §11.2), and those with
 * control characters where none belong.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

struct guard {
    const char *refusal; /* NULL: nothing is wrong so far; else one sentence */
    uint32_t lengths;    /* Content-Length fields seen */
    uint32_t encodings;  /* Transfer-Encoding fields seen */
    uint32_t hosts;
    uint64_t length;
};

/* Look at the request line: method and raw target. */
void guard_target(struct guard *guard, struct text method, struct text target);

/* Look at one header field. */
void guard_header(struct guard *guard, struct text name, struct text value);

/* After the last header: the verdict over all of them. NULL: go on. */
const char *guard_verdict(struct guard *guard, bool version_1_1);

static inline bool guard_has_body(const struct guard *guard)
{
    return guard->encodings > 0 || guard->length > 0;
}
