-- Double entry: entries are never changed; what was wrong is undone by a later one that names it.

ALTER TABLE entry RENAME TO entry_before;
DROP INDEX entry_campaign;
DROP INDEX entry_person;
DROP INDEX entry_pays;

CREATE TABLE entry (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id), -- the client whose work it is, or the operator
    campaign_id     TEXT,
    person_id       TEXT, -- whose pay it changes
    currency        TEXT NOT NULL,
    kind            TEXT NOT NULL, -- why: unit, minutes, bonus, payout …
    pays_id         TEXT NOT NULL, -- what
    corrects_id     TEXT REFERENCES entry (id),
    person_minor    INT64 NOT NULL, -- what the person is owed more by it
    client_minor    INT64 NOT NULL, -- what the client owes more by it
    note            TEXT,
    posted_by       TEXT, -- NULL: a job
    happened_at     INT64 NOT NULL -- the moment that it counts for
);
CREATE UNIQUE INDEX entry_corrects ON entry (corrects_id);
CREATE INDEX entry_campaign ON entry (campaign_id, id);
CREATE INDEX entry_person ON entry (person_id, happened_at, id);
CREATE INDEX entry_organisation ON entry (organisation_id, id);

CREATE TABLE posting (
    entry_id        TEXT NOT NULL REFERENCES entry (id),
    position        INT64 NOT NULL,
    organisation_id TEXT NOT NULL,
    account         TEXT NOT NULL,
    currency        TEXT NOT NULL,
    amount_minor    INT64 NOT NULL CHECK (amount_minor <> 0), -- a debit is positive
    PRIMARY KEY (entry_id, position)
) WITHOUT ROWID;
CREATE INDEX posting_account ON posting (account, currency, entry_id);

-- State: the one entry that pays a thing now. Whoever finds it taken pays nothing.
CREATE TABLE paid (
    kind            TEXT NOT NULL,
    pays_id         TEXT NOT NULL,
    organisation_id TEXT NOT NULL,
    entry_id        TEXT NOT NULL,
    PRIMARY KEY (kind, pays_id)
) WITHOUT ROWID;

-- Derived: what the postings of an account sum to, spread over shards so that writers seldom meet.
CREATE TABLE account_balance (
    account         TEXT NOT NULL,
    currency        TEXT NOT NULL,
    shard           INT64 NOT NULL,
    organisation_id TEXT NOT NULL,
    amount_minor    INT64 NOT NULL,
    PRIMARY KEY (account, currency, organisation_id, shard)
) WITHOUT ROWID;
CREATE INDEX account_balance_organisation ON account_balance (organisation_id, account);

INSERT INTO entry (id, organisation_id, campaign_id, person_id, currency, kind, pays_id, corrects_id, person_minor,
                   client_minor, happened_at)
SELECT e.id, e.organisation_id, e.campaign_id, e.person_id, e.currency, 'unit', e.pays_id,
       CASE WHEN e.pays_kind = 'reversal'
            THEN (SELECT MAX(b.id) FROM entry_before b
                   WHERE b.pays_id = e.pays_id AND b.pays_kind = 'unit' AND b.id < e.id) END,
       CASE WHEN e.pays_kind = 'unit' THEN e.amount_minor ELSE -e.amount_minor END,
       CASE WHEN e.pays_kind = 'unit' THEN e.amount_minor ELSE -e.amount_minor END, e.happened_at
  FROM entry_before e
 ORDER BY e.id;
INSERT INTO posting (entry_id, position, organisation_id, account, currency, amount_minor)
SELECT id, 1, organisation_id, 'expenses:cost:' || campaign_id, currency, person_minor FROM entry
UNION ALL
SELECT id, 2, organisation_id, 'liabilities:payable:' || person_id, currency, -person_minor FROM entry
UNION ALL
SELECT id, 3, organisation_id, 'assets:unbilled:' || organisation_id || ':' || campaign_id, currency, client_minor FROM entry
UNION ALL
SELECT id, 4, organisation_id, 'income:revenue:' || campaign_id, currency, -client_minor FROM entry;
INSERT INTO paid (kind, pays_id, organisation_id, entry_id)
SELECT 'unit', e.pays_id, e.organisation_id, e.id
  FROM entry e
 WHERE e.corrects_id IS NULL
   AND NOT EXISTS (SELECT 1 FROM entry c WHERE c.corrects_id = e.id);
