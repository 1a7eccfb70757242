-- name: organisation_insert :exec
INSERT INTO organisation (id, kind, name, is_sample, created_at, created_by)
VALUES (:id, :kind, :name, :is_sample, :created_at, :created_by);

-- name: organisation_rename :exec
UPDATE organisation
   SET name = :name
 WHERE id = :id;

-- name: organisation_by_id :one organisation_row
SELECT id, kind, name, is_sample, created_at
  FROM organisation
 WHERE id = :id;

-- name: organisation_operator :one organisation_row
-- The operator itself: the first organisation of that kind.
-- scan: there are few organisations, and this runs once at start
SELECT id, kind, name, is_sample, created_at
  FROM organisation
 WHERE kind = 'operator'
 ORDER BY id
 LIMIT 1;

-- name: organisation_page :many organisation_row
-- The organisations whose rows this person may reach, oldest first.
-- across: the grants decide what is reachable
-- param: row_max INT64
SELECT o.id, o.kind, o.name, o.is_sample, o.created_at
  FROM client_grant g
  JOIN organisation o ON o.id = g.organisation_id
 WHERE g.person_id = :person_id
   AND g.revoked_at IS NULL
   AND g.organisation_id > :id
 ORDER BY g.organisation_id
 LIMIT :row_max;

-- name: person_insert :exec
INSERT INTO person (id, email, name, is_sample, created_at, created_by)
VALUES (:id, :email, :name, :is_sample, :created_at, :created_by);

-- name: person_by_email :one person_row
SELECT id, email, name, is_sample, created_at, disabled_at, disabled_reason
  FROM person
 WHERE email = :email;

-- name: person_by_id :one person_row
SELECT id, email, name, is_sample, created_at, disabled_at, disabled_reason
  FROM person
 WHERE id = :id;

-- name: person_amend :exec
UPDATE person
   SET name = :name, email = :email
 WHERE id = :id;

-- name: person_close :affected
UPDATE person
   SET disabled_at = :disabled_at, disabled_reason = :disabled_reason
 WHERE id = :id
   AND disabled_at IS NULL;

-- name: person_reopen :affected
UPDATE person
   SET disabled_at = NULL, disabled_reason = NULL
 WHERE id = :id
   AND disabled_at IS NOT NULL;

-- name: people_closed :many
SELECT id
  FROM person
 WHERE disabled_at IS NOT NULL
 ORDER BY id;

-- name: member_page :many member_row
-- The people of one organisation with their roles.
-- param: row_max INT64
SELECT p.id, p.email, p.name, p.is_sample, p.disabled_at, p.disabled_reason, m.role, m.since_at
  FROM membership m
  JOIN person p ON p.id = m.person_id
 WHERE m.organisation_id = :organisation_id
   AND m.until_at IS NULL
   AND (m.role, m.person_id) > (:role, :person_id)
 ORDER BY m.role, m.person_id
 LIMIT :row_max;

-- name: membership_begin :affected
-- Nothing happens where it goes on.
INSERT INTO membership (organisation_id, person_id, role, since_at)
VALUES (:organisation_id, :person_id, :role, :since_at)
ON CONFLICT (person_id, organisation_id, role)
DO UPDATE SET since_at = excluded.since_at, until_at = NULL
        WHERE membership.until_at IS NOT NULL;

-- name: membership_end :affected
UPDATE membership
   SET until_at = :until_at
 WHERE organisation_id = :organisation_id
   AND person_id = :person_id
   AND role = :role
   AND until_at IS NULL;

-- name: membership_of_person :many
-- across: it is the person who signs in, and their own memberships
SELECT m.organisation_id, m.role, o.kind, o.name
  FROM membership m
  JOIN organisation o ON o.id = m.organisation_id
 WHERE m.person_id = :person_id
   AND m.until_at IS NULL
 ORDER BY m.organisation_id, m.role;

-- name: client_grant_give :exec
INSERT INTO client_grant (organisation_id, person_id, granted_by, granted_at)
VALUES (:organisation_id, :person_id, :granted_by, :granted_at)
ON CONFLICT (person_id, organisation_id)
DO UPDATE SET granted_by = excluded.granted_by, granted_at = excluded.granted_at, revoked_at = NULL;

-- name: client_grant_revoke :affected
UPDATE client_grant
   SET revoked_at = :revoked_at
 WHERE organisation_id = :organisation_id
   AND person_id = :person_id
   AND revoked_at IS NULL;

-- name: client_grant_find :one
SELECT granted_at
  FROM client_grant
 WHERE organisation_id = :organisation_id
   AND person_id = :person_id
   AND revoked_at IS NULL;

-- name: credential_insert :exec
INSERT INTO credential (id, person_id, kind, name, secret_hash, scope, created_at, expires_at)
VALUES (:id, :person_id, :kind, :name, :secret_hash, :scope, :created_at, :expires_at);

-- name: password_of_person :one
SELECT id, secret_hash
  FROM credential
 WHERE person_id = :person_id
   AND kind = 'password'
   AND revoked_at IS NULL
 ORDER BY created_at DESC
 LIMIT 1;

-- name: password_revoke :exec
UPDATE credential
   SET revoked_at = :revoked_at
 WHERE person_id = :person_id
   AND kind = 'password'
   AND revoked_at IS NULL;

-- name: key_page :many key_row
SELECT id, name, scope, created_at, expires_at, revoked_at
  FROM credential
 WHERE person_id = :person_id
   AND kind = 'api_key'
 ORDER BY created_at;

-- name: key_revoke :affected
UPDATE credential
   SET revoked_at = :revoked_at
 WHERE id = :id
   AND person_id = :person_id
   AND kind = 'api_key'
   AND revoked_at IS NULL;

