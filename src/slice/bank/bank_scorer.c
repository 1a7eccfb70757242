#include "base/arena.h"
#include "engine/score/model.h"
#include "slice/bank/bank.h"
#include "slice/bank/bank_sql.h"
#include "slice/bank/scorer_cache.h"
#include "slice/installation.h"
#include "store/work.h"

static enum err decode(struct work *work, struct arena *arena, const char *id,
                       struct score_model *model)
{
    struct scorer_content_row row;

    TRY(scorer_content(
        work, &(struct scorer_content_args){.id = id, .organisation_id = work->organisation_id},
        &row));
    struct text kept = {arena_copy(arena, row.content.at, row.content.size), row.content.size};

    return score_model_decode(arena, kept, model, &work->fault);
}

static enum err load(struct work *work, const struct scorer_used_row *used,
                     const struct score_model **out)
{
    struct scorer_cache *cache = work->installation->scorers;
    struct arena *arena = arena_new();
    struct score_model *model = arena_new_of(arena, struct score_model);
    enum err err = decode(work, arena, used->id, model);

    if (err != OK) {
        arena_free(arena);
        return err;
    }
    if (scorer_keep(cache, used->content_hash, arena, model, work->now_us)) {
        *out = model;
        return OK;
    }
    arena_free(arena);
    *out = scorer_recall(cache, used->content_hash, work->now_us);
    if (*out != NULL) {
        return OK;
    }
    model = arena_new_of(work->arena, struct score_model); /* no room: for this work alone */
    TRY(decode(work, work->arena, used->id, model));
    *out = model;
    return OK;
}

enum err bank_scorer(struct work *work, const struct score_model **out, const char **hash)
{
    const struct installation *installation = work->installation;
    struct scorer_used_row used;
    enum err err = scorer_used(
        work, &(struct scorer_used_args){.organisation_id = work->organisation_id}, &used);

    if (err == ERR_NOT_FOUND || (err == OK && installation->scorers == NULL)) {
        *out = installation->scorer;
        *hash = installation->scorer_hash;
        return OK;
    }
    TRY(err);
    *hash = used.content_hash;
    *out = scorer_recall(installation->scorers, used.content_hash, work->now_us);
    return *out != NULL ? OK : load(work, &used, out);
}
