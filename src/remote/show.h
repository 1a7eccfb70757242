#pragma once

/* Answers for people: lists as aligned tables, things as lines of name and value. */

#include <stdio.h>

struct arena;
struct json;

/* Control characters of values are replaced, so that no answer can steer the terminal. */
void show_answer(FILE *to, struct arena *arena, const struct json *answer);
