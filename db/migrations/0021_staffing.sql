-- Staffing beyond single seats: limits of a match, conflicts that came up later, calibrations that are asked for anew.

-- What a campaign's team may be paid: by the week, or in all until the campaign's deadline.
CREATE TABLE match_budget (
    campaign_id     TEXT PRIMARY KEY REFERENCES campaign (id),
    organisation_id TEXT NOT NULL,
    week_minor      INT64 CHECK (week_minor >= 0),
    whole_minor     INT64 CHECK (whole_minor >= 0),
    currency        TEXT NOT NULL,
    set_by          TEXT NOT NULL,
    set_at          INT64 NOT NULL, -- the whole counts from then
    CHECK ((week_minor IS NULL) <> (whole_minor IS NULL))
);

-- Fact: a limit that a run kept, and what became of it.
CREATE TABLE match_limit (
    organisation_id TEXT NOT NULL, -- the client; of floors and a cap, the operator
    run_id          TEXT NOT NULL REFERENCES match_run (id),
    position        INT64 NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('budget', 'bound', 'floor', 'cap', 'once')),
    campaign_id     TEXT,
    requirement_id  TEXT,
    person_id       TEXT,
    words           TEXT NOT NULL, -- "at least 2 from DE"
    given           INT64 NOT NULL, -- seats; of a budget, money a week
    lacking         INT64 NOT NULL, -- seats to its least
    does_bind       INT64 NOT NULL CHECK (does_bind IN (0, 1)),
    worth           FLOAT64 NOT NULL, -- about what one unit less strict would add to the score
    PRIMARY KEY (run_id, position)
);
CREATE INDEX match_limit_campaign ON match_limit (campaign_id, run_id);

-- Work to do: somebody who is engaged changed what their profile declares, and walls have to be looked at again.
CREATE TABLE expert_declaration (
    person_id       TEXT PRIMARY KEY REFERENCES person (id),
    organisation_id TEXT NOT NULL, -- the operator that keeps the profile
    declared_at     INT64 NOT NULL
);

-- A wall that came up between an engaged person and their campaign. A person decides what follows.
CREATE TABLE conflict (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    kind            TEXT NOT NULL,
    words           TEXT NOT NULL, -- which wall, since when and why
    did_pause       INT64 NOT NULL CHECK (did_pause IN (0, 1)), -- the engagement was active until then
    state           TEXT NOT NULL CHECK (state IN ('open', 'kept', 'ended')),
    raised_at       INT64 NOT NULL,
    decided_by      TEXT,
    decided_at      INT64,
    reason          TEXT
);
CREATE UNIQUE INDEX conflict_engagement ON conflict (engagement_id, words);
CREATE INDEX conflict_campaign ON conflict (campaign_id, state, id);

-- Fact: an engaged person has to pass the calibration before the queue opens (again). The attempts made before do not
-- count.
CREATE TABLE calibration_call (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    cause           TEXT NOT NULL CHECK (cause IN ('guideline', 'hand')),
    reason          TEXT NOT NULL,
    tries_before    INT64 NOT NULL,
    grants_before   INT64 NOT NULL,
    did_pause       INT64 NOT NULL CHECK (did_pause IN (0, 1)),
    called_by       TEXT NOT NULL,
    called_at       INT64 NOT NULL,
    passed_at       INT64
);
CREATE INDEX calibration_call_engagement ON calibration_call (engagement_id, id);
