#pragma once

/*
 * CSV, read record by record from text in memory (RFC 4180: quoted fields may
 * hold separators, quotes doubled, and line ends). Fields are views into the
 * input, or into the arena where quotes had to be undone.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

struct csv {
    struct text rest;
    char separator;
    uint64_t line; /* of the record that was read last, from one */
    uint64_t line_next;
};

/* A leading byte-order mark is skipped. */
struct csv csv_open(struct text input, char separator);

struct csv_record {
    const struct text *fields;
    size_t count; /* zero: the end; blank lines are skipped */
};

/*
 * The next record. ERR_INVALID: an unclosed quote, text behind a closing quote,
 * bytes that are not UTF-8, or more than `field_max` fields; fault names line and field number.
 */
enum err csv_next(struct csv *csv, struct arena *arena, size_t field_max, struct csv_record *out,
                  struct fault *fault);
