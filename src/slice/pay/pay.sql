-- name: paid_take :affected
-- Take the place of the one entry that pays a thing; none: it is paid already.
INSERT INTO paid (kind, pays_id, organisation_id, entry_id)
VALUES (:kind, :pays_id, :organisation_id, :entry_id)
ON CONFLICT (kind, pays_id) DO NOTHING;

-- name: paid_find :one
SELECT entry_id
  FROM paid
 WHERE kind = :kind
   AND pays_id = :pays_id
   AND organisation_id = :organisation_id;

-- name: paid_release :exec
DELETE FROM paid
 WHERE kind = :kind
   AND pays_id = :pays_id
   AND organisation_id = :organisation_id;

-- name: entry_insert :exec
INSERT INTO entry (id, organisation_id, campaign_id, person_id, currency, kind, pays_id, corrects_id, person_minor,
                   client_minor, note, posted_by, happened_at)
VALUES (:id, :organisation_id, :campaign_id, :person_id, :currency, :kind, :pays_id, :corrects_id, :person_minor,
        :client_minor, :note, :posted_by, :happened_at);

-- name: posting_insert :exec_many
INSERT INTO posting (entry_id, position, organisation_id, account, currency, amount_minor)
VALUES (:entry_id, :position, :organisation_id, :account, :currency, :amount_minor);

-- name: account_balance_add :exec
INSERT INTO account_balance (account, currency, shard, organisation_id, amount_minor)
VALUES (:account, :currency, :shard, :organisation_id, :amount_minor)
ON CONFLICT (account, currency, organisation_id, shard)
DO UPDATE SET amount_minor = account_balance.amount_minor + excluded.amount_minor;

-- name: account_day_add :exec
INSERT INTO account_day (account, currency, day, shard, organisation_id, amount_minor)
VALUES (:account, :currency, :day, :shard, :organisation_id, :amount_minor)
ON CONFLICT (account, currency, organisation_id, day, shard)
DO UPDATE SET amount_minor = account_day.amount_minor + excluded.amount_minor;

-- name: account_day_wrong :one
-- An account whose days do not sum to its balance.
-- across: the operator's book spans its clients
-- scan: each account is asked for
SELECT d.account, d.currency
  FROM (SELECT account, currency, SUM(amount_minor) AS amount_minor FROM account_day GROUP BY account, currency) d
  LEFT JOIN (SELECT account, currency, SUM(amount_minor) AS amount_minor
               FROM account_balance GROUP BY account, currency) b ON b.account = d.account AND b.currency = d.currency
 WHERE b.amount_minor IS NULL OR b.amount_minor <> d.amount_minor
 ORDER BY d.account, d.currency
 LIMIT 1;

-- name: entry_by_id :one entry_row
SELECT id, campaign_id, person_id, currency, kind, pays_id, corrects_id, person_minor, client_minor, note, happened_at
  FROM entry
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: entry_page :many entry_row
-- A campaign's entries, newest first.
-- param: row_max INT64
SELECT id, campaign_id, person_id, currency, kind, pays_id, corrects_id, person_minor, client_minor, note, happened_at
  FROM entry
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: entry_page_of_person :many entry_row
-- What changed one person's pay, newest first.
-- across: the person's own entries are what is asked for
-- param: row_max INT64
-- param: since INT64
SELECT id, campaign_id, person_id, currency, kind, pays_id, corrects_id, person_minor, client_minor, note, happened_at
  FROM entry
 WHERE person_id = :person_id
   AND happened_at >= :since
   AND id < :id
 ORDER BY happened_at DESC, id DESC
 LIMIT :row_max;

-- name: posting_of_entry :many posting_row
SELECT account, amount_minor
  FROM posting
 WHERE entry_id = :entry_id
   AND organisation_id = :organisation_id
 ORDER BY position;

-- name: earning_by_campaign :many earning_row
-- What one person has earned since a moment, by campaign, kind and currency.
-- across: the person's own earnings are what is asked for
-- column: amount_minor INT64
-- column: unit_count INT64
SELECT e.campaign_id, c.name, e.kind, e.currency,
       CAST(SUM(e.person_minor) AS INT64) AS amount_minor,
       CAST(SUM(CASE WHEN e.corrects_id IS NULL THEN 1 ELSE -1 END) AS INT64) AS unit_count
  FROM entry e
  LEFT JOIN campaign c ON c.id = e.campaign_id
 WHERE e.person_id = :person_id
   AND e.happened_at >= :happened_at
   AND e.person_minor <> 0
   AND e.kind <> 'payout'
 GROUP BY e.campaign_id, c.name, e.kind, e.currency
 ORDER BY e.campaign_id, e.kind, e.currency;

-- name: balance_of_account :many balance_row
-- One account's balances, by currency.
-- across: an account belongs to one person or one campaign, whose window this is
-- column: amount_minor INT64
SELECT account, currency, CAST(SUM(amount_minor) AS INT64) AS amount_minor
  FROM account_balance
 WHERE account = :account
 GROUP BY account, currency
 ORDER BY currency;

-- name: balance_of_all :many balance_row
-- Every account of the book.
-- across: the operator's book spans its clients
-- scan: each account is asked for
-- column: amount_minor INT64
SELECT account, currency, CAST(SUM(amount_minor) AS INT64) AS amount_minor
  FROM account_balance
 GROUP BY account, currency
 ORDER BY account, currency;

