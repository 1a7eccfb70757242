-- Who there is: organisations, people, what they may do, and how they show who they are.

CREATE TABLE organisation (
    id         TEXT PRIMARY KEY,
    kind       TEXT NOT NULL CHECK (kind IN ('operator', 'client', 'vendor')),
    name       TEXT NOT NULL,
    is_sample  INT64 NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
    created_at INT64 NOT NULL,
    created_by TEXT
);
CREATE UNIQUE INDEX organisation_name ON organisation (name);

CREATE TABLE person (
    id          TEXT PRIMARY KEY,
    email       TEXT NOT NULL,
    name        TEXT NOT NULL,
    is_sample   INT64 NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
    created_at  INT64 NOT NULL,
    created_by  TEXT,
    disabled_at INT64
);
CREATE UNIQUE INDEX person_email ON person (email);

-- A role in an organisation. Experts and reviewers belong to the operator.
CREATE TABLE membership (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    role            TEXT NOT NULL CHECK (role IN ('operator', 'client', 'reviewer', 'expert', 'finance', 'auditor')),
    since_at        INT64 NOT NULL,
    until_at        INT64,
    PRIMARY KEY (person_id, organisation_id, role)
);
CREATE INDEX membership_organisation ON membership (organisation_id, role, person_id);

-- Leave to reach one client's rows, given to one of the operator's people.
CREATE TABLE client_grant (
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    granted_by      TEXT NOT NULL,
    granted_at      INT64 NOT NULL,
    revoked_at      INT64,
    PRIMARY KEY (person_id, organisation_id)
);
CREATE INDEX client_grant_organisation ON client_grant (organisation_id, person_id);

CREATE TABLE credential (
    id          TEXT PRIMARY KEY,
    person_id   TEXT NOT NULL REFERENCES person (id),
    kind        TEXT NOT NULL CHECK (kind IN ('password', 'api_key', 'totp', 'passkey')),
    name        TEXT NOT NULL,
    secret_hash TEXT NOT NULL,
    scope       TEXT NOT NULL CHECK (scope IN ('all', 'read', 'rewards')),
    created_at  INT64 NOT NULL,
    expires_at  INT64,
    revoked_at  INT64
);
CREATE INDEX credential_person ON credential (person_id, kind, created_at);
CREATE UNIQUE INDEX credential_key ON credential (secret_hash);

CREATE TABLE session (
    id         TEXT PRIMARY KEY, -- hash of the cookie's value
    person_id  TEXT NOT NULL REFERENCES person (id),
    created_at INT64 NOT NULL,
    expires_at INT64 NOT NULL,
    ended_at   INT64
);
CREATE INDEX session_person ON session (person_id, created_at);

-- Fact: somebody tried to sign in. Throttling counts the failures.
CREATE TABLE sign_in (
    id         TEXT PRIMARY KEY,
    email      TEXT NOT NULL,
    address    TEXT NOT NULL,
    success    INT64 NOT NULL CHECK (success IN (0, 1)),
    happened_at      INT64 NOT NULL
);
CREATE INDEX sign_in_email ON sign_in (email, success, happened_at);
CREATE INDEX sign_in_address ON sign_in (address, success, happened_at);

-- Answers kept under an Idempotency-Key.
-- In the order of time: what is kept at one moment lies together, and what is forgotten is one piece.
CREATE TABLE kept_answer (
    happened_at     INT64 NOT NULL,
    person_id       TEXT NOT NULL,
    idempotency_key TEXT NOT NULL,
    request_hash    TEXT NOT NULL,
    status          INT64 NOT NULL,
    body            TEXT,
    etag            TEXT,
    PRIMARY KEY (happened_at, person_id, idempotency_key)
) WITHOUT ROWID;
CREATE UNIQUE INDEX kept_answer_key ON kept_answer (person_id, idempotency_key);

-- Fact: what was done, by whom.
CREATE TABLE audit_event (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT,
    person_id       TEXT,
    action          TEXT NOT NULL,
    object_id       TEXT NOT NULL,
    detail          TEXT NOT NULL,
    request_id      TEXT,
    happened_at           INT64 NOT NULL
);
CREATE INDEX audit_event_organisation ON audit_event (organisation_id, id);

CREATE TABLE notice (
    id        TEXT PRIMARY KEY,
    person_id TEXT NOT NULL REFERENCES person (id),
    kind      TEXT NOT NULL,
    title     TEXT NOT NULL,
    message   TEXT NOT NULL,
    link      TEXT NOT NULL,
    happened_at     INT64 NOT NULL,
    read_at   INT64
);
CREATE INDEX notice_person ON notice (person_id, id);
