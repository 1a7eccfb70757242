-- name: gold_insert :exec
INSERT INTO gold (id, organisation_id, campaign_id, task_id, answer, clause_code, message, added_at, added_by)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :answer, :clause_code, :message, :added_at, :added_by);

-- name: gold_state_insert :exec
INSERT INTO gold_state (gold_id, organisation_id, campaign_id, task_id, state, changed_at)
VALUES (:gold_id, :organisation_id, :campaign_id, :task_id, 'active', :changed_at);

-- name: gold_state_set :exec
UPDATE gold_state
   SET state = :state, reason = :reason, changed_at = :changed_at
 WHERE gold_id = :gold_id
   AND organisation_id = :organisation_id;

-- name: gold_of_task :one
SELECT g.id
  FROM gold g
 WHERE g.task_id = :task_id
   AND g.organisation_id = :organisation_id;

-- name: gold_by_id :one gold_row
-- column: answered INT64
-- column: missed INT64
SELECT g.id, g.task_id, t.external_id, t.payload, g.answer, g.clause_code, g.message, g.added_at, g.added_by, s.state,
       s.served, s.reason,
       (SELECT COUNT(*) FROM submission a
         WHERE a.task_id = g.task_id AND a.revision = 1 AND a.submitted_at >= g.added_at
           AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = a.id)) AS answered,
       (SELECT COUNT(*) FROM vote v JOIN truth u ON u.campaign_id = v.campaign_id AND u.label = v.label AND u.task_id = v.task_id
         WHERE v.campaign_id = g.campaign_id AND v.task_id = g.task_id AND u.is_gold = 1 AND v.said <> u.value
           AND v.submission_id IS NOT NULL) AS missed
  FROM gold g
  JOIN gold_state s ON s.gold_id = g.id
  JOIN task t ON t.id = g.task_id
 WHERE g.id = :id
   AND g.campaign_id = :campaign_id
   AND g.organisation_id = :organisation_id;

-- name: gold_page :many gold_row
-- param: row_max INT64
-- column: answered INT64
-- column: missed INT64
SELECT g.id, g.task_id, t.external_id, t.payload, g.answer, g.clause_code, g.message, g.added_at, g.added_by, s.state,
       s.served, s.reason,
       (SELECT COUNT(*) FROM submission a
         WHERE a.task_id = g.task_id AND a.revision = 1 AND a.submitted_at >= g.added_at
           AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = a.id)) AS answered,
       (SELECT COUNT(*) FROM vote v JOIN truth u ON u.campaign_id = v.campaign_id AND u.label = v.label AND u.task_id = v.task_id
         WHERE v.campaign_id = g.campaign_id AND v.task_id = g.task_id AND u.is_gold = 1 AND v.said <> u.value
           AND v.submission_id IS NOT NULL) AS missed
  FROM gold g
  JOIN gold_state s ON s.gold_id = g.id
  JOIN task t ON t.id = g.task_id
 WHERE g.campaign_id = :campaign_id
   AND g.organisation_id = :organisation_id
   AND g.id > :id
 ORDER BY g.id
 LIMIT :row_max;

-- name: own_checks :many own_check_row
-- A person's own first answers to gold in use, that they may hear of by now, newest first.
-- across: the person's own answers are what is asked for
-- param: now INT64
SELECT s.id AS submission_id, s.campaign_id, c.organisation_id, c.name AS campaign_name, s.answer, g.answer AS final_answer,
       g.clause_code, s.submitted_at, h.id AS challenge_id, h.state AS challenge_state, h.message AS challenge_message,
       h.decision, h.decided_at
  FROM submission s
  JOIN gold g ON g.task_id = s.task_id
  JOIN gold_state u ON u.gold_id = g.id
  JOIN campaign c ON c.id = s.campaign_id
  LEFT JOIN gold_challenge h ON h.submission_id = s.id
 WHERE s.person_id = :person_id
   AND s.revision = 1
   AND s.submitted_at >= g.added_at
   AND s.submitted_at + c.gold_reveal_s * 1000000 <= :now
   AND (u.state <> 'retired' OR h.id IS NOT NULL)
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = s.id)
 ORDER BY s.id DESC
 LIMIT 1000;

