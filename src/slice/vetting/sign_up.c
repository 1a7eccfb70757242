#include "slice/vetting/sign_up.h"

#include <string.h>

#include "base/arena.h"
#include "http/route.h"
#include "slice/account/account.h"
#include "slice/account/account_shape.h"
#include "slice/vetting/vetting_sql.h"
#include "store/store.h"
#include "store/work.h"
#include "sys/secret.h"

struct sign_up_body {
    const char *listing_id;
    const char *name;
    const char *email;
    const char *password;
};
static const struct field sign_up_body_fields[] = {
    TEXT(sign_up_body, listing_id, .min = 1, .max = 40, .doc = "The open listing that you look at"),
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
    return person_add(work,
                      &(struct person_draft){.organisation_id = listing.organisation_id,
                                             .email = signing->body->email,
                                             .name = signing->body->name,
                                             .role = "expert",
                                             .password_hash = signing->password_hash},
                      &signing->id);
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
