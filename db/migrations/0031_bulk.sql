-- Files of many rows that a job takes in: what was read, what was bad, how it ended.

CREATE TABLE bulk_import (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind            TEXT NOT NULL CHECK (kind IN ('resume', 'taxonomy')),
    topic           TEXT NOT NULL, -- imports of one kind and topic run one after another; '': they need not
    name            TEXT NOT NULL, -- of the file
    options         TEXT NOT NULL, -- JSON
    state           TEXT NOT NULL CHECK (state IN ('importing', 'ready', 'rolled_back', 'failed')),
    message         TEXT,          -- why nothing was imported
    read_count      INT64 NOT NULL DEFAULT 0,
    added_count     INT64 NOT NULL DEFAULT 0,
    known_count     INT64 NOT NULL DEFAULT 0,
    bad_count       INT64 NOT NULL DEFAULT 0,
    job_id          TEXT NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE INDEX bulk_import_organisation ON bulk_import (organisation_id, kind, id);
CREATE UNIQUE INDEX bulk_import_alone ON bulk_import (organisation_id, kind, topic)
 WHERE state = 'importing' AND topic <> '';

-- The file, until the job has ended: whichever server runs it finds it here.
CREATE TABLE bulk_content (
    bulk_id         TEXT PRIMARY KEY REFERENCES bulk_import (id),
    organisation_id TEXT NOT NULL,
    content         BLOB NOT NULL
);

CREATE TABLE bulk_error (
    organisation_id TEXT NOT NULL,
    bulk_id         TEXT NOT NULL REFERENCES bulk_import (id),
    position        INT64 NOT NULL, -- among the bad rows
    file            TEXT NOT NULL,  -- in an archive; else ''
    line            INT64 NOT NULL,
    field           TEXT NOT NULL,
    message         TEXT NOT NULL,
    PRIMARY KEY (bulk_id, position)
);
