#pragma once

/* Inside the bank: writing items, whoever they come from. */

#include <stdint.h>

#include "base/err.h"

struct item;
struct work;

enum err bank_write_item(struct work *work, const struct item *item, const char *body,
                         const char **id);
enum err bank_write_version(struct work *work, const char *id, int64_t version, const char *body);
