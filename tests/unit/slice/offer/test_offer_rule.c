#include "check.h"

#include "base/err.h"
#include "slice/offer/offer_rule.h"

static bool goes(const char *state, enum offer_act act, const char *want)
{
    const char *next = offer_next(state, act);

    return want == NULL ? next == NULL : next != NULL && strcmp(next, want) == 0;
}

static void next__follows_the_way_of_an_offer(void)
{
    CHECK(goes("open", OFFER_ACCEPT, "accepted"));
    CHECK(goes("accepted", OFFER_ENGAGE, "engaged"));
    CHECK(goes("engaged", OFFER_DROP, "dropped"));
    CHECK(goes("countered", OFFER_HOLD, "open"));
    CHECK(goes("declined", OFFER_UNDO, "open"));
}

static void next__ends_where_an_offer_ends(void)
{
    static const char *const ENDS[] = {"withdrawn", "expired", "dropped"};

    for (size_t i = 0; i < COUNT(ENDS); i++) {
        for (int act = OFFER_ACCEPT; act <= OFFER_DROP; act++) {
            CHECK(goes(ENDS[i], (enum offer_act)act, NULL));
        }
    }
    CHECK(goes("engaged", OFFER_UNDO, NULL));
    CHECK(goes("open", OFFER_ENGAGE, NULL));
    CHECK(goes("accepted", OFFER_ACCEPT, NULL));
}

static void cut__is_a_share_of_what_was_paid(void)
{
    CHECK_NEAR(offer_cut(6000, 4500), 25, 1e-12);
    CHECK_NEAR(offer_cut(3, 2), 100.0 / 3, 1e-12);
    CHECK(offer_cut(6000, 6000) == 0);
    CHECK(offer_cut(6000, 7000) == 0);
    CHECK(offer_cut(0, 0) == 0);
    CHECK(offer_cut(6000, 0) == 100);
}

static void name__forgives_case_and_blanks_alone(void)
{
    CHECK(offer_name_fits(" ana  LOPEZ", "Ana Lopez"));
    CHECK(!offer_name_fits("Ana", "Ana Lopez"));
    CHECK(!offer_name_fits("", "Ana"));
    CHECK(!offer_name_fits("Ana Lopes", "Ana Lopez"));
}

TEST_MAIN(CASE(next__follows_the_way_of_an_offer), CASE(next__ends_where_an_offer_ends),
          CASE(cut__is_a_share_of_what_was_paid), CASE(name__forgives_case_and_blanks_alone))
