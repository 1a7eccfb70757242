-- name: learn_domains :many learn_domain_row
SELECT DISTINCT domain
  FROM item
 WHERE organisation_id = :organisation_id
 ORDER BY domain;

-- name: learn_responses :many learn_response
-- Every answer of a domain's interviews, on trial or not, as the machines graded it; erased ones without their words.
-- param: row_max INT64
SELECT s.id AS step_id, i.id AS interview_id, s.item_id, s.version_number, m.version_number AS current_version, m.item_kind,
       s.category, g.category AS model_category
  FROM interview i
  JOIN interview_step s ON s.interview_id = i.id
  JOIN item m ON m.id = s.item_id
  LEFT JOIN model_grade g ON g.step_id = s.id AND g.model_state = 'graded'
 WHERE i.organisation_id = :organisation_id
   AND i.domain = :domain
   AND i.is_practice = 0
   AND i.interview_state IN ('done', 'erased')
   AND s.category IS NOT NULL
 ORDER BY i.id, s.step_number
 LIMIT :row_max;

-- name: learn_grades :many learn_grade
-- What people said of the answers of a domain, checks and appeals with them.
-- param: row_max INT64
SELECT g.step_id, g.grader_id, g.category
  FROM interview i
  JOIN grading q ON q.interview_id = i.id AND q.grading_state = 'done'
  JOIN grade g ON g.grading_id = q.id
 WHERE i.organisation_id = :organisation_id
   AND i.domain = :domain
   AND i.is_practice = 0
 ORDER BY g.step_id, g.id
 LIMIT :row_max;

-- name: learn_lessons :many learn_lesson
-- Answers in words that people graded, in the order of items and answers; what was erased is gone.
-- param: row_max INT64
SELECT s.item_id, s.version_number, s.id AS step_id, i.id AS interview_id, s.answer, s.follow_up_answer, g.marks
  FROM interview i
  JOIN grading q ON q.interview_id = i.id AND q.grading_state = 'done'
  JOIN grade g ON g.grading_id = q.id
  JOIN interview_step s ON s.id = g.step_id
 WHERE i.organisation_id = :organisation_id
   AND i.is_practice = 0
   AND i.interview_state = 'done'
   AND s.answer <> ''
 ORDER BY s.item_id, s.id, g.id
 LIMIT :row_max;

-- name: rater_confusion_put :exec
INSERT INTO rater_confusion (organisation_id, domain, rater, cells, shared_count, computed_at)
VALUES (:organisation_id, :domain, :rater, :cells, :shared_count, :computed_at)
ON CONFLICT (organisation_id, domain, rater)
DO UPDATE SET cells = excluded.cells, shared_count = excluded.shared_count, computed_at = excluded.computed_at;

-- name: rater_confusions :many rater_confusion_line
SELECT c.domain, c.rater, c.cells, c.shared_count, c.computed_at, p.name
  FROM rater_confusion c
  LEFT JOIN person p ON p.id = c.rater
 WHERE c.organisation_id = :organisation_id
 ORDER BY c.domain, c.rater;

-- name: calibration_insert :exec
INSERT INTO calibration (id, organisation_id, domain, engine, person_count, answer_count, item_count, held_count, likelihood,
                         shift, content_hash, computed_at)
VALUES (:id, :organisation_id, :domain, :engine, :person_count, :answer_count, :item_count, :held_count, :likelihood,
        :shift, :content_hash, :computed_at);

-- name: calibration_latest :one
SELECT id, answer_count, computed_at
  FROM calibration
 WHERE organisation_id = :organisation_id
   AND domain = :domain
 ORDER BY id DESC
 LIMIT 1;

-- name: calibrations :many calibration_line
-- Newest first.
-- param: row_max INT64
SELECT id, domain, engine, person_count, answer_count, item_count, held_count, likelihood, shift, content_hash, computed_at
  FROM calibration
 WHERE organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: scorer_latest :one
SELECT id, content_hash, scorer_state, person_count, trained_at
  FROM scorer_version
 WHERE organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT 1;

-- name: scorer_insert :exec
INSERT INTO scorer_version (id, organisation_id, content_hash, content, scorer_state, seed_count, person_count, agreement_before,
                            agreement, kappa_before, kappa, trained_at)
VALUES (:id, :organisation_id, :content_hash, :content, :scorer_state, :seed_count, :person_count, :agreement_before,
        :agreement, :kappa_before, :kappa, :trained_at);

-- name: scorer_replace :exec
UPDATE scorer_version
   SET scorer_state = 'replaced'
 WHERE organisation_id = :organisation_id
   AND scorer_state = 'used';

-- name: scorer_forget :exec
-- Somebody erased their words: the scorers that had learnt from them go, what was said of them stays.
-- param: nothing BLOB
UPDATE scorer_version
   SET content = :nothing
 WHERE organisation_id = :organisation_id
   AND scorer_state = 'replaced';

-- name: scorer_versions :many scorer_line
-- Newest first.
-- param: row_max INT64
SELECT id, content_hash, scorer_state, seed_count, person_count, agreement_before, agreement, kappa_before, kappa, trained_at
  FROM scorer_version
 WHERE organisation_id = :organisation_id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: scorers_past :affected
-- What was said of them stays.
-- across: the house is kept for everybody
-- scan: a taught scorer a day at most
-- param: nothing BLOB
-- param: before_at INT64
UPDATE scorer_version
   SET content = :nothing
 WHERE scorer_state = 'replaced'
   AND trained_at < :before_at
   AND LENGTH(content) > 0;
