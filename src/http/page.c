#include "http/page.h"

#include "base/arena.h"
#include "http/route.h"
#include "store/work.h"

static const struct page_query page_defaults = {.after = NULL, .limit = PAGE_DEFAULT};
static const struct field page_fields[] = {
    TEXT(page_query, after, .doc = "Cursor: `next` of the page before", .optional = true,
         .max = 200),
    INT(page_query, limit, .doc = "Rows at most", .optional = true, .min = 1, .max = PAGE_MAX),
};
const struct shape page_query_shape =
    SHAPE(page_query, page_fields, "A page", .defaults = &page_defaults);

const char *page_after(const char *after, const char *first)
{
    return after == NULL ? first : after;
}

enum err page_reply(struct call *call, const void *rows, size_t count, int64_t limit,
                    const char *last)
{
    struct page *page = arena_new_of(call->work->arena, struct page);

    page->items = (struct list){.at = rows, .count = count};
    page->next = count == (size_t)limit ? last : NULL;
    call->reply = page;
    return OK;
}
