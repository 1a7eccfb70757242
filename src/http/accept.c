#include "http/accept.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"

/* "q=0", "q=0.000": not acceptable (RFC 9110 §12.4.2). */
static bool is_refused(struct text parameters)
{
    for (size_t i = 0; i + 1 < parameters.size; i++) {
        if ((parameters.at[i] | 0x20) == 'q' && parameters.at[i + 1] == '=') {
            for (size_t k = i + 2; k < parameters.size; k++) {
                if (parameters.at[k] >= '1' && parameters.at[k] <= '9') {
                    return false;
                }
            }
            return true;
        }
    }
    return false;
}

static bool lists(const char *list, const char *wanted)
{
    size_t size = strlen(wanted);

    for (const char *at = list; at != NULL && *at != '\0';) {
        at += strspn(at, " \t,");
        size_t width = strcspn(at, ",");
        size_t name = strcspn(at, ";, \t");

        if (name == size && strncasecmp(at, wanted, size) == 0) {
            return !is_refused((struct text){.at = at + name, .size = width - name});
        }
        at += width;
    }
    return false;
}

bool accepts_gzip(const char *accept_encoding)
{
    return lists(accept_encoding, "gzip");
}

bool accepts_json(const char *accept)
{
    return lists(accept, "application/json") && !accepts_html(accept);
}

bool accepts_html(const char *accept)
{
    return lists(accept, "text/html");
}
