#include <inttypes.h>
#include <sys/resource.h>
#include <time.h>

#include "base/arena.h"
#include "base/buffer.h"
#include "base/fault.h"
#include "base/json.h"
#include "cli/command.h"
#include "command/assign_file.h"
#include "command/assign_further.h"
#include "command/assign_shortage.h"
#include "command/groups.h"
#include "command/number_reader.h"
#include "engine/assign/relax.h"
#include "sys/file.h"

struct assign_command {
    const char *format;
    const char *out;
    const char *drop;
    const char *budget;
    const char *fair;
    const char *groups;
    double cap;
    double spread;
    int64_t parts;
    int64_t seed;
    bool json;
};

static const struct assign_command defaults = {.format = "auto", .parts = 16};

static const struct field fields[] = {
    TEXT(assign_command, format, .choices = "auto|dimacs|orlib|csr",
         .doc = "How the file is written; auto: csr by its first bytes, else dimacs"),
    TEXT(assign_command, out, .optional = true, .doc = "Write the flows to this file (DIMACS)"),
    TEXT(assign_command, drop, .optional = true,
         .doc =
             "Afterwards, let the columns whose numbers stand in this file drop out, and repair"),
    TEXT(assign_command, budget, .optional = true,
         .doc = "Afterwards, solve again within the budgets of this file"),
    TEXT(assign_command, fair, .optional = true,
         .doc = "Afterwards, solve again with the floors of this file: the least that columns get"),
    TEXT(assign_command, groups, .optional = true,
         .doc = "Afterwards, solve again with the minima and maxima for groups of this file"),
    REAL(assign_command, cap,
         .doc = "Afterwards, draw by lot: no pair more probable than this; 0: no lot", .min = 0,
         .max = 1),
    REAL(assign_command, spread,
         .doc = "With a cap: how far seats are shared out further, up to half of 1 / cap", .min = 0,
         .max = 32),
    INT(assign_command, parts, .doc = "With a cap: probabilities are multiples of 1 / parts",
        .min = 1, .max = 64),
    INT(assign_command, seed, .doc = "Chooses among equally cheap answers, and draws lots",
        .min = 0, .max = 9007199254740992.0),
    BOOL(assign_command, json, .doc = "Print JSON"),
};
static const struct shape shape = SHAPE(assign_command, fields, "", .defaults = &defaults);

static double seconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static double peak_mebibytes(void)
{
    struct rusage usage;

    (void)getrusage(RUSAGE_SELF, &usage);
    return (double)usage.ru_maxrss / 1024;
}

/* What is printed, for either kind of problem. */
struct report {
    const char *method;
    uint64_t rows, columns, edges;
    int64_t cost;
    uint64_t missing;
    bool optimal;
    int64_t gap;
    uint64_t steps; /* augmentations or pivots */
    uint64_t passes;
    double solve_seconds;
    const struct assign_file *file;         /* of the shortage */
    const struct assign_shortage *shortage; /* NULL: none */
};

static void print_text(FILE *to, const char *title, const struct report *report)
{
    fprintf(to, "%s\n", title);
    fprintf(to, "  optimum        %" PRId64 "\n", report->cost);
    if (report->missing > 0) {
        fprintf(to, "  missing seats  %" PRIu64 " (infeasible; no answer has fewer)\n",
                report->missing);
    }
    fprintf(to, "  proof          %s, gap %" PRId64 "\n",
            report->optimal ? "optimal" : "NOT PROVED", report->gap);
    fprintf(to, "  method         %s, %" PRIu64 " passes, %" PRIu64 " steps\n", report->method,
            report->passes, report->steps);
    fprintf(to, "  solving        %.6f s\n", report->solve_seconds);
    if (report->shortage != NULL) {
        shortage_print(to, report->file, report->shortage);
    }
}

