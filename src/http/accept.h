#pragma once

/* What a client says that it takes. */

#include <stdbool.h>

bool accepts_gzip(const char *accept_encoding); /* NULL: nothing was said */
bool accepts_html(const char *accept);
bool accepts_json(const char *accept); /* and no HTML */
