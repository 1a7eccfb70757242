#pragma once

/* The commands that run an engine on plain files: one file a group, side by side. */

struct command_group;

extern const struct command_group assign_group;
extern const struct command_group irt_group;
extern const struct command_group score_group;
extern const struct command_group route_group;
extern const struct command_group truth_group;
extern const struct command_group agree_group;
extern const struct command_group rank_group;
extern const struct command_group sample_group;
extern const struct command_group watch_group;
extern const struct command_group humaneval_group;
extern const struct command_group passk_group;
extern const struct command_group rubric_group;
extern const struct command_group grade_group;
extern const struct command_group benchmark_group;
extern const struct command_group sandbox_group;
extern const struct command_group match_group;
extern const struct command_group verify_group;
extern const struct command_group similarity_group;
extern const struct command_group title_group;
extern const struct command_group bank_group;
extern const struct command_group fairness_group;
extern const struct command_group resume_group;
extern const struct command_group ledger_group;
extern const struct command_group version_group;