static void put_report(struct json_out *json, const struct report *report)
{
    json_open(json, '{');
    json_name(json, "method");
    json_text(json, report->method);
    json_name(json, "rows");
    json_int(json, (int64_t)report->rows);
    json_name(json, "columns");
    json_int(json, (int64_t)report->columns);
    json_name(json, "edges");
    json_int(json, (int64_t)report->edges);
    json_name(json, "optimum");
    json_int(json, report->cost);
    json_name(json, "missing");
    json_int(json, (int64_t)report->missing);
    json_name(json, "optimal");
    json_bool(json, report->optimal);
    json_name(json, "gap");
    json_int(json, report->gap);
    json_name(json, "passes");
    json_int(json, (int64_t)report->passes);
    json_name(json, "steps");
    json_int(json, (int64_t)report->steps);
    json_name(json, "solve_seconds");
    json_real(json, report->solve_seconds);
    if (report->shortage != NULL) {
        json_name(json, "shortage");
        shortage_put(json, report->file, report->shortage);
    }
    json_close(json, '}');
}

static enum err read_file(struct invocation *call, const char *path, struct assign_file *out)
{
    const struct assign_command *options = call->options;
    const char *format = options->format;
    struct text text;

    TRY(file_map(path, &text, call->fault));
    if (shape_allows("auto", format)) {
        format = text_starts(text, "PERASG1\n") ? "csr" : "dimacs";
    }
    if (shape_allows("orlib", format)) {
        TRY(orlib_read(call->arena, text, out, call->fault));
    } else if (shape_allows("csr", format)) {
        TRY(csr_read(call->arena, text, out, call->fault));
    } else {
        TRY(dimacs_read(call->arena, text, out, call->fault));
    }
    return out->is_network ? OK : assign_check(&out->problem, call->fault);
}

static enum err judge(struct invocation *call, const struct assign_file *file,
                      const struct assign_fit *fit, struct report *report)
{
    const struct assign_problem *problem = &file->problem;
    struct assign_proof proof;

    TRY(assign_prove(call->arena, problem, fit, &proof, call->fault));
    report->method = "row prices";
    report->rows = problem->row_count;
    report->columns = problem->column_count;
    report->edges = problem->start == NULL ? (uint64_t)problem->row_count * problem->column_count
                                           : problem->start[problem->column_count];
    report->cost = fit->cost;
    report->missing = fit->missing;
    report->optimal = proof.optimal;
    report->gap = proof.gap;
    report->steps = fit->work.augmentations;
    report->passes = fit->work.passes;
    return OK;
}

/* What to relax, where seats are missing. */
static enum err explain(struct invocation *call, const struct assign_file *file,
                        const struct assign_fit *fit, struct report *report)
{
    struct assign_shortage *shortage = arena_array(call->arena, struct assign_shortage, 1);

    if (fit->missing == 0) {
        return OK;
    }
    TRY(assign_relax(call->arena, &file->problem, &assign_defaults, fit, SHORTAGE_TRIED_MAX,
                     shortage, call->fault));
    report->file = file;
    report->shortage = shortage;
    return OK;
}

static enum err write_flows(const char *path, const struct assign_file *file,
                            const struct assign_fit *fit, struct fault *fault)
{
    ARENA_SCOPE arena = arena_new();
    struct buffer buffer = buffer_new(arena);
    uint32_t run = 0;

    buffer_print(&buffer, "s %" PRId64 "\n", fit->cost);
    for (size_t i = 0; i < fit->seat_count; i++) {
        const struct assign_seat *seat = &fit->seats[i];
        bool last = i + 1 == fit->seat_count || fit->seats[i + 1].column != seat->column;

        buffer_print(&buffer, "f %" PRIu32 " %" PRIu32 " 1\n", file->row_name[seat->row],
                     file->column_name[seat->column]);
        run++;
        if (last && file->sink_name != 0) {
            buffer_print(&buffer, "f %" PRIu32 " %" PRIu32 " %" PRIu32 "\n",
                         file->column_name[seat->column], file->sink_name, run);
        }
        run = last ? 0 : run;
    }
    for (uint32_t row = 0; file->sink_name != 0 && row < file->problem.row_count; row++) {
        if (fit->empty[row] > 0) {
            buffer_print(&buffer, "f %" PRIu32 " %" PRIu32 " %" PRIu32 "\n", file->row_name[row],
                         file->sink_name, fit->empty[row]);
        }
    }
    return file_write(path, buffer_view(&buffer), 0644, fault);
}

