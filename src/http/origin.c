#include "http/origin.h"

#include <string.h>
#include <strings.h>

bool origin_is_ours(const char *fetch_site, const char *origin, const char *host, const char *own)
{
    if (fetch_site != NULL && strcmp(fetch_site, "same-origin") != 0 &&
        strcmp(fetch_site, "none") != 0) {
        return false;
    }
    if (origin == NULL) {
        return true;
    }
    if (own != NULL) {
        return strcasecmp(origin, own) == 0;
    }
    const char *after = strstr(origin, "://");

    return after != NULL && host != NULL && strcasecmp(after + 3, host) == 0;
}
