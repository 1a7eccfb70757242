-- name: payout_account_insert :exec
INSERT INTO payout_account (id, person_id, kind, holder, account_number, bank_code, state, made_at, made_by, usable_at)
VALUES (:id, :person_id, :kind, :holder, :account_number, :bank_code, 'waiting', :made_at, :made_by, :usable_at);

-- name: payout_account_page :many payout_account_row
SELECT id, person_id, kind, holder, account_number, bank_code, state, made_at, usable_at, looked_at
  FROM payout_account
 WHERE person_id = :person_id
 ORDER BY id DESC
 LIMIT 100;

-- name: payout_account_waiting :many payout_account_row
SELECT id, person_id, kind, holder, account_number, bank_code, state, made_at, usable_at, looked_at
  FROM payout_account
 WHERE state = 'waiting'
 ORDER BY id
 LIMIT 200;

-- name: payout_account_by_id :one payout_account_row
SELECT id, person_id, kind, holder, account_number, bank_code, state, made_at, usable_at, looked_at
  FROM payout_account
 WHERE id = :id;

-- name: payout_account_replace :exec
-- One account is active at a time.
UPDATE payout_account
   SET state = 'replaced'
 WHERE person_id = :person_id
   AND state = 'active';

-- name: payout_account_look :exec
UPDATE payout_account
   SET state = :state, looked_by = :looked_by, looked_at = :looked_at
 WHERE id = :id;

-- name: payout_hold_insert :exec
INSERT INTO payout_hold (id, person_id, reason, until_at, set_by, set_at)
VALUES (:id, :person_id, :reason, :until_at, :set_by, :set_at);

-- name: payout_hold_lift :affected
UPDATE payout_hold
   SET lifted_at = :lifted_at
 WHERE id = :id
   AND lifted_at IS NULL
   AND person_id IN (SELECT person_id FROM membership WHERE organisation_id = :organisation_id);

-- name: payout_hold_page :many payout_hold_row
SELECT h.id, h.person_id, p.name, h.reason, h.until_at, h.set_at, s.name AS set_by_name, h.lifted_at
  FROM payout_hold h
  JOIN person p ON p.id = h.person_id
  JOIN person s ON s.id = h.set_by
 WHERE h.person_id = :person_id
 ORDER BY h.id DESC
 LIMIT 100;

-- name: payout_hold_page_of_all :many payout_hold_row
-- Of everybody in a house, newest first.
-- param: row_max INT64
SELECT h.id, h.person_id, p.name, h.reason, h.until_at, h.set_at, s.name AS set_by_name, h.lifted_at
  FROM payout_hold h
  JOIN person p ON p.id = h.person_id
  JOIN person s ON s.id = h.set_by
 WHERE EXISTS (SELECT 1 FROM membership m WHERE m.person_id = h.person_id AND m.organisation_id = :organisation_id)
   AND h.id < :id
 ORDER BY h.id DESC
 LIMIT :row_max;

-- name: payout_owed_page :many
-- Whom the house owes anything, the most first, and what may stand in the way.
-- param: now INT64
-- column: amount_minor INT64
-- column: held_until_at INT64
-- column: usable_at INT64
-- column: waiting_count INT64
-- column: run_id TEXT
SELECT p.id AS person_id, p.name, b.currency, CAST(-SUM(b.amount_minor) AS INT64) AS amount_minor,
       (SELECT MAX(h.until_at) FROM payout_hold h
         WHERE h.person_id = p.id AND h.lifted_at IS NULL AND h.until_at > :now) AS held_until_at,
       (SELECT MAX(a.usable_at) FROM payout_account a WHERE a.person_id = p.id AND a.state = 'active') AS usable_at,
       (SELECT COUNT(*) FROM payout_account a WHERE a.person_id = p.id AND a.state = 'waiting') AS waiting_count,
       (SELECT MAX(l.run_id) FROM payout_line l
         WHERE l.person_id = p.id AND l.currency = b.currency AND l.state = 'planned') AS run_id
  FROM account_balance b
  JOIN person p ON p.id = SUBSTR(b.account, 21) -- behind liabilities:payable:
 WHERE b.account > 'liabilities:payable:'
   AND b.account < 'liabilities:payable;'
   AND EXISTS (SELECT 1 FROM membership m WHERE m.person_id = p.id AND m.organisation_id = :organisation_id)
 GROUP BY p.id, p.name, b.currency
