-- name: expert_find_row :one expert_row
SELECT e.person_id, p.name, p.email, e.version_number, e.is_looking, e.profile, e.changed_at
  FROM expert e
  JOIN person p ON p.id = e.person_id
 WHERE e.person_id = :person_id
   AND e.organisation_id = :organisation_id;

-- name: expert_put :exec
INSERT INTO expert (person_id, organisation_id, version_number, is_looking, profile, changed_at, changed_by)
VALUES (:person_id, :organisation_id, :version_number, :is_looking, :profile, :changed_at, :changed_by)
ON CONFLICT (person_id) DO UPDATE
   SET version_number = excluded.version_number, is_looking = excluded.is_looking, profile = excluded.profile,
       changed_at = excluded.changed_at, changed_by = excluded.changed_by;

-- name: expert_membership :one
-- Is this person one of the operator's experts?
SELECT since_at
  FROM membership
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
   AND role = 'expert'
   AND until_at IS NULL;

-- name: expert_pool_version :one
SELECT pool_version
  FROM expert_state
 WHERE organisation_id = :organisation_id;

-- name: expert_pool_advance :exec
INSERT INTO expert_state (organisation_id, pool_version)
VALUES (:organisation_id, 1)
ON CONFLICT (organisation_id) DO UPDATE SET pool_version = expert_state.pool_version + 1;

-- name: expert_card_insert :exec
-- A profile that changes twice in one version keeps its last card.
INSERT INTO expert_card (organisation_id, person_id, since_version, until_version, card)
VALUES (:organisation_id, :person_id, :since_version, 9223372036854775807, :card)
ON CONFLICT (person_id, since_version) DO UPDATE SET card = excluded.card;

-- name: expert_card_end :exec
UPDATE expert_card
   SET until_version = :until_version
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
   AND until_version = 9223372036854775807
   AND since_version < :until_version;

-- name: expert_cards :each expert_card_at
-- The whole pool as it was in one version, in no order.
-- scan: a match reads every profile
-- param: pool_version INT64
SELECT person_id, card
  FROM expert_card
 WHERE organisation_id = :organisation_id
   AND since_version <= :pool_version
   AND until_version > :pool_version;

-- name: expert_card_of :one expert_card_at
-- param: pool_version INT64
SELECT person_id, card
  FROM expert_card
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id
   AND since_version <= :pool_version
   AND until_version > :pool_version;

-- name: expert_cards_tagged :each expert_card_at
-- Cards in force of those who hold a name.
SELECT c.person_id, c.card
  FROM expert_tag t
  JOIN expert_card c ON c.person_id = t.person_id AND c.organisation_id = t.organisation_id
                    AND c.until_version = 9223372036854775807
 WHERE t.organisation_id = :organisation_id
   AND t.name_number = :name_number;

-- name: expert_tag_count :one
-- How many hold a name, counted to a bound.
-- param: row_max INT64
-- column: holder_count INT64
SELECT COUNT(*) AS holder_count
  FROM (SELECT person_id
          FROM expert_tag
         WHERE organisation_id = :organisation_id
           AND name_number = :name_number
         LIMIT :row_max) h;

-- name: expert_name_find :one
SELECT name_number
  FROM expert_name
 WHERE organisation_id = :organisation_id
   AND name = :name;

-- name: expert_name_last :one
-- column: last_number INT64
SELECT COALESCE(MAX(name_number), -1) AS last_number
  FROM expert_name
 WHERE organisation_id = :organisation_id;

-- name: expert_name_insert :exec
INSERT INTO expert_name (organisation_id, name, name_number)
VALUES (:organisation_id, :name, :name_number);

-- name: expert_names :many expert_name_row
-- All names, by number.
SELECT name, name_number
  FROM expert_name
 WHERE organisation_id = :organisation_id
 ORDER BY name_number;

-- name: expert_word_find :one
SELECT word_number
  FROM expert_word
 WHERE organisation_id = :organisation_id
   AND word = :word;

-- name: expert_word_last :one
-- column: last_number INT64
SELECT COALESCE(MAX(word_number), -1) AS last_number
  FROM expert_word
 WHERE organisation_id = :organisation_id;

-- name: expert_word_insert :exec
INSERT INTO expert_word (organisation_id, word, word_number)
VALUES (:organisation_id, :word, :word_number);

-- name: expert_tag_clear :exec
DELETE FROM expert_tag
 WHERE person_id = :person_id
   AND organisation_id = :organisation_id;

-- name: expert_tag_insert :exec_many
INSERT INTO expert_tag (organisation_id, name_number, person_id, held_level, until_day)
VALUES (:organisation_id, :name_number, :person_id, :held_level, :until_day)
ON CONFLICT (organisation_id, name_number, person_id) DO UPDATE SET held_level = excluded.held_level,
    until_day = CASE WHEN expert_tag.until_day = 0 OR excluded.until_day = 0 THEN 0
                     WHEN expert_tag.until_day > excluded.until_day THEN expert_tag.until_day
                     ELSE excluded.until_day END;

