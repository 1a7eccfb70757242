-- name: campaign_insert :exec
INSERT INTO campaign (id, organisation_id, name, domain, task_type, parameters, state, redundancy, review_layers,
                      price_minor, currency, budget_minor, deadline_at, lease_s, is_sample, created_at, created_by)
VALUES (:id, :organisation_id, :name, :domain, :task_type, :parameters, 'draft', :redundancy, :review_layers,
        :price_minor, :currency, :budget_minor, :deadline_at, :lease_s, :is_sample, :created_at, :created_by);

-- name: campaign_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM campaign
 WHERE id = :id;

-- name: campaign_by_id :one campaign_row
-- remembered: each claim and each answer asks for it
SELECT c.id, c.organisation_id, o.name AS organisation_name, c.name, c.domain, c.task_type, c.parameters, c.state,
       c.redundancy, c.review_layers, c.price_minor, c.currency, c.budget_minor, c.deadline_at, c.lease_s,
       c.guideline_id, c.open_epoch, c.version_number, c.is_sample, c.created_at, c.target_certainty, c.label_min,
       c.label_max, c.gold_rate, c.gold_reveal_s
  FROM campaign c
  JOIN organisation o ON o.id = c.organisation_id
 WHERE c.id = :id
   AND c.organisation_id = :organisation_id;

-- name: campaign_page_granted :many campaign_row
-- across: the grants decide what is reachable
-- param: row_max INT64
SELECT c.id, c.organisation_id, o.name AS organisation_name, c.name, c.domain, c.task_type, c.parameters, c.state,
       c.redundancy, c.review_layers, c.price_minor, c.currency, c.budget_minor, c.deadline_at, c.lease_s,
       c.guideline_id, c.open_epoch, c.version_number, c.is_sample, c.created_at, c.target_certainty, c.label_min,
       c.label_max, c.gold_rate, c.gold_reveal_s
  FROM client_grant g
  JOIN organisation o ON o.id = g.organisation_id
  JOIN campaign c ON c.organisation_id = g.organisation_id
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
   AND c.id > :id
 ORDER BY c.id
 LIMIT :row_max;

-- name: campaign_page :many campaign_row
-- param: row_max INT64
SELECT c.id, c.organisation_id, o.name AS organisation_name, c.name, c.domain, c.task_type, c.parameters, c.state,
       c.redundancy, c.review_layers, c.price_minor, c.currency, c.budget_minor, c.deadline_at, c.lease_s,
       c.guideline_id, c.open_epoch, c.version_number, c.is_sample, c.created_at, c.target_certainty, c.label_min,
       c.label_max, c.gold_rate, c.gold_reveal_s
  FROM campaign c
  JOIN organisation o ON o.id = c.organisation_id
 WHERE c.organisation_id = :organisation_id
   AND c.id > :id
 ORDER BY c.id
 LIMIT :row_max;

-- name: campaign_update :affected
UPDATE campaign
   SET name = :name, domain = :domain, redundancy = :redundancy, review_layers = :review_layers,
       price_minor = :price_minor, budget_minor = :budget_minor, deadline_at = :deadline_at, lease_s = :lease_s,
       version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND version_number = :version_number;

-- name: campaign_set_stop :exec
UPDATE campaign
   SET target_certainty = :target_certainty, label_min = :label_min, label_max = :label_max,
       version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: campaign_set_gold :exec
UPDATE campaign
   SET gold_rate = :gold_rate, gold_reveal_s = :gold_reveal_s, version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: campaign_set_state :affected
UPDATE campaign
   SET state = :state, version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: campaign_set_guideline :exec
UPDATE campaign
   SET guideline_id = :guideline_id, version_number = version_number + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: campaign_reopen :exec
-- Tasks became open: whoever found nothing to claim may look again.
UPDATE campaign
   SET open_epoch = open_epoch + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: guideline_insert :exec
INSERT INTO guideline (id, organisation_id, campaign_id, guideline_number, body, content_hash, created_at, created_by)
VALUES (:id, :organisation_id, :campaign_id, :guideline_number, :body, :content_hash, :created_at, :created_by);

-- name: guideline_last :one
-- column: guideline_number INT64
SELECT COALESCE(MAX(guideline_number), 0) AS guideline_number
  FROM guideline
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: guideline_by_id :one guideline_row
SELECT id, campaign_id, guideline_number, body, content_hash, created_at
  FROM guideline
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: guideline_page :many guideline_row
-- Newest first; a campaign has few.
SELECT id, campaign_id, guideline_number, body, content_hash, created_at
  FROM guideline
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY guideline_number DESC
 LIMIT 100;

