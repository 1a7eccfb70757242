-- name: offer_insert :exec
INSERT INTO offer (id, organisation_id, campaign_id, requirement_id, proposal_id, person_id, state, offer_terms,
                   guideline_hash, rate_before, cut_percent, answer_by, created_at, created_by, changed_at)
VALUES (:id, :organisation_id, :campaign_id, :requirement_id, :proposal_id, :person_id, 'open', :offer_terms,
        :guideline_hash, :rate_before, :cut_percent, :answer_by, :created_at, :created_by, :changed_at);

-- name: offer_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, person_id
  FROM offer
 WHERE id = :id;

-- name: offer_by_id :one offer_row
SELECT f.id, f.organisation_id, f.campaign_id, c.name AS campaign_name, o.name AS organisation_name, f.requirement_id,
       r.name AS requirement_name, f.proposal_id, f.person_id, p.name, f.state, f.offer_terms, f.guideline_hash,
       f.rate_before, f.cut_percent, f.counter_terms, f.counter_message, f.answer_by, f.undo_until, f.engagement_id,
       f.created_at, f.created_by, f.changed_at
  FROM offer f
  JOIN campaign c ON c.id = f.campaign_id
  JOIN organisation o ON o.id = f.organisation_id
  JOIN requirement r ON r.id = f.requirement_id
  JOIN person p ON p.id = f.person_id
 WHERE f.id = :id
   AND f.organisation_id = :organisation_id;

-- name: offer_page_of_campaign :many offer_row
-- Newest first.
-- param: row_max INT64
SELECT f.id, f.organisation_id, f.campaign_id, c.name AS campaign_name, o.name AS organisation_name, f.requirement_id,
       r.name AS requirement_name, f.proposal_id, f.person_id, p.name, f.state, f.offer_terms, f.guideline_hash,
       f.rate_before, f.cut_percent, f.counter_terms, f.counter_message, f.answer_by, f.undo_until, f.engagement_id,
       f.created_at, f.created_by, f.changed_at
  FROM offer f
  JOIN campaign c ON c.id = f.campaign_id
  JOIN organisation o ON o.id = f.organisation_id
  JOIN requirement r ON r.id = f.requirement_id
  JOIN person p ON p.id = f.person_id
 WHERE f.campaign_id = :campaign_id
   AND f.organisation_id = :organisation_id
   AND f.id < :id
 ORDER BY f.id DESC
 LIMIT :row_max;

-- name: offer_page_own :many offer_row
-- Newest first.
-- across: the person's own offers are what is asked for
-- param: row_max INT64
SELECT f.id, f.organisation_id, f.campaign_id, c.name AS campaign_name, o.name AS organisation_name, f.requirement_id,
       r.name AS requirement_name, f.proposal_id, f.person_id, p.name, f.state, f.offer_terms, f.guideline_hash,
       f.rate_before, f.cut_percent, f.counter_terms, f.counter_message, f.answer_by, f.undo_until, f.engagement_id,
       f.created_at, f.created_by, f.changed_at
  FROM offer f
  JOIN campaign c ON c.id = f.campaign_id
  JOIN organisation o ON o.id = f.organisation_id
  JOIN requirement r ON r.id = f.requirement_id
  JOIN person p ON p.id = f.person_id
 WHERE f.person_id = :person_id
   AND f.id < :id
 ORDER BY f.id DESC
 LIMIT :row_max;

-- name: offer_move :affected
-- Only from the state that was seen: of two who answer at once, one is late.
-- param: state_seen TEXT
UPDATE offer
   SET state = :state, undo_until = :undo_until, counter_terms = :counter_terms, counter_message = :counter_message,
       offer_terms = :offer_terms, engagement_id = :engagement_id, changed_at = :changed_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = :state_seen;

-- name: offer_event_insert :exec
INSERT INTO offer_event (id, organisation_id, offer_id, kind, detail, done_by, happened_at)
VALUES (:id, :organisation_id, :offer_id, :kind, :detail, :done_by, :happened_at);

