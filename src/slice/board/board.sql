-- name: board_first_given :one
-- When the first answer came.
-- column: submitted_at INT64
SELECT MIN(id) AS id, MIN(submitted_at) AS submitted_at
  FROM (SELECT id, submitted_at
          FROM submission
         WHERE campaign_id = :campaign_id
           AND organisation_id = :organisation_id
         ORDER BY id
         LIMIT 1) AS first;

-- name: board_agreement :many board_agreement_row
SELECT label, metric, estimate, low, high, unit_count
  FROM agreement
 WHERE campaign_id = :campaign_id
   AND organisation_id = :organisation_id
   AND metric = 'alpha'
   AND left_id = ''
   AND stratum = ''
 ORDER BY label;
