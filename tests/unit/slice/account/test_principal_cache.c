/* Goal: nobody is taken for somebody a moment longer than the tables say. */

#include "base/shape.h"
#include "slice/account/account.h"
#include "slice/account/principal_cache.h"
#include "store/fixture.h"

#define HASH "00000000000000000000000000000000000000000000000000000000000000aa"
#define OTHER                                                                                      \
    "00000000000000000000000000000000000000000000000000000000000000bb" /* the same slot            \
                                                                        */

static const struct principal ADA = {
    .person_id = "per_ada",
    .name = "Ada",
    .email = "ada@example.org",
    .roles = ROLE_EXPERT,
    .organisation_id = "org_home",
    .organisation_name = "Home",
    .organisation_kind = "operator",
    .scope = "read",
};

static enum err add_organisation(struct work *work, void *context)
{
    const char *id;

    return organisation_add(work, &(struct organisation_draft){.name = context, .kind = "client"},
                            &id);
}

static enum err forget_kept(struct work *work, void *context)
{
    (void)context;
    return account_forget_kept(work, 1);
}

static bool knows(struct principal_cache *cache, struct work *work, struct proof proof)
{
    struct principal found = {0};

    return principal_recall(cache, work, proof, &found) &&
           strcmp(found.person_id, "per_ada") == 0 && found.roles == ROLE_EXPERT &&
           strcmp(found.scope, "read") == 0 && strcmp(found.organisation_kind, "operator") == 0;
}

static void a_principal_is_known_until_its_tables_change(void)
{
    FIXTURE_SCOPE fixture;
    struct principal_cache *cache = principal_cache_new();
    struct proof key = {'k', HASH};
    char changed[] = "New";

    CHECK(fixture_open(&fixture, NULL));
    struct work work = fixture_work(&fixture);
    uint64_t version = principal_version(&work);

    principal_remember(cache, version, key, &ADA, INT_ABSENT);
    if (!fixture_is_sqlite()) { /* others write there too */
        CHECK(version == 0 && !knows(cache, &work, key));
        principal_cache_free(cache);
        return;
    }
    CHECK(knows(cache, &work, key));
    CHECK(store_write(&work, forget_kept, NULL) == OK && knows(cache, &work, key));
    CHECK(store_write(&work, add_organisation, changed) == OK && !knows(cache, &work, key));
    principal_remember(cache, version, key, &ADA, INT_ABSENT); /* read before the change */
    CHECK(!knows(cache, &work, key));
    principal_remember(cache, principal_version(&work), key, &ADA, INT_ABSENT);
    CHECK(knows(cache, &work, key));
    principal_cache_free(cache);
}

static void a_principal_is_known_by_its_own_proof_and_in_its_time(void)
{
    FIXTURE_SCOPE fixture;
    struct principal_cache *cache = principal_cache_new();

    CHECK(fixture_open(&fixture, NULL));
    struct work work = fixture_work(&fixture);

    principal_remember(cache, principal_version(&work), (struct proof){'s', HASH}, &ADA,
                       work.now_us + 1000);
    CHECK(!knows(cache, &work, (struct proof){'k', HASH})); /* a session's value is no key */
    CHECK(!knows(cache, &work, (struct proof){'s', OTHER}));
    CHECK(!knows(NULL, &work, (struct proof){'s', HASH}));
    CHECK(knows(cache, &work, (struct proof){'s', HASH}) == fixture_is_sqlite());
    work.now_us += 1000;
    CHECK(!knows(cache, &work, (struct proof){'s', HASH}));
    principal_cache_free(cache);
}

STORE_TEST_MAIN(CASE(a_principal_is_known_until_its_tables_change),
                CASE(a_principal_is_known_by_its_own_proof_and_in_its_time))