-- name: expert_person_name :one
SELECT name, email
  FROM person
 WHERE id = :id;

-- name: expert_person_by_email :one
-- Who has this address, and do they belong to the operator?
-- column: is_expert INT64
SELECT p.id,
       (SELECT COUNT(*) FROM membership m
         WHERE m.person_id = p.id AND m.organisation_id = :organisation_id AND m.role = 'expert'
           AND m.until_at IS NULL) AS is_expert
  FROM person p
 WHERE p.email = :email;

-- name: expert_pool_insert :exec
INSERT INTO expert_pool (id, organisation_id, name, member_count, created_at, created_by)
VALUES (:id, :organisation_id, :name, :member_count, :created_at, :created_by);

-- name: expert_pool_by_id :one expert_pool_row
SELECT id, name, member_count, created_at
  FROM expert_pool
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: expert_pool_page :many expert_pool_row
-- param: row_max INT64
SELECT id, name, member_count, created_at
  FROM expert_pool
 WHERE organisation_id = :organisation_id
   AND name > :name
 ORDER BY name
 LIMIT :row_max;

-- name: expert_pool_count :exec
UPDATE expert_pool
   SET member_count = member_count + :member_count
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: expert_pool_member_find :one
SELECT since_version
  FROM expert_pool_member
 WHERE pool_id = :pool_id
   AND person_id = :person_id
   AND organisation_id = :organisation_id
   AND until_version = 9223372036854775807;

-- name: expert_pool_member_insert :exec_many
INSERT INTO expert_pool_member (organisation_id, pool_id, person_id, since_version, until_version)
VALUES (:organisation_id, :pool_id, :person_id, :since_version, 9223372036854775807);

-- name: expert_pool_member_end :affected
UPDATE expert_pool_member
   SET until_version = :until_version
 WHERE pool_id = :pool_id
   AND person_id = :person_id
   AND organisation_id = :organisation_id
   AND until_version = 9223372036854775807;

-- name: expert_pool_members :each expert_pool_member_at
-- param: pool_version INT64
SELECT person_id
  FROM expert_pool_member
 WHERE pool_id = :pool_id
   AND organisation_id = :organisation_id
   AND since_version <= :pool_version
   AND until_version > :pool_version;

-- name: expert_import_insert :exec
INSERT INTO expert_import (id, organisation_id, name, format, state, spool_path, content_hash, job_id, created_at,
                           created_by)
VALUES (:id, :organisation_id, :name, :format, 'importing', :spool_path, :content_hash, :job_id, :created_at,
        :created_by);

-- name: expert_import_state_find :one
-- across: whether a file in the spool is still wanted, whoever sent it
SELECT state
  FROM expert_import
 WHERE id = :id;

-- name: expert_import_by_id :one expert_import_row
SELECT id, name, format, state, line_count, added_count, changed_count, bad_count, job_id, spool_path, created_at,
       created_by
  FROM expert_import
 WHERE id = :id
   AND organisation_id = :organisation_id;

-- name: expert_import_page :many expert_import_row
-- Newest first.
-- param: row_max INT64
SELECT id, name, format, state, line_count, added_count, changed_count, bad_count, job_id, spool_path, created_at,
       created_by
  FROM expert_import
 WHERE organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: expert_import_advance :affected
UPDATE expert_import
   SET line_count = :line_count, added_count = added_count + :added_count,
       changed_count = changed_count + :changed_count, bad_count = bad_count + :bad_count
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: expert_import_end :exec
UPDATE expert_import
   SET state = :state
 WHERE id = :id
   AND organisation_id = :organisation_id
   AND state = 'importing';

-- name: expert_import_error_insert :exec_many
INSERT INTO expert_import_error (organisation_id, import_id, line, field, message)
VALUES (:organisation_id, :import_id, :line, :field, :message)
ON CONFLICT (import_id, line) DO NOTHING;

-- name: expert_import_error_page :many expert_import_error_row
-- param: row_max INT64
SELECT line, field, message
  FROM expert_import_error
 WHERE import_id = :import_id
   AND organisation_id = :organisation_id
   AND line > :line
 ORDER BY line
 LIMIT :row_max;

-- name: expert_declare :affected
-- Somebody who is engaged has a profile that declares something: walls have to be looked at again.
INSERT INTO expert_declaration (person_id, organisation_id, declared_at)
SELECT p.id, CAST(:organisation_id AS TEXT), CAST(:declared_at AS INT64)
  FROM person p
 WHERE p.id = :person_id
   AND EXISTS (SELECT 1 FROM engagement e WHERE e.person_id = :person_id AND e.state <> 'ended')
ON CONFLICT (person_id) DO UPDATE SET declared_at = excluded.declared_at;
