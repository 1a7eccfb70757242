#pragma once

/* What this installation is: made once at start, handed to every unit of work, never changed
 * but for what it remembers. */

#include <stdint.h>

#include "sys/secret.h"

/* How long what people bring is kept, in microseconds; zero: until they erase it. */
struct keeping_times {
    int64_t answers_us;      /* of interviews, after their end */
    int64_t applications_us; /* their words, after they were decided */
    int64_t resumes_us;      /* after they were uploaded */
    int64_t scorers_us;      /* that are used no more */
};
enum {
    KEEP_ANSWERS_DAYS = 730,
    KEEP_APPLICATIONS_DAYS = 730,
    KEEP_RESUMES_DAYS = 365,
    KEEP_SCORERS_DAYS = 365
};

struct grader;
struct inquiry_settings;
struct principal_cache;
struct type_cache;
struct rater_settings;
struct score_model;
struct scorer_cache;
struct speech_settings;

/* Files in the spool that a job still has to read are named by what they are kept for, its
 * identifier and this; all others are removed at the start. */
#define SPOOL_KEPT ".import"

struct installation {
    struct signing_key signing; /* of deliveries and audit seals */
    struct grader *grader;      /* judges answers of models; NULL in commands that do not */
    const char *spool;          /* folder for files that live no longer than a request or a job */
    struct type_cache *types;   /* may be NULL, as the next: nothing is remembered */
    struct principal_cache *principals;
    const struct score_model *scorer; /* the shipped one; read only */
    const char *scorer_hash;
    struct scorer_cache *scorers;       /* those that were taught; NULL: the shipped one alone */
    const struct rater_settings *rater; /* a model server as one more rater; NULL: there is none */
    const char *rater_name;             /* of its model */
    const struct inquiry_settings *inquiry; /* a model server that jobs ask; NULL: there is none */
    const struct speech_settings *speech;   /* writes spoken answers down; NULL: they are typed */
    struct keeping_times keep;
    int64_t speech_keep_us; /* sound, after its answer was given; zero: not at all */
};