-- name: check_of_submission :one check_row
-- The gold that a submission was held against, and whether its author may hear of it by now.
-- param: now INT64
-- column: told INT64
SELECT g.id AS gold_id, g.answer AS final_answer, s.answer, s.person_id, s.campaign_id,
       CASE WHEN s.submitted_at + c.gold_reveal_s * 1000000 <= :now THEN 1 ELSE 0 END AS told
  FROM submission s
  JOIN gold g ON g.task_id = s.task_id
  JOIN gold_state u ON u.gold_id = g.id
  JOIN campaign c ON c.id = s.campaign_id
 WHERE s.id = :submission_id
   AND s.organisation_id = :organisation_id
   AND s.revision = 1
   AND s.submitted_at >= g.added_at
   AND u.state <> 'retired';

-- name: gold_challenge_insert :exec
INSERT INTO gold_challenge (id, organisation_id, campaign_id, gold_id, submission_id, person_id, message, state, opened_at,
                            due_at)
VALUES (:id, :organisation_id, :campaign_id, :gold_id, :submission_id, :person_id, :message, 'open', :opened_at, :due_at);

-- name: challenge_owner_find :one
-- across: this finds out whose it is
SELECT organisation_id, campaign_id
  FROM gold_challenge
 WHERE id = :id;

-- name: challenge_by_id :one
SELECT h.id, h.campaign_id, h.gold_id, h.submission_id, h.person_id, h.state, g.task_id, g.added_by
  FROM gold_challenge h
  JOIN gold g ON g.id = h.gold_id
 WHERE h.id = :id
   AND h.organisation_id = :organisation_id;

-- name: challenge_page :many challenge_row
-- Those that wait first, then the newest.
SELECT h.id, h.gold_id, g.task_id, h.submission_id, e.pseudonym, t.payload, s.answer, g.answer AS final_answer,
       g.clause_code, g.message, h.message AS challenge_message, h.state, h.opened_at, h.due_at, h.decided_at, h.decision
  FROM gold_challenge h
  JOIN gold g ON g.id = h.gold_id
  JOIN task t ON t.id = g.task_id
  JOIN submission s ON s.id = h.submission_id
  JOIN engagement e ON e.campaign_id = h.campaign_id AND e.person_id = h.person_id AND e.duty = 'expert'
 WHERE h.campaign_id = :campaign_id
   AND h.organisation_id = :organisation_id
 ORDER BY CASE h.state WHEN 'open' THEN 0 ELSE 1 END, h.due_at, h.id
 LIMIT 200;

-- name: challenge_decide :affected
UPDATE gold_challenge
   SET state = :state, decided_by = :decided_by, decided_at = :decided_at, decision = :decision
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'open';

-- name: gold_answerers :many
-- Who has answered a gold task since it was one.
SELECT DISTINCT s.person_id
  FROM gold g
  JOIN submission s ON s.task_id = g.task_id AND s.revision = 1 AND s.submitted_at >= g.added_at
 WHERE g.id = :id
   AND g.organisation_id = :organisation_id
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = s.id)
 ORDER BY s.person_id
 LIMIT 1000;

-- name: gold_task_by_external :one
SELECT id
  FROM task
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND external_id = :external_id
 LIMIT 1;

-- name: plant_last_revision :one
-- column: revision INT64
SELECT COALESCE(MAX(revision), 0) AS revision
  FROM submission
 WHERE task_id = :task_id
   AND person_id = :person_id
   AND organisation_id = :organisation_id;

-- name: plant_insert :exec
INSERT INTO plant (submission_id, organisation_id, campaign_id, expected, clause_code, message, planted_at, planted_by)
VALUES (:submission_id, :organisation_id, :campaign_id, :expected, :clause_code, :message, :planted_at, :planted_by);

-- name: plant_page :many plant_row
-- Newest first, with what became of them.
-- param: row_max INT64
SELECT p.submission_id, s.task_id, t.external_id, s.answer, p.expected, p.clause_code, p.message, p.planted_at,
       r.verdict, r.clause_code AS review_clause_code, r.decided_at, e.pseudonym
  FROM plant p
  JOIN submission s ON s.id = p.submission_id
  JOIN task t ON t.id = s.task_id
  LEFT JOIN review r ON r.submission_id = p.submission_id
  LEFT JOIN engagement e ON e.campaign_id = p.campaign_id AND e.person_id = r.person_id AND e.duty = 'reviewer'
 WHERE p.campaign_id = :campaign_id
   AND p.organisation_id = :organisation_id
   AND p.submission_id < :submission_id
 ORDER BY p.submission_id DESC
 LIMIT :row_max;