-- name: guideline_clause_insert :exec_many
INSERT INTO guideline_clause (organisation_id, guideline_id, position, code, title, body)
VALUES (:organisation_id, :guideline_id, :position, :code, :title, :body);

-- name: guideline_clauses :many guideline_clause_row
SELECT code, title, body
  FROM guideline_clause
 WHERE guideline_id = :guideline_id
   AND organisation_id = :organisation_id
 ORDER BY position;

-- name: guideline_clause_find :one
SELECT title
  FROM guideline_clause
 WHERE guideline_id = :guideline_id
   AND organisation_id = :organisation_id
   AND code = :code;

-- name: engagement_insert :exec
INSERT INTO engagement (id, organisation_id, campaign_id, person_id, duty, state, reason, pseudonym, price_minor,
                        currency, since_at, changed_at, claim_shuffle)
VALUES (:id, :organisation_id, :campaign_id, :person_id, :duty, :state, :reason, :pseudonym, :price_minor,
        :currency, :since_at, :changed_at, :claim_shuffle);

-- name: engagement_page :many engagement_row
SELECT e.id, e.person_id, p.name, e.duty, e.state, e.pseudonym, e.price_minor, e.currency, e.reason, e.since_at
  FROM engagement e
  JOIN person p ON p.id = e.person_id
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
 ORDER BY e.duty, e.person_id
 LIMIT 1000;

-- name: engagement_find :one engagement_of
SELECT id, state, pseudonym, price_minor, currency, claim_shuffle, claim_laps, dry_epoch
  FROM engagement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND person_id = :person_id
   AND duty = :duty;

-- name: engagement_any :one
-- across: the person's own engagement is what is asked for
SELECT id
  FROM engagement
 WHERE campaign_id = :campaign_id
   AND person_id = :person_id
   AND state <> 'ended'
 LIMIT 1;

-- name: engagement_set_state :affected
UPDATE engagement
   SET state = :state, reason = :reason, changed_at = :changed_at
 WHERE id = :id
   AND campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: engagement_walk :exec
-- Where the person's walk through the open tasks stands now.
UPDATE engagement
   SET claim_shuffle = :claim_shuffle, claim_laps = :claim_laps, dry_epoch = :dry_epoch
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: work_page :many work_row
-- Every campaign that takes work, and how this person stands to it.
-- across: what an expert may work on is decided by engagement, not by client
-- param: now INT64
-- column: walled INT64
SELECT c.id, c.organisation_id, c.name, c.domain, c.task_type, c.state, c.price_minor, c.currency, c.deadline_at,
       c.is_sample, c.lease_s, c.open_epoch, c.guideline_id,
       e.state AS engagement_state, e.reason AS engagement_reason, e.price_minor AS own_price_minor,
       e.currency AS own_currency, e.dry_epoch,
       (SELECT COUNT(*) FROM wall w
         WHERE w.campaign_id = c.id AND w.person_id = :person_id AND w.lifted_at IS NULL
           AND (w.until_at IS NULL OR w.until_at > :now)) AS walled
  FROM campaign c
  LEFT JOIN engagement e ON e.campaign_id = c.id AND e.person_id = :person_id AND e.duty = 'expert'
 WHERE c.state IN ('open', 'paused')
 ORDER BY c.id
 LIMIT 200;

-- name: campaign_counter_add :exec
INSERT INTO campaign_counter (organisation_id, campaign_id, counter, shard, amount)
VALUES (:organisation_id, :campaign_id, :counter, :shard, :amount)
ON CONFLICT (campaign_id, counter, shard) DO UPDATE SET amount = campaign_counter.amount + excluded.amount;

-- name: campaign_day_add :exec
INSERT INTO campaign_day (organisation_id, campaign_id, day, counter, shard, amount)
VALUES (:organisation_id, :campaign_id, :day, :counter, :shard, :amount)
ON CONFLICT (campaign_id, day, counter, shard) DO UPDATE SET amount = campaign_day.amount + excluded.amount;

-- name: campaign_counters :many campaign_count
-- column: amount INT64
SELECT counter, CAST(SUM(amount) AS INT64) AS amount
  FROM campaign_counter
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 GROUP BY counter
 ORDER BY counter;

-- name: campaign_days :many campaign_day_count
-- The last days, for the curve of progress.
-- column: amount INT64
SELECT day, counter, CAST(SUM(amount) AS INT64) AS amount
  FROM campaign_day
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND day >= :day
 GROUP BY day, counter
 ORDER BY day, counter;
