#pragma once

/* What is believed of an item, as it is written down with the step that asked it. */

#include "base/err.h"
#include "engine/irt/model.h"

struct work;

const char *parameter_text(struct work *work, const struct irt_item *item);
enum err parameter_read(struct work *work, const char *text, struct irt_item *out);
