#pragma once

/* What people see and say of how they are paid: handlers for the slice's route table. */

#include "base/err.h"

struct call;

enum err own_serve_profile(struct call *call);
enum err own_serve_profile_put(struct call *call);
enum err own_serve_accounts(struct call *call);
enum err own_serve_account_set(struct call *call);
enum err own_serve_payouts(struct call *call);
enum err own_serve_statement(struct call *call);
