#pragma once

/*
 * Benchmarks: a client's own tasks, put to models, and the table that comes of it.
 *
 * A suite holds tasks in versions, some public, some held out. A release is a file of them with the
 * suite's canary; answers name by its hash the release that they answer, and stay as they came.
 * A task that is retired or replaced stands in the changelog and counts no more. The leaderboard is
 * derived, every time, from the answers to what counts now (engine/verify/leaderboard.h).
 */

struct slice;

extern const struct slice benchmark_slice;