INSERT INTO account_balance (account, currency, shard, organisation_id, amount_minor)
SELECT account, currency, 0, organisation_id, CAST(SUM(amount_minor) AS INT64)
  FROM posting
 GROUP BY account, currency, organisation_id;
DROP TABLE entry_before;

-- Fact: what lies before a moment is closed. What was wrong then is undone by an entry of today.
CREATE TABLE ledger_period (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    until_at        INT64 NOT NULL,
    closed_by       TEXT NOT NULL,
    closed_at       INT64 NOT NULL
);
CREATE UNIQUE INDEX ledger_period_until ON ledger_period (until_at);

-- Fact: what a unit of one currency was worth in another, who says so, and when.
CREATE TABLE exchange_rate (
    id              TEXT PRIMARY KEY,
    from_currency   TEXT NOT NULL,
    to_currency     TEXT NOT NULL,
    rate_nano       INT64 NOT NULL CHECK (rate_nano > 0), -- times 10^9
    source          TEXT NOT NULL,
    quoted_at       INT64 NOT NULL,
    recorded_by     TEXT NOT NULL,
    recorded_at     INT64 NOT NULL,
    CHECK (from_currency <> to_currency)
);
CREATE UNIQUE INDEX exchange_rate_pair ON exchange_rate (from_currency, to_currency, quoted_at);

-- Fact: what a client is charged for a campaign from a moment on. Without one: what the work costs.
CREATE TABLE charge_rule (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    unit_minor      INT64 CHECK (unit_minor >= 0), -- for an accepted unit; NULL: cost and markup
    markup_points   INT64 NOT NULL CHECK (markup_points BETWEEN 0 AND 100000), -- hundredths of a percent of the cost
    discloses_share INT64 NOT NULL CHECK (discloses_share IN (0, 1)),
    since_at        INT64 NOT NULL,
    set_by          TEXT NOT NULL
);
CREATE UNIQUE INDEX charge_rule_campaign ON charge_rule (campaign_id, since_at);

-- Where and how a person is paid.
CREATE TABLE pay_profile (
    person_id       TEXT PRIMARY KEY REFERENCES person (id),
    zone            TEXT NOT NULL, -- pay weeks begin on Monday there
    tax_form        TEXT NOT NULL CHECK (tax_form IN ('none', 'w9', 'w8ben', 'w8bene', 'self_certified')),
    tax_form_until  INT64, -- the form itself is never kept here
    changed_at      INT64 NOT NULL
);

-- When an operator pays: every so many weeks from a first day on, what was owed when an earlier day began there.
CREATE TABLE pay_days (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    zone            TEXT NOT NULL,
    first_day       INT64 NOT NULL, -- days since 1970
    every_weeks     INT64 NOT NULL CHECK (every_weeks BETWEEN 1 AND 4),
    cut_days        INT64 NOT NULL CHECK (cut_days BETWEEN 0 AND 28), -- before each pay day
    changed_at      INT64 NOT NULL
);

-- Fact: something happened while a person worked; what it was about, never what it said. Chained by hash.
CREATE TABLE work_event (
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    sequence        INT64 NOT NULL,
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL,
    lease_id        TEXT, -- NULL: not about a task
    class           TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('opened', 'focus', 'edit', 'pause', 'submit')),
    tab             TEXT NOT NULL,
    happened_at     INT64 NOT NULL, -- on the server's clock
    received_at     INT64 NOT NULL,
    clock_jumped    INT64 NOT NULL CHECK (clock_jumped IN (0, 1)),
    hash            TEXT NOT NULL,
    PRIMARY KEY (engagement_id, sequence)
) WITHOUT ROWID;
CREATE INDEX work_event_person ON work_event (person_id, happened_at);

-- Fact: more time for a task than the terms allow at first.
CREATE TABLE time_extension (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    lease_id        TEXT NOT NULL REFERENCES lease (id),
    seconds         INT64 NOT NULL CHECK (seconds > 0),
    reason          TEXT NOT NULL,
    asked_at        INT64 NOT NULL
);
CREATE INDEX time_extension_engagement ON time_extension (engagement_id, lease_id);

