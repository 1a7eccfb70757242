#pragma once

/* Pure decisions about offers. */

#include <stdbool.h>
#include <stdint.h>

enum offer_act {
    OFFER_ACCEPT,    /* the expert takes it */
    OFFER_DECLINE,   /* the expert does not */
    OFFER_COUNTER,   /* the expert asks for other terms */
    OFFER_AGREE,     /* the operator takes those */
    OFFER_HOLD,      /* the operator does not; the offer stands as it was */
    OFFER_WITHDRAW,  /* the operator takes it back */
    OFFER_UNDO,      /* the expert takes the own answer back, within a day */
    OFFER_EXPIRE,    /* nobody answered in time */
    OFFER_ENGAGE,    /* every step is done */
    OFFER_DROP,      /* the expert leaves after all */
    OFFER_CALIBRATE, /* all is signed; the calibration comes first */
};

/* The state after an act; NULL: the act cannot be. */
const char *offer_next(const char *state, enum offer_act act);

/* By how many percent a rate is lower than before; 0 if it is not. */
double offer_cut(int64_t before, int64_t now);

/* Whoever signs writes their own name: the same letters, whatever case and blanks. */
bool offer_name_fits(const char *signed_name, const char *name);
