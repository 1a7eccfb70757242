-- name: calibration_policy_put :exec
INSERT INTO calibration_policy (campaign_id, organisation_id, task_count, pass_count, attempt_max, changed_at, changed_by)
VALUES (:campaign_id, :organisation_id, :task_count, :pass_count, :attempt_max, :changed_at, :changed_by)
ON CONFLICT (campaign_id) DO UPDATE SET task_count = excluded.task_count, pass_count = excluded.pass_count,
    attempt_max = excluded.attempt_max, changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: calibration_policy_of :one calibration_policy_row
SELECT task_count, pass_count, attempt_max, changed_at
  FROM calibration_policy
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: calibration_task_insert :exec
INSERT INTO calibration_task (id, organisation_id, campaign_id, task_id, answer, clause_code, message, added_at, added_by)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :answer, :clause_code, :message, :added_at, :added_by);

-- name: calibration_task_retire :affected
UPDATE calibration_task
   SET retired_at = :retired_at
 WHERE id = :id
   AND campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND retired_at IS NULL;

-- name: calibration_task_page :many calibration_task_row
-- Oldest first; a campaign has few.
-- column: answered INT64
-- column: missed INT64
SELECT c.id, c.task_id, t.external_id, t.payload, c.answer, c.clause_code, c.message, c.retired_at, c.added_at,
       (SELECT COUNT(*) FROM calibration_answer a
         WHERE a.calibration_task_id = c.id AND a.organisation_id = c.organisation_id) AS answered,
       (SELECT COUNT(*) FROM calibration_answer a
         WHERE a.calibration_task_id = c.id AND a.organisation_id = c.organisation_id AND a.is_right = 0) AS missed
  FROM calibration_task c
  JOIN task t ON t.id = c.task_id
 WHERE c.campaign_id = :campaign_id
   AND c.organisation_id = :organisation_id
 ORDER BY c.id
 LIMIT 500;

-- name: calibration_task_count :one
-- column: task_count INT64
SELECT COUNT(*) AS task_count
  FROM calibration_task
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND retired_at IS NULL;

-- name: calibration_task_find :one calibration_task_known
SELECT c.id, c.task_id, c.answer, c.clause_code, c.message
  FROM calibration_task c
 WHERE c.id = :id
   AND c.campaign_id = :campaign_id
   AND c.organisation_id = :organisation_id;

-- name: calibration_next :one
-- The next task of an attempt: one that this person has met least, the oldest first, the same for everybody.
-- column: seen INT64
SELECT c.id, t.payload,
       (SELECT COUNT(*) FROM calibration_answer a
          JOIN calibration_try y ON y.id = a.try_id AND y.organisation_id = a.organisation_id
         WHERE a.calibration_task_id = c.id AND y.engagement_id = :engagement_id) AS seen
  FROM calibration_task c
  JOIN task t ON t.id = c.task_id
 WHERE c.campaign_id = :campaign_id
   AND c.organisation_id = :organisation_id
   AND c.retired_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM calibration_answer a
                    WHERE a.calibration_task_id = c.id AND a.try_id = :try_id)
 ORDER BY seen, c.id
 LIMIT 1;

-- name: calibration_try_insert :exec
INSERT INTO calibration_try (id, organisation_id, campaign_id, engagement_id, try_number, task_count, pass_count,
                             guideline_id, state, begun_at)
VALUES (:id, :organisation_id, :campaign_id, :engagement_id, :try_number, :task_count, :pass_count,
        :guideline_id, 'running', :begun_at);

-- name: calibration_try_end :affected
UPDATE calibration_try
   SET state = :state, ended_at = :ended_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'running';

-- name: calibration_tries_of :many calibration_try_row
-- Of one engagement, oldest first, with what was answered.
-- column: answered INT64
-- column: right_count INT64
SELECT y.id, y.try_number, y.task_count, y.pass_count, y.state, y.begun_at, y.ended_at,
       (SELECT COUNT(*) FROM calibration_answer a
         WHERE a.try_id = y.id AND a.organisation_id = y.organisation_id) AS answered,
       (SELECT COUNT(*) FROM calibration_answer a
         WHERE a.try_id = y.id AND a.organisation_id = y.organisation_id AND a.is_right = 1) AS right_count
  FROM calibration_try y
 WHERE y.engagement_id = :engagement_id
   AND y.organisation_id = :organisation_id
 ORDER BY y.try_number
 LIMIT 100;

