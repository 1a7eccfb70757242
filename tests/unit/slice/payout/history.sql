-- name: history_add_house :exec
INSERT INTO organisation (id, kind, name, is_sample, created_at)
VALUES (:id, :kind, :id, 0, :created_at);

-- name: history_add_person :exec
INSERT INTO person (id, email, name, is_sample, created_at)
VALUES (:id, :id, 'Somebody', 0, :created_at);

-- name: history_add_seller :exec
INSERT INTO seller (organisation_id, legal_name, address, country, tax_number, number_prefix, changed_at)
VALUES (:organisation_id, 'House Ltd', 'Street 1', 'IE', 'IE6388047V', 'INV', 0);

-- name: history_add_buyer :exec
INSERT INTO billing_profile (organisation_id, legal_name, address, country, tax_class, tax_points, due_days, changed_at)
VALUES (:organisation_id, 'Client SA', 'Street 2', 'FR', 'standard', 1900, 14, 0);

-- name: history_add_paying_account :exec
INSERT INTO paying_account (id, organisation_id, kind, holder, currency, account_number, bank_code, company_code, made_at)
VALUES (:id, :organisation_id, 'iban', 'House', :currency, 'DE89370400440532013000', 'COBADEFFXXX', 'HOUSE', 0);

-- name: history_add_rate :exec
INSERT INTO exchange_rate (id, from_currency, to_currency, rate_nano, source, quoted_at, recorded_by, recorded_at)
VALUES (:id, :from_currency, :to_currency, :rate_nano, 'test', :quoted_at, 'per_fay', :quoted_at);

-- name: history_add_zone :exec
INSERT INTO pay_profile (person_id, zone, tax_form, changed_at)
VALUES (:person_id, :zone, 'none', 0);

-- name: history_add_campaign :exec
INSERT INTO campaign (id, organisation_id, name, domain, task_type, parameters, state, redundancy, review_layers, price_minor,
                      currency, lease_s, created_at, created_by)
VALUES (:id, :organisation_id, :id, 'test', 'preference', '{}', 'open', 1, 1, 0, :currency, 60, :created_at, 'per_fay');

-- name: history_add_charge :exec
INSERT INTO charge_rule (id, organisation_id, campaign_id, unit_minor, markup_points, discloses_share, since_at, set_by)
VALUES (:id, :organisation_id, :campaign_id, :unit_minor, :markup_points, 0, :since_at, 'per_fay');

-- name: history_add_hold :exec
INSERT INTO payout_hold (id, person_id, reason, until_at, set_by, set_at)
VALUES (:id, :person_id, 'test', :until_at, 'per_fay', :set_at);

-- name: history_lines :many history_line
SELECT id, person_id, amount_minor, state
  FROM payout_line
 WHERE run_id = :run_id
   AND organisation_id = :organisation_id
 ORDER BY id;

-- name: history_approved :many history_run
-- Approved, and not sent to its end.
SELECT id
  FROM payout_run
 WHERE state = 'approved'
   AND organisation_id = :organisation_id
 ORDER BY id;

-- name: history_sent :many history_sum
-- What runs sent to a person and did not come back.
-- across: the person's own payouts are what is asked for
-- column: amount_minor INT64
SELECT currency, CAST(SUM(amount_minor) AS INT64) AS amount_minor
  FROM payout_line
 WHERE person_id = :person_id
   AND state IN ('sent', 'paid')
 GROUP BY currency
 ORDER BY currency;

-- name: history_spent :one
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(amount), 0) AS INT64) AS amount_minor
  FROM campaign_counter
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND counter = 'spend_minor';

-- name: history_wrong_balance :many history_account
-- across: the whole book is proven
-- scan: the whole book is proven
SELECT account
  FROM (SELECT account, currency, organisation_id, amount_minor FROM posting
        UNION ALL
        SELECT account, currency, organisation_id, -amount_minor FROM account_balance) both_sides
 GROUP BY account, currency, organisation_id
HAVING SUM(amount_minor) <> 0;

-- name: history_wrong_day :many history_account
-- across: the whole book is proven
-- scan: the whole book is proven
SELECT account
  FROM (SELECT p.account, p.currency, e.happened_at / 86400000000 AS day, p.amount_minor
          FROM posting p
          JOIN entry e ON e.id = p.entry_id
         WHERE p.account LIKE 'expenses:%' OR p.account LIKE 'income:%' OR p.account = 'assets:bank'
        UNION ALL
        SELECT account, currency, day, -amount_minor FROM account_day) both_sides
 GROUP BY account, currency, day
HAVING SUM(amount_minor) <> 0;

-- name: history_wrong_paid :many history_thing
-- across: the whole book is proven
-- scan: the whole book is proven
SELECT kind, pays_id
  FROM (SELECT e.kind, e.pays_id, e.id
          FROM entry e
         WHERE e.corrects_id IS NULL AND NOT EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id)
        UNION ALL
        SELECT kind, pays_id, entry_id AS id FROM paid) both_sides
 GROUP BY kind, pays_id, id
HAVING COUNT(*) <> 2;

-- name: history_wrong_spend :many history_campaign
-- across: the whole book is proven
-- scan: the whole book is proven
SELECT campaign_id
  FROM (SELECT campaign_id, client_minor AS amount
          FROM entry
         WHERE kind NOT IN ('invoice', 'credit', 'receipt') AND campaign_id IS NOT NULL
        UNION ALL
        SELECT campaign_id, -amount AS amount FROM campaign_counter WHERE counter = 'spend_minor') both_sides
 GROUP BY campaign_id
HAVING SUM(amount) <> 0;
