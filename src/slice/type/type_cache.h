#pragma once

/*
 * Task types that were filled in already: the same name and parameters always give the same type,
 * so nothing in here is ever out of date. Bounded; for any thread.
 */

#include "base/err.h"

struct arena;
struct fault;
struct task_type;
struct type_cache;

struct type_cache *type_cache_new(void);
void type_cache_free(struct type_cache *cache); /* NULL is fine */

/* As type_load. The type lives as long as the cache, or as the arena where `cache` is NULL or full.
 */
enum err type_recall(struct type_cache *cache, struct arena *arena, const char *name,
                     const char *parameters, const struct task_type **out, struct fault *fault);
