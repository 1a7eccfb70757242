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
-- Every expert's answer that stands; on gold also what was returned or rejected, for it was given.
SELECT s.id, s.task_id, e.id AS engagement_id, e.pseudonym, e.state AS engagement_state, e.price_minor, s.answer,
       t.final_answer, s.presentation, s.submitted_at
  FROM submission s
  JOIN submission_state t ON t.submission_id = s.id
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND (t.state IN ('pending', 'accepted')
        OR (t.state IN ('returned', 'rejected')
            AND EXISTS (SELECT 1 FROM gold_state g WHERE g.task_id = s.task_id AND g.state <> 'retired')))
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = s.id)
 ORDER BY s.id;

-- name: given_judgements :each
SELECT j.task_id, j.rater_id, r.name, r.kind, j.answer, j.happened_at
  FROM judgement j
  JOIN rater r ON r.id = j.rater_id
 WHERE j.campaign_id = :campaign_id
   AND j.organisation_id = :organisation_id
 ORDER BY j.id;

-- name: golds_in_use :each
SELECT g.task_id, g.answer, g.added_at
  FROM gold g
  JOIN gold_state s ON s.gold_id = g.id
 WHERE g.campaign_id = :campaign_id
   AND g.organisation_id = :organisation_id
   AND s.state <> 'retired'
 ORDER BY g.id;

-- name: gold_answers :each
-- Experts' first answers to tasks that were gold by then.
SELECT s.task_id, e.id AS engagement_id, s.answer
  FROM gold g
  JOIN gold_state u ON u.gold_id = g.id
  JOIN submission s ON s.task_id = g.task_id AND s.revision = 1 AND s.submitted_at >= g.added_at
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
 WHERE g.campaign_id = :campaign_id
   AND g.organisation_id = :organisation_id
   AND u.state <> 'retired'
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = s.id)
 ORDER BY s.id;

-- name: answered_tasks :each
SELECT t.id, t.payload
  FROM task_state s
  JOIN task t ON t.id = s.task_id
 WHERE s.campaign_id = :campaign_id
   AND s.organisation_id = :organisation_id
   AND (s.given > 0 OR EXISTS (SELECT 1 FROM gold_state g WHERE g.task_id = s.task_id))
 ORDER BY s.task_id;

-- name: truth_put :exec_many
INSERT INTO truth (organisation_id, campaign_id, task_id, label, value, probability, majority, label_count, stratum,
                   is_gold)
VALUES (:organisation_id, :campaign_id, :task_id, :label, :value, :probability, :majority, :label_count, :stratum,
        :is_gold)
ON CONFLICT (campaign_id, label, task_id)
DO UPDATE SET value = excluded.value, probability = excluded.probability, majority = excluded.majority,
              label_count = excluded.label_count, stratum = excluded.stratum, is_gold = excluded.is_gold;

-- name: truth_all :each
SELECT task_id, value, probability, majority, label_count, stratum, is_gold
  FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
 ORDER BY task_id;

-- name: truth_page :many truth_row
-- param: row_max INT64
SELECT task_id, label, value, probability, majority, label_count, stratum, is_gold
  FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND task_id > :task_id
 ORDER BY task_id
 LIMIT :row_max;

-- name: truth_hardest :many truth_row
-- The least sure answers first.
-- param: row_max INT64
SELECT task_id, label, value, probability, majority, label_count, stratum, is_gold
  FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND (probability, task_id) > (:probability, :task_id)
 ORDER BY probability, task_id
 LIMIT :row_max;

-- name: truth_remove :exec_many
DELETE FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND task_id = :task_id;

-- name: vote_put :exec_many
INSERT INTO vote (organisation_id, campaign_id, label, task_id, rater_id, said, final, submission_id)
VALUES (:organisation_id, :campaign_id, :label, :task_id, :rater_id, :said, :final, :submission_id)
ON CONFLICT (campaign_id, label, task_id, rater_id)
DO UPDATE SET said = excluded.said, final = excluded.final, submission_id = excluded.submission_id;

-- name: vote_all :each
SELECT task_id, rater_id, said, final, submission_id
  FROM vote
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
 ORDER BY task_id, rater_id;

-- name: vote_remove :exec_many
DELETE FROM vote
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND task_id = :task_id
   AND rater_id = :rater_id;

