#include "slice/vetting/sign_up.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/bonus/bonus.h"
#include "slice/vetting/vetting.h"
#include "slice/vetting/vetting_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

struct sign_up_body {
    const char *listing_id;
    const char *link;
    const char *name;
    const char *email;
    const char *password;
};
static const struct field sign_up_body_fields[] = {
    TEXT(sign_up_body, listing_id, .min = 1, .max = 40, .doc = "The open listing that you look at"),
    TEXT(sign_up_body, link, .optional = true, .max = 80,
         .doc = "The token of the link by which you came"),
    TEXT(sign_up_body, name, .min = 1, .max = 120, .doc = "Full name"),
    TEXT(sign_up_body, email, .min = 3, .max = 254, .doc = "Address for signing in"),
    TEXT(sign_up_body, password, .secret = true, .min = 10, .max = 200,
         .doc = "At least ten characters"),
};
const struct shape sign_up_body_shape = SHAPE(sign_up_body, sign_up_body_fields, "A new expert");

struct signing_up {
    const struct sign_up_body *body;
    const char *password_hash;
    const char *id;
};

struct promise_query {
    const char *link;
};
static const struct field promise_query_fields[] = {
    TEXT(promise_query, link, .optional = true, .max = 80,
         .doc = "The token of a link: what it promised when it was made. Without it: what a link "
                "promises that is made now"),
};
const struct shape promise_query_shape =
    SHAPE(promise_query, promise_query_fields, "Which promise");

struct promise_view {
    const char *giver_name;
    const char *currency;
    int64_t share_points;
    int64_t cap_minor;
    int64_t earn_days;
};
static const struct field promise_view_fields[] = {
    TEXT(promise_view, giver_name, .optional = true, .doc = "Who gave the link"),
    TEXT(promise_view, currency, .optional = true, .doc = "ISO 4217 code"),
    INT(promise_view, share_points,
        .doc = "What they get: hundredths of a percent of what you earn, on top of it; 0: nothing"),
    INT(promise_view, cap_minor, .optional = true, .doc = "At most, for a person"),
    INT(promise_view, earn_days, .optional = true, .doc = "For so many days"),
};
const struct shape promise_view_shape =
    SHAPE(promise_view, promise_view_fields, "What bringing somebody to this listing pays");

/* A link that the office made brings people, and nobody earns on them. */
static bool is_invite(const struct link_by_token_row *link)
{
    return link->link_kind != NULL && strcmp(link->link_kind, "invite") == 0;
}

static enum err come_by_link(struct work *work, const char *listing_id, const char *token,
                             const char *person_id)
{
    struct link_by_token_row link;

    TRY(link_find(work, listing_id, token, &link));
    return is_invite(&link)
               ? OK
               : referral_by_link(work,
                                  &(struct referral_link){.id = link.id,
                                                          .referrer_id = link.person_id,
                                                          .referrer_name = link.name,
                                                          .made_at = link.created_at},
                                  person_id);
}

static enum err add(struct work *work, void *context)
{
    struct signing_up *signing = context;
    struct listing_row listing;
    enum err err =
        listing_find(work, &(struct listing_find_args){.id = signing->body->listing_id}, &listing);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(listing.listing_state, "open") != 0)) {
        return work_fail_field(work, ERR_INVALID, "listing_id",
                               "there is no open listing of that name");
    }
    TRY(err);
    TRY(person_add(work,
                   &(struct person_draft){.organisation_id = listing.organisation_id,
                                          .email = signing->body->email,
                                          .name = signing->body->name,
                                          .role = "expert",
                                          .password_hash = signing->password_hash},
                   &signing->id));
    work->organisation_id = listing.organisation_id;
    return signing->body->link == NULL
               ? OK
               : come_by_link(work, signing->body->listing_id, signing->body->link, signing->id);
}

enum err referral_promise_serve(struct call *call)
{
    const struct promise_query *query = call->query;
    struct work *work = call->work;
    struct promise_view *view = arena_new_of(work->arena, struct promise_view);
    struct link_by_token_row link = {.created_at = work->now_us};
    struct listing_row listing;
    struct referral_promise promise;
    enum err err = listing_find(work, &(struct listing_find_args){.id = call->ids[0]}, &listing);

    if (err == ERR_NOT_FOUND || (err == OK && strcmp(listing.listing_state, "draft") == 0)) {
        return work_fail(work, ERR_NOT_FOUND, "there is no such listing, or none you may see");
    }
    TRY(err);
    if (query->link != NULL) {
        TRY(link_find(work, listing.id, query->link, &link));
    }
    TRY(referral_promise_at(work, listing.organisation_id, link.created_at, &promise));
    bool pays = promise.share_points > 0 && !is_invite(&link);

    *view = (struct promise_view){.giver_name = link.name,
                                  .currency = pays ? promise.currency : NULL,
                                  .share_points = pays ? promise.share_points : 0,
                                  .cap_minor = pays ? promise.cap_minor : INT_ABSENT,
                                  .earn_days = pays ? promise.earn_days : INT_ABSENT};
    call->reply = view;
    return OK;
}

/* Free: the password is hashed before the transaction begins. */
enum err sign_up_serve(struct call *call)
{
    struct work *work = call->work;
    struct made *made = arena_new_of(work->arena, struct made);
    struct signing_up signing = {.body = call->body};

    TRY(password_hash(work->arena, signing.body->password, &signing.password_hash, &work->fault));
    TRY(store_write(work, add, &signing));
    made->id = signing.id;
    call->reply = made;
    return OK;
}
