-- name: declarations :many
-- Who declared something since walls were looked at.
-- across: whoever has declared is looked at, whatever the client
-- param: row_max INT64
SELECT person_id, declared_at
  FROM expert_declaration
 ORDER BY person_id
 LIMIT :row_max;

-- name: declaration_done :exec
-- Unless another one came meanwhile.
-- across: it belongs to the operator, not to a client
DELETE FROM expert_declaration
 WHERE person_id = :person_id
   AND declared_at = :declared_at;

-- name: declared_engagements :many
-- across: what the person is engaged for, whoever the client is
SELECT e.id, e.organisation_id, e.campaign_id, c.name AS campaign_name, e.state
  FROM engagement e
  JOIN campaign c ON c.id = e.campaign_id
 WHERE e.person_id = :person_id
   AND e.state <> 'ended'
 ORDER BY e.id;

-- name: conflict_insert :affected
INSERT INTO conflict (id, organisation_id, campaign_id, engagement_id, person_id, kind, words, did_pause, state, raised_at)
VALUES (:id, :organisation_id, :campaign_id, :engagement_id, :person_id, :kind, :words, :did_pause, 'open', :raised_at)
ON CONFLICT (engagement_id, words) DO NOTHING;

-- name: conflict_audience :many
-- Operators who reach the client.
SELECT g.person_id
  FROM client_grant g
  JOIN membership w ON w.person_id = g.person_id AND w.role = 'operator' AND w.until_at IS NULL
 WHERE g.organisation_id = :organisation_id
   AND g.revoked_at IS NULL
 ORDER BY g.person_id
 LIMIT 200;

-- name: conflict_person :one
SELECT name
  FROM person
 WHERE id = :id;

-- name: conflict_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id
  FROM conflict
 WHERE id = :id;

-- name: conflict_by_id :one conflict_row
SELECT k.id, k.campaign_id, k.engagement_id, k.person_id, p.name, e.state AS engagement_state, k.kind, k.words,
       k.did_pause, k.state, k.raised_at, d.name AS decided_by_name, k.decided_at, k.reason
  FROM conflict k
  JOIN person p ON p.id = k.person_id
  JOIN engagement e ON e.id = k.engagement_id
  LEFT JOIN person d ON d.id = k.decided_by
 WHERE k.id = :id
   AND k.organisation_id = :organisation_id;

-- name: conflict_page :many conflict_row
-- Newest first.
-- param: row_max INT64
SELECT k.id, k.campaign_id, k.engagement_id, k.person_id, p.name, e.state AS engagement_state, k.kind, k.words,
       k.did_pause, k.state, k.raised_at, d.name AS decided_by_name, k.decided_at, k.reason
  FROM conflict k
  JOIN person p ON p.id = k.person_id
  JOIN engagement e ON e.id = k.engagement_id
  LEFT JOIN person d ON d.id = k.decided_by
 WHERE k.campaign_id = :campaign_id
   AND k.organisation_id = :organisation_id
   AND k.id < :id
 ORDER BY k.id DESC
 LIMIT :row_max;

-- name: conflict_decide :affected
-- Only what is open: of two who decide at once, one is late.
UPDATE conflict
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at, reason = :reason
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'open';

-- name: conflicts_beside :one
-- Of one engagement: how many are open, and whether any of them paused it.
-- column: open_count INT64
-- column: did_pause INT64
SELECT CAST(COALESCE(SUM(CASE WHEN state = 'open' THEN 1 ELSE 0 END), 0) AS INT64) AS open_count,
       CAST(COALESCE(MAX(did_pause), 0) AS INT64) AS did_pause
  FROM conflict
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id;
