#pragma once

/* Base 64 (RFC 4648, section 4), with padding. */

#include <stdbool.h>

#include "base/text.h"

struct arena;
struct buffer;

void base64_write(struct buffer *to, struct text bytes);

/* Line ends between the letters are passed over; padding may be missing. False: it is none. */
bool base64_read(struct arena *arena, struct text from, struct text *out);
