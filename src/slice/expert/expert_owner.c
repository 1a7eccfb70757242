/* Profiles, pools and imports belong to the operator, whose people all may see them. */

#include "slice/account/account.h"
#include "slice/expert/expert.h"
#include "slice/expert/expert_sql.h"
#include "store/work.h"

static enum err owned(struct work *work, enum err err, const char *what, const char *id,
                      const char **organisation_id)
{
    if (err == ERR_NOT_FOUND) {
        return work_fail(work, err, "there is no %s %.40s", what, id);
    }
    TRY(err);
    *organisation_id = work->who->organisation_id;
    return OK;
}

enum err expert_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct expert_row row;

    return owned(
        work,
        expert_find_row(work,
                        &(struct expert_find_row_args){
                            .person_id = id, .organisation_id = work->who->organisation_id},
                        &row),
        "profile of an expert", id, organisation_id);
}

enum err expert_pool_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct expert_pool_row row;

    return owned(work,
                 expert_pool_by_id(work,
                                   &(struct expert_pool_by_id_args){
                                       .id = id, .organisation_id = work->who->organisation_id},
                                   &row),
                 "pool", id, organisation_id);
}

enum err expert_import_owner(struct work *work, const char *id, const char **organisation_id)
{
    struct expert_import_row row;

    return owned(work,
                 expert_import_by_id(work,
                                     &(struct expert_import_by_id_args){
                                         .id = id, .organisation_id = work->who->organisation_id},
                                     &row),
                 "import of profiles", id, organisation_id);
}
