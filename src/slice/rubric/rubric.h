#pragma once

/*
 * Rubrics in the store: what answers are graded by, in versions, and how well each version
 * measures.
 *
 * A version is immutable and named by the hash of what it says. What a model drafted is a draft
 * until a person confirms it; nothing is graded by a draft. Grades are facts: by people, from
 * campaigns of the task type grading that are bound to a version or handed over, and by models. A
 * model's verdict stands alone only where the client's gate lets it, and a share of them goes to
 * people all the same.
 */

struct slice;

extern const struct slice rubric_slice;
