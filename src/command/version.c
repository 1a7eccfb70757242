#include "cli/command.h"
#include "command/groups.h"

static enum err run_version(struct invocation *call)
{
    fprintf(call->out, "periti %s\n", PERITI_VERSION);
    return OK;
}

static const struct command commands[] = {
    {.name = "version", .run = run_version, .summary = "Print the version"},
};

const struct command_group version_group = {
    .name = "About", .commands = commands, .command_count = COUNT(commands)};
