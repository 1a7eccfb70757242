#pragma once

/* The word that was meant: for messages about words that are not known. */

#include <stdbool.h>
#include <stddef.h>

enum { NEAREST_SIZE_MAX = 64 };

/*
 * Edits (insert, delete, replace, swap of neighbours; optimal string alignment, Damerau 1964)
 * that make one text of the other. Texts longer than NEAREST_SIZE_MAX are as far as their length.
 */
size_t edit_distance(const char *left, const char *right);

/* True when so few edits look like a slip: one for each three letters, and one at least. */
bool is_near(size_t distance, const char *word);