-- name: skill_insert :exec_many
INSERT INTO skill (organisation_id, campaign_id, label, rater_id, rater_kind, rater_name, domain, label_count,
                   agreed_count, accuracy, low, high, plain, others_count, others_agree, all_agree, gold_count, gold_right, is_top)
VALUES (:organisation_id, :campaign_id, :label, :rater_id, :rater_kind, :rater_name, :domain, :label_count,
        :agreed_count, :accuracy, :low, :high, :plain, :others_count, :others_agree, :all_agree, :gold_count, :gold_right, :is_top);

-- name: skill_page :many skill_row
SELECT label, rater_id, rater_kind, rater_name, domain, label_count, agreed_count, accuracy, low, high, plain,
       others_count, others_agree, all_agree, gold_count, gold_right, is_top
  FROM skill
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, domain, rater_id
 LIMIT 5000;

-- name: agreement_insert :exec_many
INSERT INTO agreement (organisation_id, campaign_id, label, stratum, metric, left_id, right_id, left_name, right_name,
                       estimate, low, high, unit_count)
VALUES (:organisation_id, :campaign_id, :label, :stratum, :metric, :left_id, :right_id, :left_name, :right_name,
        :estimate, :low, :high, :unit_count);

-- name: agreement_page :many agreement_row
SELECT label, stratum, metric, left_id, right_id, left_name, right_name, estimate, low, high, unit_count
  FROM agreement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, stratum, metric, left_id, right_id
 LIMIT 5000;

-- name: confusion_insert :exec_many
INSERT INTO confusion (organisation_id, campaign_id, label, rater_id, value, said, vote_count, value_count)
VALUES (:organisation_id, :campaign_id, :label, :rater_id, :value, :said, :vote_count, :value_count);

-- name: confusion_page :many confusion_row
SELECT label, rater_id, value, said, vote_count, value_count
  FROM confusion
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND rater_id = :rater_id
 ORDER BY label, value, said
 LIMIT 5000;

-- name: bias_insert :exec_many
INSERT INTO bias (organisation_id, campaign_id, label, kind, rater_id, rater_name, vote_count, estimate, low, high, p)
VALUES (:organisation_id, :campaign_id, :label, :kind, :rater_id, :rater_name, :vote_count, :estimate, :low, :high, :p);

-- name: bias_page :many bias_row
SELECT label, kind, rater_id, rater_name, vote_count, estimate, low, high, p
  FROM bias
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, kind, rater_id
 LIMIT 5000;

-- name: alert_insert :exec_many
INSERT INTO alert (organisation_id, campaign_id, label, kind, left_id, right_id, left_name, right_name, vote_count,
                   telling_count, by_chance, strength, evidence)
VALUES (:organisation_id, :campaign_id, :label, :kind, :left_id, :right_id, :left_name, :right_name, :vote_count,
        :telling_count, :by_chance, :strength, :evidence);

-- name: forecast_insert :exec_many
INSERT INTO forecast (organisation_id, campaign_id, label, step, vote_count, spend_minor, accuracy, low, high)
VALUES (:organisation_id, :campaign_id, :label, :step, :vote_count, :spend_minor, :accuracy, :low, :high);

-- name: forecast_page :many forecast_row
SELECT label, step, vote_count, spend_minor, accuracy, low, high
  FROM forecast
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, step
 LIMIT 5000;

-- name: routing_insert :exec_many
INSERT INTO routing (organisation_id, campaign_id, label, position, task_id, rater_id, rater_name, gain, cost_minor,
                     probability)
VALUES (:organisation_id, :campaign_id, :label, :position, :task_id, :rater_id, :rater_name, :gain, :cost_minor,
        :probability);

-- name: routing_page :many routing_row
SELECT label, position, task_id, rater_id, rater_name, gain, cost_minor, probability
  FROM routing
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label, position
 LIMIT 5000;

-- name: quality_run_put :exec
INSERT INTO quality_run (campaign_id, organisation_id, label, level, engine, engine_version, options, seed, item_count,
                         rater_count, label_count, rounds, log_likelihood, gold_count, facts_at)
VALUES (:campaign_id, :organisation_id, :label, :level, :engine, :engine_version, :options, :seed, :item_count,
        :rater_count, :label_count, :rounds, :log_likelihood, :gold_count, :facts_at)
