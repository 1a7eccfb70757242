-- name: time_lease :one
-- What an event on a lease is about; for the holder alone.
-- across: the person's own lease is what is asked for
SELECT l.id, l.organisation_id, l.campaign_id, l.stage, l.submission_id, e.id AS engagement_id, e.since_at
  FROM lease l
  JOIN engagement e ON e.campaign_id = l.campaign_id AND e.person_id = l.person_id
       AND e.duty = CASE WHEN l.stage = 'produce' THEN 'expert' ELSE 'reviewer' END
 WHERE l.id = :id
   AND l.person_id = :person_id;

-- name: time_engagement :one
-- across: the caller checks whose it is
SELECT e.id, e.organisation_id, e.campaign_id, c.name AS campaign_name, e.person_id, e.duty, e.since_at
  FROM engagement e
  JOIN campaign c ON c.id = e.campaign_id
 WHERE e.id = :id;

-- name: work_event_last :one
SELECT sequence, hash, happened_at
  FROM work_event
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY sequence DESC
 LIMIT 1;

-- name: work_event_insert :exec
INSERT INTO work_event (engagement_id, sequence, organisation_id, person_id, lease_id, class, kind, tab, happened_at,
                        received_at, clock_jumped, hash)
VALUES (:engagement_id, :sequence, :organisation_id, :person_id, :lease_id, :class, :kind, :tab, :happened_at,
        :received_at, :clock_jumped, :hash);

-- name: work_event_line :many
-- All that a person did between two moments, whatever it was for: no moment counts twice.
-- across: one person has one line of time
-- param: from_at INT64
-- param: to_at INT64
-- column: idle_s INT64
SELECT w.engagement_id, w.lease_id, w.class, w.kind, w.happened_at, l.state AS lease_state,
       (SELECT t.idle_s FROM engagement_terms t
         WHERE t.engagement_id = w.engagement_id AND t.since_at <= w.happened_at
         ORDER BY t.since_at DESC, t.terms_number DESC LIMIT 1) AS idle_s
  FROM work_event w
  LEFT JOIN lease l ON l.id = w.lease_id
 WHERE w.person_id = :person_id
   AND w.happened_at >= :from_at
   AND w.happened_at < :to_at
 ORDER BY w.happened_at, w.engagement_id, w.sequence;

-- name: work_event_log :many work_event_row
-- The chain as it was written.
SELECT sequence, lease_id, class, kind, tab, happened_at, received_at, clock_jumped, hash
  FROM work_event
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY sequence;

-- name: time_engagements_between :many
-- Whose time has to be settled.
-- across: the operator pays for every client
-- param: from_at INT64
-- param: to_at INT64
-- param: after TEXT
-- param: row_max INT64
SELECT DISTINCT w.engagement_id, w.organisation_id, w.person_id
  FROM work_event w
 WHERE w.happened_at >= :from_at
   AND w.happened_at < :to_at
   AND w.engagement_id > :after
 ORDER BY w.engagement_id
 LIMIT :row_max;

-- name: time_extension_insert :exec
INSERT INTO time_extension (id, organisation_id, engagement_id, lease_id, seconds, reason, asked_at)
VALUES (:id, :organisation_id, :engagement_id, :lease_id, :seconds, :reason, :asked_at);

-- name: time_extension_sums :many
-- column: seconds INT64
SELECT lease_id, CAST(SUM(seconds) AS INT64) AS seconds
  FROM time_extension
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 GROUP BY lease_id;

-- name: time_change_insert :exec
INSERT INTO time_change (id, organisation_id, engagement_id, person_id, kind, class, from_at, to_at, reason,
                         reason_code, asked_by, asked_at, state, counts, decided_by, decided_at, decision)
VALUES (:id, :organisation_id, :engagement_id, :person_id, :kind, :class, :from_at, :to_at, :reason,
        :reason_code, :asked_by, :asked_at, :state, :counts, :decided_by, :decided_at, :decision);

-- name: time_change_by_id :one time_change_row
SELECT id, kind, class, from_at, to_at, reason, reason_code, asked_by, asked_at, state, counts, decided_by, decided_at,
       decision, appeal, settled_by, settled_at, settlement
  FROM time_change
 WHERE id = :id
   AND engagement_id = :engagement_id
   AND organisation_id = :organisation_id;

-- name: time_change_page :many time_change_row
SELECT id, kind, class, from_at, to_at, reason, reason_code, asked_by, asked_at, state, counts, decided_by, decided_at,
       decision, appeal, settled_by, settled_at, settlement
  FROM time_change
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY from_at DESC, id DESC
 LIMIT 500;

-- name: time_change_counting :many
-- Minutes that are added or taken away now, on the person's one line of time.
-- across: one person has one line of time
-- param: from_us INT64
-- param: to_us INT64
SELECT id, engagement_id, kind, class, from_at, to_at
  FROM time_change
 WHERE person_id = :person_id
   AND counts = 1
   AND from_at < :to_us
   AND to_at > :from_us
 ORDER BY from_at, id;

-- name: time_change_decide :exec
UPDATE time_change
   SET state = :state, counts = :counts, decided_by = :decided_by, decided_at = :decided_at, decision = :decision
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: time_change_appeal :exec
UPDATE time_change
   SET state = 'appealed', appeal = :appeal
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: time_change_settle :exec
UPDATE time_change
   SET state = :state, counts = :counts, settled_by = :settled_by, settled_at = :settled_at, settlement = :settlement
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: week_extension_insert :exec
INSERT INTO week_extension (id, organisation_id, engagement_id, person_id, week_day, extra_min, reason, asked_at, state)
VALUES (:id, :organisation_id, :engagement_id, :person_id, :week_day, :extra_min, :reason, :asked_at, 'open');

-- name: week_extension_page :many week_extension_row
SELECT id, week_day, extra_min, reason, asked_at, state, decided_by, decided_at, decision
  FROM week_extension
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
 ORDER BY week_day DESC, id DESC
 LIMIT 200;

-- name: week_extension_decide :affected
UPDATE week_extension
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at, decision = :decision
 WHERE id = :id
   AND engagement_id = :engagement_id
   AND organisation_id = :organisation_id
   AND state = 'open';

-- name: week_extension_sum :one
-- column: extra_min INT64
SELECT CAST(COALESCE(SUM(extra_min), 0) AS INT64) AS extra_min
  FROM week_extension
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id
   AND week_day = :week_day
   AND state = 'approved';

-- name: time_change_waiting :many
-- What somebody has to decide about a campaign's minutes, oldest first.
-- param: row_max INT64
SELECT c.id, c.engagement_id, p.name AS person_name, c.kind, c.class, c.from_at, c.to_at, c.reason, c.reason_code, c.asked_at,
       c.state, c.decision, c.appeal
  FROM engagement e
  JOIN time_change c ON c.engagement_id = e.id
  JOIN person p ON p.id = c.person_id
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
   AND c.organisation_id = :organisation_id
   AND c.state IN ('open', 'appealed')
 ORDER BY c.id
 LIMIT :row_max;

-- name: week_extension_waiting :many
-- param: row_max INT64
SELECT x.id, x.engagement_id, p.name AS person_name, x.week_day, x.extra_min, x.reason, x.asked_at
  FROM engagement e
  JOIN week_extension x ON x.engagement_id = e.id
  JOIN person p ON p.id = x.person_id
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
   AND x.organisation_id = :organisation_id
   AND x.state = 'open'
 ORDER BY x.id
 LIMIT :row_max;
