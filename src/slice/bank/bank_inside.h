#pragma once

/* Inside the bank: writing items, whoever they come from, and what is known of them. */

#include <stdint.h>

#include "base/err.h"

struct call;
struct item;
struct shape;
struct work;

enum err bank_serve_parameters(struct call *call);
extern const struct shape bank_parameter_shape;

enum err bank_write_item(struct work *work, const struct item *item, const char *body,
                         const char **id);
enum err bank_write_version(struct work *work, const char *id, int64_t version, const char *body);
