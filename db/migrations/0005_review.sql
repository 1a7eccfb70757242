-- Judgement of the work: reviews, appeals and their decisions; money that follows from them.

CREATE TABLE review (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL,
    submission_id   TEXT NOT NULL REFERENCES submission (id),
    lease_id        TEXT NOT NULL REFERENCES lease (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    verdict         TEXT NOT NULL CHECK (verdict IN ('accept', 'fix', 'return', 'reject')),
    answer          TEXT, -- as mended
    clause_code     TEXT,
    reason_code     TEXT,
    message         TEXT,
    span            TEXT,
    decided_at      INT64 NOT NULL,
    CHECK (verdict NOT IN ('return', 'reject')
           OR (clause_code IS NOT NULL AND reason_code IS NOT NULL AND message IS NOT NULL))
);
CREATE UNIQUE INDEX review_lease ON review (lease_id);
CREATE INDEX review_submission ON review (submission_id, id);
CREATE INDEX review_campaign ON review (campaign_id, id);
CREATE INDEX review_person ON review (person_id, id);

CREATE TABLE appeal (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL,
    submission_id   TEXT NOT NULL REFERENCES submission (id),
    review_id       TEXT NOT NULL REFERENCES review (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    reviewer_id     TEXT NOT NULL REFERENCES person (id), -- who must not decide it
    message         TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'upheld', 'overturned')),
    opened_at       INT64 NOT NULL,
    due_at          INT64 NOT NULL,
    decided_by      TEXT,
    decided_at      INT64,
    decision        TEXT
);
CREATE UNIQUE INDEX appeal_review ON appeal (review_id);
CREATE INDEX appeal_queue ON appeal (campaign_id, state, due_at, id);
CREATE INDEX appeal_submission ON appeal (submission_id, id);

-- Double entry: one amount leaves an account and reaches another, for one stated reason.
CREATE TABLE entry (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    debit_account   TEXT NOT NULL,
    credit_account  TEXT NOT NULL,
    amount_minor    INT64 NOT NULL CHECK (amount_minor > 0),
    currency        TEXT NOT NULL,
    pays_kind       TEXT NOT NULL CHECK (pays_kind IN ('unit', 'reversal')),
    pays_id         TEXT NOT NULL,
    person_id       TEXT NOT NULL,
    happened_at           INT64 NOT NULL
);
CREATE INDEX entry_campaign ON entry (campaign_id, id);
CREATE INDEX entry_person ON entry (person_id, id);
CREATE INDEX entry_pays ON entry (pays_id, id);
