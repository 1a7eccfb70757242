#include "command/truth_numeric.h"

#include <math.h>
#include <string.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "command/label_file.h"
#include "engine/truth/numeric.h"
#include "sys/output.h"
#include "sys/threads.h"

struct error {
    uint32_t count;
    double absolute; /* mean */
    double square;   /* root of the mean */
};

/* Scores of an item that one worker gave several times become their mean. */
static size_t merge(struct numeric_score *at, size_t count)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i++) {
        double sum = at[i].value;
        uint32_t times = 1;
        bool earlier = false;

        for (size_t k = 0; k < used && !earlier; k++) {
            earlier = at[k].worker == at[i].worker;
        }
        if (earlier) {
            continue;
        }
        for (size_t k = i + 1; k < count; k++) {
            sum += at[k].worker == at[i].worker ? at[k].value : 0;
            times += at[k].worker == at[i].worker;
        }
        at[used] = at[i];
        at[used++].value = sum / times;
    }
    return used;
}

static struct numeric_input scores_of(struct arena *arena, const struct label_file *file,
                                      const double *values, bool merged)
{
    const struct truth_input *input = &file->input;
    struct numeric_score *at = arena_array(arena, struct numeric_score, truth_label_count(input));
    size_t used = 0;

    for (uint32_t item = 0; item < input->item_count; item++) {
        size_t from = used;

        for (uint32_t i = input->first[item]; i < input->first[item + 1]; i++) {
            at[used++] =
                (struct numeric_score){.item = item,
                                       .worker = input->row[i] / input->class_count,
                                       .value = values[input->row[i] % input->class_count]};
        }
        if (merged) {
            used = from + merge(at + from, used - from);
        }
    }
    return (struct numeric_input){.at = at,
                                  .count = used,
                                  .item_count = input->item_count,
                                  .worker_count = input->worker_count};
}

static enum err write_answers(struct invocation *call, const char *path,
                              const struct label_file *file, const struct numeric_fit *fit)
{
    ARENA_SCOPE arena = arena_new();
    char scratch[NAME_PRINTED_MAX];
    struct buffer line = buffer_new(arena);
    struct output output;

    TRY(output_open(arena, path, &output, call->fault));
    fprintf(output.file, "item,label,error\n");
    for (uint32_t item = 0; item < file->input.item_count; item++) {
        buffer_reset(&line);
        buffer_csv(&line, names_at(file->items, item, scratch));
        buffer_print(&line, ",%.9g,%.6g\n", fit->value[item], fit->error[item]);
        (void)fwrite(line.at, 1, line.size, output.file);
    }
    return output_finish(&output, call->fault);
}

static enum err write_workers(struct invocation *call, const char *path,
                              const struct label_file *file, const struct numeric_input *input,
                              const struct numeric_fit *fit)
{
    ARENA_SCOPE arena = arena_new();
    char scratch[NAME_PRINTED_MAX];
    uint32_t *given = arena_array(arena, uint32_t, input->worker_count);
    struct buffer line = buffer_new(arena);
    struct output output;

    for (size_t i = 0; i < input->count; i++) {
        given[input->at[i].worker]++;
    }
    TRY(output_open(arena, path, &output, call->fault));
    fprintf(output.file, "worker,labels,bias,scale,noise\n");
    for (uint32_t worker = 0; worker < input->worker_count; worker++) {
        buffer_reset(&line);
        buffer_csv(&line, names_at(file->workers, worker, scratch));
        buffer_print(&line, ",%u,%.6g,%.6g,%.6g\n", given[worker], fit->bias[worker],
                     fit->scale[worker], fit->noise[worker]);
        (void)fwrite(line.at, 1, line.size, output.file);
    }
    return output_finish(&output, call->fault);
}

static enum err measure(struct invocation *call, const char *path, const struct label_file *file,
                        const struct numeric_fit *fit, struct error *out)
{
    struct error error = {0};
    double *truth;

    TRY(label_file_values(call->arena, path, file, &truth, call->fault));
    for (uint32_t item = 0; item < file->input.item_count; item++) {
        if (!isnan(truth[item])) {
            double away = fit->value[item] - truth[item];

            error.count++;
            error.absolute += fabs(away);
            error.square += away * away;
        }
    }
    if (error.count > 0) {
        error.absolute /= error.count;
        error.square = sqrt(error.square / error.count);
    }
    *out = error;
    return OK;
}