/* Columns that drop out, one number a line, as capacities. */
static enum err read_drops(struct invocation *call, const struct assign_file *file,
                           const uint16_t **out)
{
    const struct assign_command *options = call->options;
    uint32_t columns = file->problem.column_count;
    uint16_t *capacity = arena_array(call->arena, uint16_t, columns + (size_t)1);
    struct text text;
    uint32_t most = 0;

    for (uint32_t i = 0; i < columns; i++) {
        capacity[i] = file->problem.capacity == NULL ? 1 : file->problem.capacity[i];
        most = file->column_name[i] > most ? file->column_name[i] : most;
    }
    uint32_t *column = arena_array(call->arena, uint32_t, most + (size_t)1);

    for (uint32_t i = 0; i < columns; i++) {
        column[file->column_name[i]] = i + 1;
    }
    TRY(file_map(options->drop, &text, call->fault));
    struct number_reader reader = {
        .at = text.at, .end = text.at + text.size, .line = 1, .fault = call->fault};

    for (; reader.at < reader.end; reader_next_line(&reader)) {
        int64_t name = 0;

        if (!reader_skip_blanks(&reader)) {
            continue;
        }
        TRY(reader_number(&reader, "expert", 1, most, &name));
        if (column[name] == 0) {
            return fail_line(call->fault, ERR_INVALID, reader.line, "expert",
                             "%" PRId64 " is no column of the problem", name);
        }
        capacity[column[name] - 1] = 0;
    }
    *out = capacity;
    return OK;
}

static void print_all(struct invocation *call, const struct report *first,
                      const struct report *repaired, const struct further *further,
                      double read_seconds)
{
    const struct assign_command *options = call->options;

    if (options->json) {
        struct buffer buffer = buffer_new(call->arena);
        struct json_out json = json_to(&buffer);

        json_open(&json, '{');
        json_name(&json, "read_seconds");
        json_real(&json, read_seconds);
        json_name(&json, "peak_mebibytes");
        json_real(&json, peak_mebibytes());
        json_name(&json, "solution");
        put_report(&json, first);
        if (repaired != NULL) {
            json_name(&json, "repair");
            put_report(&json, repaired);
        }
        if (further != NULL) {
            further_put(&json, further);
        }
        json_close(&json, '}');
        fprintf(call->out, "%s\n", buffer.at);
        return;
    }
    fprintf(call->out,
            "problem\n  size           %" PRIu64 " rows, %" PRIu64 " columns, %" PRIu64
            " edges\n  reading        %.6f s\n",
            first->rows, first->columns, first->edges, read_seconds);
    print_text(call->out, "solution", first);
    if (repaired != NULL) {
        print_text(call->out, "repair", repaired);
    }
    if (further != NULL) {
        further_print(call->out, further);
    }
    fprintf(call->out, "memory\n  peak           %.1f MiB\n", peak_mebibytes());
}

static struct further_wish wish_of(const struct assign_command *options)
{
    return (struct further_wish){.budget = options->budget,
                                 .fair = options->fair,
                                 .groups = options->groups,
                                 .cap = options->cap,
                                 .spread = options->spread,
                                 .parts = options->parts,
                                 .seed = (uint64_t)options->seed};
}

static enum err solve_problem(struct invocation *call, const struct assign_file *file,
                              double read_seconds)
{
    const struct assign_command *options = call->options;
    struct assign_options how = assign_defaults;
    struct report first = {0};
    struct report second = {0};
    struct further_wish wish = wish_of(options);
    struct further *further = NULL;
    struct assign_file left = *file;
    struct assign_fit fit;
    double start = seconds();

    how.seed = (uint64_t)options->seed;
    TRY(assign_solve(call->arena, &file->problem, &how, &fit, call->fault));
    first.solve_seconds = seconds() - start;
    TRY(judge(call, file, &fit, &first));
    TRY(explain(call, file, &fit, &first));
    if (options->drop != NULL) {
        struct assign_fit before = fit;

        TRY(read_drops(call, file, &left.problem.capacity));
        start = seconds();
        TRY(assign_repair(call->arena, &left.problem, &how, &before, &fit, call->fault));
        second.solve_seconds = seconds() - start;
        TRY(judge(call, &left, &fit, &second));
        TRY(explain(call, &left, &fit, &second));
    }
    TRY(further_solve(call, &wish, &left, &fit, &further));
    print_all(call, &first, options->drop == NULL ? NULL : &second, further, read_seconds);
    return options->out == NULL ? OK : write_flows(options->out, &left, &fit, call->fault);
}