HAVING SUM(b.amount_minor) < 0
 ORDER BY amount_minor DESC, p.id, b.currency
 LIMIT 500;

-- name: payout_hold_stands :one
-- param: now INT64
SELECT id, reason
  FROM payout_hold
 WHERE person_id = :person_id
   AND lifted_at IS NULL
   AND until_at > :now
 LIMIT 1;

-- name: paying_account_insert :exec
INSERT INTO paying_account (id, organisation_id, kind, holder, currency, account_number, bank_code, company_code, made_at)
VALUES (:id, :organisation_id, :kind, :holder, :currency, :account_number, :bank_code, :company_code, :made_at);

-- name: paying_account_page :many paying_account_row
SELECT id, kind, holder, currency, account_number, bank_code, company_code, made_at
  FROM paying_account
 WHERE organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT 100;

-- name: paying_account_by_id :one paying_account_row
SELECT id, kind, holder, currency, account_number, bank_code, company_code, made_at
  FROM paying_account
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: payout_candidates :many
-- Who is owed anything, by the kept balances.
-- across: a person is paid for all clients at once
SELECT account
  FROM account_balance
 WHERE account > 'liabilities:payable:'
   AND account < 'liabilities:payable;'
   AND currency = :currency
 GROUP BY account
HAVING SUM(amount_minor) < 0
 ORDER BY account;

-- name: payout_due_until :one
-- What one person is owed by entries of before a moment, less everything that was paid out.
-- across: a person is paid for all clients at once
-- param: until_at INT64
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(person_minor), 0) AS INT64) AS amount_minor
  FROM entry
 WHERE person_id = :person_id
   AND currency = :currency
   AND (happened_at < :until_at OR kind = 'payout');

-- name: payout_due_of :one
-- The same of one person, now.
-- across: a person is paid for all clients at once
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(person_minor), 0) AS INT64) AS amount_minor
  FROM entry
 WHERE person_id = :person_id
   AND currency = :currency;

-- name: payout_usable_account :one payout_account_row
-- param: now INT64
SELECT id, person_id, kind, holder, account_number, bank_code, state, made_at, usable_at, looked_at
  FROM payout_account
 WHERE person_id = :person_id
   AND state = 'active'
   AND usable_at <= :now
 ORDER BY id DESC
 LIMIT 1;

-- name: payout_run_insert :exec
INSERT INTO payout_run (id, organisation_id, paying_account_id, currency, until_at, pay_day, state, line_count,
                        total_minor, made_by, made_at)
VALUES (:id, :organisation_id, :paying_account_id, :currency, :until_at, :pay_day, 'planned', :line_count,
        :total_minor, :made_by, :made_at);

-- name: payout_run_page :many payout_run_row
-- param: row_max INT64
SELECT id, paying_account_id, currency, until_at, pay_day, state, line_count, total_minor, made_by, made_at, sent_at
  FROM payout_run
 WHERE organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: payout_run_by_id :one payout_run_row
SELECT id, paying_account_id, currency, until_at, pay_day, state, line_count, total_minor, made_by, made_at, sent_at
  FROM payout_run
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: payout_run_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM payout_run
 WHERE id = :id;

-- name: payout_run_move :affected
-- param: next TEXT
UPDATE payout_run
   SET state = :next, sent_at = :sent_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = :state;

-- name: payout_approval_insert :exec
INSERT INTO payout_approval (run_id, organisation_id, person_id, approved_at)
VALUES (:run_id, :organisation_id, :person_id, :approved_at);

-- name: payout_approval_page :many payout_approval_row
SELECT a.person_id, p.name, a.approved_at
  FROM payout_approval a
  JOIN person p ON p.id = a.person_id
 WHERE a.run_id = :run_id
   AND a.organisation_id = :organisation_id
 ORDER BY a.approved_at, a.person_id;

-- name: payout_line_insert :exec_many
INSERT INTO payout_line (id, organisation_id, run_id, person_id, account_id, currency, amount_minor, state)
VALUES (:id, :organisation_id, :run_id, :person_id, :account_id, :currency, :amount_minor, 'planned');

-- name: payout_line_planned_of :one
-- Waits in a run that was not sent yet.
-- across: a person is paid for all clients at once
SELECT id, run_id
  FROM payout_line
 WHERE person_id = :person_id
   AND currency = :currency
   AND state = 'planned';

