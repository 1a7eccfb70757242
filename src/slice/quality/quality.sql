-- name: rater_insert :exec
INSERT INTO rater (id, organisation_id, campaign_id, name, kind, created_at, created_by)
VALUES (:id, :organisation_id, :campaign_id, :name, :kind, :created_at, :created_by);

-- name: rater_find :one
SELECT name, kind
  FROM rater
 WHERE id = :id
   AND campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: judgement_put :exec
INSERT INTO judgement (id, organisation_id, campaign_id, task_id, rater_id, answer, happened_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :rater_id, :answer, :happened_at)
ON CONFLICT (rater_id, task_id) DO NOTHING;

-- name: judged_task :one
SELECT id
  FROM task
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND external_id = :external_id
 LIMIT 1;

-- name: given_answers :each
-- Every answer that stands, with its author.
SELECT s.id, s.task_id, e.id AS engagement_id, e.pseudonym, s.answer, t.final_answer
  FROM submission s
  JOIN submission_state t ON t.submission_id = s.id
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND t.state IN ('pending', 'accepted')
 ORDER BY s.id;

-- name: given_judgements :each
SELECT j.task_id, j.rater_id, r.name, r.kind, j.answer
  FROM judgement j
  JOIN rater r ON r.id = j.rater_id
 WHERE j.campaign_id = :campaign_id
   AND j.organisation_id = :organisation_id
 ORDER BY j.id;

-- name: truth_put :exec_many
INSERT INTO truth (organisation_id, campaign_id, task_id, label, value, probability, majority, label_count)
VALUES (:organisation_id, :campaign_id, :task_id, :label, :value, :probability, :majority, :label_count)
ON CONFLICT (campaign_id, label, task_id)
DO UPDATE SET value = excluded.value, probability = excluded.probability, majority = excluded.majority,
              label_count = excluded.label_count;

-- name: truth_all :each
SELECT task_id, value, probability, majority, label_count
  FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
 ORDER BY task_id;

-- name: truth_page :many truth_row
-- param: row_max INT64
SELECT task_id, label, value, probability, majority, label_count
  FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND task_id > :task_id
 ORDER BY task_id
 LIMIT :row_max;

-- name: truth_remove :exec_many
DELETE FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND task_id = :task_id;

-- name: skill_clear :exec
DELETE FROM skill
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: skill_insert :exec_many
INSERT INTO skill (organisation_id, campaign_id, label, rater_id, rater_kind, rater_name, label_count, agreed_count,
                   accuracy, low, high)
VALUES (:organisation_id, :campaign_id, :label, :rater_id, :rater_kind, :rater_name, :label_count, :agreed_count,
        :accuracy, :low, :high);

-- name: skill_page :many skill_row
SELECT label, rater_id, rater_kind, rater_name, label_count, agreed_count, accuracy, low, high
  FROM skill
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, rater_id
 LIMIT 5000;

-- name: agreement_clear :exec
DELETE FROM agreement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: agreement_insert :exec_many
INSERT INTO agreement (organisation_id, campaign_id, label, metric, left_id, right_id, left_name, right_name,
                       estimate, low, high, unit_count)
VALUES (:organisation_id, :campaign_id, :label, :metric, :left_id, :right_id, :left_name, :right_name,
        :estimate, :low, :high, :unit_count);

-- name: agreement_page :many agreement_row
SELECT label, metric, left_id, right_id, left_name, right_name, estimate, low, high, unit_count
  FROM agreement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, metric, left_id, right_id
 LIMIT 5000;

-- name: quality_run_put :exec
INSERT INTO quality_run (campaign_id, organisation_id, label, level, engine, engine_version, options, seed, item_count,
                         rater_count, label_count, rounds, log_likelihood, last_submission_id, computed_at)
VALUES (:campaign_id, :organisation_id, :label, :level, :engine, :engine_version, :options, :seed, :item_count,
        :rater_count, :label_count, :rounds, :log_likelihood, :last_submission_id, :computed_at)
ON CONFLICT (campaign_id, label)
DO UPDATE SET level = excluded.level, engine = excluded.engine, engine_version = excluded.engine_version,
              options = excluded.options, seed = excluded.seed, item_count = excluded.item_count,
              rater_count = excluded.rater_count, label_count = excluded.label_count, rounds = excluded.rounds,
              log_likelihood = excluded.log_likelihood, last_submission_id = excluded.last_submission_id,
              computed_at = excluded.computed_at;

-- name: quality_run_page :many quality_run_row
SELECT label, level, engine, engine_version, options, seed, item_count, rater_count, label_count, rounds,
       log_likelihood, computed_at
  FROM quality_run
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label;
