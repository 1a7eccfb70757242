-- name: seat_held :one
-- What this grader holds already.
SELECT id
  FROM grading
 WHERE organisation_id = :organisation_id
   AND grader_id = :grader_id
   AND grading_state = 'held'
   AND held_until > :held_until
 ORDER BY due_at, id
 LIMIT 1;

-- name: seat_next :one
-- The seat that is due first, of an interview that is neither the grader's own nor one they have a seat in already. Nobody
-- waits for a check: it comes behind all others until it is late.
SELECT q.id
  FROM grading q
  JOIN interview i ON i.id = q.interview_id
 WHERE q.organisation_id = :organisation_id
   AND (q.grading_state = 'open' OR (q.grading_state = 'held' AND q.held_until <= :held_until))
   AND i.person_id <> :grader_id
   AND i.interview_state = 'done'
   AND NOT EXISTS (SELECT 1 FROM grading o
                    WHERE o.interview_id = q.interview_id AND o.id <> q.id AND o.grader_id = :grader_id)
 ORDER BY CASE WHEN q.purpose = 'check' AND q.due_at > :held_until THEN 1 ELSE 0 END, q.due_at, q.id
 LIMIT 1;

-- name: seat_take :affected
-- param: now_at INT64
UPDATE grading
   SET grading_state = 'held', grader_id = :grader_id, held_until = :held_until
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND (grading_state = 'open' OR held_until <= :now_at);

-- name: seat_find :one seat_row
-- across: it is what finds the organisation
SELECT q.id, q.organisation_id, q.interview_id, q.purpose, q.seat, q.grading_state, q.grader_id, q.held_until, q.due_at, i.domain,
       i.difficulty
  FROM grading q
  JOIN interview i ON i.id = q.interview_id
 WHERE q.id = :id;

-- name: seat_finish :affected
UPDATE grading
   SET grading_state = 'done', done_at = :done_at, clarity = :clarity, remark = :remark
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND grading_state = 'held'
   AND grader_id = :grader_id;

-- name: seat_counts :many seat_count_row
-- A check counts as a judgement: who grades must not know which it is.
-- column: amount INT64
-- column: first_due_at INT64
-- column: purpose TEXT
SELECT CASE purpose WHEN 'check' THEN 'judgement' ELSE purpose END AS purpose, COUNT(*) AS amount, MIN(due_at) AS first_due_at
  FROM grading
 WHERE organisation_id = :organisation_id
   AND grading_state IN ('open', 'held')
 GROUP BY CASE purpose WHEN 'check' THEN 'judgement' ELSE purpose END
 ORDER BY 1;

-- name: check_share_find :one
SELECT share, reason, changed_at
  FROM check_share
 WHERE organisation_id = :organisation_id;

-- name: check_share_put :exec
INSERT INTO check_share (organisation_id, share, reason, changed_at, changed_by)
VALUES (:organisation_id, :share, :reason, :changed_at, :changed_by)
ON CONFLICT (organisation_id)
DO UPDATE SET share = excluded.share, reason = excluded.reason, changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: check_draw_insert :exec
INSERT INTO check_draw (id, organisation_id, interview_id, grading_id, chance_seed, drawn, share, is_chosen, drawn_at)
VALUES (:id, :organisation_id, :interview_id, :grading_id, :chance_seed, :drawn, :share, :is_chosen, :drawn_at);

-- name: check_counts :one
-- column: draw_count INT64
-- column: chosen_count INT64
SELECT COUNT(*) AS draw_count, COALESCE(SUM(is_chosen), 0) AS chosen_count
  FROM check_draw
 WHERE organisation_id = :organisation_id;

-- name: check_draws :many check_draw_line
-- Newest first.
-- param: row_max INT64
SELECT id, interview_id, chance_seed, drawn, share, is_chosen, drawn_at
  FROM check_draw
 WHERE organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: seats_missing :one
-- Seats of an appeal that are not filled yet.
-- column: amount INT64
SELECT COUNT(*) AS amount
  FROM grading
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
   AND purpose = 'appeal'
   AND grading_state <> 'done';

-- name: grade_insert :exec
INSERT INTO grade (id, organisation_id, grading_id, step_id, grader_id, marks, category, points, graded_at)
VALUES (:id, :organisation_id, :grading_id, :step_id, :grader_id, :marks, :category, :points, :graded_at);

-- name: interview_appeal_insert :exec
INSERT INTO interview_appeal (id, organisation_id, interview_id, person_id, message, appeal_state, opened_at, due_at)
VALUES (:id, :organisation_id, :interview_id, :person_id, :message, 'open', :opened_at, :due_at);

-- name: interview_appeal_end :affected
UPDATE interview_appeal
   SET appeal_state = :appeal_state, decided_at = :decided_at
 WHERE interview_id = :interview_id
   AND organisation_id = :organisation_id
   AND appeal_state = 'open';

-- name: appeal_counts :one
-- column: opened_count INT64
-- column: upheld_count INT64
-- column: overturned_count INT64
SELECT COUNT(*) AS opened_count,
       COALESCE(SUM(CASE WHEN appeal_state = 'upheld' THEN 1 ELSE 0 END), 0) AS upheld_count,
       COALESCE(SUM(CASE WHEN appeal_state = 'overturned' THEN 1 ELSE 0 END), 0) AS overturned_count
  FROM interview_appeal
 WHERE organisation_id = :organisation_id;