-- Minutes that somebody adds or takes away, by name, with a reason; a person decides.
CREATE TABLE time_change (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    engagement_id   TEXT NOT NULL REFERENCES engagement (id),
    person_id       TEXT NOT NULL,
    kind            TEXT NOT NULL CHECK (kind IN ('add', 'remove')),
    class           TEXT NOT NULL,
    from_at         INT64 NOT NULL,
    to_at           INT64 NOT NULL CHECK (to_at > from_at),
    reason          TEXT NOT NULL,
    reason_code     TEXT NOT NULL,
    asked_by        TEXT NOT NULL,
    asked_at        INT64 NOT NULL,
    state           TEXT NOT NULL CHECK (state IN ('open', 'approved', 'declined', 'appealed', 'upheld', 'overturned')),
    counts          INT64 NOT NULL CHECK (counts IN (0, 1)), -- whether the minutes are added, or taken away, now
    decided_by      TEXT,
    decided_at      INT64,
    decision        TEXT,
    appeal          TEXT,
    settled_by      TEXT,
    settled_at      INT64,
    settlement      TEXT
);
CREATE INDEX time_change_engagement ON time_change (engagement_id, from_at);
CREATE INDEX time_change_person ON time_change (person_id, from_at);

-- Where a person's money goes. A changed account waits, and needs a second look.
CREATE TABLE payout_account (
    id              TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL REFERENCES person (id),
    kind            TEXT NOT NULL CHECK (kind IN ('iban', 'us')),
    holder          TEXT NOT NULL,
    account_number  TEXT NOT NULL, -- the IBAN, or the number beside a routing number
    bank_code       TEXT NOT NULL, -- the BIC, or the routing number
    state           TEXT NOT NULL CHECK (state IN ('waiting', 'active', 'refused', 'replaced')),
    made_at         INT64 NOT NULL,
    made_by         TEXT NOT NULL,
    usable_at       INT64 NOT NULL, -- not before then, even when it was looked at
    looked_by       TEXT,
    looked_at       INT64
);
CREATE INDEX payout_account_person ON payout_account (person_id, id);
CREATE INDEX payout_account_state ON payout_account (state, id);

CREATE TABLE payout_hold (
    id              TEXT PRIMARY KEY,
    person_id       TEXT NOT NULL REFERENCES person (id),
    reason          TEXT NOT NULL,
    until_at        INT64 NOT NULL,
    set_by          TEXT NOT NULL,
    set_at          INT64 NOT NULL,
    lifted_at       INT64
);
CREATE INDEX payout_hold_person ON payout_hold (person_id, until_at);

-- Where the operator's money comes from.
CREATE TABLE paying_account (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    kind            TEXT NOT NULL CHECK (kind IN ('iban', 'us')),
    holder          TEXT NOT NULL,
    currency        TEXT NOT NULL,
    account_number  TEXT NOT NULL,
    bank_code       TEXT NOT NULL,
    company_code    TEXT NOT NULL, -- as the bank knows the payer; NACHA: ten characters
    made_at         INT64 NOT NULL
);
CREATE INDEX paying_account_organisation ON paying_account (organisation_id, id);

CREATE TABLE payout_run (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    paying_account_id TEXT NOT NULL REFERENCES paying_account (id),
    currency        TEXT NOT NULL,
    until_at        INT64 NOT NULL, -- what counts for a moment before it is paid
    pay_day         INT64 NOT NULL, -- days since 1970
    state           TEXT NOT NULL CHECK (state IN ('planned', 'approved', 'sent', 'cancelled')),
    line_count      INT64 NOT NULL,
    total_minor     INT64 NOT NULL,
    made_by         TEXT NOT NULL,
    made_at         INT64 NOT NULL,
    sent_at         INT64
);
CREATE INDEX payout_run_organisation ON payout_run (organisation_id, id);

-- Fact: somebody agreed. Two people have to.
CREATE TABLE payout_approval (
    run_id          TEXT NOT NULL REFERENCES payout_run (id),
    organisation_id TEXT NOT NULL,
    person_id       TEXT NOT NULL REFERENCES person (id),
    approved_at     INT64 NOT NULL,
    PRIMARY KEY (run_id, person_id)
);

CREATE TABLE payout_line (
    id              TEXT PRIMARY KEY, -- also the end-to-end reference at the bank
    organisation_id TEXT NOT NULL,
    run_id          TEXT NOT NULL REFERENCES payout_run (id),
    person_id       TEXT NOT NULL REFERENCES person (id),
    account_id      TEXT NOT NULL REFERENCES payout_account (id),
    currency        TEXT NOT NULL,
    amount_minor    INT64 NOT NULL CHECK (amount_minor > 0),
    state           TEXT NOT NULL CHECK (state IN ('planned', 'sent', 'paid', 'failed', 'dropped')),
    message         TEXT, -- why it failed or was dropped
    settled_at      INT64
);
CREATE INDEX payout_line_run ON payout_line (run_id, id);
CREATE INDEX payout_line_person ON payout_line (person_id, id);
CREATE UNIQUE INDEX payout_line_planned ON payout_line (person_id, currency) WHERE state = 'planned';