ON CONFLICT (campaign_id, label)
DO UPDATE SET level = excluded.level, engine = excluded.engine, engine_version = excluded.engine_version,
              options = excluded.options, seed = excluded.seed, item_count = excluded.item_count,
              rater_count = excluded.rater_count, label_count = excluded.label_count, rounds = excluded.rounds,
              log_likelihood = excluded.log_likelihood, gold_count = excluded.gold_count, facts_at = excluded.facts_at;

-- name: quality_run_page :many quality_run_row
SELECT label, level, engine, engine_version, options, seed, item_count, rater_count, label_count, rounds,
       log_likelihood, gold_count, facts_at
  FROM quality_run
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY label;

-- name: demand_event_insert :exec
INSERT INTO demand_event (id, organisation_id, campaign_id, task_id, wanted_before, wanted, given, certainty, reason,
                          engine, engine_version, happened_at)
VALUES (:id, :organisation_id, :campaign_id, :task_id, :wanted_before, :wanted, :given, :certainty, :reason, :engine,
        :engine_version, :happened_at);

-- name: demand_put :exec
INSERT INTO demand (task_id, organisation_id, campaign_id, reason, certainty, wanted, wanted_plain)
VALUES (:task_id, :organisation_id, :campaign_id, :reason, :certainty, :wanted, :wanted_plain)
ON CONFLICT (task_id)
DO UPDATE SET reason = excluded.reason, certainty = excluded.certainty, wanted = excluded.wanted, wanted_plain = excluded.wanted_plain;

-- name: demand_all :each
SELECT task_id, reason, certainty, wanted, wanted_plain
  FROM demand
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 ORDER BY task_id;

-- name: demand_summary :many demand_count
-- column: task_count INT64
-- column: wanted INT64
-- column: wanted_plain INT64
SELECT reason, COUNT(*) AS task_count, CAST(SUM(wanted) AS INT64) AS wanted, CAST(SUM(wanted_plain) AS INT64) AS wanted_plain
  FROM demand
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
 GROUP BY reason
 ORDER BY reason;

-- name: demand_page :many demand_row
-- param: row_max INT64
SELECT task_id, reason, certainty, wanted, wanted_plain
  FROM demand
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND reason = :reason
   AND task_id > :task_id
 ORDER BY task_id
 LIMIT :row_max;

-- name: demand_events_of_task :many demand_event_row
SELECT id, wanted_before, wanted, given, certainty, reason, engine, engine_version, happened_at
  FROM demand_event
 WHERE task_id = :task_id
   AND organisation_id = :organisation_id
 ORDER BY id
 LIMIT 200;

-- name: skill_clear :exec
DELETE FROM skill
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: skill_drop :exec
DELETE FROM skill
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: agreement_clear :exec
DELETE FROM agreement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: agreement_drop :exec
DELETE FROM agreement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: confusion_clear :exec
DELETE FROM confusion
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: confusion_drop :exec
DELETE FROM confusion
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: bias_clear :exec
DELETE FROM bias
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: bias_drop :exec
DELETE FROM bias
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: alert_clear :exec
DELETE FROM alert
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: alert_drop :exec
DELETE FROM alert
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: forecast_clear :exec
DELETE FROM forecast
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: forecast_drop :exec
DELETE FROM forecast
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: routing_clear :exec
DELETE FROM routing
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label;

-- name: routing_drop :exec
DELETE FROM routing
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: truth_drop :exec
DELETE FROM truth
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: vote_drop :exec
DELETE FROM vote
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: quality_run_drop :exec
DELETE FROM quality_run
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id;

