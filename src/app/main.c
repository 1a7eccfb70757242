#include "app/commands.h"
#include "app/slices.h"
#include "base/arena.h"
#include "cli/command.h"
#include "cli/terminal.h"
#include "remote/remote.h"

/* What the tables say, and a command for each route that wants one. */
int main(int argc, char **argv)
{
    ARENA_SCOPE arena = arena_new();
    const struct command_group **groups =
        arena_array(arena, const struct command_group *, app_command_count + 2);
    struct command_table *table = arena_new_of(arena, struct command_table);

    for (size_t i = 0; i < app_command_count; i++) {
        groups[i] = app_commands[i];
    }
    groups[app_command_count] = remote_commands(arena, app_site(arena, NULL));
    groups[app_command_count + 1] = terminal_commands(arena, table);
    *table = (struct command_table){.groups = groups, .group_count = app_command_count + 2};
    return command_main(groups, table->group_count, argc, argv);
}