-- Fact: a bank's statement was read, once.
CREATE TABLE bank_statement (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    statement_code  TEXT NOT NULL,
    matched_count   INT64 NOT NULL,
    other_count     INT64 NOT NULL,
    read_by         TEXT NOT NULL,
    read_at         INT64 NOT NULL
);
CREATE UNIQUE INDEX bank_statement_code ON bank_statement (organisation_id, statement_code);

-- Who a client's invoices go to, and what tax stands on them.
CREATE TABLE billing_profile (
    organisation_id TEXT PRIMARY KEY REFERENCES organisation (id),
    legal_name      TEXT NOT NULL,
    address         TEXT NOT NULL,
    country         TEXT NOT NULL, -- ISO 3166-1 alpha-2
    tax_number      TEXT,
    tax_class       TEXT NOT NULL CHECK (tax_class IN ('standard', 'zero', 'exempt', 'reverse_charge', 'outside')),
    tax_reason      TEXT, -- why there is no tax
    tax_points      INT64 NOT NULL CHECK (tax_points BETWEEN 0 AND 10000), -- hundredths of a percent
    due_days        INT64 NOT NULL CHECK (due_days BETWEEN 0 AND 365),
    changed_at      INT64 NOT NULL
);

-- Fact: an invoice or a credit note as it was issued, with all that stands on it.
CREATE TABLE invoice (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL REFERENCES organisation (id),
    campaign_id     TEXT NOT NULL REFERENCES campaign (id),
    kind            TEXT NOT NULL CHECK (kind IN ('invoice', 'credit')),
    invoice_number  TEXT NOT NULL,
    credits_id      TEXT REFERENCES invoice (id),
    currency        TEXT NOT NULL,
    seller_id       TEXT NOT NULL REFERENCES organisation (id),
    seller_name     TEXT NOT NULL,
    seller_address  TEXT NOT NULL,
    seller_country  TEXT NOT NULL,
    seller_tax_number TEXT NOT NULL,
    seller_account_number TEXT, -- where to pay to
    seller_bank_code TEXT,
    buyer_name      TEXT NOT NULL,
    buyer_address   TEXT NOT NULL,
    buyer_country   TEXT NOT NULL,
    buyer_tax_number TEXT,
    campaign_name   TEXT NOT NULL,
    from_at         INT64 NOT NULL,
    until_at        INT64 NOT NULL,
    net_minor       INT64 NOT NULL,
    tax_class       TEXT NOT NULL,
    tax_reason      TEXT,
    tax_points      INT64 NOT NULL,
    tax_minor       INT64 NOT NULL,
    issued_at       INT64 NOT NULL,
    due_at          INT64 NOT NULL,
    issued_by       TEXT NOT NULL
);
CREATE UNIQUE INDEX invoice_number ON invoice (seller_id, invoice_number);
CREATE INDEX invoice_organisation ON invoice (organisation_id, id);
CREATE INDEX invoice_campaign ON invoice (campaign_id, until_at);

CREATE TABLE invoice_line (
    organisation_id TEXT NOT NULL,
    invoice_id      TEXT NOT NULL REFERENCES invoice (id),
    position        INT64 NOT NULL,
    kind            TEXT NOT NULL,
    entry_count     INT64 NOT NULL,
    amount_minor    INT64 NOT NULL,
    PRIMARY KEY (invoice_id, position)
);

-- Fact: money that came in for an invoice.
CREATE TABLE invoice_payment (
    id              TEXT PRIMARY KEY,
    organisation_id TEXT NOT NULL,
    invoice_id      TEXT NOT NULL REFERENCES invoice (id),
    amount_minor    INT64 NOT NULL CHECK (amount_minor > 0),
    reference       TEXT NOT NULL, -- as the bank's statement says
    received_at     INT64 NOT NULL,
    recorded_by     TEXT NOT NULL
);
CREATE UNIQUE INDEX invoice_payment_reference ON invoice_payment (invoice_id, reference);
