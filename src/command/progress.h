#pragma once

/*
 * Progress of an engine on standard error when that is a terminal: how often it has gone over its
 * input, told at most once a second. It stands between the engine and the threads, which get all
 * work as it comes.
 */

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "base/parallel.h"

struct progress {
    struct parallel parallel; /* for the engine */
    const struct parallel *threads;
    const char *what;
    uint32_t passes;
    time_t told;
    bool shown; /* a line stands on the terminal */
};

/* `what` goes on: "inferring". The threads outlive it. */
struct progress progress_new(const struct parallel *threads, const char *what);
void progress_end(struct progress *progress); /* takes the line off the terminal */
#define PROGRESS_SCOPE [[gnu::cleanup(progress_end)]] struct progress
