#pragma once

/* Threads for engines: the shell's side of base/parallel.h. */

#include <stddef.h>

#include "base/parallel.h"

/*
 * Work on `thread_count` threads (zero: as many as there are processors, at most 64), the calling
 * one among them. Threads live for one run. Falls back to fewer when they cannot be started.
 */
struct parallel threads_new(size_t thread_count);
