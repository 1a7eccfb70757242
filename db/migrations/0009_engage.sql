-- What was agreed with each person on a team: terms as a history that is never rewritten.

-- Fact, but for the state: terms that one side proposed. Once in force they stay as they were; a change is a new row.
CREATE TABLE engagement_terms (
    id               TEXT PRIMARY KEY,
    organisation_id  TEXT NOT NULL REFERENCES organisation (id),
    engagement_id    TEXT NOT NULL REFERENCES engagement (id),
    terms_number     INT64 NOT NULL CHECK (terms_number >= 1),
    state            TEXT NOT NULL CHECK (state IN ('proposed', 'in_force', 'declined', 'withdrawn')),
    side             TEXT NOT NULL CHECK (side IN ('operator', 'person')), -- who proposed them
    source           TEXT NOT NULL, -- the offer, or 'hand'
    currency         TEXT NOT NULL,
    unit_minor       INT64 NOT NULL CHECK (unit_minor >= 0),  -- for an accepted unit
    hour_minor       INT64 NOT NULL CHECK (hour_minor >= 0),  -- for an hour of work
    signing_minor    INT64 NOT NULL CHECK (signing_minor >= 0),
    completion_minor INT64 NOT NULL CHECK (completion_minor >= 0),
    kill_minor       INT64 NOT NULL CHECK (kill_minor >= 0),  -- when the operator ends it early
    notice_days      INT64 NOT NULL CHECK (notice_days BETWEEN 0 AND 365),
    notice_minor     INT64 NOT NULL CHECK (notice_minor >= 0), -- for each day of notice that is not kept
    week_cap_min     INT64 CHECK (week_cap_min BETWEEN 1 AND 10080),
    overtime_after_min INT64 CHECK (overtime_after_min BETWEEN 0 AND 10080),
    overtime_percent INT64 NOT NULL CHECK (overtime_percent BETWEEN 100 AND 400),
    idle_s           INT64 NOT NULL CHECK (idle_s BETWEEN 30 AND 3600),
    task_cap_s       INT64 CHECK (task_cap_s BETWEEN 60 AND 86400),
    ends_at          INT64,
    note             TEXT,
    proposed_by      TEXT NOT NULL,
    proposed_at      INT64 NOT NULL,
    decided_by       TEXT,
    decided_at       INT64,
    since_at         INT64, -- in force from then on, until the next ones are
    CHECK (state <> 'in_force' OR since_at IS NOT NULL)
);
CREATE UNIQUE INDEX engagement_terms_number ON engagement_terms (engagement_id, terms_number);
CREATE INDEX engagement_terms_since ON engagement_terms (engagement_id, since_at);

-- The pay rule of each class of minute under these terms.
CREATE TABLE engagement_rate (
    organisation_id TEXT NOT NULL,
    terms_id        TEXT NOT NULL REFERENCES engagement_terms (id),
    class           TEXT NOT NULL CHECK (class IN ('guidelines', 'training', 'calibration', 'work', 'rework', 'review',
                                                   'waiting', 'meeting', 'skipped', 'abandoned')),
    hour_minor      INT64 NOT NULL CHECK (hour_minor >= 0),
    PRIMARY KEY (terms_id, class)
);

CREATE TABLE engagement_milestone (
    organisation_id TEXT NOT NULL,
    terms_id        TEXT NOT NULL REFERENCES engagement_terms (id),
    position        INT64 NOT NULL,
    title           TEXT NOT NULL,
    amount_minor    INT64 NOT NULL CHECK (amount_minor > 0),
    due_at          INT64,
    PRIMARY KEY (terms_id, position)
);

-- Fact: an engagement began, paused, went on or ended; why, and by whom.
CREATE TABLE engagement_event (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    kind            TEXT NOT NULL CHECK (kind IN ('began', 'paused', 'resumed', 'completed', 'ended_by_operator',
                                                  'ended_by_person')),
    reason_code     TEXT, -- quality: by a decision, which says on which answers it rests
    message         TEXT NOT NULL,
    done_by         TEXT NOT NULL,
    happened_at     INT64 NOT NULL,
    notice_at       INT64 -- an end was announced then
);
CREATE INDEX engagement_event_engagement ON engagement_event (engagement_id, id);

-- Those who were engaged before there were terms keep what they were promised.
INSERT INTO engagement_terms (id, organisation_id, engagement_id, terms_number, state, side, source, currency,
                              unit_minor, hour_minor, signing_minor, completion_minor, kill_minor, notice_days,
                              notice_minor, overtime_percent, idle_s, proposed_by, proposed_at, decided_at, since_at)
SELECT 'ter_' || substr(e.id, 5), e.organisation_id, e.id, 1, 'in_force', 'operator', 'hand', e.currency,
       e.price_minor, 0, 0, 0, 0, 0, 0, 100, 300, e.person_id, e.since_at, e.since_at, e.since_at
  FROM engagement e;