-- name: answer_page :many answer_row
-- The rows behind a number: who said what of a task whose inferred answer is this.
-- param: row_max INT64
-- param: any_value INT64
-- param: any_said INT64
-- param: any_rater INT64
-- param: any_domain INT64
-- param: any_other INT64
-- param: other_id TEXT
-- param: rater_after TEXT
SELECT v.task_id, t.external_id, v.rater_id, k.rater_name, k.rater_kind, v.said, v.final, o.said AS other_said, u.value,
       u.probability, u.stratum, v.submission_id
  FROM vote v
  LEFT JOIN vote o ON o.campaign_id = v.campaign_id AND o.label = v.label AND o.task_id = v.task_id AND o.rater_id = :other_id
  LEFT JOIN truth u ON u.campaign_id = v.campaign_id AND u.label = v.label AND u.task_id = v.task_id
  JOIN task t ON t.id = v.task_id
  LEFT JOIN skill k ON k.campaign_id = v.campaign_id AND k.label = v.label AND k.domain = '' AND k.rater_id = v.rater_id
 WHERE v.campaign_id = :campaign_id
   AND v.organisation_id = :organisation_id
   AND v.label = :label
   AND (:any_value = 1 OR u.value = :value)
   AND (:any_said = 1 OR v.said = :said)
   AND (:any_rater = 1 OR v.rater_id = :rater_id)
   AND (:any_domain = 1 OR u.stratum = :stratum)
   AND (:any_other = 1 OR o.said IS NOT NULL)
   AND (v.task_id, v.rater_id) > (:task_id, :rater_after)
 ORDER BY v.task_id, v.rater_id
 LIMIT :row_max;

-- name: check_page :many check_row
-- The answers behind how often a rater met known answers: first answers to tasks that were gold by then.
-- param: row_max INT64
SELECT s.id AS submission_id, s.task_id, t.external_id, s.answer, g.answer AS known, g.clause_code, s.submitted_at
  FROM gold g
  JOIN gold_state u ON u.gold_id = g.id
  JOIN submission s ON s.task_id = g.task_id AND s.revision = 1 AND s.submitted_at >= g.added_at
  JOIN engagement e ON e.campaign_id = s.campaign_id AND e.person_id = s.person_id AND e.duty = 'expert'
  JOIN task t ON t.id = s.task_id
 WHERE g.campaign_id = :campaign_id
   AND g.organisation_id = :organisation_id
   AND e.id = :engagement_id
   AND u.state <> 'retired'
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = s.id)
   AND s.id < :id
 ORDER BY s.id DESC
 LIMIT :row_max;

-- name: clause_map :many clause_row
-- By clause of every guideline of the campaign: what reviews said of it, and what became of that.
-- column: review_count INT64
-- column: rejected INT64
-- column: returned INT64
-- column: fixed INT64
-- column: appealed INT64
-- column: overturned INT64
-- column: divided INT64
-- column: doubted INT64
SELECT x.clause_code, COUNT(*) AS review_count,
       CAST(SUM(CASE x.verdict WHEN 'reject' THEN 1 ELSE 0 END) AS INT64) AS rejected,
       CAST(SUM(CASE x.verdict WHEN 'return' THEN 1 ELSE 0 END) AS INT64) AS returned,
       CAST(SUM(CASE x.verdict WHEN 'fix' THEN 1 ELSE 0 END) AS INT64) AS fixed,
       CAST(SUM(CASE WHEN x.appeal_state IN ('upheld', 'overturned') THEN 1 ELSE 0 END) AS INT64) AS appealed,
       CAST(SUM(CASE WHEN x.appeal_state = 'overturned' THEN 1 ELSE 0 END) AS INT64) AS overturned,
       CAST(SUM(x.is_divided) AS INT64) AS divided,
       CAST(SUM(CASE WHEN x.is_divided = 1 OR x.appeal_state = 'overturned' THEN 1 ELSE 0 END) AS INT64) AS doubted
  FROM (SELECT r.clause_code, r.verdict, a.state AS appeal_state,
               CASE WHEN EXISTS (SELECT 1 FROM vote p JOIN vote q ON q.campaign_id = p.campaign_id AND q.label = p.label
                                    AND q.task_id = p.task_id AND q.said <> p.said
                                  WHERE p.campaign_id = r.campaign_id AND p.task_id = r.task_id
                                    AND p.submission_id IS NOT NULL AND q.submission_id IS NOT NULL)
                    THEN 1 ELSE 0 END AS is_divided
          FROM review r
          LEFT JOIN appeal a ON a.review_id = r.id
         WHERE r.campaign_id = :campaign_id
           AND r.organisation_id = :organisation_id
           AND r.clause_code IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = r.submission_id)) x
 GROUP BY x.clause_code
 ORDER BY x.clause_code
 LIMIT 500;

-- name: clause_total :one
-- column: review_count INT64
SELECT COUNT(*) AS review_count
  FROM review r
 WHERE r.campaign_id = :campaign_id
   AND r.organisation_id = :organisation_id
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = r.submission_id);

