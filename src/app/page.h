#pragma once

/* The page's build, embedded by tools/embed_page.py. */

#include <stddef.h>

#include "http/server.h"

extern const struct http_asset page_assets[];
extern const size_t page_asset_count;
