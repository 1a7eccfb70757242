#include "app/commands.h"

#include "app/audit.h"
#include "app/serve.h"
#include "app/taxonomy.h"
#include "base/err.h"
#include "command/groups.h"
#include "slice/delivery/delivery.h"
#include "slice/time/time_cli.h"

const struct command_group *const app_commands[] = {
    /* clang-format off */
    &serve_group,
    &audit_group,
    &taxonomy_group,
    &delivery_group,
    &time_group,
    &assign_group,
    &irt_group,
    &score_group,
    &route_group,
    &truth_group,
    &agree_group,
    &rank_group,
    &sample_group,
    &watch_group,
    &humaneval_group,
    &passk_group,
    &rubric_group,
    &grade_group,
    &benchmark_group,
    &sandbox_group,
    &match_group,
    &verify_group,
    &similarity_group,
    &title_group,
    &bank_group,
    &fairness_group,
    &resume_group,
    &ledger_group,
    &version_group,
    /* clang-format on */
};
const size_t app_command_count = COUNT(app_commands);