-- name: clause_titles :each
-- Of the guideline in force.
SELECT g.code, g.title
  FROM campaign c
  JOIN guideline_clause g ON g.guideline_id = c.guideline_id
 WHERE c.id = :campaign_id
   AND c.organisation_id = :organisation_id
 ORDER BY g.position;

-- name: reviewed_page :many reviewed_row
-- The reviews behind a number, newest first.
-- param: row_max INT64
-- param: any_clause INT64
-- param: any_reviewer INT64
-- param: among TEXT
-- column: reviewer TEXT
SELECT r.id, r.task_id, r.submission_id,
       (SELECT MIN(e.pseudonym) FROM engagement e
         WHERE e.campaign_id = r.campaign_id AND e.person_id = r.person_id AND e.duty = 'reviewer') AS reviewer,
       r.verdict, r.clause_code, r.reason_code, r.message, r.decided_at, a.state AS appeal_state, p.expected
  FROM review r
  LEFT JOIN appeal a ON a.review_id = r.id
  LEFT JOIN plant p ON p.submission_id = r.submission_id
 WHERE r.campaign_id = :campaign_id
   AND r.organisation_id = :organisation_id
   AND r.id < :id
   AND (:any_clause = 1 OR r.clause_code = :clause_code)
   AND (:any_reviewer = 1 OR r.person_id = (SELECT e.person_id FROM engagement e
                                             WHERE e.id = :engagement_id AND e.campaign_id = r.campaign_id))
   AND CASE :among
       WHEN 'planted' THEN p.submission_id IS NOT NULL
       WHEN 'adverse' THEN p.submission_id IS NULL AND r.verdict IN ('return', 'reject')
       WHEN 'rejected' THEN p.submission_id IS NULL AND r.verdict = 'reject'
       WHEN 'returned' THEN p.submission_id IS NULL AND r.verdict = 'return'
       WHEN 'fixed' THEN p.submission_id IS NULL AND r.verdict = 'fix'
       WHEN 'divided' THEN p.submission_id IS NULL
           AND EXISTS (SELECT 1 FROM vote v JOIN vote w ON w.campaign_id = v.campaign_id AND w.label = v.label
                          AND w.task_id = v.task_id AND w.said <> v.said
                        WHERE v.campaign_id = r.campaign_id AND v.task_id = r.task_id
                          AND v.submission_id IS NOT NULL AND w.submission_id IS NOT NULL)
       WHEN 'appealed' THEN p.submission_id IS NULL AND a.state IN ('upheld', 'overturned')
       WHEN 'overturned' THEN p.submission_id IS NULL AND a.state = 'overturned'
       ELSE p.submission_id IS NULL END
 ORDER BY r.id DESC
 LIMIT :row_max;

-- name: reviewer_page :many reviewer_row
-- column: review_count INT64
-- column: adverse INT64
-- column: appealed INT64
-- column: overturned INT64
-- column: planted INT64
-- column: caught INT64
SELECT e.id AS rater_id, e.pseudonym,
       (SELECT COUNT(*) FROM review r WHERE r.campaign_id = e.campaign_id AND r.person_id = e.person_id
           AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = r.submission_id)) AS review_count,
       (SELECT COUNT(*) FROM review r WHERE r.campaign_id = e.campaign_id AND r.person_id = e.person_id
           AND r.verdict IN ('return', 'reject')
           AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = r.submission_id)) AS adverse,
       (SELECT COUNT(*) FROM appeal a WHERE a.campaign_id = e.campaign_id AND a.reviewer_id = e.person_id
           AND a.state <> 'open') AS appealed,
       (SELECT COUNT(*) FROM appeal a WHERE a.campaign_id = e.campaign_id AND a.reviewer_id = e.person_id
           AND a.state = 'overturned') AS overturned,
       (SELECT COUNT(*) FROM review r JOIN plant p ON p.submission_id = r.submission_id
         WHERE r.campaign_id = e.campaign_id AND r.person_id = e.person_id) AS planted,
       (SELECT COUNT(*) FROM review r JOIN plant p ON p.submission_id = r.submission_id
         WHERE r.campaign_id = e.campaign_id AND r.person_id = e.person_id
           AND ((p.expected = 'fault' AND r.verdict <> 'accept') OR (p.expected = 'pass' AND r.verdict = 'accept'))) AS caught
  FROM engagement e
 WHERE e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id
   AND e.duty = 'reviewer'
 ORDER BY e.id
 LIMIT 500;

