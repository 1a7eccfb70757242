#pragma once

/* `periti time verify`: the proof of a time log without a network. */

struct command_group;

extern const struct command_group time_group;