-- name: key_by_hash :one
SELECT id, person_id, scope, expires_at
  FROM credential
 WHERE secret_hash = :secret_hash
   AND kind = 'api_key'
   AND revoked_at IS NULL;

-- name: session_insert :exec
INSERT INTO session (id, person_id, created_at, expires_at)
VALUES (:id, :person_id, :created_at, :expires_at);

-- name: session_by_id :one
SELECT person_id, expires_at
  FROM session
 WHERE id = :id
   AND ended_at IS NULL;

-- name: session_end :exec
UPDATE session
   SET ended_at = :ended_at
 WHERE id = :id
   AND ended_at IS NULL;

-- name: session_end_of_person :exec
UPDATE session
   SET ended_at = :ended_at
 WHERE person_id = :person_id
   AND ended_at IS NULL;

-- name: sign_in_insert :exec
INSERT INTO sign_in (id, email, address, success, happened_at)
VALUES (:id, :email, :address, :success, :happened_at);

-- name: sign_in_failures :one
-- column: by_email INT64
-- column: by_address INT64
SELECT (SELECT COUNT(*) FROM sign_in WHERE email = :email AND success = 0 AND happened_at > :happened_at) AS by_email,
       (SELECT COUNT(*) FROM sign_in WHERE address = :address AND success = 0 AND happened_at > :happened_at) AS by_address;

-- name: kept_answer_find :one
SELECT request_hash, status, body, etag
  FROM kept_answer
 WHERE person_id = :person_id
   AND idempotency_key = :idempotency_key;

-- name: kept_answer_insert :exec
INSERT INTO kept_answer (person_id, idempotency_key, request_hash, status, body, etag, happened_at)
VALUES (:person_id, :idempotency_key, :request_hash, :status, :body, :etag, :happened_at);

-- name: kept_answer_forget :affected
DELETE FROM kept_answer WHERE happened_at < :happened_at;

-- name: audit_event_insert :exec
INSERT INTO audit_event (id, organisation_id, person_id, action, object_id, detail, request_id, happened_at)
VALUES (:id, :organisation_id, :person_id, :action, :object_id, :detail, :request_id, :happened_at);

-- name: audit_event_page :many audit_row
-- Newest first.
-- param: row_max INT64
SELECT id, organisation_id, person_id, action, object_id, detail, request_id, happened_at, position, previous_hash, hash
  FROM audit_event
 WHERE organisation_id = :organisation_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: audit_unsealed :many audit_row
-- across: events of every chain are sealed together
-- param: row_max INT64
SELECT id, organisation_id, person_id, action, object_id, detail, request_id, happened_at, position, previous_hash, hash
  FROM audit_event
 WHERE position = 0
 ORDER BY id
 LIMIT :row_max;

-- name: audit_unsealed_count :one
-- column: count INT64
-- column: oldest_at INT64
SELECT COUNT(*) AS count, MIN(happened_at) AS oldest_at
  FROM audit_event
 WHERE COALESCE(organisation_id, '') = :organisation_id
   AND position = 0;

-- name: audit_seal :affected
-- across: by the identifier that audit_unsealed gave
UPDATE audit_event
   SET position = :position, previous_hash = :previous_hash, hash = :hash
 WHERE id = :id
   AND position = 0;

-- name: audit_chain :each audit_row
-- A chain from its beginning.
SELECT id, organisation_id, person_id, action, object_id, detail, request_id, happened_at, position, previous_hash, hash
  FROM audit_event
 WHERE COALESCE(organisation_id, '') = :organisation_id
   AND position > 0
 ORDER BY COALESCE(organisation_id, ''), position;

-- name: audit_chains :many
-- The chains of the whole house, by their heads or by an event without one.
-- across: whoever checks the store checks all of it
-- column: chain TEXT
SELECT DISTINCT COALESCE(organisation_id, '') AS chain
  FROM audit_event
 UNION
SELECT chain
  FROM audit_head
 ORDER BY chain;

-- name: audit_head_find :one
SELECT position, hash
  FROM audit_head
 WHERE chain = :chain;

-- name: audit_head_set :exec
INSERT INTO audit_head (chain, position, hash)
VALUES (:chain, :position, :hash)
ON CONFLICT (chain) DO UPDATE SET position = excluded.position, hash = excluded.hash;

-- name: notice_insert :exec
INSERT INTO notice (id, person_id, kind, title, message, link, happened_at)
VALUES (:id, :person_id, :kind, :title, :message, :link, :happened_at);

-- name: notice_page :many notice_row
-- Newest first.
-- param: row_max INT64
SELECT id, kind, title, message, link, happened_at, read_at
  FROM notice
 WHERE person_id = :person_id
   AND id < :id
 ORDER BY id DESC
 LIMIT :row_max;

-- name: notice_find :one
SELECT read_at
  FROM notice
 WHERE person_id = :person_id
   AND id = :id;

-- name: notice_read :affected
-- Everything up to and including this one.
UPDATE notice
   SET read_at = :read_at
 WHERE person_id = :person_id
   AND id <= :id
   AND read_at IS NULL;

-- name: account_latest :one
-- The newest of what is written most often here; each is the last entry of an index.
-- across: only the time in the identifiers is wanted, at start
-- column: audit_id TEXT
-- column: sign_in_id TEXT
-- column: kept_at INT64
SELECT (SELECT MAX(id) FROM audit_event) AS audit_id,
       (SELECT MAX(id) FROM sign_in) AS sign_in_id,
       (SELECT MAX(happened_at) FROM kept_answer) AS kept_at;