static void print_json(struct invocation *call, const struct numeric_input *input,
                       const struct numeric_fit *fit, const struct error *error)
{
    struct buffer buffer = buffer_new(call->arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "items");
    json_int(&json, input->item_count);
    json_name(&json, "workers");
    json_int(&json, input->worker_count);
    json_name(&json, "labels");
    json_int(&json, (int64_t)input->count);
    json_name(&json, "method");
    json_text(&json, "numeric");
    json_name(&json, "rounds");
    json_int(&json, fit->rounds);
    json_name(&json, "converged");
    json_bool(&json, fit->converged);
    json_name(&json, "log_likelihood");
    json_real(&json, fit->likelihood);
    json_name(&json, "mean");
    json_real(&json, fit->mean);
    json_name(&json, "spread");
    json_real(&json, fit->spread);
    if (error->count > 0) {
        json_name(&json, "mean_absolute_error");
        json_real(&json, error->absolute);
        json_name(&json, "root_mean_square_error");
        json_real(&json, error->square);
        json_name(&json, "error_items");
        json_int(&json, error->count);
    }
    json_close(&json, '}');
    fprintf(call->out, "%s\n", buffer.at);
}

static void print_plain(struct invocation *call, const struct numeric_input *input,
                        const struct numeric_fit *fit, const struct error *error)
{
    fprintf(call->out, "items           %u\n", input->item_count);
    fprintf(call->out, "workers         %u\n", input->worker_count);
    fprintf(call->out, "labels          %zu\n", input->count);
    fprintf(call->out, "method          numeric\n");
    fprintf(call->out, "rounds          %u%s\n", fit->rounds,
            fit->converged ? "" : " (stopped at the bound)");
    fprintf(call->out, "log-likelihood  %.6f\n", fit->likelihood);
    fprintf(call->out, "values          mean %.6g, standard deviation %.6g\n", fit->mean,
            fit->spread);
    if (error->count > 0) {
        fprintf(call->out, "error           mean absolute %.4f, root mean square %.4f (%u items)\n",
                error->absolute, error->square, error->count);
    }
}

static enum err fit_file(struct invocation *call, const struct truth_numeric *options,
                         const struct label_file *file, struct numeric_input *input,
                         struct numeric_fit *fit)
{
    struct numeric_options how = NUMERIC_DEFAULTS;
    double *values = arena_array(call->arena, double, file->input.class_count);
    double *gold;

    for (uint32_t k = 0; k < file->input.class_count; k++) {
        (void)text_real(text_of(file->classes[k]), &values[k]);
    }
    *input = scores_of(call->arena, file, values, strcmp(options->repeats, "mean") == 0);
    if (options->gold != NULL) {
        TRY(label_file_values(call->arena, options->gold, file, &gold, call->fault));
        input->gold = gold;
    }
    return numeric_fit(call->arena, input, &how, fit, call->fault);
}

/* Classes are sorted, so the first or the last. */
static double most_extreme(const struct label_file *file)
{
    double first = 0;
    double last = 0;

    (void)text_real(text_of(file->classes[0]), &first);
    (void)text_real(text_of(file->classes[file->input.class_count - 1]), &last);
    return fabs(first) > fabs(last) ? first : last;
}

enum err truth_numeric_run(struct invocation *call, const struct truth_numeric *options)
{
    LABEL_FILE_SCOPE file = {0};
    struct numeric_input input;
    struct numeric_fit fit;
    struct error error = {0};
    enum truth_repeats repeats = strcmp(options->repeats, "mean") == 0   ? TRUTH_REPEATS_KEEP
                                 : strcmp(options->repeats, "last") == 0 ? TRUTH_REPEATS_LAST
                                                                         : TRUTH_REPEATS_REFUSE;

    struct parallel threads = threads_new(options->threads);

    TRY(label_file_read(call->arena,
                        &(struct label_source){.path = options->labels,
                                               .repeats = repeats,
                                               .parallel = &threads,
                                               .spill = options->spill},
                        &file, call->fault));
    if (!file.numeric || fabs(most_extreme(&file)) > NUMERIC_VALUE_MAX) {
        return label_file_refuse_words(options->labels, call->fault);
    }
    TRY(fit_file(call, options, &file, &input, &fit));
    if (options->truth != NULL) {
        TRY(measure(call, options->truth, &file, &fit, &error));
    }
    if (options->out != NULL) {
        TRY(write_answers(call, options->out, &file, &fit));
    }
    if (options->workers != NULL) {
        TRY(write_workers(call, options->workers, &file, &input, &fit));
    }
    if (options->json) {
        print_json(call, &input, &fit, &error);
    } else {
        print_plain(call, &input, &fit, &error);
    }
    return OK;
}
