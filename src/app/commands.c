#include "app/commands.h"

#include "base/err.h"
#include "command/groups.h"

const struct command_group *const app_commands[] = {
    &assign_group,
    &irt_group,
    &score_group,
    &route_group,
    &truth_group,
    &agree_group,
    &rank_group,
    &humaneval_group,
    &sandbox_group,
    &match_group,
    &similarity_group,
    &title_group,
    &version_group,
};
const size_t app_command_count = COUNT(app_commands);
