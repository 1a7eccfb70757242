-- name: rater_waiting :many rater_waiting_row
-- Answers that a model server has not been heard on, the oldest first.
-- param: row_max INT64
SELECT g.step_id, g.interview_id, g.asked_at, s.item_id, s.version_number, s.answer, s.follow_up_answer
  FROM model_grade g
  JOIN interview_step s ON s.id = g.step_id
 WHERE g.organisation_id = :organisation_id
   AND g.model_state = 'waiting'
 ORDER BY g.asked_at
 LIMIT :row_max;

-- name: rater_spent :one
-- What was spent since then.
-- param: since_at INT64
-- column: spend FLOAT64
SELECT COALESCE(SUM(spend), 0.0) AS spend
  FROM model_grade
 WHERE organisation_id = :organisation_id
   AND model_state IN ('graded', 'missed')
   AND asked_at > :since_at;

-- name: rater_graded :affected
UPDATE model_grade
   SET model_state = 'graded', category = :category, verdict = :verdict, spend = :spend, ended_at = :ended_at
 WHERE step_id = :step_id
   AND organisation_id = :organisation_id
   AND model_state = 'waiting';

-- name: rater_missed :affected
UPDATE model_grade
   SET model_state = 'missed', note = :note, spend = :spend, ended_at = :ended_at
 WHERE step_id = :step_id
   AND organisation_id = :organisation_id
   AND model_state = 'waiting';
