#pragma once

/* Question banks as the commands read them: files, and folders of them. */

#include "engine/item/item.h"

struct arena;
struct fault;

/* Each path is a JSON file of one domain, or a folder of them (read in order of their names). No
 * path: the seed bank of this program. ERR_INVALID names the file. */
enum err bank_file_read(struct arena *arena, const char *const *paths, size_t count,
                        struct item_bank *out, struct fault *fault);
