/* The data card: what a reader needs to know before using the data, in Markdown. */

#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "slice/delivery/package.h"

static void put_classes(struct buffer *to, const struct json *classes)
{
    for (const struct json *one = classes == NULL ? NULL : classes->first; one != NULL;
         one = one->next) {
        buffer_print(to, "| %s | %lld |\n", one->name, (long long)one->integer);
    }
}

static void put_interval(struct buffer *to, const struct json *agreement)
{
    const struct json *value = json_member(agreement, "value");
    const struct json *interval = json_member(agreement, "ci");
    const struct json *count = json_member(agreement, "n");

    if (value == NULL || value->kind == JSON_NULL || interval == NULL || interval->first == NULL ||
        interval->first->kind == JSON_NULL) {
        buffer_print(to, "cannot be known from %lld rows with two answers or more",
                     count == NULL ? 0LL : (long long)count->integer);
        return;
    }
    buffer_print(to, "%.3f [%.3f–%.3f], n %lld", value->real, interval->first->real,
                 interval->first->next->real, count == NULL ? 0LL : (long long)count->integer);
}

static void put_labels(struct buffer *to, const struct json *labels)
{
    for (const struct json *label = labels == NULL ? NULL : labels->first; label != NULL;
         label = label->next) {
        const struct json *p = json_member(label, "mean_probability");

        buffer_print(to, "\n### %s\n\n", json_text_of(label, "name"));
        buffer_string(to, "Krippendorff's α over the experts' answers: ");
        put_interval(to, json_member(label, "agreement"));
        buffer_print(to, ". Mean probability of the inferred value: %.3f.\n\n",
                     p == NULL ? 0 : p->real);
        buffer_string(to, "| inferred value | rows |\n|---|---|\n");
        put_classes(to, json_member(label, "classes"));
    }
}

static void put_files(struct buffer *to, const struct manifest *manifest)
{
    buffer_string(to, "\n## Files\n\n| file | rows | bytes | SHA-256 |\n|---|---|---|---|\n");
    for (size_t i = 0; i < manifest->file_count; i++) {
        const struct package_file *file = &manifest->files[i];

        if (file->row_count >= 0) {
            buffer_print(to, "| `%s` | %lld | %lld | `%s` |\n", file->path,
                         (long long)file->row_count, (long long)file->size, file->sha256);
        }
    }
}

const char *card_write(struct arena *arena, const struct manifest *manifest, const char *guideline,
                       int64_t guideline_number)
{
    struct buffer to = buffer_new(arena);
    struct fault fault = {0};
    struct json *stats = NULL;

    if (json_parse(arena, text_of(manifest->statistics), &stats, &fault) != OK) {
        return NULL;
    }
    const struct json *rows = json_member(stats, "rows");
    const struct json *answers = json_member(stats, "answers");
    const struct json *raters = json_member(stats, "raters");

    buffer_print(&to, "# %s, delivery %lld\n\n", manifest->campaign, (long long)manifest->number);
    if (manifest->is_sample) {
        buffer_string(&to, "> **Sample data**: made for show.\n\n");
    }
    buffer_print(&to, "Delivery `%s` for %s, made %s.\n\n## What it is\n\n", manifest->delivery_id,
                 manifest->client, manifest->created_at);
    buffer_print(
        &to,
        "%lld rows of the task type *%s*, from %lld accepted answers by %lld experts. A row "
        "is in the package when as many answers were accepted as the campaign wants. Its "
        "value is inferred from the answers by the Dawid-Skene model (1979), which weighs "
        "each expert by how they confuse the classes; the probability says how sure that "
        "is.\n",
        (long long)rows->integer, manifest->task_type, (long long)answers->integer,
        (long long)raters->integer);
    buffer_string(&to, "\n## Rows by domain\n\n| domain | rows |\n|---|---|\n");
    put_classes(&to, json_member(stats, "by_domain"));
    buffer_string(&to, "\n## Quality\n");
    put_labels(&to, json_member(stats, "labels"));
    put_files(&to, manifest);
    buffer_string(
        &to,
        "\n## Lineage\n\n`rows.jsonl` holds for each row: the task as it was shown, every "
        "accepted answer with its author's pseudonym, the order of the sides, declared help "
        "by a model, time spent, each review and appeal, the version of the guideline, and "
        "the hash of the row before. The other files are made from it.\n"
        "\n## Proof\n\n`periti delivery verify DIR` checks the signature, every hash and the "
        "chain of rows, makes the other files and the statistics again, and names the first "
        "byte that was changed. It needs no network.\n"
        "\n## Limits\n\nIntervals are 95 % (bootstrap over rows). Pseudonyms are stable within "
        "the campaign and tell nothing about the person.\n");
    buffer_print(&to, "\n## Guideline, version %lld\n\n%s\n", (long long)guideline_number,
                 guideline);
    return to.at;
}
