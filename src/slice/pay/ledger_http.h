#pragma once

/* The book as finance sees it: handlers and shapes for the slice's route table. */

#include "base/err.h"
#include "base/shape.h"

struct call;

extern const struct shape balance_list_shape;
extern const struct shape proof_shape;
extern const struct shape book_query_shape;
extern const struct shape period_list_shape;
extern const struct shape period_body_shape;
extern const struct shape exchange_rate_list_shape;
extern const struct shape exchange_rate_body_shape;
extern const struct shape register_query_shape;
extern const struct shape register_list_shape;
extern const struct shape charge_list_shape;
extern const struct shape charge_body_shape;

enum err ledger_serve_balances(struct call *call);
enum err ledger_serve_proof(struct call *call);
enum err ledger_serve_book(struct call *call);
enum err ledger_serve_register(struct call *call);
enum err ledger_serve_periods(struct call *call);
enum err ledger_serve_close(struct call *call);
enum err ledger_serve_rates(struct call *call);
enum err ledger_serve_rate_add(struct call *call);
enum err ledger_serve_charges(struct call *call);
enum err ledger_serve_charge_add(struct call *call);
