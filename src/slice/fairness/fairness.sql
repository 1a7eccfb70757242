-- name: demographic_put :exec
INSERT INTO demographic (person_id, organisation_id, sex, ethnicity, age_band, disability, given_at)
VALUES (:person_id, :organisation_id, :sex, :ethnicity, :age_band, :disability, :given_at)
ON CONFLICT (person_id)
DO UPDATE SET sex = excluded.sex, ethnicity = excluded.ethnicity, age_band = excluded.age_band,
              disability = excluded.disability, given_at = excluded.given_at;

-- name: demographic_find :one
-- across: it is the person's own
SELECT sex, ethnicity, age_band, disability
  FROM demographic
 WHERE person_id = :person_id;

-- name: demographic_erase :exec
-- across: it is the person's own
DELETE FROM demographic WHERE person_id = :person_id;

-- name: judged_rows :many judged_row
-- Every interview with a result, with what its person said of themselves, if anything.
-- param: row_max INT64
SELECT i.id, i.domain, i.outcome, i.estimate, d.sex, d.ethnicity, d.age_band, d.disability
  FROM interview i
  LEFT JOIN demographic d ON d.person_id = i.person_id
 WHERE i.organisation_id = :organisation_id
   AND i.is_practice = 0
   AND i.interview_state = 'done'
   AND (:domain = '' OR i.domain = :domain)
   AND i.id > :id
 ORDER BY i.id
 LIMIT :row_max;

-- name: pair_rows :many pair_row
-- Answers that two people graded, the second drawn by chance and blind.
-- param: row_max INT64
SELECT b.id, qb.interview_id, a.grader_id AS first_id, b.grader_id AS second_id, a.category AS first_category,
       b.category AS second_category, a.points AS first_points, b.points AS second_points, s.points_max
  FROM grading qb
  JOIN grading qa ON qa.interview_id = qb.interview_id AND qa.purpose = 'judgement' AND qa.grading_state = 'done'
  JOIN grade b ON b.grading_id = qb.id
  JOIN grade a ON a.grading_id = qa.id AND a.step_id = b.step_id
  JOIN interview_step s ON s.id = b.step_id
 WHERE qb.organisation_id = :organisation_id
   AND qb.purpose = 'check'
   AND qb.grading_state = 'done'
 ORDER BY b.id
 LIMIT :row_max;

-- name: grader_names :many grader_name
SELECT DISTINCT p.id, p.name
  FROM grading q
  JOIN person p ON p.id = q.grader_id
 WHERE q.organisation_id = :organisation_id
   AND q.grading_state = 'done';

-- name: check_shares :one
-- column: draw_count INT64
-- column: chosen_count INT64
-- column: done_count INT64
SELECT COUNT(*) AS draw_count, COALESCE(SUM(d.is_chosen), 0) AS chosen_count,
       (SELECT COUNT(*) FROM grading q
         WHERE q.organisation_id = :organisation_id AND q.purpose = 'check' AND q.grading_state = 'done') AS done_count
  FROM check_draw d
 WHERE d.organisation_id = :organisation_id;

-- name: domains_judged :many domain_row
SELECT DISTINCT domain
  FROM interview
 WHERE organisation_id = :organisation_id
   AND is_practice = 0
   AND interview_state = 'done'
 ORDER BY domain;

-- name: groups_said :many group_row
-- How many interviews of a domain each group has.
-- column: attribute TEXT
-- column: name TEXT
-- column: amount INT64
SELECT 'sex' AS attribute, d.sex AS name, COUNT(*) AS amount
  FROM interview i JOIN demographic d ON d.person_id = i.person_id
 WHERE i.organisation_id = :organisation_id AND i.domain = :domain AND i.is_practice = 0 AND i.interview_state = 'done'
   AND d.sex <> 'not said'
 GROUP BY d.sex
UNION ALL
SELECT 'ethnicity', d.ethnicity, COUNT(*)
  FROM interview i JOIN demographic d ON d.person_id = i.person_id
 WHERE i.organisation_id = :organisation_id AND i.domain = :domain AND i.is_practice = 0 AND i.interview_state = 'done'
   AND d.ethnicity <> 'not said'
 GROUP BY d.ethnicity
UNION ALL
SELECT 'age_band', d.age_band, COUNT(*)
  FROM interview i JOIN demographic d ON d.person_id = i.person_id
 WHERE i.organisation_id = :organisation_id AND i.domain = :domain AND i.is_practice = 0 AND i.interview_state = 'done'
   AND d.age_band <> 'not said'
 GROUP BY d.age_band
