#pragma once

/*
 * When do two accounts look like one person's? By the way their contacts are written, never by
 * birth, face or place. Evidence for people to look at, no verdict.
 */

struct arena;

/* The mailbox that an address reaches: lower case, without what follows a plus sign, and at
 * providers that pass over dots without dots too. An address without "@" stays as it is. */
const char *duplicate_address_key(struct arena *arena, const char *address);

/* The last nine digits of a telephone number, so that prefixes for abroad do not matter; NULL:
 * there are fewer than seven. */
const char *duplicate_phone_key(struct arena *arena, const char *phone);

/* Folded words of a name in rising order, so that "Doe, Zoë" is "Zoe Doe"; "" for no words. */
const char *duplicate_name_key(struct arena *arena, const char *name);

/* An address as a stranger may see it: "n…@example.org". */
const char *duplicate_masked(struct arena *arena, const char *address);
