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
    until_day       INT64 NOT NULL, -- the last one since 1970; 0: open
    PRIMARY KEY (organisation_id, name_number, person_id)
);
CREATE INDEX expert_tag_person ON expert_tag (organisation_id, person_id);

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

-- What a campaign asks for: so many seats for experts of one kind.
CREATE TABLE requirement (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    name            TEXT NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'closed')),
    seats           INT64 NOT NULL CHECK (seats BETWEEN 1 AND 10000),
    version_number  INT64 NOT NULL,
    demand          TEXT NOT NULL, -- skills, hours, rate and so on, as JSON
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL
);
CREATE UNIQUE INDEX requirement_name ON requirement (campaign_id, name);

-- Whom a client's campaigns must not meet, beyond single people: who works for a rival's campaigns, whom a company
-- employs or holds to confidence, who is on the team of another campaign.
CREATE TABLE wall_rule (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    campaign_id     TEXT, -- none: all campaigns of the client
    kind            TEXT NOT NULL CHECK (kind IN ('rival', 'employer', 'team', 'person')),
    subject         TEXT NOT NULL, -- an organisation, a company's name, a campaign, a person
    subject_key     TEXT, -- of a company or rival: its name as names are compared
    reason          TEXT NOT NULL,
    set_by          TEXT NOT NULL,
    set_at          INT64 NOT NULL,
    until_at        INT64,
    lifted_at       INT64
);
CREATE INDEX wall_rule_organisation ON wall_rule (organisation_id, id);
CREATE INDEX wall_rule_subject ON wall_rule (subject, kind);

-- Fact: a match over all open requirements that somebody may reach, with everything to compute it again.
CREATE TABLE match_run (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the operator
    pool_version    INT64 NOT NULL,
    run_day         INT64 NOT NULL, -- days since 1970: windows and expiries count from it
    seed            INT64 NOT NULL,
    options         TEXT NOT NULL,
    engine_version  TEXT NOT NULL,
    input           TEXT NOT NULL, -- requirements, walls and teams as they were, as JSON
    input_hash      TEXT NOT NULL,
    instance        BLOB NOT NULL, -- who stood on the slates
    result_hash     TEXT NOT NULL, -- of seats and prices
    expert_count    INT64 NOT NULL,
    wanted_count    INT64 NOT NULL,
    filled_count    INT64 NOT NULL,
    total_score     FLOAT64 NOT NULL,
    free_score      FLOAT64 NOT NULL, -- of the best team without limits
    is_optimal      INT64 NOT NULL CHECK (is_optimal IN (0, 1)),
    gap             INT64 NOT NULL,
    requested_by    TEXT NOT NULL,
    created_at      INT64 NOT NULL
);
CREATE INDEX match_run_organisation ON match_run (organisation_id, id);

-- Fact: one requirement in a run.
CREATE TABLE match_ask (
    organisation_id TEXT NOT NULL, -- the client
    run_id          TEXT NOT NULL REFERENCES match_run (id),
    position        INT64 NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    requirement_id  TEXT NOT NULL REFERENCES requirement (id),
    requirement_version INT64 NOT NULL,
    wanted_count    INT64 NOT NULL,
    filled_count    INT64 NOT NULL,
    eligible_count  INT64 NOT NULL,
    considered_count INT64 NOT NULL,
    price           INT64 NOT NULL, -- the dual, in millionths of a score
    relaxed         TEXT NOT NULL,  -- which check shuts out how many by itself, as JSON
    PRIMARY KEY (run_id, position)
);
CREATE INDEX match_ask_requirement ON match_ask (requirement_id, run_id);
CREATE INDEX match_ask_campaign ON match_ask (campaign_id, run_id);

-- An expert for a seat. The run says why; an operator decides.
CREATE TABLE proposal (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL REFERENCES match_run (id),
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    requirement_id  TEXT NOT NULL REFERENCES requirement (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    origin          TEXT NOT NULL CHECK (origin IN ('match', 'override', 'repair')),
    state           TEXT NOT NULL CHECK (state IN ('proposed', 'accepted', 'rejected', 'superseded')),
    match_score     FLOAT64 NOT NULL,
    score_parts     TEXT NOT NULL,
    runner_up_id    TEXT,
    runner_up_score FLOAT64,
    bound           TEXT NOT NULL, -- the check of the requirement that shut out most by itself
    limited_by      TEXT,          -- the limit without which somebody else would sit here
    chance          FLOAT64,       -- with which the seat was drawn
    reason          TEXT,
    decided_by      TEXT,
    decided_at      INT64,
    created_at      INT64 NOT NULL
);
CREATE INDEX proposal_campaign ON proposal (campaign_id, state, id);
CREATE INDEX proposal_requirement ON proposal (requirement_id, state, person_id);
CREATE INDEX proposal_run ON proposal (run_id, id);

-- An offer of terms to an expert for a seat.
CREATE TABLE offer (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    requirement_id  TEXT NOT NULL REFERENCES requirement (id),
    proposal_id     TEXT NOT NULL REFERENCES proposal (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    state           TEXT NOT NULL CHECK (state IN ('open', 'countered', 'accepted', 'engaged', 'declined', 'withdrawn',
                                                   'expired', 'undone', 'dropped')),
    offer_terms     TEXT NOT NULL, -- as JSON
    guideline_hash  TEXT,
    rate_before     INT64, -- what was agreed last under the same guideline
    cut_percent     FLOAT64,
    counter_terms   TEXT,
    counter_message TEXT,
    answer_by       INT64 NOT NULL,
    undo_until      INT64,
    engagement_id   TEXT,
    created_at      INT64 NOT NULL,
    created_by      TEXT NOT NULL,
    changed_at      INT64 NOT NULL
);
CREATE INDEX offer_person ON offer (person_id, state, id);
CREATE INDEX offer_campaign ON offer (campaign_id, id);
CREATE INDEX offer_requirement ON offer (requirement_id, state);
CREATE UNIQUE INDEX offer_proposal ON offer (proposal_id);
CREATE INDEX offer_due ON offer (state, answer_by);

-- Fact: what happened to an offer.
CREATE TABLE offer_event (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    offer_id        TEXT NOT NULL REFERENCES offer (id),
    kind            TEXT NOT NULL,
    detail          TEXT NOT NULL,
    done_by         TEXT,
    happened_at     INT64 NOT NULL
);
CREATE INDEX offer_event_offer ON offer_event (offer_id, id);

-- What stands between an accepted offer and the queue.
CREATE TABLE offer_step (
    organisation_id TEXT NOT NULL,
    offer_id        TEXT NOT NULL REFERENCES offer (id),
    step_name       TEXT NOT NULL CHECK (step_name IN ('agreement', 'conflict', 'confidentiality', 'guideline', 'calibration')),
    position        INT64 NOT NULL,
    done_at         INT64,
    signed_name     TEXT, -- who signed, as they wrote it
    content_hash    TEXT, -- of what was signed or read
    PRIMARY KEY (offer_id, step_name)
);
