#pragma once

/*
 * The list of skills: one name for what people write in many ways.
 *
 * A name is looked up among the skills and their other names; one that is not there is linked to
 * the nearest title (engine/retrieve/link.h) when that is near enough, and else kept as it was
 * written. Not for two threads at once.
 */

#include <stddef.h>

#include "base/err.h"

struct arena;
struct fault;
struct taxonomy;

struct taxonomy_skill {
    const char *domain;
    const char *name;
    const char *others; /* comma-separated */
};

struct skill_link {
    const char *name;
    double confidence; /* 1: on the list; 0: kept as it was written */
};

enum err taxonomy_new(struct arena *arena, struct taxonomy **out, struct fault *fault);
void taxonomy_free(struct taxonomy *taxonomy); /* NULL is fine */

struct skill_link taxonomy_link(struct arena *arena, const struct taxonomy *taxonomy,
                                const char *written);

const struct taxonomy_skill *taxonomy_skills(const struct taxonomy *taxonomy, size_t *count);

static inline void taxonomy_freep(struct taxonomy **taxonomy)
{
    taxonomy_free(*taxonomy);
}
#define TAXONOMY_SCOPE [[gnu::cleanup(taxonomy_freep)]] struct taxonomy *
