#pragma once

/*
 * Names as dense numbers, for millions of them: like base/map, but memory is given
 * back as the table grows, and names that are whole numbers, alone or behind what
 * the first name begins with (17, task-000017), are kept as numbers and not as text.
 */

#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"

enum { NAME_PRINTED_MAX = 48 };

#define NAME_NO_NUMBER UINT32_MAX

struct names;
struct spill;

struct names *names_new(struct spill *spill); /* where names lie; NULL: in memory */
void names_free(struct names *names);         /* NULL is fine */

/* The number of the name, old or new. At most 2^31 names and 2^40 bytes. */
uint32_t names_add(struct names *names, struct text name);

/* The same where it is known which whole number of at most nine digits the name is written as, or
 * that it is NAME_NO_NUMBER. */
uint32_t names_add_number(struct names *names, struct text name, uint32_t number);

/* Give back what only looking up needs, about half; the next look-up makes it again. */
void names_rest(struct names *names);

bool names_find(struct names *names, struct text name, uint32_t *out);
uint32_t names_count(const struct names *names);

/* A name that was kept as a number is written into `scratch`. */
struct text names_at(const struct names *names, uint32_t number, char scratch[NAME_PRINTED_MAX]);
