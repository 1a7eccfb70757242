#include "command/truth_report.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/truth/skill.h"
#include "num/interval.h"
#include "sys/output.h"

enum { CONFUSION_CLASSES_MAX = 10, LINES_SIZE = 1 << 15 };

struct truth_score truth_score_against(const struct label_file *file, const struct truth_fit *fit,
                                       const uint32_t *truth)
{
    struct truth_score score = {.asked = true};

    for (uint32_t item = 0; item < file->input.item_count; item++) {
        uint32_t best = truth_best(&file->input, fit, item);
        const double *row = fit->posterior + (size_t)item * file->input.class_count;

        if (truth[item] == TRUTH_UNKNOWN) {
            continue;
        }
        score.count++;
        if (truth[item] < file->input.class_count && row[truth[item]] > row[best] - 1e-9) {
            score.right += 1.0 / truth_tied(&file->input, fit, item);
        }
    }
    return score;
}

/* A probability with six digits; much faster than printf, which millions of rows would feel. */
static void put_share(struct buffer *to, double share)
{
    char digits[8];
    uint32_t value = (uint32_t)(share * 1e6 + .5);

    for (int i = 7; i >= 2; i--) {
        digits[i] = (char)('0' + value % 10);
        value /= 10;
    }
    digits[0] = (char)('0' + value);
    digits[1] = '.';
    buffer_put(to, digits, sizeof(digits));
}

/* Write what has gathered once that is more than `most` bytes. */
static void flush(struct output *output, struct buffer *buffer, size_t most)
{
    if (buffer->size > most) {
        (void)fwrite(buffer->at, 1, buffer->size, output->file);
        buffer_reset(buffer);
    }
}

/* The classes as CSV writes them, between two commas. */
static struct text *csv_classes(struct arena *arena, const struct label_file *file)
{
    struct text *written = arena_array(arena, struct text, file->input.class_count);

    for (uint32_t k = 0; k < file->input.class_count; k++) {
        struct buffer class = buffer_new(arena);

        buffer_char(&class, ',');
        buffer_csv(&class, text_of(file->classes[k]));
        buffer_char(&class, ',');
        written[k] = (struct text){.at = class.at, .size = class.size};
    }
    return written;
}

enum err truth_write_answers(struct invocation *call, const char *path,
                             const struct label_file *file, const struct truth_fit *fit)
{
    ARENA_SCOPE arena = arena_new();
    char scratch[NAME_PRINTED_MAX];
    const struct text *classes = csv_classes(arena, file);
    struct buffer lines = buffer_new(arena);
    struct output output;

    TRY(output_open(arena, path, &output, call->fault));
    buffer_string(&lines, "item,label,probability\n");
    for (uint32_t item = 0; item < file->input.item_count; item++) {
        uint32_t best = truth_best(&file->input, fit, item);

        buffer_csv(&lines, names_at(file->items, item, scratch));
        buffer_put(&lines, classes[best].at, classes[best].size);
        put_share(&lines, fit->posterior[(size_t)item * file->input.class_count + best]);
        buffer_char(&lines, '\n');
        flush(&output, &lines, LINES_SIZE);
    }
    flush(&output, &lines, 0);
    return output_finish(&output, call->fault);
}

static void head_workers(const struct label_file *file, struct buffer *line)
{
    ARENA_SCOPE arena = arena_new();
    uint32_t class_count = file->input.class_count;

    buffer_string(line, "worker,labels,skill,low,high,top");
    for (uint32_t k = 0; class_count <= CONFUSION_CLASSES_MAX && k < class_count; k++) {
        for (uint32_t l = 0; l < class_count; l++) {
            buffer_char(line, ',');
            buffer_csv(line,
                       text_of(arena_print(arena, "%s>%s", file->classes[k], file->classes[l])));
        }
    }
    buffer_char(line, '\n');
}

