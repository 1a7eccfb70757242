-- name: scope_answers :one
-- Of the offers that were answered, how many were accepted.
-- across: the operator's experience is one, whoever the client
-- column: accepted_count INT64
-- column: answered_count INT64
SELECT COALESCE(SUM(CASE WHEN state IN ('accepted', 'engaged', 'dropped') THEN 1 ELSE 0 END), 0) AS accepted_count,
       COUNT(*) AS answered_count
  FROM offer
 WHERE state IN ('accepted', 'engaged', 'dropped', 'declined', 'expired');