-- name: offer_events :many offer_event_row
SELECT id, kind, detail, done_by, happened_at
  FROM offer_event
 WHERE offer_id = :offer_id
   AND organisation_id = :organisation_id
 ORDER BY id
 LIMIT 1000;

-- name: offer_step_insert :exec_many
INSERT INTO offer_step (organisation_id, offer_id, step_name, position)
VALUES (:organisation_id, :offer_id, :step_name, :position)
ON CONFLICT (offer_id, step_name) DO UPDATE SET done_at = NULL, signed_name = NULL, content_hash = NULL;

-- name: offer_steps :many offer_step_row
SELECT step_name, done_at, signed_name, content_hash
  FROM offer_step
 WHERE offer_id = :offer_id
   AND organisation_id = :organisation_id
 ORDER BY position;

-- name: offer_step_do :affected
UPDATE offer_step
   SET done_at = :done_at, signed_name = :signed_name, content_hash = :content_hash
 WHERE offer_id = :offer_id
   AND organisation_id = :organisation_id
   AND step_name = :step_name
   AND done_at IS NULL;

-- name: offer_guideline :one
SELECT g.content_hash
  FROM campaign c
  JOIN guideline g ON g.id = c.guideline_id
 WHERE c.id = :id
   AND c.organisation_id = :organisation_id;

-- name: offer_guideline_text :one
SELECT g.guideline_number, g.body, g.content_hash
  FROM campaign c
  JOIN guideline g ON g.id = c.guideline_id
 WHERE c.id = :id
   AND c.organisation_id = :organisation_id;

-- name: offer_rate_before :one
-- What was agreed last with a person for work under the same guideline.
-- across: the person's own terms are compared
SELECT t.hour_minor, t.unit_minor, t.currency
  FROM engagement e
  JOIN guideline g ON g.campaign_id = e.campaign_id
  JOIN engagement_terms t ON t.engagement_id = e.id AND t.state = 'in_force'
 WHERE e.person_id = :person_id
   AND e.duty = 'expert'
   AND g.content_hash = :content_hash
 ORDER BY t.since_at DESC
 LIMIT 1;

-- name: offers_late :many
-- Offers that nobody answered in time.
-- across: housekeeping for all
-- param: row_max INT64
-- param: now INT64
SELECT f.id, f.organisation_id, f.requirement_id, m.organisation_id AS house_id
  FROM offer f
  JOIN proposal p ON p.id = f.proposal_id
  JOIN match_run m ON m.id = p.run_id
 WHERE f.state IN ('open', 'countered')
   AND f.answer_by <= :now
 ORDER BY f.answer_by
 LIMIT :row_max;

-- name: offer_days :many offer_day_row
-- Seats offered and filled by day, for a campaign's timeline.
-- column: happened_day INT64
-- column: event_count INT64
SELECT e.happened_at / 86400000000 AS happened_day, e.kind, COUNT(*) AS event_count
  FROM offer f
  JOIN offer_event e ON e.offer_id = f.id AND e.organisation_id = f.organisation_id
 WHERE f.campaign_id = :campaign_id
   AND f.organisation_id = :organisation_id
 GROUP BY e.happened_at / 86400000000, e.kind
 ORDER BY happened_day, e.kind;

-- name: offer_open_seats :one
-- column: held_count INT64
SELECT r.seats,
       (SELECT COUNT(*) FROM offer f
         WHERE f.requirement_id = r.id AND f.organisation_id = r.organisation_id AND f.id <> :offer_id
           AND (f.state IN ('open', 'countered', 'accepted')
                OR (f.state = 'engaged' AND EXISTS (SELECT 1 FROM engagement e
                                                     WHERE e.id = f.engagement_id AND e.state <> 'ended')))) AS held_count
  FROM requirement r
 WHERE r.id = :id
   AND r.organisation_id = :organisation_id;

-- name: offer_plan :one
-- column: seats INT64
SELECT COALESCE(CAST(SUM(seats) AS INT64), 0) AS seats
  FROM requirement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND state = 'open';
