#pragma once

/* `periti truth --method numeric`: labels are numbers and so are the answers. */

#include "cli/command.h"

struct spill;

struct truth_numeric {
    const char *labels;
    const char *truth; /* NULL: none, as for the next three */
    const char *gold;
    const char *out;     /* item,label,error */
    const char *workers; /* worker,labels,bias,scale,noise */
    const char *repeats;
    size_t threads; /* zero: as many as processors */
    struct spill *spill;
    bool json;
};

enum err truth_numeric_run(struct invocation *call, const struct truth_numeric *options);
