#pragma once

/* Reading numbers out of large texts: fast, checked, and with line and field in every refusal. */

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "base/text.h"

struct number_reader {
    const char *at;
    const char *end;
    uint64_t line;
    struct fault *fault;
};

static inline bool reader_skip_blanks(struct number_reader *reader)
{
    while (reader->at < reader->end &&
           (*reader->at == ' ' || *reader->at == '\t' || *reader->at == '\r')) {
        reader->at++;
    }
    return reader->at < reader->end && *reader->at != '\n';
}

/* Step over the rest of the line, and into the next. */
static inline void reader_next_line(struct number_reader *reader)
{
    while (reader->at < reader->end && *reader->at != '\n') {
        reader->at++;
    }
    if (reader->at < reader->end) {
        reader->at++;
        reader->line++;
    }
}

enum err reader_refuse(struct number_reader *reader, const char *field, int64_t low, int64_t high);

/* A whole number within bounds, on this line. */
static inline enum err reader_number(struct number_reader *reader, const char *field, int64_t low,
                                     int64_t high, int64_t *out)
{
    bool there = reader_skip_blanks(reader);
    const char *at = reader->at;
    bool negative = there && *at == '-';
    uint64_t value = 0;

    at += negative;
    const char *digits = at;

    while (at < reader->end && (unsigned char)(*at - '0') < 10 && at - digits < 19) {
        value = value * 10 + (unsigned char)(*at++ - '0');
    }
    bool closed = at == reader->end || *at == ' ' || *at == '\n' || *at == '\t' || *at == '\r';
    bool fits = at > digits && closed && value <= INT64_MAX;
    int64_t number = !fits ? 0 : negative ? -(int64_t)value : (int64_t)value;

    if (!fits || number < low || number > high) {
        return reader_refuse(reader, field, low, high);
    }
    reader->at = at;
    *out = number;
    return OK;
}
