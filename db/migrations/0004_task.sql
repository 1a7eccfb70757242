-- The work itself: batches of tasks, who holds one, what was answered.
-- Tables of every answer say = … OR = … where others say IN: SQLite makes a table of a list of three, for each row.

CREATE TABLE batch (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    name            TEXT NOT NULL,
    format          TEXT NOT NULL CHECK (format IN ('jsonl', 'json', 'csv')),
    mapping         TEXT NOT NULL,
    on_error        TEXT NOT NULL CHECK (on_error IN ('keep', 'rollback')),
    state           TEXT NOT NULL CHECK (state IN ('importing', 'ready', 'rolled_back', 'failed')),
    content_hash    TEXT NOT NULL,
    line_count      INT64 NOT NULL DEFAULT 0,
    task_count      INT64 NOT NULL DEFAULT 0,
    repeat_count    INT64 NOT NULL DEFAULT 0,
    bad_count       INT64 NOT NULL DEFAULT 0,
    job_id          TEXT,
    spool_path      TEXT NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE INDEX batch_campaign ON batch (campaign_id, id);

CREATE TABLE batch_error (
    organisation_id TEXT NOT NULL,
    batch_id        TEXT NOT NULL REFERENCES batch (id),
    line            INT64 NOT NULL,
    field           TEXT NOT NULL,
    message         TEXT NOT NULL,
    PRIMARY KEY (batch_id, line)
);

CREATE TABLE task (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    batch_id        TEXT NOT NULL REFERENCES batch (id),
    external_id     TEXT,
    payload         TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    created_at      INT64 NOT NULL
);
CREATE UNIQUE INDEX task_content ON task (campaign_id, content_hash);
CREATE INDEX task_external ON task (campaign_id, external_id);

-- Where a task stands. In the order in which pages of a campaign's tasks are read.
CREATE TABLE task_state (
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL REFERENCES task (id),
    organisation_id TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state = 'held' OR state = 'open' OR state = 'full' OR state = 'done' OR state = 'withdrawn'),
    shuffle         INT64 NOT NULL,
    wanted          INT64 NOT NULL, -- answers
    active          INT64 NOT NULL, -- leases that are held
    given           INT64 NOT NULL, -- answers that stand: pending or accepted
    accepted        INT64 NOT NULL,
    PRIMARY KEY (campaign_id, task_id)
) WITHOUT ROWID;
CREATE INDEX task_state_open ON task_state (campaign_id, shuffle) WHERE state = 'open';
CREATE INDEX task_state_page ON task_state (campaign_id, state, task_id);

CREATE TABLE lease (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL REFERENCES task (id),
    submission_id   TEXT, -- what is reviewed; NULL while producing
    stage           TEXT NOT NULL CHECK (stage = 'produce' OR stage = 'review' OR stage = 'appeal'),
    person_id       TEXT NOT NULL REFERENCES person (id),
    state           TEXT NOT NULL CHECK (state = 'held' OR state = 'submitted' OR state = 'skipped' OR state = 'expired'),
    presentation    TEXT NOT NULL,
    taken_at        INT64 NOT NULL,
    expires_at      INT64 NOT NULL,
    ended_at        INT64
) WITHOUT ROWID;
-- The indexes hold what is held alone, so that they stay small however many leases there have been.
CREATE UNIQUE INDEX lease_submission ON lease (submission_id, stage) WHERE state = 'held' AND stage <> 'produce';
CREATE INDEX lease_person ON lease (person_id, stage, campaign_id) WHERE state = 'held';
CREATE INDEX lease_expiry ON lease (expires_at) WHERE state = 'held';

CREATE TABLE draft (
    lease_id        TEXT PRIMARY KEY REFERENCES lease (id),
    organisation_id TEXT NOT NULL,
    answer          TEXT NOT NULL,
    saved_at        INT64 NOT NULL
);

-- Fact: an answer. A returned answer is revised by a new row.
CREATE TABLE submission (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL, -- of the lease, as is the person
    lease_id        TEXT NOT NULL REFERENCES lease (id),
    person_id       TEXT NOT NULL,
    guideline_id    TEXT NOT NULL REFERENCES guideline (id),
    revision        INT64 NOT NULL,
    answer          TEXT NOT NULL,
    presentation    TEXT NOT NULL,
    ai_assist       TEXT NOT NULL CHECK (ai_assist = 'none' OR ai_assist = 'grammar' OR ai_assist = 'declared'),
    active_ms       INT64 NOT NULL,
    submitted_at    INT64 NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX submission_task ON submission (task_id, person_id, revision);
CREATE INDEX submission_person ON submission (person_id, id);
CREATE INDEX submission_campaign ON submission (campaign_id, id);

CREATE TABLE submission_state (
    submission_id   TEXT PRIMARY KEY REFERENCES submission (id),
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL,
    person_id       TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state = 'pending' OR state = 'accepted' OR state = 'returned' OR state = 'rejected' OR state = 'superseded'),
    final_answer    TEXT NOT NULL, -- as submitted, or as the reviewer mended it
    due_at          INT64 NOT NULL
) WITHOUT ROWID;
CREATE INDEX submission_state_queue ON submission_state (campaign_id, due_at, submission_id) WHERE state = 'pending';

CREATE TABLE skip (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    task_id         TEXT NOT NULL REFERENCES task (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    reason_code     TEXT NOT NULL,
    message         TEXT NOT NULL,
    happened_at           INT64 NOT NULL
);
-- Whoever has skipped or answered a task is not handed it again.
CREATE INDEX skip_task ON skip (task_id, person_id);
