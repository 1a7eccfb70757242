#include "app/commands.h"
#include "cli/command.h"

int main(int argc, char **argv)
{
    return command_main(app_commands, app_command_count, argc, argv);
}
