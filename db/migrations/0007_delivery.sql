-- Immutable packages of rows. Their bytes are kept here, so that a backup holds them too.

CREATE TABLE delivery (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    number          INT64 NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('making', 'ready', 'failed')),
    formats         TEXT NOT NULL,
    row_count       INT64 NOT NULL,
    manifest_hash   TEXT,
    signature       TEXT,
    signer_key      TEXT,
    message         TEXT,
    job_id          TEXT,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX delivery_number ON delivery (campaign_id, number);

CREATE TABLE delivery_row (
    organisation_id TEXT NOT NULL,
    delivery_id     TEXT NOT NULL REFERENCES delivery (id),
    task_id         TEXT NOT NULL,
    row_hash        TEXT NOT NULL,
    PRIMARY KEY (delivery_id, task_id)
);

CREATE TABLE delivery_file (
    organisation_id TEXT NOT NULL,
    delivery_id     TEXT NOT NULL REFERENCES delivery (id),
    path            TEXT NOT NULL,
    sha256          TEXT NOT NULL,
    size_bytes      INT64 NOT NULL,
    row_count       INT64 NOT NULL,
    PRIMARY KEY (delivery_id, path)
);

CREATE TABLE delivery_chunk (
    organisation_id TEXT NOT NULL,
    delivery_id     TEXT NOT NULL REFERENCES delivery (id),
    path            TEXT NOT NULL,
    number          INT64 NOT NULL,
    content         BLOB NOT NULL,
    PRIMARY KEY (delivery_id, path, number)
);

CREATE TABLE download_link (
    token_hash      TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    delivery_id     TEXT NOT NULL REFERENCES delivery (id),
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL,
    expires_at      INT64 NOT NULL
);
CREATE INDEX download_link_delivery ON download_link (delivery_id, created_at);
