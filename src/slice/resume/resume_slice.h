#pragma once

/*
 * Résumés that people upload: read apart from the server, shown field by field, and counted only
 * once their owner has confirmed each field.
 *
 * A job has the file of a stranger read by a child process with this program's own command, which
 * reads PDF in a sandbox; the server sees lines of JSON, within bounds of time and size. The file
 * is deleted once it has been read. Confirmed skills and languages go into the person's profile.
 */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct arena;
struct call;
struct fault;
struct job_kind;
struct slice;
struct work;

/* One field as it was found. */
struct resume_found {
    const char *field;
    int64_t group;
    const char *value;
    double confidence;
    int64_t line;
};

/* Read a file in a child process. ERR_INVALID: it is no résumé, and the fault says why. */
enum err resume_child_read(struct arena *arena, const char *path, struct resume_found **out,
                           size_t *count, struct fault *fault);
extern const struct job_kind resume_job;
#define RESUME_JOB "resume.read"

/* Keep what was found in a résumé of the work's organisation. */
enum err resume_put(struct work *work, const char *id, const struct resume_found *found,
                    size_t count);

/* What the person says of one field. */
struct resume_verdict {
    int64_t position;
    const char *verdict; /* confirm, mend, drop */
    const char *value;   /* of mend */
};
/* ERR_CONFLICT: it is confirmed already, or was not read. */
enum err resume_settle(struct work *work, const char *id, const struct resume_verdict *verdicts,
                       size_t count);

/* Put the confirmed skills and languages behind those of the person's profile. */
enum err resume_to_profile(struct work *work, const char *id);

/* What an upload is asked with. */
struct resume_upload_query {
    const char *name; /* of the file */
};

/* Résumés of many people from one CSV, by the operator: resume_csv_rule.h says how it is written.
 */
extern const struct job_kind resume_import_job;
#define RESUME_IMPORT_JOB "resume.import"
enum err resume_serve_import(struct call *call);
enum err resume_serve_template(struct call *call);

/* File, fields and all; what was confirmed stays in the profile. */
enum err resume_drop(struct work *work, const char *id);

/* Drop résumés that have been kept for as long as the installation says; at most so many. */
enum err resume_forget(struct work *work, int64_t row_max, int64_t *count);

enum err resume_owner(struct work *work, const char *id, const char **organisation_id);

extern const struct slice resume_slice;
