#include "app/commands.h"
#include "app/slices.h"
#include "base/arena.h"
#include "cli/command.h"
#include "remote/remote.h"

/* What the tables say, and a command for each route that wants one. */
int main(int argc, char **argv)
{
    ARENA_SCOPE arena = arena_new();
    const struct command_group **groups =
        arena_array(arena, const struct command_group *, app_command_count + 1);

    for (size_t i = 0; i < app_command_count; i++) {
        groups[i] = app_commands[i];
    }
    groups[app_command_count] = remote_commands(arena, app_site(arena, NULL));
    return command_main(groups, app_command_count + 1, argc, argv);
}