enum err truth_write_workers(struct invocation *call, const char *path,
                             const struct label_file *file, const struct truth_fit *fit,
                             const struct truth_skill *skill)
{
    ARENA_SCOPE arena = arena_new();
    char scratch[NAME_PRINTED_MAX];
    uint32_t class_count = file->input.class_count;
    uint32_t cells = class_count <= CONFUSION_CLASSES_MAX ? class_count * class_count : 0;
    uint32_t *given = arena_array(arena, uint32_t, file->input.worker_count);
    struct buffer line = buffer_new(arena);
    struct output output;

    for (uint32_t i = 0; i < truth_label_count(&file->input); i++) {
        given[file->input.row[i] / class_count]++;
    }
    TRY(output_open(arena, path, &output, call->fault));
    head_workers(file, &line);
    for (uint32_t worker = 0; worker < file->input.worker_count; worker++) {
        const double *confusion = fit->confusion + (size_t)worker * class_count * class_count;

        buffer_csv(&line, names_at(file->workers, worker, scratch));
        buffer_print(&line, ",%u,%.6f,%.6f,%.6f,%.4f", given[worker], skill->mean[worker],
                     skill->low[worker], skill->high[worker], skill->top[worker]);
        for (uint32_t i = 0; i < cells; i++) {
            buffer_char(&line, ',');
            put_share(&line, confusion[i]);
        }
        buffer_char(&line, '\n');
        flush(&output, &line, LINES_SIZE);
    }
    flush(&output, &line, 0);
    return output_finish(&output, call->fault);
}

void truth_print(struct invocation *call, const struct label_file *file,
                 const struct truth_fit *fit, const struct truth_score *score)
{
    fprintf(call->out, "items           %u\n", file->input.item_count);
    fprintf(call->out, "workers         %u\n", file->input.worker_count);
    fprintf(call->out, "classes         %u\n", file->input.class_count);
    fprintf(call->out, "labels          %u\n", truth_label_count(&file->input));
    fprintf(call->out, "method          %s%s%s\n", fit->method, *fit->reason ? ": " : "",
            fit->reason);
    fprintf(call->out, "rounds          %u%s\n", fit->rounds,
            fit->converged ? "" : " (stopped at the bound)");
    fprintf(call->out, "log-likelihood  %.6f\n", fit->likelihood);
    if (score->count > 0) {
        struct interval interval = interval_wilson(score->right, score->count, .95);

        fprintf(call->out, "accuracy        %.4f (95%% interval %.4f to %.4f, %u items)\n",
                score->right / score->count, interval.low, interval.high, score->count);
    } else if (score->asked) {
        fprintf(call->out, "accuracy        not known: no item that has labels has an answer\n");
    }
}

void truth_print_json(struct invocation *call, const struct label_file *file,
                      const struct truth_fit *fit, const struct truth_score *score)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "items");
    json_int(&json, file->input.item_count);
    json_name(&json, "workers");
    json_int(&json, file->input.worker_count);
    json_name(&json, "classes");
    json_int(&json, file->input.class_count);
    json_name(&json, "labels");
    json_int(&json, truth_label_count(&file->input));
    json_name(&json, "method");
    json_text(&json, fit->method);
    json_name(&json, "reason");
    json_text(&json, fit->reason);
    json_name(&json, "rounds");
    json_int(&json, fit->rounds);
    json_name(&json, "converged");
    json_bool(&json, fit->converged);
    json_name(&json, "log_likelihood");
    json_real(&json, fit->likelihood);
    if (score->count > 0) {
        struct interval interval = interval_wilson(score->right, score->count, .95);

        json_name(&json, "accuracy");
        json_real(&json, score->right / score->count);
        json_name(&json, "accuracy_low");
        json_real(&json, interval.low);
        json_name(&json, "accuracy_high");
        json_real(&json, interval.high);
        json_name(&json, "accuracy_items");
        json_int(&json, score->count);
    } else if (score->asked) {
        json_name(&json, "accuracy");
        json_null(&json);
        json_name(&json, "accuracy_items");
        json_int(&json, 0);
    }
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}
