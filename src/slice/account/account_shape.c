#include "slice/account/account_shape.h"

static const struct field made_fields[] = {
    TEXT(made, id, .doc = "Identifier of what was made"),
};
const struct shape made_shape = SHAPE(made, made_fields, "What was made");

static const struct field nothing_fields[] = {
    BOOL(nothing, ok, .doc = "True: it is done"),
};
const struct shape nothing_shape = SHAPE(nothing, nothing_fields, "Done");
