-- name: window_receivables :many
-- Invoices of the clients that the asker reaches, with what is open of them, the oldest due first.
-- across: the grants decide what is reachable
-- column: open_minor INT64
SELECT i.id, i.organisation_id, o.name AS organisation_name, i.campaign_id, i.campaign_name, i.invoice_number, i.currency,
       i.issued_at, i.due_at,
       i.net_minor + i.tax_minor
       - CAST((SELECT COALESCE(SUM(p.amount_minor), 0) FROM invoice_payment p WHERE p.invoice_id = i.id) AS INT64)
       - CAST((SELECT COALESCE(SUM(c.net_minor + c.tax_minor), 0) FROM invoice c
                WHERE c.campaign_id = i.campaign_id AND c.credits_id = i.id) AS INT64) AS open_minor
  FROM client_grant g
  JOIN organisation o ON o.id = g.organisation_id
  JOIN invoice i ON i.organisation_id = g.organisation_id AND i.kind = 'invoice'
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
 ORDER BY i.due_at, i.id;

-- name: window_unbilled :many
-- What the asker's clients owe and have not been invoiced.
-- across: the grants decide what is reachable
-- column: amount_minor INT64
SELECT b.currency, CAST(SUM(b.amount_minor) AS INT64) AS amount_minor
  FROM client_grant g
  JOIN campaign c ON c.organisation_id = g.organisation_id
  JOIN account_balance b ON b.account = 'assets:unbilled:' || c.organisation_id || ':' || c.id
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
 GROUP BY b.currency
 ORDER BY b.currency;

-- name: window_payables :many
-- What people are owed in all, and what is on its way to them.
-- across: a person is paid for all clients at once; only sums leave here
-- column: payable_minor INT64
-- column: transit_minor INT64
SELECT currency,
       CAST(SUM(CASE WHEN account < 'liabilities:payable;' THEN -amount_minor ELSE 0 END) AS INT64) AS payable_minor,
       CAST(SUM(CASE WHEN account > 'liabilities:transit:' THEN -amount_minor ELSE 0 END) AS INT64) AS transit_minor
  FROM account_balance
 WHERE account > 'liabilities:payable:'
   AND account < 'liabilities:transit;'
   AND account NOT LIKE 'liabilities:tax%'
 GROUP BY currency
 ORDER BY currency;

-- name: window_revenue_days :many window_day
-- What was charged by day, by campaign, for the clients that the asker reaches.
-- across: the grants decide what is reachable
-- param: since_day INT64
-- column: amount_minor INT64
SELECT c.id AS campaign_id, c.name AS campaign_name, o.name AS organisation_name, c.currency AS campaign_currency,
       d.currency, d.day, CAST(SUM(d.amount_minor) AS INT64) AS amount_minor
  FROM client_grant g
  JOIN organisation o ON o.id = g.organisation_id
  JOIN campaign c ON c.organisation_id = g.organisation_id
  JOIN account_day d ON d.account = 'income:revenue:' || c.id
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
   AND d.day >= :since_day
 GROUP BY c.id, c.name, o.name, c.currency, d.currency, d.day
 ORDER BY c.id, d.day, d.currency;

-- name: window_cost_days :many window_day
-- What the work cost, the same.
-- across: the grants decide what is reachable
-- param: since_day INT64
-- column: amount_minor INT64
SELECT c.id AS campaign_id, c.name AS campaign_name, o.name AS organisation_name, c.currency AS campaign_currency,
       d.currency, d.day, CAST(SUM(d.amount_minor) AS INT64) AS amount_minor
  FROM client_grant g
  JOIN organisation o ON o.id = g.organisation_id
  JOIN campaign c ON c.organisation_id = g.organisation_id
  JOIN account_day d ON d.account = 'expenses:cost:' || c.id
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
   AND d.day >= :since_day
 GROUP BY c.id, c.name, o.name, c.currency, d.currency, d.day
 ORDER BY c.id, d.day, d.currency;

-- name: window_campaign_days :many
-- One account of a campaign by day.
-- param: since_day INT64
-- column: amount_minor INT64
SELECT currency, day, CAST(SUM(amount_minor) AS INT64) AS amount_minor
  FROM account_day
 WHERE account = :account
   AND organisation_id = :organisation_id
   AND day >= :since_day
 GROUP BY currency, day
 ORDER BY day, currency;

-- name: window_billed :one
-- What was invoiced of a campaign, and what of it came in. Without tax; credit notes taken off.
-- column: net_minor INT64
-- column: gross_minor INT64
-- column: paid_minor INT64
SELECT CAST(COALESCE(SUM(CASE WHEN i.kind = 'invoice' THEN i.net_minor ELSE -i.net_minor END), 0) AS INT64) AS net_minor,
       CAST(COALESCE(SUM(CASE WHEN i.kind = 'invoice' THEN i.net_minor + i.tax_minor
                              ELSE -i.net_minor - i.tax_minor END), 0) AS INT64) AS gross_minor,
       CAST(COALESCE(SUM((SELECT SUM(p.amount_minor) FROM invoice_payment p WHERE p.invoice_id = i.id)), 0) AS INT64) AS paid_minor
  FROM invoice i
 WHERE i.campaign_id = :campaign_id
   AND i.organisation_id = :organisation_id;

