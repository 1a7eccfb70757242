#pragma once

/*
 * The system-call filter: an allow list. What is not on it answers "no such system call".
 *
 * One filter is loaded when a slot is built and inherited by every job. It must therefore let the
 * slot make process namespaces; jobs cannot, because that takes a capability they have lost and
 * cannot regain without the user namespaces that the filter refuses to everybody.
 */

#include <stdbool.h>
#include <stddef.h>

#include <linux/filter.h>

#include "base/err.h"

struct fault;

enum { FILTER_ROOM = 2048 };

struct filter {
    struct sock_filter code[FILTER_ROOM];
    struct sock_fprog program;
};

/* Compile the list; done once by the keeper. ERR_UNAVAILABLE: the library refused. */
enum err filter_build(struct filter *out, struct fault *fault);

/* Bind this process and all its descendants to it; false: the kernel refused. */
bool filter_load(const struct filter *filter);

int landlock_version(void); /* 0: the kernel has none */

/* Restrict this process and its descendants: they read below `readable` and the open folder `extra`
 * (or -1), read and write `files`, and do everything below `writable`. Lists end with NULL; a path
 * may be missing. */
bool landlock_load(const char *const *readable, const char *const *files, const char *writable,
                   int extra);
