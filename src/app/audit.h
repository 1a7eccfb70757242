#pragma once

/* The audit log's proof as a command on the store. */

extern const struct command_group audit_group;