static enum err solve_network(struct invocation *call, const struct assign_file *file,
                              double read_seconds)
{
    const struct assign_command *options = call->options;
    const struct network *network = &file->network;
    struct network_fit fit;
    double start = seconds();
    double solve_seconds;

    if (options->drop != NULL) {
        return fail_field(call->fault, ERR_INVALID, "drop",
                          "the file is a network, not an assignment problem: nobody can drop out");
    }
    if (options->budget != NULL || options->fair != NULL || options->groups != NULL ||
        options->cap > 0) {
        return fail(call->fault, ERR_INVALID,
                    "the file is a network, not an assignment problem: it has no budgets, floors, "
                    "groups or lots");
    }
    TRY(network_solve(call->arena, network, &fit, call->fault));
    solve_seconds = seconds() - start;
    struct report report = {.method = "network simplex",
                            .rows = network->node_count,
                            .columns = network->node_count,
                            .edges = network->arc_count,
                            .cost = fit.cost,
                            .missing = (uint64_t)fit.shortage,
                            .optimal = network_prove(call->arena, network, &fit),
                            .steps = fit.pivots,
                            .solve_seconds = solve_seconds};

    print_all(call, &report, NULL, NULL, read_seconds);
    if (options->out == NULL) {
        return OK;
    }
    struct buffer buffer = buffer_new(call->arena);

    buffer_print(&buffer, "s %" PRId64 "\n", fit.cost);
    for (uint32_t i = 0; i < network->arc_count; i++) {
        if (fit.flow[i] != 0) {
            buffer_print(&buffer, "f %" PRIu32 " %" PRIu32 " %" PRId64 "\n", network->tail[i] + 1,
                         network->head[i] + 1, fit.flow[i]);
        }
    }
    return file_write(options->out, buffer_view(&buffer), 0644, call->fault);
}

static enum err run_assign(struct invocation *call)
{
    struct assign_file file = {0};
    struct further_wish wish = wish_of(call->options);
    double start = seconds();

    TRY(further_check(&wish, call->fault));
    TRY(read_file(call, call->words[0], &file));
    double read_seconds = seconds() - start;

    return file.is_network ? solve_network(call, &file, read_seconds)
                           : solve_problem(call, &file, read_seconds);
}

static enum err run_convert(struct invocation *call)
{
    struct assign_file file = {0};

    TRY(read_file(call, call->words[0], &file));
    if (file.is_network) {
        return fail(call->fault, ERR_INVALID,
                    "%s is a network; the binary form holds assignment problems only",
                    call->words[0]);
    }
    return csr_write(call->words[1], &file, call->fault);
}

static const struct command commands[] = {
    {.name = "assign",
     .words = "FILE",
     .run = run_assign,
     .options = &shape,
     .summary = "Fill all seats as cheaply as possible, with a proof",
     .details =
         "Reads a DIMACS minimum-cost flow, an OR-Library assignment problem or the binary form "
         "of\n"
         "`assign convert`. Prints the optimum, the verdict of the proof, CPU seconds of reading "
         "and of\n"
         "solving, and peak memory. Where seats must stay empty, the answer misses as few as "
         "possible, "
         "and\n"
         "what to relax is listed, best first. Networks of any other form are solved by network "
         "simplex.",
     .examples = "periti assign team.min --out flows.txt\n"
                 "periti assign assign100.txt --format orlib --json\n"
                 "periti assign team.min --drop left.txt\n"
                 "periti assign team.min --budget budgets.txt\n"
                 "periti assign team.min --fair floors.txt --groups countries.txt\n"
                 "periti assign team.min --cap 0.5 --spread 0.5 --seed 7 --out drawn.txt\n"},
    {.name = "assign convert",
     .words = "FILE OUT",
     .run = run_convert,
     .options = &shape,
     .summary = "Write an assignment problem in the binary form, which loads at once",
     .examples = "periti assign convert team.min team.csr\n"},
};

const struct command_group assign_group = {
    .name = "Matching", .commands = commands, .command_count = COUNT(commands)};
