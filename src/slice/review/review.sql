-- name: review_next :one
-- The submission that has waited longest, not the reviewer's own and not in other hands.
SELECT s.submission_id, s.campaign_id, s.task_id
  FROM submission_state s
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND s.state = 'pending'
   AND s.person_id <> :person_id
   AND NOT EXISTS (SELECT 1 FROM lease l
                    WHERE l.submission_id = s.submission_id AND l.stage = 'review' AND l.state = 'held')
 ORDER BY s.due_at, s.submission_id
 LIMIT 1;

-- name: appeal_next :one
-- The appeal that has waited longest, from neither the author nor the reviewer it is about.
SELECT a.id, a.submission_id, a.campaign_id, a.task_id
  FROM appeal a
 WHERE a.campaign_id = :campaign_id
   AND a.organisation_id = :organisation_id
   AND a.state = 'open'
   AND a.person_id <> :person_id
   AND a.reviewer_id <> :person_id
   AND NOT EXISTS (SELECT 1 FROM lease l
                    WHERE l.submission_id = a.submission_id AND l.stage = 'appeal' AND l.state = 'held')
 ORDER BY a.due_at, a.id
 LIMIT 1;

-- name: review_queue :many queue_row
-- How much waits for this reviewer, by campaign.
-- across: a reviewer's queues are decided by engagement, not by client
-- column: pending_count INT64
-- column: appeal_count INT64
-- column: oldest_due_at INT64
SELECT c.id, c.name, c.domain, c.task_type, c.is_sample,
       (SELECT COUNT(*) FROM submission_state s
         WHERE s.campaign_id = c.id AND s.state = 'pending' AND s.person_id <> :person_id) AS pending_count,
       (SELECT COUNT(*) FROM appeal a
         WHERE a.campaign_id = c.id AND a.state = 'open' AND a.person_id <> :person_id
           AND a.reviewer_id <> :person_id) AS appeal_count,
       (SELECT MIN(s.due_at) FROM submission_state s
         WHERE s.campaign_id = c.id AND s.state = 'pending' AND s.person_id <> :person_id) AS oldest_due_at
  FROM engagement e
  JOIN campaign c ON c.id = e.campaign_id
 WHERE e.person_id = :person_id
   AND e.state = 'active'
   AND e.duty = 'reviewer'
   AND c.state IN ('open', 'paused')
 ORDER BY c.id;

-- name: review_insert :exec
INSERT INTO review (id, organisation_id, campaign_id, task_id, submission_id, lease_id, person_id, verdict, answer,
                    clause_code, reason_code, message, span, decided_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :submission_id, :lease_id, :person_id, :verdict, :answer,
        :clause_code, :reason_code, :message, :span, :decided_at);

-- name: reviews_of_submission :many review_row
SELECT r.id, r.verdict, r.answer, r.clause_code, r.reason_code, r.message, r.span, r.decided_at, e.pseudonym
  FROM review r
  JOIN engagement e ON e.campaign_id = r.campaign_id AND e.person_id = r.person_id AND e.duty = 'reviewer'
 WHERE r.submission_id = :submission_id
   AND r.organisation_id = :organisation_id
 ORDER BY r.id;

-- name: review_last_negative :one
SELECT id, person_id, verdict
  FROM review
 WHERE submission_id = :submission_id
   AND organisation_id = :organisation_id
   AND verdict = 'reject'
 ORDER BY id DESC
 LIMIT 1;

-- name: appeal_insert :exec
INSERT INTO appeal (id, organisation_id, campaign_id, task_id, submission_id, review_id, person_id, reviewer_id, message,
                    state, opened_at, due_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :submission_id, :review_id, :person_id, :reviewer_id, :message,
        'open', :opened_at, :due_at);

-- name: appeals_of_submission :many appeal_row
SELECT id, message, state, opened_at, due_at, decided_at, decision
  FROM appeal
 WHERE submission_id = :submission_id
   AND organisation_id = :organisation_id
 ORDER BY id;

-- name: appeal_open_of :one
SELECT id, person_id, reviewer_id
  FROM appeal
 WHERE submission_id = :submission_id
   AND organisation_id = :organisation_id
   AND state = 'open'
 LIMIT 1;

-- name: appeal_decide :affected
UPDATE appeal
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at, decision = :decision
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'open';

-- name: review_of_plant :one
SELECT expected
  FROM plant
 WHERE submission_id = :submission_id
   AND organisation_id = :organisation_id;
