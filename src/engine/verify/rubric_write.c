#include <string.h>

#include "base/arena.h"
#include "base/fault.h"
#include "base/json.h"
#include "engine/verify/rubric.h"
#include "engine/verify/rubric_set.h"

static void put_texts(struct json_out *out, const char *const *texts, size_t count)
{
    json_open(out, '[');
    for (size_t i = 0; i < count; i++) {
        json_text(out, texts[i]);
    }
    json_close(out, ']');
}

static void put_member(struct json_out *out, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        json_name(out, name);
        json_text(out, text);
    }
}

static void put_flag(struct json_out *out, const char *name, bool yes)
{
    if (yes) {
        json_name(out, name);
        json_bool(out, true);
    }
}

static void write_periti(const struct rubric *rubric, struct json_out *out)
{
    json_open(out, '{');
    put_member(out, "id", rubric->id);
    put_member(out, "prompt", rubric->prompt);
    put_member(out, "domain", rubric->domain);
    json_name(out, "rubrics");
    json_open(out, '[');
    for (size_t i = 0; i < rubric->count; i++) {
        const struct criterion *one = &rubric->criteria[i];

        json_open(out, '{');
        put_member(out, "id", one->id);
        put_member(out, "criterion", one->text);
        json_name(out, "points");
        json_real(out, one->points);
        put_member(out, "kind", one->kind);
        put_member(out, "evidence", one->evidence);
        put_flag(out, "secondary", one->secondary);
        put_flag(out, "hurdle", one->hurdle);
        put_flag(out, "grounded", one->grounded);
        if (one->need_count > 0) {
            json_name(out, "needs");
            put_texts(out, one->needs, one->need_count);
        }
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void write_healthbench(const struct rubric *rubric, struct json_out *out)
{
    json_open(out, '{');
    put_member(out, "prompt_id", rubric->id);
    json_name(out, "prompt");
    json_open(out, '[');
    json_open(out, '{');
    put_member(out, "role", "user");
    json_name(out, "content");
    json_text(out, rubric->prompt);
    json_close(out, '}');
    json_close(out, ']');
    json_name(out, "rubrics");
    json_open(out, '[');
    for (size_t i = 0; i < rubric->count; i++) {
        const struct criterion *one = &rubric->criteria[i];

        json_open(out, '{');
        put_member(out, "criterion", one->text);
        json_name(out, "points");
        json_real(out, one->points);
        json_name(out, "tags");
        put_texts(out, &one->kind, one->kind != NULL);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_name(out, "example_tags");
    put_texts(out, &rubric->domain, rubric->domain[0] != '\0');
    json_name(out, "ideal_completions_data");
    json_null(out);
    json_close(out, '}');
}

static void put_apex_criterion(struct json_out *out, const struct criterion *one)
{
    json_open(out, '{');
    json_name(out, "description");
    json_text(out, one->text);
    json_name(out, "weight");
    json_text(out, one->secondary ? "Secondary objective(s)" : "Primary objective(s)");
    json_name(out, "criterion_type");
    put_texts(out, &one->kind, one->kind != NULL);
    json_name(out, "sources");
    json_text(out, one->evidence == NULL ? "" : one->evidence);
    json_name(out, "justification");
    json_text(out, "");
    json_name(out, "human_rating");
    json_text(out, "False");
    json_name(out, "dependent_criteria");
    put_texts(out, one->needs, one->need_count);
    json_close(out, '}');
}

static void write_apex(const struct rubric *rubric, struct json_out *out)
{
    json_open(out, '{');
    put_member(out, "Task ID", rubric->id);
    json_name(out, "Domain");
    json_text(out, rubric->domain);
    json_name(out, "Prompt");
    json_text(out, rubric->prompt);
    json_name(out, "Rubric JSON");
    json_open(out, '{');
    for (size_t i = 0; i < rubric->count; i++) {
        json_name(out, rubric->criteria[i].id);
        put_apex_criterion(out, &rubric->criteria[i]);
    }
    json_close(out, '}');
    json_close(out, '}');
}

static void write_tree(const struct rubric *rubric, struct json_out *out)
{
    json_open(out, '{');
    put_member(out, "id", rubric->id);
    json_name(out, "requirements");
    json_text(out, rubric->prompt);
    json_name(out, "weight");
    json_int(out, 1);
    json_name(out, "sub_tasks");
    json_open(out, '[');
    for (size_t i = 0; i < rubric->count; i++) {
        const struct criterion *one = &rubric->criteria[i];

        json_open(out, '{');
        put_member(out, "id", one->id);
        put_member(out, "requirements", one->text);
        json_name(out, "weight");
        json_real(out, one->points);
        json_name(out, "sub_tasks");
        put_texts(out, NULL, 0);
        json_close(out, '}');
    }
    json_close(out, ']');
    json_close(out, '}');
}

static void write_verifier(const struct rubric *rubric, size_t index, struct json_out *out)
{
    const struct criterion *one = &rubric->criteria[index];

    json_open(out, '{');
    put_member(out, "verifier_id", one->id);
    json_name(out, "verifier_version");
    json_int(out, 1);
    json_name(out, "world_id");
    json_null(out);
    put_member(out, "task_id", rubric->id);
    put_member(out, "eval_config_id", "ec_output_llm");
    json_name(out, "verifier_values");
    json_open(out, '{');
    put_member(out, "criteria", one->text);
    json_name(out, "is_primary_objective");
    json_bool(out, !one->secondary);
    put_flag(out, "negative_criteria", one->points < 0);
    json_name(out, "numerical_weight");
    json_real(out, one->points < 0 ? -one->points : one->points);
    json_close(out, '}');
    json_name(out, "verifier_index");
    json_int(out, (int64_t)index);
    json_name(out, "verifier_dependencies");
    if (one->need_count == 0) {
        json_null(out);
    } else {
        put_texts(out, one->needs, one->need_count);
    }
    json_close(out, '}');
}

static void write_archipelago(const struct rubric_set *set, struct buffer *to)
{
    struct json_out out = json_to(to);

    json_open(&out, '[');
    for (size_t i = 0; i < set->count; i++) {
        for (size_t k = 0; k < set->at[i].count; k++) {
            write_verifier(&set->at[i], k, &out);
        }
    }
    json_close(&out, ']');
    buffer_char(to, '\n');
}

static void write_ace(const struct rubric_set *set, struct buffer *to)
{
    buffer_string(to, "Criterion ID,Task ID,Prompt,Specified Prompt,Workflow,Hurdle Tag,"
                      "Criteria type,Criterion Grounding Check,Description\n");
    for (size_t i = 0; i < set->count; i++) {
        const struct rubric *rubric = &set->at[i];

        for (size_t k = 0; k < rubric->count; k++) {
            const struct criterion *one = &rubric->criteria[k];
            const char *const fields[] = {one->id,
                                          rubric->id,
                                          rubric->prompt,
                                          rubric->prompt,
                                          rubric->domain,
                                          one->hurdle ? "Hurdle" : "Not",
                                          one->kind == NULL ? "" : one->kind,
                                          one->grounded ? "Grounded" : "Not Grounded",
                                          one->text};

            for (size_t field = 0; field < COUNT(fields); field++) {
                buffer_csv(to, text_of(fields[field]));
                buffer_char(to, field + 1 < COUNT(fields) ? ',' : '\n');
            }
        }
    }
}

/* What a form has no place for. */
static const char *lost_in(const char *form, const struct criterion *one)
{
    bool ace = strcmp(form, "ace") == 0;
    bool apex = strcmp(form, "apex") == 0;
    bool tree = strcmp(form, "tree") == 0;

    if (strcmp(form, "periti") == 0) {
        return NULL;
    }
    if (one->points < 0 && (ace || apex || tree)) {
        return "negative points";
    }
    if (one->points != 1 && (ace || apex)) {
        return "points other than 1";
    }
    if ((one->hurdle || one->grounded) && !ace) {
        return "hurdles and grounding";
    }
    return one->need_count > 0 && !apex && strcmp(form, "archipelago") != 0 ? "needs" : NULL;
}

static enum err check_loss(const struct rubric_set *set, const char *form, struct fault *fault)
{
    for (size_t i = 0; i < set->count; i++) {
        for (size_t k = 0; k < set->at[i].count; k++) {
            const char *lost = lost_in(form, &set->at[i].criteria[k]);

            if (lost != NULL) {
                return fail_field(fault, ERR_INVALID, set->at[i].criteria[k].id,
                                  "the form %s has no place for the %s of criterion %s in %s", form,
                                  lost, set->at[i].criteria[k].id, set->at[i].id);
            }
        }
    }
    return OK;
}

enum err rubric_set_write(const struct rubric_set *set, const char *form, struct buffer *to,
                          struct fault *fault)
{
    static const struct {
        const char *name;
        void (*write)(const struct rubric *rubric, struct json_out *out);
    } LINES[] = {{"periti", write_periti},
                 {"healthbench", write_healthbench},
                 {"apex", write_apex},
                 {"tree", write_tree}};

    TRY(check_loss(set, form, fault));
    if (strcmp(form, "ace") == 0) {
        write_ace(set, to);
        return OK;
    }
    if (strcmp(form, "archipelago") == 0) {
        write_archipelago(set, to);
        return OK;
    }
    for (size_t k = 0; k < COUNT(LINES); k++) {
        for (size_t i = 0; strcmp(LINES[k].name, form) == 0 && i < set->count; i++) {
            struct json_out out = json_to(to);

            LINES[k].write(&set->at[i], &out);
            buffer_char(to, '\n');
        }
    }
    return OK;
}
