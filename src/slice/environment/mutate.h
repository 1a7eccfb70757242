#pragma once

/* Mutants: small faults in a program or an answer, each in one place. Pure. */

#include <stdbool.h>
#include <stddef.h>

struct arena;

/* Comparisons, arithmetic, connectives, constants and returns of a program, at most `most` of them
 * spread over its whole length. Strings and comments are left alone. Returns how many. */
size_t mutate_program(struct arena *arena, const char *source, size_t most, const char **out);

/* A script without one of its commands. */
size_t mutate_script(struct arena *arena, const char *source, size_t most, const char **out);

/* Another number, another letter, another word. */
size_t mutate_text(struct arena *arena, const char *source, size_t most, const char **out);