-- name: payout_line_page :many payout_line_row
SELECT l.id, l.person_id, p.name, a.holder, a.kind, a.account_number, a.bank_code, l.account_id, l.currency,
       l.amount_minor, l.state, l.message, l.settled_at
  FROM payout_line l
  JOIN person p ON p.id = l.person_id
  JOIN payout_account a ON a.id = l.account_id
 WHERE l.run_id = :run_id
   AND l.organisation_id = :organisation_id
 ORDER BY l.id;

-- name: payout_line_next :many payout_line_row
-- param: row_max INT64
SELECT l.id, l.person_id, p.name, a.holder, a.kind, a.account_number, a.bank_code, l.account_id, l.currency,
       l.amount_minor, l.state, l.message, l.settled_at
  FROM payout_line l
  JOIN person p ON p.id = l.person_id
  JOIN payout_account a ON a.id = l.account_id
 WHERE l.run_id = :run_id
   AND l.organisation_id = :organisation_id
   AND l.state = 'planned'
 ORDER BY l.id
 LIMIT :row_max;

-- name: payout_line_by_id :one
SELECT id, run_id, person_id, currency, amount_minor, state
  FROM payout_line
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: payout_line_move :affected
-- param: next TEXT
UPDATE payout_line
   SET state = :next, message = :message, settled_at = :settled_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = :state;

-- name: payout_line_drop_run :exec
UPDATE payout_line
   SET state = 'dropped', message = :message
 WHERE run_id = :run_id
   AND organisation_id = :organisation_id
   AND state = 'planned';

-- name: payout_line_of_person :many payout_own_row
-- across: the person's own payouts are what is asked for
SELECT l.id, l.currency, l.amount_minor, l.state, l.message, l.settled_at, r.pay_day, r.sent_at
  FROM payout_line l
  JOIN payout_run r ON r.id = l.run_id
 WHERE l.person_id = :person_id
   AND l.state IN ('sent', 'paid', 'failed')
 ORDER BY l.id DESC
 LIMIT 200;

-- name: bank_statement_insert :exec
INSERT INTO bank_statement (id, organisation_id, statement_code, matched_count, other_count, read_by, read_at)
VALUES (:id, :organisation_id, :statement_code, :matched_count, :other_count, :read_by, :read_at);

-- name: statement_sums :many statement_sum
-- A person's week by campaign and kind.
-- across: the person's own statement is what is asked for
-- param: from_at INT64
-- param: to_at INT64
-- column: amount_minor INT64
-- column: entry_count INT64
SELECT e.campaign_id, c.name AS campaign_name, e.kind, e.currency, CAST(SUM(e.person_minor) AS INT64) AS amount_minor,
       COUNT(*) AS entry_count
  FROM entry e
  LEFT JOIN campaign c ON c.id = e.campaign_id
 WHERE e.person_id = :person_id
   AND e.happened_at >= :from_at
   AND e.happened_at < :to_at
   AND e.person_minor <> 0
 GROUP BY e.campaign_id, c.name, e.kind, e.currency
 ORDER BY e.kind, e.campaign_id, e.currency;

-- name: statement_opening :many statement_balance
-- What was owed before a moment.
-- across: the person's own statement is what is asked for
-- param: from_at INT64
-- column: amount_minor INT64
SELECT currency, CAST(SUM(person_minor) AS INT64) AS amount_minor
  FROM entry
 WHERE person_id = :person_id
   AND happened_at < :from_at
 GROUP BY currency
 ORDER BY currency;

-- name: statement_entries :many statement_entry
-- In the order of time, behind the last row that the caller saw.
-- across: the person's own statement is what is asked for
-- param: after_at INT64
-- param: to_at INT64
-- param: row_max INT64
SELECT id, campaign_id, kind, pays_id, corrects_id, currency, person_minor, note, happened_at
  FROM entry
 WHERE person_id = :person_id
   AND (happened_at, id) > (:after_at, :id)
   AND happened_at < :to_at
   AND person_minor <> 0
 ORDER BY happened_at, id
 LIMIT :row_max;

-- name: payout_person :one
-- Does this person belong to that house?
SELECT person_id
  FROM membership
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
 LIMIT 1;