-- name: alert_page :many alert_row
-- The strongest first, with what somebody made of each last.
SELECT a.label, a.kind, a.left_id, a.right_id, a.left_name, a.right_name, a.vote_count, a.telling_count, a.by_chance,
       a.strength, a.evidence, s.finding, s.message, s.happened_at
  FROM alert a
  LEFT JOIN alert_seen s ON s.id = (SELECT MAX(x.id) FROM alert_seen x
                                     WHERE x.campaign_id = a.campaign_id AND x.label = a.label AND x.kind = a.kind
                                       AND x.left_id = a.left_id AND x.right_id = a.right_id)
 WHERE a.campaign_id = :campaign_id
   AND a.organisation_id = :organisation_id
 ORDER BY a.label, a.strength DESC, a.kind, a.left_id, a.right_id
 LIMIT 500;

-- name: alert_find :one
SELECT evidence
  FROM alert
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND label = :label
   AND kind = :kind
   AND left_id = :left_id
   AND right_id = :right_id;

-- name: alert_item :one
-- What two raters said of one task, side by side; the right one may be nobody.
SELECT u.task_id, t.external_id, t.payload, u.value, u.probability,
       (SELECT v.said FROM vote v WHERE v.campaign_id = u.campaign_id AND v.label = u.label AND v.task_id = u.task_id
           AND v.rater_id = :left_id) AS left_said,
       (SELECT v.said FROM vote v WHERE v.campaign_id = u.campaign_id AND v.label = u.label AND v.task_id = u.task_id
           AND v.rater_id = :right_id) AS right_said,
       (SELECT v.submission_id FROM vote v WHERE v.campaign_id = u.campaign_id AND v.label = u.label AND v.task_id = u.task_id
           AND v.rater_id = :left_id) AS submission_id
  FROM truth u
  JOIN task t ON t.id = u.task_id
 WHERE u.campaign_id = :campaign_id
   AND u.organisation_id = :organisation_id
   AND u.label = :label
   AND u.task_id = :task_id;

-- name: engagement_named :one
SELECT e.id
  FROM engagement e
 WHERE e.id = :id
   AND e.campaign_id = :campaign_id
   AND e.organisation_id = :organisation_id;

-- name: alert_seen_insert :exec
INSERT INTO alert_seen (id, organisation_id, campaign_id, label, kind, left_id, right_id, finding, message, person_id,
                        happened_at)
VALUES (:id, :organisation_id, :campaign_id, :label, :kind, :left_id, :right_id, :finding, :message, :person_id,
        :happened_at);

-- name: skill_own :many own_skill_row
-- A person's own figures, by campaign and domain.
-- across: the person's own skill is what is asked for
SELECT k.campaign_id, c.name AS campaign_name, c.domain AS field, k.label, k.domain, k.label_count, k.accuracy, k.low, k.high,
       k.plain, k.agreed_count, k.others_count, k.others_agree, k.all_agree, k.is_top, q.engine,
       q.engine_version, q.seed, q.facts_at
  FROM engagement e
  JOIN skill k ON k.rater_id = e.id
  JOIN campaign c ON c.id = k.campaign_id
  JOIN quality_run q ON q.campaign_id = k.campaign_id AND q.label = k.label
 WHERE e.person_id = :person_id
   AND e.duty = 'expert'
 ORDER BY k.campaign_id DESC, k.label, k.domain
 LIMIT 500;

-- name: own_reviews :many own_review_row
-- The last judgements of a person's own answers.
-- across: the person's own answers are what is asked for
SELECT r.submission_id, c.name AS campaign_name, r.verdict, r.clause_code, r.reason_code, r.message, r.decided_at,
       a.state AS appeal_state
  FROM submission s
  JOIN review r ON r.submission_id = s.id
  JOIN campaign c ON c.id = s.campaign_id
  LEFT JOIN appeal a ON a.review_id = r.id
 WHERE s.person_id = :person_id
   AND NOT EXISTS (SELECT 1 FROM plant p WHERE p.submission_id = s.id)
 ORDER BY s.id DESC, r.id DESC
 LIMIT 20;

-- name: campaign_after :one
-- across: a rebuild goes over every client's campaigns
SELECT id
  FROM campaign
 WHERE id > :id
 ORDER BY id
 LIMIT 1;
