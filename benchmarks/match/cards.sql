-- name: bench_cards :each bench_card
-- scan: all of them are read
-- param: pool_version INT64
SELECT person_id, card
  FROM expert_card
 WHERE organisation_id = :organisation_id
   AND since_version <= :pool_version
   AND until_version > :pool_version;
