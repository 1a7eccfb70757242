#pragma once

/*
 * Room for large arrays within a bound of memory.
 *
 * Blocks are plain memory until they fill half of the bound. Those beyond lie in files of the
 * temporary folder (TMPDIR, else /var/tmp), mapped, whose pages leave the process's memory whenever
 * it holds more than three quarters of the bound, and come back as they are touched. Bytes are the
 * same wherever they lie. The files have no name, so nothing is left behind however the process
 * ends, and their room is reserved when they are made: a full folder ends the process then, with a
 * line that says so, and never in the middle of work.
 *
 * Safe to use from several threads. Blocks of less than SPILL_BLOCK_MIN are malloc's and not
 * counted; larger ones are pages of their own, which go back to the system when they are given
 * back.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena_source;
struct fault;
struct spill;

enum { SPILL_BLOCK_MIN = 1 << 20 };

/* For the commands' options `memory`. */
#define SPILL_MEMORY_DEFAULT "1G"
#define SPILL_MEMORY_DOC                                                                           \
    "Hold at most so much in memory, as 512M or 4G; arrays beyond lie in files without a name in " \
    "TMPDIR"

/* `memory`: a whole number of M or G. ERR_INVALID: it is not, or under 128M. */
enum err spill_new(const char *memory, struct spill **out, struct fault *fault);
void spill_free(struct spill *spill); /* after all blocks are given back; NULL is fine */

/* Zeroed bytes, aligned for any type. NULL for `spill` is fine everywhere: plain memory. */
void *spill_take(struct spill *spill, size_t size);
void spill_give(struct spill *spill, void *at, size_t size); /* NULL for `at` is fine */

/* The same for what is written once and read once, from front to back: plain memory only while that
 * leaves most of the bound to others. */
void *spill_take_once(struct spill *spill, size_t size);

/* A longer or shorter block with the same bytes; new ones are anything. NULL with a size of zero is
 * an empty one. */
void *spill_resize(struct spill *spill, void *at, size_t old_size, size_t new_size);

/* For arena_new_from; NULL for NULL. */
struct arena_source *spill_source(struct spill *spill);

/* Bytes that lie in files now. */
uint64_t spill_in_files(struct spill *spill);

static inline void spill_freep(struct spill **spill)
{
    spill_free(*spill);
}
#define SPILL_SCOPE [[gnu::cleanup(spill_freep)]] struct spill *
