-- What is owed beside units and minutes: milestones, bonuses, what an end costs, referrals.

-- Fact, but for the state: one reason for which a person is owed a fixed amount. Its entry is posted by a job, once.
CREATE TABLE award (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the client whose work it is, or the operator
    campaign_id     TEXT,
    engagement_id   TEXT,
    person_id       TEXT NOT NULL REFERENCES person (id),
    kind            TEXT NOT NULL CHECK (kind IN ('signing', 'completion', 'milestone', 'bonus', 'kill', 'notice', 'referral')),
    cause_id        TEXT NOT NULL, -- the event, the milestone, the week of a referral: each is owed for once
    currency        TEXT NOT NULL,
    amount_minor    INT64 NOT NULL CHECK (amount_minor <> 0),
    is_charged      INT64 NOT NULL CHECK (is_charged IN (0, 1)), -- to the client
    reason          TEXT NOT NULL,
    made_by         TEXT, -- NULL: it follows from the terms
    made_at         INT64 NOT NULL,
    due_at          INT64 NOT NULL, -- its entry is made from then on
    state           TEXT NOT NULL CHECK (state IN ('due', 'held', 'posted', 'undone')),
    trouble         TEXT, -- why there is no entry yet
    decided_by      TEXT,
    decided_at      INT64,
    decision        TEXT
);
CREATE UNIQUE INDEX award_cause ON award (kind, cause_id);
CREATE INDEX award_due ON award (due_at, id) WHERE state = 'due';
CREATE INDEX award_troubled ON award (id) WHERE trouble IS NOT NULL;
CREATE INDEX award_person ON award (person_id, id);
CREATE INDEX award_engagement ON award (engagement_id, id);

-- State: this event of an engagement was looked at; what it owes stands in awards.
CREATE TABLE award_event (
    event_id        TEXT PRIMARY KEY REFERENCES engagement_event (id),
    organisation_id TEXT NOT NULL,
    happened_at     INT64 NOT NULL
);
CREATE INDEX award_event_happened ON award_event (happened_at);
CREATE INDEX engagement_event_happened ON engagement_event (happened_at, id);

-- Fact: what a referral pays from a moment on. A link keeps the promise of the moment in which it was made.
CREATE TABLE referral_terms (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the operator
    currency        TEXT NOT NULL,
    share_points    INT64 NOT NULL CHECK (share_points BETWEEN 0 AND 5000), -- 0: links pay nothing from then on
    cap_minor       INT64 NOT NULL CHECK (cap_minor > 0),
    earn_days       INT64 NOT NULL CHECK (earn_days BETWEEN 1 AND 1830), -- how long each referral counts
    set_by          TEXT NOT NULL,
    since_at        INT64 NOT NULL
);
CREATE UNIQUE INDEX referral_terms_since ON referral_terms (organisation_id, since_at);

-- Fact, but for its end: who brought whom, and what that pays. Everybody is brought by one person at most.
CREATE TABLE referral (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the operator
    person_id       TEXT NOT NULL REFERENCES person (id),
    referrer_id     TEXT NOT NULL REFERENCES person (id),
    share_points    INT64 NOT NULL CHECK (share_points BETWEEN 1 AND 5000), -- hundredths of a percent of what is earned
    cap_minor       INT64 NOT NULL CHECK (cap_minor > 0), -- in all
    currency        TEXT NOT NULL,
    source          TEXT NOT NULL, -- how that is known
    link_id         TEXT, -- by which they signed up; NULL: recorded by hand
    since_at        INT64 NOT NULL,
    until_at        INT64 NOT NULL, -- what is earned later does not count
    counted_until   INT64 NOT NULL, -- weeks before it are posted
    recorded_by     TEXT, -- NULL: it follows from the link
    recorded_at     INT64 NOT NULL,
    ended_by        TEXT,
    end_reason      TEXT,
    CHECK (person_id <> referrer_id),
    CHECK (since_at <= until_at)
);
CREATE UNIQUE INDEX referral_person ON referral (person_id);
CREATE INDEX referral_referrer ON referral (referrer_id, id);
CREATE INDEX referral_organisation ON referral (organisation_id, id);
CREATE INDEX referral_counted ON referral (counted_until, id);

-- More minutes in one week than the terms allow: asked for by the person, decided by the operator.
CREATE TABLE week_extension (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    person_id       TEXT NOT NULL,
    week_day        INT64 NOT NULL, -- its Monday, days since 1970
    extra_min       INT64 NOT NULL CHECK (extra_min BETWEEN 1 AND 10080),
    reason          TEXT NOT NULL,
    asked_at        INT64 NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined')),
    decided_by      TEXT,
    decided_at      INT64,
    decision        TEXT
);
CREATE INDEX week_extension_engagement ON week_extension (engagement_id, week_day);
CREATE UNIQUE INDEX week_extension_open ON week_extension (engagement_id, week_day) WHERE state = 'open';

-- State: somebody was told that so much of a budget is used up; once for each step of each budget.
CREATE TABLE budget_notice (
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    organisation_id TEXT NOT NULL,
    budget_minor    INT64 NOT NULL,
    step_percent    INT64 NOT NULL,
    told_at         INT64 NOT NULL,
    PRIMARY KEY (campaign_id, budget_minor, step_percent)
);

-- Derived: what the postings of costs, revenue and the bank sum to by day (days since 1970, UTC), over shards.
CREATE TABLE account_day (
    account         TEXT NOT NULL,
    currency        TEXT NOT NULL,
    day             INT64 NOT NULL,
    shard           INT64 NOT NULL,
    organisation_id TEXT NOT NULL,
    amount_minor    INT64 NOT NULL,
    PRIMARY KEY (account, currency, organisation_id, day, shard)
) WITHOUT ROWID;

INSERT INTO account_day (account, currency, day, shard, organisation_id, amount_minor)
SELECT p.account, p.currency, e.happened_at / 86400000000, 0, p.organisation_id, CAST(SUM(p.amount_minor) AS INT64)
  FROM posting p
  JOIN entry e ON e.id = p.entry_id
 WHERE p.account LIKE 'expenses:%' OR p.account LIKE 'income:%' OR p.account = 'assets:bank'
 GROUP BY p.account, p.currency, e.happened_at / 86400000000, p.organisation_id;

-- Derived: what each person on a campaign was paid for the time they worked, of the last four weeks.
CREATE TABLE pay_sample (
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    domain          TEXT NOT NULL,
    currency        TEXT NOT NULL,
    paid_minor      INT64 NOT NULL,
    worked_us       INT64 NOT NULL,
    PRIMARY KEY (campaign_id, person_id)
) WITHOUT ROWID;
CREATE INDEX pay_sample_domain ON pay_sample (domain, currency, person_id);

-- State: when a campaign's samples were taken.
CREATE TABLE pay_sampling (
    campaign_id     TEXT PRIMARY KEY REFERENCES campaign (id),
    organisation_id TEXT NOT NULL,
    sampled_at      INT64 NOT NULL
);
