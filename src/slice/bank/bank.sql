-- name: item_insert :exec
INSERT INTO item (id, organisation_id, code, domain, block, item_kind, difficulty, part_count, enemies, item_status, version_number,
                  created_at, created_by)
VALUES (:id, :organisation_id, :code, :domain, :block, :item_kind, :difficulty, :part_count, :enemies, :item_status,
        :version_number, :created_at, :created_by);

-- name: item_version_insert :exec
INSERT INTO item_version (organisation_id, item_id, version_number, body, content_hash, signature, created_at, created_by)
VALUES (:organisation_id, :item_id, :version_number, :body, :content_hash, :signature, :created_at, :created_by);

-- name: item_by_code :one
SELECT id, version_number
  FROM item
 WHERE organisation_id = :organisation_id
   AND code = :code;

-- name: item_owner_find :one
-- across: it is what finds the organisation
SELECT organisation_id
  FROM item
 WHERE id = :id;

-- name: item_by_id :one item_row
SELECT i.id, i.code, i.domain, i.block, i.item_kind, i.difficulty, i.item_status, i.status_reason, i.version_number,
       i.shown_count, i.created_at, v.body, v.content_hash, v.signature
  FROM item i
  JOIN item_version v ON v.item_id = i.id AND v.version_number = i.version_number
 WHERE i.id = :id
   AND i.organisation_id = :organisation_id;

-- name: item_version_find :one
SELECT body
  FROM item_version
 WHERE item_id = :item_id
   AND organisation_id = :organisation_id
   AND version_number = :version_number;

-- name: item_page :many item_line
-- Empty texts mean any.
-- param: row_max INT64
SELECT id, code, domain, block, item_kind, difficulty, item_status, status_reason, version_number, shown_count
  FROM item
 WHERE organisation_id = :organisation_id
   AND (:domain = '' OR domain = :domain)
   AND (:item_kind = '' OR item_kind = :item_kind)
   AND (:item_status = '' OR item_status = :item_status)
   AND code > :code
 ORDER BY code
 LIMIT :row_max;

-- name: item_pool :many pool_row
-- What an interview of a domain may ask, in the order of the codes.
-- param: row_max INT64
SELECT i.id, i.code, i.block, i.item_kind, i.difficulty, i.part_count, i.enemies, i.item_status, i.version_number,
       i.shown_count, p.slope, p.guess, p.steps, p.calibration_id,
       p.version_number AS fitted_version
  FROM item i
  LEFT JOIN item_parameter p ON p.item_id = i.id AND p.is_used = 1
 WHERE i.organisation_id = :organisation_id
   AND i.domain = :domain
   AND i.item_status IN ('pilot', 'live', 'retired')
 ORDER BY i.code
 LIMIT :row_max;

-- name: item_revise :affected
-- param: version_before INT64
UPDATE item
   SET version_number = :version_number, block = :block, difficulty = :difficulty,
       part_count = :part_count, enemies = :enemies
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND version_number = :version_before;

-- name: item_set_status :affected
UPDATE item
   SET item_status = :item_status, status_reason = :status_reason
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: item_show :exec
UPDATE item
   SET shown_count = shown_count + 1
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: item_parameter_put :exec
INSERT INTO item_parameter (item_id, organisation_id, calibration_id, version_number, slope, guess, steps, errors, response_count,
                            is_used, computed_at)
VALUES (:item_id, :organisation_id, :calibration_id, :version_number, :slope, :guess, :steps, :errors, :response_count,
        :is_used, :computed_at)
ON CONFLICT (item_id)
DO UPDATE SET calibration_id = excluded.calibration_id, version_number = excluded.version_number, slope = excluded.slope,
              guess = excluded.guess, steps = excluded.steps, errors = excluded.errors,
              response_count = excluded.response_count, is_used = excluded.is_used, computed_at = excluded.computed_at;

-- name: item_parameter_find :one
-- What is known of an item's current wording.
SELECT p.calibration_id, p.slope, p.steps, p.errors, p.response_count, p.is_used, p.computed_at
  FROM item_parameter p
  JOIN item i ON i.id = p.item_id AND i.version_number = p.version_number
 WHERE p.item_id = :item_id
   AND p.organisation_id = :organisation_id;

-- name: item_answers :one
-- How the current wording of an item was answered, and how many interviews of its field there were to ask it.
-- column: interview_count INT64
-- column: little_count INT64
-- column: part_count INT64
-- column: most_count INT64
SELECT (SELECT COUNT(*) FROM interview n
         WHERE n.organisation_id = :organisation_id AND n.domain = m.domain AND n.is_practice = 0) AS interview_count,
       COALESCE(SUM(CASE WHEN s.category = 0 THEN 1 ELSE 0 END), 0) AS little_count,
       COALESCE(SUM(CASE WHEN s.category = 1 THEN 1 ELSE 0 END), 0) AS part_count,
       COALESCE(SUM(CASE WHEN s.category = 2 THEN 1 ELSE 0 END), 0) AS most_count
  FROM item m
  LEFT JOIN interview_step s ON s.item_id = m.id AND s.version_number = m.version_number AND s.organisation_id = :organisation_id
  LEFT JOIN interview i ON i.id = s.interview_id AND i.is_practice = 0
 WHERE m.id = :item_id
   AND m.organisation_id = :organisation_id
   AND (s.id IS NULL OR i.id IS NOT NULL)
 GROUP BY m.domain;

-- name: items_all :many item_whole
-- Every item in its current wording, in the order of the codes.
-- param: row_max INT64
SELECT i.id, i.code, i.domain, i.version_number, v.body
  FROM item i
  JOIN item_version v ON v.item_id = i.id AND v.version_number = i.version_number
 WHERE i.organisation_id = :organisation_id
 ORDER BY i.code
 LIMIT :row_max;

-- name: scorer_used :one
-- The scorer that was taught last and is in use.
SELECT id, content_hash
  FROM scorer_version
 WHERE organisation_id = :organisation_id
   AND scorer_state = 'used'
 ORDER BY id DESC
 LIMIT 1;

-- name: scorer_content :one
SELECT content
  FROM scorer_version
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: bank_summary :many bank_domain
-- column: live_count INT64
-- column: pilot_count INT64
-- column: suspended_count INT64
-- column: retired_count INT64
-- column: rule_count INT64
SELECT domain,
       SUM(CASE WHEN item_status = 'live' THEN 1 ELSE 0 END) AS live_count,
       SUM(CASE WHEN item_status = 'pilot' THEN 1 ELSE 0 END) AS pilot_count,
       SUM(CASE WHEN item_status = 'suspended' THEN 1 ELSE 0 END) AS suspended_count,
       SUM(CASE WHEN item_status = 'retired' THEN 1 ELSE 0 END) AS retired_count,
       SUM(CASE WHEN item_kind <> 'free' THEN 1 ELSE 0 END) AS rule_count
  FROM item
 WHERE organisation_id = :organisation_id
 GROUP BY domain
 ORDER BY domain;
