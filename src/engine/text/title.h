#pragma once

/*
 * Titles of jobs and skills: what a coordinated title names.
 *
 * "Shipping, Receiving, and Inventory Clerks" names three jobs that share their head; "Fire
 * Inspectors and Investigators" names two that share their modifier. A conjunct whose last word
 * agrees in number with the last word of all is a phrase of its own and borrows the leading
 * modifiers if it has none; any other borrows what follows the first word of the last conjunct.
 */

#include <stddef.h>

#include "base/text.h"
#include "engine/text/words.h"

struct arena;

enum { TEXT_TITLE_VARIANTS_MAX = 16 };

/* The titles that a folded title coordinates, joined by blanks; one, cleaned, if it coordinates
 * none. Brackets and what follows "except", "excluding" or "including" are left out. English
 * connectives. */
struct text_words text_title_variants(struct arena *arena, struct text folded);
