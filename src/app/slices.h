#pragma once

/* Every slice of the product, gathered; nobody registers. */

#include <stddef.h>

struct arena;
struct http_site;
struct installation;
struct job_kind;
struct slice;

extern const struct slice *const app_slices[];
extern const size_t app_slice_count;

/* The routes of all slices with the page's files, for the HTTP door. In the arena. */
const struct http_site *app_site(struct arena *arena, const struct installation *installation);

const struct job_kind *const *app_jobs(struct arena *arena, size_t *count);
