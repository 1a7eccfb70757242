#pragma once

/*
 * Conflicts that come up later: an engaged person declares an employer, a duty or a company to hide
 * from, and a wall now stands between them and their campaign.
 *
 * The engagement is paused, both sides are told which wall it is, and an operator decides: it goes
 * on, or it ends. Nothing is dropped without a person, and nobody works behind a wall meanwhile.
 */

struct job_kind;
struct slice;

/* Looks at the walls of all who declared something. */
extern const struct job_kind conflict_job;

extern const struct slice conflict_slice;
