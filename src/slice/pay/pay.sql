-- name: entry_insert :exec
INSERT INTO entry (id, organisation_id, campaign_id, debit_account, credit_account, amount_minor, currency,
                   pays_kind, pays_id, person_id, happened_at)
VALUES (:id, :organisation_id, :campaign_id, :debit_account, :credit_account, :amount_minor, :currency,
        :pays_kind, :pays_id, :person_id, :happened_at);

-- name: entry_balance_of :one
-- What has been paid for one thing, reversals taken off.
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(CASE WHEN pays_kind = 'unit' THEN amount_minor ELSE -amount_minor END), 0) AS INT64) AS amount_minor
  FROM entry
 WHERE pays_id = :pays_id
   AND organisation_id = :organisation_id;

-- name: entry_page :many entry_row
-- A campaign's entries, newest first.
-- param: row_max INT64
SELECT id, debit_account, credit_account, amount_minor, currency, pays_kind, pays_id, happened_at
  FROM entry
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: earning_by_campaign :many earning_row
-- What one person has earned since a moment, by campaign and currency.
-- across: the person's own earnings are what is asked for
-- column: amount_minor INT64
-- column: unit_count INT64
SELECT e.campaign_id, c.name, e.currency,
       CAST(SUM(CASE WHEN e.pays_kind = 'unit' THEN e.amount_minor ELSE -e.amount_minor END) AS INT64) AS amount_minor,
       CAST(SUM(CASE WHEN e.pays_kind = 'unit' THEN 1 ELSE -1 END) AS INT64) AS unit_count
  FROM entry e
  JOIN campaign c ON c.id = e.campaign_id
 WHERE e.person_id = :person_id
   AND e.happened_at >= :happened_at
 GROUP BY e.campaign_id, c.name, e.currency
 ORDER BY e.campaign_id, e.currency;