-- name: calibration_people :many calibration_person_row
-- Each attempt of a campaign, newest first.
-- column: right_count INT64
SELECT y.engagement_id, p.name, y.try_number, y.task_count, y.pass_count, y.state, y.begun_at, y.ended_at,
       (SELECT COUNT(*) FROM calibration_answer a
         WHERE a.try_id = y.id AND a.organisation_id = y.organisation_id AND a.is_right = 1) AS right_count
  FROM calibration_try y
  JOIN engagement e ON e.id = y.engagement_id
  JOIN person p ON p.id = e.person_id
 WHERE y.campaign_id = :campaign_id
   AND y.organisation_id = :organisation_id
 ORDER BY y.id DESC
 LIMIT 500;

-- name: calibration_answer_insert :exec
INSERT INTO calibration_answer (organisation_id, try_id, calibration_task_id, answer, is_right, answered_at)
VALUES (:organisation_id, :try_id, :calibration_task_id, :answer, :is_right, :answered_at);

-- name: calibration_answers_of :many calibration_answer_row
-- What one person answered in an attempt, with what is known, oldest first.
SELECT a.calibration_task_id, t.payload, a.answer, c.answer AS known_answer, c.clause_code, c.message, a.is_right,
       a.answered_at
  FROM calibration_answer a
  JOIN calibration_task c ON c.id = a.calibration_task_id
  JOIN task t ON t.id = c.task_id
 WHERE a.try_id = :try_id
   AND a.organisation_id = :organisation_id
 ORDER BY a.answered_at, a.calibration_task_id
 LIMIT 100;

-- name: calibration_grant_insert :exec
INSERT INTO calibration_grant (id, organisation_id, engagement_id, reason, granted_by, granted_at)
VALUES (:id, :organisation_id, :engagement_id, :reason, :granted_by, :granted_at);

-- name: calibration_grants :one
-- column: grant_count INT64
SELECT COUNT(*) AS grant_count
  FROM calibration_grant
 WHERE engagement_id = :engagement_id
   AND organisation_id = :organisation_id;

-- name: calibration_gold_of :one
-- A task that is gold would tell its answer here.
SELECT g.id
  FROM gold g
 WHERE g.task_id = :task_id
   AND g.organisation_id = :organisation_id;

-- name: calibration_answered :one
-- A task that was worked on already.
SELECT id
  FROM submission
 WHERE task_id = :task_id
   AND organisation_id = :organisation_id
 LIMIT 1;

-- name: calibration_call_insert :exec
INSERT INTO calibration_call (id, organisation_id, campaign_id, engagement_id, cause, reason, tries_before, grants_before,
                              did_pause, called_by, called_at)
VALUES (:id, :organisation_id, :campaign_id, :engagement_id, :cause, :reason, :tries_before, :grants_before,
        :did_pause, :called_by, :called_at);

-- name: calibration_call_last :one calibration_call_row
-- The last time that somebody was asked for the calibration anew.
SELECT c.id, c.cause, c.reason, c.tries_before, c.grants_before, c.did_pause, c.called_by, c.called_at, c.passed_at
  FROM calibration_call c
 WHERE c.engagement_id = :engagement_id
   AND c.organisation_id = :organisation_id
 ORDER BY c.id DESC
 LIMIT 1;

-- name: calibration_call_pass :affected
UPDATE calibration_call
   SET passed_at = :passed_at
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND passed_at IS NULL;

-- name: calibration_standings :many calibration_standing_row
-- Each expert of a team: under which guideline the calibration was passed last, and whether it is the one in force.
-- column: guideline_number INT64
-- column: is_current INT64
-- column: is_called INT64
-- column: has_offer INT64
SELECT e.id, e.person_id, p.name, e.state, COALESCE(g.guideline_number, 0) AS guideline_number,
       CASE WHEN g.content_hash = n.content_hash THEN 1 ELSE 0 END AS is_current,
       (SELECT COUNT(*) FROM calibration_call c
         WHERE c.engagement_id = e.id AND c.organisation_id = e.organisation_id AND c.passed_at IS NULL) AS is_called,
       (SELECT COUNT(*) FROM offer f
         WHERE f.engagement_id = e.id AND f.organisation_id = e.organisation_id AND f.state = 'accepted') AS has_offer
  FROM engagement e
  JOIN person p ON p.id = e.person_id
  JOIN campaign m ON m.id = e.campaign_id
  LEFT JOIN guideline n ON n.id = m.guideline_id
  LEFT JOIN calibration_try y ON y.id = (SELECT MAX(t.id) FROM calibration_try t
                                          WHERE t.engagement_id = e.id AND t.organisation_id = e.organisation_id
                                            AND t.state = 'passed')
  LEFT JOIN guideline g ON g.id = y.guideline_id
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
   AND e.duty = 'expert'
   AND e.state <> 'ended'
 ORDER BY e.id
 LIMIT 2000;
