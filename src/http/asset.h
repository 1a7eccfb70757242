#pragma once

/* The files of the page, as they are embedded: compressed, found by path. */

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct asset_table;
struct http_asset;
struct request;

/* The assets must outlive the table. */
struct asset_table *asset_table_new(struct arena *arena, const struct http_asset *assets,
                                    size_t count);

/* Answer with the file of the path; or, for a page that a browser asks for, with "/index.html".
 * False: there is no such file. */
bool asset_match(struct request *request);
