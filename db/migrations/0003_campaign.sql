-- What a client needs: campaigns, the guidelines they are worked under, who may and who must not.

CREATE TABLE campaign (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    name            TEXT NOT NULL,
    domain          TEXT NOT NULL,
    task_type       TEXT NOT NULL,
    parameters      TEXT NOT NULL, -- of the task type, as JSON
    state           TEXT NOT NULL CHECK (state IN ('draft', 'open', 'paused', 'closed')),
    redundancy      INT64 NOT NULL CHECK (redundancy BETWEEN 1 AND 25),
    review_layers   INT64 NOT NULL CHECK (review_layers BETWEEN 0 AND 1),
    price_minor     INT64 NOT NULL CHECK (price_minor >= 0),
    currency        TEXT NOT NULL,
    budget_minor    INT64,
    deadline_at     INT64,
    lease_s         INT64 NOT NULL CHECK (lease_s BETWEEN 60 AND 86400),
    guideline_id    TEXT,
    open_epoch      INT64 NOT NULL DEFAULT 0, -- grows whenever tasks become open again
    version_number  INT64 NOT NULL DEFAULT 1,
    is_sample       INT64 NOT NULL DEFAULT 0 CHECK (is_sample IN (0, 1)),
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX campaign_organisation ON campaign (organisation_id, id);
CREATE UNIQUE INDEX campaign_name ON campaign (organisation_id, name);
CREATE INDEX campaign_state ON campaign (state, id);

CREATE TABLE guideline (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    guideline_number INT64 NOT NULL,
    body            TEXT NOT NULL,
    content_hash    TEXT NOT NULL,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX guideline_campaign ON guideline (campaign_id, guideline_number);

CREATE TABLE guideline_clause (
    organisation_id TEXT NOT NULL,
    guideline_id    TEXT NOT NULL REFERENCES guideline (id),
    position        INT64 NOT NULL,
    code            TEXT NOT NULL,
    title           TEXT NOT NULL,
    body            TEXT NOT NULL,
    PRIMARY KEY (guideline_id, position)
);
CREATE UNIQUE INDEX guideline_clause_code ON guideline_clause (guideline_id, code);

-- A person, or everybody who belongs to a rival, is kept away from a campaign.
CREATE TABLE wall (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    reason          TEXT NOT NULL,
    set_by          TEXT NOT NULL,
    set_at          INT64 NOT NULL,
    until_at        INT64,
    lifted_at       INT64
);
CREATE INDEX wall_campaign ON wall (campaign_id, person_id, id);

CREATE TABLE engagement (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    duty            TEXT NOT NULL CHECK (duty IN ('expert', 'reviewer')),
    state           TEXT NOT NULL CHECK (state IN ('active', 'paused', 'ended')),
    pseudonym       TEXT NOT NULL,
    price_minor     INT64 NOT NULL,
    currency        TEXT NOT NULL,
    reason          TEXT,
    since_at        INT64 NOT NULL,
    changed_at      INT64 NOT NULL,
    claim_shuffle   INT64 NOT NULL, -- where this person's walk through the open tasks stands
    claim_laps      INT64 NOT NULL DEFAULT 0,
    dry_epoch       INT64 NOT NULL DEFAULT -1 -- the campaign's epoch when nothing was left to claim
);
CREATE UNIQUE INDEX engagement_person ON engagement (campaign_id, person_id, duty);
CREATE INDEX engagement_of_person ON engagement (person_id, state, campaign_id);
CREATE UNIQUE INDEX engagement_pseudonym ON engagement (campaign_id, pseudonym);

-- Counts that hot paths need, spread over shards so that writers seldom meet.
CREATE TABLE campaign_counter (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    counter         TEXT NOT NULL,
    shard           INT64 NOT NULL,
    amount          INT64 NOT NULL,
    PRIMARY KEY (campaign_id, counter, shard)
) WITHOUT ROWID;

-- The same by day of work (days since 1970), for progress and forecasts.
CREATE TABLE campaign_day (
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL,
    day             INT64 NOT NULL,
    counter         TEXT NOT NULL,
    shard           INT64 NOT NULL,
    amount          INT64 NOT NULL,
    PRIMARY KEY (campaign_id, day, counter, shard)
) WITHOUT ROWID;
