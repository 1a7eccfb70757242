#pragma once

/*
 * `sign-in` and `sign-out`: who somebody at a terminal is.
 *
 * Signing in makes an API key that holds for a time, and keeps it with the server's address in a
 * file of the person's own (mode 0600). Other commands use it when nothing else is said, and
 * for that server alone.
 */

#include "cli/command.h"
#include "remote/client.h"

extern const struct command remote_sign_in;
extern const struct command remote_sign_out;

/* What was kept; `url` NULL: nobody is signed in. ERR_INVALID: the file is damaged. */
enum err sign_in_read(struct invocation *call, struct remote_server *out);
