#include "slice/pay/pay_zone.h"

#include "slice/account/account.h"
#include "slice/pay/pay_rule.h"
#include "slice/pay/pay_sql.h"
#include "store/work.h"
#include "sys/zone_file.h"

enum err pay_zone_of(struct work *work, const char *person_id, const char **name,
                     const struct zone **out)
{
    struct pay_profile_row profile;
    enum err err =
        pay_profile_find(work, &(struct pay_profile_find_args){.person_id = person_id}, &profile);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    *name = err == OK ? profile.zone : "UTC";
    return zone_load(work->arena, *name, out, &work->fault);
}

enum err pay_days_load(struct work *work, const char *organisation_id, struct pay_days *days,
                       const struct zone **zone)
{
    struct pay_days_find_row row;
    enum err err =
        pay_days_find(work, &(struct pay_days_find_args){.organisation_id = organisation_id}, &row);

    if (err != OK && err != ERR_NOT_FOUND) {
        return err;
    }
    *days = err == ERR_NOT_FOUND ? pay_days_default
                                 : (struct pay_days){.first_day = row.first_day,
                                                     .every_weeks = row.every_weeks,
                                                     .cut_days = row.cut_days,
                                                     .zone = row.zone};
    return zone_load(work->arena, days->zone, zone, &work->fault);
}

enum err pay_days_set(struct work *work, const struct pay_days *days)
{
    const struct zone *zone;

    work->organisation_id = work->who->organisation_id;
    TRY(zone_load(work->arena, days->zone, &zone, &work->fault));
    TRY(pay_days_put(work, &(struct pay_days_put_args){.organisation_id = work->organisation_id,
                                                       .zone = days->zone,
                                                       .first_day = days->first_day,
                                                       .every_weeks = days->every_weeks,
                                                       .cut_days = days->cut_days,
                                                       .changed_at = work->now_us}));
    return audit(work, "pay_days.set", work->organisation_id, "{}");
}
