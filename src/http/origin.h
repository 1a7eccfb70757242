#pragma once

/*
 * May a browser have sent this write for a page of ours? (Cross-site request
 * forgery.) Programs send neither header and are not concerned: they hold no
 * cookies of somebody else.
 */

#include <stdbool.h>

/* `own` is our origin as set ("https://…"), or NULL: the Host header decides. Any may be NULL. */
bool origin_is_ours(const char *fetch_site, const char *origin, const char *host, const char *own);
