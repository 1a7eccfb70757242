#include "sys/zone_file.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/zone.h"
#include "sys/file.h"

enum { ZONE_SIZE_MAX = 1 << 20 };

enum err zone_load(struct arena *arena, const char *name, const struct zone **out,
                   struct fault *fault)
{
    const char *folder = getenv("TZDIR");
    struct text bytes;
    struct zone *zone;

    if (strcmp(name, "UTC") == 0) {
        *out = zone_utc();
        return OK;
    }
    if (!zone_name_is_sound(name) ||
        file_read(
            arena,
            arena_print(arena, "%s/%s", folder == NULL ? "/usr/share/zoneinfo" : folder, name),
            ZONE_SIZE_MAX, &bytes, fault) != OK) {
        return fail_field(fault, ERR_INVALID, "zone",
                          "\"%.60s\" is no time zone such as Europe/Berlin", name);
    }
    TRY(zone_read(arena, bytes, &zone, fault));
    *out = zone;
    return OK;
}
