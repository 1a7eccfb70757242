-- Long work beside the requests: what was asked for, who runs it, how far it is.

CREATE TABLE job (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT REFERENCES organisation (id), -- whose rows it works on; NULL: the house's
    kind            TEXT NOT NULL,
    arguments       TEXT NOT NULL, -- JSON
    unique_mark     TEXT,
    rest            INT64 NOT NULL DEFAULT 0, -- waits so many times as long as the one before it ran
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    due_us          INT64 NOT NULL, -- waiting: may start from then; running: its lease ends then
    lease_id        TEXT,
    attempt         INT64 NOT NULL DEFAULT 0 CHECK (attempt >= 0), -- how often it was started
    done_count      INT64 NOT NULL DEFAULT 0 CHECK (done_count >= 0),
    total_count     INT64 NOT NULL DEFAULT 0 CHECK (total_count >= 0), -- zero: not known yet
    result          TEXT, -- JSON
    fault_text      TEXT,
    created_us      INT64 NOT NULL,
    request_id      TEXT, -- of the request that asked for it
    started_us      INT64, -- the last time
    ended_us        INT64
);
CREATE INDEX job_due ON job (due_us, id) WHERE state IN ('waiting', 'running');
CREATE INDEX job_mark ON job (kind, unique_mark) WHERE state = 'waiting';
CREATE INDEX job_running ON job (kind, unique_mark) WHERE state = 'running';
CREATE INDEX job_run ON job (kind, unique_mark, started_us) WHERE state = 'done';
CREATE INDEX job_organisation ON job (organisation_id, id);

-- Fact: what happened to a job.
CREATE TABLE job_event (
    id     TEXT PRIMARY KEY,
    job_id TEXT NOT NULL REFERENCES job (id),
    kind   TEXT NOT NULL CHECK (kind IN ('requested', 'started', 'retried', 'done', 'failed', 'cancelled')),
    detail TEXT,
    at_us  INT64 NOT NULL
);
CREATE INDEX job_event_job ON job_event (job_id, at_us, id);
