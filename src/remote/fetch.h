#pragma once

/*
 * `delivery fetch`: a link, a download and a safe unpacking in one.
 *
 * The archive is untrusted: only plain files below one folder named as the delivery are written;
 * absolute paths, "..", links and devices are refused, and nothing that is there is overwritten.
 * Either the whole folder appears or nothing does.
 */

#include "cli/command.h"

extern const struct command remote_fetch;
