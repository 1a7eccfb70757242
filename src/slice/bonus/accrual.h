#pragma once

/* What is owed or promised beside units and minutes, at once: also what no job has looked at yet.
 */

#include "slice/bonus/bonus.h"

struct accrual_list;
struct award_row;
struct accrual;
struct referral_row;
struct referral_view;

/* Of one engagement of the work's organisation. */
enum err accruals_of_engagement(struct work *work, const char *engagement_id,
                                struct accrual_list *out);

/* Of a person: all engagements, and referrals with the week that runs. */
enum err accruals_of_person(struct work *work, const char *person_id, struct accrual_list *out);

struct accrual accrual_of_award(const struct award_row *award, const char *campaign_name);

enum err referral_view_of(struct work *work, const struct referral_row *row,
                          struct referral_view *out);