-- name: window_disclosed :one
SELECT discloses_share
  FROM charge_rule
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND since_at <= :since_at
 ORDER BY since_at DESC
 LIMIT 1;

-- name: window_budgets :many
-- Open campaigns with a budget, with what is spent and how many answers wait.
-- across: each budget is watched
-- column: spend_minor INT64
-- column: waiting INT64
-- param: row_max INT64
SELECT c.id, c.organisation_id, c.name, c.currency, c.price_minor, c.budget_minor,
       CAST(COALESCE(SUM(CASE WHEN k.counter = 'spend_minor' THEN k.amount ELSE 0 END), 0) AS INT64) AS spend_minor,
       CAST(COALESCE(SUM(CASE WHEN k.counter IN ('pending', 'returned', 'active') THEN k.amount ELSE 0 END), 0) AS INT64) AS waiting
  FROM campaign c
  LEFT JOIN campaign_counter k ON k.campaign_id = c.id
 WHERE c.state = 'open'
   AND c.budget_minor IS NOT NULL
   AND c.id > :id
 GROUP BY c.id, c.organisation_id, c.name, c.currency, c.price_minor, c.budget_minor
 ORDER BY c.id
 LIMIT :row_max;

-- name: budget_notice_insert :affected
INSERT INTO budget_notice (campaign_id, organisation_id, budget_minor, step_percent, told_at)
VALUES (:campaign_id, :organisation_id, :budget_minor, :step_percent, :told_at)
ON CONFLICT (campaign_id, budget_minor, step_percent) DO NOTHING;

-- name: budget_notice_last :one
-- column: step_percent INT64
SELECT MAX(step_percent) AS step_percent
  FROM budget_notice
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND budget_minor = :budget_minor;

-- name: window_audience :many
-- The client's own people, and operators who reach the client.
SELECT m.person_id
  FROM membership m
 WHERE m.organisation_id = :organisation_id
   AND m.role = 'client'
   AND m.until_at IS NULL
UNION
SELECT g.person_id
  FROM client_grant g
  JOIN membership w ON w.person_id = g.person_id AND w.role = 'operator' AND w.until_at IS NULL
 WHERE g.organisation_id = :organisation_id
   AND g.revoked_at IS NULL
 ORDER BY person_id
 LIMIT 200;

-- name: window_person_sums :one
-- What changed a person's pay between two moments, without what was paid out, in one currency.
-- across: the person's own earnings are what is asked for
-- param: from_at INT64
-- param: to_at INT64
-- column: amount_minor INT64
SELECT CAST(COALESCE(SUM(person_minor), 0) AS INT64) AS amount_minor
  FROM entry
 WHERE person_id = :person_id
   AND happened_at >= :from_at
   AND happened_at < :to_at
   AND currency = :currency
   AND kind <> 'payout';

-- name: window_person_due :many
-- across: the person's own pay is what is asked for
-- column: due_minor INT64
SELECT currency, CAST(-SUM(amount_minor) AS INT64) AS due_minor
  FROM account_balance
 WHERE account = :account
 GROUP BY currency
 ORDER BY currency;

-- name: window_person_later :many
-- What came after a moment and is not paid on the day that pays until then.
-- across: the person's own pay is what is asked for
-- param: until_at INT64
-- column: later_minor INT64
SELECT currency, CAST(SUM(person_minor) AS INT64) AS later_minor
  FROM entry
 WHERE person_id = :person_id
   AND happened_at >= :until_at
   AND kind <> 'payout'
 GROUP BY currency
 ORDER BY currency;

-- name: window_person_hold :one
-- param: now INT64
SELECT reason, until_at
  FROM payout_hold
 WHERE person_id = :person_id
   AND lifted_at IS NULL
   AND until_at > :now
 ORDER BY until_at DESC
 LIMIT 1;

-- name: window_person_account :one
SELECT state, usable_at
  FROM payout_account
 WHERE person_id = :person_id
   AND state IN ('active', 'waiting')
 ORDER BY CASE WHEN state = 'active' THEN 0 ELSE 1 END, id DESC
 LIMIT 1;

-- name: sampling_stale :many
-- Open campaigns whose samples are missing or old.
-- across: people everywhere are told what work pays
-- param: before_at INT64
-- param: row_max INT64
SELECT c.id, c.organisation_id, c.domain, c.currency
  FROM campaign c
  LEFT JOIN pay_sampling s ON s.campaign_id = c.id
 WHERE c.state = 'open'
   AND (s.sampled_at IS NULL OR s.sampled_at < :before_at)
 ORDER BY c.id
 LIMIT :row_max;

-- name: sampling_put :exec
INSERT INTO pay_sampling (campaign_id, organisation_id, sampled_at)
VALUES (:campaign_id, :organisation_id, :sampled_at)
ON CONFLICT (campaign_id) DO UPDATE SET sampled_at = excluded.sampled_at;

