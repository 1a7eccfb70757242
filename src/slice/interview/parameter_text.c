#include "slice/interview/parameter_text.h"

#include "base/arena.h"
#include "base/json.h"
#include "store/work.h"

const char *parameter_text(struct work *work, const struct irt_item *item)
{
    struct buffer buffer = buffer_new(work->arena);
    struct json_out out = json_to(&buffer);

    json_open(&out, '[');
    json_real(&out, item->slope);
    json_real(&out, item->guess);
    for (uint32_t k = 0; k + 1 < item->category_count; k++) {
        json_real(&out, item->intercept[k]);
    }
    json_close(&out, ']');
    return buffer.at;
}

enum err parameter_read(struct work *work, const char *text, struct irt_item *out)
{
    struct irt_item item = {0};
    struct json *list;
    uint32_t at = 0;

    TRY(json_parse(work->arena, text_of(text), &list, &work->fault));
    for (const struct json *one = list->first; one != NULL && at < IRT_STEP_MAX + 2;
         one = one->next) {
        *(at == 0 ? &item.slope : at == 1 ? &item.guess : &item.intercept[at - 2]) = one->real;
        at++;
    }
    item.category_count = at < 3 ? 0 : at - 1;
    TRY(irt_item_check(&item, "of the step", &work->fault));
    *out = item;
    return OK;
}
