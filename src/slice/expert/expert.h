#pragma once

/*
 * Experts: profiles, the pool as a match reads it, saved pools.
 *
 * A profile belongs to one of the operator's people. Every change makes a new version of the whole
 * pool; cards say in which versions they were in force, so that what a match read can be read
 * again.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct expert_writer;
struct fault;
struct profile;
struct slice;
struct text;
struct work;

/* Job that is asked for when somebody who is engaged declares employers, duties or companies to
 * hide from; slice/conflict has it. */
#define EXPERT_DECLARED_JOB "conflict"

/* Writes profiles: knows the list of skills and the numbers of names. One for a request or a job,
 * for one thread. */
enum err expert_writer_new(struct expert_writer **out, struct fault *fault);
void expert_writer_free(struct expert_writer *writer); /* NULL is fine */

/* First in each write transaction: a new version of the pool. The work's organisation keeps it. */
enum err expert_writer_begin(struct work *work, struct expert_writer *writer);

/* Normalise a profile without writing it. ERR_INVALID names the field. */
enum err expert_check(struct arena *arena, const struct expert_writer *writer,
                      struct profile *profile, struct fault *fault);

/* Normalise and put one person's profile. `is_new`: there was none. ERR_INVALID names the field. */
enum err expert_write(struct work *work, struct expert_writer *writer, const char *person_id,
                      struct profile *profile, bool *is_new);

/* The version of the pool now; zero: there are no profiles. */
enum err expert_version(struct work *work, int64_t *out);

/* The number of a name ("skill contract law"); ERR_NOT_FOUND: nobody has it. */
enum err expert_name_number(struct work *work, const char *kind, const char *key, uint32_t *out);

/* Numbers of the words of a text that anybody uses, rising. */
enum err expert_word_numbers(struct work *work, const char *text, const uint32_t **out,
                             size_t *count);

/* The operator's expert with this address (normal), made without a password if nobody has it. NULL:
 * the address is somebody's who is no expert. */
enum err expert_of_email(struct work *work, const char *email, const char *name, const char **id);
#define EXPERT_NONE_OF_YOURS "this address belongs to somebody who is not one of your experts"

/* The owner of an expert, for routes whose first id is one: the operator that keeps the profile. */
enum err expert_owner(struct work *work, const char *id, const char **organisation_id);
enum err expert_import_owner(struct work *work, const char *id, const char **organisation_id);
enum err expert_pool_owner(struct work *work, const char *id, const char **organisation_id);

extern const struct slice expert_slice;

static inline void expert_writer_freep(struct expert_writer **writer)
{
    expert_writer_free(*writer);
}
#define EXPERT_WRITER_SCOPE [[gnu::cleanup(expert_writer_freep)]] struct expert_writer *
