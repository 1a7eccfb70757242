#pragma once

/*
 * Résumés: what a text in lines says of a person's contact, work, degrees, skills and languages.
 *
 * Lines are read as they stand on the page: columns are told apart by runs of blanks, sections by
 * their headings, entries by bullets and dates. Every field has the line it came from and how sure
 * the reading is; nothing is invented, and nothing counts until the person has confirmed it.
 * English headings and months.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/text.h"

struct arena;
struct fault;

enum {
    RESUME_LINE_MAX = 5000,
    RESUME_FIELD_MAX = 2000,
    RESUME_VALUE_MAX = 400, /* bytes; longer ones are cut */
};

struct resume_field {
    const char *field; /* name, email, phone, url, location, company, position, institution, degree,
                          area, start, end, skill, language, credential */
    uint32_t group;    /* fields of one job, degree or label share it; 0: of the person */
    const char *value; /* dates as 2021-05 or 2021, or "present" */
    double confidence;
    uint32_t line; /* from one; zero: it came from data that has no lines */
};

struct resume {
    const struct resume_field *fields;
    size_t count;
};

/* `text` is checked UTF-8. Linear. ERR_INVALID: more than RESUME_LINE_MAX lines, or nothing was
 * found. */
enum err resume_read(struct arena *arena, struct text text, struct resume *out,
                     struct fault *fault);

/* JSON Resume (jsonresume.org). ERR_INVALID: it is no JSON object, or holds nothing known. */
enum err resume_read_json(struct arena *arena, struct text json, struct resume *out,
                          struct fault *fault);
