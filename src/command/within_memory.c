#include "command/within_memory.h"

#include "base/arena.h"
#include "base/arena_source.h"
#include "cli/command.h"
#include "sys/spill.h"

enum err within_memory(const struct invocation *call, const char *memory,
                       enum err (*run)(struct invocation *call, struct spill *spill))
{
    SPILL_SCOPE spill = NULL;
    struct invocation bounded = *call;

    TRY(spill_new(memory, &spill, call->fault));
    ARENA_SCOPE arena = arena_new_from(spill_source(spill));

    bounded.arena = arena;
    return run(&bounded, spill);
}
