#include "command/score_report.h"

#include "base/arena.h"
#include "base/buffer.h"
#include "base/json.h"

void score_report_add(struct score_report *report, const char *name, struct score_measures measures)
{
    if (report->count < SCORE_REPORT_MAX) {
        report->names[report->count] = name;
        report->measures[report->count++] = measures;
    }
}

static void print_measure(FILE *to, const char *name, const struct score_measure *measure)
{
    fprintf(to, "  %-18s %.4f (95%% interval %.4f to %.4f)\n", name, measure->value,
            measure->interval.low, measure->interval.high);
}

static void print_measures(FILE *to, const char *name, const struct score_measures *measures)
{
    fprintf(to, "\n%s: %u answers to %u questions\n", name, measures->count,
            measures->question_count);
    print_measure(to, "accuracy", &measures->accuracy);
    print_measure(to, "macro-F1", &measures->macro_f1);
    print_measure(to, "kappa", &measures->kappa);
    print_measure(to, "calibration error", &measures->calibration_error);
    if (measures->numeric) {
        print_measure(to, "quadratic kappa", &measures->quadratic_kappa);
        print_measure(to, "correlation", &measures->correlation);
        print_measure(to, "RMSE", &measures->rmse);
    }
}

static void measure_as_json(struct json_out *json, const char *name,
                            const struct score_measure *measure)
{
    json_name(json, name);
    json_open(json, '{');
    json_name(json, "value");
    json_real(json, measure->value);
    json_name(json, "low");
    json_real(json, measure->interval.low);
    json_name(json, "high");
    json_real(json, measure->interval.high);
    json_close(json, '}');
}

static void measures_as_json(struct json_out *json, const char *name,
                             const struct score_measures *measures)
{
    json_open(json, '{');
    json_name(json, "set");
    json_text(json, name);
    json_name(json, "answers");
    json_int(json, measures->count);
    json_name(json, "questions");
    json_int(json, measures->question_count);
    measure_as_json(json, "accuracy", &measures->accuracy);
    measure_as_json(json, "macro_f1", &measures->macro_f1);
    measure_as_json(json, "kappa", &measures->kappa);
    measure_as_json(json, "calibration_error", &measures->calibration_error);
    if (measures->numeric) {
        measure_as_json(json, "quadratic_kappa", &measures->quadratic_kappa);
        measure_as_json(json, "correlation", &measures->correlation);
        measure_as_json(json, "rmse", &measures->rmse);
    }
    json_close(json, '}');
}

static void labels_as_json(struct json_out *json, const char *const *classes, uint32_t count)
{
    json_name(json, "labels");
    json_open(json, '[');
    for (uint32_t k = 0; k < count; k++) {
        json_text(json, classes[k]);
    }
    json_close(json, ']');
}

static void report_as_json(struct arena *arena, FILE *to, const struct score_report *report)
{
    struct buffer buffer = buffer_new(arena);
    struct json_out json = json_to(&buffer);

    json_open(&json, '{');
    json_name(&json, "answers");
    json_int(&json, report->answer_count);
    json_name(&json, "questions");
    json_int(&json, report->question_count);
    json_name(&json, "domains");
    json_int(&json, report->domain_count);
    labels_as_json(&json, report->classes, report->class_count);
    json_name(&json, "seed");
    json_int(&json, (int64_t)report->seed);
    json_name(&json, "results");
    json_open(&json, '[');
    for (uint32_t i = 0; i < report->count; i++) {
        measures_as_json(&json, report->names[i], &report->measures[i]);
    }
    json_close(&json, ']');
    json_close(&json, '}');
    fprintf(to, "%s\n", buffer.at);
}

void score_report_print(struct arena *arena, FILE *to, const struct score_report *report, bool json)
{
    if (json) {
        report_as_json(arena, to, report);
        return;
    }
    fprintf(to,
            "learnt from %u answers to %u questions in %u domains; labels:", report->answer_count,
            report->question_count, report->domain_count);
    for (uint32_t k = 0; k < report->class_count; k++) {
        fprintf(to, " %s", report->classes[k]);
    }
    fprintf(to, "; seed %llu\n", (unsigned long long)report->seed);
    for (uint32_t i = 0; i < report->count; i++) {
        print_measures(to, report->names[i], &report->measures[i]);
    }
}

void score_report_model(FILE *to, const char *path, const struct score_model *model, size_t size,
                        bool json)
{
    if (json) {
        fprintf(to, "{\"answers\":%u,\"labels\":%u,\"questions\":%u,\"trees\":%u,\"bytes\":%zu}\n",
                model->answer_count, model->class_count, model->bank.count,
                model->open.forest.tree_count, size);
        return;
    }
    fprintf(to, "learnt from %u answers to %u questions; %u labels, %u trees%s\n",
            model->answer_count, model->bank.count, model->class_count,
            model->open.forest.tree_count,
            model->known.forest.tree_count > 0 ? ", and as many with graded answers" : "");
    fprintf(to, "wrote %s, %.1f MB\n", path, (double)size / 1e6);
}

static void prediction_as_json(struct json_out *json, const struct score_model *model,
                               const char *question_id, const char *answer_id,
                               const struct score_prediction *prediction)
{
    json_open(json, '{');
    json_name(json, "question_id");
    json_text(json, question_id);
    json_name(json, "answer_id");
    json_text(json, answer_id);
    json_name(json, "label");
    json_text(json, model->classes[prediction->class]);
    json_name(json, "probability");
    json_open(json, '{');
    for (uint32_t k = 0; k < model->class_count; k++) {
        json_name(json, model->classes[k]);
        json_real(json, prediction->probability[k]);
    }
    json_close(json, '}');
    json_name(json, "graded_answers_heard");
    json_bool(json, prediction->graded);
    json_name(json, "other_answers_heard");
    json_bool(json, prediction->together);
    json_name(json, "needs_person");
    json_bool(json, prediction->alarm != SCORE_CALM);
    json_name(json, "alarm");
    json_text(json, score_alarm_name(prediction->alarm));
    json_name(json, "reason");
    json_text(json, score_alarm_reason(prediction->alarm));
    json_close(json, '}');
}

void score_report_predictions(struct buffer *to, const struct score_model *model,
                              const struct answer_file *file,
                              const struct score_prediction *predictions, bool json)
{
    if (!json) {
        buffer_string(to, "question_id\tanswer_id\tlabel");
        for (uint32_t k = 0; k < model->class_count; k++) {
            buffer_print(to, "\tp_%s", model->classes[k]);
        }
        buffer_string(to, "\tgraded\ttogether\talarm\n");
    }
    for (uint32_t i = 0; i < file->count; i++) {
        const struct score_prediction *prediction = &predictions[i];
        struct json_out out = json_to(to);

        if (json) {
            prediction_as_json(&out, model, file->examples[i].question_id, file->answer_ids[i],
                               prediction);
            buffer_char(to, '\n');
            continue;
        }
        buffer_print(to, "%s\t%s\t%s", file->examples[i].question_id, file->answer_ids[i],
                     model->classes[prediction->class]);
        for (uint32_t k = 0; k < model->class_count; k++) {
            buffer_print(to, "\t%.4f", prediction->probability[k]);
        }
        buffer_print(to, "\t%s\t%s\t%s\n", prediction->graded ? "yes" : "no",
                     prediction->together ? "yes" : "no", score_alarm_name(prediction->alarm));
    }
}
