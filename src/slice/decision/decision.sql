-- name: decision_insert :exec
INSERT INTO decision (id, organisation_id, campaign_id, engagement_id, person_id, action, clause_code, reason_code, message,
                      state, decided_by, decided_at)
VALUES (:id, :organisation_id, :campaign_id, :engagement_id, :person_id, :action, :clause_code, :reason_code, :message,
        'standing', :decided_by, :decided_at);

-- name: decision_evidence_insert :exec
INSERT INTO decision_evidence (organisation_id, decision_id, submission_id, state_before)
VALUES (:organisation_id, :decision_id, :submission_id, :state_before)
ON CONFLICT (decision_id, submission_id) DO NOTHING;

-- name: decision_evidence_of :many evidence_row
SELECT d.submission_id, s.task_id, s.answer, s.submitted_at, d.state_before, t.state
  FROM decision_evidence d
  JOIN submission s ON s.id = d.submission_id
  JOIN submission_state t ON t.submission_id = d.submission_id
 WHERE d.decision_id = :decision_id
   AND d.organisation_id = :organisation_id
 ORDER BY d.submission_id;

-- name: decision_judged :one
-- Has this person judged the submission?
SELECT r.id
  FROM review r
 WHERE r.submission_id = :submission_id
   AND r.organisation_id = :organisation_id
   AND r.person_id = :person_id
 LIMIT 1;

-- name: decision_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id, person_id
  FROM decision
 WHERE id = :id;

-- name: decision_by_id :one decision_row
SELECT d.id, d.campaign_id, c.name AS campaign_name, d.engagement_id, e.pseudonym, e.state AS engagement_state, d.person_id,
       d.action, d.clause_code, d.reason_code, d.message, d.state, d.decided_by, p.name AS decider, d.decided_at, d.appeal,
       d.appealed_at, d.due_at, d.settled_at, q.name AS settler, d.settlement
  FROM decision d
  JOIN campaign c ON c.id = d.campaign_id
  JOIN engagement e ON e.id = d.engagement_id
  JOIN person p ON p.id = d.decided_by
  LEFT JOIN person q ON q.id = d.settled_by
 WHERE d.id = :id
   AND d.organisation_id = :organisation_id;

-- name: decision_page :many decision_row
-- Newest first.
-- param: row_max INT64
SELECT d.id, d.campaign_id, c.name AS campaign_name, d.engagement_id, e.pseudonym, e.state AS engagement_state, d.person_id,
       d.action, d.clause_code, d.reason_code, d.message, d.state, d.decided_by, p.name AS decider, d.decided_at, d.appeal,
       d.appealed_at, d.due_at, d.settled_at, q.name AS settler, d.settlement
  FROM decision d
  JOIN campaign c ON c.id = d.campaign_id
  JOIN engagement e ON e.id = d.engagement_id
  JOIN person p ON p.id = d.decided_by
  LEFT JOIN person q ON q.id = d.settled_by
 WHERE d.campaign_id = :campaign_id
   AND d.organisation_id = :organisation_id
   AND d.id < :id
 ORDER BY d.id DESC
 LIMIT :row_max;

-- name: decision_own :many decision_row
-- What was decided about the person who asks.
-- across: the person's own decisions are what is asked for
SELECT d.id, d.campaign_id, c.name AS campaign_name, d.engagement_id, e.pseudonym, e.state AS engagement_state, d.person_id,
       d.action, d.clause_code, d.reason_code, d.message, d.state, d.decided_by, p.name AS decider, d.decided_at, d.appeal,
       d.appealed_at, d.due_at, d.settled_at, q.name AS settler, d.settlement
  FROM decision d
  JOIN campaign c ON c.id = d.campaign_id
  JOIN engagement e ON e.id = d.engagement_id
  JOIN person p ON p.id = d.decided_by
  LEFT JOIN person q ON q.id = d.settled_by
 WHERE d.person_id = :person_id
 ORDER BY d.id DESC
 LIMIT 200;

-- name: decision_set_appeal :affected
UPDATE decision
   SET state = 'appealed', appeal = :appeal, appealed_at = :appealed_at, due_at = :due_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'standing';

-- name: decision_set_settlement :affected
UPDATE decision
   SET state = :state, settled_by = :settled_by, settled_at = :settled_at, settlement = :settlement
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'appealed';
