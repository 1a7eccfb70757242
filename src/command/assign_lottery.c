#include "command/assign_lottery.h"

#include <inttypes.h>
#include <math.h>

#include "base/json.h"
#include "command/assign_file.h"

/* The loss as a share of the optimum; zero where there is none to compare with. */
static double share(const struct assign_lottery *lottery)
{
    return lottery->optimum == 0 ? 0 : lottery->loss / fabs((double)lottery->optimum);
}

static double largest(const struct assign_lottery *lottery)
{
    uint32_t most = 0;

    for (size_t i = 0; i < lottery->chance_count; i++) {
        most = lottery->chances[i].parts > most ? lottery->chances[i].parts : most;
    }
    return (double)most / lottery->parts;
}

void lottery_print(FILE *to, const struct assign_lottery_options *options,
                   const struct assign_lottery *lottery)
{
    fprintf(to,
            "drawn by lot\n  cap            %g of %g asked (in parts of 1/%" PRIu32
            "), largest probability %g\n",
            (double)lottery->cap_parts / lottery->parts, options->cap, lottery->parts,
            largest(lottery));
    fprintf(to, "  cost           %.3f on average; %" PRId64 " without chance\n", lottery->cost,
            lottery->optimum);
    fprintf(to, "  loss           %.3f (%.3f %% of the optimum)\n", lottery->loss,
            100 * share(lottery));
    if (lottery->missing > 0 || lottery->optimum_missing > 0) {
        fprintf(to, "  missing seats  %.3f on average; %" PRIu64 " without chance\n",
                lottery->missing, lottery->optimum_missing);
    }
    fprintf(to, "  proof          %s\n",
            lottery->optimal ? "no probabilities within the cap are better" : "NOT PROVED");
    fprintf(to, "  pairs          %zu may be drawn\n", lottery->chance_count);
    fprintf(to, "  drawn          seed %" PRIu64 ": %zu seats, cost %" PRId64 "\n",
            options->assign.seed, lottery->seat_count, lottery->drawn_cost);
}

static void put_real(struct json_out *json, const char *name, double value)
{
    json_name(json, name);
    json_real(json, value);
}

static void put_int(struct json_out *json, const char *name, int64_t value)
{
    json_name(json, name);
    json_int(json, value);
}

void lottery_put(struct json_out *json, const struct assign_file *file,
                 const struct assign_lottery_options *options, const struct assign_lottery *lottery)
{
    json_open(json, '{');
    put_real(json, "cap", (double)lottery->cap_parts / lottery->parts);
    put_real(json, "spread", options->spread);
    put_int(json, "seed", (int64_t)options->assign.seed);
    put_real(json, "cost", lottery->cost);
    put_int(json, "optimum", lottery->optimum);
    put_real(json, "loss", lottery->loss);
    put_real(json, "loss_share", share(lottery));
    put_real(json, "missing", lottery->missing);
    put_int(json, "optimum_missing", (int64_t)lottery->optimum_missing);
    json_name(json, "optimal");
    json_bool(json, lottery->optimal);
    put_int(json, "drawn_cost", lottery->drawn_cost);
    put_int(json, "drawn_missing", (int64_t)lottery->drawn_missing);
    json_name(json, "pairs");
    json_open(json, '[');
    for (size_t i = 0; i < lottery->chance_count; i++) {
        const struct assign_chance *chance = &lottery->chances[i];

        json_open(json, '{');
        put_int(json, "row", file->row_name[chance->row]);
        put_int(json, "column", file->column_name[chance->column]);
        put_real(json, "probability", (double)chance->parts / lottery->parts);
        json_close(json, '}');
    }
    json_close(json, ']');
    json_close(json, '}');
}
