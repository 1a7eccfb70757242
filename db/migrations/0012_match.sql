-- Who could do the work: profiles, and what a match reads of them.

-- The profile in force. Earlier ones stay readable to a match through their cards.
CREATE TABLE expert (
    person_id       TEXT PRIMARY KEY REFERENCES person (id),
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the operator that keeps it
    version_number  INT64 NOT NULL,
    is_looking      INT64 NOT NULL CHECK (is_looking IN (0, 1)),
    profile         TEXT NOT NULL, -- as JSON
    changed_at      INT64 NOT NULL,
    changed_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX expert_organisation ON expert (organisation_id, person_id);

-- Each change of profiles or pools makes a new version of the whole.
CREATE TABLE expert_state (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    pool_version    INT64 NOT NULL
);

-- Derived from the profile: its numbers, tags and words, packed. One card for each time the profile changed, so that a
-- match can be computed again as the pool was.
CREATE TABLE expert_card (
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    since_version   INT64 NOT NULL,
    until_version   INT64 NOT NULL, -- the largest number: still in force
    card            BLOB NOT NULL,
    PRIMARY KEY (person_id, since_version)
);

-- Derived: numbers of the names and words that cards hold.
CREATE TABLE expert_name (
    organisation_id TEXT NOT NULL,
    name            TEXT NOT NULL, -- "skill contract law", "language en"
    name_number     INT64 NOT NULL,
    PRIMARY KEY (organisation_id, name)
);
CREATE UNIQUE INDEX expert_name_number ON expert_name (organisation_id, name_number);
CREATE TABLE expert_word (
    organisation_id TEXT NOT NULL,
    word            TEXT NOT NULL, -- a stem
    word_number     INT64 NOT NULL,
    PRIMARY KEY (organisation_id, word)
);
CREATE UNIQUE INDEX expert_word_number ON expert_word (organisation_id, word_number);

-- Derived: who holds a name now, for searching.
CREATE TABLE expert_tag (
    organisation_id TEXT NOT NULL,
    name_number     INT64 NOT NULL,
    person_id       TEXT NOT NULL,
    held_level      INT64 NOT NULL,
    PRIMARY KEY (organisation_id, name_number, person_id)
);
CREATE INDEX expert_tag_person ON expert_tag (person_id, name_number);

CREATE TABLE expert_pool (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    member_count    INT64 NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX expert_pool_name ON expert_pool (organisation_id, name);
CREATE TABLE expert_pool_member (
    organisation_id TEXT NOT NULL,
    pool_id         TEXT NOT NULL REFERENCES expert_pool (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    since_version   INT64 NOT NULL,
    until_version   INT64 NOT NULL,
    PRIMARY KEY (pool_id, person_id, since_version)
);

-- Many profiles from one file.
CREATE TABLE expert_import (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    format          TEXT NOT NULL CHECK (format IN ('jsonl', 'json', 'csv')),
    state           TEXT NOT NULL CHECK (state IN ('importing', 'ready', 'failed')),
    spool_path      TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    line_count      INT64 NOT NULL DEFAULT 0,
    added_count     INT64 NOT NULL DEFAULT 0,
    changed_count   INT64 NOT NULL DEFAULT 0,
    bad_count       INT64 NOT NULL DEFAULT 0,
    job_id          TEXT NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE INDEX expert_import_organisation ON expert_import (organisation_id, id);
CREATE TABLE expert_import_error (
    organisation_id TEXT NOT NULL,
    import_id       TEXT NOT NULL REFERENCES expert_import (id),
    line            INT64 NOT NULL,
    field           TEXT NOT NULL,
    message         TEXT NOT NULL,
    PRIMARY KEY (import_id, line)
);