-- name: book_accounts :many
-- Every account and currency that was ever posted to.
-- across: the operator's book spans its clients
SELECT DISTINCT account, currency
  FROM posting
 ORDER BY account, currency;

-- name: book_each :each
-- The whole book, posting by posting, in the order of its entries; to sort each entry's few postings is left to the reader.
-- across: the operator's book spans its clients
SELECT e.id, e.happened_at, e.currency, e.kind, e.pays_id, e.corrects_id, p.position, p.account, p.amount_minor
  FROM entry e
  JOIN posting p ON p.entry_id = e.id
 ORDER BY e.id;

-- name: period_insert :exec
INSERT INTO ledger_period (id, organisation_id, until_at, closed_by, closed_at)
VALUES (:id, :organisation_id, :until_at, :closed_by, :closed_at);

-- name: period_last :one
-- column: until_at INT64
SELECT MAX(until_at) AS until_at
  FROM ledger_period
 WHERE organisation_id = :organisation_id;

-- name: period_page :many period_row
SELECT l.id, l.until_at, l.closed_by, p.name AS closed_by_name, l.closed_at
  FROM ledger_period l
  JOIN person p ON p.id = l.closed_by
 WHERE l.organisation_id = :organisation_id
 ORDER BY l.until_at
 LIMIT 1000;

-- name: exchange_rate_insert :exec
INSERT INTO exchange_rate (id, from_currency, to_currency, rate_nano, source, quoted_at, recorded_by, recorded_at)
VALUES (:id, :from_currency, :to_currency, :rate_nano, :source, :quoted_at, :recorded_by, :recorded_at);

-- name: exchange_rate_at :one exchange_rate_row
-- The newest that was quoted by then.
SELECT id, from_currency, to_currency, rate_nano, source, quoted_at, recorded_at
  FROM exchange_rate
 WHERE from_currency = :from_currency
   AND to_currency = :to_currency
   AND quoted_at <= :quoted_at
 ORDER BY quoted_at DESC
 LIMIT 1;

-- name: exchange_rate_page :many exchange_rate_row
-- param: row_max INT64
SELECT id, from_currency, to_currency, rate_nano, source, quoted_at, recorded_at
  FROM exchange_rate
 WHERE id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: charge_rule_insert :exec
INSERT INTO charge_rule (id, organisation_id, campaign_id, unit_minor, markup_points, discloses_share, since_at, set_by)
VALUES (:id, :organisation_id, :campaign_id, :unit_minor, :markup_points, :discloses_share, :since_at, :set_by);

-- name: charge_rule_at :one charge_rule_row
SELECT id, unit_minor, markup_points, discloses_share, since_at
  FROM charge_rule
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND since_at <= :since_at
 ORDER BY since_at DESC
 LIMIT 1;

-- name: charge_rule_page :many charge_rule_row
SELECT id, unit_minor, markup_points, discloses_share, since_at
  FROM charge_rule
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY since_at DESC
 LIMIT 200;

-- name: pay_profile_find :one pay_profile_row
SELECT zone, tax_form, tax_form_until, changed_at
  FROM pay_profile
 WHERE person_id = :person_id;

-- name: pay_profile_put :exec
INSERT INTO pay_profile (person_id, zone, tax_form, tax_form_until, changed_at)
VALUES (:person_id, :zone, :tax_form, :tax_form_until, :changed_at)
ON CONFLICT (person_id) DO UPDATE
   SET zone = excluded.zone, tax_form = excluded.tax_form, tax_form_until = excluded.tax_form_until,
       changed_at = excluded.changed_at;

-- name: pay_days_find :one
SELECT zone, first_day, every_weeks, cut_days
  FROM pay_days
 WHERE organisation_id = :organisation_id;

-- name: pay_days_put :exec
INSERT INTO pay_days (organisation_id, zone, first_day, every_weeks, cut_days, changed_at)
VALUES (:organisation_id, :zone, :first_day, :every_weeks, :cut_days, :changed_at)
ON CONFLICT (organisation_id) DO UPDATE
   SET zone = excluded.zone, first_day = excluded.first_day, every_weeks = excluded.every_weeks,
       cut_days = excluded.cut_days, changed_at = excluded.changed_at;

-- name: paid_amount :one
-- What a person was paid for a thing, by the entry that stands.
SELECT e.person_minor, e.currency
  FROM paid p
  JOIN entry e ON e.id = p.entry_id
 WHERE p.kind = :kind
   AND p.pays_id = :pays_id
   AND p.organisation_id = :organisation_id;

-- name: register_page :many register_row
-- One account, newest first.
-- across: the operator's book spans its clients
-- param: row_max INT64
SELECT e.id, e.campaign_id, e.person_id, e.kind, e.pays_id, e.corrects_id, e.note, e.happened_at, p.currency,
       p.amount_minor
  FROM posting p
  JOIN entry e ON e.id = p.entry_id
 WHERE p.account = :account
   AND p.currency = :currency
   AND p.entry_id < :id
 ORDER BY p.entry_id DESC
 LIMIT :row_max;