-- name: sample_people :many
SELECT id, person_id
  FROM engagement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND duty = 'expert'
 ORDER BY id;

-- name: sample_events :many
-- param: since_at INT64
SELECT kind, happened_at
  FROM work_event
 WHERE person_id = :person_id
   AND happened_at >= :since_at
   AND engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY happened_at, sequence;

-- name: sample_paid :one
-- param: since_at INT64
-- column: paid_minor INT64
SELECT CAST(COALESCE(SUM(person_minor), 0) AS INT64) AS paid_minor
  FROM entry
 WHERE person_id = :person_id
   AND happened_at >= :since_at
   AND campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND currency = :currency;

-- name: sample_put :exec
INSERT INTO pay_sample (campaign_id, organisation_id, person_id, domain, currency, paid_minor, worked_us)
VALUES (:campaign_id, :organisation_id, :person_id, :domain, :currency, :paid_minor, :worked_us)
ON CONFLICT (campaign_id, person_id) DO UPDATE
   SET domain = excluded.domain, currency = excluded.currency, paid_minor = excluded.paid_minor, worked_us = excluded.worked_us;

-- name: sample_of_campaign :many pay_sum
-- column: paid_minor INT64
-- column: worked_us INT64
SELECT person_id, CAST(SUM(paid_minor) AS INT64) AS paid_minor, CAST(SUM(worked_us) AS INT64) AS worked_us
  FROM pay_sample
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 GROUP BY person_id
 ORDER BY person_id;

-- name: sample_of_domain :many pay_sum
-- What people were paid for work of one field, for whatever client; only quantiles of many leave here.
-- across: a role is open before it is known for which client
-- column: paid_minor INT64
-- column: worked_us INT64
SELECT person_id, CAST(SUM(paid_minor) AS INT64) AS paid_minor, CAST(SUM(worked_us) AS INT64) AS worked_us
  FROM pay_sample
 WHERE domain = :domain
   AND currency = :currency
 GROUP BY person_id
 ORDER BY person_id;

-- name: preview_offer :one
-- across: the person's own offer is what is asked for
SELECT o.organisation_id, o.campaign_id
  FROM offer o
 WHERE o.id = :id
   AND o.person_id = :person_id;

-- name: preview_listing :one
-- across: an open role is seen by everybody
SELECT domain, currency
  FROM listing
 WHERE id = :id
   AND listing_state = 'open';

-- name: window_open_before :many
-- What is not finished of the time before a moment, for the clients that the asker reaches.
-- across: the grants decide what is reachable
-- scan: awards are few beside entries, and a period is closed once a month
-- param: person_id TEXT
-- param: house_id TEXT
-- param: until_at INT64
-- column: kind TEXT
-- column: currency TEXT
-- column: item_count INT64
-- column: amount_minor INT64
SELECT 'unbilled' AS kind, b.currency, COUNT(*) AS item_count, CAST(SUM(b.amount_minor) AS INT64) AS amount_minor
  FROM client_grant g
  JOIN campaign c ON c.organisation_id = g.organisation_id
  JOIN account_balance b ON b.account = 'assets:unbilled:' || c.organisation_id || ':' || c.id
 WHERE g.person_id = :person_id AND g.revoked_at IS NULL AND c.created_at < :until_at AND b.amount_minor <> 0
 GROUP BY b.currency
UNION ALL
SELECT 'award', a.currency, COUNT(*), CAST(SUM(a.amount_minor) AS INT64)
  FROM award a
 WHERE a.state IN ('due', 'held') AND a.due_at < :until_at
   AND (a.organisation_id = :house_id
        OR EXISTS (SELECT 1 FROM client_grant g
                    WHERE g.person_id = :person_id AND g.organisation_id = a.organisation_id AND g.revoked_at IS NULL))
 GROUP BY a.currency
UNION ALL
SELECT 'run', r.currency, COUNT(*), CAST(SUM(r.total_minor) AS INT64)
  FROM payout_run r
 WHERE r.organisation_id = :house_id AND r.state IN ('planned', 'approved') AND r.until_at <= :until_at
 GROUP BY r.currency
UNION ALL
SELECT 'transit', l.currency, COUNT(*), CAST(SUM(l.amount_minor) AS INT64)
  FROM payout_run r
  JOIN payout_line l ON l.run_id = r.id
 WHERE r.organisation_id = :house_id AND l.state = 'sent' AND r.sent_at < :until_at
 GROUP BY l.currency
UNION ALL
SELECT 'minutes', c.currency, COUNT(*), 0
  FROM client_grant g
  JOIN campaign c ON c.organisation_id = g.organisation_id
  JOIN engagement e ON e.campaign_id = c.id
  JOIN time_change t ON t.engagement_id = e.id
 WHERE g.person_id = :person_id AND g.revoked_at IS NULL AND t.state IN ('open', 'appealed') AND t.from_at < :until_at
 GROUP BY c.currency
 ORDER BY 1, 2;
