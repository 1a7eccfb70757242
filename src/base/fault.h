#pragma once

/*
 * Faults: why something failed, said once, where the failure is born.
 *
 * `text` is for the person who can act and names what was wrong and what would
 * be right; `field` is the offending input, if one can be named; file and line
 * are for the log. Whoever passes a failure on leaves the fault as it is.
 */

#include <stdint.h>

#include "base/err.h"

struct fault {
    enum err kind;
    char text[512];
    char field[96];   /* a column, a JSON path or an option; empty if none */
    uint64_t line;    /* of the input, from one; zero if it has no lines */
    const char *file; /* where in our source */
    int at;
};

[[gnu::format(printf, 7, 8)]] enum err fault_set(struct fault *fault, enum err kind,
                                                 const char *field, uint64_t line, const char *file,
                                                 int at, const char *format, ...);

/* return fail(fault, ERR_INVALID, "the rate is %d, but must be positive", rate); */
#define fail(fault, kind, ...) fault_set((fault), (kind), "", 0, __FILE__, __LINE__, __VA_ARGS__)

/* The same, naming the field at fault. */
#define fail_field(fault, kind, field, ...)                                                        \
    fault_set((fault), (kind), (field), 0, __FILE__, __LINE__, __VA_ARGS__)

/* The same, naming the line of the input and the field in it. */
#define fail_line(fault, kind, line, field, ...)                                                   \
    fault_set((fault), (kind), (field), (line), __FILE__, __LINE__, __VA_ARGS__)
