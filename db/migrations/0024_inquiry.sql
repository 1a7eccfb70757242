-- Inquiries: what a model server is asked on somebody's behalf, what it answered, and what that cost.

CREATE TABLE inquiry (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind            TEXT NOT NULL, -- of its jobs
    subject_id      TEXT NOT NULL, -- what it is about: a rubric, a suite
    model           TEXT NOT NULL,
    options         TEXT NOT NULL, -- JSON, as its kind reads them
    budget          FLOAT64 NOT NULL CHECK (budget >= 0), -- minor units; zero: unbounded
    job_id          TEXT NOT NULL REFERENCES job (id), -- the last that works on it
    outcome         TEXT CHECK (outcome IN ('done', 'stopped')), -- what its last job came to; NULL: nothing yet
    note            TEXT NOT NULL, -- why it stopped
    started_at      INT64 NOT NULL,
    started_by      TEXT NOT NULL
);
CREATE INDEX inquiry_subject ON inquiry (subject_id, id);

-- Fact: a call that was sent. The same call is answered from here and not paid again.
CREATE TABLE inquiry_call (
    organisation_id TEXT NOT NULL,
    inquiry_id      TEXT NOT NULL REFERENCES inquiry (id),
    call_hash       TEXT NOT NULL, -- of everything that decides the answer
    answer          TEXT, -- JSON; NULL: none came
    spend           FLOAT64 NOT NULL, -- minor units
    called_at       INT64 NOT NULL,
    PRIMARY KEY (inquiry_id, call_hash)
);
CREATE INDEX inquiry_call_hash ON inquiry_call (organisation_id, call_hash) WHERE answer IS NOT NULL;
CREATE INDEX inquiry_call_day ON inquiry_call (organisation_id, called_at);
