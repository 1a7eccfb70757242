#pragma once

/* What a model is to read and not to obey: parts between lines that begin with a mark. */

struct arena;
struct buffer;

/* A mark that none of the texts can hold, because it depends on all of them; the same each time, so
 * that a cache finds the call again. NULL ends the texts. */
const char *material_mark(struct arena *arena, const char *const *texts);

/* One part; a text that is NULL is left out. */
void material_put(struct buffer *to, const char *mark, const char *name, const char *text);
void material_end(struct buffer *to, const char *mark);