UNION ALL
SELECT 'disability', d.disability, COUNT(*)
  FROM interview i JOIN demographic d ON d.person_id = i.person_id
 WHERE i.organisation_id = :organisation_id AND i.domain = :domain AND i.is_practice = 0 AND i.interview_state = 'done'
   AND d.disability <> 'not said'
 GROUP BY d.disability;

-- name: response_rows :many response_row
-- Answers that count, with the group of whoever gave them.
-- param: row_max INT64
SELECT s.id, i.id AS interview_id, s.item_id, m.code, s.category, d.sex, d.ethnicity, d.age_band, d.disability
  FROM interview i
  JOIN interview_step s ON s.interview_id = i.id
  JOIN item m ON m.id = s.item_id
  JOIN demographic d ON d.person_id = i.person_id
 WHERE i.organisation_id = :organisation_id
   AND i.domain = :domain
   AND i.is_practice = 0
   AND i.interview_state = 'done'
   AND s.is_counted = 1
   AND s.category IS NOT NULL
 ORDER BY i.id, s.id
 LIMIT :row_max;

-- name: item_dif_forget :exec
DELETE FROM item_dif
 WHERE organisation_id = :organisation_id
   AND item_id IN (SELECT id FROM item WHERE organisation_id = :organisation_id AND domain = :domain);

-- name: item_dif_put :exec
INSERT INTO item_dif (organisation_id, item_id, attribute, focal, reference, dif_class, mean_gap, gap_low, gap_high, p, focal_count,
                      reference_count, is_suspended, computed_at)
VALUES (:organisation_id, :item_id, :attribute, :focal, :reference, :dif_class, :mean_gap, :gap_low, :gap_high, :p, :focal_count,
        :reference_count, :is_suspended, :computed_at)
ON CONFLICT (item_id, attribute, focal)
DO UPDATE SET reference = excluded.reference, dif_class = excluded.dif_class, mean_gap = excluded.mean_gap, gap_low = excluded.gap_low,
              gap_high = excluded.gap_high, p = excluded.p, focal_count = excluded.focal_count,
              reference_count = excluded.reference_count, is_suspended = excluded.is_suspended,
              computed_at = excluded.computed_at;

-- name: item_dif_of :many item_dif_row
SELECT attribute, focal, reference, dif_class, mean_gap, gap_low, gap_high, p, focal_count, reference_count, is_suspended,
       computed_at
  FROM item_dif
 WHERE item_id = :item_id
   AND organisation_id = :organisation_id
 ORDER BY attribute, focal;

-- name: technical_items :many technical_item
-- column: is_used INT64
-- Every item's current wording by its hash, and whether it is calibrated.
SELECT i.code, i.domain, i.item_status, v.content_hash, COALESCE(p.is_used, 0) AS is_used
  FROM item i
  JOIN item_version v ON v.item_id = i.id AND v.version_number = i.version_number
  LEFT JOIN item_parameter p ON p.item_id = i.id AND p.version_number = i.version_number
 WHERE i.organisation_id = :organisation_id
 ORDER BY i.code;

-- name: technical_scorer :one
SELECT content_hash, seed_count, person_count, agreement, kappa, trained_at
  FROM scorer_version
 WHERE organisation_id = :organisation_id
   AND scorer_state = 'used'
 ORDER BY id DESC
 LIMIT 1;

-- name: technical_counts :one
-- How interviews ended, and who has looked.
-- column: done_count INT64
-- column: passed_by_machine INT64
-- column: judged_count INT64
-- column: waiting_count INT64
SELECT COUNT(*) AS done_count,
       COALESCE(SUM(CASE WHEN outcome = 'passed' AND scored_by = 'scorer' THEN 1 ELSE 0 END), 0) AS passed_by_machine,
       COALESCE(SUM(CASE WHEN scored_by = 'person' THEN 1 ELSE 0 END), 0) AS judged_count,
       COALESCE(SUM(CASE WHEN outcome = 'waiting' THEN 1 ELSE 0 END), 0) AS waiting_count
  FROM interview
 WHERE organisation_id = :organisation_id
   AND is_practice = 0
   AND interview_state = 'done';

-- name: technical_appeals :one
-- column: decided_count INT64
-- column: overturned_count INT64
SELECT COALESCE(SUM(CASE WHEN appeal_state <> 'open' THEN 1 ELSE 0 END), 0) AS decided_count,
       COALESCE(SUM(CASE WHEN appeal_state = 'overturned' THEN 1 ELSE 0 END), 0) AS overturned_count
  FROM interview_appeal
 WHERE organisation_id = :organisation_id;
